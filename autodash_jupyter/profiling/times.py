"""How finely a column of moments is spaced, and where it has gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autodash_jupyter.profiling.reading import Array

__all__ = ["Coverage", "coverage", "granularity"]

_MOST_DAYS = 1_000_000


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
    few = moments[:: max(1, len(moments) // 1000)]
    for unit, name in _UNITS:
        # Most columns that are not whole in a unit show it in a few values.
        if _whole_in(few, unit) and _whole_in(moments, unit):
            return name
    return "second"


_UNITS = (("Y", "year"), ("M", "month"), ("D", "day"), ("h", "hour"), ("m", "minute"))


def _whole_in(moments: Array, unit: str) -> bool:
    return np.array_equal(moments.astype(f"datetime64[{unit}]"), moments)


def coverage(moments: Array, name: str) -> Coverage | None:
    """Tell which days, months or years of the time covered have no rows.

    Times of day are left aside: ``name`` is a ``granularity``. Sparse dates (fewer than half the days
    of their span present) are no series, and have no gaps: ``None``.
    """
    unit = {"year": "Y", "month": "M"}.get(name, "D")
    periods = moments.astype(f"datetime64[{unit}]").astype(np.int64)
    if len(periods) == 0:
        return None
    first, span = int(periods.min()), int(periods.max() - periods.min()) + 1
    if span > _MOST_DAYS or span < 3:
        return None
    present = np.zeros(span, dtype=bool)
    present[periods - first] = True
    absent = span - int(np.count_nonzero(present))
    if absent > 0.5 * span:
        return None
    word = {"Y": "year", "M": "month"}.get(unit, "day")
    if not absent:
        return Coverage(word, span, 0)
    at = np.flatnonzero(present)
    widest = int(np.argmax(np.diff(at)))
    edges = (first + int(at[widest]) + 1, first + int(at[widest + 1]) - 1)
    start, end = np.array(edges).astype(f"datetime64[{unit}]").astype(str).tolist()
    return Coverage(word, span, absent, (start, end))
