"""The timeline: going back and forth between the states of a namespace's variables.

What a step is
    ``record`` makes one where something changed since the last record: a name added, removed or bound to
    another value, or any reachable object changed in place. Equal builtin scalars bound anew are no change.
    Random state is part of every state, but drawing numbers alone makes no step.
Going back
    ``undo`` goes to the state before a step, ``redo`` to where one last came from, ``goto`` to the state
    after any step (0: the start). Each first records what changed since the last record. Objects are restored
    in place, so whoever else holds them sees it; names are bound to the same objects as then.
Branches
    A step after an undo starts a branch. The branch left behind stays, and ``goto`` reaches it; ``redo``
    follows the branch one was on last, so a new step leaves it nothing to redo.
One variable
    ``undo(name=...)`` moves what that variable reaches through this branch's steps that changed it, by a
    cursor of its own; the position stays. Other names for the same object move along. The next global undo,
    redo or goto puts every variable into its step's state; the next step records the mixed state as it is.
How far
    The last ``max_steps`` steps can be undone, and the states this takes be gone to; older states are
    dropped, their steps stay listed.
What can't be put back
    A generator's position, a file, a lock, a connection: ``Restored.not_restored`` names the variable and
    the reason where it moved on, or may have, the code of the steps undone mentioning it. It also names
    what is too large for a record's budget and so wasn't looked at whole when it mattered; an object whose
    earlier state nobody knows is left alone. ``undo`` and ``goto`` take up to a second more to look first.
    ``notes`` tells what each record left out.
Names
    ``checkpoint`` names the present state; the name works wherever a step's number does, and its state is
    kept when older ones are thinned. ``ignore`` leaves a variable out, ``watch`` takes it in again.

docs/undo.md says what was decided for threads, modules, random state and the like, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NoReturn

from autodash_jupyter.errors import NothingToRestoreError, did_you_mean
from autodash_jupyter.history.changes import is_variable
from autodash_jupyter.history.cursors import Line, line_of
from autodash_jupyter.history.differences import Difference, difference_between
from autodash_jupyter.history.recording import Recorder
from autodash_jupyter.history.remarks import LARGE_TABLE, unsaid
from autodash_jupyter.history.restoring import move_heap, name_the_stuck
from autodash_jupyter.history.snapshots import Snapshot
from autodash_jupyter.history.states import Node
from autodash_jupyter.models import Change, Restored, Step

__all__ = ["Timeline"]


class Timeline(Recorder):
    """Undo and redo for the variables of a namespace, and everything they reach.

    ``namespace`` is the dict the variables live in; ``hidden`` returns further names to leave alone, and is
    asked each time; ``max_steps`` is how many steps can be undone; ``budget`` bounds what one record costs.

    >>> variables = {"scores": [1, 2]}
    >>> timeline = Timeline(variables)
    >>> variables["scores"].append(3)
    >>> str(timeline.record("scores.append(3)").changes[0])
    'scores: list of 2 → list of 3'
    >>> timeline.undo().changes[0].after, variables
    ('list of 2', {'scores': [1, 2]})
    """

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first, those of other branches and those too old to undo too."""
        return tuple(self._branches.steps.values())

    @property
    def position(self) -> int:
        """The step whose state holds; 0 is the start."""
        return self._branches.position

    @property
    def can_undo(self) -> bool:
        """Whether there is a recorded step to undo."""
        return self._is_kept(self._branches.back)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._is_kept(self._branches.forward)

    def _is_kept(self, way: Callable[[int], int]) -> bool:
        try:
            return way(1) in self._snapshots
        except NothingToRestoreError:
            return False

    @property
    def undone(self) -> tuple[int, ...]:
        """The steps that ``redo`` would take, in order."""
        return self._branches.ahead()

    @property
    def checkpoints(self) -> Mapping[str, int]:
        """The steps that have names, by name."""
        return dict(self._checkpoints.by_name)

    @property
    def ignored(self) -> frozenset[str]:
        """The variables left out."""
        return frozenset(self._ignored)

    def notes(self, step_id: int) -> tuple[str, ...]:
        """Return what was not looked at when a step was recorded, one line for each variable."""
        return self._remarks.of(step_id)

    def doubts(self, step_id: int) -> tuple[str, ...]:
        """Return the notes a person should know of: not those on memory that is being copied anyway."""
        return tuple(note for note in self.notes(step_id) if not note.endswith(f": {LARGE_TABLE}"))

    def undo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go back by a number of steps; with ``name``, back by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._record_rest(steps)
        return self._move(self._branches.back(steps)) if name is None else self._move_variable(name, -steps)

    def redo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go forward again by a number of steps; with ``name``, by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._record_rest(steps)
        if name is not None:
            return self._move_variable(name, steps)
        return self._move(self._branches.forward(steps, self._cursors.can_redo()))

    def goto(self, step: int | str) -> Restored:
        """Go to the state after a step, given by number or by a checkpoint's name; 0 is the start.

        Raises ``NothingToRestoreError``, having changed nothing, for a step that never was or whose state
        is no longer kept.
        """
        step_id = self._step_id(step)
        self._require_kept(step_id)
        self._record_rest()
        return self._move(step_id)

    def checkpoint(self, name: str) -> int:
        """Give the present state a name, and return its step; the name no longer stands for another.

        Raises ``InvalidNameError`` for a name that could be taken for a number.
        """
        self._checkpoints.require_fit(name)
        self._record_rest()
        if self._is_mixed:  # what was moved variable by variable may be no step's state yet
            scan = self._scanner.scan(self._roots())
            if self._changes_since_position(scan):
                self._take(scan, f"%checkpoint {name}", 0.0, always=True)
        self._checkpoints.set(name, self.position)
        return self.position

    def diff(self, start: int | str, end: int | str | None = None) -> Difference:
        """Return what differs between the states after two steps, or after one and the variables as they are.

        Raises ``NothingToRestoreError`` for a step that never was or whose state is no longer kept.
        """
        self._record_rest()
        ends = [self._step_id(step) for step in (start, end) if step is not None]
        for step_id in ends:
            self._require_kept(step_id)
        now = Snapshot(self.position, None, self._heap.roots, dict(self._heap.nodes))
        first, last, *_ = (*map(self._snapshots.__getitem__, ends), now)
        return difference_between(first, last, None if end is None else last.step_id)

    def ignore(self, name: str) -> None:
        """Leave a variable out from now on: no move touches it, and what was recorded of it is let go of.

        Raises ``NothingToRestoreError`` for a name nobody knows.
        """
        if name not in self._namespace and name not in self._heap.roots:
            self._refuse_unknown(name)
        self._record_rest()
        self._ignored.add(name)
        self._snapshots.forget(name)
        self._amend(self._scanner.scan(self._roots()))

    def watch(self, name: str) -> None:
        """Take a variable in again that was left out; before, it counts as having been as it is now.

        Raises ``NothingToRestoreError`` for a name that isn't left out.
        """
        if name not in self._ignored:
            msg = f"{name!r} is not left out.{did_you_mean(name, self._ignored)}"
            raise NothingToRestoreError(msg)
        self._record_rest()
        self._ignored.discard(name)
        scan = self._scanner.scan(self._roots())
        self._amend(scan)
        if name in scan.roots:
            self._snapshots.add_everywhere(name, scan.roots[name], scan.added)

    def _move(self, target: int) -> Restored:
        """Put every variable into a step's state."""
        self._require_kept(target)
        snapshot, passed = self._snapshots[target], self._branches.between(self.position, target)
        keys = self._snapshots.keys_between(self.position, target) | self._moved
        met = set(self._heap.nodes)
        changes, reasons = move_heap(self._heap, {key: snapshot.node(key) for key in keys}, snapshot.roots)
        self._write_names()
        stuck = {key: self._heap.nodes[key] for key in reasons if key in self._heap.nodes}
        snapshot.nodes.update(stuck)  # as they are, else they would look changed
        remarks = self._remarks.to_tell(passed, target)
        self._branches.move(target)
        self._moved, self._has_just_made_a_step = set(), False
        self._cursors.clear()
        return self._restored(changes, reasons, met, passed, remarks)

    def _move_variable(self, name: str, by: int) -> Restored:
        """Put one variable, and what it reaches, into one of its own earlier or later states."""
        line = self.line(name).moved(name, by)
        self._require_kept(line.holds_at)
        snapshot, roots = self._snapshots[line.holds_at], dict(self._heap.roots)
        wanted: dict[int, Node | None] = {}
        roots.pop(name, None)
        if name in snapshot.roots:
            roots[name] = snapshot.roots[name]
            wanted.update(snapshot.reachable(roots[name]))
        before = set(self._heap.nodes)
        changes, reasons = move_heap(self._heap, wanted, roots)
        self._write_names()
        self._moved |= wanted.keys() | (before - self._heap.nodes.keys())
        self._has_just_made_a_step = False
        self._move_cursors(name, line)
        passed = {each for each in line.states if each > line.holds_at}
        told = self._remarks.to_tell(passed, line.holds_at)
        remarks = [each for each in told if each.startswith(f"{name}: ")]
        return self._restored(changes, reasons, before, passed, remarks)

    def line(self, name: str) -> Line:
        """Return a variable's own states; raises ``NothingToRestoreError`` for a name nobody knows."""
        if name in self._ignored:
            self._refuse_unknown(name)
        line = self._cursors.get(name)
        if line is None:
            steps = self._branches.steps
            branch = [steps[step_id] for step_id in sorted(self._branches.ancestry(self.position))]
            line = line_of(name, branch, self.position)
        if len(line.states) == 1 and name not in self._heap.roots:
            self._refuse_unknown(name)
        return line

    def _refuse_unknown(self, name: str) -> NoReturn:
        known = [known for known in (*self._heap.roots, *self._cursors.names) if is_variable(known)]
        left_out = " It is left out; %timeline --watch takes it in again." if name in self._ignored else ""
        msg = f"There is no variable {name!r}.{left_out or did_you_mean(str(name), known)}"
        raise NothingToRestoreError(msg)

    def _move_cursors(self, name: str, line: Line) -> None:
        self._cursors.move(name, line)
        value = self._heap.roots.get(name, self)
        for other, held in self._heap.roots.items():
            if held is value and other != name and self._heap.is_walked(held):
                self._cursors.follow(other, self.line(other), line.holds_at)

    def _write_names(self) -> None:
        """Bind the namespace's names to what the heap says."""
        wanted = {name: value for name, value in self._heap.roots.items() if is_variable(name)}
        for name in self._roots().keys() - self._heap.roots.keys():
            self._namespace.pop(name, None)
        for name, value in wanted.items():
            if name not in self._namespace or self._namespace[name] is not value:
                self._namespace[name] = value

    def _restored(
        self,
        changes: tuple[Change, ...],
        reasons: Mapping[int, str],
        met: Collection[int],
        passed: Collection[int],
        remarks: Sequence[str],
    ) -> Restored:
        steps = self._branches.steps
        labels = [steps[step_id].label for step_id in sorted(passed) if step_id in steps]
        stuck = name_the_stuck(self._heap, reasons, met, labels)
        stuck = (*self._snapshots.take_lost(), *stuck)
        return Restored(steps.get(self.position), changes, (*stuck, *unsaid(remarks, stuck)))

    def _step_id(self, step: int | str) -> int:
        if isinstance(step, str) and not step.isdigit():
            return self._checkpoints.step(step)
        return self._branches.known(int(step) if isinstance(step, str) else step)

    def _require_kept(self, step_id: int) -> None:
        if step_id not in self._snapshots:
            where = f"The state after step {step_id}" if step_id else "The start"
            msg = (
                f"{where} is no longer kept: the oldest state to go to is after step {min(self._snapshots)}."
            )
            raise NothingToRestoreError(msg)
        self._snapshots.bring(step_id)
