"""A backup holds every record exactly, and one that isn't whole restores nothing."""

import json
import stat
import subprocess
import sys
import threading

import pytest

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores import DatabaseContextStore, InMemoryContextStore, TinyDBContextStore
from autodash_jupyter.stores.backup import read_backup, write_backup
from autodash_jupyter.stores.snapshot import differing_keys, replace_records, take_snapshot
from autodash_jupyter.stores.testing import KEYS, VALUES, exactly

RECORDS = tuple((key, VALUES[number % len(VALUES)]) for number, key in enumerate(KEYS))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "backup.jsonl"


def test_every_key_and_value_comes_back_exactly(path):
    write_backup(path, RECORDS, [("00ff", b"\x00\xff"), ("empty", b"")])
    backup = read_backup(path)
    assert exactly(backup.records) == exactly(RECORDS)
    assert backup.blob_count == 2
    assert list(backup.blobs()) == [("00ff", b"\x00\xff"), ("empty", b"")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_there_is_not_overwritten(path):
    path.write_text("a letter")
    with pytest.raises(ContextStoreError, match="choose another name"):
        write_backup(path, RECORDS)
    assert path.read_text() == "a letter"


def test_a_backup_that_cannot_be_finished_leaves_no_file(path):
    def records():
        yield "a", {"value": 1}
        raise OSError(28, "No space left on device")

    with pytest.raises(ContextStoreError, match="No space left"):
        write_backup(path, records())
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("where", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_bit_that_flipped_anywhere_is_found(path, where):
    write_backup(path, RECORDS, [("00ff", b"\x00\xff")])
    data = bytearray(path.read_bytes())
    data[int(len(data) * where)] ^= 1
    path.write_bytes(data)
    with pytest.raises(ContextStoreError, match=r"damaged or cut short|no backup of a store") as caught:
        read_backup(path)
    assert "\n" not in str(caught.value)


def test_a_backup_cut_short_or_with_something_added_is_refused(path):
    write_backup(path, RECORDS)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for data in (
        whole[:-20],
        b"".join(lines[:-1]),
        b"".join(lines[:1]),
        whole + lines[1],
        b"".join(lines[1:]),
        b"",
    ):
        path.write_bytes(data)
        with pytest.raises(ContextStoreError):
            read_backup(path)


def test_a_missing_backup_and_a_foreign_file_are_named(path):
    with pytest.raises(ContextStoreError, match="No such file"):
        read_backup(path)
    for text in ("{}", "[]", "name,age\nada,36\n", '{"format": "AutoDash store backup"}'):
        path.write_text(text)
        with pytest.raises(ContextStoreError, match="no backup of a store"):
            read_backup(path)


def test_a_backup_of_a_newer_version_is_refused(path):
    write_backup(path, RECORDS)
    header, rest = path.read_text().split("\n", 1)
    path.write_text(json.dumps(json.loads(header) | {"version": 2}) + "\n" + rest)
    with pytest.raises(ContextStoreError, match="newer version of AutoDash"):
        read_backup(path)


@pytest.mark.parametrize("kind", ["memory", "tinydb", "sqlite"])
def test_a_snapshot_is_of_one_moment_while_others_write(tmp_path, kind):
    store = open_store(kind, tmp_path)
    stop, failures = threading.Event(), []
    store.set_many({name: {"number": 0} for name in range(600)})

    def write():
        number = 0
        try:
            while not stop.wait(0.002):
                number += 1
                # Both are written at once, so that they are equal at every moment.
                store.set_many({0: {"number": number}, 599: {"number": number}})
        except ContextStoreError as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            records = take_snapshot(store).records
            assert records[0][1] == records[-1][1]
            assert len(records) == 600
    finally:
        stop.set()
        writer.join()
    assert failures == []


def open_store(kind, folder):
    if kind == "memory":
        return InMemoryContextStore()
    kinds = {"tinydb": TinyDBContextStore, "sqlite": DatabaseContextStore}
    return kinds[kind](folder / f"context.{kind}")


@pytest.mark.parametrize("kind", ["memory", "tinydb", "sqlite"])
def test_records_are_replaced_in_their_order(tmp_path, kind):
    store = open_store(kind, tmp_path)
    for present in ([], ["c", "b", "a"], ["a", "b", "d"], ["x"], ["a", "b", "c", "e"], [1, True, 1.0]):
        replace_records(store, [(key, {"before": True}) for key in present])
        assert exactly(store.list_keys()) == exactly(present)
    replace_records(store, RECORDS)
    assert exactly(take_snapshot(store).records) == exactly(RECORDS)


def test_what_differs_is_named_type_for_type():
    records = [(1, {"a": 1}), (True, {"a": 1}), ("x", {})]
    assert differing_keys(records, records) == []
    assert differing_keys(records, [(1, {"a": True}), (True, {"a": 1}), ("y", {})]) == [1, "x", "y"]


def test_a_store_of_four_methods_has_a_snapshot_too():
    class Plain:
        def __init__(self):
            self.inner = InMemoryContextStore()
            self.set, self.get, self.delete = self.inner.set, self.inner.get, self.inner.delete
            self.list_keys = self.inner.list_keys

    store = Plain()
    replace_records(store, RECORDS)
    assert exactly(take_snapshot(store).records) == exactly(RECORDS)


WRITE = """
import sys
from pathlib import Path
from autodash_jupyter.stores.backup import write_backup
def records():
    for number in range(100_000):
        if number == 50_000:
            print("half", flush=True)
        yield number, {"number": number}
write_backup(Path(sys.argv[1]), records())
"""


@pytest.mark.faults
def test_a_killed_backup_leaves_no_file_that_could_be_taken_for_one(path):
    writer = subprocess.Popen([sys.executable, "-c", WRITE, str(path)], stdout=subprocess.PIPE)
    writer.stdout.readline()
    writer.kill()
    writer.communicate()
    assert not path.exists()
