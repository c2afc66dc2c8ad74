"""The pandas code that gives a chart's numbers, to be read, copied and run by a person; never run here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autodash_jupyter.charts.data import OTHER, ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.grouping import PERIODS
from autodash_jupyter.charts.intent import ChartIntent, Encoding

__all__ = ["pandas_code"]

SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
FUNCTIONS = {"distinct": "nunique"}


def pandas_code(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> str:
    """Return code that computes ``result`` from ``frame``; names and values stand in it as literals.

    >>> field = Field("city", 0, "nominal", 3, ((),))
    >>> intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding(aggregate="count")})
    >>> print(pandas_code(intent, ChartData(({"x": "Rome", "y": 1},)), {"city": field}))
    import pandas as pd
    <BLANKLINE>
    rows = frame
    keys = pd.DataFrame({"x": rows['city']})
    result = keys.groupby(["x"]).size().rename("y").reset_index()
    result = result.sort_values('y', ascending=False)
    """
    lines = ["import pandas as pd", "", "rows = frame", *_filtering(intent, fields)]
    keys = {c: e for c, e in intent.encoding.items() if e.field and not _is_measure(e)}
    measures = {c: e for c, e in intent.encoding.items() if _is_measure(e)}
    if not keys:
        lines += [f"result = {_single(each, fields)}" for each in measures.values()]
        return "\n".join(lines)
    pairs = ", ".join(f'"{c}": {_key(c, e, data, fields)}' for c, e in keys.items())
    lines.append(f"keys = pd.DataFrame({{{pairs}}})")
    if intent.mark == "boxplot":
        return "\n".join([*lines, _quartiles(keys, fields)])
    if not measures:
        return "\n".join([*lines, "result = keys.dropna()"])
    if any(each.field is None and each.metric is not None for each in measures.values()):
        return "\n".join(
            [*lines, "# the metric is computed from its expression in the context, group by group"]
        )
    lines += _gathering(keys, data)
    for place, (channel, encoding) in enumerate(measures.items()):
        made = _grouped(list(keys), channel, encoding, fields)
        lines.append(f"result = {made}" if not place else f'result["{channel}"] = {made}["{channel}"]')
    return "\n".join([*lines, *_ordering(intent, keys, measures, fields)])


def _filtering(intent: ChartIntent, fields: Mapping[str, Field]) -> list[str]:
    return [
        f"rows = rows[{_predicate(each['filter'], fields)}]"
        if _is_plain(each)
        else f"# the context's filter {each['filter']['param']!r} applies too"
        for each in intent.transform
    ]


def _quartiles(keys: Mapping[str, Encoding], fields: Mapping[str, Field]) -> str:
    measured = next(c for c, e in keys.items() if fields[e.field or ""].kind == "quantitative")
    others = [c for c in keys if c != measured]
    grouped = f"keys.groupby({_texts(others)})" if others else "keys"
    return f'result = {grouped}["{measured}"].quantile([0.25, 0.5, 0.75]){".unstack()" if others else ""}'


def _is_measure(encoding: Encoding) -> bool:
    return encoding.aggregate is not None or encoding.metric is not None


def _is_plain(each: Mapping[str, Any]) -> bool:
    return "param" not in each["filter"]


def _texts(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _column(field: Field) -> str:
    return f"rows[{field.name!r}]"


def _dates(field: Field) -> str:
    if field.from_text:
        texts = f'{_column(field)}.astype("string"), errors="coerce", format="mixed", utc=True'
        return f"pd.to_datetime({texts}).dt.tz_localize(None)"
    return _column(field)


def _single(encoding: Encoding, fields: Mapping[str, Field]) -> str:
    if encoding.field is None:
        return (
            "None  # the metric is computed by its expression in the context"
            if encoding.metric
            else "len(rows)"
        )
    function = FUNCTIONS.get(str(encoding.aggregate), str(encoding.aggregate))
    return f"{_column(fields[encoding.field])}.{function}()"


def _key(channel: str, encoding: Encoding, data: ChartData, fields: Mapping[str, Field]) -> str:
    field = fields[encoding.field or ""]
    if field.kind == "temporal" and not field.is_year:
        if encoding.timeUnit == "day":
            return f"{_dates(field)}.dt.day_name().str[:3]"
        if encoding.timeUnit == "hours":
            return f"{_dates(field)}.dt.hour"
        if encoding.timeUnit is not None:
            return f'{_dates(field)}.dt.to_period("{PERIODS.get(encoding.timeUnit, "Y")}").dt.start_time'
        return _dates(field)
    if channel in data.steps:
        step = data.steps[channel]
        return f"{_column(field)} // {step:g} * {step:g}"
    return _column(field)


def _gathering(keys: Mapping[str, Encoding], data: ChartData) -> list[str]:
    lines: list[str] = []
    for channel in keys:
        kept = [value for value in data.orders.get(channel, ()) if value != OTHER]
        if OTHER in data.orders.get(channel, ()):
            lines.append(
                f'keys["{channel}"] = keys["{channel}"].where(keys["{channel}"].isin({kept!r}), {OTHER!r})'
            )
        elif data.notes and kept:
            lines.append(f'keys["{channel}"] = keys["{channel}"].where(keys["{channel}"].isin({kept!r}))')
    return lines


def _grouped(keys: list[str], channel: str, encoding: Encoding, fields: Mapping[str, Field]) -> str:
    by = _texts(keys)
    if encoding.field is None:
        return f'keys.groupby({by}).size().rename("{channel}").reset_index()'
    function = FUNCTIONS.get(str(encoding.aggregate), str(encoding.aggregate))
    value = _column(fields[encoding.field])
    grouped = f"keys.assign({channel}={value}).groupby({by}, as_index=False)"
    return f'{grouped}.agg({channel}=("{channel}", "{function}"))'


def _ordering(
    intent: ChartIntent,
    keys: Mapping[str, Encoding],
    measures: Mapping[str, Encoding],
    fields: Mapping[str, Field],
) -> list[str]:
    first = next(iter(keys))
    sort = keys[first].sort
    by = (
        sort.lstrip("-")
        if sort
        else (next(iter(measures)) if fields[keys[first].field or ""].kind == "nominal" else first)
    )
    ascending = not sort.startswith("-") if sort else by == first
    line = f"result = result.sort_values({by!r}, ascending={ascending})"
    return [line] if intent.limit is None else [line, f"result = result.head({intent.limit})"]


def _predicate(predicate: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    if "not" in predicate:
        return f"~({_predicate(predicate['not'], fields)})"
    field = fields[str(predicate["field"])]
    dated = field.kind == "temporal" and not field.is_year
    value = f"{_dates(field)}.dt.year" if dated else _column(field)

    def plain(each: Any) -> Any:
        return each["year"] if isinstance(each, Mapping) else each

    if "equal" in predicate:
        return f"{value} == {plain(predicate['equal'])!r}"
    if "oneOf" in predicate:
        return f"{value}.isin({[plain(each) for each in predicate['oneOf']]!r})"
    if "range" in predicate:
        low, high = predicate["range"]
        return f"{value}.between({plain(low)!r}, {plain(high)!r})"
    name = next(each for each in SIGNS if each in predicate)
    return f"{value} {SIGNS[name]} {plain(predicate[name])!r}"
