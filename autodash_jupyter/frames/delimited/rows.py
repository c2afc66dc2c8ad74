"""Delimited text read row by row: for lines that want cleaning, rows that differ in length, a quote left
open.

Slower than Arrow, and never at a loss: short rows are filled up, long ones kept apart, both are told.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from autodash_jupyter.frames.delimited.dialect import Dialect
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["RaggedRows", "read_rows"]

ROWS_IN_A_CHUNK = 50_000
LINES_NAMED = 5
LONGEST_CELL = 1 << 30


@dataclass(slots=True)
class RaggedRows:
    """Rows that were no rows like others: those too short with their number in the table, those too long with
    their cells, both with their line (from 1), and the lines where a quote never closed.
    """

    short: list[tuple[int, int]] = field(default_factory=list)
    long: list[tuple[int, str]] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    ends_torn: bool = False

    def notes(self, row_count: int) -> list[str]:
        """Return a remark on each kind that occurred among the first ``row_count`` rows of the table."""
        short = [line for line, row in self.short if row < row_count]
        kinds = (
            (short, "with fewer cells than the header, filled up with missing values"),
            (
                [line for line, _ in self.long],
                "with more cells than the header, LEFT OUT of the table, kept in .attrs['rows_apart']",
            ),
            (self.unclosed, "with a quote that never closes, read as an ordinary character"),
        )
        said = [
            f"{len(lines):,} row{'s' * (len(lines) > 1)} {what}: {_lines(lines)}"
            for lines, what in kinds
            if lines
        ]
        said += [f"left out, line {line:,}: '{printable(cells)}'" for line, cells in self.long[:LINES_NAMED]]
        if self.ends_torn and short and self.short[-1][1] == row_count - 1:
            said.append("the last line ends in the middle of a row: the file seems to be cut off")
        return said


def read_rows(lines: Iterable[str], dialect: Dialect) -> tuple[list[ArrowColumn], RaggedRows]:
    """Return the columns below the header as strings, and which rows were not as long as the header.

    ``lines`` are the file's, from the first, with their line ends.

    >>> columns, ragged = read_rows(["a,b\\n", "1,2\\n", "3\\n", "4,5,6\\n"], Dialect(",", ("a", "b")))
    >>> [column.to_pylist() for column in columns]
    [['1', '3'], ['2', '']]
    >>> ragged.short, ragged.long
    ([(3, 1)], [(4, '4,5,6')])
    """
    width = len(dialect.header)
    ragged = RaggedRows()
    chunks: list[list[ArrowColumn]] = [[] for _ in range(width)]
    with _cells_of_any_length():
        rows = _even_rows(lines, dialect, ragged)
        while block := list(itertools.islice(rows, ROWS_IN_A_CHUNK)):
            for chunk, cells in zip(chunks, zip(*block, strict=True), strict=True):
                chunk.append(pa.array(cells, pa.string()))
    return [pa.chunked_array(chunk, pa.string()) for chunk in chunks], ragged


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    earlier = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(earlier)


def _even_rows(lines: Iterable[str], dialect: Dialect, ragged: RaggedRows) -> Iterator[list[str]]:
    width, row = len(dialect.header), 0
    for line, cells in itertools.islice(_records(lines, dialect, ragged), dialect.header_rows, None):
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) > width:
            ragged.long.append((line, dialect.delimiter.join(cells) if line <= LONGEST_CELL else ""))
        elif cells and not (len(cells) < width and not "".join(cells).strip()):
            if len(cells) < width:
                ragged.short.append((line, row))
                cells.extend([""] * (width - len(cells)))
            row += 1
            yield cells


def _records(lines: Iterable[str], dialect: Dialect, ragged: RaggedRows) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line number; where a quote never closes, its line is read without quoting."""
    below = itertools.islice(lines, dialect.lines_before, None)
    clean = map(dialect.lines.clean, below) if dialect.lines.apply else below
    source = _CountedLines(clean, dialect.lines_before)
    quoting = dialect.quoting
    manner: dict[str, Any] = {
        "delimiter": dialect.delimiter,
        "quotechar": quoting.mark,
        "escapechar": quoting.escape or None,
        "doublequote": not quoting.escape,
        "skipinitialspace": quoting.after_space,
    }
    while True:
        start = source.number + 1
        source.taken.clear()
        try:
            cells = next(csv.reader(source, **manner))
            unclosed = _opened_in_vain(source, manner)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond the limit of the csv module
            unclosed = True
        if unclosed:
            ragged.unclosed.append(start)
            source.give_back(source.taken[1:])
            cells = source.taken[0].rstrip("\r\n").split(dialect.delimiter)
        ragged.ends_torn = not source.taken[-1].endswith(("\n", "\r"))
        yield start, cells


def _opened_in_vain(source: _CountedLines, manner: dict[str, Any]) -> bool:
    """Return whether a row took lines not its own: up to the file's end, or to another cell's quote."""
    if len(source.taken) == 1 and not source.exhausted:
        return False
    try:
        list(csv.reader(source.taken, strict=True, **manner))
    except csv.Error as error:
        return len(source.taken) > 1 or "unexpected end of data" in str(error)
    return False


class _CountedLines:
    """Lines, counted, that remembers those taken since it was last cleared and takes some back."""

    def __init__(self, lines: Iterable[str], number: int) -> None:
        self._lines = iter(lines)
        self.number = number
        self.taken: list[str] = []
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.exhausted = True
            raise
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Let the lines come again."""
        self._lines = itertools.chain(list(lines), self._lines)
        self.number -= len(lines)
        self.exhausted = False


def _lines(numbers: list[int]) -> str:
    named = ", ".join(f"{number:,}" for number in numbers[:LINES_NAMED])
    return f"line{'s' * (len(numbers) > 1)} {named}" + (" ..." if len(numbers) > LINES_NAMED else "")
