"""How a delimited text is laid out, judged from its beginning: delimiter, header, decimal mark."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autodash_jupyter.errors import SourceError

__all__ = ["Dialect", "sniff"]

DELIMITERS = (",", ";", "\t", "|", "^", "~", ":", "\x1f", "\x01")
NO_DELIMITER = "\x1f"  # the "unit separator": stands for a file with one column
FEWEST_SPLIT = 0.6
FEWEST_ALIKE_BELOW_PREAMBLE = 0.8
ROWS_LOOKED_AT = 1_000

DECIMAL_COMMA = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+")
DECIMAL_POINT = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)\.[0-9]+")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+")
NUMBER = re.compile(r"\s*[+-]?[0-9.,]*[0-9]\s*")


class Row(NamedTuple):
    """A row's cells, and how many lines of the file come before it."""

    lines_before: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a delimited text.

    ``header`` has a label, perhaps empty, for every column; ``lines_before`` counts the lines
    above it, ``preamble`` is the first of them that says something; ``decimal`` is ``.`` or ``,``.
    """

    delimiter: str
    header: tuple[str, ...]
    lines_before: int = 0
    preamble: str = ""
    decimal: str = "."


class Layout(NamedTuple):
    """The rows as one delimiter splits them, where the header is, and how alike they are."""

    delimiter: str
    rows: list[Row]
    header_index: int
    width: int
    alike: float


def sniff(text: str, *, complete: bool = True, preferred: str = "") -> Dialect:
    """Return the dialect of a text of which ``text`` is the beginning, or the whole (``complete``).

    A delimiter counts if it splits the header and most rows alike; ``preferred`` wins if it does.
    Raises ``SourceError`` if there are only blank lines.

    >>> dialect = sniff("name;price\\nBread;2,50\\nTea;3,10\\n")
    >>> dialect.delimiter, dialect.header, dialect.decimal
    (';', ('name', 'price'), ',')
    """
    if not text.strip():
        msg = "it holds nothing but blank lines; check that it was written or downloaded whole"
        raise SourceError(msg)
    declared = re.match(r"sep=(.)\r?\n", text)  # a line that Excel writes and reads
    skip = 1 if declared else 0
    candidates = [declared[1]] if declared else [mark for mark in DELIMITERS if mark in text]
    layouts = _layouts(text, candidates, complete, skip) or _layouts(text, [" "], complete, skip)
    if not layouts:
        return _one_column(text, complete)
    best = max(
        layouts, key=lambda layout: (layout.delimiter == preferred, round(layout.alike, 2), layout.width)
    )
    body = best.rows[best.header_index + 1 :]
    above = [row for row in best.rows[skip : best.header_index] if any(row.cells)]
    return Dialect(
        delimiter=best.delimiter,
        header=_complete_header(best.rows[best.header_index].cells, best.width, body),
        lines_before=best.rows[best.header_index].lines_before,
        preamble=best.delimiter.join(above[0].cells) if above else "",
        decimal=_decimal_mark(body, best.delimiter),
    )


def _rows(text: str, delimiter: str, complete: bool) -> list[Row]:
    """Return the first rows that are not blank; the last one of a beginning may be torn and is left out."""
    rows = []
    try:
        for row in _numbered(text, delimiter):
            rows.append(row)
            if len(rows) == ROWS_LOOKED_AT:
                return [row for row in rows if row.cells]
    except csv.Error:
        complete = True  # an endless cell: what came before it is whole
    if not complete and len(rows) > 1:
        rows.pop()
    return [row for row in rows if row.cells]


def _numbered(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines_before = 0
    for cells in reader:
        yield Row(lines_before, cells)
        lines_before = reader.line_num


def _layouts(text: str, delimiters: Sequence[str], complete: bool, skip: int) -> list[Layout]:
    """Return the layouts of those delimiters that split the header and most rows."""
    found = (_layout(delimiter, _rows(text, delimiter, complete), skip) for delimiter in delimiters)
    return [layout for layout in found if layout is not None]


def _layout(delimiter: str, rows: list[Row], skip: int) -> Layout | None:
    counts = [len(row.cells) for row in rows]
    several = Counter(count for count in counts[skip:] if count > 1)
    if not several:
        return None
    width, _ = several.most_common(1)[0]
    first = counts[skip]
    if first >= width or (first == width - 1 and width > 2):  # one label less: row names, as R writes them
        header_index, width = skip, max(width, first)
        plausible = several.total() >= FEWEST_SPLIT * (len(rows) - skip)
    else:
        header_index = counts.index(width)
        labels = rows[header_index].cells
        plausible = width > 2 and not any(not label.strip() or NUMBER.fullmatch(label) for label in labels)
    below = counts[header_index + 1 :]
    alike = below.count(width) / len(below) if below else 1.0
    if header_index > skip:
        plausible = plausible and alike >= FEWEST_ALIKE_BELOW_PREAMBLE
    if delimiter == " ":
        plausible = plausible and alike == 1 and width > 2
    return Layout(delimiter, rows, header_index, width, alike) if plausible else None


def _one_column(text: str, complete: bool) -> Dialect:
    header, *body = _rows(text, NO_DELIMITER, complete)
    return Dialect(
        delimiter=NO_DELIMITER,
        header=tuple(header.cells),
        lines_before=header.lines_before,
        decimal=_decimal_mark(body, ";"),
    )


def _complete_header(labels: Sequence[str], width: int, body: Sequence[Row]) -> tuple[str, ...]:
    """Return a label for every column; where one is lacking, the first column is taken for row names."""
    lacking = width - len(labels)
    full = [row.cells for row in body if len(row.cells) == width]
    if lacking == 1 and any(cells[-1] for cells in full):
        return ("", *labels)
    return (*labels, *[""] * lacking)


def _decimal_mark(body: Sequence[Row], delimiter: str) -> str:
    commas = points = 0
    for row in body:
        for cell in row.cells:
            if not GROUPED.fullmatch(cell):
                commas += DECIMAL_COMMA.fullmatch(cell) is not None
                points += DECIMAL_POINT.fullmatch(cell) is not None
    if commas == points:
        return "," if delimiter == ";" else "."
    return "," if commas > points else "."
