"""What is counted, added or averaged in each group of a chart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.predicates import column_of, dates_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Work", "is_measure", "measured_groups"]


@dataclass(slots=True)
class Work:
    """An intent while its numbers are computed: what a reader must know and how wide bins are comes to it."""

    intent: ChartIntent
    fields: Mapping[str, Field]
    metrics: Mapping[str, str]
    notes: list[str]
    steps: dict[str, float]


def is_measure(encoding: Encoding) -> bool:
    """Tell whether a channel shows what was counted or added up, not a column as it is."""
    return encoding.aggregate is not None or encoding.metric is not None


def measured_groups(frame: pd.DataFrame, keys: pd.DataFrame, work: Work) -> pd.DataFrame:
    """Return a row for each group, with its keys and what is measured."""
    import pandas as pd

    measures = {c: e for c, e in work.intent.encoding.items() if is_measure(e)}
    if not len(keys.columns):
        return pd.DataFrame([{c: _value(frame, e, work) for c, e in measures.items()}])
    names = list(keys.columns)
    groups = keys.groupby(names, sort=False, dropna=True, observed=True)
    table = groups.size().rename("__rows__").reset_index()
    for channel, encoding in measures.items():
        if encoding.metric and encoding.aggregate is None:
            counted = _metric_groups(frame, groups, encoding, work)
        elif encoding.field is None:
            counted = groups.size()
        else:
            known = work.fields[encoding.field]
            values = (
                column_of(frame, known)
                if encoding.aggregate in ("count", "distinct")
                else _numbers(frame, known)
            )
            series = values.groupby([keys[name] for name in names], sort=False, dropna=True, observed=True)
            counted = series.agg("nunique" if encoding.aggregate == "distinct" else str(encoding.aggregate))
        table[channel] = counted.to_numpy()
    return table.drop(columns="__rows__")


def _numbers(frame: pd.DataFrame, known: Field) -> pd.Series[Any]:
    import pandas as pd

    values = column_of(frame, known)
    values = values.dt.total_seconds() if str(values.dtype).startswith("timedelta") else values
    if known.kind == "temporal" and not known.is_year:
        years: pd.Series[Any] = dates_of(frame, known).dt.year.astype("float64")
        return years
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    return numbers.replace([math.inf, -math.inf], math.nan)


def _value(frame: pd.DataFrame, encoding: Encoding, work: Work) -> Any:
    if encoding.metric and encoding.aggregate is None:
        return _metric(frame, encoding, work)
    if encoding.field is None:
        return len(frame)
    known = work.fields[encoding.field]
    if encoding.aggregate in ("count", "distinct"):
        values = column_of(frame, known)
        return int(values.count() if encoding.aggregate == "count" else values.nunique())
    return getattr(_numbers(frame, known), str(encoding.aggregate))()


def _metric(frame: pd.DataFrame, encoding: Encoding, work: Work) -> Any:
    from autodash_jupyter.expressions import ExpressionTable

    with ExpressionTable(frame) as table:
        return table.metric(work.metrics[encoding.metric or ""]).value


def _metric_groups(frame: pd.DataFrame, groups: Any, encoding: Encoding, work: Work) -> pd.Series[Any]:
    import pandas as pd

    found = [_metric(frame.iloc[rows], encoding, work) for rows in groups.indices.values()]
    by_key = dict(zip(groups.indices, found, strict=True))
    order = list(groups.size().index)
    return pd.Series([by_key.get(key, by_key.get((key,))) for key in order])
