"""Groups of large tables, computed by DuckDB from Arrow columns, by all cores, without copying the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LARGE", "grouped_by_duckdb", "quartiles_by_duckdb"]

LARGE = 200_000  # rows from which DuckDB is faster, the columns' way to it counted in
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
    columns["place"] = pa.array(_places(len(keys)))
    query = f"""SELECT {", ".join([*groups, *measured])} FROM rows WHERE {present}
    GROUP BY {", ".join(groups)} ORDER BY min(place)"""
    with duckdb.connect() as connection:
        connection.register("rows", pa.table(columns))
        table: pd.DataFrame = connection.sql(query).df()
    return table.set_axis([*keys.columns, *values], axis=1)


def quartiles_by_duckdb(
    rows: pd.DataFrame, names: Sequence[str], measured: str, reach: float
) -> pd.DataFrame:
    """Return a row for each group with quartiles, and the ends within ``reach`` times their distance.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 99.0]})
    >>> quartiles_by_duckdb(frame, [], "y", 1.5).iloc[0].tolist()
    [1.0, 2.0, 3.0, 4.0, 4.0]
    """
    import duckdb
    import pyarrow as pa

    columns = {f"k{place}": _as_arrow(rows[name]) for place, name in enumerate(names)}
    columns |= {"v": _as_arrow(rows[measured].astype("float64")), "place": pa.array(_places(len(rows)))}
    groups = [f"k{place}" for place in range(len(names))]
    listed = "".join(f"{name}, " for name in groups)
    grouping = f"GROUP BY {', '.join(groups)}" if groups else ""
    same = " AND ".join(f"rows.{name} = boxes.{name}" for name in groups) or "true"
    reached = f"{reach} * (boxes.q[3] - boxes.q[1])"
    query = f"""WITH boxes AS (SELECT {listed} quantile_cont(v, [0.25, 0.5, 0.75]) AS q FROM rows {grouping})
    SELECT {"".join(f"boxes.{name}, " for name in groups)} min(v), any_value(boxes.q[1]),
    any_value(boxes.q[2]), any_value(boxes.q[3]), max(v) FROM rows JOIN boxes ON {same}
    WHERE v BETWEEN boxes.q[1] - {reached} AND boxes.q[3] + {reached}
    {grouping.replace("k", "boxes.k")} ORDER BY min(place)"""
    with duckdb.connect() as connection:
        connection.register("rows", pa.table(columns))
        table: pd.DataFrame = connection.sql(query).df()
    return table.set_axis([*names, "low", "q1", "median", "q3", "high"], axis=1)


def _places(count: int) -> Any:
    import numpy as np

    return np.arange(count)


def _as_arrow(values: pd.Series[Any]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array(values.map(str, na_action="ignore"), from_pandas=True)
