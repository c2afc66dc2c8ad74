"""Operations that mend a table: rows dropped, values replaced, texts tidied."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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

    >>> frame = pd.DataFrame({"status": ["opne", "done"]})
    >>> replace_values(frame, old=["opne"], new="open")["status"].tolist()
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
            nullable: Any = {"b": "boolean", "i": "Int64", "u": "UInt64"}[column.dtype.kind]
            column = column.astype(nullable)
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

    def tidy(cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        cell = re.sub(r"\s+", " ", cell) if collapse_spaces else cell
        cell = cell.strip() if strip else cell
        cell = cell if case == "keep" else getattr(cell, case)()
        return None if empty_is_missing and not cell else cell

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
        cleaned[label] = _each_text(column, tidy)
    return cleaned


def _each_text(column: pd.Series[Any], tidy: Callable[[Any], Any]) -> Any:
    if is_text(column):  # each text once, however often it occurs
        codes, texts = column.factorize()
        tidied = pd.Series([tidy(text) for text in texts], dtype=column.dtype)
        return tidied.reindex(codes).set_axis(column.index)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.map(tidy).astype(object)
    order = list(dict.fromkeys(tidy(one) for one in column.cat.categories))
    kept = [one for one in order if one is not None]
    return pd.Categorical(column.astype(object).map(tidy), categories=kept, ordered=column.cat.ordered)


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


def _says_lost(what: str) -> Callable[[pd.DataFrame, pd.DataFrame, Mapping[str, Any]], str]:
    def says(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
        of = f" in {listed(given['columns'])}" if given.get("columns") else ""
        return f"removed {counted(len(before) - len(after), 'row')} {what}{of}"

    return says


def _says_dropped(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    columns = given.get("columns")
    what = f"a missing {listed(columns)}" if columns and len(columns) == 1 else "missing values"
    of = f" in {listed(columns)}" if columns and len(columns) > 1 else ""
    return f"removed {counted(len(before) - len(after), 'row')} with {what}{of}"


def _says_changed(before: pd.DataFrame, after: pd.DataFrame, _given: Mapping[str, Any]) -> str:
    total, labels = 0, list[Any]()
    for label in before.columns:
        old, new = before[label], after[label]
        if not old.equals(new):
            alike = old.dtype == new.dtype and not isinstance(old.dtype, pd.CategoricalDtype)
            left, right = (old, new) if alike else (old.astype(object), new.astype(object))
            differs = (left != right).fillna(True).astype(bool)
            count = int((differs & ~(left.isna() & right.isna())).sum())
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
    TableOperation(drop_missing, "clean", says=_says_dropped),
    TableOperation(replace_values, "clean", says=_says_changed),
    TableOperation(clean_strings, "clean", says=_says_changed),
    TableOperation(
        remove_outliers,
        "clean",
        says=_says_lost("with outliers"),
    ),
    TableOperation(
        drop_duplicates,
        "clean",
        says=_says_lost("that occur more than once"),
    ),
)
