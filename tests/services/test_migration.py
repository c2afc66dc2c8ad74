"""Stores are moved to another kind and back; nothing is lost on the way, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from database_servers import PASSWORD, DatabaseServer
from servers import running_redis

from autodash_jupyter.cli import main
from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.backups import Place, open_place, restore
from autodash_jupyter.services.migration import migrate
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import InMemoryContextStore, Key, Value
from autodash_jupyter.stores.snapshot import Record, replace_records, take_snapshot
from autodash_jupyter.stores.testing import KEYS, VALUES, exactly

RECORDS: list[Record] = [(key, VALUES[number % len(VALUES)]) for number, key in enumerate(KEYS)]
TABLE = pd.DataFrame({"region": ["north", None], "amount": [1.5, 2.0]})


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The default store, with a dataset and all kinds of records; the commands use it, too."""
    home = tmp_path / ".autodash"
    monkeypatch.setenv("AUTODASH_HOME", str(home))
    DatasetService(settings=Settings(home)).store_dataset("local", "upload_12345678", TABLE, "sales.csv")
    place = open_place(Settings(home))
    replace_records(place.store, [*take_snapshot(place.store).records, *RECORDS])
    return place


@pytest.fixture(params=["sqlite", "postgresql", "mariadb", "redis"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty store of another kind, as ``--to`` names it."""
    if request.param == "redis":
        with running_redis(password=PASSWORD) as server:
            monkeypatch.setenv("REDIS_URL", server.url)
            monkeypatch.setenv("REDIS_PASSWORD", PASSWORD)
            yield "redis"
    elif request.param == "sqlite":
        yield "sqlite"
    else:
        server = request.getfixturevalue(request.param)
        drop_tables(server)
        yield server.url
        drop_tables(server)


def drop_tables(server: DatabaseServer) -> None:
    connection = server.connect()
    cursor = connection.cursor()
    for name in ("autodash_records", "autodash_state", "autodash_changes"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    connection.close()


def opened(source: Place, backend: str) -> Place:
    environment = {**os.environ, "STORAGE_BACKEND": backend}
    return open_place(replace(Settings.from_environment(environment), home=source.settings.home))


def all_of(place: Place) -> object:
    return exactly(take_snapshot(place.store).records)


def test_a_store_moves_there_with_its_tables_and_back(
    source: Place, backend: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_of(source)
    assert main(["store", "migrate", "--to", backend]) == 0
    said = capsys.readouterr()
    assert "every record was compared" in said.out
    assert "Nothing uses it yet" in said.out
    assert PASSWORD not in said.out + said.err
    assert all_of(source) == before
    target = opened(source, backend)
    assert all_of(target) == before
    service = DatasetService(target.store, settings=Settings(source.settings.home))
    found = service.get_dataframe("local", "upload_12345678")
    assert found is not None
    pd.testing.assert_frame_equal(found, TABLE)
    # And back, after the new store was used and the old one lost.
    target.store.set("new", {"since": "then"})
    replace_records(source.store, [])
    monkeypatch.setenv("STORAGE_BACKEND", backend)
    assert main(["store", "migrate", "--to", "tinydb"]) == 0
    after = open_place(Settings(source.settings.home))
    assert all_of(after) == all_of(target)
    target.store.close()  # type: ignore[attr-defined]


def test_the_backup_that_a_migration_prints_is_a_way_back(
    source: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = all_of(source)
    assert main(["store", "migrate", "--to", "sqlite"]) == 0
    printed = capsys.readouterr().out
    source.store.delete(1)
    source.store.set("later", {"value": 1})
    file = printed.split("autodash store restore '")[1].split("'")[0]
    assert main(["store", "restore", file]) == 1
    assert "add --replace" in capsys.readouterr().err
    assert source.store.get("later") == {"value": 1}
    assert main(["store", "restore", file, "--replace"]) == 0
    assert all_of(open_place(Settings(source.settings.home))) == before
    replaced = capsys.readouterr().out.split("What was there before is in ")[1].split(".jsonl")[0] + ".jsonl"
    restore(source, Path(replaced), replace=True)
    assert source.store.get("later") == {"value": 1}


def test_a_target_with_other_records_is_replaced_only_when_asked_and_backed_up(source: Place) -> None:
    target = opened(source, "sqlite")
    target.store.set("mine", {"value": 1})
    with pytest.raises(ContextStoreError, match="add --replace"):
        migrate(source, target)
    assert target.store.list_keys() == ["mine"]
    done = migrate(source, target, replace=True)
    assert all_of(target) == all_of(source)
    assert done.replaced is not None
    restore(target, done.replaced, replace=True)
    assert target.store.list_keys() == ["mine"]


def test_a_store_is_not_moved_onto_itself(source: Place) -> None:
    with pytest.raises(ContextStoreError, match="where the records are already"):
        migrate(source, open_place(Settings(source.settings.home)))


def test_what_is_written_meanwhile_is_told(source: Place) -> None:
    class Slow(InMemoryContextStore):
        def set_many(self, items: object) -> None:
            super().set_many(items)  # type: ignore[arg-type]
            source.store.set("meanwhile", {"value": 1})

    target = replace(opened(source, "memory"), store=Slow())
    assert migrate(source, target).changed == ("meanwhile",)


def test_a_target_that_lies_is_found_out(source: Place) -> None:
    class Lossy(InMemoryContextStore):
        def get(self, key: Key) -> Value | None:
            return {"wrong": True} if key == "1" else super().get(key)

        def get_many(self, keys: object) -> list[Value | None]:
            return [self.get(key) for key in keys]  # type: ignore[attr-defined]

    with pytest.raises(ContextStoreError, match=r"not the records it should have \(1 differ"):
        migrate(source, replace(opened(source, "memory"), store=Lossy()))


def test_damaged_records_and_tables_are_told_and_the_others_moved(
    source: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    records = source.store.database.table("records")  # type: ignore[attr-defined]
    records.update(lambda document: document.update(value={"$unknown": 1}), lambda each: each["key"] == "1")
    blob = next(iter(source.blobs.names()))
    file = source.settings.home / "blobs" / blob[:2] / blob
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert main(["store", "migrate", "--to", "sqlite"]) == 1
    told = capsys.readouterr().err
    assert "these records can't be read: '1'" in told
    assert f"these tables can't be read: '{blob}'" in told
    assert opened(source, "sqlite").store.get(1) == source.store.get(1)


MIGRATE = """
import sys, time
from autodash_jupyter.cli import main
from autodash_jupyter.stores import snapshot
snapshot.IN_ONE_CALL = 20
put = snapshot.set_many
def slowly(store, items):
    put(store, items)
    print("part", flush=True)
    time.sleep(0.05)
snapshot.set_many = slowly
sys.exit(main(["store", "migrate", "--to", sys.argv[1]]))
"""


@pytest.mark.faults
@pytest.mark.parametrize("parts", [1, 4])
def test_a_killed_migration_leaves_the_source_as_it_was_and_can_be_run_again(
    source: Place, parts: int
) -> None:
    replace_records(source.store, [((uuid.uuid4(), number), {"number": number}) for number in range(200)])
    before = all_of(source)
    process = subprocess.Popen([sys.executable, "-c", MIGRATE, "sqlite"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(parts):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert all_of(open_place(Settings(source.settings.home))) == before
    partial = opened(source, "sqlite")
    assert 0 < len(partial.store.list_keys()) < 200
    assert main(["store", "migrate", "--to", "sqlite"]) == 0
    assert all_of(opened(source, "sqlite")) == before
