"""Files as earlier versions wrote them, kept under ``old/``: all are read, and written on."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import TinyDB

from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore
from autodash_jupyter.stores.checked_lines import to_line
from autodash_jupyter.stores.tinydb.journal import VERSION

OLD = Path(__file__).parent / "old"
RECORDS = {
    "dataset": (("dataset", "sample_1"), {"name": "penguins", "rows": 345}),
    "column": (("column", "a"), {"seen": datetime(2024, 1, 1, tzinfo=UTC), "ratio": float("inf")}),
    "flag": (True, {"kind": "bool"}),
}


@pytest.fixture(params=sorted(folder.name for folder in OLD.iterdir()))
def path(request, tmp_path):
    return Path(shutil.copytree(OLD / request.param, tmp_path / "store")) / "context.json"


def test_there_is_a_file_of_each_version():
    assert [folder.name for folder in sorted(OLD.iterdir())] == [f"version_{n + 1}" for n in range(VERSION)]


def test_a_file_of_each_version_is_read_as_it_was_written(path, caplog):
    store = TinyDBContextStore(path)
    assert store.list_keys() == [key for key, _ in RECORDS.values()]
    assert [store.get(key) for key, _ in RECORDS.values()] == [value for _, value in RECORDS.values()]
    assert caplog.records == []


def test_reading_leaves_the_files_as_they_are(path):
    before = {item.name: item.read_bytes() for item in path.parent.iterdir()}
    TinyDBContextStore(path).list_keys()
    assert {item.name: item.read_bytes() for item in path.parent.iterdir()} == before


def test_a_file_of_each_version_is_written_on_and_then_of_this_version(path):
    with TinyDBContextStore(path) as store:
        store.set("new", {"rows": 1})
        store.delete(True)
        assert TinyDBContextStore(path).get("new") == {"rows": 1}
    assert f'"autodash_journal": {VERSION}' in path.with_name("context.json.journal").read_text()
    assert len(TinyDB(path).table("records")) == 3
    assert TinyDBContextStore(path).list_keys() == [("dataset", "sample_1"), ("column", "a"), "new"]


def test_a_journal_of_the_next_version_is_refused(path):
    journal = path.with_name("context.json.journal")
    journal.write_bytes(to_line(f'{{"autodash_journal": {VERSION + 1}}}'))
    with pytest.raises(ContextStoreError, match="newer version"):
        TinyDBContextStore(path)
