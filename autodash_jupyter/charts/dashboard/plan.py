"""What a dashboard shows, before any number is computed: its figures, charts and filters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.outliers import filtered_fields

__all__ = ["Figure", "Plan", "Tile", "within"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the table with a name: a metric of its context, or an aggregate of a column.

    ``columns`` are those it is computed from.
    """

    name: str
    encoding: Encoding
    unit: str = ""
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tile:
    """One chart of a dashboard, and why it is there.

    ``information`` is how much it tells, 0 to 1: the strength of what it shows, 0 being what a table without
    any pattern would show; ``reason`` says how that was measured, or which sentence asked for the chart.
    """

    intent: ChartIntent
    information: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a dashboard shows.

    ``filters`` are the columns that all charts can be filtered by, ``time`` the one that figures run along.
    """

    title: str
    figures: tuple[Figure, ...] = ()
    tiles: tuple[Tile, ...] = ()
    filters: tuple[str, ...] = ()
    time: str | None = None

    @property
    def columns(self) -> set[str]:
        """The columns that its numbers are computed from."""
        needed = {name for figure in self.figures for name in figure.columns} | set(self.filters)
        for tile in self.tiles:
            needed |= _columns(tile)
        return needed | ({self.time} if self.time is not None else set())


def within(plan: Plan, names: Collection[str]) -> Plan:
    """Return what of a plan can be shown of a table that has these columns.

    >>> bars = Tile(ChartIntent("bar", {"x": Encoding("city"), "y": Encoding(aggregate="count")}))
    >>> within(Plan("Sales", tiles=(bars,), filters=("city",)), {"price"})
    Plan(title='Sales', figures=(), tiles=(), filters=(), time=None)
    """
    return replace(
        plan,
        figures=tuple(figure for figure in plan.figures if figure.columns <= set(names)),
        tiles=tuple(tile for tile in plan.tiles if _columns(tile) <= set(names)),
        filters=tuple(name for name in plan.filters if name in names),
        time=plan.time if plan.time in names else None,
    )


def _columns(tile: Tile) -> set[str]:
    return {*tile.intent.fields, *filtered_fields(tile.intent)}
