"""What a context says counts as words: business names, synonyms, metrics, filters, units."""

from __future__ import annotations

import pandas as pd
import pytest
from coded_tables import coded_tables, context, meant, sentences

from autodash_jupyter.charts import from_natural_language
from autodash_jupyter.documents import ContextDocument

FRAME = pd.DataFrame(
    {
        "c7": ["young", "old", "young", "old", "middle", "middle"],
        "tm_scr": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
        "st": ["active", "gone", "active", "active", "gone", "active"],
        "amt": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "n": [1, 1, 2, 2, 2, 2],
    }
)
CONTEXT = ContextDocument.model_validate(
    {
        "name": "people",
        "datasets": [
            {
                "id": "d",
                "columns": [
                    {"name": "c7", "business_name": "Age group"},
                    {
                        "name": "tm_scr",
                        "business_name": "Screen time",
                        "unit": "h",
                        "synonyms": ["time online"],
                    },
                ],
            }
        ],
        "metrics": [
            {"name": "Turnover", "expression": "SUM(amt)", "synonyms": ["takings"]},
            {"name": "Amount per head", "expression": "SUM(amt) / SUM(n)"},
        ],
        "filters": [{"name": "Active members", "condition": "st = 'active'"}],
    }
)


def test_business_names_are_read_and_stand_on_the_axes() -> None:
    chart = from_natural_language(FRAME, "show average screen time by age group", CONTEXT)
    assert chart.intent.as_dict()["encoding"] == {
        "x": {"field": "c7"},
        "y": {"field": "tm_scr", "aggregate": "mean"},
    }
    assert chart.context_used
    assert "the context gives" in chart.explanation
    assert chart.spec["encoding"]["y"]["title"] == "Average screen time (h)"


def test_without_the_context_nothing_of_it_is_known() -> None:
    chart = from_natural_language(FRAME, "show average screen time by age group")
    assert not chart.context_used
    assert {"age", "group"} & set(chart.unread)
    assert chart.confidence < from_natural_language(FRAME, "screen time by age group", CONTEXT).confidence


def test_synonyms_are_read() -> None:
    assert from_natural_language(FRAME, "time online by age group", CONTEXT).intent.fields == ("c7", "tm_scr")


@pytest.mark.parametrize("said", ["turnover", "takings"])
def test_a_plain_metric_is_its_aggregate(said: str) -> None:
    chart = from_natural_language(FRAME, f"{said} by age group", CONTEXT)
    assert chart.intent.encoding["y"].as_dict() == {"field": "amt", "aggregate": "sum", "metric": "Turnover"}
    assert {row["x"]: row["y"] for row in chart.data.rows} == {"middle": 11.0, "old": 6.0, "young": 4.0}
    assert chart.spec["encoding"]["y"]["title"] == "Turnover"


def test_a_plain_metric_is_no_other_reading_of_its_column() -> None:
    plain = {"name": "people", "metrics": [{"name": "Mean amt", "expression": "AVG(amt)"}]}
    read = from_natural_language(FRAME, "average amt by c7", plain)
    marks = [each.intent.mark for each in (read, *read.alternatives)]
    assert sorted(set(marks)) == sorted(marks)


def test_a_metric_with_an_expression_is_computed_group_by_group() -> None:
    chart = from_natural_language(FRAME, "amount per head by age group", CONTEXT)
    wanted = FRAME.groupby("c7")[["amt", "n"]].sum().eval("amt / n")
    assert {row["x"]: row["y"] for row in chart.data.rows} == pytest.approx(wanted.to_dict())


@pytest.mark.parametrize("said", ["turnover since 2024", "turnover over 3", "takings 1 and 2"])
def test_a_number_beside_a_metric_never_filters_by_it(said: str) -> None:
    sold = pd.to_datetime([f"{year}-03-01" for year in range(2020, 2026)])
    chart = from_natural_language(FRAME.assign(sold=sold), f"{said} by age group", CONTEXT)
    assert not [each for each in chart.intent.transform if each["filter"].get("field") == "Turnover"]
    assert chart.data.rows


def test_a_year_beside_a_metric_is_one_of_the_dates() -> None:
    sold = pd.to_datetime([f"{year}-03-01" for year in range(2020, 2026)])
    chart = from_natural_language(FRAME.assign(sold=sold), "turnover by age group since 2024", CONTEXT)
    assert {row["x"]: row["y"] for row in chart.data.rows} == {"middle": 5.0 + 6.0}


def test_a_named_filter_keeps_its_rows() -> None:
    chart = from_natural_language(FRAME, "how many active members by age group", CONTEXT)
    assert [each["filter"] for each in chart.intent.transform] == [{"param": "Active members"}]
    assert {row["x"]: row["y"] for row in chart.data.rows} == {"young": 2, "old": 1, "middle": 1}


@pytest.mark.parametrize("said", ["long-haul people", "max members"])
def test_a_filter_whose_name_has_a_word_that_columns_shorten_is_found(said: str) -> None:
    named = {"name": said.capitalize(), "condition": "amt > 4"}
    chart = from_natural_language(
        FRAME, f"how many {said} by age group", {**CONTEXT.model_dump(), "filters": [named]}
    )
    assert [each["filter"] for each in chart.intent.transform] == [{"param": said.capitalize()}]


def test_sentences_in_the_words_of_a_trade_are_read_right_with_a_context_and_hardly_without() -> None:
    asked = list(sentences())[::4]

    def right(with_context: bool) -> int:
        return sum(
            meant(
                table,
                from_natural_language(
                    coded_tables()[table], said, context(table) if with_context else None
                ).intent,
            )
            == expected
            for table, said, expected in asked
        )

    assert right(with_context=True) == len(asked)
    assert right(with_context=False) <= len(asked) // 5


def test_a_document_may_be_a_dict() -> None:
    plain = CONTEXT.model_dump()
    assert from_natural_language(FRAME, "screen time by age group", plain).context_used
