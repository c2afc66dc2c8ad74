"""Excel and OpenDocument workbooks: each sheet that holds something is a table."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.columns.values import MARKERS
from autodash_jupyter.frames.delimited.headers import find_header
from autodash_jupyter.frames.delimited.layouts import Row, below_titles
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.tidying import trailing_rows

__all__ = ["read_workbook"]

ROWS_LOOKED_AT = 200
ROWS_BELOW_LOOKED_AT = 15
LARGEST_EXACT_FLOAT = 2**53


def read_workbook(path: Path, *, sheet: str | None = None) -> list[ReadTable]:
    """Return the tables of a workbook in the order of its sheets, or only that of ``sheet``.

    Below titles, a sheet's first full row is its header, with the one above it where that spans columns;
    totals
    and notes below are left out and told. Cells keep the types they have in the workbook, so that a text of
    digits stays text. A sheet that can't be read becomes a note on the first table.
    Raises ``SourceError`` for an unknown sheet, or where no sheet holds a table; calamine's own
    errors where the file is no workbook.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(path)
    try:
        known = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        names = [one.name for one in known]
        hidden = {one.name for one in known if one.visible != SheetVisibleEnum.Visible}
        tables, unread, empty = [], [], []
        for name in names if sheet is None else [_find_sheet(sheet, names)]:
            try:
                table = _read_sheet(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), name)
            except BaseException as error:
                if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                    raise
                # A fault in calamine's Rust code arrives as a BaseException; other sheets are still good.
                unread.append(f"sheet '{printable(name)}' could not be read: {printable(error)}")
                continue
            if table is None:
                empty.append(f"sheet '{printable(name)}' is empty")
            else:
                notes = (*table.notes, *(("this sheet is hidden in the workbook",) if name in hidden else ()))
                tables.append(replace(table, notes=notes))
    finally:
        workbook.close()
    if not tables:
        msg = "; ".join(unread) or "no cell of it is filled"
        raise SourceError(msg)
    first, *others = tables
    return [replace(first, notes=(*first.notes, *unread), left_out=(*unread, *empty)), *others]


def _read_sheet(cells: Sequence[Sequence[Any]], name: str) -> ReadTable | None:
    rows = [
        (number, list(row)) for number, row in enumerate(cells, start=1) if any(_filled(cell) for cell in row)
    ]
    if not rows:
        return None
    width = len(rows[0][1])
    used = [index for index in range(width) if any(_filled(row[index]) for _, row in rows)]
    rows = [(number, [row[index] for index in used]) for number, row in rows]
    texts = [Row(number, [_text(cell) for cell in row]) for number, row in rows[:ROWS_LOOKED_AT]]
    start = below_titles(texts, 0, len(used)) if len(used) > 1 else 0
    header = find_header([row.cells for row in texts[start:]], len(used))
    notes = _notes_on_header(texts[:start], rows[start][0], header.rows, len(used))
    body = [row for _, row in rows[start + header.rows :]]
    trailer = (
        trailing_rows([[_text(cell) for cell in row] for row in body[-ROWS_BELOW_LOOKED_AT:]]) if body else 0
    )
    if trailer:
        below = [", ".join(filter(None, map(_text, row))) for row in body[-trailer:]]
        shown = ", ".join(f"'{printable(text)}'" for text in below[:3])
        notes.append(f"{trailer} row{'s' * (trailer > 1)} below the table left out: {shown}")
        del body[-trailer:]
    labels = distinct_labels(label.strip() if header.rows == 2 else label for label in header.labels)
    columns = list(zip(*body, strict=True)) if body else [()] * len(labels)
    found = {}
    for label, values in zip(labels, columns, strict=True):
        found[label], note = _typed(values)
        notes += [f"column '{printable(label)}': {note}"] if note else []
    return ReadTable(pd.DataFrame(found), tuple(notes), sheet=name)


def _notes_on_header(above: Sequence[Row], line: int, header_rows: int, width: int) -> list[str]:
    notes = []
    said = [", ".join(filter(None, row.cells)) for row in above]
    if said:
        notes.append(
            f"the header is on row {line}; above it: " + ", ".join(f"'{printable(one)}'" for one in said[:5])
        )
    if header_rows == 2:
        notes.append(f"the header takes two rows, {line} and {line + 1}, joined here")
    if header_rows == 0:
        notes.append(f"no header: the columns are called column_1 to column_{width}")
    return notes


def _filled(cell: Any) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT_FLOAT:
        return str(int(cell))
    return "" if cell is None else str(cell)


def _typed(values: Sequence[Any]) -> tuple[pd.Series, str]:  # noqa: PLR0911 - one for each type
    """Return a column in the one type of its cells, ``object`` where there are several, and a remark."""
    cells = [None if not _filled(value) or value in _MISSING_TEXTS else value for value in values]
    kinds = {type(cell) for cell in cells if cell is not None}
    note = ""
    if str in kinds and len(kinds) > 1:
        odd = {cell for cell in cells if isinstance(cell, str) and cell.strip().lower() not in MARKERS}
        if not odd:
            read = sorted({cell for cell in cells if isinstance(cell, str)})
            note = f"{', '.join(map(repr, read))} read as missing"
            cells = [None if isinstance(cell, str) else cell for cell in cells]
            kinds.discard(str)
        else:
            note = f"values of several kinds, such as '{printable(min(odd))}', kept as they are"
    if kinds <= {datetime.date, datetime.datetime} and kinds:
        moments = [None if cell is None else pd.Timestamp(cell) for cell in cells]
        return pd.Series(moments, dtype="datetime64[us]"), note
    if kinds and kinds <= {int, float}:
        return _numbers(cells), note
    if kinds == {str}:
        return pd.Series(cells, dtype="str"), note
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean" if None in cells else "bool"), note
    if kinds == {datetime.timedelta}:
        return pd.Series(cells, dtype="timedelta64[us]"), note
    if not kinds:
        return pd.Series(cells, dtype="float64"), note
    whole = [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in cells]
    return pd.Series(whole, dtype="object"), note


_MISSING_TEXTS = frozenset(
    {"NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "<NA>", "#DIV/0!", "#VALUE!", "#REF!"}
)


def _numbers(cells: Sequence[Any]) -> pd.Series:
    numbers = pd.Series(cells, dtype="float64")
    if numbers.notna().all() and (numbers % 1 == 0).all() and (numbers.abs() < LARGEST_EXACT_FLOAT).all():
        return numbers.astype("int64")
    return numbers


def _find_sheet(wanted: str, names: list[str]) -> str:
    folded = wanted.strip().casefold()
    for name in [wanted, *(known for known in names if known.strip().casefold() == folded)]:
        if name in names:
            return name
    listed = ", ".join(f"'{printable(name)}'" for name in names)
    hint = printable(did_you_mean(wanted, names))
    msg = f"it has no sheet '{printable(wanted)}'.{hint} Its sheets: {listed}"
    raise SourceError(msg)
