"""Sentences over six tables, each with the chart that the person who says it has in mind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from six_tables import notation, tables

from autodash_jupyter.charts import from_natural_language


def sentences() -> Iterator[tuple[str, str, str]]:
    """Go through the sentences with the table each is about and the chart its speaker has in mind."""
    table = ""
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif " => " in line:
            sentence, _, expected = line.partition(" => ")
            yield table, sentence, expected


SENTENCES = list(sentences())


@pytest.mark.parametrize(("table", "sentence", "expected"), SENTENCES)
def test_a_sentence_gives_the_chart_its_speaker_has_in_mind(table: str, sentence: str, expected: str) -> None:
    assert notation(from_natural_language(tables()[table], sentence).intent) == expected


@pytest.mark.parametrize(
    ("table", "sentence", "word"),
    [
        ("sales", "zorp the flumen", "flumen"),
        ("sales", "show me the weather in Oslo", "weather"),
        ("sales", "profit by region", "profit"),
        ("sales", "revenue by colour", "colour"),
        ("clinic", "average cholesterol by department", "cholesterol"),
        ("clinic", "blood sugar vs age", "sugar"),
        ("flights", "number of accidents by airline", "airline"),
        ("school", "salary by teacher", "salary"),
        ("sensors", "average noise by room and floor", "noise"),
        ("sensors", "hello", "hello"),
    ],
)
def test_a_chart_that_is_not_what_was_asked_for_is_never_sure_and_says_why(
    table: str, sentence: str, word: str
) -> None:
    chart = from_natural_language(tables()[table], sentence)
    assert chart.confidence < 0.5
    assert word in chart.unread
    assert word in chart.explanation
    assert len(chart.alternatives) > 0


@pytest.mark.parametrize(("table", "sentence", "expected"), SENTENCES[::5])
def test_a_sentence_that_was_read_is_not_called_a_guess(table: str, sentence: str, expected: str) -> None:
    assert from_natural_language(tables()[table], sentence).confidence >= 0.5
