"""Sentences of many kinds, each over a table it was not made for, read as a person would."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from autodash_jupyter.charts import from_natural_language
from autodash_jupyter.charts.chart import Chart

SURVEY = pd.DataFrame(
    {
        "visit_date": pd.date_range("2019-01-05", periods=60, freq="25D"),
        "countyName": ["Kerry", "Cork", "Mayo", "Clare"] * 15,
        "habitat_type": ["bog", "dune", "wood"] * 20,
        "bird_cnt": [3, 8, 1, 12, 5] * 12,
        "wing_span_cm": [20.5 + each for each in range(60)],
        "observer_age": [19 + each % 45 for each in range(60)],
        "ringed": [True, False] * 30,
    }
)

SALES = pd.DataFrame(
    {
        "day": pd.date_range("2023-01-01", periods=500, freq="D"),
        "city": ["Cork", "Kerry"] * 250,
        "revenue": [5.5 + 6 * each for each in range(500)],
    }
)


@pytest.mark.parametrize(
    "said",
    [
        "in 2024 by month",
        "since 2024 by city",
        "after 2023 by city",
        "before 2024 by city",
        "for 2024 by city",
    ],
)
def test_a_year_after_a_word_of_time_is_no_amount_though_amounts_reach_it(said: str) -> None:
    read = from_natural_language(SALES.assign(revenue=range(1800, 2300)), f"revenue {said}")
    assert [each["filter"]["field"] for each in read.intent.transform] == ["day"]
    assert read.data.rows


def test_an_amount_like_a_year_stays_one_after_a_word_of_size() -> None:
    read = from_natural_language(SALES, "revenue over 2000 by city")
    assert [each["filter"]["field"] for each in read.intent.transform] == ["revenue"]


def chart(sentence: str, **options: Any) -> Chart:
    return from_natural_language(SURVEY, sentence, **options)


def shown(sentence: str) -> tuple[str, dict[str, Any]]:
    plain = chart(sentence).intent.as_dict()
    return plain["mark"], {
        channel: tuple(each.get(name) for name in ("field", "aggregate") if each.get(name))
        for channel, each in plain["encoding"].items()
    }


@pytest.mark.parametrize(
    ("sentence", "mark", "encoding"),
    [
        ("average wing span by county", "bar", {"x": ("countyName",), "y": ("wing_span_cm", "mean")}),
        ("avg wingspan per habitat", "bar", {"x": ("habitat_type",), "y": ("wing_span_cm", "mean")}),
        ("averge wing spann by conty", "bar", {"x": ("countyName",), "y": ("wing_span_cm", "mean")}),
        ("how many visits are there in each county?", "bar", {"x": ("countyName",), "y": ("count",)}),
        ("Which county has the most birds?", "bar", {"x": ("countyName",), "y": ("bird_cnt", "mean")}),
        ("histogram of wing span", "bar", {"x": ("wing_span_cm",), "y": ("count",)}),
        ("distribution of observer ages", "bar", {"x": ("observer_age",), "y": ("count",)}),
        ("scatter wing span vs observer age", "point", {"x": ("wing_span_cm",), "y": ("observer_age",)}),
        ("wing span and observer age", "point", {"x": ("wing_span_cm",), "y": ("observer_age",)}),
        (
            "how does wing span relate to observer age, coloured by county",
            "point",
            {"x": ("wing_span_cm",), "y": ("observer_age",), "color": ("countyName",)},
        ),
        ("average wing span by month", "line", {"x": ("visit_date",), "y": ("wing_span_cm", "mean")}),
        (
            "monthly wing span for each county",
            "line",
            {"x": ("visit_date",), "y": ("wing_span_cm", "sum"), "color": ("countyName",)},
        ),
        ("pie chart of visits by habitat", "arc", {"theta": ("count",), "color": ("habitat_type",)}),
        (
            "heatmap of county and habitat",
            "rect",
            {"x": ("countyName",), "y": ("habitat_type",), "color": ("count",)},
        ),
        (
            "heatmap of average bird count by month and county",
            "rect",
            {"x": ("visit_date",), "y": ("countyName",), "color": ("bird_cnt", "mean")},
        ),
        (
            "heatmap of bird count by weekday and county",
            "rect",
            {"x": ("visit_date",), "y": ("countyName",), "color": ("bird_cnt", "mean")},
        ),
        ("box plot of wing span by habitat", "boxplot", {"x": ("habitat_type",), "y": ("wing_span_cm",)}),
        ("highest wing span by county", "bar", {"x": ("countyName",), "y": ("wing_span_cm", "max")}),
        ("median wing span by county", "bar", {"x": ("countyName",), "y": ("wing_span_cm", "median")}),
        ("average wing span by age group", "bar", {"x": ("observer_age",), "y": ("wing_span_cm", "mean")}),
        ("county", "bar", {"x": ("countyName",), "y": ("count",)}),
        ("what is the average wing span?", "text", {"text": ("wing_span_cm", "mean")}),
        ("how many rows are there", "text", {"text": ("count",)}),
        ("strip plot of wing span by county", "tick", {"x": ("wing_span_cm",), "y": ("countyName",)}),
        ("area chart of wing span by quarter", "area", {"x": ("visit_date",), "y": ("wing_span_cm", "sum")}),
    ],
)
def test_a_sentence_gives_the_chart_a_person_means(
    sentence: str, mark: str, encoding: dict[str, Any]
) -> None:
    assert shown(sentence) == (mark, encoding)


@pytest.mark.parametrize(
    ("sentence", "predicate"),
    [
        ("visits by county with wing span over 50", {"field": "wing_span_cm", "gt": 50}),
        ("visits by county where wing span is at most 50", {"field": "wing_span_cm", "lte": 50}),
        ("visits by county, wing span between 30 and 40", {"field": "wing_span_cm", "range": [30, 40]}),
        ("visits by habitat in Kerry", {"field": "countyName", "equal": "Kerry"}),
        ("visits by habitat in Kerrry", {"field": "countyName", "equal": "Kerry"}),
        ("visits by habitat in Kerry or Mayo", {"field": "countyName", "oneOf": ["Kerry", "Mayo"]}),
        ("visits by habitat excluding Cork", {"not": {"field": "countyName", "equal": "Cork"}}),
        ("wing span by month since 2021", {"field": "visit_date", "gte": {"year": 2021}}),
        ("wing span by month in 2020", {"field": "visit_date", "range": [{"year": 2020}, {"year": 2020}]}),
        (
            "wing span by county in the last 2 months",
            {"field": "visit_date", "gt": {"year": 2022, "month": 11, "date": 19}},
        ),
    ],
)
def test_a_filter_becomes_a_predicate(sentence: str, predicate: dict[str, Any]) -> None:
    assert [each["filter"] for each in chart(sentence).intent.transform] == [predicate]


def test_top_and_bottom_set_order_and_number() -> None:
    top, bottom = chart("top 2 counties by total wing span"), chart("bottom 3 counties by wing span")
    assert (top.intent.limit, top.intent.encoding["x"].sort) == (2, "-y")
    assert (bottom.intent.limit, bottom.intent.encoding["x"].sort) == (3, "y")
    assert len(top.spec["data"]["values"]) == 2


def test_a_step_of_bins_is_kept() -> None:
    assert chart("visits by age in bins of 5").intent.encoding["x"].bin == {"step": 5.0}


def test_unreadable_words_are_named_and_nothing_is_sure() -> None:
    unread = chart("zorp the flumen")
    assert unread.confidence == 0.0
    assert "zorp" in unread.explanation
    assert "flumen" in unread.explanation
    assert "Habitat type" in unread.explanation
    assert len(unread.alternatives) > 0


def test_a_half_read_sentence_is_less_sure() -> None:
    assert (
        chart("average wing span by county").confidence
        > chart("average grumph of wing span by county").confidence
    )


def test_alternatives_are_other_readings_and_none_is_the_first() -> None:
    first = chart("wing span by county")
    others = [each.intent for each in first.alternatives]
    assert others
    assert first.intent not in others
    assert first.alternatives[0].spec["data"]["values"]


def test_attributes_of_other_frames_work_too() -> None:
    import polars

    read = from_natural_language(
        polars.DataFrame({"city": ["Rome", "Oslo"], "price": [1.0, 2.0]}), "price by city"
    )
    assert read.intent.fields == ("city", "price")
