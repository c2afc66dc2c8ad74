"""A sentence that goes on from a chart changes what it says, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.charts import Chart, from_natural_language

RANDOM = np.random.default_rng(5)
FERRIES = pd.DataFrame(
    {
        "harbour": RANDOM.choice(["Oban", "Mallaig", "Ullapool"], 900),
        "vessel_kind": RANDOM.choice(["small", "large"], 900),
        "fare": np.append(RANDOM.gamma(4.0, 8.0, 897), [900.0, 950.0, 990.0]),
        "cars": RANDOM.integers(0, 60, 900),
        "left_on": pd.Timestamp("2022-01-03") + pd.to_timedelta(RANDOM.integers(0, 720, 900), unit="D"),
        "cancelled": RANDOM.random(900) < 0.2,
    }
)
FIRST = "average fare by harbour"


def first(sentence: str = FIRST) -> Chart:
    return from_natural_language(FERRIES, sentence)


def after(*sentences: str, start: str = FIRST) -> Chart:
    chart = first(start)
    for sentence in sentences:
        chart = from_natural_language(FERRIES, sentence, previous=chart)
        assert chart.continues, sentence
    return chart


def fields_of(chart: Chart) -> dict[str, tuple[str | None, str | None]]:
    return {channel: (each.field, each.aggregate) for channel, each in chart.intent.encoding.items()}


@pytest.mark.parametrize(
    ("said", "mark", "encoding"),
    [
        ("now by vessel kind", "bar", {"x": ("vessel_kind", None), "y": ("fare", "mean")}),
        ("by vessel kind", "bar", {"x": ("vessel_kind", None), "y": ("fare", "mean")}),
        ("vessel kind instead", "bar", {"x": ("vessel_kind", None), "y": ("fare", "mean")}),
        ("as a line", "line", {"x": ("harbour", None), "y": ("fare", "mean")}),
        ("as a pie", "arc", {"theta": ("fare", "mean"), "color": ("harbour", None)}),
        ("by month", "line", {"x": ("left_on", None), "y": ("fare", "mean")}),
        (
            "split by vessel kind",
            "bar",
            {"x": ("harbour", None), "y": ("fare", "mean"), "color": ("vessel_kind", None)},
        ),
        ("instead of fare use average cars", "bar", {"x": ("harbour", None), "y": ("cars", "mean")}),
        ("use the median", "bar", {"x": ("harbour", None), "y": ("fare", "median")}),
        ("count instead", "bar", {"x": ("harbour", None), "y": (None, "count")}),
    ],
)
def test_what_it_names_takes_the_place_of_what_was(said: str, mark: str, encoding: dict[str, Any]) -> None:
    chart = after(said)
    assert (chart.intent.mark, fields_of(chart)) == (mark, encoding)
    assert chart.explanation.startswith("goes on from: Average fare by Harbour")
    assert not chart.unread


@pytest.mark.parametrize(
    ("said", "filters"),
    [
        ("only 2023", [{"field": "left_on", "range": [{"year": 2023}, {"year": 2023}]}]),
        ("without Oban", [{"not": {"field": "harbour", "equal": "Oban"}}]),
        ("what about Mallaig", [{"field": "harbour", "equal": "Mallaig"}]),
        ("Oban only", [{"field": "harbour", "equal": "Oban"}]),
    ],
)
def test_rows_are_left_out(said: str, filters: list[dict[str, Any]]) -> None:
    chart = after(said)
    assert [each["filter"] for each in chart.intent.transform] == filters
    assert fields_of(chart) == fields_of(first())


def test_filters_of_one_column_take_each_others_place_and_what_is_left_out_adds_up() -> None:
    chart = after("only 2022", "only 2023", "without Oban", "without Mallaig")
    assert [each["filter"] for each in chart.intent.transform] == [
        {"field": "left_on", "range": [{"year": 2023}, {"year": 2023}]},
        {"not": {"field": "harbour", "equal": "Oban"}},
        {"not": {"field": "harbour", "equal": "Mallaig"}},
    ]
    assert [row["x"] for row in chart.data.rows] == ["Ullapool"]
    assert not after("only 2022", "remove the filter").intent.transform


def test_a_value_that_is_added_comes_beside_the_others() -> None:
    chart = after("only Oban", "and Mallaig")
    assert chart.intent.transform[0]["filter"] == {"field": "harbour", "oneOf": ["Oban", "Mallaig"]}


def test_outliers_are_left_out_by_a_filter_that_can_be_read() -> None:
    chart = after("drop the outliers")
    low, high = FERRIES["fare"].quantile([0.25, 0.75])
    bound = chart.intent.transform[0]["filter"]["lte"]
    assert bound == pytest.approx(high + 1.5 * (high - low), rel=1e-2)
    wanted = FERRIES[FERRIES["fare"] <= bound].groupby("harbour")["fare"].mean()
    assert {row["x"]: row["y"] for row in chart.data.rows} == pytest.approx(wanted.to_dict())
    assert "outliers" in chart.explanation


def test_order_and_number_of_groups() -> None:
    means = FERRIES.groupby("harbour")["fare"].mean()
    assert [row["x"] for row in after("sort ascending").data.rows] == list(means.sort_values().index)
    assert [row["x"] for row in after("top 2").data.rows] == list(means.nlargest(2).index)
    assert [row["x"] for row in after("sort by name").data.rows] == sorted(means.index)
    assert len(after("top 2", "show all").data.rows) == 3


def test_bars_are_stacked_side_by_side_or_to_the_whole() -> None:
    start = "number of rows by harbour and vessel kind"
    assert after("100% stacked", start=start).intent.encoding["y"].stack == "normalize"
    assert after("horizontal", start=start).intent.orient == "horizontal"


def test_a_sentence_that_says_it_all_stands_alone() -> None:
    for said in (
        "average cars by vessel kind",
        "histogram of fare",
        "how many rows are there",
        "cars and fare",
    ):
        assert not from_natural_language(FERRIES, said, previous=first()).continues, said


def test_what_is_not_understood_changes_nothing_and_is_said() -> None:
    chart = after("now by flumen")
    assert chart.intent == first().intent
    assert chart.confidence == 0.0
    assert "flumen" in chart.unread
    assert "the chart is as before" in chart.explanation


def test_a_chart_follows_up_itself() -> None:
    assert first().follow_up("vessel kind").intent.encoding["x"].field == "vessel_kind"


SAID = (
    "now by harbour vessel kind as a line pie only 2023 without Oban top 3 sort descending stacked instead "
    "of fare use average cars drop the outliers reverse monthly and also flip axes running total share growth"
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(SAID.split()), min_size=1, max_size=5), min_size=1, max_size=4))
def test_no_conversation_makes_it_fail(turns: list[list[str]]) -> None:
    chart = first()
    for words in turns:
        chart = chart.follow_up(" ".join(words))
        json.dumps(chart.spec, allow_nan=False)
        assert chart.explanation
        assert 0 <= chart.confidence <= 1
        compile(chart.code, "code", "exec")


@pytest.mark.parametrize("now", ["no number", None])
def test_a_filter_of_a_column_that_became_another_is_not_kept(now: str | None) -> None:
    frame = pd.DataFrame({"region": ["a", "b"] * 50, "price": range(100), "size": range(100)})
    before = from_natural_language(frame, "average size by region where price over 50")
    changed = frame.drop(columns="price") if now is None else frame.assign(price=now)
    after = from_natural_language(changed, "as a line", previous=before)
    assert not after.intent.transform
    assert after.spec["data"]["values"]
