"""Cells that have types of their own, as workbooks keep them, to columns."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd

from autodash_jupyter.frames.columns import type_texts
from autodash_jupyter.frames.columns.values import MARKERS, MISSING
from autodash_jupyter.frames.naming import printable

__all__ = ["column_of", "is_filled", "text_of"]

LARGEST_EXACT_FLOAT = 2**53
MISSING_TEXTS = frozenset(MISSING) - {"NA", "None"}  # which may be words
MOMENTS = {datetime.date, datetime.datetime}
NUMBERS = {int, float}


def is_filled(cell: Any) -> bool:
    """Return whether a cell holds more than blanks.

    >>> is_filled(0), is_filled(" "), is_filled(None)
    (True, False, False)
    """
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def text_of(cell: Any) -> str:
    """Return a cell as a file of text would have it.

    >>> text_of(2024.0), text_of(None), text_of("x")
    ('2024', '', 'x')
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT_FLOAT:
        return str(int(cell))
    return "" if cell is None else str(cell)


def column_of(values: Sequence[Any], label: str = "", dates: str = "") -> tuple[pd.Series, list[str]]:
    """Return a column in the one type of its cells, ``object`` where there are several, and remarks.

    Numbers stay numbers and a text of digits a text; what else a text says is read as in a file of text:
    dates, amounts, yes and no. ``dates`` is what comes first where a person said it.

    >>> column_of([1.0, 2.0, None])[0].tolist()
    [1.0, 2.0, nan]
    >>> column_of([1.0, "-"])
    (0    1.0
    1    NaN
    dtype: float64, ["'-' read as missing"])
    """
    cells = [value if is_filled(value) else None for value in values]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {str}:
        return type_texts(cells, label, dates)
    notes: list[str] = []
    if str in kinds:
        cells, notes = _without_texts(cells, label, dates)
        kinds = {type(cell) for cell in cells if cell is not None}
    return _series(cells, kinds), notes


def _without_texts(cells: list[Any], label: str, dates: str) -> tuple[list[Any], list[str]]:
    """Return cells without the texts among others where these mean nothing, or the same as the others."""
    texts = {cell for cell in cells if isinstance(cell, str)}
    said = {text for text in texts if text not in MISSING_TEXTS and text.strip().lower() not in MARKERS}
    missing = texts - said
    if said:
        read = _as_others(sorted(said), {type(cell) for cell in cells} - {str, type(None)}, label, dates)
        if read is None:
            return cells, [f"values of several kinds, such as '{printable(min(said))}', kept as they are"]
        cells = [read.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]
    cells = [None if isinstance(cell, str) else cell for cell in cells]
    notes = [f"{', '.join(map(repr, sorted(missing)))} read as missing"] if missing else []
    notes += [f"texts such as '{printable(min(said))}' among them read as what they say"] if said else []
    return cells, notes


def _as_others(texts: Sequence[str], kinds: set[type], label: str, dates: str) -> dict[str, Any] | None:
    """Return what texts say, if all say something of the others' kind."""
    series, _ = type_texts(texts, label, dates, digits=True)
    read = str(series.dtype)
    fits = (kinds <= NUMBERS and read in {"int64", "float64"}) or (
        kinds <= MOMENTS and read == "datetime64[us]"
    )
    if not fits or not kinds or series.isna().any():
        return None
    return dict(zip(texts, series.tolist(), strict=True))


def _series(cells: Sequence[Any], kinds: set[type]) -> pd.Series:
    if kinds and kinds <= MOMENTS | {pd.Timestamp}:
        moments = [None if cell is None else pd.Timestamp(cell) for cell in cells]
        return pd.Series(moments, dtype="datetime64[us]")
    if kinds and kinds <= NUMBERS:
        return _numbers(cells)
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean" if None in cells else "bool")
    if kinds == {datetime.timedelta}:
        return pd.Series(cells, dtype="timedelta64[us]")
    if not kinds:
        return pd.Series(cells, dtype="float64")
    whole = [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in cells]
    return pd.Series(whole, dtype="object")


def _numbers(cells: Sequence[Any]) -> pd.Series:
    numbers = pd.Series(cells, dtype="float64")
    if numbers.notna().all() and (numbers % 1 == 0).all() and (numbers.abs() < LARGEST_EXACT_FLOAT).all():
        return numbers.astype("int64")
    return numbers
