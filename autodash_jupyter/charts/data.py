"""The numbers on a chart: filtered, grouped, counted here, so that it holds no more rows than it draws."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.grouping import bin_starts, bin_step, by_time_unit
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.measuring import Work, is_measure, measured_groups
from autodash_jupyter.charts.predicates import column_of, dates_of, matching_rows
from autodash_jupyter.charts.quartiles import quartiles
from autodash_jupyter.charts.windows import windowed, windows
from autodash_jupyter.charts.wording import field_title

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OTHER", "ChartData", "chart_data"]

OTHER = "Other"
MOST_ROWS = 5_000
MOST_GROUPS = {"x": 25, "y": 40, "color": 10, "column": 12, "row": 12, "xOffset": 10}
MOST_SLICES = 8
MOST_LETTERS = 240  # of a value: whole documents would fill a page, and drawing them takes minutes
ADDITIVE = frozenset({"count", "sum"})


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
    shown: Mapping[str, Collection[Any]] | None = None,
) -> ChartData:
    """Compute what an intent draws; ``metrics`` and ``conditions`` are expressions of the context, by id.

    ``shown`` are the words that channels are to show, by channel; where it is ``None``, the greatest.

    Raises ExpressionError where one of these can't be computed.

    >>> import pandas as pd
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> frame = pd.DataFrame({"city": ["Rome", "Oslo", "Rome"], "price": [2.0, 4.0, 6.0]})
    >>> intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding("price", "mean")})
    >>> chart_data(frame, intent, {each.name: each for each in describe_fields(frame)}).rows
    ({'x': 'Rome', 'y': 4.0}, {'x': 'Oslo', 'y': 4.0})
    """
    work = Work(intent, fields, metrics or {}, [], {}, {}, shown or {})
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
    if getattr(values.dtype, "ordered", False):
        work.categories[channel] = [_label(each) for each in values.cat.categories]
    if known.is_year or (known.is_identifier and known.is_whole):
        return values
    if isinstance(values.dtype, pd.StringDtype) and not (values.str.len() > MOST_LETTERS).any():
        return values
    return values.map(_label, na_action="ignore")


def _label(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= MOST_LETTERS else f"{text[:200]}…{text[-30:]}"
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair is no text for JSON


def _grouped(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    keys = _keys(frame, work)
    table = measured_groups(frame, keys, work)
    names = list(keys.columns)
    for channel, window in windows(work.intent).items():
        table, notes = windowed(table, names, channel, window)
        work.notes += notes
    table = _gathered(table, names, work)
    return _limited(_sorted(table, work), work)


def _gathered(table: pd.DataFrame, names: Sequence[str], work: Work) -> pd.DataFrame:
    """Return the greatest groups, and the others as "Other", or not at all where they don't add up."""
    measures = [c for c, e in work.intent.encoding.items() if is_measure(e)]
    additive = all(_adds_up(work.intent.encoding[c]) for c in measures)
    for channel in names if measures else ():
        count = table[channel].nunique()
        best = work.shown.get(channel) or _greatest(table, channel, measures[0], work, additive=additive)
        inside = table[channel].isin(list(best))
        if inside.all():
            continue
        field, most = work.fields[work.intent.encoding[channel].field or ""], len(best)
        if additive:
            table = table.assign(**{channel: table[channel].astype("object").where(inside, OTHER)})
            table = table.groupby(list(names), sort=False, as_index=False, observed=True)[measures].sum()
            work.notes.append(f"{field_title(field)}: the {most} greatest; {count - most} more are {OTHER}.")
        else:
            table = table[inside]
            work.notes.append(f"{field_title(field)}: the {most} greatest of {count}.")
    return table


def _greatest(
    table: pd.DataFrame, channel: str, measure: str, work: Work, *, additive: bool
) -> Collection[Any]:
    """Return the values that a channel has room for, those of the greatest measure."""
    most = MOST_SLICES if work.intent.mark == "arc" else MOST_GROUPS.get(channel, 25)
    values = table[channel].unique()
    is_nominal = work.fields[work.intent.encoding[channel].field or ""].kind == "nominal"
    is_cut = work.intent.limit is not None and (channel in ("x", "y") or work.intent.mark == "arc")
    if not is_nominal or len(values) <= most or is_cut:
        return values.tolist()  # what is limited is cut to the asked number after sorting
    totals = table.groupby(channel, sort=False)[measure].agg("sum" if additive else "max")
    return totals.sort_values(ascending=False, kind="stable").head(most).index.tolist()


def _adds_up(encoding: Encoding) -> bool:
    op = None if encoding.window is None else encoding.window["op"]
    return encoding.aggregate in ADDITIVE and op in (None, "share", "running_total")


def _sorted(table: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return the groups in order: time and numbers upwards, words by their measure, "Other" last."""
    for channel in ("x", "y", "color"):
        encoding = work.intent.encoding.get(channel)
        if encoding is None or is_measure(encoding) or encoding.field is None or channel not in table:
            continue
        if encoding.sort in ("ascending", "descending"):
            return table.sort_values(
                channel, ascending=encoding.sort == "ascending", kind="stable", key=_comparable
            )
        if encoding.sort and encoding.sort.lstrip("-") in table:
            by = encoding.sort.lstrip("-")
            return table.sort_values(
                by, ascending=not encoding.sort.startswith("-"), kind="stable", na_position="last"
            )
        if work.fields[encoding.field].kind != "nominal":
            return table.sort_values(channel, kind="stable") if encoding.timeUnit not in ("day",) else table
        order = _own_order(table, channel, work)
        if order is not None:
            places = {value: place for place, value in enumerate(order)}
            return table.sort_values(channel, key=lambda values: values.map(places), kind="stable")
        measure = next((c for c, e in work.intent.encoding.items() if is_measure(e)), channel)
        return table.sort_values(measure, ascending=False, kind="stable", na_position="last")
    return table


def _own_order(table: pd.DataFrame, channel: str, work: Work) -> list[Any] | None:
    """Return the order that the words of a channel have of their own, "Other" last."""
    from autodash_jupyter.charts.natural_order import natural_order

    shown = list(table[channel].dropna().unique())
    others = [value for value in shown if value == OTHER]
    named = [value for value in shown if value != OTHER]
    given = work.categories.get(channel)
    order = [value for value in given if value in named] if given else natural_order(named)
    return None if order is None else [*order, *others]


def _comparable(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values that can be compared with each other: numbers as they are, else text."""
    from pandas.api import types

    plain = types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)
    return values if plain else values.astype("string").str.lower()


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
    axes = [channel for channel in ("x", "y", "theta", "longitude", "latitude") if channel in table]
    table = table.dropna(subset=axes)
    if len(table) > MOST_ROWS:
        work.notes.append(f"{MOST_ROWS:,} of {len(table):,} rows are drawn, chosen at random.")
        table = table.sample(MOST_ROWS, random_state=0).sort_index()
    return table


def _boxes(frame: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return the five numbers of each box."""
    keys = _keys(frame, work)
    measured = "y" if work.fields[work.intent.encoding["y"].field or ""].kind == "quantitative" else "x"
    names = [channel for channel in keys.columns if channel != measured]
    keys = keys.dropna(subset=[measured])
    for channel, values in work.shown.items():
        keys = keys[keys[channel].isin(list(values))]
    table = quartiles(keys, names, measured)
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
            values = (_own_order(table, channel, work) if not encoding.sort else None) or values
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
