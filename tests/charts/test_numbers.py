"""The numbers on a chart equal those that pandas computes by another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.charts import Chart, from_natural_language
from autodash_jupyter.charts.data import OTHER

ROWS = 4_000


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    random = np.random.default_rng(4)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, ROWS), unit="D")
    price = random.gamma(3.0, 20.0, ROWS)
    price[::50] = np.nan
    return pd.DataFrame(
        {
            "sold_on": days,
            "region": random.choice(["north", "south", "east"], ROWS),
            "town": random.choice([f"town {each}" for each in range(70)], ROWS),
            "price": price,
            "pieces": random.integers(1, 30, ROWS),
        }
    )


def drawn(chart: Chart, *channels: str) -> dict[object, object]:
    return {tuple(row[each] for each in channels[:-1]): row[channels[-1]] for row in chart.data.rows}


@pytest.mark.parametrize(
    ("said", "function"),
    [("average", "mean"), ("total", "sum"), ("median", "median"), ("minimum", "min"), ("maximum", "max")],
)
def test_aggregates_equal_those_of_pandas(sales: pd.DataFrame, said: str, function: str) -> None:
    chart = from_natural_language(sales, f"{said} price by region")
    for region, rows in sales.groupby("region"):
        assert drawn(chart, "x", "y")[region,] == pytest.approx(getattr(rows["price"].dropna(), function)())


def test_two_groups_equal_a_pivot_table(sales: pd.DataFrame) -> None:
    chart = from_natural_language(sales, "average price by region and month")
    months = sales["sold_on"].dt.strftime("%Y-%m-01T00:00:00")
    wanted = sales.pivot_table(index=months, columns="region", values="price", aggfunc="mean").stack()
    found = drawn(chart, "x", "color", "y")
    assert len(found) == len(wanted)
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value)


def test_bins_hold_what_a_histogram_counts(sales: pd.DataFrame) -> None:
    chart = from_natural_language(sales, "histogram of pieces in bins of 5")
    counts, edges = np.histogram(sales["pieces"], bins=np.arange(0, 35, 5))
    found = drawn(chart, "x", "y")
    assert {key: value for (key,), value in found.items()} == {
        edge: count for edge, count in zip(edges[:-1], counts, strict=True) if count
    }


def test_filters_leave_the_rows_that_pandas_leaves(sales: pd.DataFrame) -> None:
    chart = from_natural_language(
        sales, "how many rows by region with price over 60 since 2021 excluding east"
    )
    kept = sales[(sales["price"] > 60) & (sales["sold_on"] >= "2021-01-01") & (sales["region"] != "east")]
    assert drawn(chart, "x", "y") == {
        (region,): count for region, count in kept["region"].value_counts().items()
    }


def test_the_rest_is_gathered_and_said_so(sales: pd.DataFrame) -> None:
    chart = from_natural_language(sales, "total pieces by town")
    rows = chart.data.rows
    assert len(rows) == 26
    assert sum(row["y"] for row in rows) == sales["pieces"].sum()
    assert rows[-1]["x"] == OTHER or OTHER in {row["x"] for row in rows}
    assert any("45 more" in note for note in chart.data.notes)
    assert chart.data.orders["x"][-1] == OTHER


def test_averages_of_the_rest_are_not_mixed_up(sales: pd.DataFrame) -> None:
    chart = from_natural_language(sales, "average pieces by town")
    assert OTHER not in {row["x"] for row in chart.data.rows}
    best = sales.groupby("town")["pieces"].mean().nlargest(25)
    assert {row["x"] for row in chart.data.rows} == set(best.index)


def test_boxes_hold_the_quartiles(sales: pd.DataFrame) -> None:
    for row in from_natural_language(sales, "box plot of price by region").data.rows:
        prices = sales.loc[sales["region"] == row["x"], "price"]
        assert [row["q1"], row["median"], row["q3"]] == pytest.approx(
            list(prices.quantile([0.25, 0.5, 0.75]))
        )


def test_a_large_table_becomes_few_rows() -> None:
    frame = pd.DataFrame({"value": np.arange(1_000_000.0), "kind": np.arange(1_000_000) % 7})
    assert len(from_natural_language(frame, "histogram of value").data.rows) <= 20
    assert len(from_natural_language(frame, "scatter of value and kind").data.rows) <= 5_000


@pytest.mark.parametrize(
    "sentence",
    [
        "average price by region",
        "total pieces by month",
        "count by region with price between 20 and 50",
        "top 3 towns by total pieces",
        "total pieces by town",
        "average price by region and month since 2021",
        "median price by pieces in bins of 10",
        "how many rows by region in north or south",
    ],
)
def test_the_code_gives_the_same_numbers(sales: pd.DataFrame, sentence: str) -> None:
    chart = from_natural_language(sales, sentence)
    names = {"frame": sales}
    exec(chart.code, names)
    keys = [each for each in ("x", "color") if each in chart.intent.encoding]
    result = names["result"].sort_values(keys, key=lambda each: each.astype(str)).reset_index(drop=True)
    rows = (
        pd.DataFrame(chart.data.rows)
        .sort_values(keys, key=lambda each: each.astype(str))
        .reset_index(drop=True)
    )
    assert list(rows["y"]) == pytest.approx(list(result["y"]))
