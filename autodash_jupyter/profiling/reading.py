"""Reads a column of any dtype into one of few plain forms.

Statistics and semantic types are worked out on a ``Reading``, so that the many ways pandas has of
holding the same numbers are dealt with here alone. Columns of Python objects are read in
``objects.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from autodash_jupyter.profiling.cells import cell_text

if TYPE_CHECKING:
    from autodash_jupyter.profiling.sampling import Rows

__all__ = ["Array", "Family", "Reading", "Tally", "read_column", "read_text", "tally_text"]

Family = Literal["number", "boolean", "time", "span", "text", "nested", "mixed", "other", "empty"]
Array = npt.NDArray[Any]
Tally = tuple[str, int]

_KEPT_TALLIES = 20_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one column, apart from what is missing.

    ``values`` holds every finite number, boolean, moment (``datetime64``) or span
    (``timedelta64``) of the column and ``sample`` those of the sampled rows; both are empty for other
    families. ``tallies`` are the distinct texts of the sampled rows with their counts, most frequent
    first and 20,000 at most; ``distinct`` and ``singletons`` count all of them and those seen once
    (nested values are not told apart: ``distinct`` is ``None``).
    ``kinds`` counts the Python types where a column mixes them.
    """

    family: Family
    count: int
    missing: int
    values: Array = field(default_factory=lambda: np.empty(0))
    sample: Array = field(default_factory=lambda: np.empty(0))
    tallies: Sequence[Tally] = ()
    distinct: int | None = None
    singletons: int = 0
    sampled: int = 0
    infinite: int = 0
    minimum: Any = None
    maximum: Any = None
    kinds: dict[str, int] = field(default_factory=dict)
    categorical: bool = False
    ordered: bool = False
    granularity: str | None = None

    @property
    def approximate(self) -> bool:
        """Whether the sample is less than the whole."""
        return self.sampled < self.count - self.infinite


def read_column(series: pd.Series[Any], rows: Rows | None) -> Reading:
    """Read one column; ``rows`` are the positions to sample (``None``: all).

    Raises whatever the column's own code raises: the caller turns that into a finding.
    """
    if len(series) == 0:
        return Reading("empty", 0, 0)
    readers = (reader for kind, reader in _READERS if isinstance(series.dtype, kind))
    return next(readers, _read_extension)(series, rows)


def read_text(texts: Any, rows: Rows | None) -> Reading:
    """Read an Arrow array (or chunked array) of strings."""
    import pyarrow.compute as pc

    missing = texts.null_count
    count = len(texts) - missing
    if count == 0:
        return Reading("empty", 0, missing)
    extremes: dict[str, str] = pc.min_max(texts).as_py()
    sample = texts if rows is None else texts.take(rows)
    counted = pc.value_counts(sample.drop_null())
    counts = counted.field("counts").to_numpy()
    first = np.argsort(-counts, kind="stable")[:_KEPT_TALLIES]
    texts_found: list[Any] = counted.field("values").take(first).to_pylist()
    return Reading(
        "text",
        count,
        missing,
        tallies=list(zip(texts_found, counts[first].tolist(), strict=True)),
        distinct=len(counts),
        singletons=int(np.count_nonzero(counts == 1)),
        sampled=int(counts.sum()),
        minimum=extremes["min"],
        maximum=extremes["max"],
    )


def tally_text(texts: Sequence[str], missing: int, rows: Rows | None) -> Reading:
    """Read Python strings that Arrow can't hold, such as those with lone surrogates."""
    if not texts:
        return Reading("empty", 0, missing)
    sample = texts if rows is None else [texts[position] for position in rows if position < len(texts)]
    tallies = Counter(sample)
    return Reading(
        "text",
        len(texts),
        missing,
        tallies=tallies.most_common(_KEPT_TALLIES),
        distinct=len(tallies),
        singletons=sum(count == 1 for count in tallies.values()),
        sampled=len(sample),
        minimum=min(texts),
        maximum=max(texts),
    )


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
    sample = values if rows is None else values[rows]
    infinite = missing = 0
    if kind in "Mmf":
        absent = np.isnat(values) if kind in "Mm" else np.isnan(values)
        missing = int(np.count_nonzero(absent))
        keep = ~absent
        if kind == "f":
            keep = np.isfinite(values)
            infinite = len(values) - missing - int(np.count_nonzero(keep))
        if missing or infinite:
            values = values[keep]
            sample = values if rows is None else sample[keep[rows]]
        if kind == "f":
            values, sample = values.astype(np.float64, copy=False), sample.astype(np.float64, copy=False)
    count = len(values) + infinite
    if count == 0:
        return Reading("empty", 0, missing)
    return Reading(family, count, missing, values, sample, sampled=len(sample), infinite=infinite)


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
    missing = int(np.count_nonzero(codes < 0))
    if missing == len(codes):
        return Reading("empty", 0, missing)
    if isinstance(categories.dtype, pd.StringDtype) or categories.dtype == object:
        counts = np.bincount(codes[codes >= 0], minlength=len(categories))
        levels = [(cell_text(value), int(n)) for value, n in zip(categories, counts, strict=True) if n]
        tallies = sorted(levels, key=lambda level: -level[1])
        return Reading(
            "text",
            len(codes) - missing,
            missing,
            tallies=tallies[:_KEPT_TALLIES],
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
    if pa.types.is_decimal(texts.type):
        return _read_plain(texts.cast(pa.float64()).to_numpy(zero_copy_only=False), rows)
    plain = texts.to_pandas()
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
