"""A disk that is full, and one that became read-only: a small one of our own, mounted for the test."""

import contextlib
import subprocess

import pytest

from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore

pytestmark = pytest.mark.faults


@pytest.fixture
def disk(tmp_path):
    """A disk of 256 KB; ``test_stores_damage`` has what needs no rights to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", folder):
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a failed test has files of it open


def mount(*arguments):
    command = ["mount", *map(str, arguments)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def fill(folder):
    """Fill a disk to the last byte; return the file to remove again."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return filler


def test_on_a_full_disk_a_write_is_refused_and_nothing_is_lost(disk):
    store = TinyDBContextStore(disk / "context.json")
    for number in range(5):
        store.set(number, {"number": number})
    filler = fill(disk)
    for use in (
        lambda: store.set("big", {"text": "x" * 8000}),
        lambda: store.set_many({(0, each): {"text": "x" * 100} for each in range(100)}),
        store.compact,
    ):
        with pytest.raises(ContextStoreError, match="free some space") as caught:
            use()
        assert isinstance(caught.value.__cause__, OSError)
        assert store.list_keys() == TinyDBContextStore(disk / "context.json").list_keys() == [0, 1, 2, 3, 4]
    filler.unlink()
    store.set("big", {"text": "x" * 8000})
    store.close()
    assert TinyDBContextStore(disk / "context.json").list_keys()[-1] == "big"
    assert not [item.name for item in disk.iterdir() if item.name.endswith(".tmp")]


def test_a_store_is_filled_up_to_the_last_acknowledged_write(disk):
    """Also where the journal is folded, and there is no place for the new base beside the old one."""
    store = TinyDBContextStore(disk / "context.json")
    acknowledged = 0
    with contextlib.suppress(ContextStoreError):
        for acknowledged in range(1000):
            store.set(acknowledged, {"number": acknowledged, "text": "x" * 3000})
    assert 10 < acknowledged < 999
    for each in (store, TinyDBContextStore(disk / "context.json")):
        assert [each.get(key)["number"] for key in each.list_keys()] == list(range(acknowledged))
    store.close()
    assert TinyDBContextStore(disk / "context.json").list_keys() == list(range(acknowledged))


def test_a_disk_that_became_read_only_is_read_and_says_what_to_do(disk):
    store = TinyDBContextStore(disk / "context.json")
    store.set("a", {"value": 1})
    store.close()
    assert mount("-o", "remount,ro", disk)
    for each in (store, TinyDBContextStore(disk / "context.json")):
        assert each.get("a") == {"value": 1}
        with pytest.raises(ContextStoreError, match=r"(?i)read-only.*AUTODASH_HOME"):
            each.set("a", {"value": 2})
        assert each.list_keys() == ["a"]
    assert mount("-o", "remount,rw", disk)
    store.set("a", {"value": 3})
    assert TinyDBContextStore(disk / "context.json").get("a") == {"value": 3}
