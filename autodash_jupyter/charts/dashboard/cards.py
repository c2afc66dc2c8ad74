"""The figures at the head of a dashboard: each with its value, how it changed, and its run over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.charts.dashboard.filters import Filter, Numbers
from autodash_jupyter.charts.dashboard.numbers_text import change_text, figure_text, moment_text
from autodash_jupyter.charts.dashboard.plan import Figure
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding

__all__ = ["Card", "card"]

LEAST_POINTS = 3
MOST_RUN_ROWS = 500  # of one figure's course, over all choices
LAST_DAYS = 28  # of a month: from this day on it counts as whole


@dataclass(frozen=True, slots=True)
class Card:
    """A figure for every choice of the filters.

    ``values`` has a row for each choice, its ``value`` and ``change`` as text; ``runs`` the points of its
    course, ``x`` and ``y``; ``followed`` and ``run_followed`` are the filters these obey; ``total`` is its
    value over all rows.
    """

    figure: Figure
    values: tuple[Mapping[str, Any], ...]
    runs: tuple[Mapping[str, Any], ...] = ()
    followed: tuple[Filter, ...] = ()
    run_followed: tuple[Filter, ...] = ()
    total: float | None = None


def card(figure: Figure, numbers: Numbers, time: Field | None) -> Card:
    """Compute a figure. Raises ExpressionError where its metric can't be computed."""
    single, followed = numbers.filtered(ChartIntent("text", {"text": figure.encoding}))
    runs: tuple[Mapping[str, Any], ...] = ()
    along: tuple[Filter, ...] = ()
    changes: dict[tuple[int, ...], str] = {}
    if time is not None and time.name not in figure.columns:
        axis = _axis(time)
        course, along = numbers.filtered(
            ChartIntent("line", {"x": axis, "y": figure.encoding}), MOST_RUN_ROWS
        )
        if len({row["x"] for row in course.rows}) >= LEAST_POINTS:
            runs = tuple(_complete(course.rows, time, axis))
            changes = _changes(runs, along, axis)
    values = tuple(
        {
            **{each.channel: row[each.channel] for each in followed},
            "value": figure_text(row["text"], figure.unit),
            "change": _change_at(row, changes, followed, along),
        }
        for row in single.rows
    )
    total = next((row["text"] for row in single.rows if not any(_choice(row, followed))), None)
    known = total if isinstance(total, int | float) else None
    return Card(figure, values, runs, followed, along, known)


def _change_at(
    row: Mapping[str, Any],
    changes: Mapping[tuple[int, ...], str],
    followed: tuple[Filter, ...],
    along: tuple[Filter, ...],
) -> str:
    """Return the change at a choice; nothing where the course doesn't follow a filter that is set."""
    others = tuple(each for each in followed if each not in along)
    return "" if any(_choice(row, others)) else changes.get(_choice(row, along), "")


def _axis(time: Field) -> Encoding:
    if time.is_year:
        return Encoding(time.name)
    return Encoding(time.name, timeUnit="yearmonth" if time.time_unit else "yearmonthdate")


def _choice(row: Mapping[str, Any], followed: tuple[Filter, ...]) -> tuple[int, ...]:
    return tuple(row[each.channel] for each in followed)


def _complete(rows: tuple[Mapping[str, Any], ...], time: Field, axis: Encoding) -> list[Mapping[str, Any]]:
    """Return the points in order, without the last month where the table ends before that month does."""
    points = sorted((row for row in rows if row.get("x") is not None), key=lambda row: str(row["x"]))
    latest = time.latest
    if axis.timeUnit == "yearmonth" and latest is not None and latest.day < LAST_DAYS:
        begun = latest.replace(day=1).isoformat()
        points = [row for row in points if not str(row["x"]).startswith(begun)]
    return points


def _changes(
    runs: tuple[Mapping[str, Any], ...], followed: tuple[Filter, ...], axis: Encoding
) -> dict[tuple[int, ...], str]:
    """Return how much the last point differs from the one before it, for each choice."""
    lines: dict[tuple[int, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in runs:
        lines[_choice(row, followed)].append(row)
    return {
        choice: change_text(
            line[-2]["y"], line[-1]["y"], *(moment_text(line[at]["x"], axis.timeUnit) for at in (-1, -2))
        )
        for choice, line in lines.items()
        if len(line) > 1
    }
