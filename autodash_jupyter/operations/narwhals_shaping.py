"""The operations that choose, shape, compute and combine, on polars and Dask frames as Narwhals sees them.

What it can't express raises InexpressibleError.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import narwhals as nw

from autodash_jupyter.operations.failures import InexpressibleError, OperationError
from autodash_jupyter.operations.narwhals_cleaning import drop_duplicates, fitting, is_numeric

__all__ = [
    "apply_custom",
    "concat",
    "date_features",
    "difference",
    "drop_rows",
    "filter_rows",
    "group_by_agg",
    "interaction",
    "lag",
    "melt",
    "merge",
    "reorder",
    "rolling",
    "sample",
    "scale",
    "select_columns",
    "slice_rows",
    "sort",
    "tail",
    "union",
    "value_counts",
]

Frame: TypeAlias = Any  # a narwhals DataFrame (polars) or LazyFrame (polars, Dask)


def _rows_at(frame: Frame, keep: Callable[[list[int]], list[int]]) -> Frame:
    return frame[keep(list(range(len(frame))))]


def drop_rows(frame: Frame, rows: list[int]) -> Frame:
    """Remove rows by their positions."""
    outside = [row for row in rows if not -len(frame) <= row < len(frame)]
    if outside:
        msg = f"There is no row {outside[0]}: the table has {len(frame)} rows, counted from 0."
        raise OperationError(msg)
    gone = {row % len(frame) for row in rows}
    return _rows_at(frame, lambda all_rows: [row for row in all_rows if row not in gone])


def sample(frame: Frame, rows: int | None, share: float | None, seed: int) -> Frame:
    """Draw rows at random."""
    if (rows is None) == (share is None):
        raise OperationError("Give either rows= or share=, for example rows=100.")
    wanted = min(len(frame), rows) if rows is not None else round(len(frame) * (share or 0))
    return frame.sample(n=wanted, seed=seed)


def filter_rows(frame: Frame, expression: str) -> Frame:
    """Keep the rows that meet a condition."""
    from autodash_jupyter.operations.computed import rows_of

    met = rows_of(_eager(frame), expression, is_condition=True)
    return frame.filter(met.fill_null(False).to_pylist())


def apply_custom(frame: Frame, column: str, expression: str) -> Frame:
    """Compute a column from others."""
    from autodash_jupyter.operations.computed import rows_of

    values = rows_of(_eager(frame), expression, is_condition=False)
    made = nw.new_series(str(column), values.to_pylist(), backend=frame.implementation)
    return frame.with_columns(made)


def _eager(frame: Frame) -> Any:
    if isinstance(frame, nw.LazyFrame):
        raise InexpressibleError
    return nw.to_native(frame)


def group_by_agg(frame: Frame, by: list[str], aggregations: dict[str, str] | None) -> Frame:
    """Sum up the rows of each group in one."""
    groups = frame.group_by(*by, drop_null_keys=True)
    if not aggregations:
        return groups.agg(nw.len().alias("rows" if "rows" not in by else "row_count")).sort(*by)
    names = {"nunique": "n_unique"}
    made = [getattr(nw.col(name), names.get(how, how))() for name, how in aggregations.items()]
    return groups.agg(*made).sort(*by)


def value_counts(frame: Frame, columns: list[str], limit: int | None) -> Frame:
    """Count how often each value occurs."""
    taken = {"count": "row_count", "share": "row_share"}
    count, share = (other if name in columns else name for name, other in taken.items())
    counts = frame.group_by(*columns).agg(nw.len().alias(count))
    counts = counts.with_columns((nw.col(count) / nw.col(count).sum()).alias(share))
    counts = counts.sort(count, *columns, descending=[True, *[False] * len(columns)])
    return counts if limit is None else counts.head(limit)


def date_features(frame: Frame, column: str, parts: list[str]) -> Frame:
    """Take dates apart."""
    fitting(frame, [column], lambda dtype: bool(dtype.is_temporal()))
    when = nw.col(column).dt
    made = {"weekday": lambda: when.weekday() - 1, "is_weekend": lambda: when.weekday() >= 6}
    if not set(parts) <= {*made, "year", "month", "day", "hour", "minute", "date"}:
        raise InexpressibleError
    taken = [made[part]() if part in made else getattr(when, part)() for part in parts]
    return frame.with_columns(
        *(one.alias(f"{column}_{part}") for one, part in zip(taken, parts, strict=True))
    )


def scale(frame: Frame, columns: list[str] | None, method: str) -> Frame:
    """Bring numbers to one scale."""

    def scaled(name: str) -> Any:
        number = nw.col(name)
        if method == "standard":
            middle, width = number.mean(), number.std(ddof=0)
        elif method == "minmax":
            middle, width = number.min(), number.max() - number.min()
        else:
            raise InexpressibleError
        return nw.when(width > 0).then((number - middle) / width).otherwise(number * 0.0).alias(name)

    names = fitting(frame, columns, is_numeric)
    return frame.with_columns(*map(scaled, names)) if names else frame


def interaction(frame: Frame, columns: list[str], how: str, into: str | None) -> Frame:
    """Combine columns of numbers."""
    if len(columns) < 2:
        raise OperationError("Two columns are needed at least.")
    signs = {"multiply": "_x_", "add": "_plus_", "subtract": "_minus_", "divide": "_per_"}
    ways: dict[str, Callable[[Any, Any], Any]] = {
        "multiply": lambda one, other: one * other,
        "add": lambda one, other: one + other,
        "subtract": lambda one, other: one - other,
        "divide": lambda one, other: one / nw.when(other != 0).then(other),
    }
    names = fitting(frame, columns, is_numeric)
    return frame.with_columns(reduce(ways[how], map(nw.col, names)).alias(into or signs[how].join(names)))


def lag(frame: Frame, column: str, periods: int, by: list[str] | None, into: str | None) -> Frame:
    """Put the value of an earlier row beside each."""
    shifted = nw.col(column).shift(periods)
    shifted = shifted.over(*by) if by else shifted
    return frame.with_columns(shifted.alias(into or f"{column}_lag_{periods}"))


def rolling(
    frame: Frame,
    column: str,
    window: int,
    aggregate: str,
    minimum_rows: int | None,
    by: list[str] | None,
    into: str | None,
) -> Frame:
    """Sum up each row with those before it."""
    if aggregate not in ("mean", "sum", "std") or by:
        raise InexpressibleError
    rolled = getattr(nw.col(column), f"rolling_{aggregate}")(window, min_samples=minimum_rows)
    return frame.with_columns(rolled.alias(into or f"{column}_{aggregate}_{window}"))


def melt(
    frame: Frame, id_columns: list[str] | None, value_columns: list[str] | None, names_to: str, values_to: str
) -> Frame:
    """Make rows of columns."""
    return frame.unpivot(value_columns, index=id_columns, variable_name=names_to, value_name=values_to)


def merge(
    frame: Frame,
    other: Frame,
    on: list[str] | None,
    left_on: list[str] | None,
    right_on: list[str] | None,
    how: str,
) -> Frame:
    """Join the rows of another table."""
    if how == "right":
        raise InexpressibleError
    if how == "cross":
        return frame.join(other, how="cross", suffix="_y")
    shared = [name for name in frame.columns if name in other.columns]
    keys = {"left_on": left_on, "right_on": right_on} if left_on or right_on else {"on": on or shared}
    if not any(keys.values()):
        raise OperationError("The tables share no column; name them by left_on= and right_on=.")
    return frame.join(other, how="full" if how == "outer" else how, suffix="_y", **keys)


def concat(frame: Frame, others: list[Frame], columns: str, keep_index: bool) -> Frame:
    """Put tables under each other."""
    if keep_index:
        raise InexpressibleError
    tables = [frame, *others]
    if columns == "shared":
        shared = [name for name in frame.columns if all(name in one.columns for one in others)]
        tables = [one.select(*shared) for one in tables]
    return nw.concat(tables, how="vertical" if columns == "shared" else "diagonal")


def union(frame: Frame, other: Frame) -> Frame:
    """Put tables under each other, each row once."""
    if set(frame.columns) != set(other.columns):
        raise OperationError("The tables differ in their columns; select_columns or concat help.")
    return drop_duplicates(nw.concat([frame, other.select(*frame.columns)]), None, "first")


def difference(frame: Frame, other: Frame, on: list[str] | None) -> Frame:
    """Keep the rows that the other table lacks."""
    return frame.join(other, on=on or frame.columns, how="anti")


def sort(frame: Frame, columns: list[str], descending: bool, missing: str) -> Frame:
    """Sort the rows."""
    return frame.sort(*columns, descending=descending, nulls_last=missing == "last")


def reorder(frame: Frame, columns: list[str]) -> Frame:
    """Put columns first."""
    return frame.select(*columns, *(name for name in frame.columns if name not in columns))


def select_columns(frame: Frame, columns: list[str], drop: bool) -> Frame:
    """Keep some columns, or drop them."""
    return frame.drop(*columns) if drop else frame.select(*columns)


def tail(frame: Frame, rows: int) -> Frame:
    """Keep the last rows."""
    if isinstance(frame, nw.LazyFrame):
        raise InexpressibleError
    return frame.tail(rows)


def slice_rows(frame: Frame, start: int | None, stop: int | None, step: int) -> Frame:
    """Keep the rows from one position to another."""
    return _rows_at(frame, lambda rows: rows[start:stop:step])
