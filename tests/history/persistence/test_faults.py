"""A full disk, a damaged, foreign or newer history: one line each, and nothing that works is lost."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kept import Kept, kept

from autodash_jupyter.errors import AutoDashError, NothingToRestoreError
from autodash_jupyter.history.persistence import folders
from autodash_jupyter.history.persistence.folders import SECONDS_KEPT, remove_old


def _history(home: Path, *cells: str) -> Path:
    """Store a history, and return its folder."""
    with kept(home) as one:
        for cell in cells:
            one.run(cell)
        return one.history.folder


def _blob_with(folder: Path, content: bytes) -> Path:
    return next(path for path in (folder / "blobs").glob("*/*") if content in path.read_bytes())


def test_a_full_disk_never_breaks_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(tmp_path) as one:
        one.run("x = [1]")
        assert one.history.wait(60)
        real = os.fsync

        def full(descriptor: int) -> None:
            if one.timeline.position >= 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(descriptor)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            one.run("x.append(2)")
            one.history.wait(60)
            one.run("x.append(3)")
            one.timeline.undo(2)
        assert one.variables["x"] == [1]
        assert sum("from here on" in line for line in one.told) == 1
    monkeypatch.setattr(folders, "is_running", lambda _name: False)  # it could not write that it ended
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["x"] == [1]


def test_a_folder_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("in the way")
    with kept(tmp_path) as one:
        one.run("x = [1]")
        one.history.wait(60)
        one.run("x.append(2)")
        one.timeline.undo()
        assert one.variables["x"] == [1]
        assert len([line for line in one.told if "from here on" in line]) == 1


def test_a_line_cut_off_by_a_kill_is_left_out(tmp_path: Path) -> None:
    folder = _history(tmp_path, "x = [1]", "x.append(2)")
    with (folder / "journal").open("ab") as file:
        file.write(b'0123456789abcdef [{"op": "st')
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["x"] == [1, 2]
        after.run("x.append(3)")
    with kept(tmp_path) as last:
        last.restore()
        assert last.variables["x"] == [1, 2, 3]


def test_a_damaged_value_is_named_and_the_others_come_back(tmp_path: Path) -> None:
    folder = _history(tmp_path, "text = 'q' * 100_000; other = [1]")
    blob = _blob_with(folder, b"q" * 1_000)
    blob.write_bytes(b"damaged")
    with kept(tmp_path) as after:
        restored = after.restore()
        assert [line.partition(":")[0] for line in restored.not_restored] == ["text"]
        assert after.variables["other"] == [1]


def test_a_missing_column_costs_its_variable_only(tmp_path: Path) -> None:
    folder = _history(tmp_path, "import numpy as np\na = np.full(100_000, 7.0); b = np.arange(100_000)")
    for path in (folder / "blobs").glob("*/*"):
        if path.read_bytes()[:8] == b"\x00\x00\x00\x00\x00\x00\x1c@":
            path.unlink()
    with kept(tmp_path) as after:
        restored = after.restore()
        assert [line.partition(":")[0] for line in restored.not_restored] == ["a"]
        assert after.variables["b"][5] == 5


def test_a_damaged_step_is_refused_and_its_neighbours_can_be_gone_to(tmp_path: Path) -> None:
    folder = _history(tmp_path, "x = [1]", "y = [2]", "x.append(3)")
    entries = [json.loads(line.partition(" ")[2]) for line in (folder / "journal").read_text().splitlines()]
    states = {entry["id"]: entry for line in entries for entry in line if entry["op"] == "state"}
    blob = states[1]["blob"]
    (folder / "blobs" / blob[:2] / blob).write_bytes(b"damaged")
    with kept(tmp_path) as after:
        restored = after.restore()
        assert after.variables["x"] == [1, 3]
        assert restored.not_restored == ()
        with pytest.raises(AutoDashError, match="damaged"):
            after.timeline.goto(1)
        assert after.variables["x"] == [1, 3]
        after.timeline.goto(0)
        assert "x" not in after.variables


def test_a_history_another_installation_signed_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _history(tmp_path, "x = [1]")
    monkeypatch.setenv("AUTODASH_SIGNING_KEY", "somebody else's")
    with kept(tmp_path) as after:
        after.run("mine = 1")
        with pytest.raises(NothingToRestoreError, match="another installation"):
            after.restore()
        assert "x" not in after.variables
        assert after.variables["mine"] == 1
        after.timeline.undo()


def test_a_history_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    folder = _history(tmp_path, "x = [1]")
    from autodash_jupyter.history.persistence import ledger

    journal = ledger.Ledger(folder)
    contents = journal.read()
    journal.rewrite([{**contents.opened, "version": ledger.VERSION + 1}])
    before = journal.path.read_bytes()
    with kept(tmp_path) as after, pytest.raises(NothingToRestoreError, match="newer version"):
        after.restore()
    assert journal.path.read_bytes() == before


def test_everything_stored_is_the_owners_alone(tmp_path: Path) -> None:
    folder = _history(tmp_path, "x = 'v' * 100_000")
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_histories_nobody_opens_for_two_weeks_go(tmp_path: Path) -> None:
    old, new = _history(tmp_path, "x = 1"), _history(tmp_path, "x = 2")
    long_ago = time.time() - SECONDS_KEPT - 60
    os.utime(old / "journal", (long_ago, long_ago))
    assert remove_old(tmp_path) == [old]
    assert new.exists()
    assert not old.exists()


def test_forgetting_deletes_this_notebooks_histories_at_once(tmp_path: Path) -> None:
    _history(tmp_path, "x = 1")
    other = Kept(tmp_path, notebook="/other.ipynb")
    other.run("x = 2")
    other.close()
    one = Kept(tmp_path)
    one.run("y = 1")
    assert one.history.wait(60)
    assert one.history.forget() == 2
    assert {path.parent for path in (tmp_path / "history").glob("*/*/journal")} == {other.history.folder}
    one.timeline.close()
    assert other.history.forget(everything=True) == 1
    assert list((tmp_path / "history").glob("*/*/journal")) == []


def test_two_histories_on_one_home_do_not_touch_each_other(tmp_path: Path) -> None:
    with kept(tmp_path, notebook="/a.ipynb") as one, kept(tmp_path, notebook="/b.ipynb") as other:
        for n in range(20):
            one.run(f"x = [{n}]")
            other.run(f"x = 'n{n}'")
    with kept(tmp_path, notebook="/a.ipynb") as one, kept(tmp_path, notebook="/b.ipynb") as other:
        one.restore()
        other.restore()
        assert (one.variables["x"], other.variables["x"]) == ([19], "n19")
        one.timeline.undo(5)
        assert one.variables["x"] == [14]
