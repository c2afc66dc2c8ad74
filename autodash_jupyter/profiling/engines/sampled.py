"""Tables that are not loaded: their own library works out aggregates of all rows, and hands over a sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.frequencies import Frequencies
from autodash_jupyter.profiling.moments import Moments
from autodash_jupyter.profiling.rough import read_sample
from autodash_jupyter.profiling.sampling import SAMPLE_ROWS
from autodash_jupyter.profiling.texts import with_frequencies

if TYPE_CHECKING:
    from autodash_jupyter.profiling.frequencies import ValueCounter
    from autodash_jupyter.profiling.reading import Array, Reading

__all__ = ["COUNTED_LEVELS", "Aggregates", "SampledTable", "beside_unread", "sample_size"]

COUNTED_LEVELS = 1_000  # up to so many distinct values, an engine is asked how often each comes
_SAMPLED_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Aggregates:
    """What an engine worked out on all rows of a column.

    ``count`` leaves missing values out, and everything after ``infinite`` leaves infinite ones out too.
    ``distinct`` is an estimate with the relative error ``distinct_error``; ``levels`` are the values
    with their counts, where there are few.
    """

    count: int
    infinite: int = 0
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    std: float | None = None
    zeros: int = 0
    negatives: int = 0
    distinct: int | None = None
    distinct_error: float = 0.0
    levels: Mapping[Any, int] | None = None


def sample_size(columns: int) -> int:
    """Return how many rows to hand over, so that a wide table's sample stays small too.

    >>> sample_size(10), sample_size(1_000)
    (100000, 4000)
    """
    return max(1_000, min(SAMPLE_ROWS, _SAMPLED_CELLS // max(columns, 1)))


def beside_unread(
    sample: pd.DataFrame, labels: Sequence[object], unread: Mapping[int, object]
) -> pd.DataFrame:
    """Return a sample of the columns that could be read with empty ones in the places of the others."""
    columns = iter([sample.iloc[:, position] for position in range(sample.shape[1])])
    nothing = pd.Series(np.full(len(sample), None, dtype=object), index=sample.index)
    whole = [nothing if position in unread else next(columns) for position in range(len(labels))]
    return pd.concat(whole, axis=1).set_axis(pd.Index(list(labels), dtype=object), axis=1)


class SampledTable:
    """A table known by aggregates of all rows (``None``: that column's could not be had) and a sample.

    ``unread`` has, for each column that the engine can't read at all, its reason; the sample holds nothing
    in its place.
    """

    def __init__(
        self,
        name: str,
        dtypes: Sequence[str],
        sample: pd.DataFrame,
        row_count: int,
        aggregates: Sequence[Aggregates | None],
        memory_bytes: int = 0,
        unread: Mapping[int, Exception] | None = None,
    ) -> None:
        self.name = name
        self.labels: Sequence[object] = list(sample.columns)
        self.row_count = row_count
        self.memory_bytes = memory_bytes
        self.notes: Sequence[str] = ()
        self._dtypes = dtypes
        self._sample = sample
        self._aggregates = aggregates
        self._unread = unread or {}

    @property
    def held_rows(self) -> int:
        """How many rows ``column`` gives."""
        return len(self._sample)

    def dtype(self, position: int) -> str:
        """Return a column's type as its own library writes it."""
        return self._dtypes[position]

    def column(self, position: int) -> pd.Series[Any]:
        """Return a column's values in the sampled rows."""
        return self._sample.iloc[:, position]

    def read(self, position: int, counter: ValueCounter) -> Reading:
        """Read one column: the sample, then what the engine found on all rows."""
        del counter
        if position in self._unread:
            raise self._unread[position]
        reading = read_sample(self.column(position), self.row_count)
        found = self._aggregates[position]
        return reading if found is None else with_aggregates(reading, found, self.row_count)


def with_aggregates(reading: Reading, found: Aggregates, row_count: int) -> Reading:
    """Put an engine's aggregates in the place of what the sample told."""
    estimated = None if found.distinct is None else (found.distinct, found.distinct_error)
    reading = replace(
        reading,
        count=found.count,
        missing=row_count - found.count,
        infinite=found.infinite,
        estimated=estimated or reading.estimated,
    )
    if reading.moments is not None:
        return _with_numbers(reading, found, reading.moments)
    if reading.family != "text":
        return reading
    if found.levels:
        texts = np.array([str(level) for level in found.levels], dtype=object)
        counts = np.array(list(found.levels.values()), dtype=np.int64)
        return with_frequencies(reading, Frequencies(texts, counts))
    if found.minimum is None:
        return reading
    return replace(reading, minimum=str(found.minimum), maximum=str(found.maximum))


def _with_numbers(reading: Reading, found: Aggregates, sample: Moments) -> Reading:
    count = found.count - found.infinite
    dtype = np.asarray(sample.minimum).dtype if reading.family != "boolean" else np.dtype(np.uint8)
    if found.minimum is None or not count:
        return reading
    try:
        low, high = _like(found.minimum, dtype), _like(found.maximum, dtype)
    except (ValueError, TypeError, OverflowError):  # years that Python's own moments don't have
        return reading
    moments = Moments(
        count=count,
        missing=reading.missing,
        infinite=found.infinite,
        zeros=found.zeros,
        negatives=found.negatives,
        minimum=low,
        maximum=high,
        mean=found.mean if found.mean is not None and math.isfinite(found.mean) else sample.mean,
        total=(found.std if found.std is not None else sample.std or 0.0) ** 2 * (count - 1),
        rising=False,
        falling=False,
        strict=False,
    )
    whole = reading.sampled if reading.family != "boolean" else reading.count
    reading = replace(reading, moments=moments, sampled=whole)
    if found.levels and reading.family in ("number", "time"):
        values = np.array([_like(level, dtype) for level in found.levels], dtype=dtype)
        counts = np.array(list(found.levels.values()), dtype=np.int64)
        keep = np.isfinite(values) if dtype.kind == "f" else np.ones(len(values), dtype=bool)
        order = np.argsort(values[keep], kind="stable")
        frequencies = Frequencies(values[keep][order], counts[keep][order])
        return replace(reading, frequencies=frequencies, sampled=reading.count)
    return reading


def _like(value: Any, dtype: np.dtype[Any]) -> Any:
    """Return an extreme in the type that the sample's values have."""
    if dtype.kind in "Mm":
        plain = value.replace(tzinfo=None) if getattr(value, "tzinfo", None) is not None else value
        return np.asarray(pd.Series([plain]).to_numpy().astype(dtype))[0]
    try:
        as_read: Array = np.array([value], dtype=dtype)
    except (ValueError, OverflowError, TypeError):  # an integer with a fraction, or beyond the sample's width
        as_read = np.array([float(value)])
    return as_read[0]
