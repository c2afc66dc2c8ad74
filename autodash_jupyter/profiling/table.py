"""What only the whole table shows: its grain and keys, repeated rows, columns that say the same, time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autodash_jupyter.models import Association, ColumnProfile, Finding
from autodash_jupyter.profiling.associations import find_associations
from autodash_jupyter.profiling.columns import read_column
from autodash_jupyter.profiling.dependencies import find_dependencies
from autodash_jupyter.profiling.engines import Engine
from autodash_jupyter.profiling.few_rows import FewRows
from autodash_jupyter.profiling.frequencies import Frequencies
from autodash_jupyter.profiling.keys import LARGEST, find_candidate_keys, find_duplicate_rows
from autodash_jupyter.profiling.parsing import parse_text
from autodash_jupyter.profiling.reading import Array
from autodash_jupyter.profiling.row_codes import RowCodes, encode, fits_float
from autodash_jupyter.profiling.sampling import sample_positions
from autodash_jupyter.profiling.semantic_types import NESTED
from autodash_jupyter.profiling.stopping import StoppedError
from autodash_jupyter.profiling.times import coverage
from autodash_jupyter.profiling.wording import counted, format_value, join_words

__all__ = ["TableFacts", "examine_table"]

_COMPARED_COLUMNS = 80
_FIRST_LOOK = 50  # rows of which columns that are nearly the same agree in some
_NEAR = 0.98
_TIMED_COLUMNS = 10
_STRONG = 0.9
_ASSOCIATIONS_TOLD = 6
_MEASURES = {
    "pearson": "Pearson's correlation",
    "spearman": "Spearman's rank correlation",
    "correlation_ratio": "correlation ratio",
    "cramers_v": "Cramér's V",
}


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Repeated rows (``None``: could not be told), the smallest keys found, findings, and associations."""

    duplicate_rows: int | None
    candidate_keys: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]
    associations: tuple[Association, ...] = ()


def examine_table(engine: Engine, columns: Sequence[ColumnProfile]) -> TableFacts:
    """Look at a table as a whole; what can't be read is left out."""
    notes = [
        Finding(
            "reading",
            f"{note[:1].upper()}{note[1:]}.",
            severity="info",
            method="noted when the file was read",
        )
        for note in engine.notes
    ]
    if engine.row_count == 0 or not columns:
        return TableFacts(0 if len(columns) else None, (), (*notes, *_emptiness(engine)))
    codes = RowCodes(engine)
    keys = find_candidate_keys(codes, columns)
    duplicates = _count_duplicates(engine, codes, keys, columns)
    few = FewRows(engine)
    associations = find_associations(few, columns)
    names = tuple(tuple(columns[position].name for position in key) for key in keys)
    findings = [
        *notes,
        *_grain(codes, names, duplicates, columns, engine.row_count),
        *_duplicates(duplicates, engine.row_count),
        *_same_columns(few, columns),
        *_repeated_labels(columns),
        *_time(engine, columns),
        *find_dependencies(few, columns),
        *_associated(associations),
    ]
    return TableFacts(duplicates, names, tuple(findings), associations)


def _count_duplicates(
    engine: Engine, codes: RowCodes, keys: Sequence[tuple[int, ...]], columns: Sequence[ColumnProfile]
) -> int | None:
    if engine.held_rows < engine.row_count:  # a sample doesn't tell how often a row comes
        return None
    return 0 if keys else find_duplicate_rows(codes, columns)


def _emptiness(engine: Engine) -> Iterator[Finding]:
    if not engine.labels:
        yield Finding("no_columns", "The table has no columns.", method="counted")
    else:
        yield Finding("no_rows", "The table has no rows.", method="counted")


def _grain(
    codes: RowCodes,
    keys: tuple[tuple[str, ...], ...],
    duplicates: int | None,
    columns: Sequence[ColumnProfile],
    rows: int,
) -> Iterator[Finding]:
    if keys:
        message, sampled = f"One row for each {join_words(list(keys[0]))}.", codes.row_count < rows
        method = f"no value comes twice in {codes.row_count:,} rows"
        yield Finding("grain", message, severity="info", approximate=sampled, method=method)
        return
    identifiers = [column for column in columns if column.semantic_type in ("identifier", "email", "date")]
    key_but_for_repeats = next(
        (
            column.name
            for column in identifiers
            if duplicates and column.distinct == rows - duplicates and not column.missing
        ),
        None,
    )
    if key_but_for_repeats is not None:
        repeats = counted(duplicates or 0, "repeated row is", "repeated rows are")
        message = f"One row for each value, once the {repeats} dropped."
        method = "its distinct values are as many as the distinct rows"
        yield Finding("grain", message, key_but_for_repeats, severity="info", method=method)
    elif duplicates:
        message = "No column, pair or triple of columns tells all rows apart."
        yield Finding("no_key", message, severity="info", method="some rows are equal in every column")


def _duplicates(duplicates: int | None, rows: int) -> Iterator[Finding]:
    shared = rows > LARGEST
    if duplicates:
        yield Finding(
            "duplicate_rows",
            f"{counted(duplicates, 'row repeats', 'rows repeat')} an earlier one, of {rows:,}.",
            approximate=shared,
            method="codes of 64 bits of the rows compared, "
            + ("on a share of the rows, scaled up" if shared else "on all rows"),
        )


def _repeated_labels(columns: Sequence[ColumnProfile]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.name] = seen.get(column.name, 0) + 1
    for name, times in seen.items():
        if times > 1:
            message = f"{times} columns have the same name."
            yield Finding("duplicate_name", message, name, method="the labels of all columns compared")


def _same_columns(few: FewRows, columns: Sequence[ColumnProfile]) -> Iterator[Finding]:
    """Find pairs of columns equal in nearly all rows, more than chance would make them."""
    sides: list[tuple[ColumnProfile, Array]] = []
    for column in columns[:_COMPARED_COLUMNS]:
        if (column.distinct or 0) < 2 or column.semantic_type in NESTED | {"constant", "empty"}:
            continue
        start = _codes(few, column, _FIRST_LOOK)
        if start is not None:
            sides.append((column, start))
    for number, (second, start) in enumerate(sides):
        for first, other in sides[:number]:
            if not (start == other).any():
                continue
            same = _share_of_same(_codes(few, first), _codes(few, second))
            if same >= _NEAR:
                how = "the same values as" if same == 1 else "nearly the same values as"
                yield Finding(
                    "near_identical",
                    f"It holds {how} '{first.name}'.",
                    second.name,
                    approximate=few.sampled,
                    method=f"compared row by row, {_rows_read(few.count, few.sampled)}",
                )
                break


def _share_of_same(code: Array | None, other: Array | None) -> float:
    """Return the share of rows in which two columns are the same; 0 where chance alone may make them so."""
    if code is None or other is None:
        return 0.0
    same = float((code == other).mean())
    shares = Frequencies.of_sorted(np.sort(other)).counts / len(other)
    chance = float((shares**2).sum())
    return same if same > chance + 0.5 * (1 - chance) else 0.0


def _codes(few: FewRows, column: ColumnProfile, rows: int | None = None) -> Array | None:
    """Return codes of the first so many of the few rows: equal ones for equal values."""
    try:
        series = few.column(column.position)
        return encode(series.iloc[:rows], fits_float(series))
    except Exception:  # noqa: BLE001 - such a column takes no part in comparisons
        return None


def _rows_read(count: int, sampled: bool) -> str:
    return f"on {count:,} rows spread evenly" if sampled else "on all rows"


def _associated(associations: Sequence[Association]) -> Iterator[Finding]:
    """Tell of each column the strongest of its very strong associations."""
    told: set[str] = set()
    for found in associations:
        if abs(found.value) < _STRONG or found.second in told or len(told) == _ASSOCIATIONS_TOLD:
            continue
        told.add(found.second)
        words = _MEASURES[found.measure]
        yield Finding(
            "association",
            f"It goes with '{found.first}' ({words} {found.value:.2f}).",
            found.second,
            severity="info",
            approximate=found.approximate,
            method=f"{words} on {found.rows:,} rows",
        )


def _time(engine: Engine, columns: Sequence[ColumnProfile]) -> Iterator[Finding]:
    timed = [column for column in columns if column.granularity and not column.personal]
    for column in timed[:_TIMED_COLUMNS]:
        try:
            moments = _moments(engine, column)
        except StoppedError:
            raise
        except Exception:  # noqa: BLE001 - the column is profiled already; only its gaps stay unknown
            continue
        first, last = format_value(column.minimum), format_value(column.maximum)
        yield Finding(
            "time_coverage",
            f"It runs from {first} to {last}.",
            column.name,
            severity="info",
            approximate="minimum" in column.errors,
            method="its first and last value, "
            + ("in a sample" if "minimum" in column.errors else "of all rows"),
        )
        covered = coverage(moments, column.granularity or "day")
        if covered and covered.absent and not column.approximate and covered.longest_gap:
            start, end = covered.longest_gap
            gap = start if start == end else f"{start} to {end}"
            missing = counted(covered.absent, covered.unit + " has", covered.unit + "s have")
            message = f"{missing} no rows, of {covered.periods:,}; the longest gap is {gap}."
            method = f"each {covered.unit} between the first and the last looked for in all rows"
            yield Finding("time_gaps", message, column.name, severity="info", method=method)


def _moments(engine: Engine, column: ColumnProfile) -> Array:
    series = engine.column(column.position)
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "M":
        return series.to_numpy()
    reading = read_column(series, sample_positions(engine.held_rows))
    if reading.family == "time":
        return reading.values
    parsed = parse_text(reading)
    return parsed.reading.values if parsed else np.empty(0, dtype="datetime64[D]")
