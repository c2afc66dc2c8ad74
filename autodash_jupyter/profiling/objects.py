"""Reads columns of Python objects, whose cells may be anything and may misbehave."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.cells import cell_text
from autodash_jupyter.profiling.columns import read_column
from autodash_jupyter.profiling.reading import Array, Family, Reading
from autodash_jupyter.profiling.stopping import StoppedError
from autodash_jupyter.profiling.texts import read_text, tally_text

if TYPE_CHECKING:
    from autodash_jupyter.profiling.sampling import Rows

__all__ = ["read_objects"]

_CONTAINERS = (list, tuple, dict, set, frozenset, np.ndarray, bytes, bytearray, pd.Series, pd.DataFrame)
_PRINTED_CELLS = 20_000  # of cells that only their text tells apart, this many are printed at most


def read_objects(cells: Array, rows: Rows | None) -> Reading:
    """Read an object array by what its cells are.

    Cells are judged by ``type(cell)`` only: comparing, hashing or asking ``isinstance`` would run
    code of theirs.
    """
    absent = _missing(cells)
    missing = int(np.count_nonzero(absent))
    present = cells[~absent] if missing else cells
    if len(present) == 0:
        return Reading("empty", 0, missing)
    positions = None if rows is None else rows[rows < len(present)]
    reader = _READERS.get(_inferred_kind(present))
    reading = None
    if reader is not None:
        try:
            reading = reader(present, positions)
        except StoppedError:
            raise
        except Exception:  # noqa: BLE001 - a cell's own code raised; it is read as one of no known type
            reading = None
    if reading is None:
        reading = _read_any(present, positions)
    return replace(reading, missing=missing + reading.missing)


def _missing(cells: Array) -> Array:
    try:
        return np.asarray(pd.isna(cells), dtype=bool)
    except Exception:  # noqa: BLE001 - a cell's own comparison raised
        return np.fromiter((_is_missing(cell) for cell in cells), dtype=bool, count=len(cells))


def _is_missing(cell: object) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    return type(cell) is float and cell != cell  # noqa: PLR0124 - only NaN differs from itself


def _inferred_kind(cells: Array) -> str:
    try:
        return pd.api.types.infer_dtype(cells, skipna=False)
    except Exception:  # noqa: BLE001 - a cell may raise even when asked for its class
        return "mixed"


def _read_strings(cells: Array, rows: Rows | None) -> Reading:
    import pyarrow as pa

    try:
        texts = pa.array(cells, type=pa.large_string())
    except (pa.ArrowException, UnicodeError):
        return tally_text([str.__str__(cell) for cell in cells], 0, rows)
    return read_text(texts, rows)


def _read_numbers(cells: Array, rows: Rows | None) -> Reading:
    try:
        return read_column(pd.Series(cells.astype(np.int64)), rows)
    except OverflowError:
        reading = _read_floats(cells, rows)  # which are the same for many integers of that size
        return replace(reading, estimated=(len(set(cells.tolist())), 0.0))


def _read_floats(cells: Array, rows: Rows | None) -> Reading:
    return read_column(pd.Series(cells.astype(np.float64)), rows)


def _read_booleans(cells: Array, rows: Rows | None) -> Reading:
    return read_column(pd.Series(cells.astype(bool)), rows)


def _read_moments(cells: Array, rows: Rows | None) -> Reading:
    """Read datetimes and dates by the wall clock, whatever their time zones, years 1 to 9999."""
    moments = [cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell for cell in cells]
    return read_column(pd.Series(np.array(moments, dtype="datetime64[us]")), rows)


def _read_spans(cells: Array, rows: Rows | None) -> Reading:
    return read_column(pd.Series(np.array(cells, dtype="timedelta64[us]")), rows)


def _read_times(cells: Array, rows: Rows | None) -> Reading:
    reading = tally_text([cell.isoformat() for cell in cells], 0, rows)
    return replace(reading, kinds={"time": len(cells)})


_READERS: dict[str, Callable[[Array, Rows | None], Reading]] = {
    "string": _read_strings,
    "integer": _read_numbers,
    "floating": _read_floats,
    "mixed-integer-float": _read_floats,
    "decimal": _read_floats,
    "boolean": _read_booleans,
    "datetime": _read_moments,
    "datetime64": _read_moments,
    "date": _read_moments,
    "timedelta": _read_spans,
    "time": _read_times,
}


def _read_any(cells: Array, rows: Rows | None) -> Reading:
    """Read cells of several types, containers, or objects of somebody's own class."""
    sample = cells if rows is None else cells[rows]
    kinds = Counter(_kind(type(cell)) for cell in sample)
    present, sampled = len(cells), len(sample)
    if set(kinds) <= {"text", "number", "boolean", "date"}:
        texts = tally_text([cell_text(cell) for cell in sample], 0, None)
        mixture: Family = "text" if len(kinds) == 1 else "mixed"
        return replace(texts, family=mixture, count=present, sampled=sampled, kinds=dict(kinds))
    tallies = Counter(cell_text(cell) for cell in sample[:_PRINTED_CELLS]).most_common()
    if len(kinds) > 1 and kinds["nested"] < 0.5 * sampled:
        return Reading("mixed", present, 0, tallies=tallies, sampled=sampled, kinds=dict(kinds))
    family: Family = "nested" if kinds["nested"] else "other"
    kinds = Counter(type(cell).__name__ for cell in sample)
    return Reading(family, present, 0, tallies=tallies, sampled=sampled, kinds=dict(kinds))


def _kind(cell_type: type) -> str:
    for kind, types in _KINDS.items():
        if any(base in types for base in cell_type.__mro__):
            return kind
    return cell_type.__name__


_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "boolean": (bool, np.bool_),
    "number": (int, float, Decimal, np.number),
    "date": (dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64),
    "nested": _CONTAINERS,
}
