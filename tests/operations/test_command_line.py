"""What a person types after ``%op TABLE OPERATION``: read leniently, typed by the model, no traceback."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.operations import OperationError, find_operation, operations, read_parameters


@pytest.mark.parametrize(
    ("action", "typed", "read"),
    [
        ("drop_missing", "", {}),
        ("drop_missing", "price qty", {"columns": ["price", "qty"]}),
        ("drop_missing", "price,qty how=all", {"columns": ["price", "qty"], "how": "all"}),
        ("drop_missing", "columns=\"unit cost\",'a,b'", {"columns": ["unit cost", "a,b"]}),
        ("drop_missing", 'columns=["a", "b c"]', {"columns": ["a", "b c"]}),
        ("head", "rows=3", {"rows": "3"}),
        ("fill_missing", "price value=1.5", {"columns": ["price"], "value": 1.5}),
        ("fill_missing", "value='1.5'", {"value": "1.5"}),
        ("replace_values", "old=n/a,-,null new=null", {"old": ["n/a", "-", None], "new": None}),
        ("rename", "columns=a:b,'c d':e", {"columns": {"a": "b", "c d": "e"}}),
        ("rename", 'columns={"a": "b"}', {"columns": {"a": "b"}}),
        ("select_columns", "price --drop", {"columns": ["price"], "drop": "true"}),
        ("filter_rows", "city = 'x' or price >= 3", {"expression": "city = 'x' or price >= 3"}),
        ("filter_rows", "expression=\"city = 'x'\"", {"expression": "city = 'x'"}),
        ("filter_rows", "'it''s' = city", {"expression": "'it''s' = city"}),
        ("apply_custom", "column=t expression=a * b", {"column": "t", "expression": "a * b"}),
        ("apply_custom", "expression=a * b column=t", {"column": "t", "expression": "a * b"}),
        ("merge", "shops on=shop", {"other": "shops", "on": ["shop"]}),
        ("concat", "march,april", {"others": ["march", "april"]}),
    ],
)
def test_words_become_parameters(action: str, typed: str, read: dict[str, Any]) -> None:
    assert read_parameters(find_operation(action), typed) == read


@pytest.mark.parametrize(
    "typed", ["columns='a", "columns=[a", "how=any how=all", "a how=any extra too=2 b 'c"]
)
def test_what_cant_be_read_is_said_in_one_line(typed: str) -> None:
    with pytest.raises(OperationError) as caught:
        read_parameters(find_operation("drop_missing"), typed)
    assert "\n" not in str(caught.value)


@given(
    action=st.sampled_from(sorted(operations())),
    typed=st.text(alphabet="ab=,:'\"[]{}() -\\\n1.é") | st.text(),
)
def test_any_text_is_read_or_refused_in_one_line(action: str, typed: str) -> None:
    try:
        read = read_parameters(find_operation(action), typed)
    except OperationError as error:
        message = str(error)
        assert "\n" not in message
    else:
        assert isinstance(read, dict)
