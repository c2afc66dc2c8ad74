"""What could separate the cells of a text, tried on its beginning, and which attempt fits it best."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from autodash_jupyter.frames.delimited.lines import (
    CELL_MARK,
    LineRules,
    Row,
    fixed_width_fields,
    split_by_spaces,
)
from autodash_jupyter.frames.delimited.titles import (
    LABEL_THAT_IS_A_NUMBER,
    LINES_BELOW,
    MOST_LINES_ABOVE,
    are_values,
    below_titles,
    is_titled,
    numbers_below,
)

__all__ = ["FIXED", "Layout", "Quoting", "best_layout", "rows_of"]

DELIMITERS = (",", ";", "\t", "|", "^", "~", ":", "\x1f", "\x01", "\x1e", "§", "¦", "!", "#", "&", "@")
SEEN_IN_CELLS = (":", "!", "#", "&", "@", "--", "//", "->", " - ", "=>", "::", "**", "++", "!!")
LONG_DELIMITERS = (
    "||", "::", ";;", "~~", "^^", "|~|", "~|~", "|;|", "<>", "@@", "##", "$$", "&&", "%%", "=>", "->", " - ",
    ",,",
    "|^|", "^|^", "<|>", "[|]", "--", "//", "!!", "++", "**", "@#@", "§§", "~@~",
)  # fmt: skip
TABS, GAPS = re.compile(r"\t+"), re.compile(r"\s{2,}|\s*\t\s*")
FEWEST_SPLIT = 0.6
FEWEST_ALIKE = 0.8
ROWS_LOOKED_AT = 1_000


class Quoting(NamedTuple):
    """What quotes a cell, what takes a quote's meaning away, and whether spaces may come before a quote."""

    mark: str = '"'
    escape: str = ""
    after_space: bool = False


FIXED = "fixed"
PLAIN = Quoting()


class Layout(NamedTuple):
    """The rows as one delimiter splits them, where the header is, and how alike they are."""

    delimiter: str
    rows: list[Row]
    header_index: int
    width: int
    alike: float
    lines: LineRules
    quoting: Quoting = Quoting()

    @property
    def hollow(self) -> bool:
        """Return whether a column has neither a label nor a value: its delimiter is half of the real one."""
        body = [row.cells for row in self.rows[self.header_index :] if len(row.cells) == self.width]
        inner = range(1, self.width - 1)
        return any(not any(letter.isalnum() for cells in body for letter in cells[index]) for index in inner)


def best_layout(
    lines: Sequence[str], rules: LineRules, *, complete: bool, preferred: str = "", declared: str = ""
) -> Layout:
    """Return the layout that fits the lines best, one column if nothing separates cells.

    ``lines`` are the first of a text with their ends, or all of it (``complete``); ``declared`` is a
    delimiter that the first line names, ``preferred`` one to take if it fits, or ``FIXED`` for positions.
    """
    skip = 1 if declared else 0
    cleaned = [rules.clean(line) for line in lines]
    if preferred == FIXED:
        placed = _by_places(lines, cleaned if complete else cleaned[:-1], rules, complete)
        if placed is not None:
            return placed
    text = "".join(cleaned)
    quoting = _quoting(text)
    found = []
    for mark in [declared] if declared else [mark for mark in DELIMITERS if mark in text]:
        layout = _layout(mark, rows_of(cleaned, mark, quoting, complete=complete), skip, rules, quoting)
        if layout is not None and (mark in DELIMITERS[:10] or layout.alike == 1):
            found.append(layout)
    for mark in () if declared else (mark for mark in LONG_DELIMITERS if mark in text):
        layout = _odd(lines, replace(rules, split=_splitter(mark)), complete, quoting)
        split_throughout = layout is not None and (mark not in SEEN_IN_CELLS or layout.alike == 1)
        if (
            layout is not None
            and layout.alike >= FEWEST_ALIKE
            and split_throughout
            and layout.header_index == 0
        ):
            found.append(layout)
    tabbed = [TABS] if "\t\t" in text else []
    for between in [*tabbed, GAPS] if "\t" in text else []:
        layout = _odd(lines, replace(rules, split=_parter(between)), complete, quoting)
        if layout is not None and layout.alike == 1 and layout.header_index == 0:
            found.append(layout)
    if found:
        return max(
            found,
            key=lambda one: (
                one.delimiter == preferred,
                round(one.alike, 1),
                not one.hollow,
                one.width,
                one.lines.split is not None,
            ),
        )
    return (
        _wrapped(lines, rules, complete)
        or _by_blanks(lines, cleaned, rules, complete)
        or _one_column(cleaned, rules, complete)
    )


def _splitter(mark: str) -> Callable[[str], list[str]]:
    return lambda line: line.split(mark)


def _parter(between: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda line: between.split(line.strip())


def _odd(lines: Sequence[str], rules: LineRules, complete: bool, quoting: Quoting = PLAIN) -> Layout | None:
    rows = rows_of([rules.clean(line) for line in lines], CELL_MARK, quoting, complete=complete)
    return _layout(CELL_MARK, rows, 0, rules, quoting)


def _wrapped(lines: Sequence[str], rules: LineRules, complete: bool) -> Layout | None:
    """Return the layout of lines each of which was quoted whole, and so seems to be one cell."""
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) < 2 or not all(len(line) > 2 and line[0] == line[-1] == '"' for line in filled):
        return None
    for mark in DELIMITERS[:4]:
        layout = _odd(lines, replace(rules, split=_unwrapper(mark)), complete)
        if layout is not None and layout.alike == 1 and layout.header_index == 0 and len(layout.rows) > 1:
            return layout
    return None


def _unwrapper(mark: str) -> Callable[[str], list[str]]:
    def unwrapped(line: str) -> list[str]:
        inner = line.strip()[1:-1].replace('""', '"')
        return next(csv.reader([inner], delimiter=mark), [])

    return unwrapped


def _by_blanks(
    lines: Sequence[str], cleaned: Sequence[str], rules: LineRules, complete: bool
) -> Layout | None:
    """Return a layout by runs of spaces, or by the positions at which every line has one."""
    whole = list(cleaned if complete or len(cleaned) == 1 else cleaned[:-1])
    if not any(" " in line.strip() or "\t" in line for line in whole):
        return None
    by_gaps = replace(rules, split=_parter(GAPS))
    by_words = replace(rules, split=split_by_spaces)
    gaps, words = (_odd(lines, by, complete) for by in (by_gaps, by_words))
    if gaps is not None and all(len(row.cells) in {1, gaps.width} for row in gaps.rows) and gaps.alike == 1:
        return gaps
    if words is not None and _sure(words):
        return words
    placed = _by_places(lines, whole, rules, complete)
    if placed is not None:
        return placed
    return gaps if gaps is not None and gaps.alike >= FEWEST_ALIKE and gaps.width > 2 else None


def _by_places(lines: Sequence[str], whole: Sequence[str], rules: LineRules, complete: bool) -> Layout | None:
    """Return the layout by the positions at which every line has a blank, below titles where there are
    some."""
    for above in range(min(6, len(whole))):
        fields = fixed_width_fields(whole[above:])
        layout = _odd(lines, replace(rules, split=_cutter(fields)), complete) if len(fields) > 1 else None
        if layout is not None:
            first = next((i for i, row in enumerate(layout.rows) if row.lines_before >= above), 0)
            if layout.width > 2 or all(layout.rows[first].cells):
                return layout._replace(header_index=first)
    return None


def _sure(layout: Layout) -> bool:
    """Words side by side are seldom two columns: there must be three, or numbers in the second."""
    body = [row.cells for row in layout.rows[layout.header_index + 1 :]]
    numbers = bool(body) and all(
        LABEL_THAT_IS_A_NUMBER.fullmatch(cells[-1]) for cells in body if len(cells) > 1
    )
    labelled = layout.width > 2 or (numbers and len(layout.rows[0].cells) == layout.width)
    return labelled and all(len(cells) == layout.width for cells in body)


def _cutter(fields: Sequence[tuple[int, int | None]]) -> Callable[[str], list[str]]:
    return lambda line: [line.expandtabs()[start:end].strip() for start, end in fields]


def _quoting(text: str) -> Quoting:
    """Return how a text quotes: with single quotes if only they stand around cells, with a backslash if it
    has to."""
    double = len(re.findall(r'(?:^|[,;\t|])\s?"', text, re.M))
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", text, re.M))
    mark = "'" if single > 2 and not double else '"'
    escaped = re.search(rf"\\{mark}(?![,;\t|\r\n{mark}]|$)", text) is not None and double + single > 0
    after_space = re.search(rf"[,;|] +{mark}[^{mark}\n]*{mark}\s*(?=[,;|\r\n])", text) is not None
    return Quoting(mark, "\\" if escaped else "", after_space)


def rows_of(
    lines: Iterable[str], delimiter: str, quoting: Quoting = PLAIN, *, complete: bool = True
) -> list[Row]:
    """Return the first rows that are not blank; the last one of a beginning may be torn and is left out."""
    rows = []
    try:
        for row in _numbered(lines, delimiter, quoting):
            rows.append(row)
            if len(rows) == ROWS_LOOKED_AT:
                return [row for row in rows if row.cells]
    except csv.Error:
        complete = True  # an endless cell: what came before it is whole
    if not complete and len(rows) > 1:
        rows.pop()
    return [row for row in rows if row.cells]


def _numbered(lines: Iterable[str], delimiter: str, quoting: Quoting) -> Iterator[Row]:
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quoting.mark,
        escapechar=quoting.escape or None,
        doublequote=not quoting.escape,
        skipinitialspace=quoting.after_space,
    )
    lines_before = 0
    for cells in reader:
        yield Row(lines_before, cells)
        lines_before = reader.line_num


def _layout(delimiter: str, rows: list[Row], skip: int, lines: LineRules, quoting: Quoting) -> Layout | None:
    counts = [len(row.cells) for row in rows]
    several = Counter(count for count in counts[skip:] if count > 1)
    if not several:
        return None
    width, _ = several.most_common(1)[0]
    first = counts[skip]
    titled = is_titled(rows[skip:], width)
    if first >= width or (
        first == width - 1 and width > 2 and not titled
    ):  # one label less: row names, as R writes them
        header_index, width = skip, max(width, first)
        plausible = several.total() >= FEWEST_SPLIT * (len(rows) - skip)
    else:
        header_index = counts.index(width)
        titles_only = all(count == 1 for count in counts[skip:header_index]) and counts.count(width) > 2
        labels = rows[header_index].cells
        titles_only = titles_only and (width > 2 or numbers_below(rows[header_index:]))
        plausible = (width > 2 or titles_only) and header_index <= MOST_LINES_ABOVE
        plausible = plausible and delimiter not in SEEN_IN_CELLS
        plausible = plausible and (titles_only or not are_values(labels, delimiter))
    for _ in range(LINES_BELOW):  # they don't speak against the table
        if len(counts) > header_index + 2 and counts[-1] < width:
            counts.pop()
    below = counts[header_index + 1 :]
    alike = below.count(width) / len(below) if below else 1.0
    if header_index > skip:
        plausible = plausible and alike >= FEWEST_ALIKE
    header_index = below_titles(rows, header_index, width)
    return Layout(delimiter, rows, header_index, width, alike, lines, quoting) if plausible else None


def _one_column(lines: Sequence[str], rules: LineRules, complete: bool) -> Layout:
    rows = rows_of(lines, CELL_MARK, complete=complete) or [Row(0, [""])]
    return Layout(CELL_MARK, rows, 0, 1, 1.0, rules)
