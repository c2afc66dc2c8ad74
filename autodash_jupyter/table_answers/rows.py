"""Rows of a table as plain values, a bounded page at a time."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.profiling.cells import cell_text, clean_text, plain_value
from autodash_jupyter.table_answers.limits import (
    LARGEST_EXACT,
    LONGEST_CELL,
    LONGEST_LABEL,
    MOST_CHARACTERS,
    MOST_COLUMNS,
)
from autodash_jupyter.table_answers.records import Cell, ColumnShown, RowsPage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["columns_shown", "rows_page"]


def rows_page(
    frame: Any, *, offset: int = 0, limit: int = 20, columns: Sequence[str] = (), total: int | None = None
) -> RowsPage:
    """Return rows of a pandas, polars or Dask frame from ``offset`` on, as plain values.

    No ``columns`` means the first sixty. Fewer rows than ``limit`` come where they would be too long
    together; ``next_offset`` then says where to go on. ``total`` is how many rows there are, where that isn't
    the frame's own number.

    Raises:
        AutoDashError: A column isn't there, or ``offset`` lies behind the last row.

    >>> import pandas as pd
    >>> page = rows_page(pd.DataFrame({"price": [1.5, None, 3.0]}), limit=2)
    >>> page.rows, page.next_offset
    (((1.5,), (None,)), 2)
    """
    notes: list[str] = []
    labels = list(frame.columns)
    positions = [_position(name, labels) for name in columns] or list(range(len(labels)))
    if len(positions) > MOST_COLUMNS:
        notes.append(f"the first {MOST_COLUMNS} of {len(positions):,} columns; name others in columns")
        positions = positions[:MOST_COLUMNS]
    part = _rows_of(frame, offset, limit + 1)
    count = total if total is not None else (len(frame) if hasattr(frame, "iloc") else None)
    if offset and not len(part):
        known = f"The table has {count:,} rows" if count is not None else "The table has fewer rows"
        msg = f"{known}; offset {offset:,} lies behind the last."
        raise AutoDashError(msg)
    rows, cut = _plain_rows(part.iloc[:limit, positions])
    if cut:
        notes.append(f"{cut:,} cells were cut to {LONGEST_CELL} characters")
    is_last = len(rows) == len(part) and (count is None or offset + len(rows) >= count)
    next_offset = None if is_last or not rows else offset + len(rows)
    if rows and len(rows) < min(limit, len(part)):
        notes.append(f"only {len(rows)} rows, since they are long; go on at offset {next_offset}")
    return RowsPage(columns_shown(part, positions), rows, offset, count, next_offset, tuple(notes))


def columns_shown(frame: Any, positions: Sequence[int] | None = None) -> tuple[ColumnShown, ...]:
    """Return the names and types of a frame's columns, the first sixty where none are chosen."""
    chosen = range(min(len(frame.columns), MOST_COLUMNS)) if positions is None else positions
    kinds, labels = list(frame.dtypes), list(frame.columns)
    return tuple(
        ColumnShown(clean_text(cell_text(labels[at], LONGEST_LABEL)), str(kinds[at])[:LONGEST_LABEL])
        for at in chosen
    )


def _position(name: str, labels: list[Any]) -> int:
    from autodash_jupyter.operations.parameters import column_label

    return labels.index(column_label(name, labels))


def _rows_of(frame: Any, offset: int, limit: int) -> pd.DataFrame:
    """Return some rows as a pandas frame; of a lazy one only these are computed."""
    import pandas as pd

    part: Any
    if isinstance(frame, pd.DataFrame):
        return frame.iloc[offset : offset + limit]
    if hasattr(frame, "npartitions"):
        part = frame.head(offset + limit, npartitions=-1).iloc[offset:]
    else:
        part = frame.slice(offset, limit)
        part = part.collect() if hasattr(part, "collect") else part
        part = part.to_pandas()
    made: pd.DataFrame = part
    return made


def _plain_rows(part: pd.DataFrame) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    """Return rows as plain values, as many as fit, and how many cells were cut."""
    rows: list[tuple[Cell, ...]] = []
    columns = [part.iloc[:, at].tolist() for at in range(part.shape[1])]
    length = cut = 0
    for cells in zip(*columns, strict=True):
        row = tuple(_plain_cell(cell) for cell in cells)
        length += sum(len(cell) if isinstance(cell, str) else 8 for cell in row)
        if rows and length > MOST_CHARACTERS:
            break
        cut += sum(isinstance(cell, str) and len(cell) == LONGEST_CELL and cell[-1] == "…" for cell in row)
        rows.append(row)
    return tuple(rows), cut


def _plain_cell(value: object) -> Cell:
    """Return a cell as JSON has it: numbers that would lose digits and whatever else there is as text."""
    plain = plain_value(value)
    if isinstance(plain, decimal.Decimal) and plain.is_finite():
        plain = int(plain) if plain == plain.to_integral_value() else float(plain)
    if _is_missing(value) or (isinstance(plain, float) and math.isnan(plain)):
        return None
    if isinstance(plain, bool) or (isinstance(plain, int) and abs(plain) < LARGEST_EXACT):
        return plain
    if isinstance(plain, float) and math.isfinite(plain):
        return plain
    if isinstance(plain, dt.datetime | dt.date | dt.time):
        return plain.isoformat()
    return clean_text(cell_text(plain, LONGEST_CELL))


def _is_missing(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NaT or value is pd.NA
