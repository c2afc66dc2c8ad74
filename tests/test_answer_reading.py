"""Answers read whole and piece by piece: whatever comes, nothing raises and no syntax is shown."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback_model import document
from pydantic import BaseModel

from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.model_words import HeldWords, clean_line, clean_words
from autodash_jupyter.language_model import Output
from autodash_jupyter.language_model.reading import is_whole, read_answer
from autodash_jupyter.language_model.words import FieldWords


class Item(BaseModel):
    name: str
    description: str = ""


OUTPUTS = {
    "description": Output("a text"),
    "columns": Output("items", list[Item]),
    "questions": Output("texts", list[str]),
}
words = st.text("abc \n\"'\\<>[]{}#:,äß-", max_size=40)
items = st.lists(
    st.builds(lambda name, text: {"name": f"n{name}", "description": text}, words, words), max_size=4
)


def fed(text: str, cuts: list[int]) -> dict[str, str]:
    """Return the words of each field when the text comes in these pieces."""
    reader = FieldWords(OUTPUTS, ["description"])
    told: dict[str, str] = {}
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    for start, end in pairwise(places):
        for field, piece in reader.feed(text[start:end]):
            told[field] = told.get(field, "") + piece
    return told


@given(words, items, st.lists(words, max_size=3))
def test_a_good_answer_is_read_as_it_was_meant(text: str, columns: list[Any], questions: list[str]) -> None:
    for written in (
        document(f"x{text}".strip(), columns=columns, questions=questions),
        json.dumps({"description": f"x{text}".strip(), "columns": columns, "questions": questions}),
    ):
        assert is_whole(written)
        values = read_answer(written, OUTPUTS).values
        assert values["description"] == f"x{text}".strip()
        assert [item.model_dump() for item in values["columns"]] == columns
        assert values["questions"] == questions


@given(items, st.lists(words, max_size=3), st.lists(st.integers(0, 10_000), max_size=30), st.booleans())
def test_the_words_are_the_same_however_the_answer_is_cut(
    columns: list[Any], questions: list[str], cuts: list[int], as_json: bool
) -> None:
    fields = {"description": "One row is one bird [sic].", "columns": columns, "questions": questions}
    text = json.dumps(fields) if as_json else document(**fields)  # type: ignore[arg-type]
    assert fed(text, cuts) == fed(text, [])


@given(st.text(max_size=300), st.lists(st.integers(0, 1000), max_size=5))
@settings(max_examples=300)
def test_nothing_that_a_model_writes_raises(text: str, cuts: list[int]) -> None:
    read_answer(text, OUTPUTS)
    read_answer(document(text, columns=text, questions=text), OUTPUTS)
    fed(text, cuts)
    fed(document(text, columns=text, questions=text), cuts)
    is_whole(text)
    clean_words(text)
    assert "\n" not in clean_line(text, 50)
    assert len(clean_line(text, 50)) <= 50


PIECES = [
    "<script>",
    "</script>",
    "<",
    ">",
    "![",
    "[",
    "](",
    ")",
    "http://e.org",
    "a",
    "b ",
    "\n",
    "[x]",
    "&lt;",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=500)
def test_no_order_of_pieces_leaves_a_tag_or_a_link(pieces: list[str]) -> None:
    text = clean_words("".join(pieces))
    drawn = render_html(text)
    assert "<script" not in text
    assert "http://" not in text
    assert "](" not in text
    assert not re.search(r"<a\b|<img\b", drawn)


@settings(max_examples=500)
@given(st.text("ab<>[]()! \n", max_size=60), st.lists(st.integers(0, 60), max_size=10))
def test_words_that_are_held_back_lose_nothing_that_is_shown_whole(text: str, cuts: list[int]) -> None:
    held = HeldWords()
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    told = [held.feed(text[start:end]) for start, end in pairwise(places)]
    shown = "".join([*told, held.finish()])
    assert set(shown.split()) <= set(" ".join([shown, clean_words(text)]).split())
    assert "<a" not in shown


@pytest.mark.parametrize(
    "nothing", ["", " ", "[[", "[[ ## description ## ]]", "{", "[", "null", '""', "```json\n```"]
)
def test_an_answer_of_nothing_has_no_values_and_says_why(nothing: str) -> None:
    answer = read_answer(nothing, OUTPUTS)
    assert answer.values == {}
    assert len(answer.problems) == 3
    assert not is_whole(nothing)
