"""Profiles one column: its reading, its numbers, what it means, and what to beware of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from autodash_jupyter.models import ColumnProfile, Finding
from autodash_jupyter.profiling.cells import cell_text
from autodash_jupyter.profiling.findings import find_in_column
from autodash_jupyter.profiling.names import CURRENCIES, name_unit
from autodash_jupyter.profiling.parsing import Parsed, parse_text
from autodash_jupyter.profiling.patterns import frequent_shapes, looks_personal
from autodash_jupyter.profiling.semantic import Facts, Guess, guess_semantic_type
from autodash_jupyter.profiling.statistics import Statistics, compute_statistics
from autodash_jupyter.profiling.stopping import StoppedError
from autodash_jupyter.profiling.tallies import text_lengths
from autodash_jupyter.profiling.times import granularity

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines import Engine
    from autodash_jupyter.profiling.frequencies import ValueCounter
    from autodash_jupyter.profiling.reading import Reading

__all__ = ["profile_column", "profile_reading", "unreadable"]

_MEASURED_TYPES = {"measure", "duration", "ratio", "money", "count"}
_SHAPED_TEXTS = 200


def profile_column(
    engine: Engine, position: int, label: str, siblings: frozenset[str], counter: ValueCounter
) -> ColumnProfile:
    """Return a column's profile; one that can't be read has a finding that says why.

    ``siblings`` are the words of all the table's column names.
    """
    dtype = "unknown"
    try:
        dtype = engine.dtype(position)
        with np.errstate(all="ignore"):
            reading = engine.read(position, counter)
            return profile_reading(reading, position, label, dtype, siblings)
    except StoppedError:
        raise
    except Exception as error:
        if counter.stopped:
            raise StoppedError from error
        return unreadable(position, label, dtype, engine.row_count, error)


def unreadable(position: int, label: str, dtype: str, rows: int, error: Exception) -> ColumnProfile:
    """Return the profile of a column that could not be read, with the reason as a finding."""
    reason = cell_text(error, limit=200) or type(error).__name__
    finding = Finding("unreadable", f"The column can't be read: {reason}", label)
    return ColumnProfile(
        name=label,
        position=position,
        dtype=dtype,
        semantic_type="mixed",
        evidence="could not be read",
        count=rows,
        findings=(finding,),
    )


def profile_reading(
    reading: Reading, position: int, label: str, dtype: str, siblings: frozenset[str]
) -> ColumnProfile:
    """Return the profile of what was read of a column."""
    statistics = compute_statistics(reading)
    parsed = parse_text(reading) if reading.family in ("text", "mixed") and not reading.categorical else None
    guess = guess_semantic_type(Facts(label, reading, statistics, siblings, parsed))
    findings = find_in_column(label, reading, statistics, guess, parsed)
    described, shown = reading, statistics
    if parsed is not None and parsed.form != "time" and _means_what_was_read(guess):
        described, shown = parsed.reading, _with_texts_of(statistics, compute_statistics(parsed.reading))
    numbers = described.moments if described.family == "number" else None
    return ColumnProfile(
        name=label,
        position=position,
        dtype=dtype,
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
        granularity=described.granularity or granularity(described.known_values),
        personal=guess.personal or _holds_personal_texts(reading),
        approximate=bool(shown.errors),
        findings=findings,
        errors=shown.errors,
        order=described.moments.order if described.moments else None,
        zeros=numbers.zeros if numbers else None,
        negatives=numbers.negatives if numbers else None,
        lengths=_lengths(reading),
        patterns=_patterns(reading),
        method=_method(reading, shown),
    )


def _means_what_was_read(guess: Guess) -> bool:
    return guess.evidence.endswith("kept as text") and guess.semantic_type != "identifier"


def _with_texts_of(as_text: Statistics, as_read: Statistics) -> Statistics:
    errors = {name: error for name, error in as_read.errors.items() if name not in ("distinct", "top_values")}
    errors |= {name: as_text.errors[name] for name in ("distinct", "top_values") if name in as_text.errors}
    return replace(as_read, distinct=as_text.distinct, top_values=as_text.top_values, errors=errors)


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


def _lengths(reading: Reading) -> tuple[int, float, int] | None:
    if reading.family != "text" or not reading.tallies:
        return None
    return text_lengths(reading.tallies)


def _patterns(reading: Reading) -> tuple[tuple[str, float], ...]:
    if reading.family != "text":
        return ()
    return frequent_shapes([text for text, _ in reading.tallies[:_SHAPED_TEXTS]])


def _method(reading: Reading, shown: Statistics) -> str:
    """Say how the numbers of a column were had, for whoever wants to know what to trust."""
    if not shown.errors:
        return "all rows"
    if set(shown.errors) == {"top_values"}:
        return f"all rows; the most frequent values on a sample of {reading.sampled:,}"
    how = f"counts and extremes of all rows; order and frequency on a sample of {reading.sampled:,}"
    if reading.estimated is not None:
        how += "; distinct values by a sample of hashes of all rows"
    return how
