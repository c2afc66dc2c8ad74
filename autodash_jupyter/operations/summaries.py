"""Operations that sum a table up: by groups, by column, by value; and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd

from autodash_jupyter.operations.columns import is_number
from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.sizes import require_columns_fit
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]

Aggregate = Literal["sum", "mean", "median", "min", "max", "std", "count", "nunique", "first", "last"]
Columns = Annotated[list[Label] | None, Parameter("the columns to look at (default: all that fit)", "column")]


def group_by_agg(
    frame: pd.DataFrame,
    *,
    by: Annotated[list[Label], Parameter("a row for each value of these", "column")],
    aggregations: Annotated[
        dict[Label, Aggregate] | None,
        Parameter("for each column how it is summed up (default: rows are counted)", "column"),
    ] = None,
) -> pd.DataFrame:
    """Sum up the rows of each group in one; rows without a group are left out.

    >>> frame = pd.DataFrame({"shop": ["a", "a", "b"], "sold": [1, 2, 5]})
    >>> group_by_agg(frame, by=["shop"], aggregations={"sold": "sum"})["sold"].tolist()
    [3, 5]
    """
    groups = frame.reset_index(drop=True).groupby(list(dict.fromkeys(by)), observed=True, sort=True)
    if not aggregations:
        name = "rows" if "rows" not in by else "row_count"
        return groups.size().rename(name).reset_index()
    if set(by) & set(aggregations):
        raise ValueError(
            "A column that makes the groups can't be summed up too; leave it out of aggregations."
        )
    for label, how in aggregations.items():
        if how in ("sum", "mean", "median", "std") and not is_number(frame[label]):
            raise ValueError(
                f"'{label}' holds {frame[label].dtype}, and the {how} is of numbers; count or nunique fit."
            )
    return groups.agg(dict(aggregations)).reset_index()


def detect_missing(frame: pd.DataFrame, *, columns: Columns = None) -> pd.DataFrame:
    """Count the missing values of each column, most first.

    >>> detect_missing(pd.DataFrame({"a": [1, None], "b": [1, 2]}))["missing"].tolist()
    [1, 0]
    """
    chosen = frame if columns is None else frame[columns]
    missing = chosen.isna().sum().to_numpy()
    table = pd.DataFrame(
        {
            "column": [str(label) for label in chosen.columns],
            "missing": missing.astype("int64"),
            "share": missing / max(1, len(frame)),
        }
    )
    return table.sort_values("missing", ascending=False, kind="stable", ignore_index=True)


def describe_stats(frame: pd.DataFrame, *, columns: Columns = None) -> pd.DataFrame:
    """Describe columns by count, distinct values, mean, spread and quartiles.

    >>> describe_stats(pd.DataFrame({"price": [1.0, 3.0]}))["mean"].tolist()
    [2.0]
    """
    rows = []
    for label in frame.columns if columns is None else columns:
        column = frame[label]
        row = {"column": str(label), "dtype": str(column.dtype), "count": int(column.count())}
        try:
            row["distinct"] = int(column.nunique())
        except TypeError:  # lists and dicts can't be told apart by hash
            row["distinct"] = int(column.dropna().astype("str").nunique())
        if is_number(column):
            numbers = column.astype("Float64").dropna().astype("float64")
            quartiles = numbers.quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
            row |= {"mean": numbers.mean(), "std": numbers.std()}
            row |= dict(zip(["min", "25%", "50%", "75%", "max"], quartiles, strict=True))
        rows.append(row)
    names = ["column", "dtype", "count", "distinct", "mean", "std", "min", "25%", "50%", "75%", "max"]
    return pd.DataFrame(rows, columns=names)


def correlation(
    frame: pd.DataFrame,
    *,
    columns: Columns = None,
    method: Annotated[
        Literal["pearson", "spearman"], Parameter("of the values, or of their ranks")
    ] = "pearson",
) -> pd.DataFrame:
    """Say how much each two columns of numbers go together, from -1 to 1.

    >>> correlation(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, 6]})).loc[0, "b"].item()
    1.0
    """
    labels = [label for label in (frame.columns if columns is None else columns) if is_number(frame[label])]
    if columns is not None and len(labels) < len(columns):
        others = [str(label) for label in columns if label not in labels]
        raise ValueError(f"'{others[0]}' holds no numbers, so nothing correlates with it.")
    numbers = frame[labels].astype("float64")
    # Ranked here: pandas itself asks for SciPy.
    related = (numbers.rank() if method == "spearman" else numbers).corr()
    related.insert(0, "column", [str(label) for label in labels], allow_duplicates=True)
    return related.reset_index(drop=True)


def value_counts(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("values of one, or combinations of several", "column")],
    limit: Annotated[int | None, Parameter("how many at most", minimum=1)] = None,
) -> pd.DataFrame:
    """Count how often each value occurs, most first.

    >>> value_counts(pd.DataFrame({"city": ["x", "y", "x"]}), columns=["city"])["count"].tolist()
    [2, 1]
    """
    by = list(dict.fromkeys(columns))
    sizes = frame.reset_index(drop=True).groupby(by, dropna=False, observed=True, sort=True).size()
    taken = {str(label) for label in by}
    names = [
        "count" if "count" not in taken else "row_count",
        "share" if "share" not in taken else "row_share",
    ]
    table = sizes.rename(names[0]).reset_index()
    table[names[1]] = table[names[0]] / max(1, len(frame))
    return table.sort_values(names[0], ascending=False, kind="stable", ignore_index=True).head(
        len(table) if limit is None else limit
    )


def _says_grouped(_before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    return f"summed up by {listed(given['by'])}, {counted(len(after), 'group')}"


OPERATIONS = (
    TableOperation(group_by_agg, "summarise", says=_says_grouped),
    TableOperation(
        detect_missing,
        "summarise",
        says=lambda _before, after, _: (
            f"{counted(int(after['missing'].sum()), 'missing value')} "
            f"in {counted(int((after['missing'] > 0).sum()), 'column')}"
        ),
        read_only=True,
    ),
    TableOperation(
        describe_stats,
        "summarise",
        says=lambda _before, after, _: f"described {counted(len(after), 'column')}",
        read_only=True,
    ),
    TableOperation(
        correlation,
        "summarise",
        says=lambda _before, after, given: (
            f"{given['method']} correlation of {counted(len(after), 'column')}"
        ),
        read_only=True,
        check=require_columns_fit,
    ),
    TableOperation(
        value_counts,
        "summarise",
        says=lambda _before, after, given: f"{counted(len(after), 'value')} of {listed(given['columns'])}",
        read_only=True,
    ),
)
