"""Which names and objects reach others, by what recorded nodes refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from autodash_jupyter.history.states import Node, bytes_key

__all__ = ["names_reaching", "references_lost", "unreachable"]

_FEW_LEVELS = 8
"""How deep holders are looked for one level at a time."""


def names_reaching(roots: Mapping[str, Any], nodes: Iterable[Node], keys: Collection[int]) -> set[str]:
    """Return the names from which any of these objects can be reached."""
    holders = [node for node in nodes if node.children or node.buffers]
    reached = frontier = set(keys)
    for _ in range(_FEW_LEVELS):
        if held := _held_by(holders, frontier):
            frontier = {id(node.obj) for node in holders if not held.isdisjoint(node.references())} - reached
        if not held or not frontier:
            break
        reached = reached | frontier
    else:
        reached = _everything_above(holders, reached)
    return {name for name, value in roots.items() if id(value) in reached}


def _held_by(holders: Collection[Node], keys: set[int]) -> set[int]:
    """Return which of the keys any of these nodes refers to."""
    held = keys.intersection(map(id, chain.from_iterable([node.children for node in holders])))
    owners = chain.from_iterable([node.buffers for node in holders if node.buffers])
    return held.union(keys.intersection(map(bytes_key, owners)))


def _everything_above(holders: Iterable[Node], keys: set[int]) -> set[int]:
    """Return the keys, and those of all that reach them, however deep: slower than level by level."""
    above: dict[int, list[int]] = {}
    for node in holders:
        for key in node.references():
            above.setdefault(key, []).append(id(node.obj))
    reached, todo = set(keys), list(keys)
    while todo:
        new = [key for key in above.get(todo.pop(), ()) if key not in reached]
        reached.update(new)
        todo.extend(new)
    return reached


def references_lost(
    before: Mapping[int, Node], changed: Mapping[int, Node], old: Mapping[str, Any], new: Mapping[str, Any]
) -> set[int]:
    """Return the keys of what bindings (old and new) and changed nodes ceased to refer to."""
    lost = {id(value) for name, value in old.items() if new.get(name) is not value}
    for key, node in changed.items():
        if key in before:
            lost |= set(before[key].references()).difference(node.references())
    return lost.intersection(before)


def unreachable(
    found: Mapping[int, Node],
    nodes: Mapping[int, Node],
    holders: Mapping[int, Node],
    roots: Mapping[str, Any],
    lost: set[int],
) -> set[int]:
    """Return which nodes nothing reaches any more, given the keys that something ceased to refer to.

    ``found`` are those of the nodes that have another state now, ``holders`` at least those that refer to
    others.
    """
    suspects = _below(found, nodes, lost)
    held = suspects.intersection(map(id, roots.values()))
    held |= _held_by([node for key, node in holders.items() if key not in suspects], suspects)
    return suspects - _below(found, nodes, held) if held else suspects


def _below(found: Mapping[int, Node], nodes: Mapping[int, Node], keys: Iterable[int]) -> set[int]:
    """Return the keys of the nodes that can be reached from these, themselves included."""
    met: set[int] = set()
    todo = list(keys)
    while todo:
        key = todo.pop()
        if key not in met and (node := found.get(key) or nodes.get(key)) is not None:
            met.add(key)
            if node.children or node.buffers:
                todo.extend(node.references())
    return met
