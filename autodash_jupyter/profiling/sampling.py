"""Which rows are looked at where looking at all would take long."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["EXACT_ROWS", "SAMPLE_ROWS", "Rows", "sample_positions"]

EXACT_ROWS = 200_000
"""Up to this many rows, everything is exact."""

SAMPLE_ROWS = 100_000
"""So many rows of a longer table are looked at one by one."""

Rows = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


@functools.lru_cache(maxsize=8)
def sample_positions(row_count: int, size: int = SAMPLE_ROWS, exact_up_to: int = EXACT_ROWS) -> Rows | None:
    """Return the positions of ``size`` rows spread evenly over a table, or ``None`` for all of them.

    ``None`` is returned for tables of at most ``exact_up_to`` rows.

    One row is drawn from each of ``size`` equal stretches. A fixed stride would see one firm only in
    a panel of five firms a day; a draw within each stretch does not. The same count gives the same
    rows, so that profiles are repeatable.

    >>> sample_positions(10) is None
    True
    >>> sample_positions(10, 5, 5).tolist() == sample_positions(10, 5, 5).tolist()
    True
    """
    if row_count <= max(size, exact_up_to):
        return None
    edges = np.linspace(0, row_count, size + 1).astype(np.int64)
    positions = np.random.default_rng(row_count).integers(edges[:-1], edges[1:])
    positions.setflags(write=False)
    return positions
