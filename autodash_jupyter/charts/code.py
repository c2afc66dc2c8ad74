"""The pandas code that gives a chart's numbers, to be read, copied and run by a person; never run here.

It computes ``result`` from ``frame``: a row for each row of the chart, its columns called by the channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.charts.code_filters import column_code, dates_code, filter_lines
from autodash_jupyter.charts.data import MOST_ROWS, OTHER, ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.grouping import PERIODS
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.measuring import PANDAS_NAMES, is_measure
from autodash_jupyter.charts.natural_order import natural_order
from autodash_jupyter.charts.windows import windows

__all__ = ["as_pandas_first", "pandas_code"]

TO_PANDAS = {"dask": "frame.compute()", "pyspark": "frame.toPandas()", "duckdb": "frame.df()"}


@dataclass(frozen=True, slots=True)
class _Work:
    intent: ChartIntent
    data: ChartData
    fields: Mapping[str, Field]
    metrics: Mapping[str, str]

    @property
    def keys(self) -> dict[str, Encoding]:
        return {c: e for c, e in self.intent.encoding.items() if e.field and not is_measure(e)}

    @property
    def measures(self) -> dict[str, Encoding]:
        return {c: e for c, e in self.intent.encoding.items() if is_measure(e)}


def pandas_code(
    intent: ChartIntent,
    data: ChartData,
    fields: Mapping[str, Field],
    metrics: Mapping[str, str] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> str:
    """Return code that computes ``result`` from ``frame``; names and values stand in it as literals.

    >>> field = Field("city", 0, "nominal", 3, ((),))
    >>> intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding(aggregate="count")})
    >>> print(pandas_code(intent, ChartData(({"x": "Rome", "y": 1},)), {"city": field}))
    import pandas as pd
    <BLANKLINE>
    rows = frame
    keys = pd.DataFrame({"x": rows['city']})
    result = keys.dropna().drop_duplicates()
    result = result.merge(keys.groupby(["x"], observed=True).size().rename("y").reset_index())
    result = result.sort_values("y", ascending=False, kind="stable")
    """
    work = _Work(intent, data, fields, metrics or {})
    body = ["rows = frame", *filter_lines(intent, fields, conditions or {}), *_body(work)]
    heads = ["import duckdb"] if any("duckdb." in line for line in body) else []
    heads += ["import numpy as np"] if any("np." in line for line in body) else []
    return "\n".join([*heads, "import pandas as pd", "", *body])


def as_pandas_first(code: str, library: str) -> str:
    """Return code that begins with making a pandas frame of another library's table.

    >>> as_pandas_first("rows = frame", "polars")
    'frame = frame.to_pandas()\\nrows = frame'
    """
    if library == "pandas":
        return code
    return code.replace(
        "rows = frame", f"frame = {TO_PANDAS.get(library, 'frame.to_pandas()')}\nrows = frame", 1
    )


def _body(work: _Work) -> Iterator[str]:
    if not work.keys:
        pairs = ", ".join(f'"{c}": [{_single(e, work)}]' for c, e in work.measures.items())
        yield f"result = pd.DataFrame({{{pairs}}})"
        return
    pairs = ", ".join(f'"{c}": {_key(c, e, work)}' for c, e in work.keys.items())
    yield f"keys = pd.DataFrame({{{pairs}}})"
    if work.intent.mark == "boxplot":
        yield from _boxes(work)
    elif not work.measures:
        yield from _raw(work)
    else:
        yield from _groups(work)


def _texts(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _raw(work: _Work) -> Iterator[str]:
    axes = [str(c) for c in ("x", "y", "theta", "longitude", "latitude") if c in work.keys]
    yield f"result = keys.dropna(subset={_texts(axes)})" if axes else "result = keys"
    if any("chosen at random" in note for note in work.data.notes):
        yield f"result = result.sample({MOST_ROWS}, random_state=0).sort_index()"


def _boxes(work: _Work) -> Iterator[str]:
    measured = next(c for c, e in work.keys.items() if work.fields[e.field or ""].kind == "quantitative")
    others = [c for c in work.keys if c != measured]
    yield f'keys = keys.dropna(subset=["{measured}"])'
    yield "def five_numbers(values):"
    yield "    q1, median, q3 = values.quantile([0.25, 0.5, 0.75])"
    yield "    inside = values[values.between(q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))]"
    yield '    names = ["low", "q1", "median", "q3", "high"]'
    yield "    return pd.Series([inside.min(), q1, median, q3, inside.max()], names)"
    if not others:
        yield f'result = five_numbers(keys["{measured}"]).to_frame().T'
        return
    grouped = f'keys.groupby({_texts(others)}, observed=True)["{measured}"]'
    yield f"result = {grouped}.apply(five_numbers).unstack().reset_index()"
    if any("greatest medians" in note for note in work.data.notes):
        yield f'result = result.sort_values("median", ascending=False).head({len(work.data.rows)})'


def _single(encoding: Encoding, work: _Work) -> str:
    if encoding.metric and encoding.aggregate is None:
        return f"duckdb.sql({f'SELECT {work.metrics[encoding.metric]} FROM rows'!r}).fetchone()[0]"
    if encoding.field is None:
        return "len(rows)"
    name = PANDAS_NAMES.get(str(encoding.aggregate), str(encoding.aggregate))
    return f"{_values(encoding, work)}.{name}()"


def _values(encoding: Encoding, work: _Work) -> str:
    field = work.fields[encoding.field or ""]
    if encoding.aggregate in ("count", "distinct"):
        return column_code(field)
    if isinstance(field.yes, str):
        column = column_code(field)
        return f'({column} == {field.yes!r}).astype("float64").where({column}.notna())'
    if field.kind == "temporal" and not field.is_year:
        return f"{dates_code(field)}.dt.year"
    return f'pd.to_numeric({column_code(field)}, errors="coerce").astype("float64")'


def _key(channel: str, encoding: Encoding, work: _Work) -> str:
    field = work.fields[encoding.field or ""]
    if field.kind == "temporal" and not field.is_year:
        return _time_key(dates_code(field), encoding.timeUnit)
    if channel in work.data.steps:
        step = work.data.steps[channel]
        return f"np.floor({column_code(field)} / {step!r} + 1e-9) * {step!r}"
    if field.kind == "quantitative":
        return f'pd.to_numeric({column_code(field)}, errors="coerce").astype("float64")'
    if field.yes is not None and not isinstance(field.yes, str):
        return f'{column_code(field)}.map(str, na_action="ignore")'
    return column_code(field)


def _time_key(dates: str, unit: str | None) -> str:
    if unit is None:
        return dates
    if unit == "day":
        return f"{dates}.dt.day_name().str[:3]"
    if unit == "hours":
        return f"{dates}.dt.hour"
    return f'{dates}.dt.to_period("{PERIODS.get(unit, "Y")}").dt.start_time'


def _groups(work: _Work) -> Iterator[str]:
    names = list(work.keys)
    yield "result = keys.dropna().drop_duplicates()"
    for channel, encoding in work.measures.items():
        yield f"result = result.merge({_grouped(names, channel, encoding, work)})"
    for channel, window in windows(work.intent).items():
        yield from _windowed(names, channel, window)
    yield from _gathering(work)
    yield from _ordering(work)


def _grouped(names: list[str], channel: str, encoding: Encoding, work: _Work) -> str:
    by = f"{_texts(names)}, observed=True"
    if encoding.metric and encoding.aggregate is None:
        listed = ", ".join(names)
        sql = f"SELECT {listed}, {work.metrics[encoding.metric]} AS {channel} FROM joined GROUP BY {listed}"
        return f"(lambda joined: duckdb.sql({sql!r}).df())(rows.assign(**keys))"
    if encoding.field is None:
        return f'keys.groupby({by}).size().rename("{channel}").reset_index()'
    function = PANDAS_NAMES.get(str(encoding.aggregate), str(encoding.aggregate))
    assigned = f"keys.assign({channel}={_values(encoding, work)})"
    return f'{assigned}.groupby({by})["{channel}"].agg("{function}").reset_index()'


def _windowed(names: list[str], channel: str, window: Mapping[str, Any]) -> Iterator[str]:
    values = f'result["{channel}"]'
    if window["op"] == "share":
        whole = (
            f'result.groupby("{window["of"]}")["{channel}"].transform("sum")'
            if "of" in window
            else f"{values}.sum()"
        )
        yield f"{values} = {values} / {whole}"
        return
    others = [name for name in names if name != "x"]
    series = f'result.groupby({_texts(others)})["{channel}"]' if others else values
    yield 'result = result.sort_values("x", kind="stable")'
    if window["op"] == "running_total":
        yield f"{values} = {series}.cumsum()"
        return
    if window["op"] == "moving_average":
        frame = int(window["frame"])
        rolled = f"lambda each: each.rolling({frame}).mean()"
        yield (
            f"{values} = {series}.transform({rolled})"
            if others
            else f"{values} = {values}.rolling({frame}).mean()"
        )
    else:
        change = f"{series}.pct_change({int(window.get('lag', 1))}, fill_method=None)"
        yield f"{values} = {change}.replace([np.inf, -np.inf], np.nan)"
    yield f'result = result.dropna(subset=["{channel}"])'


def _gathering(work: _Work) -> Iterator[str]:
    if not work.data.notes:
        return
    for channel, encoding in work.keys.items():
        kept = [value for value in work.data.orders.get(channel, ()) if value != OTHER]
        if not kept or work.fields[encoding.field or ""].kind != "nominal":
            continue
        inside = f'result["{channel}"].isin({kept!r})'
        if OTHER in work.data.orders[channel]:
            yield f'result["{channel}"] = result["{channel}"].where({inside}, {OTHER!r})'
            yield f"result = result.groupby({_texts(list(work.keys))}, as_index=False).sum()"
        elif any("greatest of" in note for note in work.data.notes):
            yield f"result = result[{inside}]"


def _ordering(work: _Work) -> Iterator[str]:
    keys = work.keys
    first = next(c for c in (*(c for c in ("x", "y", "color") if c in keys), *keys))
    sort = keys[first].sort
    named = sort if sort not in ("ascending", "descending") else None
    is_nominal = work.fields[keys[first].field or ""].kind == "nominal"
    by = (named or "").lstrip("-") or (next(iter(work.measures)) if is_nominal and not sort else first)
    ascending = not named.startswith("-") if named else (sort != "descending" and by == first)
    order = list(work.data.orders.get(first, ())) if is_nominal and not sort else []
    if natural_order([each for each in order if each != OTHER]) is not None:
        yield f"order = {order!r}"
        place = "key=lambda values: values.map(order.index)"
        yield f'result = result.sort_values("{first}", {place}, kind="stable")'
    else:
        yield f'result = result.sort_values("{by}", ascending={ascending}, kind="stable")'
    limited = "color" if work.intent.mark == "arc" else "x"
    if work.intent.limit is not None and limited in keys:
        wanted = f'result["{limited}"].drop_duplicates().head({work.intent.limit})'
        yield f'result = result[result["{limited}"].isin({wanted})]'
