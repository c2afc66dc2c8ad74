"""The timeline: steps, branches and cursors over the states of a namespace's variables.

What a step is
    ``record`` makes one where something changed since the last record: a name added, removed or bound to
    another value, or any reachable object changed in place. Equal builtin scalars bound anew are no change.
    Random state is part of every state, but drawing numbers alone makes no step.
Going back
    ``undo`` goes to the state before a step, ``redo`` to where one last came from, ``goto`` to the state after
    any step (0: the start). Each first records what changed since the last record. Objects are restored in
    place, so whoever else holds them sees it; names are bound to the same objects as then.
Branches
    A step after an undo starts a branch. The branch left behind stays, and ``goto`` reaches it; ``redo``
    follows the branch one came from last, so a new step leaves it nothing to redo.
One variable
    ``undo(name=...)`` moves what that variable reaches through this branch's steps that changed it, by a
    cursor of its own; the position stays. Other names for the same object move along. The next global undo,
    redo or goto puts every variable into its step's state; the next step records the mixed state as it is.
How far
    The last ``max_steps`` steps can be undone, and the states before them gone to; older states are dropped,
    their steps stay listed.
What can't be put back
    A generator's position, a file, a lock, a connection: ``Restored.not_restored`` names the variable and the
    reason where it moved on, or where the code of the steps undone mentions it. ``notes`` tells what a record
    left out, because its budget was spent or a table is large.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping
from typing import Any

from autodash_jupyter.errors import NothingToRestoreError, did_you_mean
from autodash_jupyter.history.boundaries import IPYTHON_NAMES, is_shell_name
from autodash_jupyter.history.changes import GLOBAL, View, changes_between, differing_names
from autodash_jupyter.history.cursors import Cursors, Line, line_of
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.randomness import global_generators
from autodash_jupyter.history.restoring import move_heap, name_the_stuck
from autodash_jupyter.history.scan import Budget, Scan, Scanner
from autodash_jupyter.history.snapshots import SnapshotTree
from autodash_jupyter.history.states import Node
from autodash_jupyter.models import Change, Restored, Step

__all__ = ["Timeline"]

START = 0
_UNRECORDED = "(changed before going back)"


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
        self._notes: dict[int, tuple[str, ...]] = {START: tuple(first.unverified)}
        self._steps: dict[int, Step] = {}
        self._position = START
        self._redo_to: dict[int, int] = {}  # state → the next one, on the branch last come from
        self._cursors = Cursors()
        self._moved: set[int] = set()  # keys of objects moved by variable, so apart from the position's state

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first, those of other branches and those too old to undo too."""
        return tuple(self._steps.values())

    @property
    def position(self) -> int:
        """The step whose state holds; 0 is the start."""
        return self._position

    @property
    def can_undo(self) -> bool:
        """Whether there is a state to undo to."""
        return self._position != START and self._steps[self._position].parent in self._snapshots

    @property
    def can_redo(self) -> bool:
        """Whether there is a state to redo to."""
        return self._redo_to.get(self._position, -1) in self._snapshots

    def notes(self, step_id: int) -> tuple[str, ...]:
        """Return what was not looked at when a step was recorded, one line for each variable."""
        return self._notes.get(step_id, ())

    def record(self, label: str = "", seconds: float = 0.0) -> Step | None:
        """Record what changed since the last record, as a step; None where nothing did.

        ``label`` is the cell's code, ``seconds`` how long it ran.
        """
        roots = self._roots()
        scan = self._scanner.scan(roots)
        changes = self._changes_in(scan)
        if not changes:
            self._amend(scan)
            return None
        step_id, parent = len(self._steps) + 1, self._position
        difference: dict[int, Node | None] = {key: self._heap.nodes.get(key) for key in self._moved}
        difference.update(scan.differences())
        shown = self._changes_since_position(scan) if self._is_mixed else changes
        self._scanner.commit(scan)
        self._snapshots.add(step_id, parent, roots, difference)
        self._steps[step_id] = step = Step(step_id, parent, label, shown, seconds=seconds)
        self._notes[step_id] = tuple(scan.unverified)
        self._position = self._redo_to[parent] = step_id
        self._moved = set()
        self._cursors.extend({change.name for change in changes}, step_id)
        self._forget_old_states()
        return step

    def undo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go back by a number of steps; with ``name``, back by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._require_count(steps)
        self._record_rest()
        if name is not None:
            return self._move_variable(name, -steps)
        target = self._position
        for done in range(steps):
            if target == START:
                msg = "Nothing to undo." if not done else f"Only {_count(done)} can be undone from here."
                raise NothingToRestoreError(msg)
            target = self._steps[target].parent
        return self._move(target)

    def redo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go forward again by a number of steps; with ``name``, by that many of this variable's own.

        Raises ``NothingToRestoreError``, having changed nothing, where there aren't as many.
        """
        self._require_count(steps)
        self._record_rest()
        if name is not None:
            return self._move_variable(name, steps)
        target = self._position
        for done in range(steps):
            if target not in self._redo_to:
                msg = "Nothing to redo." if not done else f"Only {_count(done)} can be redone from here."
                raise NothingToRestoreError(msg)
            target = self._redo_to[target]
        return self._move(target)

    def goto(self, step_id: int) -> Restored:
        """Go to the state after a step, on whatever branch; 0 is the start.

        Raises ``NothingToRestoreError``, having changed nothing, for a step that never was or whose state
        is no longer kept.
        """
        if step_id != START and step_id not in self._steps:
            known = f" Steps go from 1 to {len(self._steps)}." if self._steps else " None is recorded yet."
            msg = f"There is no step {step_id!r}.{known}"
            raise NothingToRestoreError(msg)
        self._require_kept(step_id)
        self._record_rest()
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

    @property
    def _is_mixed(self) -> bool:
        return bool(self._moved or self._cursors)

    def _changes_in(self, scan: Scan) -> tuple[Change, ...]:
        """Return what the walk found changed, against the present state."""
        if not scan.changed and not (scan.is_rebound and differing_names(self._heap.roots, scan.roots)):
            return ()
        before = View(self._heap.roots, self._heap.nodes.get)
        after = scan.nodes_after(self._heap.nodes)
        return changes_between(before, View(scan.roots, after.get), after.values(), scan.changed)

    def _changes_since_position(self, scan: Scan) -> tuple[Change, ...]:
        """Return what differs from the position's state, variables moved on their own included."""
        snapshot, after = self._snapshots[self._position], scan.nodes_after(self._heap.nodes)
        keys = self._moved | scan.changed.keys()
        known = {key: node for key in keys if (node := snapshot.node(key)) is not None}
        changed = {key for key, node in known.items() if after.get(key, node) is not node}
        before = View(snapshot.roots, snapshot.node)
        return changes_between(before, View(scan.roots, after.get), after.values(), changed)

    def _amend(self, scan: Scan) -> None:
        """Take over what changed form, not value, into the state that holds."""
        self._scanner.commit(scan)
        if self._is_mixed:
            self._moved.update(scan.differences())
            return
        snapshot = self._snapshots[self._position]
        snapshot.nodes.update(scan.differences())
        snapshot.roots = scan.roots

    def _record_rest(self) -> None:
        self.record(_UNRECORDED)

    def _forget_old_states(self) -> None:
        """Keep what the last steps can be undone to, and where we are; classes no state holds may go, too."""
        newest = list(self._steps)[-self._max_steps :]
        wanted = {self._position, *newest, *(self._steps[step_id].parent for step_id in newest)}
        self._snapshots.keep_only(wanted)
        self._heap.registry.forget()

    # Moving

    def _move(self, target: int) -> Restored:
        """Put every variable into a step's state."""
        self._require_kept(target)
        snapshot = self._snapshots[target]
        keys = self._snapshots.keys_between(self._position, target) | self._moved
        passed = self._ancestry(self._position) ^ self._ancestry(target)
        changes, reasons = move_heap(self._heap, {key: snapshot.node(key) for key in keys}, snapshot.roots)
        self._write_names()
        snapshot.nodes.update({key: self._heap.nodes[key] for key in reasons})  # else it would look changed
        self._position = target
        self._moved = set()
        self._cursors.clear()
        self._redo_to.update({self._steps[step_id].parent: step_id for step_id in self._ancestry(target)})
        return Restored(self._steps.get(target), changes, self._stuck(reasons, passed))

    def _move_variable(self, name: str, by: int) -> Restored:
        """Put one variable, and what it reaches, into one of its own earlier or later states."""
        line = self._line(name)
        at = line.at + by
        if not 0 <= at < len(line.states):
            there = line.at if by < 0 else len(line.states) - 1 - line.at
            verb = "undo" if by < 0 else "redo"
            left = (
                f"only {_count(there)} of it can be {verb.replace('do', 'done')}"
                if there
                else f"nothing to {verb}"
            )
            msg = f"{name}: {left}."
            raise NothingToRestoreError(msg)
        line = Line(line.states, at)
        self._require_kept(line.holds_at)
        snapshot, roots = self._snapshots[line.holds_at], dict(self._heap.roots)
        wanted: dict[int, Node | None] = {}
        roots.pop(name, None)
        if name in snapshot.roots:
            roots[name] = snapshot.roots[name]
            wanted.update(snapshot.reachable(roots[name]))
        passed = {step_id for step_id in self._ancestry(self._position) if step_id > line.holds_at}
        changes, reasons = move_heap(self._heap, wanted, roots)
        self._write_names()
        self._moved |= wanted.keys()
        self._move_cursors(name, line)
        return Restored(self._steps.get(self._position), changes, self._stuck(reasons, passed))

    def _line(self, name: str) -> Line:
        line = self._cursors.get(name)
        if line is None:
            branch = [self._steps[step_id] for step_id in sorted(self._ancestry(self._position))]
            line = line_of(name, branch, self._position)
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

    def _ancestry(self, step_id: int) -> set[int]:
        """Return a step and those before it on its branch, without the start."""
        found = set()
        while step_id != START:
            found.add(step_id)
            step_id = self._steps[step_id].parent
        return found

    def _stuck(self, reasons: Mapping[int, str], passed: Collection[int]) -> tuple[str, ...]:
        return name_the_stuck(self._heap, reasons, [self._steps[step_id].label for step_id in sorted(passed)])

    def _require_kept(self, step_id: int) -> None:
        if step_id not in self._snapshots:
            oldest = min(self._snapshots)
            where = f"the state after step {step_id}" if step_id else "the start"
            msg = f"{where.capitalize()} is no longer kept (the last {self._max_steps} steps are); \
the oldest one is {oldest}."
            raise NothingToRestoreError(msg)

    @staticmethod
    def _require_count(steps: int) -> None:
        if type(steps) is not int or steps < 1:
            msg = "The number of steps must be 1 or more."
            raise NothingToRestoreError(msg)


def _count(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"
