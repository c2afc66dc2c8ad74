"""Profiles a frame: column by column, then what only the whole table shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.models import ColumnProfile, Finding, FrameProfile
from autodash_jupyter.profiling.cells import cell_text
from autodash_jupyter.profiling.findings import find_in_column
from autodash_jupyter.profiling.names import CURRENCIES, name_unit, name_words
from autodash_jupyter.profiling.parsing import Parsed, parse_text
from autodash_jupyter.profiling.patterns import looks_personal
from autodash_jupyter.profiling.reading import Reading, read_column
from autodash_jupyter.profiling.sampling import Rows, sample_positions
from autodash_jupyter.profiling.semantic import Facts, Guess, guess_semantic_type
from autodash_jupyter.profiling.statistics import Statistics, compute_statistics
from autodash_jupyter.profiling.table import examine_table
from autodash_jupyter.profiling.times import granularity

__all__ = ["profile", "profile_columns", "summarize"]

_MEASURED_TYPES = {"measure", "duration", "ratio", "money", "count"}


def profile(frame: pd.DataFrame) -> FrameProfile:
    """Return everything worth knowing about a pandas DataFrame; the frame is not changed.

    Counts, extremes, means and standard deviations are of all rows. Distinct values, quantiles, top
    values and histograms are exact up to 200,000 rows; beyond, they come from a sample of so many
    rows spread evenly over the table, and are marked ``approximate``. A column that can't be read is a
    finding of kind ``unreadable``, never an error.

    Raises ``SourceError`` for anything but a pandas DataFrame.

    >>> frame = pd.DataFrame({"city": ["Oslo", "Bergen", "Oslo"], "price": [10.5, 8.0, None]})
    >>> found = profile(frame)
    >>> [(column.name, column.semantic_type, column.missing) for column in found.columns]
    [('city', 'place', 0), ('price', 'money', 1)]
    """
    started = time.perf_counter()
    columns = list(profile_columns(frame))
    return summarize(frame, columns, seconds=time.perf_counter() - started)


def profile_columns(frame: pd.DataFrame) -> Iterator[ColumnProfile]:
    """Yield the profile of each column in order; each ``next()`` does the work of one column.

    Raises ``SourceError``, at once, for anything but a pandas DataFrame.
    """
    _check(frame)
    return _profile_each(frame)


def summarize(frame: pd.DataFrame, columns: Sequence[ColumnProfile], seconds: float = 0.0) -> FrameProfile:
    """Add to the columns' profiles what only the whole table shows: duplicate rows, keys, grain, time.

    ``seconds`` is the time the columns took; the table's own is added to it.
    """
    started = time.perf_counter()
    _check(frame)
    with np.errstate(all="ignore"):
        table = examine_table(frame, columns)
    return FrameProfile(
        row_count=len(frame),
        column_count=frame.shape[1],
        memory_bytes=_memory_bytes(frame),
        columns=tuple(columns),
        duplicate_rows=table.duplicate_rows,
        candidate_keys=table.candidate_keys,
        findings=table.findings,
        seconds=seconds + time.perf_counter() - started,
    )


def _check(frame: object) -> None:
    if isinstance(frame, pd.DataFrame):
        return
    kind = f"{type(frame).__module__.split('.')[0]}.{type(frame).__name__}".removeprefix("builtins.")
    way = (
        "load the file first, for example with pd.read_csv"
        if isinstance(frame, str)
        else "pass a pd.DataFrame made of it"
    )
    if hasattr(frame, "to_pandas"):
        way = "pass its .to_pandas()"
    elif isinstance(frame, pd.Series):
        way = "pass its .to_frame()"
    msg = f"profile() reads a pandas DataFrame, and this is a {kind}; {way}."
    raise SourceError(msg)


def _profile_each(frame: pd.DataFrame) -> Iterator[ColumnProfile]:
    rows = sample_positions(len(frame))
    labels = [cell_text(label, limit=500) for label in frame.columns]
    siblings = frozenset(word for label in labels[:1000] for word in name_words(label))
    for position, label in enumerate(labels):
        yield _profile_column(frame, position, label, rows, siblings)


def _profile_column(
    frame: pd.DataFrame, position: int, label: str, rows: Rows | None, siblings: frozenset[str]
) -> ColumnProfile:
    dtype = "unknown"
    try:
        series = frame.iloc[:, position]
        dtype = str(series.dtype)
        with np.errstate(all="ignore"):
            return _profile_series(series, position, label, rows, siblings)
    except Exception as error:  # noqa: BLE001 - whatever a column's own code raises, the others go on
        reason = cell_text(error, limit=200) or type(error).__name__
        finding = Finding("unreadable", f"The column can't be read: {reason}", label)
        return ColumnProfile(
            name=label,
            position=position,
            dtype=dtype,
            semantic_type="mixed",
            evidence="could not be read",
            count=len(frame),
            findings=(finding,),
        )


def _profile_series(
    series: pd.Series[Any], position: int, label: str, rows: Rows | None, siblings: frozenset[str]
) -> ColumnProfile:
    reading = read_column(series, rows)
    statistics = compute_statistics(reading)
    parsed = parse_text(reading) if reading.family in ("text", "mixed") and not reading.categorical else None
    guess = guess_semantic_type(Facts(label, reading, statistics, siblings, parsed))
    findings = find_in_column(label, reading, statistics, guess, parsed)
    personal = guess.personal or _holds_personal_texts(reading)
    described, shown = reading, statistics
    if parsed is not None and parsed.form != "time" and _means_what_was_read(guess):
        described, shown = parsed.reading, _with_texts_of(statistics, compute_statistics(parsed.reading))
    return ColumnProfile(
        name=label,
        position=position,
        dtype=str(series.dtype),
        semantic_type=guess.semantic_type,
        evidence=guess.evidence,
        confidence=guess.confidence,
        count=reading.count,
        missing=reading.missing,
        distinct=statistics.distinct,
        minimum=shown.minimum,
        maximum=shown.maximum,
        mean=shown.mean,
        std=shown.std,
        quantiles=shown.quantiles,
        top_values=shown.top_values,
        histogram=shown.histogram,
        unit=_unit(label, guess, parsed),
        granularity=described.granularity or granularity(described.values),
        personal=personal,
        approximate=reading.approximate,
        findings=findings,
    )


def _means_what_was_read(guess: Guess) -> bool:
    return guess.evidence.endswith("kept as text") and guess.semantic_type != "identifier"


def _with_texts_of(as_text: Statistics, as_read: Statistics) -> Statistics:
    return Statistics(
        as_text.distinct,
        as_read.minimum,
        as_read.maximum,
        as_read.mean,
        as_read.std,
        as_read.quantiles,
        as_text.top_values,
        as_read.histogram,
    )


def _unit(label: str, guess: Guess, parsed: Parsed | None) -> str | None:
    if guess.semantic_type not in _MEASURED_TYPES:
        return None
    unit = (parsed.unit if parsed else None) or name_unit(label)
    return None if guess.semantic_type != "money" and unit in CURRENCIES.values() else unit


def _holds_personal_texts(reading: Reading) -> bool:
    """Tell whether any of the most frequent texts holds an e-mail address, a phone number or the like."""
    return reading.family in ("text", "mixed") and any(
        looks_personal(text) for text, _ in reading.tallies[:300]
    )


def _memory_bytes(frame: pd.DataFrame) -> int:
    """Sum up what the columns hold; the cells of object columns are weighed on a few of them."""
    total = 0
    for position in range(frame.shape[1]):
        try:
            series = frame.iloc[:, position]
            total += int(series.memory_usage(index=False, deep=False))
            if series.dtype == object and len(series):
                few = series.to_numpy()[:: max(1, len(series) // 200)]
                total += int(sum(sys.getsizeof(cell) for cell in few) / len(few) * len(series))
        except Exception:  # noqa: BLE001 - a cell's own __sizeof__ may raise; the sum is an estimate
            continue
    return total
