"""Keeps what only the history holds in memory within a budget.

That is every recorded state which is no longer the present one: of two that share memory it counts once, and
memory that a present object shows costs nothing. And it is the second copies of the present arrays' bytes:
beyond the budget they are left to the disk, or for tables done without. Before them, the states that were
left first are released, where they are on the disk; where they aren't, the oldest are let go of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psutil

from autodash_jupyter.errors import BlobError
from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.persistence.keeper import DiskKeeper, key_of_absent
from autodash_jupyter.history.persistence.large_texts import left_texts
from autodash_jupyter.history.snapshots import Snapshot, SnapshotTree, Stored, StoredValue
from autodash_jupyter.history.states import Node
from autodash_jupyter.history.timeline import Timeline

__all__ = ["bring_all", "enforce", "enforce_on", "held_by", "held_bytes"]

_NODE_BYTES = 600
"""About what a recorded object takes besides the memory of arrays."""

Entry = tuple[Snapshot, int, Node]


def enforce(
    tree: SnapshotTree, heap: Heap, position: int, keeper: DiskKeeper | None, budget: int
) -> tuple[int, ...]:
    """Bring what only the history holds down to the budget; return the steps whose states were let go of."""
    if held_bytes(tree, heap) <= budget:
        return ()
    if keeper is not None:
        _release(tree, heap, keeper, budget)
    _release_copies(tree, heap, position, keeper, budget)
    gone: list[int] = []
    while left_bytes(tree, heap) > budget:
        holding = _holding(tree, heap)
        oldest = next((step_id for step_id in tree if step_id != position and step_id in holding), None)
        if oldest is None:
            break
        tree.keep_only([step_id for step_id in tree if step_id != oldest])
        gone.append(oldest)
    return tuple(gone)


def enforce_on(timeline: Timeline, keeper: DiskKeeper | None, budget: int) -> tuple[int, ...]:
    """Do this for a timeline; not while variables stand apart from the others, which is soon over."""
    if timeline._is_mixed:  # noqa: SLF001 - what it holds is its own affair, but for here
        return ()
    timeline._second_copies.adopt()  # noqa: SLF001 - so that they count, and can be released
    return enforce(timeline._snapshots, timeline._heap, timeline.position, keeper, budget)  # noqa: SLF001


def bring_all(timeline: Timeline) -> tuple[int, ...]:
    """Bring every state into memory, the newest first, while a quarter of what is free holds them.

    Returns the steps whose states were let go of instead: those that didn't fit, or can't be read.
    """
    tree, heap, gone = timeline._snapshots, timeline._heap, list[int]()  # noqa: SLF001 - as above
    most = held_bytes(tree, heap) + psutil.virtual_memory().available // 4
    for step_id in sorted(tree, reverse=True):
        snapshot = tree[step_id]
        if not any(type(each) in (Stored, StoredValue) for each in _parts_of(snapshot)):
            continue
        try:
            if held_bytes(tree, heap) > most:
                raise MemoryError
            tree.bring(step_id)
        except (MemoryError, BlobError):
            gone.append(step_id)
    tree.keep_only([step_id for step_id in tree if step_id not in gone or step_id == timeline.position])
    return tuple(gone)


def _parts_of(snapshot: Snapshot) -> Iterator[Any]:
    yield from snapshot.nodes.values()
    yield from snapshot.roots.values()


def held_by(timeline: Timeline) -> int:
    """Return how many bytes only a timeline's history holds."""
    return held_bytes(timeline._snapshots, timeline._heap) + timeline.copied_bytes  # noqa: SLF001 - as above


def held_bytes(tree: SnapshotTree, heap: Heap) -> int:
    """Return how many bytes only the history holds: states that were left, and copies of the present's."""
    return left_bytes(tree, heap) + sum(_copies(heap).values())


def left_bytes(tree: SnapshotTree, heap: Heap) -> int:
    """Return how many bytes the states hold that are no longer the present one."""
    parts: dict[int, int] = {}
    present = _copies(heap)
    small = 0
    for _, _, node in _left(tree, heap):
        small += _NODE_BYTES
        parts.update((part, size) for part, size in _memory(node, heap) if part not in present)
    return small + sum(parts.values()) + sum(left_texts(tree, heap, _left(tree, heap)).values())


def _copies(heap: Heap) -> dict[int, int]:
    """Return the size of each piece of the present arrays' bytes that is kept a second time, by id."""
    nodes = (node for key, node in heap.nodes.items() if key < 0)
    return {part: size for node in nodes for part, size in _pieces(node)}


def _left(tree: SnapshotTree, heap: Heap) -> Iterator[Entry]:
    """Yield the nodes that are no longer present."""
    nodes = heap.nodes
    for step_id in tree:
        snapshot = tree[step_id]
        for key, node in snapshot.nodes.items():
            if isinstance(node, Node) and nodes.get(key) is not node:
                yield snapshot, key, node


def _memory(node: Node, heap: Heap) -> Iterator[tuple[int, int]]:
    """Yield the memory a node keeps alive, by id, without what a present object shows as well."""
    for owner in (*node.buffers, *((node.obj,) if node.adapter is BYTES else ())):
        if -id(owner) not in heap.nodes:
            yield id(owner), owner.nbytes
    yield from _pieces(node)
    attributes = getattr(node.state, "attributes", None)
    table = attributes.get("_pa_array") if type(attributes) is dict else None
    if table is not None and id(node.obj) not in heap.nodes:
        yield id(table), table.nbytes


def _pieces(node: Node) -> Iterator[tuple[int, int]]:
    content = node.state
    if node.adapter is BYTES and isinstance(content, Content) and type(content.pieces) is tuple:
        for piece in content.pieces:
            yield id(piece), len(piece)


def _holding(tree: SnapshotTree, heap: Heap) -> set[int]:
    """Return the steps whose own nodes or bindings keep something in memory that only the history holds."""
    texts = left_texts(tree, heap, _left(tree, heap))
    bound = {step_id for step_id in tree if any(id(value) in texts for value in tree[step_id].roots.values())}
    return bound.union(snapshot.step_id for snapshot, _, _ in _left(tree, heap))


def _release(tree: SnapshotTree, heap: Heap, keeper: DiskKeeper, budget: int) -> None:
    """Replace nodes that are on the disk by what stands for them, those left first before the others."""
    by_turn: dict[int, list[Entry]] = {}
    latest: dict[int, Entry] = {}
    for step_id in tree:
        snapshot = tree[step_id]
        for key, node in snapshot.nodes.items():
            if (earlier := latest.pop(key, None)) is not None:
                by_turn.setdefault(step_id, []).append(earlier)
            if isinstance(node, Node) and heap.nodes.get(key) is not node:
                latest[key] = snapshot, key, node
    for entry in latest.values():  # of another branch
        by_turn.setdefault(entry[0].step_id, []).append(entry)
    for turn in sorted(by_turn):
        for snapshot, key, _ in by_turn[turn]:
            if keeper.is_stored(snapshot.step_id, key):
                snapshot.nodes[key] = Stored(keeper.serials[key])
                keeper.has_released = True
        if held_bytes(tree, heap) <= budget:
            break
    _release_texts(tree, heap, keeper)
    _let_objects_go(tree, heap, keeper)


def _release_texts(tree: SnapshotTree, heap: Heap, keeper: DiskKeeper) -> None:
    """Replace large texts bound to names in earlier states that are on the disk by what stands for them."""
    texts = left_texts(tree, heap, _left(tree, heap))
    for step_id in tree if texts else ():
        roots = tree[step_id].roots
        for name, value in roots.items():
            if id(value) in texts and keeper.is_value_stored(step_id, name):
                roots[name] = StoredValue(step_id)
                keeper.has_released = True


def _release_copies(
    tree: SnapshotTree, heap: Heap, position: int, keeper: DiskKeeper | None, budget: int
) -> None:
    """Leave second copies of present arrays to the disk, the largest first; do without those of tables."""
    over = held_bytes(tree, heap) - budget
    sizes = {
        key: sum(size for _, size in _pieces(heap.nodes[key])) for key in heap.memory if key in heap.nodes
    }
    for key in sorted(sizes, key=lambda key: -sizes[key]):
        if over <= 0 or not sizes[key]:
            break
        node, content = heap.nodes[key], None
        place = next((each for each in tree[position].lineage() if each.nodes.get(key) is node), None)
        if keeper is not None and place is not None:
            content = keeper.stored_content(place.step_id, key, node.state)
        if content is None and heap.memory[key].guarded:
            content = Content(node.state.fingerprints, None)
        if content is not None:
            node.state = content
            over -= sizes[key]


def _let_objects_go(tree: SnapshotTree, heap: Heap, keeper: DiskKeeper) -> None:
    """Let go of the objects none of whose states is in memory, and which nothing in memory refers to."""
    snapshots = [tree[step_id] for step_id in tree]
    released = {key for each in snapshots for key, node in each.nodes.items() if isinstance(node, Stored)}
    candidates = released.intersection(keeper.serials).difference(heap.nodes)
    for each in snapshots:
        candidates -= {key for key in candidates if isinstance(each.nodes.get(key), Node)}
    for _, _, node in _left(tree, heap):
        if candidates and not candidates.isdisjoint(references := set(node.references())):
            candidates -= references
    keys = {key: key_of_absent(keeper.serials[key], is_memory=key < 0) for key in candidates}
    objects = {key: Stored(keeper.serials[key]) for key in candidates if key > 0}
    for each in snapshots:
        if not keys.keys().isdisjoint(each.nodes):
            each.nodes = {keys.get(key, key): node for key, node in each.nodes.items()}
        for name, value in each.roots.items():
            if id(value) in objects:
                each.roots[name] = objects[id(value)]
    for key in candidates:
        del keeper.serials[key]
