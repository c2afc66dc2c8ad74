"""The recording half of a timeline: what changed since the last record becomes a step with its snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from dataclasses import replace
from itertools import repeat
from operator import is_
from typing import Any

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.boundaries import IPYTHON_NAMES, is_shell_name
from autodash_jupyter.history.branches import START, Branches
from autodash_jupyter.history.changes import View, changes_between, differing_names
from autodash_jupyter.history.checkpoints import Checkpoints
from autodash_jupyter.history.cursors import Cursors
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.pandas_internals import works
from autodash_jupyter.history.patches import Patches
from autodash_jupyter.history.randomness import global_generators
from autodash_jupyter.history.remarks import Remarks
from autodash_jupyter.history.scan import Budget, Scan
from autodash_jupyter.history.scanner import Scanner
from autodash_jupyter.history.second_copies import SecondCopies
from autodash_jupyter.history.snapshots import SnapshotTree
from autodash_jupyter.history.states import Node
from autodash_jupyter.history.ways_round import may_write_past_copy_on_write
from autodash_jupyter.models import Change, Step

__all__ = ["Recorder", "SECONDS_OF_PATIENCE"]

_UNRECORDED = "(changed before going back)"

SECONDS_OF_PATIENCE = 1.0
"""How many seconds more than a record a look may take that a person asked for, as by an undo."""


class Recorder:
    """Records a namespace's states, step by step."""

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        *,
        hidden: Callable[[], Collection[str]] = tuple,
        max_steps: int = 50,
        budget: Budget | None = None,
    ) -> None:
        works()  # whatever pandas imports when it is first used shall not be on the first record's time
        self._namespace = namespace
        self._hidden = hidden
        self._ignored: set[str] = set()
        self._own_names: set[str] = set()  # of variables met: they are no shell's
        self._max_steps = max(1, max_steps)
        self._patches = Patches()
        budget = budget or Budget()
        self._second_copies = SecondCopies(budget.background_bytes)
        self._heap = Heap(opaque=(id(namespace), id(self)))
        self._scanner = Scanner(self._heap, budget)
        first = self._scanner.scan(self._roots())
        self._scanner.commit(first)
        self._snapshots = SnapshotTree(first.roots, self._heap.nodes)
        self._remarks = Remarks(first.unverified)
        self._branches = Branches()
        self._cursors = Cursors()
        self._checkpoints = Checkpoints()
        self._moved: set[int] = set()  # keys of objects moved by variable, so apart from the position's state
        self._has_just_made_a_step = False
        self._is_in_doubt = False  # whether code nobody knows ran since all memory was last compared
        self._patches.meet(first.roots)
        self._copy_in_background(first)

    def expect(self, code: str) -> None:
        """Tell that a cell is about to run this code; not needed, but then more of it can be undone.

        What the cell is going to assign in installed packages is noted, and where it may write to tables
        past copy-on-write, their second copies are finished first.
        """
        self._patches.expect(code, self._namespace)
        if may_write_past_copy_on_write(code, self._namespace):
            self._second_copies.finish()

    def record(self, label: str = "", seconds: float = 0.0) -> Step | None:
        """Record what changed since the last record, as a step; None where nothing did.

        ``label`` is the cell's code, ``seconds`` how long it ran.
        """
        self._second_copies.adopt()
        self._find_patches(label)
        exact = bool(label) and may_write_past_copy_on_write(label, self._namespace)
        if exact:
            self._second_copies.cancel()
        self._is_in_doubt |= not label
        patience = SECONDS_OF_PATIENCE if exact else 0.0
        scan = self._scanner.scan(self._roots(), patience, exact=exact, suspicious=exact)
        if exact:
            self._is_in_doubt = False
        step = self._take(scan, label, seconds)
        self._has_just_made_a_step = step is not None
        return step

    @property
    def kept(self) -> frozenset[int]:
        """The steps whose states can be gone to; 0 is the start."""
        return frozenset(self._snapshots)

    @property
    def copied_bytes(self) -> int:
        """How many bytes were copied in the background since the last record."""
        return self._second_copies.nbytes

    def close(self) -> None:
        """Stop what runs in the background; recording goes on without it."""
        self._second_copies.close()

    def _roots(self) -> dict[str, Any]:
        """Return the present bindings: the user's, what all share, and what cells assigned elsewhere."""
        roots = dict(self._namespace)
        if not all(map(is_, map(type, roots), repeat(str))):
            roots = {name: value for name, value in roots.items() if type(name) is str}
        for name in roots.keys() & IPYTHON_NAMES.union(self._hidden(), self._ignored):
            del roots[name]
        for name in [name for name in roots.keys() - self._own_names if is_shell_name(name)]:
            del roots[name]
        self._own_names.update(roots)
        roots.update(global_generators())
        roots.update(self._patches.roots)
        return roots

    def _find_patches(self, code: str) -> None:
        """Take the attributes a cell assigned in installed packages among the roots of every state."""
        for name, patch, value in self._patches.find(code, self._namespace):
            node = replace(self._heap.capture(patch, name), state=value, children=())
            self._heap.put(id(patch), node)
            self._heap.roots[name] = patch
            self._snapshots.add_everywhere(name, patch, {id(patch): node})

    def _take(self, scan: Scan, label: str, seconds: float, *, always: bool = False) -> Step | None:
        """Take over what a scan found, as a step where something changed, or ``always``."""
        self._snapshots.mark_unknown(self._branches.position, {key: scan.added[key] for key in scan.late})
        changes = self._changes_in(scan)
        self._remark(scan, changes)
        if not changes and not always:
            self._amend(scan)
            return None
        step_id = max(self._branches.steps, default=START) + 1
        differences: dict[int, Node | None] = {key: self._heap.nodes.get(key) for key in self._moved}
        differences.update(scan.differences())
        told = self._changes_since_position(scan) if self._is_mixed else changes
        self._commit(scan)
        self._snapshots.add(step_id, self._branches.position, scan.roots, differences)
        self._branches.add(Step(step_id, self._branches.position, label, told, seconds=seconds))
        self._remarks.add(step_id)
        self._moved = set()
        self._cursors.extend({change.name for change in changes}, step_id)
        self._snapshots.keep_only(self._branches.undoable(self._max_steps) | self._checkpoints.steps)
        self._heap.registry.forget()
        return self._branches.steps[step_id]

    def _commit(self, scan: Scan) -> None:
        if scan.is_rebound:
            self._patches.meet(scan.roots)
        self._scanner.commit(scan)
        self._copy_in_background(scan)

    def _copy_in_background(self, scan: Scan) -> None:
        for node in sorted(self._scanner.to_copy(scan), key=lambda node: int(node.obj.nbytes)):
            self._second_copies.want(node)

    def _remark(self, scan: Scan, changes: Collection[Change]) -> None:
        self._remarks.present = tuple(scan.unverified)
        if not self._remarks.is_unfinished:
            steps = {START, *self._branches.ancestry(self._branches.position)}
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
        snapshot, after = self._snapshots[self._branches.position], scan.nodes_after(self._heap.nodes)
        keys = self._moved | scan.changed.keys()
        known = {key: node for key in keys if (node := snapshot.node(key)) is not None}
        changed = {key for key, node in known.items() if after.get(key, node) is not node}
        before, holders = View(snapshot.roots, snapshot.node), self._holders_after(scan)
        return changes_between(before, View(scan.roots, after.get), holders, changed)

    def _holders_after(self, scan: Scan) -> Collection[Node]:
        return scan.holders_after(self._heap.holders).values()

    def _amend(self, scan: Scan) -> None:
        """Take over what changed form, not value, into the state that holds."""
        self._commit(scan)
        if self._is_mixed and not self._has_just_made_a_step:
            self._moved.update(scan.differences())
            return
        self._snapshots.amend(self._branches.position, scan.roots, scan.differences())

    def _record_rest(self, steps: int = 1) -> None:
        """Record what no cell did, and look longer than a cell's record could.

        Raises NothingToRestoreError for a number of steps nobody can go.
        """
        if type(steps) is not int or steps < 1:
            msg = "The number of steps must be 1 or more."
            raise NothingToRestoreError(msg)
        had_just_made_a_step, was_in_doubt = self._has_just_made_a_step, self._is_in_doubt
        step = self.record(_UNRECORDED)
        if was_in_doubt or self._remarks.is_unfinished:
            self._has_just_made_a_step = had_just_made_a_step or step is not None
            self._finish_looking()

    def _finish_looking(self) -> None:
        """Look again with more time; what the last cell's record missed belongs to that cell's step."""
        scan = self._scanner.scan(self._roots(), SECONDS_OF_PATIENCE, exact=self._is_in_doubt)
        self._is_in_doubt = False
        if not self._has_just_made_a_step:
            self._take(scan, _UNRECORDED, 0.0)
            return
        position = self._branches.position
        self._snapshots.mark_unknown(position, {key: scan.added[key] for key in scan.late})
        changes = self._changes_in(scan)
        self._remark(scan, changes)
        self._amend(scan)
        step = self._branches.steps[position]
        told = {change.name for change in step.changes}
        more = tuple(change for change in changes if change.name not in told)
        self._branches.steps[position] = replace(step, changes=(*step.changes, *more))
