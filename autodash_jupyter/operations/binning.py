"""The operation that puts numbers into classes."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd

from autodash_jupyter.operations.columns import is_number
from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import listed

__all__ = ["OPERATIONS"]


def bin_values(
    frame: pd.DataFrame,
    *,
    column: Annotated[Label, Parameter("a column of numbers", "column")],
    bins: Annotated[int, Parameter("how many classes", minimum=1, maximum=1000)] = 5,
    edges: Annotated[list[float] | None, Parameter("or where the classes begin and end, rising")] = None,
    labels: Annotated[list[str] | None, Parameter("their names (default: their bounds)")] = None,
    method: Annotated[
        Literal["width", "quantile"], Parameter("classes of one width, or of as many rows")
    ] = "width",
    into: Annotated[str | None, Parameter("the new column's name (default: the column's and _bin)")] = None,
) -> pd.DataFrame:
    """Put numbers into classes.

    >>> frame = pd.DataFrame({"age": [3, 30, 70]})
    >>> binned = bin_values(frame, column="age", edges=[0, 18, 65, 120], labels=["young", "adult", "old"])
    >>> binned["age_bin"].tolist()
    ['young', 'adult', 'old']
    """
    numbers = frame[column]
    if not is_number(numbers):
        raise ValueError(f"'{column}' holds {numbers.dtype}, no numbers.")
    values = numbers.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    bounds = _bounds(values[np.isfinite(values)], bins, edges, method)
    inside = np.isfinite(values) & (values >= bounds[0]) & (values <= bounds[-1])
    codes = np.clip(np.searchsorted(bounds, np.where(inside, values, bounds[0]), side="left") - 1, 0, None)
    result = frame.copy(deep=False)
    result[f"{column}_bin" if into is None else into] = pd.Categorical.from_codes(
        np.where(inside, codes, -1).astype("int64"), categories=pd.Index(_names(bounds, labels)), ordered=True
    )
    return result


def _bounds(finite: Any, bins: int, edges: list[float] | None, method: str) -> Any:
    if edges is not None:
        bounds = np.asarray(edges, dtype="float64")
        if len(bounds) < 2 or (np.diff(bounds) <= 0).any():
            raise ValueError("edges need at least two numbers, each larger than the one before.")
        return bounds
    if not len(finite):
        return np.array([0.0, 1.0])
    if method == "quantile":
        bounds = np.unique(np.quantile(finite, np.linspace(0, 1, bins + 1)))
    else:
        bounds = np.unique(np.linspace(finite.min(), finite.max(), bins + 1))
    return bounds if len(bounds) > 1 else np.array([bounds[0] - 0.5, bounds[0] + 0.5])


def _names(bounds: Any, labels: list[str] | None) -> list[str]:
    if labels is not None:
        if len(labels) != len(bounds) - 1 or len(set(labels)) != len(labels):
            raise ValueError(f"{len(bounds) - 1} different labels are needed, not {len(labels)}.")
        return labels
    names = [f"{low:g} to {high:g}" for low, high in itertools.pairwise(bounds)]
    # Bounds that differ only far behind the point look alike.
    alike = len(set(names)) < len(names)
    return [f"{number}: {name}" for number, name in enumerate(names, 1)] if alike else names


OPERATIONS = (
    TableOperation(
        bin_values,
        "compute",
        name="bin",
        says=lambda _before, _after, given: f"put {listed([given['column']])} into classes",
    ),
)
