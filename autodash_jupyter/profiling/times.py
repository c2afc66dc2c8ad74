"""How finely a column of moments is spaced, and where it has gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autodash_jupyter.profiling.moments import blocks
from autodash_jupyter.profiling.reading import Array

__all__ = ["Coverage", "coverage", "granularity"]

_MOST_DAYS = 1_000_000
_FIRST_LOOK = 50_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days, months or years between the first and the last moment, and how many have none.

    ``longest_gap`` are the first and the last period of the longest gap.
    """

    unit: str
    periods: int
    absent: int
    longest_gap: tuple[str, str] | None = None


def granularity(moments: Array) -> str | None:
    """Return the coarsest of year, month, day, hour, minute and second that the moments are whole of.

    >>> granularity(np.array(["2020-01-01", "2020-03-01"], dtype="datetime64[ns]"))
    'month'
    """
    if moments.dtype.kind != "M" or len(moments) == 0:
        return None
    few = _present(moments[:: max(1, len(moments) // 1000)])
    for unit, name in _UNITS:
        # Most columns that are not whole in a unit show it in a few values.
        if _whole_in(few, unit) and _whole_in(moments, unit):
            return name
    return "second"


_UNITS = (("Y", "year"), ("M", "month"), ("D", "day"), ("h", "hour"), ("m", "minute"))


def _whole_in(moments: Array, unit: str) -> bool:
    return not any(
        bool(np.any(_present(block).astype(f"datetime64[{unit}]") != _present(block)))
        for block in blocks(moments)
    )


def _present(moments: Array) -> Array:
    absent = np.isnat(moments)
    return moments[~absent] if absent.any() else moments


def coverage(moments: Array, name: str) -> Coverage | None:
    """Tell which days, months or years of the time covered have no rows.

    Times of day are left aside: ``name`` is a ``granularity``. Sparse dates (fewer than half the days
    of their span present) are no series, and have no gaps: ``None``.
    """
    unit = {"year": "Y", "month": "M"}.get(name, "D")
    edges = _edges(moments, unit)
    if edges is None:
        return None
    first, span = edges[0], edges[1] - edges[0] + 1
    if span > _MOST_DAYS or span < 3:
        return None
    # Some of the rows show already that a dense series has no gap.
    present = np.zeros(span, dtype=bool)
    for some in (moments[:: max(1, len(moments) // _FIRST_LOOK)], moments):
        for block in blocks(some):
            present[_present(block).astype(f"datetime64[{unit}]").astype(np.int64) - first] = True
        if len(some) == len(moments) or present.all():
            break
    absent = span - int(np.count_nonzero(present))
    if absent > 0.5 * span:
        return None
    word = {"Y": "year", "M": "month"}.get(unit, "day")
    if not absent:
        return Coverage(word, span, 0)
    at = np.flatnonzero(present)
    widest = int(np.argmax(np.diff(at)))
    gap = (first + int(at[widest]) + 1, first + int(at[widest + 1]) - 1)
    start, end = np.array(gap).astype(f"datetime64[{unit}]").astype(str).tolist()
    return Coverage(word, span, absent, (start, end))


def _edges(moments: Array, unit: str) -> tuple[int, int] | None:
    """Return the first and the last period, counted from 1970."""
    known = _present(moments)
    if not len(known):
        return None
    known = known.astype(known.dtype.newbyteorder("="), copy=False)
    numbers = known.view(np.int64)  # their extremes take a tenth of the time
    edges = np.array([numbers.min(), numbers.max()]).view(known.dtype)
    first, last = edges.astype(f"datetime64[{unit}]").astype(np.int64)
    return int(first), int(last)
