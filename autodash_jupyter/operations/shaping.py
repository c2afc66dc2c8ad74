"""Operations that name, order and turn a table: its columns, its index, long and wide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd

from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.sizes import require_pivot_fits, require_transposed_fits
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]


def rename(
    frame: pd.DataFrame,
    *,
    columns: Annotated[dict[Label, Label], Parameter("for each column its new name", "column")],
) -> pd.DataFrame:
    """Give columns other names.

    >>> list(rename(pd.DataFrame({"prc": [1]}), columns={"prc": "price"}))
    ['price']
    """
    renamed = frame.rename(columns=columns)
    twice = renamed.columns[renamed.columns.duplicated()]
    if len(twice):
        raise ValueError(f"Two columns would be named '{twice[0]}'.")
    return renamed


def reorder(
    frame: pd.DataFrame,
    *,
    columns: Annotated[
        list[Label], Parameter("the columns that come first; the others follow as they are", "column")
    ],
) -> pd.DataFrame:
    """Put columns first.

    >>> list(reorder(pd.DataFrame({"a": [1], "b": [2], "c": [3]}), columns=["c"]))
    ['c', 'a', 'b']
    """
    first = list(dict.fromkeys(columns))
    return frame[[*first, *(label for label in frame.columns if label not in first)]]


def sort(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("sort by these, the first counts most", "column")],
    descending: Annotated[bool, Parameter("largest first")] = False,
    missing: Annotated[Literal["first", "last"], Parameter("where rows without a value go")] = "last",
) -> pd.DataFrame:
    """Sort the rows; those alike stay in their order.

    >>> sort(pd.DataFrame({"a": [2, 3, 1]}), columns=["a"], descending=True)["a"].tolist()
    [3, 2, 1]
    """
    by = list(dict.fromkeys(columns))
    # Not sort_values: an index level may have a column's name.
    plain: Any = frame[by].reset_index(drop=True)
    ordered = plain.sort_values(by, ascending=not descending, na_position=missing, kind="stable")
    positions: list[int] = ordered.index.tolist()
    return frame.iloc[positions]


def set_index(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("the columns that become the index", "column")],
    unique: Annotated[bool, Parameter("refuse columns whose values don't tell the rows apart")] = False,
) -> pd.DataFrame:
    """Make an index of columns.

    >>> set_index(pd.DataFrame({"id": [7, 8], "a": [1, 2]}), columns=["id"]).loc[8, "a"].item()
    2
    """
    indexed = frame.set_index(list(dict.fromkeys(columns)))
    if unique and indexed.index.has_duplicates:
        raise ValueError(f"The values of {', '.join(map(str, columns))} don't tell all rows apart.")
    return indexed


def reset_index(
    frame: pd.DataFrame,
    *,
    drop: Annotated[bool, Parameter("forget the index instead of making columns of it")] = False,
) -> pd.DataFrame:
    """Make columns of the index, and number the rows from 0.

    >>> reset_index(pd.DataFrame({"a": [1]}, index=[9]), drop=True).index.tolist()
    [0]
    """
    return frame.reset_index(drop=drop)


def pivot_table(
    frame: pd.DataFrame,
    *,
    index: Annotated[list[Label], Parameter("a row for each value of these", "column")],
    columns: Annotated[list[Label], Parameter("a column for each value of these", "column")],
    values: Annotated[Label, Parameter("what is summarised in the cells", "column")],
    aggregate: Annotated[
        Literal["mean", "sum", "count", "min", "max", "median", "first", "last", "nunique"],
        Parameter("how several values become one"),
    ] = "mean",
) -> pd.DataFrame:
    """Spread values over rows and columns.

    >>> frame = pd.DataFrame({"day": [1, 1, 2], "shop": ["a", "b", "a"], "sold": [3, 4, 5]})
    >>> pivot_table(frame, index=["day"], columns=["shop"], values="sold", aggregate="sum")["a"].tolist()
    [3.0, 5.0]
    """
    if set(index) & set(columns) or values in [*index, *columns]:
        raise ValueError("A column can be in one of index, columns and values only.")
    turned = frame.pivot_table(
        index=list(dict.fromkeys(index)),
        columns=list(dict.fromkeys(columns)),
        values=values,
        aggfunc=aggregate,
        observed=True,
        sort=True,
    )
    if isinstance(turned.columns, pd.MultiIndex):
        turned.columns = pd.Index(["_".join(map(str, label)) for label in turned.columns])
    elif isinstance(turned.columns, pd.CategoricalIndex):
        turned.columns = pd.Index(turned.columns.tolist())
    else:
        turned.columns.name = None
    return turned.reset_index()


def melt(
    frame: pd.DataFrame,
    *,
    id_columns: Annotated[list[Label] | None, Parameter("the columns that stay", "column")] = None,
    value_columns: Annotated[
        list[Label] | None, Parameter("the columns that become rows (default: all others)", "column")
    ] = None,
    names_to: Annotated[str, Parameter("what the column of their names is called")] = "variable",
    values_to: Annotated[str, Parameter("what the column of their values is called")] = "value",
) -> pd.DataFrame:
    """Make rows of columns.

    >>> melt(pd.DataFrame({"id": [1], "a": [2], "b": [3]}), id_columns=["id"])["value"].tolist()
    [2, 3]
    """
    kept = [] if id_columns is None else id_columns
    if names_to == values_to or {names_to, values_to} & set(kept):
        raise ValueError("names_to and values_to need names that no other column has.")
    plain = frame.rename_axis(columns=None)
    if value_columns is None and values_to in plain.columns:
        plain = plain.rename(columns={values_to: f"{values_to} "})
        molten = plain.melt(id_vars=kept, var_name=names_to, value_name=values_to)
        molten[names_to] = molten[names_to].replace(f"{values_to} ", values_to)
        return molten
    return plain.melt(id_vars=kept, value_vars=value_columns, var_name=names_to, value_name=values_to)


def transpose(
    frame: pd.DataFrame,
    *,
    names: Annotated[
        Label | None, Parameter("the column whose values name the new columns (default: the index)", "column")
    ] = None,
) -> pd.DataFrame:
    """Make rows of columns and columns of rows; the old names come into a column ``column``.

    >>> list(transpose(pd.DataFrame({"id": ["x", "y"], "a": [1, 2]}), names="id"))
    ['column', 'x', 'y']
    """
    plain = frame if names is None else frame.set_index(names)
    turned = plain.T
    turned.columns = pd.Index([str(label) for label in plain.index])
    turned.index.name = None
    turned = turned.reset_index(names="column" if "column" not in turned.columns else "column name")
    if turned.columns.has_duplicates:
        raise ValueError(
            "The new columns would share names; choose a column without repeated values by names=."
        )
    return turned


def _says_renamed(_before: pd.DataFrame, _after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    pairs = [f"{old} to {new}" for old, new in given["columns"].items()]
    return f"renamed {listed(pairs) or 'nothing'}"


def _says_molten(_before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]) -> str:
    return f"made rows of {counted(after[given['names_to']].nunique(), 'column')}"


OPERATIONS = (
    TableOperation(rename, "shape", says=_says_renamed),
    TableOperation(
        reorder, "shape", says=lambda _before, _after, given: f"put {listed(given['columns'])} first"
    ),
    TableOperation(
        sort,
        "shape",
        says=lambda _before, _after, given: (
            f"sorted by {listed(given['columns'])}" + (", largest first" if given["descending"] else "")
        ),
    ),
    TableOperation(
        set_index,
        "shape",
        says=lambda _before, _after, given: f"made the index of {listed(given['columns'])}",
    ),
    TableOperation(
        reset_index,
        "shape",
        says=lambda _before, _after, given: (
            "numbered the rows from 0" + ("" if given["drop"] else ", the index became columns")
        ),
        duplicates_allowed=True,
    ),
    TableOperation(
        pivot_table,
        "shape",
        says=lambda _before, _after, given: (
            f"spread the {given['aggregate']} of {listed([given['values']])} over {listed(given['columns'])}"
        ),
        check=require_pivot_fits,
    ),
    TableOperation(melt, "shape", says=_says_molten),
    TableOperation(
        transpose,
        "shape",
        says=lambda *_: "made rows of columns and columns of rows",
        check=require_transposed_fits,
    ),
)
