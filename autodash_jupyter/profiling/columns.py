"""Reads a column of any dtype into a ``Reading``; columns of Python objects are read in ``objects.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.cells import cell_text
from autodash_jupyter.profiling.frequencies import sort_in_place
from autodash_jupyter.profiling.moments import blocks, compute_moments
from autodash_jupyter.profiling.reading import Array, Family, Reading
from autodash_jupyter.profiling.texts import KEPT_TALLIES, read_text, tally_text

if TYPE_CHECKING:
    from autodash_jupyter.profiling.sampling import Rows

__all__ = ["read_column"]


def read_column(series: pd.Series[Any], rows: Rows | None) -> Reading:
    """Read one column; ``rows`` are the positions to sample (``None``: all).

    Raises whatever the column's own code raises: the caller turns that into a finding.
    """
    if len(series) == 0:
        return Reading("empty", 0, 0)
    readers = (reader for kind, reader in _READERS if isinstance(series.dtype, kind))
    return next(readers, _read_extension)(series, rows)


def _read_numpy(values: Array, rows: Rows | None) -> Reading:
    kind = values.dtype.kind
    if kind in "OSUV":
        from autodash_jupyter.profiling.objects import read_objects

        return read_objects(values.astype(object, copy=False), rows)
    if kind == "c":
        return _read_complex(values, rows)
    return _read_plain(values, rows)


def _read_plain(values: Array, rows: Rows | None) -> Reading:
    """Read numbers, booleans, moments or spans."""
    kind = values.dtype.kind
    family: Family = {"b": "boolean", "M": "time", "m": "span"}.get(kind, "number")  # type: ignore[assignment]
    moments = compute_moments(values)
    count = moments.count + moments.infinite
    if count == 0:
        return Reading("empty", 0, moments.missing)
    sample = values if rows is None else values[rows]
    if moments.missing or moments.infinite:
        sample = sample[~np.isnat(sample) if kind in "Mm" else np.isfinite(sample)]
    sample = sample.astype(np.float64 if kind == "f" else sample.dtype, copy=sample is values)
    if kind != "b" and moments.order != "ascending":
        sort_in_place(sample)
    return Reading(
        family,
        count,
        moments.missing,
        values,
        sample,
        moments,
        sampled=count if kind == "b" else len(sample),
        infinite=moments.infinite,
    )


def _read_complex(values: Array, rows: Rows | None) -> Reading:
    present = values[~np.isnan(values)]
    sample = present if rows is None else present[rows[rows < len(present)]]
    missing = len(values) - len(present)
    if missing == len(values):
        return Reading("empty", 0, missing)
    reading = tally_text([cell_text(value) for value in sample], missing, None)
    kinds = {"complex": len(present)}
    return replace(reading, family="other", count=len(present), kinds=kinds, minimum=None, maximum=None)


def _read_sparse(series: pd.Series[Any], rows: Rows | None) -> Reading:
    return _read_numpy(np.asarray(series), rows)


def _read_zoned(series: pd.Series[Any], rows: Rows | None) -> Reading:
    """Read moments by the clock on the wall of their time zone."""
    return _read_plain(series.dt.tz_localize(None).to_numpy(), rows)


def _read_categorical(series: pd.Series[Any], rows: Rows | None) -> Reading:
    categories = series.cat.categories
    codes = series.cat.codes.to_numpy()
    ordered = bool(series.cat.ordered)
    tally = np.zeros(len(categories) + 1, dtype=np.int64)
    for block in blocks(codes):
        tally += np.bincount(block.astype(np.int64) + 1, minlength=len(tally))
    missing, counts = int(tally[0]), tally[1:]
    if missing == len(codes):
        return Reading("empty", 0, missing)
    if isinstance(categories.dtype, pd.StringDtype) or categories.dtype == object:
        levels = [(cell_text(value), int(n)) for value, n in zip(categories, counts, strict=True) if n]
        tallies = sorted(levels, key=lambda level: -level[1])
        return Reading(
            "text",
            len(codes) - missing,
            missing,
            tallies=tallies[:KEPT_TALLIES],
            distinct=len(levels),
            singletons=sum(n == 1 for _, n in levels),
            sampled=len(codes) - missing,
            minimum=levels[0][0] if ordered else min(text for text, _ in levels),
            maximum=levels[-1][0] if ordered else max(text for text, _ in levels),
            categorical=True,
            ordered=ordered,
        )
    present_values = categories.take(codes[codes >= 0])
    positions = None if rows is None else rows[rows < len(present_values)]
    reading = read_column(pd.Series(present_values), positions)
    return replace(reading, missing=missing, categorical=True, ordered=ordered)


def _read_string(series: pd.Series[Any], rows: Rows | None) -> Reading:
    import pyarrow as pa

    try:
        texts = pa.array(series.array)
    except (pa.ArrowException, UnicodeError, ValueError, TypeError):
        return _read_numpy(series.to_numpy(dtype=object), rows)
    return read_text(texts, rows)


def _read_period(series: pd.Series[Any], rows: Rows | None) -> Reading:
    granularity = str(series.dtype.freq.rule_code)  # type: ignore[union-attr]
    try:
        reading = read_column(series.dt.to_timestamp(), rows)
    except (ValueError, OverflowError):  # beyond what a nanosecond timestamp can hold
        return _read_extension(series, rows)
    return replace(reading, granularity=_PERIODS.get(granularity.split("-", 1)[0]))


_PERIODS = {
    "Y": "year",
    "A": "year",
    "Q": "quarter",
    "M": "month",
    "W": "week",
    "D": "day",
    "B": "day",
    "h": "hour",
}


def _read_arrow(series: pd.Series[Any], rows: Rows | None) -> Reading:
    import pyarrow as pa

    texts = pa.array(series.array)
    if pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type):
        return read_text(texts, rows)
    if pa.types.is_time(texts.type):
        return replace(
            read_text(texts.cast(pa.string()), rows), kinds={"time": len(texts) - texts.null_count}
        )
    if pa.types.is_date(texts.type):  # which may lie beyond the years that Python's dates have
        return _read_plain(texts.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False), rows)
    if pa.types.is_decimal(texts.type):
        return _read_plain(texts.cast(pa.float64()).to_numpy(zero_copy_only=False), rows)
    try:
        plain = texts.to_pandas()
    except (TypeError, ValueError, pa.ArrowException):  # a dictionary of intervals is one that pandas refuses
        plain = pd.Series(texts.to_pylist(), dtype=object)
    if isinstance(plain.dtype, pd.ArrowDtype):
        plain = series.astype(object)
    if plain.dtype == np.float64 and pa.types.is_integer(texts.type):
        # Arrow turns integers with missing values into floats; the present ones are still integers.
        reading = _read_plain(texts.drop_null().to_numpy(zero_copy_only=False), _within(rows, texts))
        return replace(reading, missing=texts.null_count)
    return read_column(plain, rows)


def _within(rows: Rows | None, texts: Any) -> Rows | None:
    return None if rows is None else rows[rows < len(texts) - texts.null_count]


def _read_extension(series: pd.Series[Any], rows: Rows | None) -> Reading:
    """Read nullable numbers by their present values, and anything else value by value."""
    missing_at = series.isna().to_numpy()
    missing = int(np.count_nonzero(missing_at))
    present = series[~missing_at] if missing else series
    if len(present) == 0:
        return Reading("empty", 0, missing)
    positions = None if rows is None else rows[rows < len(present)]
    plain = np.asarray(present.array)
    if plain.dtype == object and hasattr(present.dtype, "numpy_dtype"):
        plain = present.to_numpy(dtype=present.dtype.numpy_dtype)
    reading = _read_numpy(plain, positions)
    return replace(reading, missing=missing + reading.missing)


_READERS: tuple[tuple[type, Callable[[pd.Series[Any], Rows | None], Reading]], ...] = (
    (np.dtype, lambda series, rows: _read_numpy(series.to_numpy(), rows)),
    (pd.CategoricalDtype, _read_categorical),
    (pd.SparseDtype, _read_sparse),
    (pd.StringDtype, _read_string),
    (pd.DatetimeTZDtype, _read_zoned),
    (pd.PeriodDtype, _read_period),
    (pd.ArrowDtype, _read_arrow),
)
