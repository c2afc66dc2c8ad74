"""Groups of large tables, computed by DuckDB from Arrow columns, by all cores, without copying the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["grouped_by_duckdb"]

FUNCTIONS = {
    "count": "count({0})",
    "distinct": "count(DISTINCT {0})",
    "sum": "coalesce(sum({0}), 0)",  # as pandas has it: nothing adds up to 0
    "mean": "avg({0})",
    "median": "median({0})",
    "min": "min({0})",
    "max": "max({0})",
}


def grouped_by_duckdb(
    keys: pd.DataFrame, values: Mapping[str, tuple[str, pd.Series[Any] | None]]
) -> pd.DataFrame:
    """Return a row for each group of keys without a gap, with an aggregate for each of ``values``.

    They come in the order of their first rows; ``None`` counts rows.

    >>> import pandas as pd
    >>> keys = pd.DataFrame({"x": ["b", "a", "b"]})
    >>> grouped_by_duckdb(keys, {"y": ("mean", pd.Series([1.0, 2.0, 5.0]))}).to_dict("list")
    {'x': ['b', 'a'], 'y': [3.0, 2.0]}
    """
    import duckdb
    import pyarrow as pa

    columns: dict[str, Any] = {f"k{place}": _as_arrow(keys[name]) for place, name in enumerate(keys.columns)}
    for place, (_, series) in enumerate(values.values()):
        if series is not None:
            columns[f"v{place}"] = _as_arrow(series)
    groups = [f"k{place}" for place in range(len(keys.columns))]
    measured = [
        FUNCTIONS[name].format("*" if series is None else f"v{place}") + f" AS m{place}"
        for place, (name, series) in enumerate(values.values())
    ]
    present = " AND ".join(f"{name} IS NOT NULL" for name in groups)
    columns["place"] = pa.array(range(len(keys)) if len(keys) < 2 else _places(len(keys)))
    query = f"""SELECT {", ".join([*groups, *measured])} FROM rows WHERE {present}
    GROUP BY {", ".join(groups)} ORDER BY min(place)"""
    with duckdb.connect() as connection:
        connection.register("rows", pa.table(columns))
        table: pd.DataFrame = connection.sql(query).df()
    return table.set_axis([*keys.columns, *values], axis=1)


def _places(count: int) -> Any:
    import numpy as np

    return np.arange(count)


def _as_arrow(values: pd.Series[Any]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array(values.map(str, na_action="ignore"), from_pandas=True)
