"""What the TinyDB store adds to the conformance suite: its file, and other programs that use it."""

import json

import pytest
from tinydb import TinyDB, where

from autodash_jupyter.stores import ContextStoreError, DamagedRecordError, TinyDBContextStore
from autodash_jupyter.stores.tinydb import journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "context.json"


def test_the_compacted_file_can_be_read_by_a_person_and_by_stock_tinydb(path):
    with TinyDBContextStore(path) as store:
        store.set(("dataset", "sample_1"), {"name": "penguins", "rows": 344})
    assert '"key": ["dataset", "sample_1"], "value": {"name": "penguins", "rows": 344}' in path.read_text()
    found = TinyDB(path).table("records").search(where("value").name == "penguins")
    assert [document["key"] for document in found] == [["dataset", "sample_1"]]


def test_the_database_can_be_queried_while_it_is_in_use(path):
    store = TinyDBContextStore(path)
    store.set("a", {"name": "penguins"})
    records = store.database.table("records")
    assert records.count(where("value").name == "penguins") == 1
    store.delete("a")
    records.clear_cache()
    assert records.count(where("value").name == "penguins") == 0


def test_two_stores_on_one_file_see_each_other(path):
    one, other = TinyDBContextStore(path), TinyDBContextStore(path)
    one.set("a", {"by": "one"})
    assert other.get("a") == {"by": "one"}
    other.set("a", {"by": "other"})
    other.compact()
    assert one.get("a") == {"by": "other"}
    one.delete("a")
    assert other.list_keys() == []


@pytest.mark.parametrize("compacted", [True, False])
def test_a_file_of_a_newer_version_is_refused_and_left_alone(path, compacted):
    store = TinyDBContextStore(path)
    store.set("a", {"value": 1})
    store.database.table("format").update({"version": 2})
    if compacted:
        store.compact()
    before = {item.name: item.read_bytes() for item in path.parent.iterdir()}
    with pytest.raises(ContextStoreError, match=r"context\.json was written by a newer version"):
        TinyDBContextStore(path)
    with pytest.raises(ContextStoreError, match="newer version"):
        store.set("a", {"value": 2})
    with pytest.raises(ContextStoreError, match="newer version"):
        store.delete("a")
    assert {item.name: item.read_bytes() for item in path.parent.iterdir()} == before


def test_a_record_that_another_program_broke_spoils_no_other(path):
    store = TinyDBContextStore(path)
    store.set("good", {"value": 1})
    store.set("bad", {"value": 1})
    store.database.table("records").update({"value": {"$unknown": 1}}, where("key") == "bad")
    assert store.list_keys() == ["good", "bad"]
    assert store.get("good") == {"value": 1}
    with pytest.raises(DamagedRecordError, match="can't be read"):
        store.get("bad")


def test_a_record_whose_key_is_broken_is_left_out_of_the_list(path, caplog):
    store = TinyDBContextStore(path)
    store.set("good", {"value": 1})
    store.database.table("records").insert({"key": {"$unknown": 1}, "value": {}})
    store.database.table("records").insert({"note": "by another program"})
    for _ in range(2):
        assert store.list_keys() == ["good"]
        broken = [doc.doc_id for doc in store.database.table("records") if doc.get("key") != "good"]
        assert len(broken) == 2
        for doc_id in broken:
            assert caplog.text.count(f"context.json'): left out document {doc_id}: ") == 1


def test_a_store_stays_where_it_was_opened_and_is_one_store_under_all_its_names(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    store = TinyDBContextStore("context.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "a" / "context.json")
    linked = TinyDBContextStore(tmp_path / "link.json")
    monkeypatch.chdir(tmp_path)
    store.set("a", {"value": 1})
    assert linked.get("a") == {"value": 1}
    linked.compact()
    assert store.get("a") == {"value": 1}
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a", "link.json"]


def test_a_write_that_fails_leaves_what_was(path, monkeypatch):
    store = TinyDBContextStore(path)
    store.set("a", {"value": 1})

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "sync_data", fail)
        with pytest.raises(ContextStoreError, match="free some space") as caught:
            store.set("a", {"value": 2})
    assert isinstance(caught.value.__cause__, OSError)
    assert store.get("a") == TinyDBContextStore(path).get("a") == {"value": 1}
    store.set("a", {"value": 3})
    assert TinyDBContextStore(path).get("a") == {"value": 3}


def test_the_base_holds_only_what_json_can(path):
    with TinyDBContextStore(path) as store:
        store.set(float("inf"), {"nan": float("nan"), "surrogate \udc80": "\ud800"})

    def refuse(constant):
        raise AssertionError(constant)

    json.loads(path.read_text("ascii"), parse_constant=refuse)


def test_many_records_are_one_line_of_the_journal_and_one_sync(path, monkeypatch):
    store = TinyDBContextStore(path)
    store.set("first", {})
    synced, sync = [], journal.sync_data
    monkeypatch.setattr(
        journal, "sync_data", lambda descriptor: synced.append(descriptor) or sync(descriptor)
    )
    file = path.with_name("context.json.journal")
    before = file.read_bytes().count(b"\n")
    store.set_many((number, {"number": number}) for number in range(1000))
    assert (len(synced), file.read_bytes().count(b"\n") - before) == (1, 1)
    store.delete_many(range(0, 1000, 2))
    assert (len(synced), file.read_bytes().count(b"\n") - before) == (2, 2)
    assert TinyDBContextStore(path).list_keys() == ["first", *range(1, 1000, 2)]


def test_a_set_that_was_cut_off_is_reported_when_it_is_written_over(path, caplog):
    store = TinyDBContextStore(path)
    store.set("a", {})
    with path.with_name("context.json.journal").open("ab") as file:
        file.write(b"0123456789abcdef [[half a rec")
    store.set("b", {})
    assert "cut off 29 bytes of a write that was never finished" in caplog.text
    assert TinyDBContextStore(path).list_keys() == ["a", "b"]
