"""A chart's filters as pandas code, with columns and dates as it names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.predicates import moment_span

__all__ = ["column_code", "dates_code", "filter_lines"]

SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def column_code(field: Field) -> str:
    """Return the code of a column.

    >>> column_code(Field("unit price", 0, "quantitative", 9, ((),)))
    "rows['unit price']"
    """
    return f"rows[{field.name!r}]"


def dates_code(field: Field) -> str:
    """Return the code of a column of dates as timestamps without a time zone."""
    if field.from_text:
        texts = f'{column_code(field)}.astype("string"), errors="coerce", format="mixed", utc=True'
        return f"pd.to_datetime({texts}).dt.tz_localize(None)"
    return f"{column_code(field)}.dt.tz_localize(None)"


def filter_lines(
    intent: ChartIntent, fields: Mapping[str, Field], conditions: Mapping[str, str]
) -> Iterator[str]:
    """Go through the lines that leave only the rows a chart shows."""
    for each in intent.transform:
        predicate = each["filter"]
        if "param" in predicate:
            sql = f"SELECT * FROM rows WHERE {conditions.get(predicate['param'], 'true')}"
            yield f"rows = duckdb.sql({sql!r}).df()"
        else:
            yield f"rows = rows[{_predicate(predicate, fields)}]"


def _predicate(predicate: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    if "not" in predicate:
        return f"~({_predicate(predicate['not'], fields)})"
    field = fields[str(predicate["field"])]
    if field.kind == "temporal" and not field.is_year:
        return _dated(dates_code(field), predicate)
    value = column_code(field)
    if "equal" in predicate:
        return f"{value} == {predicate['equal']!r}"
    if "oneOf" in predicate:
        return f"{value}.isin({list(predicate['oneOf'])!r})"
    if "range" in predicate:
        low, high = predicate["range"]
        return f"{value}.between({low!r}, {high!r})"
    name = next(each for each in SIGNS if each in predicate)
    return f"{value} {SIGNS[name]} {predicate[name]!r}"


def _dated(dates: str, predicate: Mapping[str, Any]) -> str:
    """Compare with spans: after a year is after its end, from a year is from its start."""
    if "equal" in predicate or "range" in predicate:
        low, high = predicate["range"] if "range" in predicate else (predicate["equal"],) * 2
        return f"({dates} >= {_start(low)!r}) & ({dates} < {_end(high)!r})"
    name = next(each for each in SIGNS if each in predicate)
    moment = predicate[name]
    bound = _end(moment) if name in ("lte", "gt") else _start(moment)
    return f"{dates} {'<' if name in ('lt', 'lte') else '>='} {bound!r}"


def _start(moment: Mapping[str, int]) -> str:
    return str(moment_span(moment)[0].date())


def _end(moment: Mapping[str, int]) -> str:
    return str(moment_span(moment)[1].date())
