"""Puts the steps and states of an earlier kernel before those of this one, in one timeline.

In a kernel where nothing would be lost, one then stands at the earlier kernel's last state. Else what this
kernel did follows as steps, the first of them its start, and the return of the variables is one more step.
"""

# ruff: noqa: SLF001 - the other half of what a timeline does to its own parts

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.changes import is_variable
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.persistence.keeper import DiskKeeper
from autodash_jupyter.history.persistence.ledger import Contents
from autodash_jupyter.history.restoring import move_heap
from autodash_jupyter.history.snapshots import Snapshot
from autodash_jupyter.history.states import same_values
from autodash_jupyter.history.timeline import Timeline
from autodash_jupyter.interrupts import uninterrupted
from autodash_jupyter.models import Restored, Step

__all__ = ["last_stored", "not_stored", "resume"]

_NEW_KERNEL = "(a new kernel)"
_RESTORE = "%timeline --restore"


def last_stored(contents: Contents, stored: Collection[int]) -> int:
    """Return the step one stood at, or the nearest before it whose state is stored.

    Raises NothingToRestoreError where no state is.
    """
    step_id = contents.position
    while step_id not in stored and step_id in contents.steps:
        step_id = contents.steps[step_id].parent
    if step_id in stored:
        return step_id
    if not stored:
        msg = "Nothing of this history was stored yet when its kernel ended."
        raise NothingToRestoreError(msg)
    return max(stored)


def not_stored(contents: Contents, target: int) -> tuple[int, ...]:
    """Return the steps between a state and where one stood, oldest first."""
    found: list[int] = []
    step_id = contents.position
    while step_id != target and step_id in contents.steps:
        found.append(step_id)
        step_id = contents.steps[step_id].parent
    return tuple(reversed(found))


def resume(timeline: Timeline, keeper: DiskKeeper, contents: Contents, past: dict[int, Snapshot]) -> Restored:
    """Bring an earlier kernel's variables back, and let undo go on from there.

    Raises BlobError, having changed nothing, where the last state can't be read.
    """
    with uninterrupted() as hold:
        timeline._record_rest()
        tree, target = timeline._snapshots, last_stored(contents, past)
        present = tree._by_id
        earlier_keeper, tree.keeper = tree.keeper, keeper
        shift = max((*contents.steps, *past)) + 1
        tree.replant({**past, **_shifted(present, shift, past[target])})
        try:
            with hold.released():
                tree.bring(target)
        except BaseException:
            _shifted(present, -shift, None)
            tree.replant({step_id: present[step_id] for step_id in present})
            tree.keeper = earlier_keeper
            raise
        return _stand_at(timeline, keeper, contents, past[target], shift)


def _stand_at(
    timeline: Timeline, keeper: DiskKeeper, contents: Contents, restored_at: Snapshot, shift: int
) -> Restored:
    """Take the steps over, and put the variables into a state that is in memory."""
    tree, here = timeline._snapshots, timeline.position
    _take_steps_over(timeline, contents, shift, restored_at.step_id)
    start = tree[shift]
    absent = {key: None for each in restored_at.lineage() for key in each.nodes}
    start.nodes = {**absent, **start.nodes}
    _take_patches_over(timeline, restored_at, start)
    if _loses_nothing(timeline._heap.roots, restored_at.roots):
        restored = timeline._move(restored_at.step_id)
        _forget_present(timeline, shift)
        return restored
    for step_id in sorted(each for each in tree if each >= shift):
        keeper.added(tree[step_id])
    timeline._branches.move(here + shift)
    return _bring_as_a_step(timeline, restored_at)


def _shifted(snapshots: Mapping[int, Snapshot], by: int, before: Snapshot | None) -> dict[int, Snapshot]:
    """Renumber snapshots, the first of which then follows ``before``."""
    for snapshot in snapshots.values():
        if snapshot.parent is None or (by < 0 and snapshot.parent.step_id not in snapshots):
            snapshot.parent = before
        snapshot.step_id += by
    return {snapshot.step_id: snapshot for snapshot in snapshots.values()}


def _take_steps_over(timeline: Timeline, contents: Contents, shift: int, target: int) -> None:
    branches = timeline._branches
    later = {
        step.step_id + shift: replace(step, step_id=step.step_id + shift, parent=step.parent + shift)
        for step in branches.steps.values()
    }
    branches.steps = {**contents.steps, shift: Step(shift, target, _NEW_KERNEL, ()), **later}
    branches._next = {}
    branches.move(timeline.position + shift)
    timeline._remarks._by_step = {step + shift: lines for step, lines in timeline._remarks._by_step.items()}
    names = {name: step_id + shift for name, step_id in timeline._checkpoints.by_name.items()}
    timeline._checkpoints.by_name = {**contents.checkpoints, **names}


def _take_patches_over(timeline: Timeline, restored_at: Snapshot, start: Snapshot) -> None:
    """Let what is assigned in installed packages be part of this kernel's states too, as it is there now."""
    tree, heap = timeline._snapshots, timeline._heap
    for name, patch in restored_at.roots.items():
        if type(patch) is Patch:
            node = heap.capture(patch, name)
            heap.put(id(patch), node)
            timeline._patches.roots[name] = heap.roots[name] = patch
            start.nodes[id(patch)] = node
            for step_id in (each for each in tree if each >= start.step_id):
                tree[step_id].roots[name] = patch


def _loses_nothing(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Whether every variable there is now comes back as it is."""
    return all(
        name in then and (then[name] is value or same_values((then[name],), (value,)))
        for name, value in now.items()
        if is_variable(name)
    )


def _forget_present(timeline: Timeline, shift: int) -> None:
    """Let go of the steps of a kernel that had nothing yet."""
    tree, branches = timeline._snapshots, timeline._branches
    keeper, tree.keeper = tree.keeper, None
    tree.keep_only([step_id for step_id in tree if step_id < shift])
    tree.keeper = keeper
    branches.steps = {step_id: step for step_id, step in branches.steps.items() if step_id < shift}
    branches._next = {}
    branches.move(branches.position)
    kept = timeline._checkpoints.by_name
    timeline._checkpoints.by_name = {name: step_id for name, step_id in kept.items() if step_id < shift}


def _bring_as_a_step(timeline: Timeline, restored_at: Snapshot) -> Restored:
    """Bind the earlier variables beside the present ones, as a step."""
    heap, tree, branches = timeline._heap, timeline._snapshots, timeline._branches
    roots = {**heap.roots, **restored_at.roots}
    wanted = {}
    for value in restored_at.roots.values():
        wanted.update(restored_at.reachable(value))
    before = set(heap.nodes)
    changes, reasons = move_heap(heap, wanted, roots)
    timeline._write_names()
    keys = wanted.keys() | (before - heap.nodes.keys())
    step_id, position = max(branches.steps) + 1, branches.position
    tree.add(step_id, position, heap.roots, {key: heap.nodes.get(key) for key in keys})
    branches.add(Step(step_id, position, _RESTORE, changes))
    timeline._remarks.add(step_id)
    return timeline._restored(changes, reasons, before, (), ())
