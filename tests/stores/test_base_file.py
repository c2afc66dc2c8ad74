"""The plain TinyDB file, whoever laid it out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.stores.tinydb.base_file import parse_base, render_base
from autodash_jupyter.stores.tinydb.tables import parse_tables, render_tables

nodes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=10,
)
databases = st.dictionaries(
    st.text(max_size=5), nodes | st.dictionaries(st.text(max_size=5), nodes, max_size=4), max_size=4
)
layouts = st.fixed_dictionaries(
    {"indent": st.none() | st.integers(0, 2), "ensure_ascii": st.booleans(), "sort_keys": st.booleans()}
)


@given(databases, layouts, st.text(" \t\r\n", max_size=3))
def test_any_layout_of_a_database_is_read_as_json_reads_it(database, layout, space):
    text = space + json.dumps(database, **layout) + space
    assert render_tables(parse_base(text)) == json.loads(text)


@given(databases)
def test_what_is_written_is_read_back_by_us_and_by_json(database):
    tables = parse_tables(database)
    data = render_base(tables)
    assert parse_base(data.decode("ascii")) == tables
    assert json.loads(data) == render_tables(tables)


@given(databases, st.data())
def test_any_part_of_a_file_is_refused(database, data):
    text = json.dumps(database)
    end = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(ValueError, match="char"):
        parse_base(text[:end])


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '"a"', "{1: {}}", '{"a" {}}', '{"a": {"1": {} "2": {}}}', '{"a": {}} x', "{}{}", " \n"],
)
def test_what_is_no_database_is_refused(text):
    with pytest.raises(ValueError, match="char"):
        parse_base(text)


def test_an_empty_file_is_an_empty_database():
    assert parse_base("") == {}
