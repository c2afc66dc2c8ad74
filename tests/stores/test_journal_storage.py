"""The journal as a TinyDB storage: plain TinyDB on top of it, and the files under it."""

import json
import os
import stat

import pytest
import tinydb
from tinydb import TinyDB, where
from tinydb.operations import increment

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.tinydb import journaled_tables
from autodash_jupyter.stores.tinydb.journal_storage import JournalStorage
from autodash_jupyter.stores.tinydb.journaled_tables import JournaledTables
from autodash_jupyter.stores.tinydb.tables import Change


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db.json"


def open_db(path):
    return TinyDB(path, storage=JournalStorage)


def fill(path):
    db = open_db(path)
    db.insert_multiple({"name": name, "count": 0} for name in ("Ada", "Grace", "Jean"))
    db.table("others").insert({"name": "Mary"})
    return db


def test_tinydb_works_on_it_as_on_its_own_storage(path):
    db = fill(path)
    db.update(increment("count"), where("name") == "Ada")
    db.update({"count": True}, where("name") == "Grace")
    db.remove(where("name") == "Jean")
    db.drop_table("others")
    db.table("empty", persist_empty=True)
    for seen in (db, open_db(path)):
        assert [dict(document) for document in seen.all()] == [
            {"name": "Ada", "count": 1},
            {"name": "Grace", "count": True},
        ]
        assert seen.get(where("name") == "Grace")["count"] is True
        assert seen.tables() == {"_default", "empty"}
    db.drop_tables()
    assert open_db(path).tables() == set()


def test_dropping_all_tables_drops_also_what_was_never_read(path):
    fill(path)
    for _ in range(2):
        db = open_db(path)
        fill(path)
        db.drop_tables()
        assert db.all() == open_db(path).all() == []


def test_a_first_write_without_a_read_replaces_everything(path):
    fill(path)
    JournalStorage(path).write({"people": {"1": {"name": "Mary"}}})
    assert JournalStorage(path).read() == {"people": {"1": {"name": "Mary"}}}


def test_anything_that_json_holds_may_be_written(path):
    data = {"none": [None], "int": 42, "null": None, "dict": {"hp": 13, "sp": [5]}, "empty": {}}
    JournalStorage(path).write(data)
    assert JournalStorage(path).read() == data
    storage = JournalStorage(path)
    storage.read()
    storage.write({"int": {"1": {}}, "dict": 1})
    assert JournalStorage(path).read() == {"int": {"1": {}}, "dict": 1}


def test_what_json_cannot_hold_is_refused_and_nothing_is_written(path):
    db = fill(path)
    before = db.all()
    with pytest.raises(TypeError):
        db.insert({"set": {1}})
    assert open_db(path).all() == before


def test_an_update_appends_one_line_and_leaves_the_base_alone(path):
    db = fill(path)
    db.storage.compact()
    base, journal = path.read_bytes(), path.with_name("db.json.journal")
    length = journal.stat().st_size
    db.update({"count": 7}, where("name") == "Ada")
    assert path.read_bytes() == base
    added = journal.read_bytes()[length:]
    assert added.count(b"\n") == 1
    assert b"Grace" not in added


def test_compacted_or_closed_the_file_is_plain_tinydb(path):
    db = fill(path)
    expected = db.all()
    db.storage.compact()
    assert TinyDB(path).all() == expected
    db.insert({"name": "Mary"})
    db.close()
    db.close()
    assert [document["name"] for document in tinydb.TinyDB(path)] == ["Ada", "Grace", "Jean", "Mary"]
    assert len(path.read_text("ascii").splitlines()) == len(expected) + 6


def test_a_file_that_stock_tinydb_wrote_is_taken_over(path):
    with TinyDB(path) as stock:
        stock.insert({"name": "Ada"})
    db = open_db(path)
    db.insert({"name": "Grace"})
    with TinyDB(path) as stock:
        assert len(stock) == 1
    assert [document["name"] for document in open_db(path)] == ["Ada", "Grace"]


def test_two_instances_see_each_other_and_lose_no_update(path):
    one, other = open_db(path), open_db(path)
    one.insert({"name": "Ada"})
    assert [document["name"] for document in other] == ["Ada"]
    documents = other.storage.read()
    one.update({"count": 1}, where("name") == "Ada")
    one.storage.compact()
    one.insert({"name": "Grace"})
    documents["notes"] = {"1": {"text": "written from an older view"}}
    other.storage.write(documents)
    assert [dict(document) for document in one] == [{"name": "Ada", "count": 1}, {"name": "Grace"}]
    assert one.table("notes").all() == [{"text": "written from an older view"}]


def test_opening_and_reading_create_nothing(path):
    assert open_db(path).all() == []
    open_db(path).close()
    assert list(path.parent.iterdir()) == []


def test_missing_folders_are_created_private_and_so_are_the_files(tmp_path):
    path = tmp_path / "a" / "b" / "db.json"
    fill(path).storage.compact()
    modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()}
    assert modes == {"db.json": 0o600, "db.json.journal": 0o600, "db.json.lock": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_long_journal_is_folded_by_itself(path, monkeypatch):
    monkeypatch.setattr(journaled_tables, "SHORTEST_FOLD", 10_000)
    tables = JournaledTables(path)
    for number in range(100):
        tables.apply([Change("t", "1", json.dumps({"text": "x" * 1000, "number": number}))])
        assert path.with_name("db.json.journal").stat().st_size < 12_000
    (document,) = JournaledTables(path).select("t", ["1"])
    assert json.loads(document)["number"] == 99


def test_leftovers_of_a_killed_compaction_are_removed(path):
    db = fill(path)
    leftover = path.with_name(".db.json.abc123.tmp")
    leftover.write_bytes(b"half")
    db.storage.compact()
    assert not leftover.exists()


def test_a_removed_folder_is_an_empty_database_again(path):
    db = fill(path)
    for item in path.parent.iterdir():
        item.unlink()
    assert db.all() == []
    db.insert({"name": "Mary"})
    assert [document["name"] for document in open_db(path)] == ["Mary"]


def test_a_journal_replayed_on_a_base_that_holds_it_changes_nothing(path):
    """A crash between the base's replacement and the journal's."""
    db = fill(path)
    db.remove(where("name") == "Jean")
    journal = path.with_name("db.json.journal").read_bytes()
    expected = db.storage.read()
    db.storage.compact()
    path.with_name("db.json.journal").write_bytes(journal)
    assert JournalStorage(path).read() == expected


def test_another_process_holding_the_lock_is_an_error_that_names_it(path, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(journaled_tables, "LOCK_TIMEOUT", 0.05)
    db = fill(path)
    with FileLock(f"{path}.lock"), pytest.raises(ContextStoreError, match=r"db\.json\.lock for 0 s"):
        db.insert({"name": "Mary"})
    db.insert({"name": "Mary"})
    assert len(open_db(path)) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a path that is no file")
def test_a_path_that_is_a_folder_is_a_clear_error(tmp_path):
    with pytest.raises(ContextStoreError, match="can't read"):
        JournalStorage(tmp_path)
