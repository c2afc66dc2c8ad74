"""Operations that mend a table: rows dropped, missing values filled, texts and types put right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd

from autodash_jupyter.operations.columns import is_number, is_text
from autodash_jupyter.operations.kinds import Label, Parameter, Value
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]

Columns = Annotated[list[Label] | None, Parameter("the columns to look at (default: all that fit)", "column")]


def drop_rows(
    frame: pd.DataFrame,
    *,
    rows: Annotated[list[int], Parameter("positions of the rows, from 0; negative ones count from the end")],
) -> pd.DataFrame:
    """Remove rows by their positions.

    >>> drop_rows(pd.DataFrame({"price": [1, 2, 3]}), rows=[0, -1])["price"].tolist()
    [2]
    """
    outside = [row for row in rows if not -len(frame) <= row < len(frame)]
    if outside:
        raise ValueError(f"There is no row {outside[0]}: the table has {len(frame)} rows, counted from 0.")
    kept = np.ones(len(frame), dtype=bool)
    kept[rows] = False
    return frame[kept]


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
    if method != "constant" or column.dtype == object:
        return True
    if isinstance(column.dtype, pd.CategoricalDtype):
        return True
    if isinstance(value, bool):
        return pd.api.types.is_bool_dtype(column)
    if isinstance(value, int | float):
        return is_number(column)
    if pd.api.types.is_datetime64_any_dtype(column):
        return not pd.isna(pd.to_datetime(value, errors="coerce"))
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


def drop_missing(
    frame: pd.DataFrame,
    *,
    columns: Annotated[
        list[Label] | None, Parameter("the columns to look at (default: all)", "column")
    ] = None,
    how: Annotated[
        Literal["any", "all"], Parameter("drop a row if any, or only if all of them are missing")
    ] = "any",
) -> pd.DataFrame:
    """Remove the rows that lack a value.

    >>> drop_missing(pd.DataFrame({"price": [1.0, None]}), columns=["price"])["price"].tolist()
    [1.0]
    """
    missing = (frame if columns is None else frame[columns]).isna()
    return frame[~(missing.any(axis=1) if how == "any" else missing.all(axis=1) & bool(missing.shape[1]))]


def replace_values(
    frame: pd.DataFrame,
    *,
    old: Annotated[list[Value], Parameter("the values to replace; null stands for missing ones")],
    new: Annotated[Value, Parameter("what to put in their place; null makes them missing")] = None,
    columns: Columns = None,
) -> pd.DataFrame:
    """Replace whole values by another one.

    >>> replace_values(pd.DataFrame({"status": ["opne", "done"]}), old=["opne"], new="open")["status"].tolist()
    ['open', 'done']
    """
    replaced = frame.copy(deep=False)
    for label in frame.columns if columns is None else columns:
        column = frame[label]
        found = column.isna() if None in old else pd.Series(False, index=frame.index)
        for value in old:
            # A number typed for a column of texts means the text.
            wanted = str(value) if is_text(column) and not isinstance(value, str | None) else value
            if wanted is not None and isinstance(wanted, bool) == pd.api.types.is_bool_dtype(column):
                found = found | (column == wanted).fillna(False).astype(bool)
            elif wanted is not None and column.dtype == object:
                found = found | column.map(
                    lambda cell, wanted=wanted: type(cell) is type(wanted) and cell == wanted
                )
        if found.any():
            replaced[label] = _put_in(column, found.astype(bool), new)
    return replaced


def _put_in(column: pd.Series[Any], where: pd.Series[bool], new: Value) -> Any:
    if new is None:
        if column.dtype.kind in "iub" and isinstance(column.dtype, np.dtype):
            column = column.astype({"b": "boolean", "i": "Int64", "u": "UInt64"}[column.dtype.kind])
        return column.mask(where)
    if is_text(column):
        return column.mask(where, str(new))
    if isinstance(column.dtype, pd.CategoricalDtype):
        if new not in column.cat.categories:
            column = column.cat.add_categories([new])
        return column.mask(where, new).cat.remove_unused_categories()
    if isinstance(new, str) and pd.api.types.is_datetime64_any_dtype(column):
        return column.mask(where, pd.Timestamp(new, tz=getattr(column.dtype, "tz", None)))
    if isinstance(new, bool) != pd.api.types.is_bool_dtype(column) or isinstance(new, str):
        return column.astype(object).mask(where, new).infer_objects()
    if isinstance(new, float) and pd.api.types.is_integer_dtype(column):
        column = column.astype("Float64" if pd.api.types.is_extension_array_dtype(column) else "float64")
    if isinstance(new, int) and column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype):
        column = column.astype(np.result_type(column.dtype, np.min_scalar_type(new)))
    return column.mask(where, new)


def clean_strings(
    frame: pd.DataFrame,
    *,
    columns: Columns = None,
    strip: Annotated[bool, Parameter("take spaces off both ends")] = True,
    collapse_spaces: Annotated[
        bool, Parameter("make one space of several, and of tabs and line breaks")
    ] = True,
    case: Annotated[Literal["keep", "lower", "upper", "title"], Parameter("upper or lower case")] = "keep",
    empty_is_missing: Annotated[bool, Parameter("make empty texts missing values")] = False,
) -> pd.DataFrame:
    """Tidy texts: spaces, upper and lower case, empty ones.

    >>> clean_strings(pd.DataFrame({"city": ["  new   york "]}), case="title")["city"].tolist()
    ['New York']
    """
    cleaned = frame.copy(deep=False)
    for label in frame.columns if columns is None else columns:
        column = frame[label]
        if (
            not is_text(column)
            and column.dtype != object
            and not isinstance(column.dtype, pd.CategoricalDtype)
        ):
            if columns is not None:
                raise ValueError(f"The column '{label}' holds {column.dtype}, no texts.")
            continue

        def tidy(cell: Any) -> Any:
            if not isinstance(cell, str):
                return cell
            cell = re.sub(r"\s+", " ", cell) if collapse_spaces else cell
            cell = cell.strip() if strip else cell
            cell = cell if case == "keep" else getattr(cell, case)()
            return None if empty_is_missing and not cell else cell

        if isinstance(column.dtype, pd.CategoricalDtype):
            tidied = column.astype(object).map(tidy)
            order = list(dict.fromkeys(tidy(one) for one in column.cat.categories))
            kept = [one for one in order if one is not None]
            cleaned[label] = pd.Categorical(tidied, categories=kept, ordered=column.cat.ordered)
        else:
            cleaned[label] = column.map(tidy).astype(column.dtype)
    return cleaned


def remove_outliers(
    frame: pd.DataFrame,
    *,
    columns: Columns = None,
    method: Annotated[
        Literal["iqr", "z"],
        Parameter(
            "iqr: beyond the quartiles by so many times their distance; z: by so many standard deviations"
        ),
    ] = "iqr",
    threshold: Annotated[
        float | None, Parameter("how many times (default: 1.5 for iqr, 3 for z)", minimum=0)
    ] = None,
) -> pd.DataFrame:
    """Remove the rows with a number far away from the others; missing values are no outliers.

    >>> remove_outliers(pd.DataFrame({"price": [1, 2, 2, 3, 99]}))["price"].tolist()
    [1, 2, 2, 3]
    """
    kept = np.ones(len(frame), dtype=bool)
    for label in frame.columns if columns is None else columns:
        if not is_number(frame[label]):
            if columns is not None:
                raise ValueError(f"The column '{label}' holds {frame[label].dtype}, no numbers.")
            continue
        numbers = frame[label].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
        finite = numbers[np.isfinite(numbers)]
        if not len(finite):
            continue
        if method == "iqr":
            low, high = np.quantile(finite, [0.25, 0.75])
            reach = (1.5 if threshold is None else threshold) * (high - low)
        else:
            low = high = finite.mean()
            reach = (
                (3.0 if threshold is None else threshold) * finite.std(ddof=1) if len(finite) > 1 else np.inf
            )
        kept &= np.isnan(numbers) | ((numbers >= low - reach) & (numbers <= high + reach))
    return frame[kept]


def drop_duplicates(
    frame: pd.DataFrame,
    *,
    columns: Annotated[
        list[Label] | None, Parameter("rows alike in these are duplicates (default: all)", "column")
    ] = None,
    keep: Annotated[Literal["first", "last", "none"], Parameter("which of them stays")] = "first",
) -> pd.DataFrame:
    """Remove rows that occur more than once.

    >>> drop_duplicates(pd.DataFrame({"id": [1, 1, 2]}), keep="none")["id"].tolist()
    [2]
    """
    return frame[~frame.duplicated(subset=columns, keep=False if keep == "none" else keep)]


def _lost_rows(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any], what: str) -> str:
    of = f" in {listed(given['columns'])}" if given.get("columns") else ""
    return f"removed {counted(len(before) - len(after), 'row')} {what}{of}"


def _says_dropped(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    columns = given.get("columns")
    what = f"a missing {listed(columns)}" if columns and len(columns) == 1 else "missing values"
    of = f" in {listed(columns)}" if columns and len(columns) > 1 else ""
    return f"removed {counted(len(before) - len(after), 'row')} with {what}{of}"


def _says_filled(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    gone = before.isna().sum() - after.isna().sum()
    changed = gone[gone > 0]
    by = repr(given["value"]) if given["method"] == "constant" else given["method"]
    where = f" in {listed(changed.index)}" if len(changed) else ""
    return f"filled {counted(int(changed.sum()), 'missing value')}{where} ({by})"


def _says_changed(before: pd.DataFrame, after: pd.DataFrame, _given: Mapping[str, Any]) -> str:
    total, labels = 0, []
    for label in before.columns:
        old, new = before[label], after[label]
        if old is not new:
            left, right = old.astype(object), new.astype(object)
            count = int(((left != right) & ~(left.isna() & right.isna())).sum())
            total, labels = total + count, [*labels, label] if count else labels
    where = f" in {listed(labels)}" if labels else ""
    return f"changed {counted(total, 'value')}{where}"


OPERATIONS = (
    TableOperation(
        drop_rows,
        "clean",
        says=lambda before, after, _: f"removed {counted(len(before) - len(after), 'row')}",
        duplicates_allowed=True,
    ),
    TableOperation(fill_missing, "clean", says=_says_filled),
    TableOperation(drop_missing, "clean", says=_says_dropped),
    TableOperation(replace_values, "clean", says=_says_changed),
    TableOperation(clean_strings, "clean", says=_says_changed),
    TableOperation(remove_outliers, "clean", says=lambda *all_: _lost_rows(*all_, "with outliers")),
    TableOperation(
        drop_duplicates, "clean", says=lambda *all_: _lost_rows(*all_, "that occur more than once")
    ),
)
