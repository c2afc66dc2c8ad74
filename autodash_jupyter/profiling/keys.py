"""Which columns tell the rows apart, and which rows are the same.

Every value becomes a 64-bit code; equal values have equal codes, and unequal ones differ but for one
pair in 2^64. Rows are then compared by their codes alone.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling.reading import Array

__all__ = ["RowCodes", "find_candidate_keys", "find_duplicate_rows"]

_KEY_TYPES = {
    "identifier": 0, "email": 1, "date": 2, "datetime": 2, "year": 2, "name": 3, "url": 3, "phone": 3,
    "place": 4, "category": 5, "ordinal": 6, "time": 6, "ip": 6, "flag": 7, "text": 8,
}  # fmt: skip
_SINGLE_KEY_TYPES = {"identifier", "email", "date", "datetime", "year", "name", "url", "phone", "place", "ip"}
_PAIRED_COLUMNS = 14
_KEYS_SHOWN = 4
_SECONDS = 0.4
_FIRST_LOOK = 5_000


class RowCodes:
    """The codes of a frame's columns, worked out when first asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._codes: dict[int, Array | None] = {}

    def whole(self, position: int) -> Array | None:
        """Return a column's codes, or ``None`` where its values can't be compared."""
        if position not in self._codes:
            self._codes[position] = _encode(self.frame, position)
        return self._codes[position]

    def sampled(self, position: int, rows: Array) -> Array | None:
        """Return the codes of some rows of a column."""
        if position in self._codes:
            codes = self._codes[position]
            return None if codes is None else codes[rows]
        return _encode(self.frame, position, rows)


def _encode(frame: pd.DataFrame, position: int, rows: Array | None = None) -> Array | None:
    try:
        series: pd.Series[Any] = frame.iloc[:, position]
        if rows is not None:
            series = series.iloc[rows]
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biufmM":
            return _encode_plain(series.to_numpy())
        if series.dtype == object and pd.api.types.infer_dtype(series, skipna=True) not in _HASHABLE:
            return None
        return np.asarray(pd.util.hash_array(series.array, categorize=True), dtype=np.uint64)
    except Exception:  # noqa: BLE001 - such a column takes no part in keys
        return None


_HASHABLE = {
    "string",
    "boolean",
    "integer",
    "floating",
    "decimal",
    "date",
    "datetime",
    "time",
    "timedelta",
    "empty",
}


def _encode_plain(values: Array) -> Array:
    """Encode numbers by value, so that 1 and 1.0 are the same; NaN equals NaN, and -0.0 equals 0."""
    if values.dtype.kind == "f":
        values = values.astype(np.float64) + 0.0
        values[np.isnan(values)] = np.nan
    elif values.dtype.kind == "b" or (values.dtype.kind in "iu" and _fits_float(values)):
        values = values.astype(np.float64)
    return _scramble(np.ascontiguousarray(values).view(np.uint64))


def _fits_float(values: Array) -> bool:
    return len(values) == 0 or max(abs(int(values.min())), abs(int(values.max()))) < 2**53


def _scramble(codes: Array) -> Array:
    """Spread the bits of codes (the finaliser of SplitMix64): sums of codes then collide by chance only."""
    with np.errstate(over="ignore"):
        codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(codes ^ (codes >> np.uint64(31)))


def _combine(left: Array, right: Array) -> Array:
    with np.errstate(over="ignore"):
        return _scramble(left * np.uint64(3) + right)


def _all_differ(codes: Array) -> bool:
    """Tell whether no code comes twice; most that fail do so among the first few thousand."""
    for part in (codes[:_FIRST_LOOK], codes):
        ordered = np.sort(part)
        if bool((ordered[1:] == ordered[:-1]).any()):
            return False
    return True


def find_candidate_keys(codes: RowCodes, columns: Sequence[ColumnProfile]) -> tuple[tuple[int, ...], ...]:
    """Return the smallest groups of columns whose values tell all rows apart, as positions.

    Single columns first, then pairs, then triples of those that may be part of a key (quantities and
    columns with missing values may not); the search ends with the first size that has any, or after
    0.4 seconds.
    """
    rows = len(codes.frame)
    if rows < 2:
        return ()
    able = [column for column in columns if column.semantic_type in _KEY_TYPES and not column.missing]
    able.sort(key=lambda column: (_KEY_TYPES[column.semantic_type], -column.confidence, column.position))
    singles = [
        column
        for column in able
        if column.semantic_type in _SINGLE_KEY_TYPES and (column.distinct or 0) >= 0.95 * rows
    ]
    found: list[tuple[int, ...]] = [
        (column.position,) for column in singles if _tells_apart(codes, (column.position,))
    ]
    if found:
        return tuple(found[:_KEYS_SHOWN])
    able = [column for column in able if column.semantic_type != "text" and (column.distinct or 0) > 1]
    deadline = time.perf_counter() + _SECONDS
    for size in (2, 3):
        found = _find_groups(codes, able[: _PAIRED_COLUMNS if size == 2 else 9], size, deadline)
        if found:
            return tuple(found)
    return ()


def _find_groups(
    codes: RowCodes, able: Sequence[ColumnProfile], size: int, deadline: float
) -> list[tuple[int, ...]]:
    rows = len(codes.frame)
    found: list[tuple[int, ...]] = []
    for group in itertools.combinations(able, size):
        if time.perf_counter() > deadline or len(found) == _KEYS_SHOWN:
            break
        combinations = np.prod([float(column.distinct or 0) for column in group])
        # Where there are far more combinations than rows, the rows of a short table differ by chance.
        if combinations < rows or (combinations > 50 * rows and rows < 200):
            continue
        positions = tuple(sorted(column.position for column in group))
        if _tells_apart(codes, positions):
            found.append(positions)
    return found


def _tells_apart(codes: RowCodes, positions: tuple[int, ...]) -> bool:
    combined: Array | None = None
    for position in positions:
        code = codes.whole(position)
        if code is None:
            return False
        combined = code if combined is None else _combine(combined, code)
    return combined is not None and _all_differ(combined)


def find_duplicate_rows(codes: RowCodes) -> int | None:
    """Count the rows equal to an earlier one, or return ``None`` where a column can't be compared.

    Column after column is taken in, and only rows not yet told apart are looked at further.
    """
    rows = np.arange(len(codes.frame))
    combined = np.zeros(len(rows), dtype=np.uint64)
    incomparable = False
    for position in range(codes.frame.shape[1]):
        code = codes.whole(position) if len(rows) > len(codes.frame) // 2 else codes.sampled(position, rows)
        if code is None:
            incomparable = True
            continue
        combined = _combine(combined, code if len(code) == len(rows) else code[rows])
        if position % 2 == 0 and len(rows) > 1000 and position + 1 < codes.frame.shape[1]:
            repeated = pd.Series(combined).duplicated(keep=False).to_numpy()
            rows, combined = rows[repeated], combined[repeated]
        if len(rows) == 0:
            return 0
    repeats = int(pd.Series(combined).duplicated().sum())
    return None if incomparable and repeats else repeats
