"""The charts that a dashboard could show: figures over time and by group, numbers against numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from autodash_jupyter.charts.dashboard.plan import Figure
from autodash_jupyter.charts.dashboard.roles import ColumnRoles
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding, Mark

__all__ = ["propose", "time_axes"]

MOST_FIGURES = 5
MOST_GROUPS = 8
MOST_NUMBERS = 8
MOST_COLOURS = 6
MOST_SQUARES = 15  # levels on each side of a heatmap
LINES_FROM = 4  # points in time from which a line says more than bars


def propose(figures: Sequence[Figure], roles: ColumnRoles) -> Iterator[ChartIntent]:
    """Yield every chart worth weighing, the plainest first."""
    groups = roles.groups[:MOST_GROUPS]
    if roles.time is not None:
        yield from _over_time(figures[:MOST_FIGURES], roles.time, groups)
    for figure in figures[:MOST_FIGURES]:
        for group in groups:
            if group.name not in figure.columns:
                yield ChartIntent("bar", {"x": Encoding(group.name), "y": figure.encoding})
    yield from _distributions(roles)
    for one, other in combinations(groups, 2):
        if max(one.distinct, other.distinct) <= MOST_SQUARES:
            by_size = sorted((one, other), key=lambda field: -field.distinct)
            encoding = {"x": Encoding(by_size[0].name), "y": Encoding(by_size[1].name)}
            yield ChartIntent("rect", {**encoding, "color": Encoding(aggregate="count")})


def time_axes(time: Field) -> tuple[Encoding, ...]:
    """Return how a series may run along a column of dates, the coarsest first: by its unit, and by months."""
    if time.is_year:
        return (Encoding(time.name),)
    units = dict.fromkeys((time.time_unit or "yearmonthdate", "yearmonth" if time.time_unit else None))
    return tuple(Encoding(time.name, timeUnit=unit) for unit in units if unit)


def _over_time(figures: Sequence[Figure], time: Field, groups: Sequence[Field]) -> Iterator[ChartIntent]:
    mark: Mark = "line" if time.distinct >= LINES_FROM else "bar"
    axes = time_axes(time)
    for axis in axes:
        for figure in figures:
            yield ChartIntent(mark, {"x": axis, "y": figure.encoding})
    for figure in figures[:2]:
        for group in groups:
            if group.distinct <= MOST_COLOURS and group.name not in figure.columns:
                yield ChartIntent(mark, {"x": axes[0], "y": figure.encoding, "color": Encoding(group.name)})


def _distributions(roles: ColumnRoles) -> Iterator[ChartIntent]:
    numbers = roles.numbers[:MOST_NUMBERS]
    for number in numbers:
        binned = {"x": Encoding(number.name, bin=True), "y": Encoding(aggregate="count")}
        yield ChartIntent("bar", binned)
        for group in roles.groups[:MOST_GROUPS]:
            if group.distinct <= MOST_SQUARES:
                yield ChartIntent("boxplot", {"x": Encoding(group.name), "y": Encoding(number.name)})
    colours = [group for group in roles.groups if group.distinct <= MOST_COLOURS]
    for x, y in combinations(numbers, 2):
        pair = {"x": Encoding(x.name), "y": Encoding(y.name)}
        yield ChartIntent("point", pair)
        if colours:
            yield ChartIntent("point", {**pair, "color": Encoding(colours[0].name)})
