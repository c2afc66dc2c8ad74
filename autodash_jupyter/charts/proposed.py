"""What a language model may propose: a typed chart, checked against the table before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from autodash_jupyter.charts.fields import Field as Column
from autodash_jupyter.charts.intent import Aggregate, ChartIntent, Encoding, Mark
from autodash_jupyter.charts.proposed_filters import ProposedFilter, as_predicate
from autodash_jupyter.charts.vocabulary import Vocabulary
from autodash_jupyter.errors import did_you_mean

__all__ = ["ProposedChannel", "ProposedChart", "checked"]

CHANNELS = ("x", "y", "theta", "color", "size", "column", "text")
NEEDED = {
    "arc": ("theta", "color"),
    "text": ("text",),
    "rect": ("x", "y", "color"),
    "tick": ("x",),
    "boxplot": ("y",),
}
TIME_UNITS = ("year", "yearquarter", "yearmonth", "yearweek", "yearmonthdate", "day", "hours")
MOST_LISTED = 50
FEWEST_BINS, MOST_BINS = 2, 100


class ProposedChannel(BaseModel):
    """What one channel shows."""

    model_config = ConfigDict(extra="ignore")

    field: str | None = Field(None, description="a column's or a metric's name; none where rows are counted")
    aggregate: str | None = Field(None, description="count, sum, mean, median, min, max, distinct, or none")
    time_unit: str | None = Field(None, description=f"of a column of dates: {', '.join(TIME_UNITS)}, or none")
    bins: int | None = Field(None, description="into about how many bins numbers are put, or none")


class ProposedChart(BaseModel):
    """One chart, in Vega-Lite's words."""

    model_config = ConfigDict(extra="ignore")

    mark: str = Field(description=f"one of {', '.join(get_args(Mark))}")
    x: ProposedChannel | None = None
    y: ProposedChannel | None = None
    theta: ProposedChannel | None = None
    color: ProposedChannel | None = None
    size: ProposedChannel | None = None
    column: ProposedChannel | None = None
    text: ProposedChannel | None = None
    filters: list[ProposedFilter] = []
    sort: str | None = Field(None, description="ascending or descending, by what is measured; or none")
    limit: int | None = Field(None, description="only so many groups, the first by sort; or none")


@dataclass(slots=True)
class _Check:
    words: Vocabulary
    mistakes: list[str]

    def column(self, name: str) -> Column | None:
        """Return the column of a name, as the model may have written it."""
        known = {field.name: field for field in self.words.fields}
        folded = {field.name.casefold(): field for field in reversed(self.words.fields)}
        folded |= {field.title.casefold(): field for field in self.words.fields if field.title} | folded
        found = known.get(name) or folded.get(name.strip().strip('"`').casefold())
        if found is None:
            self.mistakes.append(f"there is no column {name!r}.{did_you_mean(name, known)}")
        return found


def checked(proposed: ProposedChart, words: Vocabulary) -> tuple[ChartIntent | None, list[str]]:
    """Return the intent a proposal stands for, ``None`` where it can't be drawn, and what is wrong with it.

    What can be mended without guessing (upper and lower case, a unit of time where a date needs one) is.

    >>> words = Vocabulary((Column("Price", 0, "quantitative", 9, ((),)),))
    >>> proposed = ProposedChart(mark="text", text=ProposedChannel(field="price", aggregate="mean"))
    >>> checked(proposed, words)[0].as_dict()
    {'mark': 'text', 'encoding': {'text': {'field': 'Price', 'aggregate': 'mean'}}}
    """
    check = _Check(words, [])
    if proposed.mark not in get_args(Mark):
        check.mistakes.append(f"mark {proposed.mark!r} is none of {', '.join(get_args(Mark))}")
        return None, check.mistakes
    given = {name: getattr(proposed, name) for name in CHANNELS}
    encoding = {name: _encoding(each, check) for name, each in given.items() if each is not None}
    filters = tuple(as_predicate(each, words, check.column, check.mistakes) for each in proposed.filters)
    if check.mistakes:
        return None, check.mistakes
    found = {name: each for name, each in encoding.items() if each is not None}
    check.mistakes += _missing(proposed.mark, found, words)
    if check.mistakes:
        return None, check.mistakes
    transform = tuple({"filter": each} for each in filters if each is not None)
    limit = None if proposed.limit is None else max(1, min(proposed.limit, MOST_LISTED))
    intent = ChartIntent(cast("Mark", proposed.mark), found, transform, limit)
    return _sorted(intent, proposed.sort), []


def _encoding(channel: ProposedChannel, check: _Check) -> Encoding | None:
    aggregate = None if channel.aggregate in (None, "", "none") else channel.aggregate
    aggregate = {"average": "mean", "avg": "mean", "nunique": "distinct"}.get(aggregate or "", aggregate)
    if aggregate is not None and aggregate not in get_args(Aggregate):
        check.mistakes.append(f"aggregate {aggregate!r} is none of {', '.join(get_args(Aggregate))}")
        return None
    if not channel.field:
        if aggregate != "count":
            check.mistakes.append("a channel without a field counts rows: its aggregate is count")
            return None
        return Encoding(aggregate="count")
    field = check.column(channel.field)
    if field is None:
        return None
    if field.metric is not None:
        name, plain = field.metric
        return Encoding(name or None, cast("Aggregate | None", plain or None), metric=field.name)
    return _of_column(field, cast("Aggregate | None", aggregate), channel, check)


def _of_column(
    field: Column, aggregate: Aggregate | None, channel: ProposedChannel, check: _Check
) -> Encoding | None:
    if aggregate == "count":
        return Encoding(aggregate="count")
    if aggregate not in (None, "distinct") and field.kind != "quantitative" and field.yes is None:
        check.mistakes.append(f"{field.name!r} holds no numbers, so it has no {aggregate}")
        return None
    if aggregate is not None:
        return Encoding(field.name, aggregate)
    dated = field.kind == "temporal" and not field.is_year
    unit = channel.time_unit if channel.time_unit in TIME_UNITS else field.time_unit
    bins = channel.bins if field.kind == "quantitative" else None
    return Encoding(
        field.name,
        bin=None if not bins else {"maxbins": float(max(FEWEST_BINS, min(bins, MOST_BINS)))},
        timeUnit=unit if dated else None,
    )


def _missing(mark: str, encoding: Mapping[str, Encoding], words: Vocabulary) -> list[str]:
    needed: Sequence[str] = NEEDED.get(mark, ("x", "y"))
    if mark == "boxplot":
        kinds = {field.name: field.kind for field in words.fields}
        y = encoding.get("y")
        if y is None or y.aggregate or kinds.get(y.field or "") != "quantitative":
            return ["a boxplot needs on y a column of numbers without an aggregate"]
    lacking = [name for name in needed if name not in encoding]
    if lacking:
        return [f"a chart of mark {mark} needs {' and '.join(lacking)}"]
    measured = [each for each in encoding.values() if each.aggregate or each.metric]
    if mark in ("bar", "arc", "area", "text") and not measured:
        return [f"a chart of mark {mark} needs an aggregate: what is measured in each group?"]
    if "x" in encoding and encoding["x"] in measured and mark != "point":
        return ["what is measured stands on y, the groups on x"]
    return []


def _sorted(intent: ChartIntent, sort: str | None) -> ChartIntent:
    channel = {"arc": "color"}.get(intent.mark, "x")
    measured = next((c for c, e in intent.encoding.items() if e.aggregate or e.metric), None)
    if channel not in intent.encoding or measured is None or (sort is None and intent.limit is None):
        return intent
    order = measured if sort == "ascending" else f"-{measured}"
    return replace(
        intent, encoding={**intent.encoding, channel: replace(intent.encoding[channel], sort=order)}
    )
