"""The operations that mend a table, on polars and Dask frames as Narwhals sees them.

What it can't express raises InexpressibleError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import narwhals as nw

from autodash_jupyter.operations.failures import InexpressibleError, OperationError

__all__ = [
    "clean_strings",
    "convert_types",
    "drop_duplicates",
    "drop_missing",
    "fill_missing",
    "fitting",
    "is_numeric",
    "replace_values",
]

Frame: TypeAlias = Any  # a narwhals DataFrame (polars) or LazyFrame (polars, Dask)
_TYPES: dict[str, Any] = {
    "integer": nw.Int64,
    "number": nw.Float64,
    "text": nw.String,
    "category": nw.Categorical,
    "boolean": nw.Boolean,
    "date": nw.Datetime,
}


def fitting(frame: Frame, columns: list[str] | None, kinds: Callable[[Any], bool]) -> list[str]:
    """Return the columns of a kind; raises OperationError for one that was named and is of another."""
    schema = frame.collect_schema()
    if columns is None:
        return [name for name, dtype in schema.items() if kinds(dtype)]
    for name in columns:
        if not kinds(schema[name]):
            msg = f"The column '{name}' holds {schema[name]}, which doesn't fit."
            raise OperationError(msg)
    return columns


def is_numeric(dtype: Any) -> bool:
    """Tell whether a column of this type holds numbers."""
    return bool(dtype.is_numeric())


def drop_missing(frame: Frame, columns: list[str] | None, how: str) -> Frame:
    """Remove the rows that lack a value."""
    if how == "any":
        return frame.drop_nulls(columns)
    return frame.filter(~nw.all_horizontal(nw.col(*(columns or frame.columns)).is_null(), ignore_nulls=False))


def fill_missing(frame: Frame, columns: list[str] | None, method: str, value: Any) -> Frame:
    """Put a value where one is missing."""
    if (method == "constant") != (value is not None):
        raise OperationError("A value goes with method=constant, and with no other; for example value=0.")
    kinds = is_numeric if method in ("mean", "median") else _kinds_of_value(value)
    names = fitting(frame, columns, kinds)
    filled = {
        "constant": lambda column: column.fill_null(value),
        "mean": lambda column: column.fill_null(column.mean()),
        "median": lambda column: column.fill_null(column.median()),
        "ffill": lambda column: column.fill_null(strategy="forward"),
        "bfill": lambda column: column.fill_null(strategy="backward"),
    }
    if method not in filled:
        raise InexpressibleError
    return frame.with_columns(*(filled[method](nw.col(name)) for name in names)) if names else frame


def _kinds_of_value(value: Any) -> Callable[[Any], bool]:
    if isinstance(value, bool):
        return lambda dtype: bool(dtype == nw.Boolean)
    if isinstance(value, str):
        return lambda dtype: bool(dtype == nw.String)
    return is_numeric if isinstance(value, int | float) else lambda _: True


def replace_values(frame: Frame, old: list[Any], new: Any, columns: list[str] | None) -> Frame:
    """Replace whole values by another one."""
    schema, known = frame.collect_schema(), [value for value in old if value is not None]
    changed = []
    for name in columns or frame.columns:
        fitting = [value for value in known if _kinds_of_value(value)(schema[name])]
        found = nw.col(name).is_in(fitting) if fitting else nw.lit(False)
        found = found | nw.col(name).is_null() if None in old else found
        if fitting or None in old:
            changed.append(
                nw.when(~found | found.is_null()).then(nw.col(name)).otherwise(nw.lit(new)).alias(name)
            )
    return frame.with_columns(*changed) if changed else frame


def clean_strings(
    frame: Frame,
    columns: list[str] | None,
    strip: bool,
    collapse_spaces: bool,
    case: str,
    empty_is_missing: bool,
) -> Frame:
    """Tidy texts."""

    def tidy(name: str) -> Any:
        text = nw.col(name)
        text = text.str.replace_all(r"\s+", " ") if collapse_spaces else text
        text = text.str.strip_chars() if strip else text
        if case == "title":
            raise InexpressibleError
        if case != "keep":
            text = text.str.to_lowercase() if case == "lower" else text.str.to_uppercase()
        return nw.when(text != "").then(text).alias(name) if empty_is_missing else text

    names = fitting(frame, columns, lambda dtype: bool(dtype == nw.String))
    return frame.with_columns(*map(tidy, names)) if names else frame


def convert_types(frame: Frame, types: dict[str, str], unreadable: str, day_first: bool | None) -> Frame:
    """Give columns other types."""
    if unreadable != "refuse" or day_first is not None:
        raise InexpressibleError
    made = [
        nw.col(name).str.to_datetime() if kind == "date" else nw.col(name).cast(_TYPES[kind])
        for name, kind in types.items()
    ]
    return frame.with_columns(*made)


def drop_duplicates(frame: Frame, columns: list[str] | None, keep: str) -> Frame:
    """Remove rows that occur more than once."""
    if isinstance(frame, nw.LazyFrame):
        return frame.unique(columns, keep="any" if keep == "first" else "none")
    return frame.unique(columns, keep=keep, maintain_order=True)
