"""CSV, TSV and their kin: laid out as the head shows, read by Arrow, then typed column by column."""

from __future__ import annotations

import io
import mmap
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.columns import frame_of
from autodash_jupyter.frames.compression import compression_of, open_bytes
from autodash_jupyter.frames.contents import refuse_other_formats
from autodash_jupyter.frames.delimited.dialect import Dialect, sniff
from autodash_jupyter.frames.delimited.rows import RaggedRows, read_rows
from autodash_jupyter.frames.naming import distinct_labels
from autodash_jupyter.frames.progress import Progress
from autodash_jupyter.frames.tables import ArrowColumn, ReadTable
from autodash_jupyter.frames.text_files import (
    CERTAIN_ENCODINGS,
    ENCODING_CHOSEN,
    guess_encoding,
    is_damaged_utf_8,
    read_head,
)
from autodash_jupyter.frames.tidying import tidy
from autodash_jupyter.regular_files import open_regular

__all__ = ["TextTable", "is_delimited", "read_delimited", "read_text_table"]

BLOCK_BYTES = 1 << 20
FEWEST_ALIKE = 0.9
BLOCK_BYTES_FOR_LONG_CELLS = 1 << 26


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table whose cells are still text: columns of strings, distinct labels, the decimal mark, remarks, and
    the rows too long for it."""

    columns: list[ArrowColumn]
    labels: list[str]
    decimal: str
    notes: tuple[str, ...] = ()
    apart: tuple[tuple[int, str], ...] = ()


def read_delimited(
    path: Path, *, preferred: str = "", encoding: str = "", dates: str = "", progress: Progress | None = None
) -> ReadTable:
    """Return the table in a delimited text file, which may be compressed.

    Labels that occur twice become ``x``, ``x.1``, as in pandas. ``preferred`` is the delimiter to take if it
    fits at all, ``encoding`` one to take without guessing, ``dates`` what comes first where dates could
    mean two
    days. Raises ``SourceError`` where the content is no text, ``OSError`` and ``EOFError`` from reading.
    """
    table = read_text_table(path, preferred=preferred, encoding=encoding, progress=progress)
    frame, remarks = frame_of(table.columns, table.labels, table.decimal, dates)
    return ReadTable(frame, (*table.notes, *remarks), apart=table.apart)


def read_text_table(
    path: Path, *, preferred: str = "", encoding: str = "", progress: Progress | None = None
) -> TextTable:
    """Return the table in a delimited text file with its cells as they are written; see
    ``read_delimited``."""
    head, complete = read_head(path)
    refuse_other_formats(head)
    if encoding:
        return _read(path, encoding, (head, complete), preferred, progress)
    guessed = guess_encoding(head, complete=complete)
    try:
        chosen = "utf-8" if is_damaged_utf_8(head) else guessed
        return _read(path, chosen, (head, complete), preferred, progress)
    except UnicodeDecodeError as error:
        if is_damaged_utf_8(error.object):
            return _read(path, "utf-8", (head, complete), preferred, progress, damaged=True)
        # Beyond the head it is something else.
        return _read(path, guess_encoding(error.object), (head, complete), preferred, progress)


def is_delimited(path: Path) -> bool:
    """Return whether a file is text whose lines fall into the same two columns or more throughout."""
    head, complete = read_head(path)
    try:
        text = head.decode(guess_encoding(head, complete=complete), "replace")
        dialect = sniff(text, complete=complete)
    except SourceError:
        return False
    rows = text.strip().count("\n") + text.strip().count("\r")
    return rows > 0 and len(dialect.header) > 1 and dialect.alike >= FEWEST_ALIKE


def _read(
    path: Path,
    encoding: str,
    beginning: tuple[bytes, bool],
    preferred: str,
    progress: Progress | None,
    *,
    damaged: bool = False,
) -> TextTable:
    head, complete = beginning
    text = io.TextIOWrapper(
        io.BytesIO(head), encoding, errors="strict" if complete and not damaged else "replace", newline=""
    ).read()
    torn = re.search(r"(\x00{2,}|\x1a)\s*$", text) if complete else None
    dialect = sniff(text[: torn.start()] if torn else text, complete=complete, preferred=preferred)
    notes = [] if encoding in CERTAIN_ENCODINGS else [ENCODING_CHOSEN.format(encoding)]
    notes += dialect.notes()
    ragged = RaggedRows()
    columns = None if torn or damaged else _read_by_arrow(path, encoding, dialect, progress)
    if columns is None:
        errors = "replace" if damaged else "strict"
        with io.TextIOWrapper(open_bytes(path, progress), encoding, errors, newline="") as lines:
            whole = (line for line in lines if line.strip("\x00\x1a\r\n ")) if torn else lines
            columns, ragged = read_rows(whole, dialect)
    if damaged:
        notes.append("UTF-8 but for a few bytes, which are shown as \ufffd: it was damaged, or mixed")
    if torn and torn[1] != "\x1a":
        notes.append("zero bytes at its end left out: the file may have been cut off while it was written")
    if dialect.padded:
        columns = [_trimmed(column) for column in columns]
    tidied = tidy(columns, dialect.header)
    notes += [*ragged.notes(tidied.rows_above_trailer), *tidied.notes]
    labels = distinct_labels(tidied.labels)
    return TextTable(tidied.columns, labels, dialect.decimal, tuple(notes), tuple(ragged.long))


def _trimmed(column: ArrowColumn) -> ArrowColumn:
    import pyarrow.compute as pc

    return pc.utf8_trim_whitespace(column)


def _read_by_arrow(
    path: Path, encoding: str, dialect: Dialect, progress: Progress | None
) -> list[ArrowColumn] | None:
    """Return the columns as strings, or ``None`` for a file that wants to be read row by row."""
    if dialect.lines.apply or dialect.quoting.after_space or len(dialect.delimiter.encode()) > 1:
        return None
    for block_bytes in (BLOCK_BYTES, BLOCK_BYTES_FOR_LONG_CELLS):
        try:
            columns = _parse(path, encoding, dialect, block_bytes, progress)
        except pa.ArrowInvalid:
            continue
        return None if _may_end_in_open_quote(columns[-1], path) else columns
    return None


def _parse(
    path: Path, encoding: str, dialect: Dialect, block_bytes: int, progress: Progress | None
) -> list[ArrowColumn]:
    from pyarrow import csv

    names = [str(index) for index in range(len(dialect.header))]
    with open_bytes(path, progress) as stream:
        table = csv.read_csv(
            stream,
            csv.ReadOptions(
                column_names=names,
                skip_rows=dialect.lines_before,
                skip_rows_after_names=dialect.header_rows,
                encoding="utf-8" if encoding == "utf-8-sig" else encoding,
                block_size=block_bytes,
            ),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quoting.mark,
                escape_char=dialect.quoting.escape or False,
                double_quote=not dialect.quoting.escape,
                # Without it blocks are read side by side, and a quoted newline at one's end splits a row.
                newlines_in_values=_may_be_quoted(path, dialect.quoting.mark),
            ),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    return list(table.columns)


def _may_be_quoted(path: Path, mark: str) -> bool:
    """Return whether a quote is anywhere in a file; of a compressed one that isn't known."""
    with open_regular(path) as file:
        if compression_of(file.read(8)):
            return True
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(mark.encode()) >= 0


def _may_end_in_open_quote(last_column: ArrowColumn, path: Path) -> bool:
    """A quote that never closes swallows all lines after it into the last cell: Arrow says nothing of it."""
    cell = last_column[-1].as_py() if len(last_column) else ""
    return "\n" in cell and (cell.endswith("\n") or not _ends_with_newline(path))


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:  # of a compressed file this says nothing, which costs time and no more
        file.seek(-min(2, path.stat().st_size), io.SEEK_END)
        return b"\n" in file.read()
