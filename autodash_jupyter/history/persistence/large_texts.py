"""Counts the large texts and bytes that only earlier states hold: they are no objects of the heap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.snapshots import Snapshot, SnapshotTree
from autodash_jupyter.history.states import Node

__all__ = ["left_texts"]

_LARGE = 1 << 16
_ITEMS_LOOKED_AT = 4_096
"""How many items of a container are looked at: where there are more, few of them are large."""


def left_texts(tree: SnapshotTree, heap: Heap, left: Iterable[tuple[Snapshot, int, Node]]) -> dict[int, int]:
    """Return the sizes of texts that these nodes or bindings hold and nothing present does, by id."""
    found: dict[int, int] = {}
    for step_id in tree:
        found.update(_large(tree[step_id].roots.values()))
    for _, _, node in left:
        found.update(_large(_items(node.state)))
    if found:
        for values in (heap.roots.values(), *(_items(node.state) for node in heap.nodes.values())):
            for key, _ in _large(values):
                found.pop(key, None)
    return found


def _large(values: Iterable[Any]) -> Iterator[tuple[int, int]]:
    for value in values:
        if (type(value) is str or type(value) is bytes) and len(value) >= _LARGE:
            yield id(value), len(value)


def _items(state: Any) -> Iterable[Any]:
    """Return the first values a state holds: of a list, a dict, an instance, or itself."""
    attributes = getattr(state, "attributes", None)
    held = attributes if type(attributes) is dict else state
    if type(held) is dict:
        return islice(held.values(), _ITEMS_LOOKED_AT)
    return islice(held, _ITEMS_LOOKED_AT) if type(held) in (tuple, list) else (held,)
