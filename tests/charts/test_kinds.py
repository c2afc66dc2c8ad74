"""Rates, adjectives, running totals, growth, shares, maps: valid, drawn, with the numbers of another way."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from vega_lite import check

from autodash_jupyter.charts import Chart, from_natural_language
from autodash_jupyter.charts.natural_order import natural_order

pytest.importorskip("altair", reason="the extra `charts` brings altair")
vl_convert = pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")

RANDOM = np.random.default_rng(21)
ROWS = 1_500
STAYS = pd.DataFrame(
    {
        "lodge": RANDOM.choice(["Birch", "Cedar", "Rowan"], ROWS),
        "age_band": RANDOM.choice(["under 18", "18-39", "40-64", "65+"], ROWS),
        "nights": RANDOM.integers(1, 15, ROWS),
        "paid_eur": RANDOM.gamma(4.0, 60.0, ROWS),
        "arrived": pd.Timestamp("2022-01-01") + pd.to_timedelta(RANDOM.integers(0, 700, ROWS), unit="D"),
        "is_cancelled": RANDOM.random(ROWS) < 0.2,
        "returning": RANDOM.choice(["yes", "no"], ROWS),
        "latitude": 46 + RANDOM.random(ROWS),
        "longitude": 8 + RANDOM.random(ROWS) * 2,
    }
)
KINDS = (
    "running total of nights by month",
    "3-month moving average of nights by month",
    "month over month growth of nights",
    "year over year growth of nights by month",
    "share of nights by lodge as a bar chart",
    "percentage of stays by lodge over time",
    "cancellation rate by lodge",
    "share of cancelled stays",
    "number of returning guests by lodge",
    "map of stays",
    "map of nights by lodge",
    "horizontal bar of nights by lodge",
    "small multiples of paid vs nights for each lodge",
    "stacked area of nights by month and lodge",
    "heatmap of lodge and age band",
    "average paid by age band",
)


def chart(sentence: str, **options: Any) -> Chart:
    return from_natural_language(STAYS, sentence, **options)


def monthly() -> pd.Series:
    return STAYS.groupby(STAYS["arrived"].dt.to_period("M"))["nights"].sum()


def shown(made: Chart) -> list[float]:
    return [row["y"] for row in made.data.rows]


@pytest.mark.parametrize("sentence", KINDS)
def test_each_kind_is_valid_and_drawn(sentence: str) -> None:
    made = chart(sentence)
    for each in (made, *made.alternatives[:2]):
        check(each.spec)
        assert "<svg" in vl_convert.vegalite_to_svg(each.spec, vl_version="5.20")
        assert each.text


def test_a_running_total_adds_up() -> None:
    assert shown(chart(KINDS[0])) == pytest.approx(list(monthly().cumsum()))


def test_a_moving_average_is_of_whole_frames_only() -> None:
    made = chart("3-month moving average of total nights by month")
    assert shown(made) == pytest.approx(list(monthly().rolling(3).mean().dropna()))
    assert any("left out" in note for note in made.data.notes)


def test_growth_is_from_one_month_to_the_next_and_from_year_to_year() -> None:
    total = chart("month over month growth of total nights")
    assert shown(total) == pytest.approx(list(monthly().pct_change().dropna()))
    yearly = chart("year over year growth of total nights by month")
    assert yearly.intent.encoding["y"].window == {"op": "growth", "lag": 12}
    assert total.spec["encoding"]["y"]["axis"]["format"].endswith("%")


def test_shares_are_of_the_whole_or_of_each_time() -> None:
    whole = chart(KINDS[4]).data.rows
    assert sum(row["y"] for row in whole) == pytest.approx(1.0)
    by_time = pd.DataFrame(chart(KINDS[5]).data.rows).groupby("x")["y"].sum()
    assert list(by_time) == pytest.approx([1.0] * len(by_time))


def test_a_rate_is_the_share_of_yes() -> None:
    wanted = STAYS.groupby("lodge")["is_cancelled"].mean()
    made = chart("cancellation rate by lodge")
    assert {row["x"]: row["y"] for row in made.data.rows} == pytest.approx(wanted.to_dict())
    assert made.title == "Share cancelled by Lodge"
    assert chart("share of cancelled stays").data.rows[0]["text"] == pytest.approx(
        STAYS["is_cancelled"].mean()
    )


@pytest.mark.parametrize(
    ("sentence", "predicate"),
    [
        ("number of cancelled stays by lodge", {"field": "is_cancelled", "equal": True}),
        ("average paid of returning guests by lodge", {"field": "returning", "equal": "yes"}),
        ("stays that were not cancelled by lodge", {"not": {"field": "is_cancelled", "equal": True}}),
    ],
)
def test_a_yes_or_no_before_a_noun_is_a_filter(sentence: str, predicate: dict[str, Any]) -> None:
    assert [each["filter"] for each in chart(sentence).intent.transform] == [predicate]


def test_a_map_is_as_long_both_ways_in_its_middle() -> None:
    spec = chart("map of stays").spec
    ratio = spec["height"] / spec["width"]
    wide = 2 * np.cos(np.radians(46.5))
    assert ratio == pytest.approx(1 / wide, rel=0.05)
    assert "url" not in json.dumps(spec["data"])


def test_words_with_an_order_of_their_own_keep_it() -> None:
    bands = [row["x"] for row in chart("average paid by age band").data.rows]
    assert bands == ["under 18", "18-39", "40-64", "65+"]
    sizes = pd.Categorical(["L", "S", "M"] * 4, categories=["S", "M", "L"], ordered=True)
    frame = pd.DataFrame({"fit": sizes, "price": [9.0, 1.0, 5.0] * 4})
    assert [row["x"] for row in from_natural_language(frame, "price by fit").data.rows] == ["S", "M", "L"]
    assert natural_order(["Zurich", "Oslo"]) is None


def test_a_metric_of_many_groups_is_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    from autodash_jupyter.expressions import ExpressionTable

    asked: list[str] = []
    of_groups = ExpressionTable.metric_of_groups

    def noted(table: Any, expression: str, groups: Any) -> dict[int, Any]:
        asked.append(expression)
        return of_groups(table, expression, groups)

    monkeypatch.setattr(ExpressionTable, "metric_of_groups", noted)
    context = {
        "name": "c",
        "metrics": [{"name": "Rate per night", "expression": "SUM(paid_eur) / SUM(nights)"}],
    }
    made = chart("rate per night by lodge and age band", context=context)
    sums = STAYS.groupby(["lodge", "age_band"])[["paid_eur", "nights"]].sum()
    wanted = (sums["paid_eur"] / sums["nights"]).to_dict()
    found = {tuple(sorted((row["x"], row["color"]))): row["y"] for row in made.data.rows}
    assert found == pytest.approx({tuple(sorted(key)): value for key, value in wanted.items()})
    assert asked == ["SUM(paid_eur) / SUM(nights)"]


def test_the_other_slice_is_grey_and_last() -> None:
    frame = pd.DataFrame({"town": [f"town {n % 30}" for n in range(600)], "price": 1.0})
    scale = from_natural_language(frame, "pie of total price by town").spec["layer"][0]["encoding"]["color"][
        "scale"
    ]
    assert (scale["domain"][-1], scale["range"][-1]) == ("Other", "#999999")


def test_spans_of_time_are_filtered_by_seconds() -> None:
    frame = pd.DataFrame({"kind": ["a", "b"] * 20, "waited": pd.to_timedelta(range(40), unit="s")})
    chart = from_natural_language(frame, "average waited by kind where waited over 20")
    kept = frame[frame["waited"].dt.total_seconds() > 20]
    expected = kept.groupby("kind")["waited"].mean().dt.total_seconds().to_dict()
    assert {row["x"]: row["y"] for row in chart.spec["data"]["values"]} == pytest.approx(expected)


def test_a_value_as_long_as_a_document_is_shortened_and_drawn() -> None:
    frame = pd.DataFrame({"note": ["a" * 100_000, "a" * 99_999 + "b"] * 5, "price": range(10)})
    chart = from_natural_language(frame, "average price by note")
    rows = chart.spec["data"]["values"]
    assert sorted(row["y"] for row in rows) == [4.0, 5.0]
    assert all(len(row["x"]) < 300 for row in rows)
    assert chart._repr_mimebundle_()["image/svg+xml"]


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("count by plan where paid = No", {"paid": ["No"]}),
        ("count by plan where paid != Yes", {"paid": ["No"]}),
        ("count by plan for non-paid", {"paid": ["No"]}),
        ("count by plan where city != Oslo", {"city": ["Rome", "Lima"]}),
        ("count by plan where city <> Oslo and city ≠ Rome", {"city": ["Lima"]}),
    ],
)
def test_signs_and_words_of_negation_keep_the_other_rows(sentence: str, kept: dict[str, list[str]]) -> None:
    cities, paid, plans = ["Oslo", "Rome", "Lima"], ["Yes", "No", "No", "Yes"], ["Free", "Pro"]
    frame = pd.DataFrame({"plan": plans * 12, "paid": paid * 6, "city": cities * 8})
    [(column, values)] = kept.items()
    expected = frame[frame[column].isin(values)].groupby("plan").size().to_dict()
    shown: dict[str, int] = {}
    for row in from_natural_language(frame, sentence).spec["data"]["values"]:
        shown[row["x"]] = shown.get(row["x"], 0) + row["y"]
    assert shown == expected


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
def test_dates_of_arrow_columns_are_put_together_like_others(zone: str | None) -> None:
    days = pd.date_range("2022-12-30", periods=120, tz=zone)
    frame = pd.DataFrame({"day": days, "price": np.arange(120.0)})
    arrow = frame.convert_dtypes(dtype_backend="pyarrow")
    for sentence in ("average price by month", "average price by weekday since 2023"):
        expected = from_natural_language(frame, sentence).spec["data"]["values"]
        assert from_natural_language(arrow, sentence).spec["data"]["values"] == expected


def test_densities_of_groups_lie_one_before_the_other_and_count_none_where_no_rows_are() -> None:
    shapes = chart("density of paid by lodge").spec
    assert shapes["encoding"]["y"] | {"stack": None, "impute": {"value": 0}} == shapes["encoding"]["y"]
    assert shapes["mark"]["opacity"] < 0.5
    added = chart("stacked area of nights by month and lodge").spec
    assert added["encoding"]["y"].get("stack", "zero") == "zero"


@pytest.mark.parametrize(
    "filtered", ["and city is not Oslo", "and city = Rome", "where city <> Oslo", "excluding city Oslo"]
)
def test_a_column_said_to_be_something_is_filtered_and_not_shown(filtered: str) -> None:
    frame = pd.DataFrame(
        {"plan": ["Free", "Pro"] * 12, "size": range(24), "city": ["Oslo", "Rome", "Lima"] * 8, "days": 9}
    )
    chart = from_natural_language(frame, f"average size by plan where days over 4 {filtered}")
    assert chart.intent.fields == ("plan", "size")
