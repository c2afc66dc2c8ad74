"""CSV, TSV and their kin: laid out as the head shows, read by Arrow, then typed column by column."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa

from autodash_jupyter.frames.columns import frame_of
from autodash_jupyter.frames.dialect import Dialect, sniff
from autodash_jupyter.frames.formats import refuse_other_formats
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.ragged import read_rows
from autodash_jupyter.frames.tables import ArrowColumn, ReadTable
from autodash_jupyter.frames.text_files import (
    CERTAIN_ENCODINGS,
    ENCODING_CHOSEN,
    guess_encoding,
    open_bytes,
    read_head,
)

__all__ = ["read_delimited"]

BLOCK_BYTES = 1 << 20
BLOCK_BYTES_FOR_LONG_CELLS = 1 << 26


def read_delimited(path: Path, *, preferred: str = "") -> ReadTable:
    """Return the table in a delimited text file, which may be compressed with gzip.

    The first row is the header; labels that occur twice become ``x``, ``x.1``, as in pandas.
    ``preferred`` is the delimiter to take if it fits at all. Raises ``SourceError`` where the
    content is no text, ``OSError`` and ``EOFError`` from reading.
    """
    head, complete = read_head(path)
    refuse_other_formats(head)
    encoding = guess_encoding(head, complete=complete)
    try:
        return _read(path, encoding, head, complete, preferred)
    except UnicodeDecodeError as error:  # beyond the head it is something else
        return _read(path, guess_encoding(error.object), head, complete, preferred)


def _read(path: Path, encoding: str, head: bytes, complete: bool, preferred: str) -> ReadTable:
    text = io.TextIOWrapper(
        io.BytesIO(head), encoding, errors="strict" if complete else "replace", newline=""
    )
    dialect = sniff(text.read(), complete=complete, preferred=preferred)
    notes = [] if encoding in CERTAIN_ENCODINGS else [ENCODING_CHOSEN.format(encoding)]
    if dialect.preamble:
        notes.append(
            f"the header is on line {dialect.lines_before + 1}; above it: '{printable(dialect.preamble)}'"
        )
    columns = _read_by_arrow(path, encoding, dialect)
    if columns is None:
        with io.TextIOWrapper(open_bytes(path), encoding, newline="") as lines:
            columns, ragged = read_rows(lines, dialect)
        notes += ragged.notes()
    frame, remarks = frame_of(columns, distinct_labels(dialect.header), dialect.decimal)
    return ReadTable(frame, (*notes, *remarks))


def _read_by_arrow(path: Path, encoding: str, dialect: Dialect) -> list[ArrowColumn] | None:
    """Return the columns as strings, or ``None`` for a file that wants to be read row by row."""
    for block_bytes in (BLOCK_BYTES, BLOCK_BYTES_FOR_LONG_CELLS):
        try:
            columns = _parse(path, encoding, dialect, block_bytes)
        except pa.ArrowInvalid:
            continue
        return None if _may_end_in_open_quote(columns[-1], path) else columns
    return None


def _parse(path: Path, encoding: str, dialect: Dialect, block_bytes: int) -> list[ArrowColumn]:
    from pyarrow import csv

    names = [str(index) for index in range(len(dialect.header))]
    with open_bytes(path) as stream:
        table = csv.read_csv(
            stream,
            csv.ReadOptions(
                column_names=names,
                skip_rows=dialect.lines_before,
                skip_rows_after_names=1,
                encoding="utf-8" if encoding == "utf-8-sig" else encoding,
                block_size=block_bytes,
            ),
            # Without newlines_in_values, a quoted newline at a block's end splits a row unnoticed.
            csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    return list(table.columns)


def _may_end_in_open_quote(last_column: ArrowColumn, path: Path) -> bool:
    """A quote that never closes swallows all lines after it into the last cell: Arrow says nothing of it."""
    cell = last_column[-1].as_py() if len(last_column) else ""
    return "\n" in cell and (cell.endswith("\n") or not _ends_with_newline(path))


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:  # of a compressed file this says nothing, which costs time and no more
        file.seek(-min(2, path.stat().st_size), io.SEEK_END)
        return b"\n" in file.read()
