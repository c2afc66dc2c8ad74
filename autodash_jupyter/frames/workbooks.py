"""Excel and OpenDocument workbooks: each sheet that holds something is a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["read_workbook"]


def read_workbook(path: Path, *, sheet: str | None = None) -> list[ReadTable]:
    """Return the tables of a workbook in the order of its sheets, or only that of ``sheet``.

    A sheet's first row is its header; cells keep the types they have in the workbook, so that a
    text of digits stays text. A sheet that can't be read becomes a note on the first table.
    Raises ``SourceError`` for an unknown sheet, or where no sheet holds a table; calamine's own
    errors where the file is no workbook.
    """
    with pd.ExcelFile(path, engine="calamine") as workbook:
        names = [str(name) for name in workbook.sheet_names]
        wanted = names if sheet is None else [_find_sheet(sheet, names)]
        tables, unread, empty = [], [], []
        for name in wanted:
            try:
                table = _read_sheet(workbook, name)
            except BaseException as error:
                if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                    raise
                # A fault in calamine's Rust code arrives as a BaseException; other sheets are still good.
                unread.append(f"sheet '{printable(name)}' could not be read: {printable(error)}")
                continue
            if table is None:
                empty.append(f"sheet '{printable(name)}' is empty")
            else:
                tables.append(table)
    if not tables:
        msg = "; ".join(unread) or "no cell of it is filled"
        raise SourceError(msg)
    first, *others = tables
    return [replace(first, notes=(*first.notes, *unread), left_out=(*unread, *empty)), *others]


def _read_sheet(workbook: pd.ExcelFile, name: str) -> ReadTable | None:
    # dtype=object: otherwise pandas would turn the text "007" into the number 7.
    cells = pd.read_excel(workbook, sheet_name=name, header=None, dtype=object)
    filled = cells.notna()
    rows, columns = filled.any(axis="columns"), filled.any(axis="index")
    cells = cells.loc[rows, columns]
    if cells.empty:
        return None
    frame = cells.iloc[1:].reset_index(drop=True)
    frame.columns = pd.Index(distinct_labels(_label(value) for value in cells.iloc[0]))
    return ReadTable(frame.infer_objects(), sheet=name)


def _label(value: object) -> object:
    if pd.api.types.is_scalar(value) and pd.isna(value):  # type: ignore[call-overload]  # any object may stand in a cell
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _find_sheet(wanted: str, names: list[str]) -> str:
    folded = wanted.strip().casefold()
    for name in [wanted, *(known for known in names if known.strip().casefold() == folded)]:
        if name in names:
            return name
    listed = ", ".join(f"'{printable(name)}'" for name in names)
    hint = printable(did_you_mean(wanted, names))
    msg = f"it has no sheet '{printable(wanted)}'.{hint} Its sheets: {listed}"
    raise SourceError(msg)
