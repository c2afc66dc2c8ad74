"""Names: derived ones always work, chosen ones are checked."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.errors import InvalidNameError
from autodash_jupyter.frames import clean_identifier, free_name, validate_name
from autodash_jupyter.frames.naming import distinct_labels, printable


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Regional Sales", "regional_sales"),
        ("2024", "data_2024"),
        ("été—2020", "été_2020"),
        ("ﬁnal", "final"),
        ("数据", "数据"),
        ("🎉", "data"),
        ("", "data"),
        ("class", "class_data"),
        ("Type", "type_data"),
        ("In", "in_data"),
        ("exit", "exit_data"),
        ("__init__", "init"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_name_is_derived_from_any_text(text, name):
    assert clean_identifier(text) == name


@given(st.text(st.characters()))
def test_a_derived_name_is_always_valid_and_stable(text):
    name = clean_identifier(text)
    assert validate_name(name) == name
    assert clean_identifier(name) == name


@pytest.mark.parametrize("name", ["sales", "Sales_2024", "año", "match", "pd"])
def test_good_names_are_taken_as_they_are(name):
    assert validate_name(name) == name


def test_a_name_is_returned_as_python_stores_it():
    assert validate_name("ﬁnal") == "final"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("my sales", "only letters, digits and underscores"),
        ("2x", "no digit first"),
        ("", "only letters"),
        ("a\nb", "only letters"),
        ("\ud800", "only letters"),
        ("class", "keyword"),
        ("None", "keyword"),
        ("list", "builtin"),
        ("open", "builtin"),
        ("_", "IPython"),
        ("_12", "IPython"),
        ("_i3", "IPython"),
        ("_oh", "IPython"),
        ("Out", "IPython"),
        ("__name__", "IPython"),
    ],
)
def test_bad_names_are_refused_with_one_that_works(name, reason):
    with pytest.raises(InvalidNameError, match=reason) as caught:
        validate_name(name)
    assert str(caught.value).isprintable()
    proposed = str(caught.value).split("Try '")[1].removesuffix("'.")
    assert validate_name(proposed) == proposed


def test_no_keyword_or_builtin_can_be_hidden():
    for name in [*keyword.kwlist, *(known for known in dir(builtins) if known.isidentifier())]:
        with pytest.raises(InvalidNameError):
            validate_name(name)


def test_a_taken_name_is_numbered():
    assert free_name("sales", set()) == "sales"
    assert free_name("sales", {"sales"}) == "sales_2"
    assert free_name("sales", {"sales", "sales_2", "sales_3"}) == "sales_4"


@given(st.lists(st.sampled_from(["a", "a.1", "a.2", "", " ", "Unnamed: 1"]) | st.none()))
def test_labels_become_distinct_and_keep_their_number(labels):
    distinct = distinct_labels(labels)
    assert len(distinct) == len(set(distinct)) == len(labels)


@given(st.text(st.characters()))
def test_anything_can_be_shown_in_one_short_line(text):
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) < 2_000
