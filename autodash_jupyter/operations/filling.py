"""The operation that fills missing values, by a constant, a statistic of the column, or its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd

from autodash_jupyter.operations.columns import is_number, is_text
from autodash_jupyter.operations.kinds import Label, Parameter, Value
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]

Columns = Annotated[list[Label] | None, Parameter("the columns to look at (default: all that fit)", "column")]


def fill_missing(
    frame: pd.DataFrame,
    *,
    columns: Columns = None,
    method: Annotated[
        Literal["constant", "mean", "median", "mode", "ffill", "bfill", "interpolate"],
        Parameter("what to put in: a value, the column's own statistic, the last or next value, or between"),
    ] = "constant",
    value: Annotated[Value, Parameter("with method=constant: the value")] = None,
) -> pd.DataFrame:
    """Put a value where one is missing.

    >>> fill_missing(pd.DataFrame({"price": [1.0, None, 5.0]}), method="mean")["price"].tolist()
    [1.0, 3.0, 5.0]
    """
    if method == "constant" and value is None:
        raise ValueError("A value is needed for method=constant, for example value=0.")
    if value is not None and method != "constant":
        raise ValueError(f"value= goes with method=constant, not with {method}.")
    filled = frame.copy(deep=False)
    for label in frame.columns if columns is None else columns:
        column = frame[label]
        if _can_be_filled(column, method, value):
            filled[label] = _filled(column, method, value)
        elif columns is not None:
            what = f"the value {value!r}" if method == "constant" else method
            raise ValueError(f"The column '{label}' ({column.dtype}) can't be filled by {what}.")
    return filled


def _can_be_filled(column: pd.Series[Any], method: str, value: Value) -> bool:
    if method in ("mean", "median", "interpolate"):
        return is_number(column)
    if method != "constant" or column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
        return True
    if isinstance(value, bool):
        return pd.api.types.is_bool_dtype(column)
    if isinstance(value, int | float):
        return is_number(column)
    if pd.api.types.is_datetime64_any_dtype(column):
        return value is not None and not pd.isna(pd.to_datetime(value, errors="coerce"))
    return is_text(column)


def _filled(column: pd.Series[Any], method: str, value: Value) -> Any:
    if method in ("ffill", "bfill"):
        return column.ffill() if method == "ffill" else column.bfill()
    if method == "interpolate":
        whole = pd.api.types.is_integer_dtype(column)
        return (column.astype("Float64") if whole else column).interpolate()
    wanted: Any = value
    if method in ("mean", "median"):
        wanted = column.mean() if method == "mean" else column.median()
    elif method == "mode":
        common = column.mode()
        wanted = common.iloc[0] if len(common) else None
    if wanted is None or pd.isna(wanted):
        return column
    return _with_value(column, wanted)


def _with_value(column: pd.Series[Any], value: Any) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype) and value not in column.cat.categories:
        column = column.cat.add_categories([value])
    if pd.api.types.is_datetime64_any_dtype(column):
        moment = pd.Timestamp(value)
        zone = getattr(column.dtype, "tz", None)
        if zone is not None and moment.tzinfo is None:
            moment = moment.tz_localize(zone)
        return column.fillna(moment)
    if pd.api.types.is_integer_dtype(column) and isinstance(value, float) and not value.is_integer():
        column = column.astype("Float64")
    return column.fillna(value)


def _says_filled(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    gone = before.isna().sum() - after.isna().sum()
    changed = gone[gone > 0]
    by = repr(given["value"]) if given["method"] == "constant" else given["method"]
    where = f" in {listed(changed.index)}" if len(changed) else ""
    return f"filled {counted(int(changed.sum()), 'missing value')}{where} ({by})"


OPERATIONS = (TableOperation(fill_missing, "clean", says=_says_filled),)
