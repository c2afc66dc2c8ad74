"""What belongs to no table though it lies in its rows: blank rows, repeated headers, totals and notes
below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["Tidied", "tidy", "trailing_rows"]

ROWS_LOOKED_AT = 15
ROWS_SHOWN = 3
FEWEST_BLANK = 2  # of fewer cells, an empty row may be a row
TOTAL = re.compile(
    r"\W*((grand|sub|overall|running)[\s-]*)?(totals?|sum|summe|gesamt(summe)?|insgesamt|totaux|totale|tot\.?|suma|"
    r"somme|soma|total general|total général|totaal|итого|всего|合計|总计)\b[\s:()\d./-]*",
    re.IGNORECASE,
)
MEAN = re.compile(
    r"\W*(average|avg\.?|mean|median|mittelwert|durchschnitt|moyenne|promedio|media)\W*", re.IGNORECASE
)
NOTE = re.compile(
    r"\W*(source|note|notes|quelle|fuente|fonte|stand|hinweis|anmerkung|remark|footnote|legend|generated|exported|"
    r"created|printed|report|data as of|as of|last updated|updated|end of|eof|copyright|disclaimer|"
    r"confidential|records?|rows?|count|\d+ rows?|\d+ records?|page)\b.*|[*†‡©¹²³\[(#=\-].*",
    re.IGNORECASE | re.DOTALL,
)
FOOTNOTE = re.compile(r"[*†‡] ?\S.*|(source|note|quelle|fuente|fonte)s?\s?:.*", re.IGNORECASE | re.DOTALL)
NUMBER_IN_IT = re.compile(r".*\d.*", re.DOTALL)


class Tidied(NamedTuple):
    """The columns and labels that are left, remarks, and how many of the rows came before those below."""

    columns: list[ArrowColumn]
    labels: list[str]
    notes: list[str]
    rows_above_trailer: int


def tidy(columns: Sequence[ArrowColumn], labels: Sequence[str]) -> Tidied:
    """Return the columns, of strings, without rows and columns that hold nothing and without what follows
    below.

    >>> import pyarrow as pa
    >>> tidied = tidy([pa.chunked_array([["a", "Total"]]), pa.chunked_array([["1", "1"]])], ["k", "n"])
    >>> tidied.columns[0].to_pylist(), tidied.notes
    (['a'], ["1 row below the table left out: 'Total,1'"])
    """
    import pyarrow.compute as pc

    columns, labels = list(columns), list(labels)
    if not columns or not len(columns[0]):
        return Tidied(columns, labels, [], 0)
    count = len(columns[0])
    last = list(
        zip(*(column.slice(max(0, count - ROWS_LOOKED_AT)).to_pylist() for column in columns), strict=True)
    )
    trailer = trailing_rows(last, before=columns)
    kept = count - trailer
    notes = [_below(last[len(last) - trailer :])] if trailer else []
    columns = [column.slice(0, kept) for column in columns]
    blank, repeated = _blank(columns), _repeated(columns, labels)
    for flags, what in ((blank, "without a value"), (repeated, "that repeats the header")):
        found = 0 if flags is None else pc.sum(flags).as_py() or 0
        if found:
            rows = f"{found:,} row{'s' * (found > 1)} {what}"
            notes.append(f"{rows} left out")
    outside = [flags for flags in (blank, repeated) if flags is not None]
    if outside:
        inside = pc.invert(outside[0] if len(outside) == 1 else pc.or_(*outside))
        columns = [column.filter(inside) for column in columns]
    named = [
        (column, label)
        for column, label in zip(columns, labels, strict=True)
        if label.strip() or not _empty(column)
    ]
    if named and len(named) < len(columns):
        columns, labels = [column for column, _ in named], [label for _, label in named]
    return Tidied(columns, labels, notes, kept)


def trailing_rows(last: Sequence[Sequence[str]], before: Sequence[ArrowColumn] | None = None) -> int:
    """Return how many of the last rows are no rows of the table: totals, sources, notes and blank rows.

    ``before`` are the columns: a word such as "Total" that stands in other rows as well is a value.
    """
    width = len(last[0]) if last else 0
    at = len(last)
    totals = False
    while width > 1 and at > 1:
        cells = [(cell or "").strip() for cell in last[at - 1]]
        filled = [cell for cell in cells if cell]
        after_blank = at > 1 and not any((cell or "").strip() for cell in last[at - 2])
        if filled and not (
            _is_below(cells, filled, after_blank, width) or _is_sentence(cells, last[: at - 1])
        ):
            total = next((index for index, cell in enumerate(cells) if TOTAL.fullmatch(cell)), None)
            mean = MEAN.fullmatch(filled[0]) is not None and (totals or _total_above(last[: at - 1]))
            if not mean and (total is None or not _is_total(cells, total, last[: at - 1], before)):
                break
            totals = True
        at -= 1
    trailer = len(last) - at
    return trailer if any((cell or "").strip() for row in last[at:] for cell in row) else 0


def _total_above(rows: Sequence[Sequence[str]]) -> bool:
    return bool(rows) and any(TOTAL.fullmatch((cell or "").strip()) for cell in rows[-1])


def _is_below(cells: Sequence[str], filled: Sequence[str], after_blank: bool, width: int) -> bool:
    """Return whether a row is a line of text under the table."""
    if not cells[0] or len(filled) == width:
        return False
    if FOOTNOTE.fullmatch(cells[0]) and not any(cells[len(filled) :]):
        return True
    if len(filled) > max(1, width // 2) or cells[0].lstrip("(-").rstrip(")").replace(".", "").isdigit():
        return False
    if len(filled) == 1 and (after_blank or len(filled[0].split()) > 3) and width > 2:
        return True
    return NOTE.fullmatch(cells[0]) is not None and len(cells[0]) > 1 and (len(filled) == 1 or width > 2)


def _is_sentence(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Return whether words stand alone, or in a remark with commas, where all rows above have numbers."""
    alone = bool(cells[0]) and not any(cells[1:]) and not NUMBER_IN_IT.fullmatch(cells[0])
    if not alone and not FOOTNOTE.fullmatch(cells[0]):
        return False
    rows = [row for row in above if any((cell or "").strip() for cell in row)]
    return len(rows) > 1 and any(
        cell
        and not NUMBER_IN_IT.fullmatch(cell)
        and all(NUMBER_IN_IT.fullmatch((row[index] or "").strip()) for row in rows)
        for index, cell in enumerate(cells)
        if index > 0 or alone
    )


def _is_total(
    cells: Sequence[str], index: int, above: Sequence[Sequence[str]], before: Sequence[ArrowColumn] | None
) -> bool:
    import pyarrow.compute as pc

    if any(cells[:index]) or not any(NUMBER_IN_IT.fullmatch(cell) for cell in cells[index + 1 :]):
        return False
    if before is not None:
        same = pc.sum(pc.equal(pc.utf8_trim_whitespace(before[index]), cells[index])).as_py() or 0
        return same <= 1
    return not any((row[index] or "").strip() == cells[index] for row in above)


def _below(rows: Sequence[Sequence[str]]) -> str:
    texts = [",".join(row).strip(", ") for row in rows]
    texts = [text for text in texts if text]
    shown = ", ".join(f"'{printable(text)}'" for text in texts[:ROWS_SHOWN]) + " ..." * (
        len(texts) > ROWS_SHOWN
    )
    return f"{len(texts):,} row{'s' * (len(texts) > 1)} below the table left out: {shown}"


def _blank(columns: Sequence[ArrowColumn]) -> ArrowColumn | None:
    """Return which rows hold nothing in any column, ``None`` if none does."""
    import pyarrow.compute as pc

    flags = None
    for column in columns if len(columns) > FEWEST_BLANK else []:
        empty = pc.equal(pc.fill_null(column, ""), "")
        flags = empty if flags is None else pc.and_(flags, empty)
        if not pc.any(flags).as_py():
            return None
    return flags


def _repeated(columns: Sequence[ArrowColumn], labels: Sequence[str]) -> ArrowColumn | None:
    """Return which rows are the header again, ``None`` if none is."""
    import pyarrow.compute as pc

    flags = None
    for column, label in zip(columns, labels, strict=True):
        same = pc.equal(pc.fill_null(column, ""), label)
        flags = same if flags is None else pc.and_(flags, same)
        if not pc.any(flags).as_py():
            return None
    return flags if len(columns) > 1 else None


def _empty(column: ArrowColumn) -> bool:
    import pyarrow.compute as pc

    return not pc.any(pc.not_equal(pc.fill_null(column, ""), "")).as_py()
