"""What is asked of a chart once its columns are settled, and how a column stands on an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.charts.binning import fitting
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding, Mark

__all__ = [
    "COARSE",
    "COUNT",
    "COUNTED",
    "Column",
    "Request",
    "Shape",
    "as_intent",
    "axis",
    "fills",
    "grouping",
    "has_one_row",
    "is_panel",
    "other_numbers",
    "sorting",
    "usual_aggregates",
]

Shape = tuple[ChartIntent, float]
COUNT = Encoding(aggregate="count")
COUNTED = frozenset({"counted", "thing"})  # parts of columns that only say what the rows are
COARSE = {"maxbins": 10.0}
MOST_PANELS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column to show, its aggregate where the sentence gives one, and the part it plays."""

    field: Field
    aggregate: str | None = None
    role: str = ""
    bin: Mapping[str, float] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it can be a measure."""
        return self.field.kind == "quantitative" and self.bin is None


@dataclass(frozen=True, slots=True)
class Request:
    """One way to read a sentence, its columns being settled.

    ``filtered`` are columns that only filters name, ``offered`` those of them whose values may stand side by
    side on a chart that needs another column.
    """

    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    mark: str | None = None
    mark_sure: bool = False
    counts: bool = False
    aggregate: str | None = None
    bin: Mapping[str, float] | None = None
    time_unit: str | None = None
    order: str | None = None
    limit: int | None = None
    stacking: str | None = None
    filters: tuple[Mapping[str, Any], ...] = ()
    offered: tuple[Column, ...] = ()
    filtered: tuple[Column, ...] = ()
    sentence: str = ""


def as_intent(request: Request, mark: Mark, encoding: Mapping[str, Encoding]) -> ChartIntent:
    """Return an intent with the filters and the limit of a request."""
    return ChartIntent(mark, encoding, request.filters, request.limit)


def other_numbers(request: Request, columns: Sequence[Column]) -> list[Field]:
    """Return the columns of numbers that the sentence names none of."""
    named = {c.field.name for c in columns}
    found = [f for f in request.fields if f.kind == "quantitative" and f.name not in named]
    return sorted(found, key=lambda f: f.is_identifier)


def fills(request: Request, columns: Sequence[Column], mark: Mark) -> list[Column]:
    """Return columns that may stand where the sentence names none, the most telling first."""
    named = {c.field.name for c in columns}
    numbers = mark in ("line", "area", "bar")
    found = [f for f in request.fields if f.name not in named and (numbers or f.kind != "quantitative")]
    if mark in ("line", "area"):
        ranks = {"temporal": 0, "quantitative": 1, "nominal": 2}
    else:
        ranks = {"nominal": 0, "quantitative": 1, "temporal": 2}
    found.sort(key=lambda f: (f.is_key, ranks[f.kind], _clumsy(f)))
    offered = [c for c in request.offered if c.field.name not in named]
    return offered + [Column(f) for f in found if f.name not in {c.field.name for c in offered}]


def _clumsy(field: Field) -> tuple[bool, int]:
    return (not 2 <= field.distinct <= 20, field.distinct if field.distinct > 20 else 0)


def axis(column: Column, request: Request) -> Encoding:
    """Return a column as an axis of groups: numbers in bins, dates by a unit."""
    field = column.field
    if field.kind == "temporal" and not field.is_year:
        unit = request.time_unit or field.time_unit
        return Encoding(field.name, timeUnit=unit, sort=sorting(request, "y") if request.limit else None)
    if field.kind == "quantitative" and (column.bin or request.bin or not field.is_discrete):
        return Encoding(field.name, bin=_bin(column, request))
    return Encoding(field.name, sort=sorting(request, "y"))


def grouping(column: Column, request: Request) -> Encoding:
    """Return a column as colours or panels."""
    field = column.field
    if field.kind == "temporal" and not field.is_year:
        return Encoding(field.name, timeUnit=request.time_unit or field.time_unit)
    if field.kind == "quantitative" and (column.bin or not field.is_discrete):
        return Encoding(field.name, bin=_bin(column, request))
    return Encoding(field.name)


def is_panel(column: Column) -> bool:
    """Whether a panel is asked for each of a column's values, and they are few enough."""
    return column.role == "facet" and column.field.distinct <= MOST_PANELS


def _bin(column: Column, request: Request) -> Mapping[str, float]:
    return column.bin or fitting(request.bin, column.field) or COARSE


def sorting(request: Request, channel: str) -> str | None:
    """Return the order by what a channel measures, where the sentence asks for one."""
    if request.order is None and request.limit is None:
        return None
    return channel if request.order == "ascending" else f"-{channel}"


def usual_aggregates(request: Request, groups: Sequence[Column], mark: Mark) -> tuple[str, str]:
    """Return the aggregate that people mean without saying it: shares add up, single bars compare."""
    if mark in ("arc", "area") or request.stacking in ("zero", "normalize"):
        return "sum", "mean"
    if request.stacking == "grouped" or len(groups) < 2:
        return "mean", "sum"
    return "sum", "mean"


def has_one_row(column: Column, request: Request) -> bool:
    """Whether each of its groups has one row, so that there is nothing to put together."""
    field = column.field
    if field.kind == "temporal":
        return field.is_key and request.time_unit is None and field.time_unit is None
    return field.is_key and field.is_discrete
