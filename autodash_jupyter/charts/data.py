"""The numbers on a chart: filtered, grouped, counted here, so that it holds no more rows than it draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.grouping import bin_starts, bin_step, by_time_unit
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.measuring import Work, is_measure, measured_groups
from autodash_jupyter.charts.predicates import column_of, dates_of, matching_rows
from autodash_jupyter.charts.wording import field_title

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OTHER", "ChartData", "chart_data"]

OTHER = "Other"
MOST_ROWS = 5_000
MOST_GROUPS = {"x": 25, "y": 40, "color": 10, "column": 12, "row": 12, "xOffset": 10}
MOST_SLICES = 8
ADDITIVE = frozenset({"count", "sum"})
QUARTILES = ("low", "q1", "median", "q3", "high")


@dataclass(frozen=True, slots=True)
class ChartData:
    """The rows a chart draws, each a dict from channel to value, and what a reader must know of them.

    ``steps`` are the widths of bins, by channel; ``orders`` the values of a channel in their order.
    """

    rows: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()
    steps: Mapping[str, float] = with_default(default_factory=dict)
    orders: Mapping[str, tuple[Any, ...]] = with_default(default_factory=dict)
    rows_read: int = 0


def chart_data(
    frame: pd.DataFrame,
    intent: ChartIntent,
    fields: Mapping[str, Field],
    metrics: Mapping[str, str] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> ChartData:
    """Compute what an intent draws; ``metrics`` and ``conditions`` are expressions of the context, by id.

    Raises ExpressionError where one of these can't be computed.

    >>> import pandas as pd
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> frame = pd.DataFrame({"city": ["Rome", "Oslo", "Rome"], "price": [2.0, 4.0, 6.0]})
    >>> intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding("price", "mean")})
    >>> chart_data(frame, intent, {each.name: each for each in describe_fields(frame)}).rows
    ({'x': 'Rome', 'y': 4.0}, {'x': 'Oslo', 'y': 4.0})
    """
    work = Work(intent, fields, metrics or {}, [], {})
    kept = matching_rows(frame, fields, intent.transform, conditions)
    if not len(kept):
        work.notes.append("No row meets the filters." if intent.transform else "The table has no rows.")
    if intent.mark == "boxplot":
        table = _boxes(kept, work)
    elif any(is_measure(each) for each in intent.encoding.values()):
        table = _grouped(kept, work)
    else:
        table = _raw(kept, work)
    orders = _orders(table, work)
    rows: tuple[Mapping[str, Any], ...] = tuple(
        {str(channel): _plain(value) for channel, value in row.items()} for row in table.to_dict("records")
    )
    return ChartData(rows, tuple(work.notes), work.steps, orders, len(kept))


def _keys(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return what the channels show that are not measured, row by row."""
    import pandas as pd

    found: dict[str, Any] = {}
    for channel, encoding in work.intent.encoding.items():
        if encoding.field is None or is_measure(encoding):
            continue
        found[channel] = _key(frame, channel, encoding, work)
    return pd.DataFrame(found, index=frame.index)


def _key(frame: pd.DataFrame, channel: str, encoding: Encoding, work: Work) -> Any:
    import pandas as pd

    known = work.fields[encoding.field or ""]
    if known.kind == "temporal" and not known.is_year:
        return by_time_unit(dates_of(frame, known), encoding.timeUnit)
    values = column_of(frame, known)
    if known.kind == "quantitative":
        values = values.dt.total_seconds() if str(values.dtype).startswith("timedelta") else values
        numbers = (
            pd.to_numeric(values, errors="coerce").astype("float64").replace([math.inf, -math.inf], math.nan)
        )
        if not encoding.bin:
            return numbers
        low, high = float(numbers.min()), float(numbers.max())
        work.steps[channel] = bin_step(low, high, encoding.bin, whole=known.is_whole)
        return bin_starts(numbers, work.steps[channel])
    if known.is_year or (known.is_identifier and known.is_whole) or isinstance(values.dtype, pd.StringDtype):
        return values
    return values.map(_label, na_action="ignore")


def _label(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _grouped(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    keys = _keys(frame, work)
    table = measured_groups(frame, keys, work)
    fewer = _gathered(keys, table, work)
    if fewer is not None:
        table = measured_groups(frame, fewer, work)
    return _limited(_sorted(table, work), work)


def _gathered(keys: pd.DataFrame, table: pd.DataFrame, work: Work) -> pd.DataFrame | None:
    """Return the keys with all but the greatest groups called "Other", ``None`` where few are there."""
    measure = next((c for c, e in work.intent.encoding.items() if is_measure(e)), None)
    changed = None
    for channel in keys.columns:
        encoding = work.intent.encoding[channel]
        known = work.fields[encoding.field or ""]
        most = MOST_SLICES if work.intent.mark == "arc" else MOST_GROUPS.get(channel, 25)
        most = work.intent.limit or most if channel in ("x", "y") else most
        if known.kind != "nominal" or measure is None or table[channel].nunique() <= most:
            continue
        additive = work.intent.encoding[measure].aggregate in ADDITIVE
        asked = work.intent.limit is not None and (channel in ("x", "y") or work.intent.mark == "arc")
        if asked:
            continue  # it is cut to the asked number after sorting
        totals = table.groupby(channel, sort=False)[measure].agg("sum" if additive else "max")
        best = set(totals.sort_values(ascending=False, kind="stable").head(most).index)
        inside = keys[channel].isin(best)
        changed = keys.copy() if changed is None else changed
        dropped = int(totals.size) - most
        if additive:
            changed[channel] = changed[channel].astype("object").where(inside | keys[channel].isna(), OTHER)
            work.notes.append(f"{field_title(known)}: the {most} greatest; {dropped} more are {OTHER}.")
        else:
            changed[channel] = changed[channel].astype("object").where(inside)
            work.notes.append(f"{field_title(known)}: the {most} greatest of {most + dropped}.")
    return changed


def _sorted(table: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return the groups in order: time and numbers upwards, words by their measure, "Other" last."""
    for channel in ("x", "y", "color"):
        encoding = work.intent.encoding.get(channel)
        if encoding is None or is_measure(encoding) or encoding.field is None or channel not in table:
            continue
        if encoding.sort and encoding.sort.lstrip("-") in table:
            by = encoding.sort.lstrip("-")
            return table.sort_values(
                by, ascending=not encoding.sort.startswith("-"), kind="stable", na_position="last"
            )
        if work.fields[encoding.field].kind != "nominal":
            return table.sort_values(channel, kind="stable") if encoding.timeUnit not in ("day",) else table
        measure = next((c for c, e in work.intent.encoding.items() if is_measure(e)), channel)
        return table.sort_values(measure, ascending=False, kind="stable", na_position="last")
    return table


def _limited(table: pd.DataFrame, work: Work) -> pd.DataFrame:
    limit = work.intent.limit
    channel = "color" if work.intent.mark == "arc" else "x"
    if limit is None or channel not in table:
        if len(table) > MOST_ROWS:
            work.notes.append(f"The first {MOST_ROWS:,} of {len(table):,} groups are drawn.")
        return table.head(MOST_ROWS)
    wanted = list(dict.fromkeys(table[channel].dropna()))[:limit]
    return table[table[channel].isin(wanted)]


def _raw(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    table = _keys(frame, work)
    axes = [channel for channel in ("x", "y", "theta") if channel in table]
    table = table.dropna(subset=axes)
    if len(table) > MOST_ROWS:
        work.notes.append(f"{MOST_ROWS:,} of {len(table):,} rows are drawn, chosen at random.")
        table = table.sample(MOST_ROWS, random_state=0).sort_index()
    return table


def _boxes(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return the five numbers of each box: quartiles, and the ends within 1.5 times their distance."""
    import pandas as pd

    keys = _keys(frame, work)
    measured = "y" if work.fields[work.intent.encoding["y"].field or ""].kind == "quantitative" else "x"
    names = [channel for channel in keys.columns if channel != measured]
    keys = keys.dropna(subset=[measured])
    groups = keys.groupby(names, sort=False, observed=True) if names else [((), keys)]
    found: list[dict[str, Any]] = []
    for key, rows in groups:
        values = rows[measured].astype("float64")
        q1, median, q3 = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
        inside = values[(values >= q1 - 1.5 * (q3 - q1)) & (values <= q3 + 1.5 * (q3 - q1))]
        low, high = float(inside.min()), float(inside.max())
        box = dict(zip(QUARTILES, (low, q1, median, q3, high), strict=True))
        found.append(dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)) | box)
    table = pd.DataFrame(found, columns=[*names, *QUARTILES])
    if len(table) > MOST_GROUPS["x"]:
        work.notes.append(f"The {MOST_GROUPS['x']} greatest medians of {len(table)} are drawn.")
        table = table.sort_values("median", ascending=False, kind="stable").head(MOST_GROUPS["x"])
    return table


def _orders(table: pd.DataFrame, work: Work) -> dict[str, tuple[Any, ...]]:
    from autodash_jupyter.charts.grouping import WEEKDAYS

    found: dict[str, tuple[Any, ...]] = {}
    for channel, encoding in work.intent.encoding.items():
        if channel not in table or encoding.field is None or is_measure(encoding):
            continue
        if encoding.timeUnit == "day":
            found[channel] = WEEKDAYS
        elif work.fields[encoding.field].kind == "nominal":
            values = list(dict.fromkeys(table[channel].dropna()))
            values.sort(key=lambda value: value == OTHER)
            found[channel] = tuple(_plain(value) for value in values)
    return found


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: dates as local ISO text, what is missing or infinite as ``None``."""
    if hasattr(value, "item"):
        value = value.item()
    if hasattr(value, "isoformat"):
        return None if _is_missing(value) else value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if _is_missing(value) else str(value)


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is pd.NA or value is pd.NaT
