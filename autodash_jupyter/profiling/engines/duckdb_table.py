"""Tables that DuckDB reads where they are: its relations, and Parquet and CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.profiling.engines.in_memory import PandasTable
from autodash_jupyter.profiling.engines.sampled import (
    COUNTED_LEVELS,
    Aggregates,
    SampledTable,
    beside_unread,
    sample_size,
)

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines.protocol import Engine

__all__ = ["open_file", "open_relation"]

_LOADED_BYTES = 100_000_000
_DISTINCT_ERROR = 0.1  # DuckDB's HyperLogLog has a standard error of about 3 %; 99.9 % are nearer
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
            "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip
_FLOATS = ("FLOAT", "DOUBLE")
_LEVELLED = (*_NUMBERS, "VARCHAR", "DATE", "ENUM")  # DuckDB counts each value of these in one pass
_ORDERED = (*_NUMBERS, "VARCHAR", "DATE", "TIMESTAMP", "TIME", "ENUM")
_READERS = {
    ".parquet": "read_parquet", ".pq": "read_parquet",
    ".csv": "read_csv", ".tsv": "read_csv", ".txt": "read_csv", ".gz": "read_csv",
}  # fmt: skip


def open_file(path: str | Path) -> Engine:
    """Open a Parquet or CSV file (or a pattern of such files) in place; nothing is loaded.

    A CSV file of at most 100 MB that DuckDB can't read, sees one column in only, or skips the first lines
    of, is read by ``frames.read_source``, which knows more encodings, delimiters and preambles. Raises
    ``SourceError`` where there is no file, or none of them can read it.
    """
    import duckdb

    text = str(path)
    reader = _READERS.get(Path(text).suffix.casefold())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        msg = f"profile() reads files ending in {known}; load '{text}' first, and pass the table."
        raise SourceError(msg)
    try:
        relation = getattr(duckdb.connect(":memory:"), reader)(text)
        skipped = _skipped_lines(text) if reader == "read_csv" else 0
        loaded = _load(text) if skipped or len(relation.columns) == 1 else None
        if loaded is None or len(loaded.labels) < len(relation.columns):
            table = open_relation(relation, reader.removeprefix("read_"), _size_of(text))
            if skipped:
                table.notes = (f"lines 1 to {skipped:,} LEFT OUT: they don't look like the table's",)
            return table
    except duckdb.Error as error:
        loaded = _load(text) if reader == "read_csv" else None
        if loaded is None:
            reason = str(error).splitlines()[0]
            msg = f"'{text}' can't be read ({reason}); check its path and the file's format."
            raise SourceError(msg) from error
    return loaded


def _load(path: str) -> PandasTable | None:
    """Read a file that DuckDB can't make sense of, where it is small enough to be held in memory."""
    from autodash_jupyter.frames import read_source

    if not 0 < _size_of(path) <= _LOADED_BYTES or Path(path).suffix.casefold() in (".parquet", ".pq"):
        return None
    try:
        tables = read_source(path)
    except SourceError:  # then DuckDB's own reason, or its reading, stands
        return None
    return PandasTable(tables[0].frame, "csv", tables[0].notes) if len(tables) == 1 else None


def _skipped_lines(path: str) -> int:
    """Return how many lines DuckDB takes for a preamble; a header shorter than its rows is such a line."""
    import duckdb

    asked = "SELECT max(SkipRows) FROM sniff_csv(?)"
    try:
        found = duckdb.connect(":memory:").execute(asked, [path]).fetchall()[0][0]
    except duckdb.Error:  # a pattern of several files, or one that is no file
        return 0
    return int(found or 0)


def _size_of(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:  # a pattern, or a remote file
        return 0


def open_relation(relation: Any, name: str = "duckdb", memory_bytes: int = 0) -> SampledTable:
    """Open a DuckDB relation: one query for its aggregates, one for its levels, one for a sample."""
    kinds = [str(kind) for kind in relation.types]
    names = [_quoted(column) for column in relation.columns]
    parts = [_asked(column, kind) for column, kind in zip(names, kinds, strict=True)]
    row_count, rows = _aggregate(relation, parts)
    found = [
        None if row is None else _as_aggregates(row, kind) for row, kind in zip(rows, kinds, strict=True)
    ]
    _add_levels(relation, names, kinds, found)
    sample, unread = _sample_readable(relation, names, row_count)
    sample = beside_unread(sample, list(relation.columns), unread)
    return SampledTable(name, kinds, sample, row_count, found, memory_bytes, unread)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _asked(column: str, kind: str) -> list[str]:
    """Return the aggregates to ask of a column, in the order that ``_as_aggregates`` takes them."""
    is_number, is_float = kind.startswith(_NUMBERS), kind in _FLOATS
    value = _finite(column, kind)
    as_double = f"CAST({value} AS DOUBLE)"
    return [
        f"count(CASE WHEN NOT isnan({column}) THEN 1 END)" if is_float else f"count({column})",
        f"count(CASE WHEN isinf({column}) THEN 1 END)" if is_float else "0",
        f"min({value})" if kind.startswith(_ORDERED) else "NULL",
        f"max({value})" if kind.startswith(_ORDERED) else "NULL",
        f"avg({as_double})" if is_number else "NULL",
        f"stddev_samp({as_double})" if is_number else "NULL",
        f"count(CASE WHEN {value} = 0 THEN 1 END)" if is_number else "0",
        f"count(CASE WHEN {value} < 0 THEN 1 END)" if is_number else "0",
        f"approx_count_distinct({value})",
        f"count(CASE WHEN {column} THEN 1 END)" if kind == "BOOLEAN" else "NULL",
    ]


def _finite(column: str, kind: str) -> str:
    """Return a column's present values without infinities, which are counted apart."""
    return f"CASE WHEN isfinite({column}) THEN {column} END" if kind in _FLOATS else column


def _aggregate(relation: Any, parts: Sequence[list[str]]) -> tuple[int, list[Any]]:
    """Ask for all columns at once, and one by one where that fails."""
    import duckdb

    width = len(parts[0]) if parts else 0
    try:
        row = relation.aggregate(
            ", ".join(["count(*)", *(ask for part in parts for ask in part)])
        ).fetchall()[0]
        return int(row[0]), [
            row[1 + start : 1 + start + width] for start in range(0, len(row) - 1, width or 1)
        ]
    except (duckdb.Error, ValueError):  # a value may be beyond what Python's own types hold
        row_count = int(relation.aggregate("count(*)").fetchall()[0][0])
    rows: list[Any] = []
    for part in parts:
        try:
            rows.append(relation.aggregate(", ".join(part)).fetchall()[0])
        except (duckdb.Error, ValueError):  # this column is known by the sample only
            rows.append(None)
    return row_count, rows


def _as_aggregates(row: Sequence[Any], kind: str) -> Aggregates:
    count, infinite, low, high, mean, std, zeros, negatives, distinct, true = row
    if kind == "BOOLEAN":
        zeros, mean = count - true, true / max(count, 1)
        low, high = int(zeros == 0), int(true > 0)
        distinct = int(zeros > 0) + int(true > 0)
    return Aggregates(
        count,
        infinite,
        low,
        high,
        mean,
        std,
        zeros,
        negatives,
        distinct,
        0.0 if kind == "BOOLEAN" else _DISTINCT_ERROR,
    )


def _add_levels(
    relation: Any, names: Sequence[str], kinds: Sequence[str], found: list[Aggregates | None]
) -> None:
    """Ask how often each value comes, for all columns of few values at once."""
    import duckdb

    few = [
        position
        for position, column in enumerate(found)
        if column is not None and column.distinct_error and (column.distinct or 0) <= COUNTED_LEVELS
    ]
    _count_exactly(relation, names, [at for at in few if not kinds[at].startswith(_LEVELLED)], found)
    few = [position for position in few if kinds[position].startswith(_LEVELLED)]
    if not few:
        return
    try:
        asked = ", ".join(f"histogram({_finite(names[position], kinds[position])})" for position in few)
        row = relation.aggregate(asked).fetchall()[0]
    except (duckdb.Error, ValueError):  # the sample tells of them
        return
    for position, levels in zip(few, row, strict=True):
        found[position] = _with_levels(found[position], levels)


def _count_exactly(
    relation: Any, names: Sequence[str], few: Sequence[int], found: list[Aggregates | None]
) -> None:
    """Count the values of columns of few: of two, an estimate that is off by one is off by half."""
    import duckdb

    if not few:
        return
    try:
        asked = ", ".join(f"count(DISTINCT {names[position]})" for position in few)
        row = relation.aggregate(asked).fetchall()[0]
    except (duckdb.Error, ValueError):  # the estimate stands
        return
    for position, distinct in zip(few, row, strict=True):
        column = found[position]
        if column is not None:
            found[position] = replace(column, distinct=distinct, distinct_error=0.0)


def _with_levels(column: Aggregates | None, levels: Any) -> Aggregates | None:
    if column is None or not isinstance(levels, dict) or len(levels) == 0:
        return column
    return replace(column, distinct=len(levels), distinct_error=0.0, levels=levels)


def _sample_readable(
    relation: Any, names: Sequence[str], row_count: int
) -> tuple[pd.DataFrame, dict[int, Exception]]:
    """Take a sample of all columns; where that fails, of those that can be read, with the others' reasons."""
    size = sample_size(len(names))
    try:
        return _sample(relation, names, row_count, size), {}
    except Exception:  # noqa: BLE001 - a scan may run a cell's own code, which raises whatever it likes
        unread: dict[int, Exception] = {}
    for position, column in enumerate(names):
        try:
            _sample(relation, [column], row_count, size)
        except Exception as error:  # noqa: BLE001 - as above
            unread[position] = error
    readable = [column for position, column in enumerate(names) if position not in unread]
    return _sample(relation, readable, row_count, size), unread


def _sample(relation: Any, names: Sequence[str], row_count: int, size: int) -> pd.DataFrame:
    if not names:
        return pd.DataFrame(index=range(min(row_count, size)))
    if row_count <= size:
        frame: pd.DataFrame = relation.project(", ".join(names)).df()
        return frame
    query = f"SELECT {', '.join(names)} FROM sampled USING SAMPLE reservoir({size} ROWS) REPEATABLE (1)"
    sample: pd.DataFrame = relation.query("sampled", query).df()
    return sample
