"""A base that is not what was written: damaged, edited, emptied, gone, or another program's."""

import json
import logging
import os

import pytest
from tinydb import TinyDB, where

from autodash_jupyter.stores import ContextStoreError, DamagedRecordError, TinyDBContextStore
from autodash_jupyter.stores.tinydb.store import document_id

pytestmark = pytest.mark.faults
COUNT = 8


@pytest.fixture
def path(tmp_path):
    """A compacted store of eight records."""
    path = tmp_path / "context.json"
    with TinyDBContextStore(path) as store:
        store.set_many((number, {"number": number, "text": "x" * 50}) for number in range(COUNT))
    return path


def spoil(path, content):
    """Change the bytes as a failing disk does: nobody wrote the file, so its time stays."""
    status = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def flipped(content, position, bit=4):
    return content[:position] + bytes([content[position] ^ bit]) + content[position + 1 :]


def readable(store):
    """Return the keys whose records are right; every other one must be an error or missing, never wrong."""
    right = set()
    for number in range(COUNT):
        try:
            value = store.get(number)
        except DamagedRecordError:
            continue
        if value is not None:
            assert value == {"number": number, "text": "x" * 50}
            right.add(number)
    return right


@pytest.mark.parametrize("bit", [1, 4, 64])
def test_a_flipped_bit_anywhere_in_the_base_costs_one_record_and_is_reported(path, caplog, bit):
    whole, journal = path.read_bytes(), path.with_name("context.json.journal").read_bytes()
    for position in range(0, len(whole), 11):
        for item in path.parent.glob("*damaged*"):
            item.unlink()
        path.with_name("context.json.journal").write_bytes(journal)
        path.write_bytes(whole)
        modified = json.loads(journal.partition(b" ")[2])["base"][1]
        os.utime(path, ns=(modified, modified))
        damaged = flipped(whole, position, bit)
        spoil(path, damaged)
        caplog.clear()
        store = TinyDBContextStore(path)
        left = readable(store)
        lost_with_a_line_break = 2
        assert len(left) >= COUNT - (lost_with_a_line_break if whole[position] == ord("\n") else 1)
        assert set(store.list_keys()) == left
        assert "context.json is damaged" in caplog.text
        assert path.read_bytes() == damaged
        store.set("new", {"number": 9})
        (copy,) = path.parent.glob("context.json.damaged-*")
        assert copy.read_bytes() == damaged
        reopened = TinyDBContextStore(path)
        assert readable(reopened) == left
        assert reopened.get("new") == {"number": 9}


def test_the_warning_names_the_document_and_the_text_is_kept_in_the_base(path, caplog):
    spoil(path, path.read_bytes().replace(b'"number": 3', b'"number": 7'))
    store = TinyDBContextStore(path)
    doc_id = document_id("3")
    assert f"1 document(s) can't be read (of document {doc_id})" in caplog.text
    with pytest.raises(DamagedRecordError):
        store.get(3)
    store.set(0, {"number": 0})
    store.compact()
    kept = TinyDB(path).table("records").get(doc_id=int(doc_id))
    assert '"number": 7' in kept["damaged"]
    store.set(3, {"number": 3})
    assert store.get(3) == {"number": 3}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("is_kept", [True, False], ids=["time kept", "time changed"])
def test_of_a_truncated_base_what_is_there_is_read(path, caplog, share, is_kept):
    whole = path.read_bytes()
    damaged = whole[: int(len(whole) * share)]
    if is_kept:
        spoil(path, damaged)
    else:
        path.write_bytes(damaged)
    store = TinyDBContextStore(path)
    left = readable(store)
    assert left == set(range(len(left)))
    assert len(left) >= int(COUNT * share) - 1
    assert "context.json is damaged" in caplog.text
    assert "are missing" in caplog.text
    assert path.read_bytes() == damaged
    store.set("new", {})
    (copy,) = path.parent.glob("context.json.damaged-*")
    assert copy.read_bytes() == damaged


def test_what_the_journal_puts_anew_is_right_whatever_the_base_says(path, caplog):
    store = TinyDBContextStore(path)
    for number in range(COUNT):
        store.set(number, {"number": number, "text": "x" * 50})
    spoil(path, path.read_bytes().replace(b'"number": 3', b'"number": 7'))
    assert readable(TinyDBContextStore(path)) == set(range(COUNT))
    assert "0 document(s) can't be read" in caplog.text


def test_an_edited_base_is_taken_as_it_is_and_the_edit_is_named(path, caplog):
    path.write_bytes(path.read_bytes().replace(b'"number": 3', b'"number": 7'))
    store = TinyDBContextStore(path)
    assert store.get(3)["number"] == 7
    assert f"edited by another program: 1 document(s) differ (of document {document_id('3')})" in caplog.text
    assert not list(path.parent.glob("*damaged*"))
    store.compact()
    caplog.clear()
    assert TinyDBContextStore(path).get(3)["number"] == 7
    assert caplog.records == []


def test_a_running_store_sees_an_edit_at_the_next_read(path, caplog):
    store = TinyDBContextStore(path)
    stock = TinyDB(path)
    stock.table("records").remove(where("key") == 5)
    stock.close()
    assert store.list_keys() == [0, 1, 2, 3, 4, 6, 7]
    assert "0 document(s) differ, 1 are gone" in caplog.text


def test_a_base_that_was_only_copied_or_touched_is_the_same(path, caplog):
    os.utime(path)
    assert readable(TinyDBContextStore(path)) == set(range(COUNT))
    assert caplog.records == []


def test_a_crash_between_the_new_base_and_the_new_journal_is_no_damage(path, caplog):
    store = TinyDBContextStore(path)
    store.set(3, {"number": 33})
    store.delete(4)
    store.set("new", {})
    journal = path.with_name("context.json.journal")
    before = journal.read_bytes()
    store.compact()
    journal.write_bytes(before)
    reopened = TinyDBContextStore(path)
    assert reopened.list_keys() == [0, 1, 2, 3, 5, 6, 7, "new"]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("content", [b"", b" \n", b'{"datasets": 5}', b"[]", b'["datasets"]', b"null", b"{"])
@pytest.mark.parametrize("has_journal", [True, False])
def test_what_is_no_database_is_refused_and_left_alone(path, content, has_journal):
    store = TinyDBContextStore(path)
    path.write_bytes(content)
    if not has_journal:
        path.with_name("context.json.journal").unlink()
    for use in (
        lambda: TinyDBContextStore(path),
        lambda: store.get(1),
        lambda: store.set(1, {}),
        lambda: store.delete(1),
        store.list_keys,
        store.compact,
    ):
        with pytest.raises(ContextStoreError, match=r"context\.json is .*start afresh"):
            use()
    store.close()
    assert path.read_bytes() == content


def test_an_emptied_database_of_tinydb_is_a_database(path):
    with TinyDB(path) as stock:
        stock.drop_tables()
    store = TinyDBContextStore(path)
    assert store.list_keys() == []
    store.set(1, {"number": 1})
    assert TinyDBContextStore(path).list_keys() == [1]


def test_a_base_that_is_gone_is_an_error_until_it_is_back(path):
    store = TinyDBContextStore(path)
    moved = path.rename(path.with_name("moved.json"))
    for use in (lambda: TinyDBContextStore(path), lambda: store.get(1), lambda: store.set(1, {})):
        with pytest.raises(ContextStoreError, match=r"context\.json is missing, and held 9 documents"):
            use()
    moved.rename(path)
    assert readable(store) == readable(TinyDBContextStore(path)) == set(range(COUNT))


def test_an_emptied_journal_is_reported_and_the_base_is_read(path, caplog):
    TinyDBContextStore(path).set("new", {})
    path.with_name("context.json.journal").write_bytes(b"")
    store = TinyDBContextStore(path)
    assert readable(store) == set(range(COUNT))
    assert "context.json.journal: left out 1 damaged line" in caplog.text
    store.set("newer", {})
    assert TinyDBContextStore(path).list_keys() == [*range(COUNT), "newer"]


def test_a_clock_that_goes_backwards_hides_nothing(path):
    store = TinyDBContextStore(path)
    assert store.get(3)["number"] == 3
    edited = path.read_bytes().replace(b'"number": 3', b'"number": 7')
    status = path.stat()
    path.write_bytes(edited)
    os.utime(path, ns=(0, status.st_mtime_ns - 10**12))
    assert store.get(3)["number"] == 7
    replacement = path.with_name("replacement")
    replacement.write_bytes(edited.replace(b'"number": 7', b'"number": 5', 1))
    os.utime(replacement, ns=(0, 10**9))
    replacement.replace(path)
    assert store.get(3)["number"] == 5
    other = TinyDBContextStore(path)
    other.set(3, {"number": 6})
    os.utime(path.with_name("context.json.journal"), ns=(0, 0))
    assert store.get(3) == {"number": 6}
    store.set(3, {"number": 8})
    os.utime(path.with_name("context.json.journal"), ns=(0, 0))
    assert other.get(3) == {"number": 8}


def test_a_flipped_bit_in_a_base_whose_time_changed_costs_no_other_record_and_is_reported(path, caplog):
    """As after a restore or a copy: an edit and damage look alike, so one that is sound JSON is taken."""
    whole = path.read_bytes()
    for position in range(5, len(whole), 13):
        path.write_bytes(flipped(whole, position))
        caplog.clear()
        store = TinyDBContextStore(path)
        values = {}
        for number in range(COUNT):
            try:
                values[number] = store.get(number)
            except DamagedRecordError:
                continue
        right = {number for number, value in values.items() if value == {"number": number, "text": "x" * 50}}
        assert len(right) >= COUNT - (2 if whole[position] == ord("\n") else 1)
        assert "is damaged" in caplog.text or "was edited by another program" in caplog.text
        assert path.read_bytes() == flipped(whole, position)
