"""Codes of values and rows: equal values have equal codes, unequal ones differ but for one pair in 2^64.

Codes are made block by block, so that comparing the rows of a long table needs one number for each row
and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.reading import Array
from autodash_jupyter.profiling.stopping import StoppedError, check_stop

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines import Engine

__all__ = ["RowCodes", "all_differ", "combine", "encode", "fits_float", "sorted_parts", "spans"]

_BLOCK = 1 << 18
_KEPT_CODES = 8_000_000  # 64 MB of codes are kept for columns asked for again
_FIRST_LOOK = 5_000
_SORTED_AT_ONCE = 2_000_000
_HASHABLE = {
    "string", "boolean", "integer", "floating", "decimal", "date", "datetime", "time", "timedelta", "empty",
}  # fmt: skip


class RowCodes:
    """The codes of a table's columns, worked out when first asked for."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.row_count = engine.held_rows
        self._kept: dict[int, Array | None] = {}

    @property
    def keeps_all(self) -> bool:
        """Whether arrays given out may be kept here, and must be left as they are."""
        return self.row_count <= _KEPT_CODES

    def whole(self, position: int) -> Array | None:
        """Return a column's codes, or ``None`` where its values can't be compared."""
        if position in self._kept:
            return self._kept[position]
        codes = self._encode(position)
        if (len(self._kept) + 1) * self.row_count <= _KEPT_CODES:
            self._kept[position] = codes
        return codes

    def sampled(self, position: int, rows: Array) -> Array | None:
        """Return the codes of some rows of a column."""
        if position in self._kept:
            codes = self._kept[position]
            return None if codes is None else codes[rows]
        try:
            return encode(self.engine.column(position).iloc[rows])
        except Exception:  # noqa: BLE001 - such a column takes no part in comparisons
            return None

    def _encode(self, position: int) -> Array | None:
        try:
            series = self.engine.column(position)
            codes = np.empty(len(series), dtype=np.uint64)
            whole = fits_float(series)
            for rows in spans(len(series)):
                block = encode(series.iloc[rows], whole)
                if block is None:
                    return None
                codes[rows] = block
        except StoppedError:
            raise
        except Exception:  # noqa: BLE001 - such a column takes no part in comparisons
            return None
        return codes

    def mix_into(self, combined: Array, position: int) -> bool:
        """Take a column into the codes of all rows, in place and block by block.

        Returns ``False``, and changes nothing, where the column's values can't be compared.
        """
        series = self.engine.column(position)
        if position in self._kept or not _is_uniform(series.dtype):
            codes = self.whole(position)
            if codes is not None:
                combine(combined, codes, combined)
            return codes is not None
        whole = fits_float(series)
        for rows in spans(len(series)):
            block = encode(series.iloc[rows], whole)
            if block is not None:
                combine(combined[rows], block, combined[rows])
        return True

    def rows_of(self, positions: Sequence[int]) -> Array | None:
        """Return one code for each row of some columns together; ``None`` where one can't be compared."""
        first, *others = positions
        codes = self.whole(first)
        if codes is None or not others:
            return codes
        combined = codes.copy() if first in self._kept else codes
        return combined if all(self.mix_into(combined, position) for position in others) else None


def _is_uniform(dtype: Any) -> bool:
    """Tell whether any block of such a column can be encoded, as mixed and nested values can't."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in "biufmM"
    return isinstance(dtype, pd.StringDtype | pd.DatetimeTZDtype)


def fits_float(series: pd.Series[Any]) -> bool | None:
    """Tell whether all integers of a column can be compared as floats; ``None`` where that is no question."""
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu":
        return _are_floats(series.to_numpy())
    return None


def encode(series: pd.Series[Any], as_floats: bool | None = None) -> Array | None:
    """Return the codes of a column's values, or ``None`` where they can't be compared.

    ``as_floats`` tells of a block of integers whether all the column's are within what floats hold.
    """
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biufmM":
        return _encode_plain(series.to_numpy(), as_floats)
    if series.dtype == object and pd.api.types.infer_dtype(series, skipna=True) not in _HASHABLE:
        return None
    return np.asarray(pd.util.hash_array(series.array, categorize=True), dtype=np.uint64)


def _encode_plain(values: Array, as_floats: bool | None) -> Array:
    """Encode numbers by value, so that 1 and 1.0 are the same; NaN equals NaN, and -0.0 equals 0."""
    if values.dtype.kind == "f":
        values = values.astype(np.float64) + 0.0
        values[np.isnan(values)] = np.nan
    elif values.dtype.kind == "b":
        values = values.astype(np.float64)
    elif values.dtype.kind in "iu":
        floats = _are_floats(values) if as_floats is None else as_floats
        values = values.astype(np.float64 if floats else np.uint64)
    return _scramble(np.ascontiguousarray(values).view(np.uint64))


def _are_floats(values: Array) -> bool:
    return len(values) == 0 or max(abs(int(values.min())), abs(int(values.max()))) < 2**53


def _scramble(codes: Array) -> Array:
    """Spread the bits of codes (the finaliser of SplitMix64): sums of codes then collide by chance only."""
    with np.errstate(over="ignore"):
        codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(codes ^ (codes >> np.uint64(31)))


def combine(left: Array, right: Array, into: Array | None = None) -> Array:
    """Return one code for each pair of codes; the order matters. ``into`` may be one of the two."""
    combined = np.empty(len(left), dtype=np.uint64) if into is None else into
    with np.errstate(over="ignore"):
        for rows in spans(len(left)):
            combined[rows] = _scramble(left[rows] * np.uint64(3) + right[rows])
    return combined


def spans(size: int) -> Iterator[slice]:
    """Yield the slices of a long array that are worked on at a time."""
    for start in range(0, size, _BLOCK):
        check_stop()
        yield slice(start, start + _BLOCK)


def all_differ(codes: Array) -> bool:
    """Tell whether no code comes twice; most that fail do so among the first few thousand."""
    return not any(
        bool((ordered[1:] == ordered[:-1]).any())
        for part in (codes[:_FIRST_LOOK], codes)
        for ordered in sorted_parts(part)
    )


def sorted_parts(codes: Array) -> Iterator[Array]:
    """Yield all codes in order, a quarter of them at a time where they are many, to save memory."""
    if len(codes) <= _SORTED_AT_ONCE:
        yield np.sort(codes)
        return
    for quarter in range(4):
        pieces = [codes[rows] for rows in spans(len(codes))]
        part = np.concatenate([piece.compress(piece >> np.uint64(62) == quarter) for piece in pieces])
        part.sort()
        yield part
