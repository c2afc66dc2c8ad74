"""Counts the values of a long column: all of them where that is cheap, else how many there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autodash_jupyter.profiling.distinct import estimate_distinct_numbers
from autodash_jupyter.profiling.frequencies import (
    COUNTED_VALUES,
    Frequencies,
    ValueCounter,
    most_distinct,
    sort_in_place,
)
from autodash_jupyter.profiling.moments import Moments
from autodash_jupyter.profiling.reading import Array, Reading
from autodash_jupyter.profiling.stopping import check_stop
from autodash_jupyter.profiling.texts import with_extremes, with_frequencies

__all__ = ["SORTED_ANYWAY", "SORTED_ROWS", "count_values"]

SORTED_ROWS = 4_000_000
"""Up to so many numbers of few distinct values, or of no two equal ones, are copied and sorted: 32 MB."""

SORTED_ANYWAY = 500_000
"""Up to so many, all other numbers are too."""

_TALLIED_SPAN = 1 << 16  # integers no further apart are counted in an array with a place for each


def count_values(reading: Reading, counter: ValueCounter) -> Reading:
    """Replace what a sample told of a column by what all its rows tell, as far as that is cheap.

    What the counter can't read stays as the sample told it.
    """
    import duckdb

    try:
        if reading.texts is not None:
            return _count_texts(reading, counter)
        if reading.moments is not None and reading.family in ("number", "time", "span"):
            return _count_numbers(reading, reading.moments, counter)
    except (duckdb.Error, ValueError, TypeError):
        if counter.stopped:
            raise
    return reading if reading.texts is None else with_extremes(reading)


def _count_texts(reading: Reading, counter: ValueCounter) -> Reading:
    bound = most_distinct(reading.distinct or 0, reading.singletons, reading.sampled, reading.count)
    if bound <= COUNTED_VALUES:
        return with_frequencies(reading, counter.tally(reading.texts))
    return with_extremes(replace(reading, estimated=counter.estimate_distinct(reading.texts, bound)))


def _count_numbers(reading: Reading, moments: Moments, counter: ValueCounter) -> Reading:
    if _are_close_integers(reading.values, moments):
        low, high = int(moments.minimum), int(moments.maximum)
        return _counted(reading, Frequencies.of_integers(reading.values, low, high))
    if moments.strict:
        return replace(reading, estimated=(moments.count, 0.0), in_order=_in_order(reading.values, moments))
    seen = Frequencies.of_sorted(reading.sample)
    bound = most_distinct(len(seen.values), seen.singletons, len(reading.sample), moments.count)
    few = bound <= COUNTED_VALUES
    if moments.count <= (SORTED_ROWS if few or _may_tell_rows_apart(reading, seen) else SORTED_ANYWAY):
        return _sort(reading, moments)
    if few:
        return _counted(reading, counter.tally(reading.values))
    return replace(reading, estimated=_at_most(moments.count, reading.values, bound))


def _may_tell_rows_apart(reading: Reading, seen: Frequencies) -> bool:
    """Tell whether integers may be a key, of which one wants to know if any comes twice."""
    return reading.values.dtype.kind in "iu" and len(seen.values) == len(reading.sample)


def _at_most(count: int, values: Array, bound: int) -> tuple[int, float]:
    distinct, error = estimate_distinct_numbers(values, bound)
    return min(distinct, count), error


def _counted(reading: Reading, found: Frequencies) -> Reading:
    return replace(reading, frequencies=found, sampled=reading.count)


def _are_close_integers(values: Array, moments: Moments) -> bool:
    if values.dtype.kind not in "iu" or int(moments.maximum) >= 2**63:
        return False
    return int(moments.maximum) - int(moments.minimum) < _TALLIED_SPAN


def _in_order(values: Array, moments: Moments) -> Array | None:
    """Return strictly rising or falling values as they are; with absent ones they would have to be copied."""
    if len(values) != moments.count:
        return None
    return values if moments.rising else values[::-1]


def _sort(reading: Reading, moments: Moments) -> Reading:
    ordered = _present(reading.values, moments)
    check_stop()
    sort_in_place(ordered)
    check_stop()
    distinct = int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1
    if distinct <= COUNTED_VALUES:
        return _counted(reading, Frequencies.of_sorted(ordered))
    return replace(reading, estimated=(distinct, 0.0), in_order=ordered)


def _present(values: Array, moments: Moments) -> Array:
    """Return a copy of the present, finite values."""
    dtype = np.dtype(np.float64) if values.dtype.kind == "f" else values.dtype.newbyteorder("=")
    if not (moments.missing or moments.infinite):
        return values.astype(dtype)
    keep = ~np.isnat(values) if values.dtype.kind in "Mm" else np.isfinite(values)
    return values[keep].astype(dtype, copy=False)
