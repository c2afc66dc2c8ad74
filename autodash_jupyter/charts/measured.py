"""Charts of one measure over one or two columns: bars, lines, areas, slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from autodash_jupyter.charts.intent import Aggregate, Encoding, Mark
from autodash_jupyter.charts.requests import (
    COUNT,
    COUNTED,
    Column,
    Request,
    Shape,
    as_intent,
    axis,
    fills,
    grouping,
    has_one_row,
    is_panel,
    other_numbers,
    sorting,
    usual_aggregates,
)

__all__ = ["measure", "measured"]

MOST_COLOURS = 20


def measured(request: Request, columns: Sequence[Column], mark: Mark) -> Iterator[Shape]:
    """Bars, lines, areas and slices: one measure over one or two columns."""
    for shown, groups, share in _measures(request, columns, mark):
        ordered = _ordered(groups, mark)
        ordered_choices = [[fill] for fill in fills(request, columns, mark)] if not ordered else [ordered]
        for place, choice in enumerate(ordered_choices[:5]):
            yield from (
                (intent, share * weight * 0.97**place)
                for intent, weight in _laid_out(request, shown, choice, mark)
            )
        if request.mark_sure and mark in ("bar", "line") and len(ordered) == 1:
            for place, fill in enumerate(_colours(request, columns)):
                yield from (
                    (intent, share * weight * 0.7 * 0.97**place)
                    for intent, weight in _laid_out(request, shown, [*ordered, fill], mark)
                )


def _colours(request: Request, columns: Sequence[Column]) -> list[Column]:
    """Return columns of few values, by which bars or lines may be told apart further."""
    return [each for each in fills(request, columns, "arc") if 2 <= each.field.distinct <= MOST_COLOURS][:2]


def _measures(
    request: Request, columns: Sequence[Column], mark: Mark
) -> Iterator[tuple[Encoding, list[Column], float]]:
    counted = [c for c in columns if c.role in COUNTED]
    rest = [c for c in columns if c.role not in COUNTED]
    spoken = [
        c for c in columns if c.aggregate == "distinct" or (c.is_number and (c.aggregate or c.field.metric))
    ]
    free = [c for c in columns if c.is_number and c.role in ("", "y", "counted") and c not in spoken]
    if request.counts and not spoken:
        things = [c for c in counted if c.is_number and not c.field.is_identifier]
        if things and rest:
            yield measure(things[0], request, "sum"), [c for c in columns if c is not things[0]], 1.02
        yield COUNT, rest or counted, 1.0
        if counted and rest:
            yield COUNT, [*rest, *counted], 0.85
        if free and len(columns) > 1:
            yield measure(free[0], request, "sum"), [c for c in columns if c is not free[0]], 0.7
        return
    if spoken:
        for c in spoken[:2]:
            yield measure(c, request, "mean"), [o for o in columns if o is not c], 1.0
        return
    if free:
        c = free[0]
        groups = [o for o in columns if o is not c]
        first, second = usual_aggregates(request, groups, mark)
        yield measure(c, request, first, groups), groups, 1.0
        if request.aggregate is None:
            yield measure(c, request, second, groups), groups, 0.9
            if len(columns) == 1:
                yield COUNT, [c], 0.85
        return
    yield COUNT, list(columns), 0.5 if request.aggregate == "mean" else 1.0  # rows have no average
    if request.aggregate in ("sum", "mean") or mark in ("arc", "line"):
        for field in other_numbers(request, columns)[:2]:
            yield measure(Column(field), request, "sum", columns), list(columns), 0.8
            yield measure(Column(field), request, "mean", columns), list(columns), 0.79


def measure(column: Column, request: Request, usual: str, groups: Sequence[Column] = ()) -> Encoding:
    """Return what an axis measures: the aggregate that is said, or else the usual one."""
    if column.field.metric is not None:
        field, spoken = column.field.metric
        return Encoding(field or None, cast("Aggregate | None", spoken or None), metric=column.field.name)
    name = column.aggregate or request.aggregate or usual
    if not column.aggregate and not request.aggregate and any(has_one_row(c, request) for c in groups):
        return Encoding(column.field.name)  # one row for each group: nothing to put together
    return Encoding(column.field.name, aggregate=cast("Aggregate", name))


def _ordered(groups: Sequence[Column], mark: Mark) -> list[Column]:
    """Return the axis first: time, then what the sentence names first."""
    if mark == "arc":
        return list(groups)
    rest = [c for c in groups if c.role not in ("color", "facet")]
    rest.sort(key=lambda c: c.field.kind != "temporal")
    return rest + [c for role in ("color", "facet") for c in groups if c.role == role]


def _laid_out(request: Request, shown: Encoding, groups: Sequence[Column], mark: Mark) -> Iterator[Shape]:
    if mark == "arc":
        names = groups[:1]
        for place, group in enumerate(groups[:3]):
            encoding = {"theta": shown, "color": Encoding(group.field.name, sort=sorting(request, "theta"))}
            yield as_intent(request, mark, encoding), 1.0 * 0.9**place if names else 0.5
        return
    orders = [groups]
    if len(groups) > 1:
        orders.append([groups[1], groups[0], *groups[2:]])
    for place, order in enumerate(orders):
        x = axis(order[0], request)
        encoding = {"x": x, "y": shown}
        if len(order) == 2 and is_panel(order[1]):
            encoding["column"] = grouping(order[1], request)
        elif len(order) > 1:
            stack: str | bool | None = False if request.stacking == "grouped" else None
            stack = "normalize" if request.stacking == "normalize" else stack
            encoding["y"] = replace(shown, stack=stack)
            encoding["color"] = grouping(order[1], request)
        if len(order) > 2:
            encoding["column"] = grouping(order[2], request)
        yield as_intent(request, mark, encoding), 0.92**place
