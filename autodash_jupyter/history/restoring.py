"""Puts recorded states back into the objects they were taken from, and names what can't be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from autodash_jupyter.history.arrays import BYTES
from autodash_jupyter.history.changes import View, changes_between, is_code
from autodash_jupyter.history.definitions import CLASSES
from autodash_jupyter.history.frames import forget_lookups
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.introspection import inherits, type_name
from autodash_jupyter.history.opaque import UNKNOWN, Opaque
from autodash_jupyter.history.reachability import names_reaching, references_lost, unreachable
from autodash_jupyter.history.states import GLOBAL, CannotRestoreError, Node
from autodash_jupyter.models import Change

__all__ = ["move_heap", "name_the_stuck"]


def move_heap(
    heap: Heap, wanted: Mapping[int, Node | None], roots: dict[str, Any]
) -> tuple[tuple[Change, ...], dict[int, str]]:
    """Put objects into the states wanted (None: unreachable then), and take ``roots`` for the bindings.

    Returns what changed, by name, and the reasons of the objects that couldn't be put back, by key; forgets
    what nothing reaches any more.
    """
    old_nodes, old_roots = dict(heap.nodes), heap.roots
    states = {key: node for key, node in wanted.items() if node is not None}
    reasons = restore(states, (*old_nodes.values(), *states.values()))
    for key in wanted.keys() - states.keys():
        heap.discard(key)
    for key, node in states.items():
        heap.put(key, node)
    for key in reasons:
        heap.put(key, _as_it_is(heap, key, states[key], old_nodes.get(key)))
    heap.roots = dict(roots)
    changed = {
        key for key in states if key in old_nodes and heap.nodes[key] is not old_nodes[key]
    } - reasons.keys()
    lost = references_lost(old_nodes, states, old_roots, heap.roots)
    unknown = {key for key in reasons if states[key].adapter is UNKNOWN}  # some may be of other states
    if lost or unknown:
        for key in unreachable({}, heap.nodes, heap.holders, heap.roots, lost | unknown):
            heap.discard(key)
            if key in unknown:
                del reasons[key]
    heap.wait_for_missing()
    before, after = View(old_roots, old_nodes.get), View(heap.roots, heap.nodes.get)
    return changes_between(before, after, heap.holders.values(), changed), reasons


def _as_it_is(heap: Heap, key: int, wanted: Node, found: Node | None) -> Node:
    """Return the present state of what couldn't be put back, as recorded just before where that is known."""
    if wanted.adapter is not BYTES and wanted.adapter is not UNKNOWN:
        return heap.capture(wanted.obj, wanted.origin)
    if found is not None or key >= 0:
        return found or heap.capture(wanted.obj, wanted.origin)
    return Node(wanted.obj, wanted.kind, BYTES, None, (), (), wanted.origin)


def restore(wanted: Mapping[int, Node], reachable: Iterable[Node]) -> dict[int, str]:
    """Put every object into the state of its node; return the reasons for those that can't be, by key.

    Classes come first, since their bases say where instances keep their attributes; bytes come last, when
    arrays have their shape again; indexes among the ``reachable`` nodes then
    forget look-up tables built over other bytes.
    """
    reasons: dict[int, str] = {}
    written: set[int] = set()
    for key, node in sorted(wanted.items(), key=_turn):
        try:
            if type(node.obj) is node.kind and node.adapter.same(node.obj, node.state):
                continue
            node.adapter.restore(node.obj, node.state)
            if node.adapter is BYTES:
                written.add(id(node.obj))
        except CannotRestoreError as error:
            reasons[key] = str(error)
        except Exception as error:  # noqa: BLE001 - one object's refusal must not stop the others
            reasons[key] = f"putting it back failed ({type_name(error)})"
    if written:
        _renew_indexes(reachable, written)
    return reasons


def _turn(item: tuple[int, Node]) -> int:
    adapter = item[1].adapter
    return 0 if adapter is CLASSES else 2 if adapter is BYTES else 1


def _renew_indexes(nodes: Iterable[Node], written: set[int]) -> None:
    for node in nodes:
        if inherits(node.kind, pd.Index) and any(id(owner) in written for owner in node.buffers):
            forget_lookups(node.obj)


def name_the_stuck(
    heap: Heap, reasons: Mapping[int, str], before: Collection[int], labels: Sequence[str]
) -> tuple[str, ...]:
    """Return one line for each variable that holds something that couldn't be put back.

    Of things whose state can't be seen at all, those count that were there ``before`` as well, and that the
    code of the steps passed mentions.
    """
    by_reason: dict[str, set[int]] = {}
    for key, reason in reasons.items():
        by_reason.setdefault(reason, set()).add(key)
    lines = [
        f"{name}: {reason}"
        for reason, keys in by_reason.items()
        for name in _names(heap, keys) or ("a value",)
    ]
    unseen: dict[str, set[int]] = {}
    for key, node in heap.nodes.items():
        if not isinstance(node.adapter, Opaque) or node.adapter.complete or key in reasons:
            continue
        if key in before:
            unseen.setdefault(node.adapter.reason, set()).add(key)
    lines += [
        f"{name}: {reason}"
        for reason, keys in unseen.items()
        for name in _names(heap, keys, through_code=False)
        if any(not label or re.search(rf"\b{re.escape(name)}\b", label) for label in labels)
    ]
    return tuple(dict.fromkeys(lines))


def _names(heap: Heap, keys: set[int], *, through_code: bool = True) -> list[str]:
    """Return the variables that reach any of the keys, or do so other than by a class or function."""
    nodes = [node for node in heap.holders.values() if through_code or not is_code(node.kind)]
    return sorted(name for name in names_reaching(heap.roots, nodes, keys) if not name.startswith(GLOBAL))
