"""Which columns tell the rows apart, and which rows are the same."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

import numpy as np

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling.reading import Array
from autodash_jupyter.profiling.row_codes import RowCodes, all_differ, combine, sorted_parts, spans
from autodash_jupyter.profiling.sampling import sample_positions
from autodash_jupyter.profiling.semantic_types import NESTED, PLACES

__all__ = ["LARGEST", "find_candidate_keys", "find_duplicate_rows"]

_KEY_TYPES = {
    "identifier": 0, "email": 1, "date": 2, "datetime": 2, "year": 2, "name": 3, "url": 3, "phone": 3,
    "place": 4, "country": 4, "region": 4, "postal code": 4,
    "category": 5, "ordinal": 6, "time": 6, "ip": 6, "flag": 7, "text": 8,
}  # fmt: skip
_SINGLE_KEY_TYPES = PLACES | {"identifier", "email", "date", "datetime", "year", "name", "url", "phone", "ip"}
_PAIRED_COLUMNS = 14
_KEYS_SHOWN = 4
_SECONDS = 0.4
_BITS = 24  # of a code, by which rows are told that may repeat another

LARGEST = 12_000_000
"""So many rows are compared at once; of longer tables a share is."""


def find_candidate_keys(codes: RowCodes, columns: Sequence[ColumnProfile]) -> tuple[tuple[int, ...], ...]:
    """Return the smallest groups of columns whose values tell all rows apart, as positions.

    Single columns first, then pairs, then triples of those that may be part of a key (quantities and
    columns with missing values may not); the search ends with the first size that has any, or after
    0.4 seconds.
    """
    rows = codes.row_count
    if rows < 2:
        return ()
    able = [column for column in columns if column.semantic_type in _KEY_TYPES and not column.missing]
    able.sort(key=lambda column: (_KEY_TYPES[column.semantic_type], -column.confidence, column.position))
    singles = [
        column
        for column in able
        if column.semantic_type in _SINGLE_KEY_TYPES and (column.distinct or 0) >= 0.95 * column.count
    ]
    found: list[tuple[int, ...]] = [(column.position,) for column in singles if _is_key(codes, column)]
    if found:
        return tuple(found[:_KEYS_SHOWN])
    able = [column for column in able if column.semantic_type != "text" and (column.distinct or 0) > 1]
    deadline = time.perf_counter() + _SECONDS
    for size in (2, 3):
        found = _find_groups(codes, able[: _PAIRED_COLUMNS if size == 2 else 9], size, deadline)
        if found:
            return tuple(found)
    return ()


def _is_key(codes: RowCodes, column: ColumnProfile) -> bool:
    if "distinct" not in column.errors and codes.row_count == column.count:
        return column.distinct == column.count
    position = column.position
    return codes.row_count <= LARGEST and not _repeats(codes, position) and _tells_apart(codes, (position,))


def _repeats(codes: RowCodes, position: int) -> bool:
    """Tell whether some rows spread evenly over a long table show already that a value comes twice."""
    rows = sample_positions(codes.row_count)
    sampled = None if rows is None else codes.sampled(position, rows)
    return sampled is not None and not all_differ(sampled)


def _find_groups(
    codes: RowCodes, able: Sequence[ColumnProfile], size: int, deadline: float
) -> list[tuple[int, ...]]:
    rows = codes.row_count
    found: list[tuple[int, ...]] = []
    if rows > LARGEST:
        return found
    for group in itertools.combinations(able, size):
        if time.perf_counter() > deadline or len(found) == _KEYS_SHOWN:
            break
        combinations = np.prod([float(column.distinct or 0) for column in group])
        # Where there are far more combinations than rows, the rows of a short table differ by chance.
        if combinations < rows or (combinations > 50 * rows and rows < 200):
            continue
        positions = tuple(sorted(column.position for column in group))
        if _may_tell_apart(codes, positions) and _tells_apart(codes, positions):
            found.append(positions)
    return found


def _may_tell_apart(codes: RowCodes, positions: tuple[int, ...]) -> bool:
    """Look at the first and at some scattered rows: most groups that are no key show it there."""
    if codes.row_count < 50_000:
        return True
    for rows in (np.arange(10_000), np.arange(0, codes.row_count, codes.row_count // 20_000)):
        found = [codes.sampled(position, rows) for position in positions]
        known = [code for code in found if code is not None]
        if len(known) < len(found) or not all_differ(_together(known)):
            return False
    return True


def _together(parts: Sequence[Array]) -> Array:
    combined = parts[0]
    for part in parts[1:]:
        combined = combine(combined, part)
    return combined


def _tells_apart(codes: RowCodes, positions: tuple[int, ...]) -> bool:
    combined = codes.rows_of(positions)
    return combined is not None and all_differ(combined)


def find_duplicate_rows(codes: RowCodes, columns: Sequence[ColumnProfile]) -> int | None:
    """Count the rows equal to an earlier one, or return ``None`` where a column can't be compared.

    Column after column is taken in, those with most distinct values first, and only rows not yet told
    apart are looked at further. Of tables longer than 12 million rows, only those whose first column has
    a low code are: equal rows are in or out together, so the count is scaled up.
    """
    ranked = sorted(columns, key=lambda column: (_is_slow(column), -(column.distinct or 0)))
    rows: Array | None = None
    combined: Array | None = None
    share, combinations, incomparable = 1.0, 1.0, False
    for number, column in enumerate(ranked):
        if combined is None:
            combined, rows, share = _first_codes(codes, column.position)
            known = combined is not None
        else:
            known = _take_in(codes, column.position, combined, rows)
        if combined is None or not known:
            incomparable = True
            continue
        combinations *= max(column.distinct or 1, 1)
        if combinations >= codes.row_count and number + 1 < len(ranked):
            kept = _may_repeat(combined)
            if len(kept) == 0:
                return 0
            rows, combined = (kept if rows is None else rows[kept]), combined[kept]
    if combined is None:
        return None if columns else 0
    repeats = round(_count_repeats(combined) / share)
    return None if incomparable and repeats else repeats


def _first_codes(codes: RowCodes, position: int) -> tuple[Array | None, Array | None, float]:
    """Return codes that may be changed, the rows they are of (``None``: all), and the share of these."""
    code = codes.whole(position)
    if code is None or len(code) <= LARGEST:
        return (code.copy() if code is not None and codes.keeps_all else code), None, 1.0
    share = LARGEST / 4 / len(code)
    rows = np.flatnonzero(code <= np.uint64(int(share * (2**64 - 1))))
    return code[rows], rows, share


def _take_in(codes: RowCodes, position: int, combined: Array, rows: Array | None) -> bool:
    """Take a column into the codes of rows, in place; ``False`` where it can't be compared."""
    if rows is None:
        return codes.mix_into(combined, position)
    code = codes.sampled(position, rows)
    if code is not None:
        combine(combined, code, combined)
    return code is not None


def _is_slow(column: ColumnProfile) -> bool:
    return column.semantic_type in NESTED or not column.dtype.startswith(
        ("int", "uint", "float", "bool", "date", "time")
    )


def _may_repeat(codes: Array) -> Array:
    """Return the positions of all codes that come more than once, and of a few that don't."""
    first_bits = np.zeros(1 << _BITS, dtype=bool)
    shift = np.uint64(64 - _BITS)
    for ordered in sorted_parts(codes):
        first_bits[ordered[1:][ordered[1:] == ordered[:-1]] >> shift] = True
    found = [np.flatnonzero(first_bits[codes[rows] >> shift]) + rows.start for rows in spans(len(codes))]
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _count_repeats(codes: Array) -> int:
    return sum(int(np.count_nonzero(part[1:] == part[:-1])) for part in sorted_parts(codes))
