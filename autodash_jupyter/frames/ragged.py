"""Delimited text read row by row: for files whose rows differ in length, or with a quote that never closes.

Slower than Arrow, and never at a loss: short rows are filled up, long ones left out, both are counted.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from autodash_jupyter.frames.dialect import Dialect
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["RaggedRows", "read_rows"]

ROWS_IN_A_CHUNK = 50_000
LINES_NAMED = 5


@dataclass(slots=True)
class RaggedRows:
    """The lines (from 1) where rows were too short or too long, and where a quote never closed."""

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return a remark on each kind that occurred."""
        kinds = (
            (self.short, "with fewer cells than the header, filled up with missing values"),
            (self.long, "with more cells than the header, LEFT OUT of the table"),
            (self.unclosed, "with a quote that never closes, read as an ordinary character"),
        )
        return [
            f"{len(lines):,} row{'s' * (len(lines) > 1)} {what}: {_lines(lines)}"
            for lines, what in kinds
            if lines
        ]


def read_rows(lines: Iterable[str], dialect: Dialect) -> tuple[list[ArrowColumn], RaggedRows]:
    """Return the columns below the header as strings, and which rows were not as long as the header.

    ``lines`` are the file's, from the first, with their line ends.

    >>> columns, ragged = read_rows(["a,b\\n", "1,2\\n", "3\\n", "4,5,6\\n"], Dialect(",", ("a", "b")))
    >>> [column.to_pylist() for column in columns]
    [['1', '3'], ['2', '']]
    >>> ragged.short, ragged.long
    ([3], [4])
    """
    width = len(dialect.header)
    ragged = RaggedRows()
    rows = _even_rows(lines, dialect, ragged)
    chunks: list[list[ArrowColumn]] = [[] for _ in range(width)]
    while block := list(itertools.islice(rows, ROWS_IN_A_CHUNK)):
        for chunk, cells in zip(chunks, zip(*block, strict=True), strict=True):
            chunk.append(pa.array(cells, pa.string()))
    return [pa.chunked_array(chunk, pa.string()) for chunk in chunks], ragged


def _even_rows(lines: Iterable[str], dialect: Dialect, ragged: RaggedRows) -> Iterator[list[str]]:
    width = len(dialect.header)
    body = itertools.islice(_records(lines, dialect, ragged), 1, None)  # the first is the header
    for line, cells in body:
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) > width:
            ragged.long.append(line)
        elif cells:
            if len(cells) < width:
                ragged.short.append(line)
                cells.extend([""] * (width - len(cells)))
            yield cells


def _records(lines: Iterable[str], dialect: Dialect, ragged: RaggedRows) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line number; where a quote never closes, its line is read without quoting."""
    source = _CountedLines(itertools.islice(lines, dialect.lines_before, None), dialect.lines_before)
    while True:
        start = source.number + 1
        source.taken.clear()
        try:
            cells = next(csv.reader(source, delimiter=dialect.delimiter))
            unclosed = _opened_in_vain(source, dialect)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond the limit of the csv module
            unclosed = True
        if unclosed:
            ragged.unclosed.append(start)
            source.give_back(source.taken[1:])
            cells = source.taken[0].rstrip("\r\n").split(dialect.delimiter)
        yield start, cells


def _opened_in_vain(source: _CountedLines, dialect: Dialect) -> bool:
    """Return whether a row took lines not its own: up to the file's end, or to another cell's quote."""
    if len(source.taken) == 1 and not source.exhausted:
        return False
    try:
        list(csv.reader(source.taken, delimiter=dialect.delimiter, strict=True))
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
