"""Which rows a chart shows: predicates in Vega-Lite's words, asked of a frame, never evaluated as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column_of", "dates_of", "matching_rows", "moment_span"]


def column_of(frame: pd.DataFrame, field: Field) -> pd.Series[Any]:
    """Return a field's column, by its place: names may be no texts, or be given twice."""
    return frame.iloc[:, field.position]


def dates_of(frame: pd.DataFrame, field: Field) -> pd.Series[Any]:
    """Return a field's values as timestamps without a time zone; what is no date is missing."""
    import pandas as pd

    values = column_of(frame, field)
    if field.is_year:
        return pd.to_datetime(
            pd.to_numeric(values, errors="coerce").astype("Int64").astype("string"),
            format="%Y",
            errors="coerce",
        )
    if str(values.dtype).startswith("period"):
        starts: pd.Series[Any] = values.dt.to_timestamp()
        return starts
    if field.from_text:
        return pd.to_datetime(
            values.astype("string"), errors="coerce", format="mixed", utc=True
        ).dt.tz_localize(None)
    dates = values.dt.tz_localize(None) if getattr(values.dt, "tz", None) is not None else values
    return dates.astype("datetime64[us]") if isinstance(dates.dtype, pd.ArrowDtype) else dates


def matching_rows(
    frame: pd.DataFrame,
    fields: Mapping[str, Field],
    transform: Sequence[Mapping[str, Any]],
    conditions: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the rows that all filters let through; ``conditions`` are the named filters of a context.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"age": [3, 5, 8]})
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> fields = {field.name: field for field in describe_fields(frame)}
    >>> matching_rows(frame, fields, [{"filter": {"field": "age", "gt": 3}}])["age"].tolist()
    [5, 8]
    """
    kept = frame
    for each in transform:
        mask = _mask(kept, fields, each["filter"], conditions or {})
        kept = kept[mask.to_numpy(dtype=bool, na_value=False)]
    return kept


def _mask(
    frame: pd.DataFrame,
    fields: Mapping[str, Field],
    predicate: Mapping[str, Any],
    conditions: Mapping[str, str],
) -> pd.Series[Any]:
    import pandas as pd

    if "not" in predicate:
        return ~_mask(frame, fields, predicate["not"], conditions).astype("boolean").fillna(False)
    if "param" in predicate:
        return pd.Series(_condition(frame, conditions[predicate["param"]]), index=frame.index)
    field = fields[predicate["field"]]
    if field.kind == "temporal" and not field.is_year:
        return _dated(dates_of(frame, field), predicate)
    values = column_of(frame, field)
    if str(values.dtype).startswith("timedelta"):
        values = values.dt.total_seconds()
    return _compared(values, predicate)


def _compared(values: pd.Series[Any], predicate: Mapping[str, Any]) -> pd.Series[Any]:
    if "equal" in predicate or "oneOf" in predicate:
        return values.isin([predicate["equal"]] if "equal" in predicate else list(predicate["oneOf"]))
    if "range" in predicate:
        low, high = predicate["range"]
        return values.between(low, high)
    for name, compare in (("lt", values.lt), ("lte", values.le), ("gt", values.gt), ("gte", values.ge)):
        if name in predicate:
            return compare(predicate[name])
    msg = f"no predicate: {predicate!r}"
    raise ValueError(msg)


def _condition(frame: pd.DataFrame, condition: str) -> Any:
    from autodash_jupyter.expressions import ExpressionTable

    with ExpressionTable(frame) as table:
        found = table.rows(condition, is_condition=True)
    return found.fill_null(False).to_numpy(zero_copy_only=False)


def _dated(dates: pd.Series[Any], predicate: Mapping[str, Any]) -> pd.Series[Any]:
    """Compare dates with spans: after a year is after its end, from a year is from its start."""
    if "equal" in predicate:
        start, end = moment_span(predicate["equal"])
        return (dates >= start) & (dates < end)
    if "range" in predicate:
        low, high = predicate["range"]
        return (dates >= moment_span(low)[0]) & (dates < moment_span(high)[1])
    if "lt" in predicate:
        return dates < moment_span(predicate["lt"])[0]
    if "lte" in predicate:
        return dates < moment_span(predicate["lte"])[1]
    if "gt" in predicate:
        return dates >= moment_span(predicate["gt"])[1]
    return dates >= moment_span(predicate["gte"])[0]


def moment_span(moment: Mapping[str, int]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return from when to when (not included) a year, month or day of Vega-Lite's DateTime goes."""
    import pandas as pd

    year = min(max(int(moment["year"]), 1700), 2200)
    start = pd.Timestamp(year=year, month=int(moment.get("month", 1)), day=int(moment.get("date", 1)))
    if "date" in moment:
        return start, start + pd.DateOffset(days=1)
    return start, start + (pd.DateOffset(months=1) if "month" in moment else pd.DateOffset(years=1))
