"""Which history is restored, what is said of those that can't be, and how the report reads."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kept import Kept, kept

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.persistence import folders
from autodash_jupyter.history.persistence.ledger import Entry, Ledger, entry_of_step
from autodash_jupyter.history.persistence.loading import Loader


def _history(home: Path, *cells: str) -> Path:
    with kept(home) as one:
        for cell in cells:
            one.run(cell)
        return one.history.folder


def _without_states(folder: Path, after: int) -> None:
    """Leave the journal as a kill leaves it that came before the states after some step were stored."""
    ledger = Ledger(folder)
    contents = ledger.read()
    kept_states: list[Entry] = [each for each in contents.states if each["id"] <= after]
    steps = [entry_of_step(step) for step in contents.steps.values()]
    ledger.rewrite(
        [contents.opened, *steps, *kept_states, {"op": "at", "id": contents.position, "checkpoints": {}}]
    )


def _aged(folder: Path, seconds: float) -> None:
    journal = folder / "journal"
    at = journal.stat().st_mtime - seconds
    os.utime(journal, (at, at))


def test_a_step_that_was_not_stored_is_named_and_is_no_branch(tmp_path: Path) -> None:
    _without_states(_history(tmp_path, "x = [1]", "x.append(2)", "x.append(3)", "x.append(4)"), after=2)
    with kept(tmp_path) as after:
        returned = after.history.restore()
        assert after.variables["x"] == [1, 2]
        assert returned.not_stored == (3, 4)
        assert any("last 2 steps (3 to 4)" in line and "not stored" in line for line in returned.lines)
        assert returned.lines[0].endswith("is back, as after step 2: x.")
        assert 3 not in after.timeline.kept
        after.run("x.append(5)")
        assert after.timeline.steps[-1].step_id == 5
        after.timeline.undo()
        assert after.variables["x"] == [1, 2]


def test_where_nothing_was_stored_the_older_histories_are_offered(tmp_path: Path) -> None:
    older = _history(tmp_path, "a = 1")
    newest = _history(tmp_path, "b = 2")
    _without_states(newest, after=-1)
    _aged(older, 60)
    with kept(tmp_path) as after:
        with pytest.raises(NothingToRestoreError, match=f"Nothing of {newest.name} .* {older.name} .1 step"):
            after.history.restore()
        assert after.history.restore(older.name).lines[0].startswith(f"{older.name} is back")
        assert after.variables["a"] == 1


def test_only_older_histories_with_something_in_them_are_listed(tmp_path: Path) -> None:
    first, second, third, empty = (_history(tmp_path, f"x = {n}") for n in range(4))
    for age, folder in enumerate((empty, third, second, first)):
        _aged(folder, 60 * age)
    Ledger(empty).rewrite([Ledger(empty).read().opened])
    with kept(tmp_path) as after:
        returned = after.history.restore()
        assert returned.history == third.name
        assert [line.partition(" ")[0] for line in returned.others] == [second.name, first.name]


def test_a_history_that_cannot_be_read_offers_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = _history(tmp_path, "x = 1")
    _aged(mine, 60)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("AUTODASH_SIGNING_KEY", "somebody else's")
        _history(tmp_path, "x = 2")
    with kept(tmp_path) as after, pytest.raises(NothingToRestoreError, match=f"another inst.* {mine.name}"):
        after.restore()


def test_a_history_is_taken_by_one_kernel_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _history(tmp_path, "x = 1")
    one, other = Kept(tmp_path), Kept(tmp_path)
    both_saw_it = other.history.earlier()
    one.restore()
    monkeypatch.setattr(type(other.history), "earlier", lambda _self: both_saw_it)
    monkeypatch.setattr("autodash_jupyter.history.persistence.choosing.process_name", lambda: "another")
    with pytest.raises(NothingToRestoreError, match=f"{folder.name} was just taken"):
        other.restore()
    one.run("x = 2")
    one.close()
    other.timeline.close()
    assert [step.label for step in Ledger(folder).read().steps.values()] == ["x = 1", "x = 2"]


def test_a_restore_that_fails_leaves_the_history_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _history(tmp_path, "x = 1")
    with kept(tmp_path) as one:
        with monkeypatch.context() as patched:
            patched.setattr(Loader, "load", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                one.restore()
        assert [past.contents.owner for past in folders.histories(one.history.folder.parent)] == [""]
        one.restore()
        assert one.variables["x"] == 1


def _interrupted(_loader: Loader, _wanted: object) -> None:
    raise KeyboardInterrupt


def test_a_long_report_is_bounded(tmp_path: Path) -> None:
    names = [f"g{n:02}" for n in range(40)]
    _history(tmp_path, "; ".join(f"{name} = (n for n in ())" for name in names) + "; x = 1")
    with kept(tmp_path) as after:
        lines = after.history.restore().lines
        assert lines[1] == "Not brought back, 40 things:"
        assert len(lines) == 13
        assert "and 30 more: g10" in lines[-1]
