"""The operation that gives columns other types; what can't be read so is refused, or made missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd

from autodash_jupyter.operations.columns import is_number
from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import counted

__all__ = ["OPERATIONS"]

_YES = ("true", "t", "yes", "y", "1", "1.0", "on")
_NO = ("false", "f", "no", "n", "0", "0.0", "off")


def convert_types(
    frame: pd.DataFrame,
    *,
    types: Annotated[
        dict[Label, Literal["integer", "number", "text", "boolean", "date", "category"]],
        Parameter("for each column the type it is to have", "column"),
    ],
    unreadable: Annotated[
        Literal["refuse", "missing"], Parameter("what becomes of a value that can't be read as the type")
    ] = "refuse",
    day_first: Annotated[
        bool | None, Parameter("whether 3/4/2024 is in April (default: it is refused)")
    ] = None,
) -> pd.DataFrame:
    """Give columns other types.

    >>> convert_types(pd.DataFrame({"price": ["1.5", "2"]}), types={"price": "number"})["price"].tolist()
    [1.5, 2.0]
    """
    converted = frame.copy(deep=False)
    for label, kind in types.items():
        column = frame[label]
        result = _converted(column, kind, day_first)
        lost = int((result.isna() & column.notna()).sum())
        if lost and unreadable == "refuse":
            first = column[(result.isna() & column.notna()).to_numpy()].iloc[0]
            raise ValueError(
                f"{lost} values of '{label}' can't be read as {kind}, {str(first)[:40]!r} for one; "
                "unreadable=missing makes them missing."
            )
        converted[label] = result
    return converted


def _converted(column: pd.Series[Any], kind: str, day_first: bool | None) -> Any:
    if kind in ("text", "category"):
        return column.astype("str") if kind == "text" else column.astype("category")
    if kind in ("boolean", "date"):
        return _as_boolean(column) if kind == "boolean" else _as_dates(column, day_first)
    plain = column.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    numbers = pd.to_numeric(column if is_number(column) else plain, errors="coerce")
    if pd.api.types.is_bool_dtype(numbers):
        numbers = numbers.astype("Int64")
    if kind == "number":
        return numbers.astype("float64")
    if pd.api.types.is_integer_dtype(numbers):
        return numbers.astype("Int64") if numbers.isna().any() else numbers
    floats = numbers.astype("float64")
    whole = floats.where((floats % 1 == 0) & (floats.abs() < 2**53)).astype("Int64")
    return whole if whole.isna().any() else whole.astype("int64")


def _as_dates(column: pd.Series[Any], day_first: bool | None) -> Any:
    if is_number(column):
        raise ValueError(
            f"'{column.name}' holds numbers, which may mean days or seconds; no date is made of them."
        )
    cells = column.astype(object)
    options: Any = {"errors": "coerce", "format": "mixed"}
    read = pd.to_datetime(cells, dayfirst=bool(day_first), **options)
    if day_first is None:
        other = pd.to_datetime(cells, dayfirst=True, **options)
        apart = ((read != other) & read.notna() & other.notna()).to_numpy()
        if apart.any():
            raise ValueError(
                f"{str(column[apart].iloc[0])[:40]!r} may mean two days; say day_first=true or false."
            )
    return read


def _as_boolean(column: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_bool_dtype(column):
        return column
    words = column.astype("str").str.strip().str.lower()
    values = np.where(words.isin(_YES), 1, np.where(words.isin(_NO), 0, -1))
    result = pd.Series(values, index=column.index, name=column.name).map({1: True, 0: False, -1: None})
    return result.astype("boolean" if (values < 0).any() else "bool")


def _says_converted(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    changes = ", ".join(
        f"{str(label)[:40]} {before[label].dtype} → {after[label].dtype}"
        for label in list(given["types"])[:4]
    )
    lost = int(sum((after[label].isna() & before[label].notna()).sum() for label in given["types"]))
    made = f"; {counted(lost, 'unreadable value')} made missing" if lost else ""
    return f"converted {changes or 'nothing'}{made}"


OPERATIONS = (TableOperation(convert_types, "clean", says=_says_converted),)
