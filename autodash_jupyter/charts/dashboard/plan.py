"""What a dashboard shows, before any number is computed: its figures, charts and filters."""

from __future__ import annotations

from dataclasses import dataclass

from autodash_jupyter.charts.intent import ChartIntent, Encoding

__all__ = ["Figure", "Plan", "Tile"]


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
    """What a dashboard shows; ``filters`` are the columns that all charts can be filtered by."""

    title: str
    figures: tuple[Figure, ...] = ()
    tiles: tuple[Tile, ...] = ()
    filters: tuple[str, ...] = ()
