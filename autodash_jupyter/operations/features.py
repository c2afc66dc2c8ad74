"""Operations that make columns out of columns: parts of dates, classes, scales, neighbours in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd

from autodash_jupyter.operations.columns import is_number
from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.sizes import require_one_hot_fits
from autodash_jupyter.operations.wording import listed

__all__ = ["OPERATIONS"]

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "hour", "minute", "is_weekend", "date"]


def date_features(
    frame: pd.DataFrame,
    *,
    column: Annotated[Label, Parameter("a column of dates or times", "column")],
    parts: Annotated[
        list[Part], Parameter("what to make columns of; a weekday is 0 for Monday, a week the ISO one")
    ] = ["year", "month", "day", "weekday"],  # noqa: B006 - never changed
) -> pd.DataFrame:
    """Take dates apart into columns of their own.

    >>> frame = pd.DataFrame({"day": pd.to_datetime(["2024-02-29"])})
    >>> list(date_features(frame, column="day", parts=["year"]))
    ['day', 'day_year']
    """
    moments = frame[column]
    if not pd.api.types.is_datetime64_any_dtype(moments):
        raise ValueError(
            f"'{column}' holds {moments.dtype}, no dates; convert_types types={column}:date makes them."
        )
    result = frame.copy(deep=False)
    for part in dict.fromkeys(parts):
        result[f"{column}_{part}"] = _part(moments, part)
    return result


def _part(moments: pd.Series[Any], part: str) -> Any:
    if part == "date":
        return moments.dt.normalize()
    if part == "is_weekend":
        weekend = moments.dt.weekday >= 5
        return weekend.astype("boolean").mask(moments.isna()) if moments.isna().any() else weekend
    numbers = moments.dt.isocalendar().week if part == "week" else getattr(moments.dt, part)
    return numbers.astype("Int64") if moments.isna().any() else numbers.astype("int64")


def one_hot(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("the columns whose values become columns", "column")],
    drop_first: Annotated[bool, Parameter("leave the first value's column out")] = False,
    keep: Annotated[bool, Parameter("keep the columns themselves too")] = False,
) -> pd.DataFrame:
    """Make a column of 0 and 1 for each value.

    >>> one_hot(pd.DataFrame({"size": ["S", "M"]}), columns=["size"]).to_dict("list")
    {'size_M': [0, 1], 'size_S': [1, 0]}
    """
    result = frame.copy(deep=False)
    for label in dict.fromkeys(columns):
        column = frame[label]
        categorical = isinstance(column.dtype, pd.CategoricalDtype)
        values = list(column.cat.categories) if categorical else list(pd.unique(column.dropna()))
        values = values if categorical else sorted(values, key=lambda value: (str(type(value)), value))
        for value in values[int(drop_first) :]:
            name = f"{label}_{value}"
            if name in result.columns:
                raise ValueError(f"A column '{name[:60]}' is there already; rename it first.")
            result[name] = (column == value).fillna(False).astype("int8")
        if not keep:
            result = result.drop(columns=[label])
    return result


def scale(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label] | None, Parameter("columns of numbers (default: all)", "column")] = None,
    method: Annotated[
        Literal["standard", "minmax", "robust"],
        Parameter("mean 0 and deviation 1; from 0 to 1; or median 0 and quartile distance 1"),
    ] = "standard",
) -> pd.DataFrame:
    """Bring numbers to one scale; a column that is the same everywhere becomes 0.

    >>> scale(pd.DataFrame({"a": [1, 2, 3]}), method="minmax")["a"].tolist()
    [0.0, 0.5, 1.0]
    """
    result = frame.copy(deep=False)
    for label in frame.columns if columns is None else columns:
        if not is_number(frame[label]):
            if columns is not None:
                raise ValueError(f"'{label}' holds {frame[label].dtype}, no numbers.")
            continue
        numbers = pd.Series(
            frame[label].astype("Float64").to_numpy(dtype="float64", na_value=np.nan), index=frame.index
        )
        middle: Any
        width: Any
        if method == "standard":
            middle, width = numbers.mean(), numbers.std(ddof=0)
        elif method == "minmax":
            middle, width = numbers.min(), numbers.max() - numbers.min()
        else:
            middle, width = numbers.median(), numbers.quantile(0.75) - numbers.quantile(0.25)
        result[label] = (numbers - middle) / (width if width > 0 else 1.0)
    return result


def interaction(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("two or more columns of numbers", "column")],
    how: Annotated[
        Literal["multiply", "add", "subtract", "divide"], Parameter("what is done with them, from the left")
    ] = "multiply",
    into: Annotated[str | None, Parameter("the new column's name (default: made of theirs)")] = None,
) -> pd.DataFrame:
    """Combine columns of numbers in a new one; divided by 0 is missing.

    >>> interaction(pd.DataFrame({"a": [2], "b": [3]}), columns=["a", "b"])["a_x_b"].tolist()
    [6]
    """
    if len(columns) < 2:
        raise ValueError("Two columns are needed at least.")
    for label in columns:
        if not is_number(frame[label]):
            raise ValueError(f"'{label}' holds {frame[label].dtype}, no numbers.")
    combined = frame[columns[0]]
    for label in columns[1:]:
        other = frame[label]
        if how == "divide":
            combined = combined.astype("Float64") / other.astype("Float64").mask(other == 0)
        elif how == "multiply":
            combined = combined * other
        else:
            combined = combined + other if how == "add" else combined - other
    sign = {"multiply": "_x_", "add": "_plus_", "subtract": "_minus_", "divide": "_per_"}[how]
    result = frame.copy(deep=False)
    if how == "divide":
        combined = pd.Series(combined.to_numpy(dtype="float64", na_value=np.nan), index=frame.index)
    result[sign.join(map(str, columns)) if into is None else into] = combined
    return result


def lag(
    frame: pd.DataFrame,
    *,
    column: Annotated[Label, Parameter("whose earlier values are wanted", "column")],
    periods: Annotated[
        int,
        Parameter("how many rows earlier; negative: later", minimum=-1_000_000_000, maximum=1_000_000_000),
    ] = 1,
    by: Annotated[list[Label] | None, Parameter("within each value of these", "column")] = None,
    into: Annotated[str | None, Parameter("the new column's name (default: the column's and _lag_N)")] = None,
) -> pd.DataFrame:
    """Put the value of an earlier row beside each value.

    >>> lag(pd.DataFrame({"sold": [5, 6, 7]}), column="sold")["sold_lag_1"].tolist()[1:]
    [5.0, 6.0]
    """
    plain = frame.reset_index(drop=True)
    shifted = (
        plain.groupby(by, observed=True, dropna=False, sort=False)[column].shift(periods)
        if by
        else plain[column].shift(periods)
    )
    result = frame.copy(deep=False)
    result[f"{column}_lag_{periods}" if into is None else into] = shifted.set_axis(frame.index)
    return result


def rolling(
    frame: pd.DataFrame,
    *,
    column: Annotated[Label, Parameter("a column of numbers", "column")],
    window: Annotated[int, Parameter("over how many rows, up to this one", minimum=1, maximum=1_000_000_000)],
    aggregate: Annotated[
        Literal["mean", "sum", "min", "max", "median", "std"], Parameter("what of them")
    ] = "mean",
    minimum_rows: Annotated[
        int | None, Parameter("missing below so many (default: the window)", minimum=1)
    ] = None,
    by: Annotated[list[Label] | None, Parameter("within each value of these", "column")] = None,
    into: Annotated[str | None, Parameter("the new column's name (default: made of the parameters)")] = None,
) -> pd.DataFrame:
    """Sum up each row with those just before it.

    >>> rolling(pd.DataFrame({"sold": [1, 3, 5]}), column="sold", window=2)["sold_mean_2"].tolist()[1:]
    [2.0, 4.0]
    """
    if not is_number(frame[column]):
        raise ValueError(f"'{column}' holds {frame[column].dtype}, no numbers.")
    if minimum_rows is not None and minimum_rows > window:
        raise ValueError(f"minimum_rows={minimum_rows} is more than the window of {window}.")
    numbers = pd.Series(frame[column].astype("Float64").to_numpy(dtype="float64", na_value=np.nan))

    def rolled(part: pd.Series[Any]) -> Any:
        windows = part.rolling(
            min(window, max(1, len(part), minimum_rows or 1)) if minimum_rows else window,
            min_periods=minimum_rows,
        )
        return getattr(windows, aggregate)()

    if by:
        groups = frame.reset_index(drop=True).groupby(by, observed=True, dropna=False, sort=False).ngroup()
        parts = [rolled(part) for _, part in numbers.groupby(groups)]
        computed = pd.concat(parts).sort_index() if parts else numbers
    else:
        computed = rolled(numbers)
    result = frame.copy(deep=False)
    name = f"{column}_{aggregate}_{window}" if into is None else into
    result[name] = computed.set_axis(frame.index)
    return result


def _says_made(before: pd.DataFrame, after: pd.DataFrame, _given: Mapping[str, Any]) -> str:
    made = [label for label in after.columns if label not in before.columns]
    return f"made {listed(made)}" if made else "replaced a column"


def _says_scaled(before: pd.DataFrame, _after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    scaled = given["columns"] or [label for label in before.columns if is_number(before[label])]
    return f"scaled {listed(scaled) or 'nothing'} ({given['method']})"


OPERATIONS = (
    TableOperation(date_features, "compute", says=_says_made),
    TableOperation(one_hot, "compute", says=_says_made, check=require_one_hot_fits),
    TableOperation(scale, "compute", says=_says_scaled),
    TableOperation(interaction, "compute", says=_says_made),
    TableOperation(lag, "compute", says=_says_made),
    TableOperation(rolling, "compute", says=_says_made),
)
