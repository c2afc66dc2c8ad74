"""The tiny picture of a column: a histogram with its quartiles, or a bar of the most frequent values."""

from __future__ import annotations

import datetime as dt

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling.card_facts import often
from autodash_jupyter.profiling.semantic_types import LEVELS, NESTED

__all__ = ["picture"]

WIDTH, HEIGHT = 132, 36
# Where styles are taken out, as in a notebook that is not trusted, the size and a colour remain.
_FRAME = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" stroke="currentColor"'
_THICK = 16
_FLOOR = 29.0
_WIDEST_BAR = 16.0
_SHADES = (0.95, 0.72, 0.52, 0.36, 0.24)
_WITHOUT = NESTED | {"identifier", "constant", "empty", "unknown"}


def picture(column: ColumnProfile) -> str:
    """Return the picture of a column as an inline drawing; nothing where one would tell nothing."""
    if column.personal or column.semantic_type in _WITHOUT:
        return ""
    if column.histogram and column.semantic_type not in LEVELS:
        return _histogram(column)
    if often(column):
        return _shares(column)
    return ""


def _histogram(column: ColumnProfile) -> str:
    counts = column.histogram
    most, step = max(counts), WIDTH / len(counts)
    width = min(step * 0.84, _WIDEST_BAR)
    bars = "".join(
        f"M{(number + 0.5) * step:.1f} {_FLOOR:.0f}V{_FLOOR - max(1.0, (_FLOOR - 2) * count / most):.1f}"
        for number, count in enumerate(counts)
        if count
    )
    return (
        f'<svg {_FRAME} role="img" aria-label="histogram of {len(counts)} equal bins">'
        f'<path style="stroke-width:{width:.1f}" d="{bars}"/>'
        f'<path class="adp-axis" d="M0 {_FLOOR + 0.5}h{WIDTH}"/>{_quartiles(column)}</svg>'
    )


def _quartiles(column: ColumnProfile) -> str:
    """Draw where the middle half of the values lies, and the median, below the histogram."""
    marks = [_place(column, column.quantiles.get(name)) for name in ("25%", "50%", "75%")]
    low, middle, high = marks
    if low is None or middle is None or high is None:
        return ""
    line = f'<path class="adp-half" d="M{low:.1f} 33.5H{max(high, low + 1):.1f}"/>'
    return f'{line}<path class="adp-median" d="M{middle:.1f} 31v5"/>'


def _place(column: ColumnProfile, number: float | None) -> float | None:
    low, high = (_seconds_or_number(edge) for edge in (column.minimum, column.maximum))
    if number is None or low is None or high is None or not low < high or not low <= number <= high:
        return None
    return max(1.0, min(WIDTH - 1.0, WIDTH * ((number - low) / (high - low))))


def _seconds_or_number(edge: object) -> float | None:
    if isinstance(edge, dt.timedelta):
        return edge.total_seconds()
    if isinstance(edge, int | float) and abs(edge) < 1e300:
        return float(edge)
    return None


def _shares(column: ColumnProfile) -> str:
    """Draw the shares of the most frequent values, which the words beside it tell as well."""
    left, parts = 0.0, []
    for shade, (_, count) in zip(_SHADES, column.top_values, strict=False):
        width = min(WIDTH * count / column.count, WIDTH - left)
        parts.append(_segment(left, max(width - 1, 0.5), shade))
        left += width
    if left < WIDTH - 1:
        parts.append(_segment(left, WIDTH - left, 0.1))
    return f'<svg {_FRAME} stroke-width="{_THICK}" aria-hidden="true">{"".join(parts)}</svg>'


def _segment(left: float, width: float, shade: float) -> str:
    return f'<path class="adp-share" opacity="{shade:g}" d="M{left:.1f} 18h{width:.1f}"/>'
