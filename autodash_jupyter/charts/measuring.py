"""What is counted, added or averaged in each group of a chart."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.grouping_large import LARGE, grouped_by_duckdb
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.predicates import column_of, dates_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Work", "is_measure", "measured_groups", "measured_values", "numbers_of"]

PANDAS_NAMES = {"distinct": "nunique"}


@dataclass(slots=True)
class Work:
    """An intent while its numbers are computed: what a reader must know and how wide bins are comes to it.

    ``shown`` are the words that a channel is to show, by channel, where it isn't the greatest.
    """

    intent: ChartIntent
    fields: Mapping[str, Field]
    metrics: Mapping[str, str]
    notes: list[str]
    steps: dict[str, float]
    categories: dict[str, list[str]]  # of ordered categories, in their order
    shown: Mapping[str, Collection[Any]]


def is_measure(encoding: Encoding) -> bool:
    """Tell whether a channel shows what was counted or added up, not a column as it is."""
    return encoding.aggregate is not None or encoding.metric is not None


def measured_groups(frame: pd.DataFrame, keys: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return a row for each group, with its keys and what is measured; large tables are grouped by DuckDB."""
    import pandas as pd

    measures = {c: e for c, e in work.intent.encoding.items() if is_measure(e)}
    if not len(keys.columns):
        return pd.DataFrame([{c: _value(frame, e, work) for c, e in measures.items()}])
    if len(frame) > LARGE and not any(e.metric and e.aggregate is None for e in measures.values()):
        values = {c: (e.aggregate or "count", measured_values(frame, e, work)) for c, e in measures.items()}
        return grouped_by_duckdb(keys, values)
    return _grouped_by_pandas(frame, keys, measures, work)


def _grouped_by_pandas(
    frame: pd.DataFrame, keys: pd.DataFrame, measures: Mapping[str, Encoding], work: Work
) -> pd.DataFrame:
    names = list(keys.columns)
    groups = keys.groupby(names, sort=False, dropna=True, observed=True)
    table = groups.size().rename("__rows__").reset_index()
    for channel, encoding in measures.items():
        if encoding.metric and encoding.aggregate is None:
            table[channel] = _metric_of_groups(frame, groups, encoding, work)
            continue
        values = measured_values(frame, encoding, work)
        if values is None:
            table[channel] = groups.size().to_numpy()
            continue
        grouped = values.groupby([keys[name] for name in names], sort=False, dropna=True, observed=True)
        table[channel] = grouped.agg(
            PANDAS_NAMES.get(str(encoding.aggregate), str(encoding.aggregate))
        ).to_numpy()
    return table.drop(columns="__rows__")


def measured_values(frame: pd.DataFrame, encoding: Encoding, work: Work) -> pd.Series[Any] | None:
    """Return what an aggregate is taken of, row by row; ``None`` where rows are counted."""
    if encoding.field is None:
        return None
    known = work.fields[encoding.field]
    if encoding.aggregate in ("count", "distinct"):
        return column_of(frame, known)
    return numbers_of(frame, known)


def numbers_of(frame: pd.DataFrame, known: Field) -> pd.Series[Any]:
    """Return a column as numbers: seconds of durations, years of dates, 1 and 0 of yes and no."""
    import pandas as pd

    values = column_of(frame, known)
    if isinstance(known.yes, str):
        return (values == known.yes).astype("float64").where(values.notna())
    values = values.dt.total_seconds() if str(values.dtype).startswith("timedelta") else values
    if known.kind == "temporal" and not known.is_year:
        years: pd.Series[Any] = dates_of(frame, known).dt.year.astype("float64")
        return years
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    return numbers.replace([math.inf, -math.inf], math.nan)


def _value(frame: pd.DataFrame, encoding: Encoding, work: Work) -> Any:
    if encoding.metric and encoding.aggregate is None:
        return _metric(frame, encoding, work)
    values = measured_values(frame, encoding, work)
    if values is None:
        return len(frame)
    if encoding.aggregate in ("count", "distinct"):
        return int(values.count() if encoding.aggregate == "count" else values.nunique())
    return getattr(values, str(encoding.aggregate))()


def _metric(frame: pd.DataFrame, encoding: Encoding, work: Work) -> Any:
    from autodash_jupyter.expressions import ExpressionTable

    with ExpressionTable(frame) as table:
        return table.metric(work.metrics[encoding.metric or ""]).value


def _metric_of_groups(frame: pd.DataFrame, groups: Any, encoding: Encoding, work: Work) -> list[Any]:
    """Return what a metric comes to in each group, in the order of ``groups.size()``, by one query."""
    from autodash_jupyter.expressions import ExpressionTable

    numbers = groups.ngroup()
    inside = (numbers >= 0).to_numpy()
    with ExpressionTable(frame[inside]) as table:
        found = table.metric_of_groups(work.metrics[encoding.metric or ""], numbers[inside].to_numpy())
    return [found.get(number) for number in range(len(groups.size()))]
