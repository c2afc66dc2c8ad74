"""A first look at a table: a profile of a few rows, ready before anyone has begun to wait."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.column_profile import profile_reading, unreadable
from autodash_jupyter.profiling.columns import read_column
from autodash_jupyter.profiling.sampling import sample_positions

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.profiling.engines import Engine
    from autodash_jupyter.profiling.reading import Reading

__all__ = ["read_sample", "rough_profile"]

_ROWS = 1_000
_SECONDS = 0.05


def rough_profile(engine: Engine, labels: list[str], siblings: frozenset[str]) -> FrameProfile:
    """Return a profile of a thousand rows, scaled up to all, within some 50 milliseconds.

    Columns that there was no time for have the semantic type ``unknown``.
    """
    started = time.perf_counter()
    rows = sample_positions(engine.held_rows, _ROWS, _ROWS)
    columns = []
    for position, label in enumerate(labels):
        if time.perf_counter() - started < _SECONDS:
            columns.append(_rough_column(engine, position, label, siblings, rows))
        else:
            columns.append(ColumnProfile(label, position, "", "unknown", "not looked at yet"))
    return FrameProfile(
        row_count=engine.row_count,
        column_count=len(labels),
        memory_bytes=0,
        columns=tuple(columns),
        seconds=time.perf_counter() - started,
        engine=engine.name,
    )


def _rough_column(
    engine: Engine, position: int, label: str, siblings: frozenset[str], rows: Any
) -> ColumnProfile:
    try:
        series = engine.column(position)
        with np.errstate(all="ignore"):
            reading = read_sample(series if rows is None else series.iloc[rows], engine.row_count)
            return profile_reading(reading, position, label, engine.dtype(position), siblings)
    except Exception as error:  # noqa: BLE001 - what a column's own code raises is said, and the others go on
        return unreadable(position, label, "unknown", engine.row_count, error)


def read_sample(sample: pd.Series[Any], row_count: int) -> Reading:
    """Read some rows of a column as what they tell of all ``row_count``.

    >>> import pandas as pd
    >>> found = read_sample(pd.Series([1.0, None, 3.0, 3.0]), 4_000)
    >>> found.count, found.missing, found.approximate
    (3000, 1000, True)
    """
    reading = read_column(sample, None)
    if len(sample) >= row_count or not len(sample):
        return reading
    scale = row_count / len(sample)
    missing = round(reading.missing * scale)
    infinite = round(reading.infinite * scale)
    sampled = reading.count if reading.family == "boolean" else reading.sampled
    return replace(
        reading, count=row_count - missing, missing=missing, infinite=infinite, sampled=sampled, texts=None
    )
