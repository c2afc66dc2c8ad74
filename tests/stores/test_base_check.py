"""What is known of a base's documents, for any database and any damage to one byte."""

import json

from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.stores.tinydb.base_check import examine, fingerprint, parse_fingerprint
from autodash_jupyter.stores.tinydb.base_file import render_base
from autodash_jupyter.stores.tinydb.tables import parse_tables

documents = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=3)
databases = st.dictionaries(
    st.text(max_size=3), st.dictionaries(st.integers(1, 99).map(str), documents, max_size=4), max_size=3
)


@given(databases)
def test_an_unchanged_base_is_known_as_such_also_by_a_fingerprint_that_was_written_and_read(database):
    tables = parse_tables(database)
    data = render_base(tables)
    known = parse_fingerprint(json.loads(json.dumps(fingerprint(data, tables, 5))))
    examined = examine(data, known, 6)
    assert examined.tables == tables
    assert (examined.edited, examined.damaged, examined.missing, examined.is_damaged) == ([], [], 0, False)


@given(databases, st.data(), st.booleans())
def test_after_any_change_of_one_byte_no_document_differs_unnoticed(database, data, was_written):
    tables = parse_tables(database)
    whole = bytearray(render_base(tables))
    known = fingerprint(bytes(whole), tables, 5)
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= data.draw(st.integers(1, 255))
    try:
        examined = examine(bytes(whole), known, 6 if was_written else 5)
    except ValueError:
        return  # refused as a whole
    noticed = {*examined.edited, *examined.damaged}
    for table, content in examined.tables.items():
        items = content.items() if isinstance(content, dict) else [("", content)]
        for doc_id, text in items:
            if (table, doc_id) not in noticed:
                assert tables[table][doc_id] == text
    if not was_written:
        assert examined.is_damaged


@given(
    st.none()
    | st.integers()
    | st.text()
    | st.lists(st.integers(), max_size=4)
    | st.dictionaries(st.text(), st.text())
)
def test_what_is_no_fingerprint_is_none(node):
    assert parse_fingerprint(node) is None
