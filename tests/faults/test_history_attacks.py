"""What a history may meet: a hanging disk, a full one, threads, planted folders, a clock that jumps."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "history" / "persistence"))
from kept import Kept, kept

from autodash_jupyter.blobs.disk_batch import DiskBatch
from autodash_jupyter.errors import AutoDashError, NothingToRestoreError
from autodash_jupyter.history.persistence import folders, held_by
from autodash_jupyter.history.persistence.ledger import Ledger
from autodash_jupyter.stores.checked_lines import to_line

pytestmark = pytest.mark.faults

FRAME = "import numpy as np, pandas as pd\nframe = pd.DataFrame(np.zeros((131_072, 4))); n = 0"
MB = 1 << 20


def _require_one_line(error: Exception) -> None:
    assert "\n" not in str(error)


def _history(home: Path, *cells: str) -> Path:
    with kept(home) as one:
        for cell in cells:
            one.run(cell)
        return one.history.folder


# A disk that hangs, or is full


def test_a_disk_that_hangs_stops_neither_cells_nor_undo_nor_leaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    real = os.fsync

    def hanging(descriptor: int) -> None:
        if threading.current_thread().name == "autodash-history":
            answers.wait()
        real(descriptor)

    one = Kept(tmp_path)
    with monkeypatch.context() as slow:
        slow.setattr(os, "fsync", hanging)
        one.run(FRAME)
        for n in range(1, 20):
            one.run(f"frame = frame + 1; n = {n}")
            one.history.enforce(20 * MB)
            assert held_by(one.timeline) <= 20 * MB
        one.timeline.undo(2)
        assert (one.variables["n"], one.variables["frame"].iloc[0, 0]) == (17, 17)
        assert not one.history.wait(0.1)
        one.history.close(0.1)
        answers.set()
    one.timeline.close()
    one.history._writer._thread.join(30)  # type: ignore[union-attr]
    with kept(tmp_path) as after:
        with_states = [past for past in after.history.earlier() if past.has_states]
        if with_states:
            after.restore()
            assert after.variables["frame"].iloc[0, 0] == after.variables["n"]


def test_what_is_dropped_while_it_is_written_leaves_memory_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, began = threading.Event(), threading.Event()
    real = DiskBatch.write

    def slow(batch: DiskBatch, blob: str, pieces: Any) -> None:
        began.set()
        goes_on.wait(1.0)  # for each part of 4 MB
        real(batch, blob, pieces)

    monkeypatch.setattr(DiskBatch, "write", slow)
    with kept(tmp_path) as one:
        one.run("import numpy as np\nbig = np.random.rand(25_000_000); n = 0")
        memory = weakref.ref(one.variables["big"])
        assert began.wait(60)
        one.run("del big")
        one.history.enforce(MB)
        for _ in range(2_000):
            if memory() is None:
                break
            time.sleep(0.01)
        assert memory() is None
        goes_on.set()
        one.run("n = 1")
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["n"] == 1
        assert "big" not in after.variables


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full_keeps_what_was_stored_and_the_cells_going(small_disk: Path) -> None:
    home = small_disk / "home"
    with kept(home, disk=1 << 40) as one:
        one.run("import numpy as np\na = np.arange(200_000); n = 0")
        assert one.history.wait(60)
        for n in range(1, 12):
            one.run(f"a = np.random.rand(200_000); n = {n}")
            one.history.wait(60)
        assert sum("from here on" in line for line in one.told) == 1
        one.timeline.undo(3)
        assert one.variables["n"] == 8
    journal = Ledger(one.history.folder)
    journal.hand_over("")  # it could not write that it ended; there is room for a line again by now
    with kept(home) as after:
        returned = after.history.restore()
        assert 0 <= after.variables["n"] < 11
        assert len(after.variables["a"]) == 200_000
        assert returned.not_stored == () or "not stored" in "\n".join(returned.lines)
        assert [*one.history.folder.rglob("*.tmp")] == []


# Restoring where there is something already


def test_restoring_keeps_this_kernels_own_states_also_those_that_left_memory(tmp_path: Path) -> None:
    _history(tmp_path, "mine = [1]", "mine.append(2)")
    with kept(tmp_path) as one:
        one.run(FRAME)
        for n in range(1, 6):
            one.run(f"frame = frame + 1; n = {n}")
        assert one.history.wait(60)
        one.history.enforce(0)
        assert held_by(one.timeline) < MB
        one.restore()
        assert (one.variables["mine"], one.variables["n"]) == ([1, 2], 5)
        for expected in (5, 4, 3, 2, 1, 0):
            one.timeline.undo()
            assert (one.variables["n"], one.variables["frame"].iloc[0, 0]) == (expected, expected)
        one.timeline.undo(2)
        assert "frame" not in one.variables
        assert one.variables["mine"] == [1, 2]
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["mine"] == [1, 2]


def test_several_histories_restored_one_after_another_stay_in_one_line(tmp_path: Path) -> None:
    for name in "abc":
        _history(tmp_path, f"{name} = [1]", f"{name}.append(2)")
        time.sleep(0.02)
    with kept(tmp_path) as one:
        one.run("own = 1")
        names = [past.name for past in one.history.earlier()]
        for name in names:
            one.restore(name)
        assert all(one.variables[name] == [1, 2] for name in "abc")
        assert one.variables["own"] == 1
        one.timeline.undo()
        assert "a" not in one.variables
        one.timeline.redo()
        assert one.variables["a"] == [1, 2]


# Threads that change what is being recorded


def test_threads_that_change_what_is_recorded_break_no_cell(tmp_path: Path) -> None:
    done = threading.Event()
    with kept(tmp_path) as one:
        one.run(
            "import numpy as np, pandas as pd\nitems = []; table = {}\n"
            "frame = pd.DataFrame({'a': range(100)})"
        )
        one.run("array = np.zeros(1_000_000); bag = set()")
        variables = one.variables

        def meddle() -> None:
            chance, n = random.Random(1), 0
            while not done.is_set():
                n += 1
                variables["items"].append([n])
                variables["table"][n] = {n: n}
                variables["bag"].add(n)
                variables["frame"].loc[n % 100, "a"] = n
                variables["array"][n % 1_000_000] = n
                if chance.random() < 0.3:
                    variables["items"].clear()
                    variables["table"].clear()

        thread = threading.Thread(target=meddle)
        thread.start()
        try:
            for n in range(60):
                one.run(f"n = {n}")
                if n % 7 == 6:
                    one.timeline.undo(2)
                    with suppress(NothingToRestoreError):  # what a thread changed since is a new branch
                        one.timeline.redo()
        finally:
            done.set()
            thread.join()
        one.run("items = [0]; table = {}; n = 'last'")
        one.timeline.undo()
        one.timeline.redo()
        assert one.variables["n"] == "last"
    with kept(tmp_path) as after:
        after.restore()
        assert (after.variables["n"], after.variables["items"]) == ("last", [0])


# Clocks


def test_a_clock_that_jumps_loses_nothing(tmp_path: Path) -> None:
    first, second = _history(tmp_path, "x = 1"), _history(tmp_path, "x = 2")
    in_a_year = time.time() + 365 * 24 * 3600
    os.utime(first / "journal", (in_a_year, in_a_year))
    assert folders.remove_old(tmp_path) == []
    with kept(tmp_path) as after:
        assert after.history.restore().history == first.name
        assert after.variables["x"] == 1
        after.history.restore(second.name)
        assert after.variables["x"] == 2


# Folders somebody else put there


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [1, 2],
        [{"op": "open"}],
        [{"op": "open", "version": "1"}],
        [{"op": "open", "version": 1}, {"op": "step"}],
        [{"op": "open", "version": 1}, {"op": "at", "id": "x", "checkpoints": {}}],
        [{"op": "open", "version": 1}, {"op": "at", "id": 1, "checkpoints": {"a": None}}],
        [
            {"op": "open", "version": 1},
            {
                "op": "step",
                "id": 1,
                "parent": 1,
                "label": "",
                "changes": [],
                "at": "2026-01-01",
                "seconds": 0,
            },
            {"op": "at", "id": 1, "checkpoints": {}},
        ],
        [{"op": "open", "version": 1}, {"op": "state", "id": 1, "parent": 0, "blob": "../../../etc/passwd"}],
    ],
    ids=repr,
)
def test_a_planted_journal_costs_no_other_history(tmp_path: Path, entries: list[object]) -> None:
    mine = _history(tmp_path, "x = [1]")
    planted = mine.parent / "20990101-000000-abcd"
    planted.mkdir()
    (planted / "journal").write_bytes(to_line(json.dumps(entries)))
    with kept(tmp_path) as after:
        try:
            after.restore()
        except NothingToRestoreError:
            after.restore(mine.name)
        assert after.variables["x"] == [1]
        after.run("x.append(2)")
        after.timeline.undo()
        assert after.variables["x"] == [1]


def test_links_in_the_place_of_histories_lead_nowhere(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    mine = _history(home, "x = [1]")
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("keep")
    (elsewhere / "journal").write_text("keep")
    os.utime(elsewhere / "journal", (1, 1))
    (mine.parent / "20990101-000000-aaaa").symlink_to(elsewhere)
    (mine.parent / "20990101-000000-bbbb").symlink_to(mine.parent)
    looping = mine.parent / "20990101-000000-cccc"
    looping.mkdir()
    (looping / "journal").symlink_to("journal")
    pipe = mine.parent / "20990101-000000-dddd"
    pipe.mkdir()
    os.mkfifo(pipe / "journal")
    with kept(home) as after:
        after.restore()
        assert after.variables["x"] == [1]
        after.run("y = 1")
        assert after.history.wait(60)
        folders.remove_old(home)
        after.history.forget(everything=True)
    assert sorted(each.name for each in elsewhere.iterdir()) == ["journal", "precious"]


@pytest.mark.parametrize("seed", range(8))
def test_a_journal_cut_or_changed_anywhere_is_read_as_far_as_it_is_whole(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = _history(tmp_path, "x = [0]", *(f"x.append({n})" for n in range(1, 8)))
    journal = folder / "journal"
    data = bytearray(journal.read_bytes())
    if seed % 2:
        del data[chance.randrange(len(data) // 3, len(data)) :]
    else:
        for _ in range(3):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    journal.write_bytes(data)
    with kept(tmp_path) as after:
        after.run("own = 1")
        try:
            after.restore()
        except AutoDashError as refused:
            _require_one_line(refused)
        else:
            x = after.variables.get("x", [])
            assert x == [*range(len(x))]
        assert after.variables["own"] == 1
        after.run("own = 2")
        after.timeline.undo()
        assert after.variables["own"] == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_blob_costs_what_is_in_it_and_is_named(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = _history(
        tmp_path,
        "import numpy as np, pandas as pd\na = np.arange(100_000); b = 'b' * 100_000; c = [1]",
        "c.append(2)",
        "d = pd.DataFrame({'x': np.random.rand(100_000), 'y': ['t'] * 100_000})",
    )
    blob = chance.choice(
        sorted(path for path in (folder / "blobs").rglob("*") if path.is_file() and path.stat().st_size)
    )
    match seed % 3:
        case 0:
            blob.write_bytes(blob.read_bytes()[: blob.stat().st_size // 2])
        case 1:
            blob.unlink()
        case _:
            data = bytearray(blob.read_bytes())
            data[len(data) // 2] ^= 1
            blob.write_bytes(data)
    with kept(tmp_path) as after:
        try:
            said = after.restore().not_restored
        except AutoDashError as refused:
            _require_one_line(refused)
            return
        named = {line.partition(":")[0] for line in said}
        for name, expected in {"a": np.arange(100_000), "b": "b" * 100_000, "c": [1, 2]}.items():
            if name not in named and name in after.variables:
                assert np.array_equal(after.variables[name], expected)
            else:
                assert name in named


def test_no_room_for_the_journal_itself_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with kept(tmp_path) as one:
        monkeypatch.setattr(Ledger, "append", full)
        for n in range(5):
            one.run(f"x = [{n}]")
        one.history.wait(30)
        one.timeline.undo(2)
        assert one.variables["x"] == [2]
        assert sum("from here on" in line for line in one.told) == 1
        monkeypatch.undo()
