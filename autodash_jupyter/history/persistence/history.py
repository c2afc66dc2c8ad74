"""One kernel's history on the disk: follows a timeline, restores an earlier kernel's, forgets, and ends."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autodash_jupyter.blobs import DiskBlobStore, signing_key
from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.persistence.choosing import choose, claim, listed, others_than
from autodash_jupyter.history.persistence.folders import (
    Past,
    folder_of,
    histories,
    new_folder,
    problem_in,
    remove_old,
)
from autodash_jupyter.history.persistence.keeper import DiskKeeper
from autodash_jupyter.history.persistence.ledger import Entry, Ledger
from autodash_jupyter.history.persistence.memory_budget import bring_all, enforce_on
from autodash_jupyter.history.persistence.past import last_stored, not_stored, resume
from autodash_jupyter.history.persistence.pickling import Blobs, Recorded
from autodash_jupyter.history.persistence.reading import PayloadReader, states_in
from autodash_jupyter.history.persistence.returned import Returned
from autodash_jupyter.history.persistence.stored_states import StoredStates
from autodash_jupyter.history.persistence.writer import Writer
from autodash_jupyter.history.timeline import Timeline
from autodash_jupyter.models import Step
from autodash_jupyter.processes import is_running, process_name

__all__ = ["History"]

_MOST_ON_DISK = 10 * 10**9


class History:
    """Keeps one timeline on the disk, under ``home``, among those of ``notebook``.

    ``tell`` takes a line for the person, from any thread; ``prepare`` makes the home, and returns where it
    really is; ``written`` is called, on another thread, after each state; ``disk`` is how many bytes the
    history may take. Nothing is written before the first step.
    """

    def __init__(
        self,
        timeline: Timeline,
        namespace: Any,
        home: Path,
        notebook: str,
        tell: Callable[[str], object],
        prepare: Callable[[], Path],
        *,
        written: Callable[[], object] = lambda: None,
        disk: int | None = None,
    ) -> None:
        self._written = written
        self._disk = disk
        self._prepare_home = prepare
        self.folder = new_folder(folder_of(home, notebook))
        self._timeline = timeline
        self._namespace = namespace
        self._home = home
        self._notebook = notebook
        self._tell = tell
        self._told_steps: dict[int, Step] = {}
        self._told_at: tuple[Any, ...] = ()
        self._left: dict[Path, Writer] = {}  # folders whose history goes on here, once that is written
        self._keeper, self._writer = self._open(self.folder, StoredStates(), self._begin)
        self._attach()

    # Following

    def follow(self) -> None:
        """Let new steps, and where one stands, be written; called after each record and each move."""
        steps, entries = self._timeline.steps, list[Entry]()
        for step in steps[max(0, len(self._told_steps) - 1) :]:
            if self._told_steps.get(step.step_id) is not step:
                self._told_steps[step.step_id] = step
                entries.append({"op": "step", "step": step})  # as an entry on the writer's thread
        at = self._timeline.position, dict(self._timeline.checkpoints)
        if at != self._told_at:
            self._told_at = at
            entries.append({"op": "at", "id": at[0], "checkpoints": at[1]})
        if entries and (steps or self._writer.has_begun):
            self._writer.put(*entries)

    def enforce(self, memory: int) -> tuple[int, ...]:
        """Release what only the history holds beyond so many bytes of ``memory``, and thin what is stored.

        Returns the steps whose states were let go of.
        """
        gone = enforce_on(self._timeline, self._keeper, memory)
        return gone or self._thin()

    def _thin(self) -> tuple[int, ...]:
        """Let go of the oldest state where the disk has no room; once that is written, there may be some."""
        tree = self._timeline._snapshots  # noqa: SLF001
        oldest = next((step_id for step_id in tree if step_id != self._timeline.position), None)
        if self._writer.size <= self._writer.size_allowed or self._writer.failed or oldest is None:
            return ()
        tree.keep_only([step_id for step_id in tree if step_id != oldest])
        return (oldest,)

    def wait(self, seconds: float) -> bool:
        """Wait until all is written, for some seconds at most; tell whether it is."""
        return self._writer.wait(seconds)

    def resume(self) -> None:
        """Write again after ``close``, what was recorded in between too."""
        self._keeper.writer = self._writer = self._writer.again()
        self._told_steps, self._told_at = {}, ()
        if self._writer.has_begun:
            self._writer.put({"op": "owner", "process": process_name()})
        tree = self._timeline._snapshots  # noqa: SLF001
        for step_id in [each for each in self._writer.states if each not in tree]:
            self._writer.drop(step_id)
        for step_id in tree:
            self._keeper.amended(tree[step_id], tree[step_id].nodes)  # type: ignore[arg-type]  # numbered there
        self.follow()

    def lines(self) -> list[str]:
        """Return what the history costs, a line each."""
        writer = self._writer
        stored = f"{writer.size / 1e6:,.1f} MB on the disk, of at most {writer.size_allowed / 1e6:,.0f} MB"
        failed = f" (no longer written: {writer.failed})" if writer.failed else ""
        return [f"history is stored in: {self.folder}{failed}", f"history takes: {stored}"]

    def close(self, seconds: float = 2.0) -> None:
        """Write what still waits, for some seconds at most, and stop."""
        self.follow()
        if self._writer.has_begun:
            self._writer.put({"op": "owner", "process": ""})
        self._writer.close(seconds)
        self._keeper.writer = None

    # Restoring

    def earlier(self) -> list[Past]:
        """Return this notebook's histories that no running kernel owns, newest first."""
        mine = {self.folder, *self._left}
        return [past for past in histories(self.folder.parent) if past.folder not in mine]

    def restore(self, name: str | None = None) -> Returned:
        """Bring back the variables of an earlier kernel, the last or the named one; go on from there.

        Raises ``NothingToRestoreError`` where there is none, and ``BlobError`` where it can't be read;
        nothing is changed then.
        """
        found = self.earlier()
        past = self._choose(found, name)
        others = others_than(past, found)
        blobs = DiskBlobStore(past.folder / "blobs")
        states, damaged = states_in(past.contents, blobs, signing_key())
        if damaged and all(step_id in damaged for step_id in states):
            msg = f"{past.name} can't be restored: {next(iter(damaged.values()))}.{listed(others)}"
            raise NothingToRestoreError(msg)
        target = last_stored(past.contents, set(states))
        owner = claim(past.folder)
        try:
            self._bring_own_states()
            keeper, writer = self._open(past.folder, states, lambda: None)
            keeper.writer = writer
            restored = resume(self._timeline, keeper, past.contents, keeper.plant(states))
        except BaseException:
            Ledger(past.folder).hand_over(owner)
            raise
        self._leave_own_folder()
        self.folder, self._keeper, self._writer = past.folder, keeper, writer
        self._told_steps, self._told_at = dict(past.contents.steps), ()
        writer.settled = self._remove_left
        self.follow()
        missing, lines = not_stored(past.contents, target), tuple(each.line for each in others)
        return Returned(past.name, target, restored, missing, () if name else lines)

    def _bring_own_states(self) -> None:
        """Bring this kernel's states into memory that are on the disk only: they go on in another history."""
        gone = bring_all(self._timeline)
        if gone:
            steps = ", ".join(map(str, sorted(gone)))
            self._tell(f"For want of memory, this kernel's states after these steps are let go of: {steps}.")

    def _choose(self, found: list[Past], name: str | None) -> Past:
        if not found and (problem := problem_in(self.folder.parent)):
            msg = f"There is no earlier history of this notebook to restore: {problem}."
            raise NothingToRestoreError(msg)
        return choose(found, name)

    # Forgetting

    def forget(self, *, everything: bool = False) -> int:
        """Delete this notebook's histories, or all, but not those of other running kernels; count them."""
        self._writer.close(0.0)
        self._keeper.writer = None
        journals = (
            (self._home / "history").glob("*/*/journal")
            if everything
            else self.folder.parent.glob("*/journal")
        )
        count = 0
        for journal in list(journals):
            if journal.parent != self.folder and _is_owned(journal.parent):
                continue
            shutil.rmtree(journal.parent, ignore_errors=True)
            count += 1
        return count

    # Opening

    def _open(
        self, folder: Path, states: StoredStates, prepare: Callable[[], object]
    ) -> tuple[DiskKeeper, Writer]:
        blobs, key = DiskBlobStore(folder / "blobs"), signing_key()
        serials: dict[int, int] = {}
        ledger = Ledger(folder)
        if states:
            ledger.read()
        secret, gone, imported = set[int](), set[int](), set[int]()

        def recorded(batch: Blobs) -> Recorded:
            return Recorded(serials, self._namespace, batch, secret, gone, imported)

        writer = Writer(ledger, blobs, key, recorded, self._tell, prepare)
        writer.written, writer.size_allowed = self._written, self._size_allowed(folder)
        writer.states = states
        timeline = self._timeline
        reader = PayloadReader(blobs, key, states)
        keeper = DiskKeeper(timeline._snapshots, timeline._heap, self._namespace, reader, serials)  # noqa: SLF001
        return keeper, writer

    def _size_allowed(self, folder: Path) -> int:
        """Return what was set, else a tenth of what is free where the history is, 10 GB at most."""
        if self._disk is not None:
            return self._disk
        present = next(each for each in (folder, *folder.parents) if each.exists())
        return min(_MOST_ON_DISK, shutil.disk_usage(present).free // 10)

    def _attach(self) -> None:
        tree = self._timeline._snapshots  # noqa: SLF001
        self._keeper.writer, tree.keeper = self._writer, self._keeper
        for step_id in tree:
            self._keeper.added(tree[step_id])

    def _begin(self) -> None:
        """Make the folder, on the writer's thread, and say once where it is."""
        self._prepare_home()
        ledger = self._writer.ledger
        is_first = not (self._home / "history").exists()
        ledger.create({"notebook": self._notebook, "at": datetime.now(UTC).isoformat()})
        ledger.append([{"op": "owner", "process": process_name()}])
        if is_first:
            self._tell(
                f"This notebook's variables are kept in {self._home / 'history'}, to be there after a "
                "restart (%timeline --restore); %autodash history memory keeps them in memory only."
            )
        remove_old(self._home)

    def _leave_own_folder(self) -> None:
        """Stop writing here. What is there stays until it stands in the history that goes on."""
        self._writer.close(0.0)
        self._left[self.folder] = self._writer

    def _remove_left(self) -> None:
        for folder in [folder for folder, writer in self._left.items() if writer.has_ended]:
            del self._left[folder]
            shutil.rmtree(folder, ignore_errors=True)


def _is_owned(folder: Path) -> bool:
    try:
        return is_running(Ledger(folder).read().owner)
    except Exception:  # noqa: BLE001 - a damaged history is nobody's
        return False
