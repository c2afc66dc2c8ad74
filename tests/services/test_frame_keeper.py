"""What is captured stays as it was, whatever happens to the frame."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from servers import running_redis, running_redis_cluster

from autodash_jupyter.blobs import (
    BlobError,
    BlobStore,
    DamagedColumnsError,
    DiskBlobStore,
    InMemoryBlobStore,
    RedisBlobStore,
)
from autodash_jupyter.models import Dataset
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.frame_keeper import FrameKeeper, capture
from autodash_jupyter.stores import RedisContextStore, TinyDBContextStore


@pytest.mark.parametrize(
    "cells",
    [
        ["x", None],
        [pd.Timestamp("2000"), pd.Timestamp("2001")],
        [1, "one"],
        ["\ud800", "b"],
        [[1], {"a": 2}],
        [np.int64(1), True],
    ],
    ids=["text", "timestamps", "mixed", "surrogate", "nested", "numbers"],
)
def test_object_columns_keep_their_type_and_every_cell(cells: list[object]) -> None:
    frame = pd.DataFrame({"a": pd.Series(cells, dtype=object, index=[7, 7])})
    held = capture(frame)
    assert held["a"].dtype == object
    assert all(one is other for one, other in zip(held["a"].array, cells, strict=True))
    assert held.index.equals(frame.index)


def test_a_cell_exchanged_later_is_not_seen() -> None:
    frame = pd.DataFrame({"a": pd.Series(["x", None], dtype=object)})
    held = capture(frame)
    frame["a"].to_numpy()
    frame.loc[0, "a"] = "changed"
    assert held["a"].tolist() == ["x", None]


def test_a_write_to_memory_somebody_else_holds_is_not_seen() -> None:
    cells = np.arange(4.0)
    frame = pd.DataFrame(cells.reshape(2, 2), columns=["a", "b"], copy=False)
    held = capture(frame)
    cells[0] = 99.0
    assert held["a"].tolist() == [0.0, 2.0]


def test_columns_of_one_name_are_captured_each() -> None:
    frame = pd.DataFrame([["x", 1], ["y", 2]], columns=["a", "a"], dtype=object)
    pd.testing.assert_frame_equal(capture(frame), frame)


LONG = np.random.default_rng(0).random(10_000)
SHARED = pd.DataFrame({"shared": LONG, "own": LONG + 1})
OTHER = pd.DataFrame({"shared": LONG, "other": LONG + 2})


@pytest.fixture
def service(tmp_path: Path) -> DatasetService:
    return DatasetService(TinyDBContextStore(tmp_path / "context.json"))


def stored(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in (folder / "blobs").glob("*/*")}


def test_a_column_of_two_datasets_is_stored_once_and_survives_the_deletion_of_one(
    service: DatasetService, tmp_path: Path
) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    service.store_dataset(1, "b", OTHER, "b.csv")
    assert len(stored(tmp_path)) == 2 + 3
    service.delete_dataset(1, "a")
    assert len(stored(tmp_path)) == 1 + 2
    frame = service.get_dataframe(1, "b")
    assert frame is not None
    pd.testing.assert_frame_equal(frame, OTHER)
    service.delete_dataset(1, "b")
    assert stored(tmp_path) == {}


def test_a_dataset_stored_again_keeps_the_files_of_unchanged_columns_and_frees_the_others(
    service: DatasetService, tmp_path: Path
) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    before = stored(tmp_path)
    service.store_dataset(1, "a", SHARED.assign(own=0.5), "a.csv")
    after = stored(tmp_path)
    [kept] = before.keys() & after.keys()
    assert before[kept] == after[kept]


def test_a_damaged_column_is_named_with_its_dataset_and_the_others_can_be_had(
    service: DatasetService, tmp_path: Path
) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    service.store_dataset(1, "b", OTHER, "b.csv")
    service.delete_dataset(1, "b")
    for file in (tmp_path / "blobs").glob("*/*"):
        data = file.read_bytes()
        if (LONG + 1).tobytes() in data:
            file.write_bytes(data[:-9] + b"\xff" + data[-8:])
    with pytest.raises(
        DamagedColumnsError, match=r"dataset a: .*'own' .*is damaged.*skip_damaged=True"
    ) as caught:
        service.get_dataframe(1, "a")
    assert caught.value.labels == ("own",)
    rest = service.get_dataframe(1, "a", skip_damaged=True)
    assert rest is not None
    pd.testing.assert_frame_equal(rest, SHARED[["shared"]])


def test_a_damaged_table_keeps_no_other_from_being_deleted_or_read(
    service: DatasetService, tmp_path: Path
) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    damaged = set(stored(tmp_path))
    service.store_dataset(1, "b", OTHER, "b.csv")
    service.store_dataset(1, "c", OTHER[["other"]], "c.csv")
    for name in damaged:
        path = tmp_path / "blobs" / name[:2] / name
        if path.read_bytes().startswith(b"autodash-frame"):
            path.write_bytes(b"nonsense")
    with pytest.raises(BlobError, match=r"dataset a: .*damaged"):
        service.get_dataframe(1, "a")
    assert service.delete_dataset(1, "b")
    frame = service.get_dataframe(1, "c")
    assert frame is not None
    pd.testing.assert_frame_equal(frame, OTHER[["other"]])
    assert service.delete_dataset(1, "a")


def test_a_table_is_kept_where_a_record_cannot_be_read(service: DatasetService, tmp_path: Path) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    service.store_dataset(1, "b", SHARED, "b.csv")
    record = service.store.get(("dataset", "b"))
    service.store.set(("dataset", "b"), {"version_of_the_future": 99})
    service.delete_dataset(1, "a")
    assert record is not None
    service.store.set(("dataset", "b"), record)
    assert service.get_dataframe(1, "b") is not None


def test_what_another_process_dropped_before_it_was_named_is_stored_again(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    keeper, other = FrameKeeper(blobs), FrameKeeper(DiskBlobStore(tmp_path))
    named: list[str] = []
    keeper.store(SHARED, named.append)
    [earlier] = named
    whole, locked = keeper.locked, []

    def drop_and_lock() -> object:
        if not locked:
            locked.append(True)
            with other.locked():
                other.drop(earlier, [])
        return whole()

    keeper.locked = drop_and_lock  # type: ignore[method-assign, assignment]
    keeper.store(SHARED, named.append)
    frame = FrameKeeper(blobs).get("a", named[-1])
    assert frame is not None
    pd.testing.assert_frame_equal(frame, SHARED)


@pytest.fixture(params=["disk", "memory", "redis", "cluster"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[BlobStore, BlobStore]]:
    """The same blobs, as two processes have them."""
    if request.param == "disk":
        yield DiskBlobStore(tmp_path), DiskBlobStore(tmp_path)
    elif request.param == "memory":
        blobs = InMemoryBlobStore()
        yield blobs, blobs
    else:
        running = running_redis if request.param == "redis" else running_redis_cluster
        with (
            running() as server,
            RedisContextStore(server.url) as one,
            RedisContextStore(server.url) as other,
        ):
            yield RedisBlobStore(one.connect()), RedisBlobStore(other.connect())


def test_nobody_drops_a_table_while_another_process_writes_down_where_it_is(
    two: tuple[BlobStore, BlobStore],
) -> None:
    keeper, other = map(FrameKeeper, two)
    named: set[str] = set()

    def drop_what_is_not_named(blob: str) -> None:
        with other.locked():
            other.drop(blob, named)

    def note(blob: str) -> None:
        dropping.append(threading.Thread(target=drop_what_is_not_named, args=(blob,)))
        dropping[0].start()
        dropping[0].join(0.3)  # time enough to drop it, if nothing keeps it from that
        named.add(blob)

    dropping: list[threading.Thread] = []
    keeper.store(SHARED, note)
    dropping[0].join(30)
    [blob] = named
    frame = keeper.get("a", blob)
    assert frame is not None
    pd.testing.assert_frame_equal(frame, SHARED)


def test_a_sweep_frees_what_no_record_needs(service: DatasetService, tmp_path: Path) -> None:
    service.store_dataset(1, "a", SHARED, "a.csv")
    kept = stored(tmp_path)
    FrameKeeper(DiskBlobStore(tmp_path / "blobs")).store(OTHER, lambda blob: None)
    assert service.sweep_frames().removed == 0  # it may be about to be named
    named = service.store.get(("dataset", "a"))
    assert named is not None
    report = FrameKeeper(DiskBlobStore(tmp_path / "blobs")).sweep(
        [Dataset.from_record(named).frame_blob or ""], older_than_seconds=0
    )
    assert (report.removed, stored(tmp_path)) == (2, kept)
