"""Charts that show every column a sentence names, their open channels filled by what a table has to offer.

A kind of chart takes certain columns on certain channels. Where the sentence leaves a channel open, each
way to fill it well is a reading: these are what else a sentence may mean once its mark is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import Aggregate, Encoding, Mark
from autodash_jupyter.charts.requests import (
    COUNT,
    COUNTED,
    Column,
    Request,
    Shape,
    as_intent,
    axis,
    grouping,
    has_one_row,
    other_numbers,
    sorting,
    usual_aggregates,
)

__all__ = ["MOST_GROUPS", "fillings", "is_well_formed"]

NUMBER, TIME, NAME = "quantitative", "temporal", "nominal"
ANY = (NAME, NUMBER, TIME)
# Which kinds of columns stand on which channel, in the order in which channels are filled.
CHANNELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bar": {"x": ANY, "y": (NUMBER,), "color": (NAME,)},
    "line": {"x": ANY, "y": (NUMBER,), "color": (NAME,)},
    "area": {"x": ANY, "y": (NUMBER,), "color": (NAME,)},
    "arc": {"color": (NAME,), "theta": (NUMBER,)},
    "point": {"x": (NUMBER,), "y": (NUMBER,), "color": (NAME,), "size": (NUMBER,)},
    "rect": {"x": ANY, "y": (NAME, NUMBER)},
    "boxplot": {"x": (NAME,), "y": (NUMBER,)},
}
OPTIONAL = {"point": ("color", "size"), "bar": ("color",), "line": ("color",), "area": ("color",)}
# The channel that shows what is measured: a count, or a number put together.
MEASURE = {"bar": "y", "line": "y", "area": "y", "arc": "theta", "point": "size", "rect": "color"}
MOST_GROUPS = 20  # names that stand side by side without being asked for
MOST_FILLS = 6  # columns tried for one open channel
MOST_FILLINGS = 40
SWAPPED = 0.95  # what is left of a chart's likelihood where columns stand in another order than is usual
SHARED = "distribut"  # what is distributed may be rows or amounts
ADDED = 0.97  # for each column that is a worse filling than the first
COLOURED = 0.8  # where a channel is filled that might be left open
NEXT_MEASURE = 0.93

Placed = dict[str, Column]


def fillings(request: Request, mark: str | None) -> Iterator[Shape]:
    """Go through the charts of a mark that show all the columns of a request; each with how likely it is.

    >>> city = Column(Field("city", 0, "nominal", 3, ((),)))
    >>> price = Column(Field("price", 1, "quantitative", 90, ((),)))
    >>> first = next(fillings(Request((price, city), (city.field, price.field)), "boxplot"))[0]
    >>> {channel: each.field for channel, each in first.encoding.items()}
    {'x': 'city', 'y': 'price'}
    """
    if mark in CHANNELS:
        yield from islice(_fillings(request, cast("Mark", mark)), MOST_FILLINGS)


def _fillings(request: Request, mark: Mark) -> Iterator[Shape]:
    shown = [each for each in request.columns if each.role not in COUNTED]
    if not shown:  # what is counted may be a group itself, unless each of its rows is another one
        named = request.columns
        shown = [
            each for each in named if not (request.counts and (each.field.is_key or each.field.is_identifier))
        ]
    for placed, likely in _placings(shown, request, mark):
        for filled, share in _filled(placed, request, mark):
            for encoding, weight in _measured(filled, request, mark):
                intent = as_intent(request, mark, dict(sorted(encoding.items(), key=_in_order)))
                yield intent, likely * share * weight


def _in_order(item: tuple[str, Encoding]) -> int:
    return ("x", "y", "theta", "color", "size").index(item[0])


def _placings(
    columns: Sequence[Column], request: Request, mark: Mark, placed: Placed | None = None
) -> Iterator[tuple[Placed, float]]:
    """Go through the ways to give each column a channel."""
    placed = placed or {}
    if not columns:
        if _stands_well(placed, mark):
            yield placed, SWAPPED ** _swaps(placed)
        return
    column, *rest = columns
    for channel, kinds in CHANNELS[mark].items():
        kind = TIME if column.bin else column.field.kind  # a number in classes stands where time may
        if channel in placed or kind not in kinds or not _may_stand(column, channel, mark):
            continue
        if request.counts and channel == MEASURE.get(mark):
            continue  # rows are counted there
        yield from _placings(rest, request, mark, {**placed, channel: column})


def _may_stand(column: Column, channel: str, mark: Mark) -> bool:
    if column.aggregate or column.field.metric is not None:
        return channel == MEASURE.get(mark) or (mark == "boxplot" and channel == "y")
    return column.role not in ("color", "size") or column.role == channel or column.role not in CHANNELS[mark]


def _stands_well(placed: Placed, mark: Mark) -> bool:
    """Whether two columns of a kind stand in the order of the table, where their order says nothing."""
    if mark not in ("point", "rect") or not {"x", "y"} <= placed.keys():
        return True
    x, y = placed["x"], placed["y"]
    if x.field.kind == TIME or {x.role, y.role} & {"x", "y"}:
        return True
    return x.field.position < y.field.position


def _swaps(placed: Placed) -> int:
    color, x = placed.get("color"), placed.get("x")
    if color is None or x is None:
        return 0
    return int((color.role, x.role) in (("group", ""), ("x", "")) or x.role == "color")


def _filled(placed: Placed, request: Request, mark: Mark) -> Iterator[tuple[Placed, float]]:
    """Fill the channels that a chart can't do without, then, less likely, one that it can."""
    optional = OPTIONAL.get(mark, ())
    measure = MEASURE.get(mark)
    needed = [each for each in CHANNELS[mark] if each not in placed and each not in (*optional, measure)]
    for full, share in _with(placed, needed, request, mark):
        yield full, share
        for channel in optional:
            if channel not in full and channel != measure:
                yield from (
                    (more, share * COLOURED * each) for more, each in _with(full, [channel], request, mark)
                )


def _with(
    placed: Placed, channels: Sequence[str], request: Request, mark: Mark
) -> Iterator[tuple[Placed, float]]:
    if not channels:
        yield placed, 1.0
        return
    channel, *rest = channels
    used = {each.field.name for each in placed.values()}
    kinds = CHANNELS[mark][channel]
    found = [each for each in _offers(request) if each.field.kind in kinds and each.field.name not in used]
    tried = 0
    for column in found:
        if not _stands_well({**placed, channel: column}, mark):
            continue
        tried += 1
        if tried > MOST_FILLS:
            return
        for full, share in _with({**placed, channel: column}, rest, request, mark):
            yield full, share * ADDED ** (tried - 1)


def _offers(request: Request) -> list[Column]:
    """Return columns for open channels: those that filters name, then what shows few groups."""
    offered = list({each.field.name: each for each in (*request.offered, *request.filtered)}.values())
    names = {each.field.name for each in (*offered, *request.columns)}
    counted = [each for each in request.columns if each.role in COUNTED]
    others = [
        field for field in request.fields
        if field.name not in names and (field.kind != NAME or 2 <= field.distinct <= MOST_GROUPS)
    ]  # fmt: skip
    others.sort(key=lambda field: (field.is_key or field.is_identifier, field.distinct < 2, field.position))
    return [*offered, *map(Column, others), *(Column(each.field) for each in counted)]


def _measured(placed: Placed, request: Request, mark: Mark) -> Iterator[tuple[dict[str, Encoding], float]]:
    """Go through what a chart of placed columns measures."""
    channel = MEASURE.get(mark)
    encoding = {name: _encoded(name, each, request, mark) for name, each in placed.items() if name != channel}
    if channel is None:
        yield encoding, 1.0
        return
    groups = [each for name, each in placed.items() if name != channel]
    if channel in placed:
        spoken = placed[channel].aggregate or request.aggregate
        if spoken and any(has_one_row(each, request) and each not in request.columns for each in groups):
            return  # one row for each group: nothing to put together
        for place, name in enumerate(_aggregates(placed[channel], groups, request, mark)):
            shown = Encoding(placed[channel].field.name, cast("Aggregate | None", name))
            yield {**encoding, channel: shown}, NEXT_MEASURE**place
        return
    if mark == "point":
        if request.counts:
            yield {**encoding, channel: COUNT}, 1.0
        else:
            yield encoding, 1.0
            yield {**encoding, channel: COUNT}, COLOURED
        return
    yield {**encoding, channel: COUNT}, 0.5 if request.aggregate == "mean" else 1.0
    if mark == "rect" or (request.counts and SHARED not in request.sentence):
        return
    for place, field in enumerate(other_numbers(request, groups)[:3]):
        for step, name in enumerate(_aggregates(Column(field), groups, request, mark)):
            yield (
                {**encoding, channel: Encoding(field.name, cast("Aggregate | None", name))},
                (COLOURED * ADDED**place * NEXT_MEASURE**step),
            )


def _encoded(channel: str, column: Column, request: Request, mark: Mark) -> Encoding:
    if mark in ("point", "boxplot"):
        return Encoding(column.field.name)
    if channel == "color":
        sort = sorting(request, "theta") if mark == "arc" else None
        return Encoding(column.field.name, sort=sort) if mark == "arc" else grouping(column, request)
    return grouping(column, request) if mark == "rect" else axis(column, request)


def _aggregates(
    column: Column, groups: Sequence[Column], request: Request, mark: Mark
) -> Sequence[str | None]:
    spoken = column.aggregate or request.aggregate
    if spoken:
        return (spoken,)
    if mark == "point":
        return (None, "sum", "mean")
    if any(has_one_row(each, request) for each in groups):
        return (None,)
    return usual_aggregates(request, groups, mark)


def is_well_formed(encodings: Mapping[str, Encoding], mark: str, fields: Mapping[str, Field]) -> bool:
    """Whether a chart's columns stand on channels that suit their kinds."""
    slots = CHANNELS.get(mark)
    if slots is None:
        return True
    for channel, each in encodings.items():
        if channel == "column" and each.field is not None and fields[each.field].kind == NUMBER:
            return False
        if each.field is None or channel not in slots or each.metric is not None:
            continue
        if fields[each.field].kind not in slots[channel] and not each.aggregate:
            return False
    return True
