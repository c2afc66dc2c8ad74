"""Blobs: named by content, checked when read, on disk, in memory and in Redis."""

import os
import stat
import threading
import time

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.blobs import (
    BlobError,
    BlobStore,
    DiskBlobStore,
    InMemoryBlobStore,
    RedisBlobStore,
    load_frame,
    save_frame,
    sweep,
)

MISSING = "0" * 32


@pytest.fixture(params=["disk", "memory", "redis"])
def blobs(request, tmp_path):
    if request.param == "redis":
        return RedisBlobStore(request.getfixturevalue("redis_client"), chunk_bytes=1000)
    return DiskBlobStore(tmp_path / "blobs") if request.param == "disk" else InMemoryBlobStore()


@pytest.fixture
def disk(tmp_path):
    return DiskBlobStore(tmp_path / "blobs")


def files(folder):
    return [path for path in folder.glob("*/*") if path.is_file()]


@pytest.mark.parametrize("data", [b"", b"penguins", bytes(range(256)) * 1000])
def test_what_is_put_comes_back_under_a_name_that_only_its_content_decides(blobs, data):
    assert isinstance(blobs, BlobStore)
    name = blobs.put(data)
    assert blobs.put(data) == name
    assert blobs.get(name) == data
    assert name in blobs
    assert blobs.put(data + b".") != name


def test_what_is_deleted_is_gone_and_deleting_again_is_no_error(blobs):
    name = blobs.put(b"penguins")
    blobs.delete(name)
    blobs.delete(name)
    assert name not in blobs
    with pytest.raises(BlobError, match=f"{name} is missing"):
        blobs.get(name)


def test_a_missing_blob_is_a_clear_error(blobs):
    assert MISSING not in blobs
    with pytest.raises(BlobError, match="load the dataset's source again"):
        blobs.get(MISSING)


@pytest.mark.parametrize("name", ["", "../secret", "/etc/passwd", "0" * 31 + "\n", "0" * 33, "0" * 31 + "G"])
def test_a_name_never_leads_outside_the_folder(disk, name):
    assert name not in disk
    for use in (disk.get, disk.delete):
        with pytest.raises(BlobError, match="is no blob's name"):
            use(name)


def test_equal_bytes_are_kept_once_in_a_private_file(disk):
    name = disk.put(b"penguins")
    (path,) = files(disk.folder)
    before = path.stat()
    disk.put(b"penguins")
    assert files(disk.folder) == [path] == [disk.folder / name[:2] / name]
    assert path.stat().st_ino == before.st_ino
    assert stat.S_IMODE(before.st_mode) == 0o600
    assert stat.S_IMODE(disk.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [b"", b"penguin", b"penguinz", b"penguins "])
def test_damage_is_reported_by_name_and_mended_by_putting_again(disk, damage):
    name, other = disk.put(b"penguins"), disk.put(b"weather")
    path = disk.folder / name[:2] / name
    path.write_bytes(damage)
    with pytest.raises(BlobError, match=rf"{name} is damaged"):
        disk.get(name)
    assert disk.get(other) == b"weather"
    assert disk.put(b"penguins") == name
    assert disk.get(name) == b"penguins"


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "blobs").write_text("a file in the folder's place")
    with pytest.raises(BlobError, match="can't keep a frame"):
        DiskBlobStore(tmp_path / "blobs").put(b"penguins")


def test_a_write_that_fails_leaves_nothing_behind(disk, monkeypatch):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    disk.put(b"weather")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", fail)
        with pytest.raises(BlobError, match="No space left on device; make room there"):
            disk.put(b"penguins")
    assert len(files(disk.folder)) == 1


def test_many_threads_may_put_the_same_bytes(disk):
    names = []
    threads = [threading.Thread(target=lambda: names.append(disk.put(b"penguins"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert disk.get(names[0]) == b"penguins"
    assert len(files(disk.folder)) == 1


def test_pieces_are_one_blob_and_a_batch_keeps_them_all(blobs):
    with blobs.batch() as batch:
        names = [
            batch.put([b"pen", memoryview(b"guins"), b""]),
            batch.put([b"weather"]),
            batch.put([b"weather"]),
        ]
    assert names[0] == blobs.put(b"penguins")
    assert sorted(blobs.names()) == sorted(set(names))
    assert blobs.get(names[1]) == blobs.get(names[2]) == b"weather"


def test_a_batch_of_more_blobs_than_open_files_are_allowed_keeps_them_all(blobs):
    with blobs.batch() as batch:
        names = [batch.put([b"%d" % number]) for number in range(200)]
    assert {blobs.get(name) for name in names} == {b"%d" % number for number in range(200)}


def test_what_is_returned_to_write_to_is_nobody_elses(blobs):
    name = blobs.put(b"penguins")
    array = blobs.get_array(name)
    array[:] = 0
    assert blobs.get(name) == b"penguins"
    with pytest.raises(BlobError, match="missing"):
        blobs.get_array(MISSING)


def test_a_blob_is_deleted_only_once_it_is_old_enough(blobs):
    name = blobs.put(b"penguins")
    assert blobs.delete_older(name, 60) is None
    assert name in blobs
    assert blobs.delete_older(name, 0) == len(b"penguins")
    assert name not in blobs
    assert blobs.delete_older(name, 0) is None


def test_a_blob_put_or_renewed_again_is_young_again(blobs):
    put, renewed, old = (blobs.put(data) for data in (b"put", b"renewed", b"old"))
    time.sleep(1)
    blobs.put(b"put")
    assert blobs.renew(renewed, len(b"renewed"))
    assert not blobs.renew(old, 2)
    assert not blobs.renew(MISSING, 0)
    assert [blobs.delete_older(name, 0.9) for name in (put, renewed, old)] == [None, None, 3]


def test_a_sweep_keeps_what_the_roots_need_and_what_is_young(blobs):
    long = np.arange(5_000.0)
    kept, dropped = pd.DataFrame({"a": long, "b": long + 1}), pd.DataFrame({"a": long, "c": long + 2})
    root, other = save_frame(blobs, kept, b"key"), save_frame(blobs, dropped, b"key")
    assert (sweep(blobs, [root]).removed, len(list(blobs.names()))) == (0, 5)
    report = sweep(blobs, [root, MISSING], older_than_seconds=0)
    assert (report.removed, report.kept) == (2, 3)
    assert report.bytes_freed > 0
    pd.testing.assert_frame_equal(load_frame(blobs, root, b"key"), kept)
    assert other not in blobs


def test_a_sweep_removes_nothing_where_a_root_cannot_be_read(blobs):
    stray = blobs.put(b"a stray")
    root = blobs.put(b"autodash-frame 99 manifest\n")
    with pytest.raises(BlobError, match="newer version"):
        sweep(blobs, [root], older_than_seconds=0)
    assert stray in blobs


def test_a_sweep_removes_old_leftovers_of_killed_writers_and_no_young_ones(disk):
    place = disk.folder / disk.put(b"penguins")[:2]
    old, young = (place / f".{MISSING}.{name}.tmp" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, time.time() - 7200))
    assert sweep(disk, []).bytes_freed == 4
    assert (old.exists(), young.exists()) == (False, True)


def test_a_file_found_whole_is_not_read_again_until_it_changes(disk, monkeypatch):
    name = disk.put(b"penguins")
    path = disk.folder / name[:2] / name
    with monkeypatch.context() as patched:
        patched.setattr("autodash_jupyter.blobs.disk._hash_of_file", lambda path: pytest.fail("read again"))
        disk.put(b"penguins")
    path.write_bytes(b"penguinz")
    disk.put(b"penguins")
    assert path.read_bytes() == b"penguins"
