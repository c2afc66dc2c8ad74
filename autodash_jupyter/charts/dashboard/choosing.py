"""The few charts that say most together: the strongest first, each next one weighed by what it adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autodash_jupyter.charts.dashboard.information import Sample, information
from autodash_jupyter.charts.dashboard.plan import Tile
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.expressions import ExpressionError

__all__ = ["choose", "weigh"]

FEWEST, MOST = 4, 8
LEAST = 0.12  # what a chart must add to be shown beyond the fewest
SAME_PICTURE = 0.3  # what is left of a chart whose columns are all shown together already
SAME_COLUMN, SAME_MARK = 0.7, 0.8  # what is left for each time a column, or a kind of chart, was shown
LINES_FIRST = ("line", "area")


def weigh(sample: Sample, intents: Iterable[ChartIntent]) -> list[Tile]:
    """Return the charts with what each tells; those whose metric can't be computed are left out."""
    tiles = []
    for intent in intents:
        try:
            told = information(sample, intent)
        except ExpressionError:
            continue
        tiles.append(Tile(intent, told.strength, told.how))
    return tiles


def choose(tiles: Sequence[Tile], most: int = MOST) -> tuple[Tile, ...]:
    """Return four to eight of the charts: those that tell most beyond what the others show.

    Fewer, where the table gives fewer. Series come first, for reading.
    """
    left, chosen = list(tiles), list[Tile]()
    while left and len(chosen) < most:
        best = max(left, key=lambda tile: _adds(tile, chosen))
        if len(chosen) >= FEWEST and _adds(best, chosen) < LEAST:
            break
        if best.information <= 0:
            break
        left.remove(best)
        chosen.append(best)
    return tuple(sorted(chosen, key=lambda tile: tile.intent.mark not in LINES_FIRST))


def _adds(tile: Tile, chosen: Sequence[Tile]) -> float:
    shown = Counter(name for each in chosen for name in _columns(each.intent))
    marks = Counter(each.intent.mark for each in chosen)
    value = tile.information * SAME_MARK ** marks[tile.intent.mark]
    for name in _columns(tile.intent):
        value *= SAME_COLUMN ** shown[name]
    if any(_is_same_picture(tile.intent, each.intent) for each in chosen):
        value *= SAME_PICTURE
    return value


def _is_same_picture(one: ChartIntent, other: ChartIntent) -> bool:
    if one.mark == other.mark == "point":
        return _axes(one) == _axes(other)
    return _columns(one) <= _columns(other)


def _axes(intent: ChartIntent) -> frozenset[str | None]:
    return frozenset(intent.encoding[each].field for each in ("x", "y"))


def _columns(intent: ChartIntent) -> frozenset[str]:
    """Return what a chart uses up; the colour of points is a bonus."""
    shown = intent.encoding.items()
    named = (
        each.field or each.metric or each.aggregate
        for channel, each in shown
        if intent.mark != "point" or channel != "color"
    )
    return frozenset(name for name in named if name)
