"""The short way to a value's text says the same as the long one."""

import json
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.stores import ContextStoreError
from autodash_jupyter.stores.testing import BAD_VALUES, VALUES, exactly
from autodash_jupyter.stores.values import decode_value, encode_value, render_value

texts = st.text(max_size=5) | st.sampled_from(["$date", "\ud800", "\x00", ""])
values = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.dates(), st.datetimes()),
        lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(texts, parts, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


@given(values)
def test_the_text_is_that_of_the_encoded_value_and_comes_back_exactly(value):
    assert render_value(value) == json.dumps(encode_value(value))
    assert exactly(decode_value(json.loads(render_value(value)))) == exactly(value)


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_every_kind_of_value_is_rendered_as_it_is_encoded(value):
    assert render_value(value) == json.dumps(encode_value(value))


looped = {"a": []}
looped["a"] += [looped, looped, looped]
deep = {}
for _ in range(250):
    deep = {"a": deep}


@pytest.mark.parametrize(
    "value", [*BAD_VALUES, {"a": OrderedDict()}, looped, deep], ids=lambda v: ascii(v)[:20]
)
def test_what_no_store_can_keep_is_refused(value):
    with pytest.raises(ContextStoreError):
        render_value(value)
