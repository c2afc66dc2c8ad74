"""What could separate the cells of a text, tried on its beginning, and which attempt fits it best."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from autodash_jupyter.frames.delimited.lines import CELL_MARK, LineRules, fixed_width_fields, split_by_spaces

__all__ = ["Layout", "Quoting", "Row", "below_titles", "best_layout", "rows_of"]

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
MOST_LINES_ABOVE = 60
LINES_BELOW = 5
YEAR = re.compile(r"\s*(18|19|20|21)\d\d\s*")
LABEL_THAT_IS_A_NUMBER = re.compile(r"\s*[+-]?[0-9.,]*[0-9]\s*")


class Row(NamedTuple):
    """A row's cells, and how many lines of the file come before it."""

    lines_before: int
    cells: list[str]


class Quoting(NamedTuple):
    """What quotes a cell, what takes a quote's meaning away, and whether spaces may come before a quote."""

    mark: str = '"'
    escape: str = ""
    after_space: bool = False


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
    delimiter that the first line names.
    """
    skip = 1 if declared else 0
    cleaned = [rules.clean(line) for line in lines]
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
    for between in filter(None, ("\t\t" in text and TABS, "\t" in text and "  " in text and GAPS)):
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
    for above in range(min(6, len(whole))):
        fields = fixed_width_fields(whole[above:])
        if len(fields) > 1:
            by_place = replace(rules, split=_cutter(fields))
            layout = _odd(lines, by_place, complete)
            if layout is not None:
                first = next((i for i, row in enumerate(layout.rows) if row.lines_before >= above), 0)
                if layout.width > 2 or all(layout.rows[first].cells):
                    return layout._replace(header_index=first)
    return gaps if gaps is not None and gaps.alike >= FEWEST_ALIKE and gaps.width > 2 else None


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
    titled = _is_titled(rows[skip:], width)
    if first >= width or (
        first == width - 1 and width > 2 and not titled
    ):  # one label less: row names, as R writes them
        header_index, width = skip, max(width, first)
        plausible = several.total() >= FEWEST_SPLIT * (len(rows) - skip)
    else:
        header_index = counts.index(width)
        titles_only = all(count == 1 for count in counts[skip:header_index]) and counts.count(width) > 2
        labels = rows[header_index].cells
        titles_only = titles_only and (width > 2 or _numbers_below(rows[header_index:]))
        plausible = (width > 2 or titles_only) and header_index <= MOST_LINES_ABOVE
        plausible = plausible and delimiter not in SEEN_IN_CELLS
        plausible = plausible and (titles_only or not _are_values(labels, delimiter))
    for _ in range(LINES_BELOW):  # they don't speak against the table
        if len(counts) > header_index + 2 and counts[-1] < width:
            counts.pop()
    below = counts[header_index + 1 :]
    alike = below.count(width) / len(below) if below else 1.0
    if header_index > skip:
        plausible = plausible and alike >= FEWEST_ALIKE
    header_index = below_titles(rows, header_index, width)
    return Layout(delimiter, rows, header_index, width, alike, lines, quoting) if plausible else None


def _are_values(labels: Sequence[str], delimiter: str) -> bool:
    """Return whether numbers are among what should be labels; years may be, beside words, but not in prose."""
    numbers = [label for label in labels if LABEL_THAT_IS_A_NUMBER.fullmatch(label)]
    return bool(numbers) and (
        delimiter == CELL_MARK or len(numbers) == len(labels) or not all(map(YEAR.fullmatch, numbers))
    )


def _is_titled(rows: Sequence[Row], width: int) -> bool:
    """Return whether shorter rows above the first full one are titles: several of them, or a blank line
    after."""
    at = next((at for at, row in enumerate(rows) if len(row.cells) == width), 0)
    lines = sum(cell.count("\n") for cell in rows[0].cells) + 1
    return at > 1 or (at == 1 and rows[1].lines_before - rows[0].lines_before > lines)


def _numbers_below(rows: Sequence[Row]) -> bool:
    """Return whether two columns under titles are sure to be two: words above, numbers below."""
    header, *body = [row.cells[-1] for row in rows if len(row.cells) == 2]
    return not LABEL_THAT_IS_A_NUMBER.fullmatch(header) and all(map(LABEL_THAT_IS_A_NUMBER.fullmatch, body))


def below_titles(rows: Sequence[Row], index: int, width: int) -> int:
    """Return where the header is below titles that were filled up with empty cells, as spreadsheets save
    them."""
    filled = [sum(bool(cell.strip()) for cell in row.cells) for row in rows[: index + MOST_LINES_ABOVE]]
    usual = max(2, round(0.6 * width))
    if width == 2:
        return _below_titles_of_two(rows, index)
    if width < 2 or index >= len(filled) or filled[index] >= usual:
        return index
    start = next((at for at in range(index, len(filled)) if filled[at] >= usual), index)
    start = _after_gap(filled, start, width)
    above = rows[start - 1] if start > index else None
    if above is not None and (
        filled[start - 1] > 1 or (filled[start - 1] == 1 and not above.cells[0].strip())
    ):
        return start - 1  # the upper of two rows of labels
    return start


def _below_titles_of_two(rows: Sequence[Row], index: int) -> int:
    """Return where the labels of two columns stand below titles, which fill the first cell alone."""
    start = next((at for at, row in enumerate(rows) if at >= index and all(map(str.strip, row.cells))), index)
    if start == index or start + 1 >= len(rows) or any(row.cells[1].strip() for row in rows[index:start]):
        return index
    gap = rows[start].lines_before - rows[index].lines_before > start - index
    labels = rows[start].cells
    words = not any(map(LABEL_THAT_IS_A_NUMBER.fullmatch, labels))
    body = [row.cells for row in rows[start + 1 :] if len(row.cells) > 1]
    numbers = any(
        cells[at].strip() and LABEL_THAT_IS_A_NUMBER.fullmatch(cells[at]) for cells in body for at in (0, 1)
    )
    return start if words and (numbers or gap) else index


def _after_gap(filled: Sequence[int], start: int, width: int) -> int:
    """Return the first full row after an empty one, if none before it is full: what is above are titles."""
    gap = next((at for at in range(start, min(start + LINES_BELOW, len(filled))) if not filled[at]), None)
    if gap is None or gap + 1 >= len(filled) or filled[gap + 1] < width or max(filled[start:gap]) >= width:
        return start
    return gap + 1


def _one_column(lines: Sequence[str], rules: LineRules, complete: bool) -> Layout:
    rows = rows_of(lines, CELL_MARK, complete=complete) or [Row(0, [""])]
    return Layout(CELL_MARK, rows, 0, 1, 1.0, rules)
