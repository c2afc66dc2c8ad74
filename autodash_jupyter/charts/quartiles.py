"""The five numbers of each box of a box plot: quartiles, and the ends within 1.5 times their distance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.grouping_large import LARGE, quartiles_by_duckdb

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUARTILES", "quartiles"]

QUARTILES = ("low", "q1", "median", "q3", "high")
REACH = 1.5


def quartiles(rows: pd.DataFrame, names: Sequence[str], measured: str) -> pd.DataFrame:
    """Return a row for each group of the columns ``names``, with the five numbers of the column ``measured``.

    >>> import pandas as pd
    >>> quartiles(pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 99.0]}), [], "y").iloc[0].tolist()
    [1.0, 2.0, 3.0, 4.0, 4.0]
    """
    import pandas as pd

    if len(rows) > LARGE:
        return quartiles_by_duckdb(rows, names, measured, REACH)
    groups = rows.groupby(list(names), sort=False, observed=True) if names else [((), rows)]
    found: list[dict[str, Any]] = []
    for key, group in groups:
        values = group[measured].astype("float64")
        q1, median, q3 = (float(each) for each in values.quantile([0.25, 0.5, 0.75]))
        inside = values[values.between(q1 - REACH * (q3 - q1), q3 + REACH * (q3 - q1))]
        box = dict(zip(QUARTILES, (float(inside.min()), q1, median, q3, float(inside.max())), strict=True))
        found.append(dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)) | box)
    return pd.DataFrame(found, columns=[*names, *QUARTILES])
