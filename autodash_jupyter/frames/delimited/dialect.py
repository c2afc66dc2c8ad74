"""How a delimited text is laid out, judged from its beginning: delimiter, header, decimal mark."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.delimited.headers import find_header
from autodash_jupyter.frames.delimited.layouts import Layout, Quoting, best_layout, rows_of
from autodash_jupyter.frames.delimited.lines import CELL_MARK, LineRules, comment_prefix, is_rule
from autodash_jupyter.frames.naming import printable

__all__ = ["Dialect", "decimal_mark", "sniff"]

LINES_LOOKED_AT = 1_000
BLANK = string.whitespace + "\xa0\u200b\ufeff"  # ones that show nothing among them
FEWEST_PADDED = 0.5

DECIMAL_COMMA = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+")
DECIMAL_POINT = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)\.[0-9]+")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a delimited text.

    ``header`` has a label, perhaps empty, for every column, taken from ``header_rows`` rows; ``lines_before``
    counts the lines above them, ``preamble`` is the first of those that says something; ``decimal`` is ``.``
    or ``,``; ``padded`` says that cells have spaces around them that mean nothing; ``lines`` how to clean
    lines; ``alike`` is the share of rows as long as the header; ``blank_labels`` are
    labels as written that had blanks around them.
    """

    delimiter: str
    header: tuple[str, ...]
    lines_before: int = 0
    preamble: str = ""
    decimal: str = "."
    header_rows: int = 1
    padded: bool = False
    quoting: Quoting = field(default_factory=Quoting)
    lines: LineRules = field(default_factory=LineRules)
    alike: float = 1.0
    blank_labels: tuple[str, ...] = ()

    def notes(self) -> list[str]:
        """Return what has to be said of where the header was found."""
        said = []
        line = self.lines_before + 1
        if self.preamble:
            what = f"the header is on line {line}" if self.header_rows else f"the table begins on line {line}"
            said.append(f"{what}; above it: {self.preamble}")
        if self.lines.comment:
            said.append(f"lines that begin with {self.lines.comment} left out as comments")
        if self.header_rows == 2:
            said.append(f"the header takes two rows, lines {line} and {line + 1}, joined here")
        if self.header_rows == 0 and self.header and self.header[0] == "column_1":
            said.append(f"no header: the columns are called column_1 to column_{len(self.header)}")
        if self.blank_labels:
            named = ", ".join(f"'{printable(label)}'" for label in self.blank_labels[:5])
            said.append(f"blanks around labels left out: {named}" + " ..." * (len(self.blank_labels) > 5))
        return said


def _is_padded(label: str) -> bool:
    return bool(label.strip()) and label != label.strip(BLANK)


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
    declared = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)  # a line that Excel writes and reads
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)[: LINES_LOOKED_AT + 1]
    prefix = comment_prefix(lines)
    rules = LineRules(comment=prefix, rules=any(map(is_rule, lines[:50])))
    layout = best_layout(
        lines, rules, complete=complete, preferred=preferred, declared=declared[1] if declared else ""
    )
    body = [row.cells for row in layout.rows[layout.header_index :]]
    header = find_header(body, layout.width)
    labels, header_rows = header
    start = layout.rows[layout.header_index].lines_before
    commented = _commented_header(lines[:start], prefix, layout) if prefix and header_rows == 0 else None
    if commented:
        labels = commented
    elif header_rows == 1:
        labels = _complete_header(labels, layout.width, body[1:])
        if labels[0].startswith("#") and start == 0 and labels[0].strip("# "):
            labels = (labels[0].lstrip("# "), *labels[1:])  # a header that is marked as a comment
    padded = _padded(body[header_rows:]) or layout.quoting.after_space
    return Dialect(
        delimiter=layout.delimiter,
        header=tuple(label.strip(BLANK) for label in labels),
        blank_labels=() if padded or layout.lines.split else tuple(filter(_is_padded, labels)),
        lines_before=start,
        preamble=_preamble(lines[:start], declared is not None, commented is not None),
        decimal=decimal_mark(body[header_rows:], layout.delimiter),
        header_rows=header_rows,
        padded=padded,
        quoting=layout.quoting,
        lines=layout.lines,
        alike=layout.alike,
    )


def _preamble(lines: Sequence[str], declared: bool, commented: bool) -> str:
    """Return the lines above the table that say something, for a remark."""
    said = [line.strip().strip(",;\t|").strip() for line in lines[int(declared) :]]
    said = [line for line in said if line and not is_rule(line)][: -1 if commented else None]
    return ", ".join(f"'{printable(line)}'" for line in said[:5]) + (" ..." if len(said) > 5 else "")


def _commented_header(lines: Sequence[str], prefix: str, layout: Layout) -> tuple[str, ...] | None:
    """Return the labels in the last comment above the rows, if there are as many as columns."""
    marked = [line for line in lines if line.lstrip().startswith(prefix)]
    if not marked:
        return None
    bare = marked[-1].lstrip().lstrip(prefix).strip()
    split = layout.lines.split
    text = CELL_MARK.join(split(bare)) if split else bare
    rows = rows_of([text], layout.delimiter, layout.quoting)
    cells = tuple(cell.strip() for row in rows[:1] for cell in row.cells)
    return cells if len(cells) == layout.width else None


def _complete_header(labels: Sequence[str], width: int, body: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return a label for every column; where one is lacking, the first column is taken for row names."""
    lacking = width - len(labels)
    full = [cells for cells in body if len(cells) == width]
    if lacking == 1 and any(cells[-1].strip() for cells in full):
        return ("", *labels)
    return (*labels, *[""] * lacking)


def _padded(body: Iterable[Sequence[str]]) -> bool:
    cells = [cell for row in body for cell in row if cell.strip()]
    return bool(cells) and sum(cell != cell.strip() for cell in cells) >= FEWEST_PADDED * len(cells)


def decimal_mark(body: Iterable[Sequence[str]], delimiter: str) -> str:
    """Return the decimal mark of numbers in rows, ``.`` or ``,``.

    >>> decimal_mark([["Bread", "2,50"]], ";")
    ','
    """
    commas = points = 0
    for row in body:
        for cell in row:
            bare = cell.strip(" €$£%\xa0")
            if not GROUPED.fullmatch(bare):
                commas += DECIMAL_COMMA.fullmatch(bare) is not None
                points += DECIMAL_POINT.fullmatch(bare) is not None
    if commas == points:
        return "," if delimiter == ";" else "."
    return "," if commas > points else "."
