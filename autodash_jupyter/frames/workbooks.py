"""Excel and OpenDocument workbooks: each sheet that holds something is a table."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.cells import column_of, is_filled, text_of
from autodash_jupyter.frames.delimited.headers import find_header
from autodash_jupyter.frames.delimited.lines import Row
from autodash_jupyter.frames.delimited.titles import below_titles
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.tidying import trailing_rows

__all__ = ["read_workbook"]

ROWS_LOOKED_AT = 200
ROWS_BELOW_LOOKED_AT = 15
MOST_BYTES_LOOKED_THROUGH = 16 << 20
ERROR_CELL = re.compile(rb't="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>(#[^<]+)</v>')


def read_workbook(path: Path, *, sheet: str | None = None, dates: str = "") -> list[ReadTable]:
    """Return the tables of a workbook in the order of its sheets, or only ``sheet``, a name or number.

    Below titles, a sheet's first full row is its header, with the one above it where that spans columns;
    totals and notes below are left out and told, cells merged down a column are filled. Cells keep the types
    they have in the workbook, so that a text of digits stays text. A sheet that can't be read becomes a note
    on the first table. Raises ``SourceError`` for an unknown sheet, or where no sheet holds a table;
    calamine's own errors where the file is no workbook.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with path.open("rb") as stream:  # by its content: many a workbook has the wrong suffix
        workbook = CalamineWorkbook.from_filelike(stream)
        known = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        names = [one.name for one in known]
        hidden = {one.name for one in known if one.visible != SheetVisibleEnum.Visible}
        tables, unread, empty = [], [], []
        for name in names if sheet is None else [_find_sheet(sheet, names)]:
            try:
                table = _read_sheet(workbook.get_sheet_by_name(name), name, dates)
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
        workbook.close()
    if not tables:
        msg = "; ".join(unread) or "no cell of it is filled"
        raise SourceError(msg)
    first, *others = tables
    notes = (*first.notes, *unread, *_errors_in(path))
    return [replace(first, notes=notes, left_out=(*unread, *empty)), *others]


def _read_sheet(sheet: Any, name: str, dates: str) -> ReadTable | None:
    cells = sheet.to_python(skip_empty_area=False)
    rows = [(number, list(row)) for number, row in enumerate(cells, start=1) if any(map(is_filled, row))]
    if not rows:
        return None
    used = [index for index in range(len(rows[0][1])) if any(is_filled(row[index]) for _, row in rows)]
    texts = [Row(number, [text_of(row[at]) for at in used]) for number, row in rows[:ROWS_LOOKED_AT]]
    start = below_titles(texts, 0, len(used)) if len(used) > 1 else 0
    header = find_header([row.cells for row in texts[start:]], len(used))
    notes = _notes_on_header(texts[:start], rows[start][0], header.rows, len(used))
    below = rows[start + header.rows :]
    filled = _fill_merged(sheet, below)
    body = [[row[index] for index in used] for _, row in below]
    trailer = (
        trailing_rows([[text_of(cell) for cell in row] for row in body[-ROWS_BELOW_LOOKED_AT:]])
        if body
        else 0
    )
    if trailer:
        left = [", ".join(filter(None, map(text_of, row))) for row in body[-trailer:]]
        shown = ", ".join(f"'{printable(text)}'" for text in left[:3])
        notes.append(f"{trailer} row{'s' * (trailer > 1)} below the table left out: {shown}")
        del body[-trailer:]
    labels = distinct_labels(label.strip() for label in header.labels)
    places = [labels[used.index(index)] for index in sorted(filled) if index in used]
    if places:
        listed = ", ".join(f"'{printable(label)}'" for label in places)
        notes.append(f"merged cells filled with the value they show: {listed}")
    return _typed(labels, body, notes, name, dates)


def _typed(labels: list[str], body: list[list[Any]], notes: list[str], name: str, dates: str) -> ReadTable:
    columns = list(zip(*body, strict=True)) if body else [()] * len(labels)
    found = {}
    for label, values in zip(labels, columns, strict=True):
        found[label], remarks = column_of(values, label, dates)
        notes += [f"column '{printable(label)}': {remark}" for remark in remarks]
    return ReadTable(pd.DataFrame(found), tuple(notes), sheet=name)


def _fill_merged(sheet: Any, rows: Sequence[tuple[int, list[Any]]]) -> set[int]:
    """Put the value of cells that were merged down a column into each of them; return the columns."""
    try:
        ranges = sheet.merged_cell_ranges or []
    except Exception:  # noqa: BLE001 - some formats keep none, and say so by an error
        return set()
    by_number = dict(rows) if ranges else {}
    filled = set()
    for (top, left), (bottom, _) in ranges:
        if bottom > top and top + 1 in by_number:
            for number in range(top + 2, bottom + 2):
                if number in by_number:
                    by_number[number][left] = by_number[top + 1][left]
                    filled.add(left)
    return filled


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


def _errors_in(path: Path) -> list[str]:
    """Return a remark on cells that hold an error, which the reader gives as empty ones."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as packed:
        sheets = [one for one in packed.infolist() if one.filename.startswith("xl/worksheets/")]
        if sum(one.file_size for one in sheets) > MOST_BYTES_LOOKED_THROUGH:
            return []
        found = [error for one in sheets for error in ERROR_CELL.findall(packed.read(one))]
    kinds = ", ".join(sorted({error.decode("ascii", "replace") for error in found}))
    return [f"{len(found):,} cells with an error ({kinds}) read as missing"] if found else []


def _find_sheet(wanted: str, names: list[str]) -> str:
    folded = wanted.strip().casefold()
    for name in [wanted, *(known for known in names if known.strip().casefold() == folded)]:
        if name in names:
            return name
    if wanted.strip().isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    listed = ", ".join(f"'{printable(name)}'" for name in names)
    hint = printable(did_you_mean(wanted, names))
    msg = f"it has no sheet '{printable(wanted)}'.{hint} Its sheets: {listed}"
    raise SourceError(msg)
