"""Counts the values of a long column: all of them where it has few distinct ones, else how many there are."""

from __future__ import annotations

from dataclasses import replace

from autodash_jupyter.profiling.frequencies import COUNTED_VALUES, Frequencies, ValueCounter, most_distinct
from autodash_jupyter.profiling.reading import Reading
from autodash_jupyter.profiling.texts import count_texts, with_extremes, with_frequencies

__all__ = ["count_values"]

_COUNTED_BY_ARROW = 4_000_000  # texts: Arrow takes less work, but one core only, and can't be interrupted


def count_values(reading: Reading, counter: ValueCounter) -> Reading:
    """Replace what a sample told of a column by what all its rows tell, as far as that is cheap.

    What the counter can't read stays as the sample told it.
    """
    import duckdb

    try:
        if reading.texts is not None:
            return _count_texts(reading, counter)
        if reading.moments is not None and reading.family in ("number", "time", "span"):
            return _count_numbers(reading, counter)
    except (duckdb.Error, ValueError, TypeError):
        if counter.stopped:
            raise
    return reading if reading.texts is None else with_extremes(reading)


def _count_texts(reading: Reading, counter: ValueCounter) -> Reading:
    bound = most_distinct(reading.distinct or 0, reading.singletons, reading.sampled, reading.count)
    if bound <= COUNTED_VALUES and reading.count <= _COUNTED_BY_ARROW:
        return count_texts(reading)
    if bound <= COUNTED_VALUES:
        return with_frequencies(reading, counter.tally(reading.texts))
    return with_extremes(replace(reading, estimated=counter.estimate_distinct(reading.texts, bound)))


def _count_numbers(reading: Reading, counter: ValueCounter) -> Reading:
    if reading.moments is not None and reading.moments.strict:
        return replace(reading, estimated=(reading.moments.count, 0.0))
    seen = Frequencies.of_sorted(reading.sample)
    present = reading.count - reading.infinite
    bound = most_distinct(len(seen.values), seen.singletons, len(reading.sample), present)
    if bound <= COUNTED_VALUES:
        return replace(reading, frequencies=counter.tally(reading.values), sampled=reading.count)
    return replace(reading, estimated=counter.estimate_distinct(reading.values, bound))
