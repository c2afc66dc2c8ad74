"""Torn, flipped, foreign and unwritable files."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore
from autodash_jupyter.stores.checked_lines import to_line
from autodash_jupyter.stores.tinydb.journal import VERSION

pytestmark = pytest.mark.faults


@pytest.fixture
def path(tmp_path):
    return tmp_path / "context.json"


@pytest.fixture
def journal(path):
    return path.with_name("context.json.journal")


def fill(path, count=5):
    store = TinyDBContextStore(path)
    for number in range(count):
        store.set(number, {"number": number})
    return store


def numbers(path):
    store = TinyDBContextStore(path)
    return [store.get(key)["number"] for key in store.list_keys()]


def test_a_torn_tail_is_left_out_and_written_over_wherever_it_is_torn(path, journal):
    fill(path, 3)
    whole = journal.read_bytes()
    last = whole.rfind(b"\n", 0, -1) + 1
    for end in range(last, len(whole)):
        journal.write_bytes(whole[:end])
        assert numbers(path) == [0, 1]
        if end % 20 == 0:
            TinyDBContextStore(path).set(3, {"number": 3})
            assert numbers(path) == [0, 1, 3]


def test_a_running_store_goes_on_after_the_journal_was_torn(path, journal):
    store = fill(path, 3)
    with journal.open("ab") as file:
        file.write(b"0123456789abcdef [[half a rec")
    assert store.list_keys() == [0, 1, 2]
    store.set(3, {"number": 3})
    assert numbers(path) == [0, 1, 2, 3]


def test_a_flipped_bit_anywhere_in_the_journal_costs_at_most_its_own_record(path, journal, caplog):
    fill(path)
    whole = journal.read_bytes()
    header = whole.find(b"\n") + 1
    for position in range(0, len(whole), 13):
        for item in path.parent.glob("*damaged*"):
            item.unlink()
        journal.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        caplog.clear()
        left = numbers(path)
        assert len(left) >= 3 if whole[position] == ord("\n") or position < header else len(left) >= 4
        assert set(left) <= set(range(5))
        assert any(record.levelno == logging.WARNING for record in caplog.records) or left == [0, 1, 2, 3]
        TinyDBContextStore(path).set(9, {"number": 9})
        assert sorted(numbers(path)) == [*left, 9]
        path.unlink(missing_ok=True)  # of the last line nothing is left to tell damage from a torn write


def test_a_damaged_journal_is_kept_as_a_copy_before_it_is_replaced(path, journal):
    fill(path)
    damaged = journal.read_bytes().replace(b'"number": 2', b'"number": 7')
    journal.write_bytes(damaged)
    store = TinyDBContextStore(path)
    assert store.list_keys() == [0, 1, 3, 4]
    store.set(2, {"number": 2})
    (copy,) = path.parent.glob("context.json.journal.damaged-*")
    assert copy.read_bytes() == damaged
    assert sorted(numbers(path)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "content", [b"{", b'{"records": {"1": {"key"', b"\xff\xfe", b"[" * 100_000, b"[]", b'"text"', b"\0" * 100]
)
def test_a_damaged_base_is_refused_by_name_and_left_alone(path, content):
    fill(path).compact()
    store = TinyDBContextStore(path)
    path.write_bytes(content)
    for use in (
        lambda: TinyDBContextStore(path),
        lambda: store.get(1),
        lambda: store.set(1, {}),
        store.compact,
    ):
        with pytest.raises(ContextStoreError, match=r"context\.json is .*move it away"):
            use()
    store.close()
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"not a journal\n", b"\0" * 4096, b"{}"])
def test_a_journal_without_one_good_line_is_refused_and_left_alone(path, journal, content):
    fill(path)
    journal.write_bytes(content)
    with pytest.raises(ContextStoreError, match=r"context\.json\.journal is no journal"):
        TinyDBContextStore(path)
    assert journal.read_bytes() == content


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(path, journal):
    store = fill(path)
    content = to_line(json.dumps({"autodash_journal": VERSION + 1})) + b"something else entirely\n"
    journal.write_bytes(content)
    for use in (lambda: TinyDBContextStore(path), lambda: store.set(1, {}), store.compact):
        with pytest.raises(ContextStoreError, match="newer version"):
            use()
    assert journal.read_bytes() == content


@pytest.mark.parametrize(
    "record", ['[["records"]]', "1", '[[["a"], "1", {}]]', '[["t", null, {"1": {}}, 5, 6]', "{}x"]
)
def test_a_record_of_an_unknown_kind_is_refused_and_left_alone(path, journal, record):
    fill(path)
    content = journal.read_bytes() + to_line(record)
    journal.write_bytes(content)
    with pytest.raises(ContextStoreError, match="unknown kind"):
        TinyDBContextStore(path)
    assert journal.read_bytes() == content


# Runs as nobody where it is started as root, whom no folder refuses.
IN_A_READ_ONLY_FOLDER = """
import os, sys
from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore
import filelock
if os.geteuid() == 0:
    os.seteuid(65534)
store = TinyDBContextStore(sys.argv[1])
print(store.get(1))
try:
    store.set(1, {"number": 2})
except ContextStoreError as error:
    print(error)
store.close()
print(TinyDBContextStore(sys.argv[1]).get(1))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders")
@pytest.mark.parametrize("prepared", [True, False])
def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written(prepared):
    folder = Path(tempfile.mkdtemp())
    try:
        if prepared:
            fill(folder / "context.json")
            for item in folder.iterdir():
                item.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", IN_A_READ_ONLY_FOLDER, str(folder / "context.json")],
            capture_output=True,
            text=True,
            check=True,
        )
        before, message, after = done.stdout.splitlines()
        assert before == after == ("{'number': 1}" if prepared else "None")
        assert "can't write" in message
        assert "AUTODASH_HOME" in message
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


# A file-size limit stops a write in its middle, as a full disk does.
ON_A_FULL_DISK = """
import resource, signal, sys
from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = TinyDBContextStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for use in (lambda: store.set("big", {"text": "x" * 5000}), store.compact):
    try:
        use()
    except ContextStoreError as error:
        print("refused:", error)
store.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.set("small", {"number": 99})
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
def test_a_write_that_is_cut_off_is_an_error_and_leaves_what_was(path, journal):
    fill(path)
    before = journal.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(path), str(len(before) + 100)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("refused: can't write") >= 1
    assert numbers(path) == [0, 1, 2, 3, 4, 99]
    assert not list(path.parent.glob("*.tmp"))
