"""What all charts of a dashboard are filtered by, and their numbers for each choice, computed beforehand."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np

from autodash_jupyter.charts.dashboard.levels import levels_of
from autodash_jupyter.charts.dashboard.roles import ColumnRoles
from autodash_jupyter.charts.data import ChartData, chart_data
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.measuring import is_measure
from autodash_jupyter.charts.wording import field_title

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.charts.tables import ChartTable
    from autodash_jupyter.charts.vocabulary import Vocabulary

__all__ = ["Filter", "Numbers", "choose_filters", "draws_rows", "filters_of", "numbers_of"]

Shown = Mapping[str, Collection[Any]]

MOST_FILTERS = 3
MOST_CHOICES = 12
MOST_COMBINATIONS = 150
MOST_ROWS = 1_000  # of one chart, over all choices
MOST_POINTS = 600  # of a chart that draws rows as they are


@dataclass(frozen=True, slots=True)
class Filter:
    """A column to filter by, and its values in their order.

    ``channel`` is the name of the parameter that holds the choice (0: all, else a value's place from 1), and
    of the field that says which choice a row belongs to.
    """

    column: str
    title: str
    channel: str
    values: tuple[Any, ...]

    def place(self, value: object) -> int:
        """Return the number of a value's choice, -1 where it is none of them."""
        return self.values.index(value) + 1 if value in self.values else -1


def choose_filters(roles: ColumnRoles, used: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are best to filter by: those of few values that the charts speak of most."""
    able = [field for field in roles.groups if field.distinct <= MOST_CHOICES]
    if roles.time is not None and roles.time.is_year and roles.time.distinct <= MOST_CHOICES:
        able.append(roles.time)
    able.sort(key=lambda field: (field.yes is not None, -used.count(field.name)))
    chosen: list[Field] = []
    size = 1
    for field in able[:MOST_FILTERS]:
        if size * (field.distinct + 1) <= MOST_COMBINATIONS:
            chosen.append(field)
            size *= field.distinct + 1
    return tuple(field.name for field in chosen)


def filters_of(
    frame: pd.DataFrame, fields: Mapping[str, Field], columns: Sequence[str]
) -> tuple[Filter, ...]:
    """Return the filters by these columns, with the values each has."""
    found = []
    for place, column in enumerate(columns):
        intent = ChartIntent("bar", {"x": Encoding(column), "y": Encoding(aggregate="count")})
        values = [row["x"] for row in chart_data(frame, intent, fields).rows if row["x"] is not None]
        if fields[column].kind != "nominal":
            values.sort()
        found.append(Filter(column, field_title(fields[column]), f"filter{place}", tuple(values)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The table that a dashboard's numbers are computed from, and what it is filtered by."""

    frame: pd.DataFrame
    words: Vocabulary
    filters: tuple[Filter, ...]

    @property
    def fields(self) -> dict[str, Field]:
        """The columns by their names."""
        return {field.name: field for field in self.words.fields if field.metric is None}

    def whole(self, intent: ChartIntent) -> ChartData:
        """Return what a chart draws of all rows. Raises ExpressionError as a metric does."""
        return self._data(self.frame, intent)

    def filtered(
        self, intent: ChartIntent, most_rows: int = MOST_ROWS
    ) -> tuple[ChartData, tuple[Filter, ...]]:
        """Return what a chart draws for every choice of the filters, and the filters it follows.

        Each row tells in ``filter0``, ``filter1`` … which choice it is drawn at (0: all). Where single rows
        are drawn, it tells the row's own value, so it is drawn at that choice and at 0. A chart of many
        groups follows only so many filters as its rows stay under ``most_rows``.
        """
        whole = self.whole(intent)
        if draws_rows(intent):
            return self._single_rows(intent, whole), self.filters
        followed = self._followed(len(whole.rows), most_rows)
        rows = [self._placed(row, followed) for row in whole.rows]
        shown, drawn = self._shown(intent, whole), {_group(intent, row) for row in whole.rows}
        numbers_at = self._boxes_at if intent.mark == "boxplot" else self._groups_at
        for some in _choices(followed):
            split = numbers_at(intent, some, shown)
            rows += [self._placed(row, followed) for row in split if _group(intent, row) in drawn]
        return replace(whole, rows=tuple(rows)), followed

    def _followed(self, groups: int, most_rows: int) -> tuple[Filter, ...]:
        chosen: list[Filter] = []
        for each in self.filters:
            if groups * math.prod(len(one.values) + 1 for one in (*chosen, each)) <= most_rows:
                chosen.append(each)
        return tuple(chosen)

    def _shown(self, intent: ChartIntent, whole: ChartData) -> Shown:
        """Return the words that each channel shows of all rows: any choice shows the same."""
        return {
            channel: {row[channel] for row in whole.rows}
            for channel, each in intent.encoding.items()
            if not is_measure(each) and self.fields[each.field or ""].kind == "nominal"
        }

    def _groups_at(
        self, intent: ChartIntent, some: Sequence[Filter], shown: Shown
    ) -> Iterable[Mapping[str, Any]]:
        """Return a chart's rows for each value of some filters."""
        by = {each.channel: Encoding(each.column) for each in some}
        encoding = {channel: _share_within(each, list(by)) for channel, each in intent.encoding.items()}
        split = replace(intent, encoding={**encoding, **by}, limit=None)
        return self._data(self.frame, split, {**shown, **{each.channel: each.values for each in some}}).rows

    def _boxes_at(
        self, intent: ChartIntent, some: Sequence[Filter], shown: Shown
    ) -> Iterator[Mapping[str, Any]]:
        """Return the boxes of the rows at each value of some filters."""
        places = [self._places(each) for each in some]
        for values in product(*(each.values for each in some)):
            at = [codes == each.place(value) for codes, each, value in zip(places, some, values, strict=True)]
            part = self.frame[np.logical_and.reduce(at)]
            chosen = {each.channel: value for each, value in zip(some, values, strict=True)}
            if len(part):
                yield from ({**row, **chosen} for row in self._data(part, intent, shown).rows)

    def _data(self, rows: pd.DataFrame, intent: ChartIntent, shown: Shown | None = None) -> ChartData:
        return chart_data(rows, intent, self.fields, self.words.metrics, self.words.conditions, shown)

    def _places(self, by: Filter) -> Any:
        """Return the number of the choice that each row belongs to."""
        codes, values = levels_of(self.frame, self.fields[by.column])
        known = [by.place(value) for value in values]
        known = [at if at > 0 else by.place(str(value)) for at, value in zip(known, values, strict=True)]
        return np.array([*known, -1])[codes]

    def _single_rows(self, intent: ChartIntent, whole: ChartData) -> ChartData:
        data = self.whole(replace(intent, encoding={**intent.encoding, **self._channels()}))
        step = max(-(-len(data.rows) // MOST_POINTS), 1)
        rows = [self._placed(row, self.filters) for row in data.rows[::step]]
        notes = whole.notes
        if step > 1:
            notes = (f"{len(rows):,} of {whole.rows_read:,} rows are drawn, chosen at random.",)
        return replace(whole, rows=tuple(rows), notes=notes)

    def _channels(self) -> dict[str, Encoding]:
        return {each.channel: Encoding(each.column) for each in self.filters}

    def _placed(self, row: Mapping[str, Any], followed: Sequence[Filter]) -> dict[str, Any]:
        """Return a row with the numbers of its choices in place of their values."""
        return {**row} | {
            each.channel: each.place(row[each.channel]) if each.channel in row else 0 for each in followed
        }


def numbers_of(table: ChartTable, words: Vocabulary, columns: Collection[str]) -> Numbers:
    """Return what numbers of these columns are computed from; other columns may stay where they are."""
    conditions = " ".join([*words.metrics.values(), *words.conditions.values()])
    mentioned = {field.name for field in words.fields if field.name in conditions}
    frame, placed = table.columns(sorted({*columns, *mentioned}))
    fields = tuple(
        replace(field, position=placed[field.name].position) if field.metric is None else field
        for field in words.fields
        if field.metric is not None or field.name in placed
    )
    return Numbers(frame, replace(words, fields=fields), ())


def draws_rows(intent: ChartIntent) -> bool:
    """Tell whether a chart draws the table's rows one by one, nothing put together."""
    return intent.mark != "boxplot" and not any(map(is_measure, intent.encoding.values()))


def _choices(filters: Sequence[Filter]) -> Iterator[Sequence[Filter]]:
    for count in range(1, len(filters) + 1):
        yield from combinations(filters, count)


def _share_within(encoding: Encoding, channels: Sequence[str]) -> Encoding:
    """Return a measure that is a share of what is at the same choice, any other one as it is."""
    window = encoding.window
    if window is None or window["op"] != "share":
        return encoding
    within = [window["of"]] if "of" in window else []
    return replace(encoding, window={**window, "of": [*within, *channels]})


def _group(intent: ChartIntent, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells a chart's groups apart in one of its rows."""
    return tuple(row.get(c) for c, e in intent.encoding.items() if e.field is not None and not is_measure(e))
