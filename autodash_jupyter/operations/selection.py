"""Operations that choose columns and rows by name, position or chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd

from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import counted, listed

__all__ = ["OPERATIONS"]


def select_columns(
    frame: pd.DataFrame,
    *,
    columns: Annotated[list[Label], Parameter("the columns to keep, in this order", "column")],
    drop: Annotated[bool, Parameter("keep all others instead")] = False,
) -> pd.DataFrame:
    """Keep some columns, or drop them.

    >>> list(select_columns(pd.DataFrame({"a": [1], "b": [2], "c": [3]}), columns=["c", "a"]))
    ['c', 'a']
    """
    chosen = list(dict.fromkeys(columns))
    return frame[[label for label in frame.columns if label not in chosen]] if drop else frame[chosen]


def sample(
    frame: pd.DataFrame,
    *,
    rows: Annotated[int | None, Parameter("how many rows", minimum=0)] = None,
    share: Annotated[
        float | None, Parameter("or which share of them, 0.1 for a tenth", minimum=0, maximum=1)
    ] = None,
    seed: Annotated[int, Parameter("the same seed draws the same rows", minimum=0, maximum=2**32 - 1)] = 0,
) -> pd.DataFrame:
    """Draw rows at random, without drawing one twice; they stay in their order.

    >>> len(sample(pd.DataFrame({"a": range(100)}), share=0.1))
    10
    """
    if (rows is None) == (share is None):
        raise ValueError("Give either rows= or share=, for example rows=100.")
    wanted = min(len(frame), rows) if rows is not None else round(len(frame) * (share or 0))
    positions = pd.Series(range(len(frame))).sample(n=wanted, random_state=seed).sort_values()
    return frame.iloc[positions.to_numpy(dtype="int64")]


def head(
    frame: pd.DataFrame, *, rows: Annotated[int, Parameter("how many rows", minimum=0)] = 5
) -> pd.DataFrame:
    """Keep the first rows.

    >>> head(pd.DataFrame({"a": [1, 2, 3]}), rows=2)["a"].tolist()
    [1, 2]
    """
    return frame.iloc[:rows]


def tail(
    frame: pd.DataFrame, *, rows: Annotated[int, Parameter("how many rows", minimum=0)] = 5
) -> pd.DataFrame:
    """Keep the last rows.

    >>> tail(pd.DataFrame({"a": [1, 2, 3]}), rows=2)["a"].tolist()
    [2, 3]
    """
    return frame.iloc[max(0, len(frame) - rows) :]


def slice_rows(
    frame: pd.DataFrame,
    *,
    start: Annotated[
        int | None, Parameter("position of the first row, from 0; negative ones count from the end")
    ] = None,
    stop: Annotated[int | None, Parameter("position of the first row left out again")] = None,
    step: Annotated[int, Parameter("take each so-many-th row", minimum=1)] = 1,
) -> pd.DataFrame:
    """Keep the rows from one position to another.

    >>> slice_rows(pd.DataFrame({"a": range(6)}), start=1, step=2)["a"].tolist()
    [1, 3, 5]
    """
    return frame.iloc[start:stop:step]


def _says_chosen(before: pd.DataFrame, after: pd.DataFrame, _given: Mapping[str, Any]) -> str:
    gone = [label for label in before.columns if label not in after.columns]
    return f"dropped {listed(gone)}" if gone else f"put {counted(len(after.columns), 'column')} in order"


def _says_kept(_before: pd.DataFrame, after: pd.DataFrame, which: str) -> str:
    return f"kept {counted(len(after), 'row')}{which}"


OPERATIONS = (
    TableOperation(select_columns, "select", says=_says_chosen),
    TableOperation(
        sample,
        "select",
        says=lambda before, after, given: _says_kept(
            before, after, f" drawn by chance (seed {given['seed']})"
        ),
        duplicates_allowed=True,
    ),
    TableOperation(
        head,
        "select",
        says=lambda before, after, _: _says_kept(before, after, " from the start"),
        duplicates_allowed=True,
    ),
    TableOperation(
        tail,
        "select",
        says=lambda before, after, _: _says_kept(before, after, " from the end"),
        duplicates_allowed=True,
    ),
    TableOperation(
        slice_rows,
        "select",
        name="slice",
        says=lambda before, after, _: _says_kept(before, after, " by position"),
        duplicates_allowed=True,
    ),
)
