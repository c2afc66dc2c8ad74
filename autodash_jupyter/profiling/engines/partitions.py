"""What one partition of a distributed table tells, and how several are put together.

``summarize_partition`` runs where the partition is, and returns a few kilobytes a column and a bounded
sample; ``merge`` runs here. Distinct values are counted on the smallest hashes of each column (a
k-minimum-values sketch), which can be merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.columns import read_column
from autodash_jupyter.profiling.engines.sampled import Aggregates, SampledTable, sample_size
from autodash_jupyter.profiling.frequencies import sorted_distinct
from autodash_jupyter.profiling.moments import Moments
from autodash_jupyter.profiling.row_codes import encode
from autodash_jupyter.profiling.sampling import sample_positions

if TYPE_CHECKING:
    from autodash_jupyter.profiling.reading import Array

__all__ = ["ColumnPart", "Part", "merge", "summarize_partition"]

_KEPT = 16_384  # hashes; the estimate's standard error is 0.8 %
_CONFIDENT = 3.3
_LEAST_SAMPLED = 500


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """One column in one partition; ``hashes`` are its smallest ones, ascending, or ``None``: not hashable."""

    count: int
    infinite: int = 0
    moments: Moments | None = None
    minimum: Any = None
    maximum: Any = None
    hashes: Array | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One partition: its rows, its columns (``None``: could not be read), and some of its rows."""

    row_count: int
    columns: tuple[ColumnPart | None, ...]
    sample: pd.DataFrame
    memory_bytes: int = 0


def summarize_partition(frame: pd.DataFrame, partitions: int) -> Part:
    """Return what a partition tells; ``partitions`` is how many share the sample."""
    most = max(_LEAST_SAMPLED, 2 * sample_size(frame.shape[1]) // max(partitions, 1))
    rows = sample_positions(len(frame), most, most)
    sample = frame if rows is None else frame.iloc[rows]
    columns = tuple(_column_part(frame.iloc[:, position]) for position in range(frame.shape[1]))
    size = int(frame.memory_usage(index=False, deep=False).sum())
    return Part(len(frame), columns, sample.reset_index(drop=True), size)


def _column_part(series: pd.Series[Any]) -> ColumnPart | None:
    try:
        with np.errstate(all="ignore"):
            reading = read_column(series, None)
        hashes = None if reading.family == "nested" else _smallest_hashes(series)
    except Exception:  # noqa: BLE001 - this column is then known by the sample only
        return None
    low, high = reading.minimum, reading.maximum
    return ColumnPart(reading.count, reading.infinite, reading.moments, low, high, hashes)


def _smallest_hashes(series: pd.Series[Any]) -> Array | None:
    present = series[series.notna()]
    if isinstance(present.dtype, np.dtype) and present.dtype.kind == "f":
        present = present[np.isfinite(present.to_numpy())]
    codes = encode(present, as_floats=False)  # by the same rule in every partition
    if codes is None:
        return None
    return sorted_distinct(codes)[:_KEPT].copy()


def merge(name: str, parts: Sequence[Part], dtypes: Sequence[str]) -> SampledTable:
    """Put the partitions' parts together to one table."""
    row_count = sum(part.row_count for part in parts)
    width = len(dtypes)
    columns = [_merge_column([part.columns[position] for part in parts]) for position in range(width)]
    sample = _merge_samples(parts, row_count, sample_size(width))
    return SampledTable(name, dtypes, sample, row_count, columns, sum(part.memory_bytes for part in parts))


def _merge_samples(parts: Sequence[Part], row_count: int, size: int) -> pd.DataFrame:
    """Take the same share of the rows of each partition."""
    filled = [part for part in parts if part.row_count]
    if not filled:
        return parts[0].sample
    share = min([size / row_count, *(len(part.sample) / part.row_count for part in filled)])
    if row_count <= size and all(len(part.sample) == part.row_count for part in filled):
        share = 1.0
    taken = []
    for part in filled:
        wanted = max(1, round(part.row_count * share))
        rows = sample_positions(len(part.sample), wanted, wanted)
        taken.append(part.sample if rows is None else part.sample.iloc[rows])
    return pd.concat(taken, ignore_index=True)


def _merge_column(parts: Sequence[ColumnPart | None]) -> Aggregates | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    count, infinite = (sum(part.count for part in known), sum(part.infinite for part in known))
    filled = [part for part in known if part.count]
    distinct, error = _merge_hashes([part.hashes for part in filled])
    moments = [part.moments for part in filled if part.moments is not None and part.moments.count]
    if moments and len(moments) == len(filled):
        whole = _merge_moments(moments)
        return Aggregates(
            count,
            infinite,
            whole.minimum,
            whole.maximum,
            whole.mean,
            whole.std,
            whole.zeros,
            whole.negatives,
            distinct,
            error,
        )
    lows = [part.minimum for part in filled if isinstance(part.minimum, str)]
    highs = [part.maximum for part in filled if isinstance(part.maximum, str)]
    low, high = (min(lows), max(highs)) if lows and highs else (None, None)
    return Aggregates(count, infinite, low, high, distinct=distinct, distinct_error=error)


def _merge_moments(parts: Sequence[Moments]) -> Moments:
    whole = Moments()
    for part in parts:
        gap, count = part.mean - whole.mean, whole.count + part.count
        whole.total += part.total + gap * gap * whole.count * part.count / count
        whole.mean += gap * part.count / count
        whole.count = count
        whole.zeros += part.zeros
        whole.negatives += part.negatives
    whole.minimum = min(part.minimum for part in parts)
    whole.maximum = max(part.maximum for part in parts)
    return whole


def _merge_hashes(parts: Sequence[Array | None]) -> tuple[int | None, float]:
    """Return about how many distinct values there are, and the relative error (at 99.9 %)."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None, 0.0
    if not known:
        return 0, 0.0
    smallest = sorted_distinct(np.concatenate(known))
    if len(smallest) < _KEPT and all(len(part) < _KEPT for part in known):
        return len(smallest), 0.0
    last = float(smallest[_KEPT - 1]) / 2**64
    return round((_KEPT - 1) / last), _CONFIDENT / (_KEPT - 2) ** 0.5
