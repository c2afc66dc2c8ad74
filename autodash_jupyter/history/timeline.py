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
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from dataclasses import replace
from typing import Any

from autodash_jupyter.errors import NothingToRestoreError, did_you_mean
from autodash_jupyter.history.boundaries import IPYTHON_NAMES, is_shell_name
from autodash_jupyter.history.branches import START, Branches
from autodash_jupyter.history.changes import GLOBAL, View, changes_between, differing_names
from autodash_jupyter.history.cursors import Cursors, Line, line_of
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.randomness import global_generators
from autodash_jupyter.history.remarks import Remarks, unsaid
from autodash_jupyter.history.restoring import move_heap, name_the_stuck
from autodash_jupyter.history.scan import Budget, Scan, Scanner
from autodash_jupyter.history.snapshots import SnapshotTree
from autodash_jupyter.history.states import Node
from autodash_jupyter.models import Change, Restored, Step

__all__ = ["Timeline"]

_UNRECORDED = "(changed before going back)"

_PATIENCE = 1.0
"""How many seconds more than a record an undo may take to look at everything, since a person asked for it."""


class Timeline:
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

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        *,
        hidden: Callable[[], Collection[str]] = tuple,
        max_steps: int = 50,
        budget: Budget | None = None,
    ) -> None:
        self._namespace = namespace
        self._hidden = hidden
        self._max_steps = max(1, max_steps)
        self._heap = Heap(opaque=(id(namespace), id(self)))
        self._scanner = Scanner(self._heap, budget or Budget())
        first = self._scanner.scan(self._roots())
        self._scanner.commit(first)
        self._snapshots = SnapshotTree(first.roots, self._heap.nodes)
        self._remarks = Remarks(first.unverified)
        self._branches = Branches()
        self._cursors = Cursors()
        self._moved: set[int] = set()  # keys of objects moved by variable, so apart from the position's state
        self._has_just_made_a_step = False

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

    def notes(self, step_id: int) -> tuple[str, ...]:
        """Return what was not looked at when a step was recorded, one line for each variable."""
        return self._remarks.of(step_id)

    def record(self, label: str = "", seconds: float = 0.0) -> Step | None:
        """Record what changed since the last record, as a step; None where nothing did.

        ``label`` is the cell's code, ``seconds`` how long it ran.
        """
        step = self._take(self._scanner.scan(self._roots()), label, seconds)
        self._has_just_made_a_step = step is not None
        return step

    def undo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go back by a number of steps; with ``name``, back by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._record_rest(steps, wholly=name is None)
        return self._move(self._branches.back(steps)) if name is None else self._move_variable(name, -steps)

    def redo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go forward again by a number of steps; with ``name``, by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._record_rest(steps)
        return self._move(self._branches.forward(steps)) if name is None else self._move_variable(name, steps)

    def goto(self, step_id: int) -> Restored:
        """Go to the state after a step, on whatever branch; 0 is the start.

        Raises ``NothingToRestoreError``, having changed nothing, for a step that never was or whose state
        is no longer kept.
        """
        self._require_kept(self._branches.known(step_id))
        self._record_rest(wholly=True)
        return self._move(step_id)

    # Recording

    def _roots(self) -> dict[str, Any]:
        """Return the present bindings: the user's, and the random state everybody shares."""
        left_out = IPYTHON_NAMES.union(self._hidden())
        roots = {
            name: value
            for name, value in dict(self._namespace).items()
            if type(name) is str
            and name not in left_out
            and (not name.startswith("_") or not is_shell_name(name))
        }
        roots.update(global_generators())
        return roots

    def _take(self, scan: Scan, label: str, seconds: float) -> Step | None:
        """Take over what a scan found, as a step where something changed."""
        self._snapshots.mark_unknown(self.position, {key: scan.added[key] for key in scan.late})
        changes = self._changes_in(scan)
        self._remark(scan, changes)
        if not changes:
            self._amend(scan)
            return None
        step_id = len(self._branches.steps) + 1
        differences: dict[int, Node | None] = {key: self._heap.nodes.get(key) for key in self._moved}
        differences.update(scan.differences())
        told = self._changes_since_position(scan) if self._is_mixed else changes
        self._scanner.commit(scan)
        self._snapshots.add(step_id, self.position, scan.roots, differences)
        self._branches.add(Step(step_id, self.position, label, told, seconds=seconds))
        self._remarks.add(step_id)
        self._moved = set()
        self._cursors.extend({change.name for change in changes}, step_id)
        self._snapshots.keep_only(self._branches.undoable(self._max_steps))
        self._heap.registry.forget()
        return self._branches.steps[step_id]

    def _remark(self, scan: Scan, changes: Collection[Change]) -> None:
        self._remarks.present = tuple(scan.unverified)
        if not self._remarks.is_unfinished:
            steps = {START, *self._branches.ancestry(self.position)}
            self._remarks.settle(steps, {change.name for change in changes})

    @property
    def _is_mixed(self) -> bool:
        return bool(self._moved or self._cursors)

    def _changes_in(self, scan: Scan) -> tuple[Change, ...]:
        """Return what the walk found changed, against the present state."""
        if not scan.changed and not (scan.is_rebound and differing_names(self._heap.roots, scan.roots)):
            return ()
        before = View(self._heap.roots, self._heap.nodes.get)
        after, holders = scan.nodes_after(self._heap.nodes), self._holders_after(scan)
        return changes_between(before, View(scan.roots, after.get), holders, scan.changed)

    def _changes_since_position(self, scan: Scan) -> tuple[Change, ...]:
        """Return what differs from the position's state, variables moved on their own included."""
        snapshot, after = self._snapshots[self.position], scan.nodes_after(self._heap.nodes)
        keys = self._moved | scan.changed.keys()
        known = {key: node for key in keys if (node := snapshot.node(key)) is not None}
        changed = {key for key, node in known.items() if after.get(key, node) is not node}
        before, holders = View(snapshot.roots, snapshot.node), self._holders_after(scan)
        return changes_between(before, View(scan.roots, after.get), holders, changed)

    def _holders_after(self, scan: Scan) -> Collection[Node]:
        return scan.holders_after(self._heap.holders).values()

    def _amend(self, scan: Scan) -> None:
        """Take over what changed form, not value, into the state that holds."""
        self._scanner.commit(scan)
        if self._is_mixed:
            self._moved.update(scan.differences())
            return
        snapshot = self._snapshots[self.position]
        snapshot.nodes.update(scan.differences())
        snapshot.roots = scan.roots

    def _record_rest(self, steps: int = 1, *, wholly: bool = False) -> None:
        """Record what no cell did; raises NothingToRestoreError for a number of steps nobody can go."""
        if type(steps) is not int or steps < 1:
            msg = "The number of steps must be 1 or more."
            raise NothingToRestoreError(msg)
        had_just_made_a_step = self._has_just_made_a_step
        step = self.record(_UNRECORDED)
        if wholly and self._remarks.is_unfinished and not self._is_mixed:
            self._finish_looking(is_of_the_last_step=had_just_made_a_step or step is not None)

    def _finish_looking(self, *, is_of_the_last_step: bool) -> None:
        """Look again with more time; what the last cell's record missed belongs to that cell's step."""
        scan = self._scanner.scan(self._roots(), patience=_PATIENCE)
        if not is_of_the_last_step:
            self._take(scan, _UNRECORDED, 0.0)
            return
        self._snapshots.mark_unknown(self.position, {key: scan.added[key] for key in scan.late})
        changes = self._changes_in(scan)
        self._remark(scan, changes)
        self._amend(scan)
        step = self._branches.steps[self.position]
        told = {change.name for change in step.changes}
        more = tuple(change for change in changes if change.name not in told)
        self._branches.steps[self.position] = replace(step, changes=(*step.changes, *more))

    # Moving

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
        self._moved = set()
        self._cursors.clear()
        self._has_just_made_a_step = False
        return self._restored(changes, reasons, met, passed, remarks)

    def _move_variable(self, name: str, by: int) -> Restored:
        """Put one variable, and what it reaches, into one of its own earlier or later states."""
        line = self._line(name).moved(name, by)
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
        self._move_cursors(name, line)
        passed = {each for each in line.states if each > line.holds_at}
        remarks = [
            each for each in self._remarks.to_tell(passed, line.holds_at) if each.startswith(f"{name}: ")
        ]
        return self._restored(changes, reasons, before, passed, remarks)

    def _line(self, name: str) -> Line:
        """Return a variable's states; raises NothingToRestoreError for a name nobody knows."""
        line = self._cursors.get(name)
        if line is None:
            steps = self._branches.steps
            branch = [steps[step_id] for step_id in sorted(self._branches.ancestry(self.position))]
            line = line_of(name, branch, self.position)
        if len(line.states) == 1 and name not in self._heap.roots:
            known = [known for known in self._heap.roots if not known.startswith(GLOBAL)]
            msg = f"There is no variable {name!r}.{did_you_mean(str(name), known)}"
            raise NothingToRestoreError(msg)
        return line

    def _move_cursors(self, name: str, line: Line) -> None:
        self._cursors.move(name, line)
        value = self._heap.roots.get(name, self)
        for other, held in self._heap.roots.items():
            if held is value and other != name and self._heap.is_walked(held):
                self._cursors.follow(other, self._line(other), line.holds_at)

    def _write_names(self) -> None:
        """Bind the namespace's names to what the heap says."""
        wanted = {name: value for name, value in self._heap.roots.items() if not name.startswith(GLOBAL)}
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
        return Restored(steps.get(self.position), changes, (*stuck, *unsaid(remarks, stuck)))

    def _require_kept(self, step_id: int) -> None:
        if step_id not in self._snapshots:
            where = f"The state after step {step_id}" if step_id else "The start"
            msg = (
                f"{where} is no longer kept: the oldest state to go to is after step {min(self._snapshots)}."
            )
            raise NothingToRestoreError(msg)
