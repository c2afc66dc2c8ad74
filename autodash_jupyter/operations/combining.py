"""Operations on two tables: joined beside each other, put under each other, or one less the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd

from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.sizes import require_index_matches_fit, require_matches_fit
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]

Other = Annotated[pd.DataFrame, Parameter("the other table's name", "table")]
Labels = list[Label] | None


def merge(
    frame: pd.DataFrame,
    *,
    other: Other,
    on: Annotated[Labels, Parameter("columns that both have (default: all such)", "column")] = None,
    left_on: Annotated[Labels, Parameter("or: this table's columns", "column")] = None,
    right_on: Annotated[Labels, Parameter("and the other's, in the same order")] = None,
    how: Annotated[
        Literal["inner", "left", "right", "outer", "cross"], Parameter("which rows without a match stay")
    ] = "inner",
) -> pd.DataFrame:
    """Join the rows of another table beside those they match; shared names get _x and _y.

    >>> shops = pd.DataFrame({"shop": ["a", "b"], "city": ["Bonn", "Rome"]})
    >>> merge(pd.DataFrame({"shop": ["b"], "sold": [3]}), other=shops, how="left")["city"].tolist()
    ['Rome']
    """
    keys = join_keys(frame, other, on, left_on, right_on, how)
    joined = frame.merge(other, how=how, suffixes=("_x", "_y"), **keys)
    if joined.columns.has_duplicates:
        raise ValueError("The result would have two columns of one name; rename one of them first.")
    return joined


def join_keys(
    frame: pd.DataFrame, other: pd.DataFrame, on: Labels, left_on: Labels, right_on: Labels, how: str
) -> dict[str, Any]:
    """Return the keys of a join, or say why there are none."""
    if how == "cross":
        if on or left_on or right_on:
            raise ValueError("how=cross joins each row with each other one, so it takes no keys.")
        return {}
    if left_on or right_on:
        if on or len(left_on or []) != len(right_on or []):
            raise ValueError("left_on and right_on go together, as many of each, without on.")
        missing = [label for label in right_on or [] if label not in other.columns]
        keys: dict[str, Any] = {"left_on": left_on, "right_on": right_on}
    else:
        shared = [label for label in frame.columns if label in other.columns] if on is None else on
        missing = [label for label in shared if label not in other.columns or label not in frame.columns]
        keys = {"on": shared}
        if not shared:
            raise ValueError("The tables share no column; name them by left_on= and right_on=.")
    if missing:
        raise ValueError(
            f"There is no column '{missing[0]}' in both tables; left_on= and right_on= name two."
        )
    return keys


def merge_on_index(
    frame: pd.DataFrame,
    *,
    other: Other,
    how: Annotated[
        Literal["inner", "left", "right", "outer"], Parameter("which rows without a match stay")
    ] = "left",
) -> pd.DataFrame:
    """Join the rows of another table beside those of the same index; shared names get _x and _y.

    >>> merge_on_index(pd.DataFrame({"a": [1, 2]}), other=pd.DataFrame({"b": [3, 4]}))["b"].tolist()
    [3, 4]
    """
    joined = frame.merge(other, how=how, left_index=True, right_index=True, suffixes=("_x", "_y"))
    if joined.columns.has_duplicates:
        raise ValueError("The result would have two columns of one name; rename one of them first.")
    return joined


def concat(
    frame: pd.DataFrame,
    *,
    others: Annotated[list[pd.DataFrame], Parameter("the names of the tables that follow", "table")],
    columns: Annotated[Literal["all", "shared"], Parameter("columns of any table, or of each")] = "all",
    keep_index: Annotated[bool, Parameter("keep each table's own index")] = False,
) -> pd.DataFrame:
    """Put tables under each other.

    >>> concat(pd.DataFrame({"a": [1]}), others=[pd.DataFrame({"a": [2]})])["a"].tolist()
    [1, 2]
    """
    return stacked([frame, *others], join="outer" if columns == "all" else "inner", keep_index=keep_index)


def stacked(tables: list[pd.DataFrame], *, join: Any = "outer", keep_index: bool = False) -> pd.DataFrame:
    """Return tables under each other; a column that is categorical in each of them stays so."""
    shared = [label for label in tables[0].columns if all(label in one.columns for one in tables)]
    for label in shared:
        columns = [one[label] for one in tables]
        categorical = all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns)
        if (
            categorical
            and len({(column.cat.categories.dtype, column.cat.ordered) for column in columns}) == 1
        ):
            if columns[0].cat.ordered:  # their order may differ: pandas alone knows whether it does
                continue
            categories = pd.api.types.union_categoricals(columns).categories
            tables = [one.copy(deep=False) for one in tables]
            for one in tables:
                one[label] = one[label].cat.set_categories(categories)
    return pd.concat(tables, join=join, ignore_index=not keep_index)


def union(frame: pd.DataFrame, *, other: Other) -> pd.DataFrame:
    """Put the other table's rows under this one's, each row once.

    >>> union(pd.DataFrame({"a": [1, 2]}), other=pd.DataFrame({"a": [2, 3]}))["a"].tolist()
    [1, 2, 3]
    """
    require_same_columns(frame, other)
    return stacked([frame, other[list(frame.columns)]]).drop_duplicates(ignore_index=True)


def difference(
    frame: pd.DataFrame,
    *,
    other: Other,
    on: Annotated[
        Labels, Parameter("rows alike in these count as the same (default: all columns)", "column")
    ] = None,
) -> pd.DataFrame:
    """Keep the rows that the other table doesn't have.

    >>> difference(pd.DataFrame({"a": [1, 2]}), other=pd.DataFrame({"a": [2, 3]}))["a"].tolist()
    [1]
    """
    labels = list(frame.columns) if on is None else list(dict.fromkeys(on))
    missing = [label for label in labels if label not in other.columns]
    if missing:
        raise ValueError(f"The other table has no column '{missing[0]}'; on= chooses which to compare.")
    if not labels:
        return frame
    # Both under each other, so that values are compared as one type.
    both = stacked([other[labels], frame[labels]])
    both["is ours" if "is ours" not in labels else "is ours "] = [False] * len(other) + [True] * len(frame)
    groups = both.groupby(labels, dropna=False, observed=True, sort=False)
    seen_there = ~groups[both.columns[-1]].transform("min").astype(bool)
    return frame[~seen_there.to_numpy()[len(other) :]]


def require_same_columns(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    """Refuse tables that differ in their columns."""
    apart = [
        label
        for label in [*frame.columns, *other.columns]
        if (label in frame.columns) != (label in other.columns)
    ]
    if apart:
        raise ValueError(f"Only one of the tables has a column '{apart[0]}'; select_columns or concat help.")


def _says_joined(before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    made = [label for label in after.columns if label not in before.columns]
    return f"joined {listed(made) or 'no new column'} ({given['how']})"


def _says_added(before: pd.DataFrame, after: pd.DataFrame, _given: Mapping[str, Any]) -> str:
    return f"added {counted(max(0, len(after) - len(before)), 'row')}"


OPERATIONS = (
    TableOperation(merge, "combine", says=_says_joined, check=require_matches_fit),
    TableOperation(merge_on_index, "combine", says=_says_joined, check=require_index_matches_fit),
    TableOperation(concat, "combine", says=_says_added),
    TableOperation(union, "combine", says=_says_added),
    TableOperation(
        difference,
        "combine",
        says=lambda before, after, _: (
            f"removed {counted(len(before) - len(after), 'row')} that the other table has"
        ),
    ),
)
