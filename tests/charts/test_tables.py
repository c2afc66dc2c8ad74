"""Tables of other libraries, and large ones, give the numbers of the same table in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.charts import (
    Chart,
    ChartError,
    from_natural_language,
    grouping_large,
    measuring,
    quartiles,
)

RANDOM = np.random.default_rng(12)
ROWS = 3_000
TRIPS = pd.DataFrame(
    {
        "depot": RANDOM.choice(["East", "West", "Old Yard"], ROWS),
        "km": np.where(RANDOM.random(ROWS) < 0.02, np.nan, RANDOM.gamma(3.0, 9.0, ROWS)),
        "parcels": RANDOM.integers(0, 40, ROWS),
        "left_at": pd.Timestamp("2023-01-01") + pd.to_timedelta(RANDOM.integers(0, 500 * 24, ROWS), unit="h"),
        "delayed": RANDOM.random(ROWS) < 0.3,
    }
)
SENTENCES = (
    "average km by depot",
    "median km by depot",
    "total parcels by month and depot",
    "how many rows by depot with km over 20",
    "number of distinct parcels by depot",
    "delayed rate by depot",
    "histogram of km",
    "box plot of km by depot",
    "box plot of km",
    "running total of parcels by month",
    "what is the highest km",
)


def polars_frame() -> Any:
    import polars

    return polars.from_pandas(TRIPS)


def polars_lazy() -> Any:
    return polars_frame().lazy()


def arrow_table() -> Any:
    import pyarrow

    return pyarrow.Table.from_pandas(TRIPS)


def dask_frame() -> Any:
    dask = pytest.importorskip("dask.dataframe", reason="the extra `dask` brings it")
    return dask.from_pandas(TRIPS, npartitions=3)


def duckdb_relation() -> Any:
    import duckdb

    return duckdb.connect().from_arrow(arrow_table())


def rows(chart: Chart) -> list[tuple[Any, ...]]:
    names = sorted({name for row in chart.data.rows for name in row})
    plain = [
        tuple(round(row[n], 8) if isinstance(row[n], float) else row[n] for n in names)
        for row in chart.data.rows
    ]
    return sorted(plain, key=repr)


@pytest.mark.parametrize("made", [polars_frame, polars_lazy, arrow_table, dask_frame, duckdb_relation])
def test_other_libraries_give_the_same_numbers(made: Callable[[], Any]) -> None:
    frame = made()
    for sentence in SENTENCES:
        ours, theirs = (from_natural_language(each, sentence) for each in (TRIPS, frame))
        assert theirs.intent == ours.intent, sentence
        assert rows(theirs) == rows(ours), sentence


@pytest.mark.parametrize("sentence", SENTENCES)
def test_large_tables_are_grouped_by_duckdb_to_the_same_numbers(
    sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = from_natural_language(TRIPS, sentence)
    expected = rows(small)
    for module in (measuring, quartiles):
        monkeypatch.setattr(module, "LARGE", 10)
    assert rows(from_natural_language(TRIPS, sentence)) == expected


def test_rows_with_a_gap_in_a_key_are_no_group_either_way() -> None:
    keys = pd.DataFrame({"x": ["a", None, "b", "a"]})
    found = grouping_large.grouped_by_duckdb(keys, {"y": ("count", None)})
    assert dict(zip(found["x"], found["y"], strict=True)) == {"a": 2, "b": 1}


def test_only_the_columns_a_chart_needs_leave_their_engine() -> None:
    import polars

    asked: list[set[str]] = []

    def note(batch: Any) -> Any:
        asked.append(set(batch.columns))
        return batch

    wide = polars.from_pandas(pd.concat([TRIPS] * 20, ignore_index=True)).lazy()
    chart = from_natural_language(wide.map_batches(note, projection_pushdown=True), "average km by depot")
    asked.clear()
    assert len(chart.data.rows) == 3
    assert asked == [{"km", "depot"}]


def test_the_latest_date_is_that_of_all_rows() -> None:
    import polars

    frame = pd.DataFrame({"sold": pd.Timestamp("2023-01-01"), "price": 1.0}, index=range(120_001))
    frame.loc[77_777, "sold"] = pd.Timestamp("2024-06-30")
    for table in (frame, polars.from_pandas(frame)):
        chart = from_natural_language(table, "how many rows in the last 2 months")
        assert chart.data.rows[0]["text"] == 1


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(ChartError, match="a chart is made of a table, not of a int"):
        from_natural_language(3, "price")
