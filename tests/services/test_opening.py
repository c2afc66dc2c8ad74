"""The settings open a store and its blobs, on a disk or a real server; what can't be opened is said."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from database_servers import PASSWORD, DatabaseServer
from servers import RedisServer, free_port, running_redis

from autodash_jupyter import Session
from autodash_jupyter.blobs import DiskBlobStore, InMemoryBlobStore
from autodash_jupyter.blobs.redis import RedisBlobStore
from autodash_jupyter.errors import ContextStoreError, SettingsError
from autodash_jupyter.health import examine, status_lines
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.opening import open_blobs, open_store
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import (
    CachedContextStore,
    ContextStore,
    DatabaseContextStore,
    InMemoryContextStore,
    Key,
    RedisContextStore,
    ShardManager,
    TinyDBContextStore,
    Value,
)

TABLE = pd.DataFrame({"region": ["north", None], "amount": [1.5, 2.0]})


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running_redis(password=PASSWORD) as server:
        yield server


@pytest.fixture(params=["tinydb", "sqlite", "sqlite url", "postgresql", "mariadb", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    chosen = Settings(tmp_path / ".autodash")
    if request.param in ("postgresql", "mariadb"):
        return replace(chosen, storage_backend=request.getfixturevalue(request.param).url)
    if request.param == "redis":
        server = request.getfixturevalue("redis")
        return replace(chosen, storage_backend="redis", redis_url=server.url, redis_password=server.password)
    backend = f"sqlite:///{tmp_path}/notes.db" if request.param == "sqlite url" else request.param
    return replace(chosen, storage_backend=backend)


def test_a_dataset_and_its_table_are_there_for_the_next_kernel(settings: Settings) -> None:
    first = DatasetService(settings=settings)
    first.store_dataset("ada", "upload_12345678", TABLE, "sales.csv")
    first.store.close()  # type: ignore[attr-defined]
    second = DatasetService(settings=settings)
    found = second.get_dataframe("ada", "upload_12345678")
    assert found is not None
    pd.testing.assert_frame_equal(found, TABLE)
    assert second.delete_dataset("ada", "upload_12345678")


def test_a_session_keeps_its_datasets_there(settings: Settings) -> None:
    session = Session({}, settings=settings)
    [loaded] = session.load("sample:penguins", write_context=False)
    session.close()
    again = Session({}, settings=settings)
    assert [dataset.name for dataset in again.list_datasets()] == ["penguins"]
    assert again.datasets.get_dataframe("local", loaded.dataset.dataset_id) is not None
    again.datasets.delete_dataset("local", loaded.dataset.dataset_id)
    again.close()


def test_the_doctor_and_the_status_name_the_store_and_no_password(settings: Settings) -> None:
    checks = [check for check in examine(settings) if check.name == "store"]
    assert [check.well for check in checks] == [True]
    text = "\n".join([*status_lines(settings), *map(str, checks), repr(settings)])
    assert PASSWORD not in text
    backend = settings.storage_backend
    place = settings.redis_url if backend == "redis" else str(settings.home.parent)
    assert (backend.rpartition("@")[2] if "@" in backend else place) in text


def test_each_kind_of_store_has_blobs_of_its_own(tmp_path: Path, postgresql: DatabaseServer) -> None:
    chosen = Settings(tmp_path / ".autodash")
    tinydb = open_store(chosen)
    sqlite = open_store(replace(chosen, storage_backend="sqlite"))
    server = open_store(replace(chosen, storage_backend=postgresql.url))
    assert isinstance(tinydb, TinyDBContextStore)
    assert isinstance(sqlite, DatabaseContextStore)
    assert isinstance(server, CachedContextStore)
    folders = [folder_of(store, chosen) for store in (tinydb, sqlite, server)]
    assert folders[:2] == [chosen.home / "blobs", chosen.home / "context.db-blobs"]
    assert folders[2].parent == chosen.home
    assert len(set(folders)) == 3
    assert isinstance(open_blobs(open_store(replace(chosen, storage_backend="memory"))), InMemoryBlobStore)
    assert isinstance(open_blobs(CachedContextStore(InMemoryContextStore())), InMemoryBlobStore)


def test_stores_that_share_a_folder_or_a_file_never_remove_each_others_tables(tmp_path: Path) -> None:
    stores: list[ContextStore] = [
        TinyDBContextStore(tmp_path / "context.json"),
        TinyDBContextStore(tmp_path / "other.json"),
        DatabaseContextStore(tmp_path / "context.db"),
        DatabaseContextStore(tmp_path / "context.db", prefix="team_"),
        OwnStore(),
        OwnStore(),
        CachedContextStore(OwnStore()),
        ShardManager({"north": OwnStore()}),
        ShardManager({"east": OwnStore()}),
    ]
    settings = Settings(tmp_path)
    services = [DatasetService(store, settings=settings) for store in stores]
    for service in services:
        service.store_dataset("ada", "upload_12345678", TABLE, "sales.csv")
    for file in tmp_path.glob("*blobs*/*/*"):
        os.utime(file, (0, 0))
    for service in services[:-1]:
        service.delete_dataset("ada", "upload_12345678")
        service.sweep_frames()
        for other in services[services.index(service) + 1 :]:
            frame = other.get_dataframe("ada", "upload_12345678")
            assert frame is not None
            pd.testing.assert_frame_equal(frame, TABLE)


class OwnStore:
    """A store that says nothing of where its records are."""

    def __init__(self) -> None:
        self._records = InMemoryContextStore()

    def set(self, key: Key, value: Value) -> None:
        self._records.set(key, value)

    def get(self, key: Key) -> Value | None:
        return self._records.get(key)

    def delete(self, key: Key) -> None:
        self._records.delete(key)

    def list_keys(self) -> list[Key]:
        return self._records.list_keys()


def folder_of(store: object, settings: Settings) -> Path:
    blobs = open_blobs(store, settings)  # type: ignore[arg-type]
    assert isinstance(blobs, DiskBlobStore)
    return blobs.folder


def test_blobs_on_redis_are_beside_the_records(redis: RedisServer) -> None:
    with RedisContextStore(redis.url, password=redis.password, prefix="notes:") as store:
        blobs = open_blobs(store)
        assert isinstance(blobs, RedisBlobStore)
        assert blobs.get(blobs.put(b"penguins")) == b"penguins"


@pytest.mark.parametrize(
    ("backend", "variable"),
    [
        ("postgresql://ada:{password}@127.0.0.1:{port}/notes", "STORAGE_BACKEND"),
        ("mysql://ada:{password}@127.0.0.1:{port}/notes", "STORAGE_BACKEND"),
        ("redis", "REDIS_URL"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_and_nothing_takes_its_place(
    tmp_path: Path, backend: str, variable: str
) -> None:
    port = free_port()
    settings = Settings(
        tmp_path / ".autodash",
        storage_backend=backend.format(password=PASSWORD, port=port),
        redis_url=f"redis://:{PASSWORD}@127.0.0.1:{port}/0",
    )
    with pytest.raises(ContextStoreError, match=variable) as caught:
        open_store(settings)
    assert str(port) in str(caught.value)
    assert PASSWORD not in str(caught.value)
    found = "\n".join(str(check) for check in examine(settings) if not check.well and check.name == "store")
    assert variable in found
    assert PASSWORD not in found
    assert not list(tmp_path.glob("**/context.*"))


# Stores of other packages


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package with three stores, two of which don't work."""
    (tmp_path / "dict_store.py").write_text(
        "from autodash_jupyter.stores import InMemoryContextStore\n"
        "class DictStore(InMemoryContextStore):\n"
        "    def __init__(self, settings):\n"
        "        super().__init__()\n"
        "        self.home = settings.home\n"
        "def broken(settings): raise ZeroDivisionError('a mistake in it')\n"
        "def nothing(settings): return 5\n"
    )
    information = tmp_path / "dict_store-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: dict-store\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[autodash_jupyter.stores]\n"
        "dictionary = dict_store:DictStore\nbroken = dict_store:broken\nnothing = dict_store:nothing\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "dict_store", raising=False)


@pytest.mark.usefixtures("plugin")
def test_a_store_of_another_package_is_chosen_by_its_name(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"STORAGE_BACKEND": "dictionary", "AUTODASH_HOME": str(tmp_path / ".autodash")}
    )
    store = open_store(settings)
    assert type(store).__name__ == "DictStore"
    assert store.home == settings.home  # type: ignore[attr-defined]
    assert "datasets are kept: dictionary" in status_lines(settings)


@pytest.mark.usefixtures("plugin")
def test_a_name_that_nobody_offers_is_an_error_that_lists_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Did you mean 'dictionary'"):
        Settings.from_environment({"STORAGE_BACKEND": "dictionry"}, tmp_path)


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("name", "said"), [("broken", "ZeroDivisionError: a mistake in it"), ("nothing", "no ContextStore")]
)
def test_a_package_whose_store_does_not_work_is_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ContextStoreError, match=said) as caught:
        open_store(Settings(tmp_path, storage_backend=name))
    assert f"STORAGE_BACKEND={name}" in str(caught.value)


def test_no_password_is_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        DatasetService(settings=settings).records("ada")
    captured = capsys.readouterr()
    assert PASSWORD not in caplog.text + captured.out + captured.err
