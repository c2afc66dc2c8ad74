"""Charts that show rows or how they spread: points, boxes, tiles, strips, densities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import Aggregate, Encoding
from autodash_jupyter.charts.measured import measured
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
    is_panel,
    other_numbers,
)

__all__ = ["boxes", "points", "spreads", "tiles"]

GROUPED = frozenset({"group", "color", "facet"})
MOST_TILES = 20  # names along one side


def points(request: Request, columns: Sequence[Column]) -> Iterator[Shape]:
    """Go through scatter plots."""
    numbers = [c for c in columns if c.is_number and not c.aggregate and c.role not in ("size", "counted")]
    sized = [c for c in columns if c.is_number and (c.aggregate or c.role == "size")]
    others = [c for c in columns if not c.is_number and c.role not in COUNTED]
    if len(numbers) < 2 and not request.counts and not sized and others:
        yield as_intent(request, "point", _dotted(request, numbers, others)), 0.9
    pairs = [numbers] if len(numbers) >= 2 else [
        [*numbers, *extra] for extra in _pairs(other_numbers(request, columns), 2 - len(numbers))
    ]  # fmt: skip
    for place, pair in enumerate(pairs[:5]):
        x, y = pair[:2]
        if x.role == "y" or y.role == "x":
            x, y = y, x
        encoding = {"x": Encoding(x.field.name), "y": Encoding(y.field.name)}
        if len(pair) > 2:
            encoding["size"] = Encoding(pair[2].field.name)
        if sized:
            encoding["size"] = Encoding(sized[0].field.name, cast("Aggregate | None", sized[0].aggregate))
        elif request.counts:
            encoding["size"] = COUNT
        if others:
            encoding["column" if is_panel(others[0]) else "color"] = Encoding(others[0].field.name)
        yield as_intent(request, "point", encoding), 0.97**place


def _dotted(request: Request, numbers: Sequence[Column], others: Sequence[Column]) -> dict[str, Encoding]:
    y = Encoding(numbers[0].field.name) if numbers else COUNT
    encoding = {"x": axis(others[0], request), "y": y}
    if len(others) > 1:
        encoding["color"] = grouping(others[1], request)
    return encoding


def _pairs(fields: Sequence[Field], wanted: int) -> list[list[Column]]:
    if wanted == 1:
        return [[Column(field)] for field in fields]
    return [[Column(a), Column(b)] for i, a in enumerate(fields) for b in fields[i + 1 :]]


def boxes(request: Request, columns: Sequence[Column]) -> Iterator[Shape]:
    """Go through box plots."""
    numbers = [c for c in columns if c.is_number]
    if len(numbers) > 1:  # "by number of rooms": each number of them is a group
        numbers = [c for c in numbers if c.role != "group" or not c.field.is_discrete] or numbers
    groups = [c for c in columns if c not in numbers and c.role not in COUNTED]
    groups = groups or [c for c in columns if c not in numbers]
    ys = numbers[:1] or [Column(f) for f in other_numbers(request, columns)]
    xs = groups[:1] or fills(request, columns, "boxplot")
    for place, y in enumerate(ys[:5]):
        for step, x in enumerate(xs[:5]):
            encoding = {
                "x": grouping(x, request) if x.role else Encoding(x.field.name),
                "y": Encoding(y.field.name),
            }
            if len(groups) > 1:
                encoding["color"] = Encoding(groups[1].field.name)
            yield as_intent(request, "boxplot", encoding), 0.97 ** (place + step)
    if numbers and not groups:
        yield as_intent(request, "boxplot", {"y": Encoding(numbers[0].field.name)}), 0.8


def spreads(request: Request, columns: Sequence[Column], mark: str) -> Iterator[Shape]:
    """Go through strips and densities."""
    numbers = [c for c in columns if c.is_number and c.field.metric is None]
    if len(numbers) > 1:  # "by number of rooms": each number of them is a group
        numbers = [c for c in numbers if c.role not in GROUPED or not c.field.is_discrete] or numbers
    groups = [c for c in columns if c not in numbers and c.role not in COUNTED]
    if not numbers:
        yield from measured(request, columns, "bar")
        return
    if mark == "tick":
        encoding = {"x": Encoding(numbers[0].field.name)}
        if groups:
            encoding["y"] = grouping(groups[0], request)
        yield as_intent(request, "tick", encoding), 1.0
        return
    encoding = {"x": Encoding(numbers[0].field.name, bin={"maxbins": 40.0}), "y": COUNT}
    for group in groups[:2]:
        channel = "column" if is_panel(group) or "color" in encoding else "color"
        encoding[channel] = grouping(group, request)
    if "color" in encoding:  # shapes are compared one before the other: stacked, they would hide each other's
        encoding["y"] = replace(COUNT, stack=False)
    yield as_intent(request, "area", encoding), 1.0


def tiles(request: Request, columns: Sequence[Column]) -> Iterator[Shape]:
    """Go through heat maps."""
    measured = [c for c in columns if c.is_number and c.aggregate]
    shown = [c for c in columns if c not in measured and c.role not in COUNTED]
    shown += [c for c in columns if c.role in COUNTED][: 2 - len(shown)] if len(shown) < 2 else []
    if len(shown) > 2:  # "delay by weekday and station": two groups, coloured by the number
        shown.sort(key=lambda c: c.is_number and not c.role)
    named = {c.field.name for c in columns}
    extra = [c for c in request.offered if c.field.name not in named]
    shown += extra[: max(0, 2 - len(shown))]
    taken = {c.field.name for c in (*shown, *measured)}
    fills = [
        Column(f)
        for f in request.fields
        if f.name not in taken and (f.kind != "nominal" or 2 <= f.distinct <= MOST_TILES)
    ]
    color = Encoding(measured[0].field.name, cast("Aggregate", measured[0].aggregate)) if measured else COUNT
    pairs = [shown[:2]] if len(shown) >= 2 else [[*shown, fill] for fill in fills]
    for place, pair in enumerate([pair for pair in pairs if len(pair) == 2][:5]):
        if len(shown) > 2 and shown[2].is_number and not measured:
            color = Encoding(shown[2].field.name, "mean")
        x, y = sorted(
            pair, key=lambda c: (c.role == "y", c.role != "x", c.field.kind != "temporal", c.field.position)
        )
        encoding = {"x": grouping(x, request), "y": grouping(y, request), "color": color}
        yield as_intent(request, "rect", encoding), 0.97**place
