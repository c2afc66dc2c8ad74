"""Compares the cells of two columns, whatever array of pandas' holds them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["PARTS", "same_cells"]

PARTS = ("_ndarray", "_data", "_mask")
"""Where extension arrays keep their numpy arrays."""


def same_cells(left: Any, right: Any, *, rows: int | None = None) -> bool:
    """Whether two columns hold the same bytes (or the very same objects), in the first ``rows`` or in all."""
    if type(left) is not type(right) or len(left) != len(right) or left.dtype != right.dtype:
        return False
    if not isinstance(left, np.ndarray):
        arrow = getattr(left, "_pa_array", None)
        if arrow is not None:
            return bool(arrow[:rows].equals(right._pa_array[:rows]))  # noqa: SLF001
        parts = [name for name in PARTS if isinstance(getattr(left, name, None), np.ndarray)]
        return bool(parts) and all(
            same_cells(getattr(left, name), getattr(right, name), rows=rows) for name in parts
        )
    start, piece, end = 0, 1 << 8, min(len(left), rows or len(left))
    while start < end:  # most differences show at once, so the first piece is small
        stop = min(start + piece, end)
        if left[start:stop].tobytes() != right[start:stop].tobytes():
            return False
        start, piece = stop, 1 << 16
    return True
