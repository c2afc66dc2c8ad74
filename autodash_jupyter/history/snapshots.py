"""The states that can be gone back to: a tree of snapshots, each with only what differs from its parent.

Looking up an object's state walks towards the root, so nothing is stored twice; dropping a snapshot
merges what it holds into the ones that follow it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from autodash_jupyter.history.opaque import UNKNOWN
from autodash_jupyter.history.states import Node

__all__ = ["Keeper", "Snapshot", "SnapshotTree", "Stored", "StoredValue"]


@dataclass(frozen=True, slots=True)
class Stored:
    """Stands for an object, or a state of it, that is not in memory; its keeper knows it by this number."""

    serial: int


@dataclass(frozen=True, slots=True)
class StoredValue:
    """Stands for a large text bound to a name in a step's state, that is not in memory."""

    step_id: int


@dataclass(slots=True, eq=False)
class Snapshot:
    """The state after one step: all bindings, and the nodes that differ from the parent's.

    None stands for an object that is no longer reachable, ``Stored`` for what is not in memory.
    """

    step_id: int
    parent: Snapshot | None
    roots: dict[str, Any]
    nodes: dict[int, Node | Stored | None]

    def node(self, key: int) -> Node | None:
        """Return the object's node in this state, or None where it wasn't reachable, or isn't in memory."""
        for snapshot in self.lineage():
            if key in snapshot.nodes:
                node = snapshot.nodes[key]
                return None if isinstance(node, Stored) else node
        return None

    def lineage(self) -> Iterator[Snapshot]:
        """Yield this snapshot and its ancestors, newest first."""
        snapshot: Snapshot | None = self
        while snapshot is not None:
            yield snapshot
            snapshot = snapshot.parent

    def reachable(self, value: Any) -> dict[int, Node]:
        """Return the nodes reachable from a value in this state, by key."""
        found: dict[int, Node] = {}
        todo = [id(value)]
        while todo:
            key = todo.pop()
            node = None if key in found else self.node(key)
            if node is not None:
                found[key] = node
                todo.extend(node.references())
        return found


class Keeper(Protocol):
    """Keeps snapshots elsewhere as well, and brings them back; is told of every change of the tree."""

    def added(self, snapshot: Snapshot) -> None:
        """A snapshot is new."""
        ...

    def amended(self, snapshot: Snapshot, nodes: Mapping[int, Node | None]) -> None:
        """These nodes of a snapshot, or its bindings, are others."""
        ...

    def dropped(self, snapshot: Snapshot, replaced: Collection[int]) -> None:
        """A snapshot is gone; its nodes went to those that follow it, but for these keys."""
        ...

    def bring(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Bring everything a snapshot needs into memory; return a line for each variable that is lost."""
        ...


class SnapshotTree:
    """The snapshots kept, by the step after which they hold; 0 is the start."""

    def __init__(self, roots: Mapping[str, Any], nodes: Mapping[int, Node]) -> None:
        self._by_id = {0: Snapshot(0, None, dict(roots), dict(nodes))}
        self.keeper: Keeper | None = None
        self._lost: tuple[str, ...] = ()

    def __contains__(self, step_id: int) -> bool:
        return step_id in self._by_id

    def __getitem__(self, step_id: int) -> Snapshot:
        return self._by_id[step_id]

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._by_id))

    def __len__(self) -> int:
        return len(self._by_id)

    def add(
        self, step_id: int, parent: int, roots: Mapping[str, Any], nodes: Mapping[int, Node | None]
    ) -> None:
        """Keep the state after a step."""
        snapshot = Snapshot(step_id, self._by_id[parent], dict(roots), dict(nodes))
        self._by_id[step_id] = snapshot
        if self.keeper is not None:
            self.keeper.added(snapshot)

    def amend(self, step_id: int, roots: Mapping[str, Any], nodes: Mapping[int, Node | None]) -> None:
        """Say what a state is, that was recorded before all of it was looked at."""
        snapshot = self._by_id[step_id]
        snapshot.nodes.update(nodes)
        snapshot.roots = dict(roots)
        if self.keeper is not None:
            self.keeper.amended(snapshot, nodes)

    def bring(self, step_id: int) -> None:
        """Bring a state into memory, where it is kept elsewhere; ``take_lost`` tells what of it is not."""
        if self.keeper is not None:
            self._lost = (*self._lost, *self.keeper.bring(self._by_id[step_id]))

    def take_lost(self) -> tuple[str, ...]:
        """Return, once, a line for each variable that could not be brought into memory whole."""
        lost, self._lost = self._lost, ()
        return lost

    def replant(self, snapshots: Mapping[int, Snapshot]) -> None:
        """Put other snapshots in the place of those kept."""
        self._by_id = dict(snapshots)

    def add_everywhere(self, name: str, value: Any, nodes: Mapping[int, Node]) -> None:
        """Say that a name nobody looked at until now was bound in every state, to objects as they are."""
        for snapshot in self._by_id.values():
            snapshot.roots[name] = value
            if snapshot.parent is None:
                snapshot.nodes = {**nodes, **snapshot.nodes}
            if self.keeper is not None:
                self.keeper.amended(snapshot, nodes if snapshot.parent is None else {})

    def forget(self, name: str) -> None:
        """Let go of a name in every state, and of what only it reached."""
        held: set[int] = set()
        for snapshot in self._by_id.values():
            snapshot.roots.pop(name, None)
            for value in snapshot.roots.values():
                held.update(snapshot.reachable(value))
        for snapshot in self._by_id.values():
            gone = dict.fromkeys(snapshot.nodes.keys() - held)
            snapshot.nodes = {key: node for key, node in snapshot.nodes.items() if key in held}
            if self.keeper is not None:
                self.keeper.amended(snapshot, gone)

    def mark_unknown(self, step_id: int, nodes: Mapping[int, Node]) -> None:
        """Say that up to this step nobody knows the states of these objects, captured only after it."""
        snapshot = self._by_id[step_id]
        *_, oldest = snapshot.lineage()
        for key, node in nodes.items():
            if snapshot.node(key) is None:
                oldest.nodes[key] = Node(node.obj, node.kind, UNKNOWN, None, (), (), node.origin)

    def keys_between(self, start: int, end: int) -> set[int]:
        """Return the keys of every object whose state may differ between two snapshots."""
        one, other = list(self._by_id[start].lineage()), list(self._by_id[end].lineage())
        shared = set(map(id, one)) & set(map(id, other))
        return {key for path in (one, other) for each in path if id(each) not in shared for key in each.nodes}

    def keep_only(self, wanted: Collection[int]) -> bool:
        """Drop every other snapshot, oldest first; returns whether any was dropped."""
        dropped = [step_id for step_id in self if step_id not in wanted]
        for step_id in dropped:
            gone = self._by_id.pop(step_id)
            replaced = self._drop(gone)
            if self.keeper is not None:
                self.keeper.dropped(gone, replaced)
        return bool(dropped)

    def _drop(self, gone: Snapshot) -> set[int]:
        """Merge a snapshot into those that follow it; return the keys they had nodes of their own for."""
        followers = [snapshot for snapshot in self._by_id.values() if snapshot.parent is gone]
        replaced: set[int] = set()
        for number, snapshot in enumerate(followers, 1):
            own, snapshot.parent = snapshot.nodes, gone.parent
            replaced |= gone.nodes.keys() & own.keys()
            snapshot.nodes = gone.nodes if number == len(followers) else dict(gone.nodes)
            snapshot.nodes.update(own)
            if gone.parent is None:
                for key in [key for key, node in own.items() if node is None]:
                    del snapshot.nodes[key]
        return replaced if followers else set(gone.nodes)
