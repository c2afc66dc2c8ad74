"""Blobs: named by content, checked when read, on disk and in memory."""

import stat
import threading

import pytest

from autodash_jupyter.blobs import BlobError, BlobStore, DiskBlobStore, InMemoryBlobStore

MISSING = "0" * 32


@pytest.fixture(params=["disk", "memory"])
def blobs(request, tmp_path):
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
        with pytest.raises(BlobError, match="No space left"):
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
