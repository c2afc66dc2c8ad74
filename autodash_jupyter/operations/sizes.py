"""Refuses what would make a far larger table out of a small one, before any memory is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import psutil

from autodash_jupyter.operations.failures import OperationError

__all__ = [
    "require_columns_fit",
    "require_index_matches_fit",
    "require_matches_fit",
    "require_one_hot_fits",
    "require_pivot_fits",
    "require_transposed_fits",
]

MOST_COLUMNS = 5_000
BYTES_PER_CELL = 8


def require_fits(rows: int, columns: int) -> None:
    """Raise OperationError where a result has too many columns, or takes over half of the free memory."""
    if columns > MOST_COLUMNS:
        msg = f"The result would have {columns:,} columns, and {MOST_COLUMNS:,} are allowed; choose fewer."
        raise OperationError(msg)
    needed, free = rows * columns * BYTES_PER_CELL, psutil.virtual_memory().available
    if needed > free // 2:
        msg = (
            f"The result would have {rows:,} rows and {columns:,} columns, about {needed / 1e9:,.1f} GB, "
            f"and {free / 1e9:,.1f} GB are free; filter or aggregate first."
        )
        raise OperationError(msg)


def require_pivot_fits(frame: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Refuse a pivot table with a column for nearly everything."""
    require_fits(_distinct(frame, given["index"]), _distinct(frame, given["columns"]))


def require_one_hot_fits(frame: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Refuse a column for each of thousands of values."""
    require_fits(len(frame), sum(_distinct(frame, [label]) for label in given["columns"]))


def require_transposed_fits(frame: pd.DataFrame, _given: Mapping[str, Any]) -> None:
    """Refuse to make thousands of columns out of rows."""
    require_fits(len(frame.columns), len(frame))


def require_columns_fit(frame: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Refuse a comparison of each of thousands of columns with each other."""
    count = len(given.get("columns") or frame.columns)
    require_fits(count, count)


def require_matches_fit(frame: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Refuse a join in which rows match so many others that the result can't be held."""
    other: pd.DataFrame = given["other"]
    columns = len(frame.columns) + len(other.columns)
    if given["how"] == "cross":
        require_fits(len(frame) * len(other), columns)
        return
    shared = given["on"] or [label for label in frame.columns if label in other.columns]
    left, right = given["left_on"] or shared, given["right_on"] or shared
    try:
        ours = frame.groupby(left, observed=True, dropna=False).size()
        theirs = other.groupby(right, observed=True, dropna=False).size()
        matches = int((ours * theirs.reindex(ours.index)).sum())
    except (KeyError, TypeError, ValueError):  # keys that can't be compared; the join itself says so better
        return
    require_fits(max(matches, len(frame)), columns)


def require_index_matches_fit(frame: pd.DataFrame, given: Mapping[str, Any]) -> None:
    """Refuse a join by an index that repeats itself so often that the result can't be held."""
    other: pd.DataFrame = given["other"]
    try:
        ours, theirs = frame.index.value_counts(), other.index.value_counts()
        matches = int((ours * theirs.reindex(ours.index)).sum())
    except (TypeError, ValueError):
        return
    require_fits(max(matches, len(frame)), len(frame.columns) + len(other.columns))


def _distinct(frame: pd.DataFrame, labels: list[Any]) -> int:
    return len(frame[labels].drop_duplicates()) if labels else 1
