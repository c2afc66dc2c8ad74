"""The walk: everything reachable from the variables, compared with what it was at the last walk.

First the graph, object by object, each variable in turn (a large one is put off, so that it doesn't hide
the others); then the bytes of arrays and frames, by fingerprint. Both stop at the budget, and what was not
looked at is named. Nothing is kept of a walk until ``commit``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from time import perf_counter
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.opaque import Opaque
from autodash_jupyter.history.registry import Registry
from autodash_jupyter.history.states import ATOMS, Node, type_name

__all__ = ["Budget", "Heap", "Nodes", "Scan", "bytes_key", "names_reaching"]

Nodes = Mapping[int, Node]
_TURN = 2_000
"""How many objects of one variable are looked at before the next has its turn."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one walk may cost.

    ``seconds``: the time after which it stops and names what it left out; objects met for the first
    time may take ten times as long, since what isn't recorded once can't be put back. ``frame_bytes``:
    frames up to this size have their memory fingerprinted each time (pandas' own writes are seen at any
    size). ``copied_frame_bytes``: frames up to this size have it kept a second time, against writes past
    copy-on-write. ``copied_array_bytes``: the same for a numpy array, which anyone can write to.
    """

    seconds: float = 0.05
    frame_bytes: int = 64 << 20
    copied_frame_bytes: int = 16 << 20
    copied_array_bytes: int = 512 << 20


@dataclass(slots=True)
class Scan:
    """What one walk found: the bindings, and the nodes that differ from the last walk.

    ``changed`` objects were known and have another state; ``added`` were met for the first time;
    ``moved`` mean the same value in another form; ``gone`` are no longer reachable; ``unverified``
    says what was not looked at.
    """

    roots: dict[str, Any]
    changed: dict[int, Node] = field(default_factory=dict)
    added: dict[int, Node] = field(default_factory=dict)
    moved: dict[int, Node] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    unverified: tuple[str, ...] = ()

    def differences(self) -> dict[int, Node | None]:
        """Return every node that differs from the last walk; None where it is gone."""
        return {**dict.fromkeys(self.gone), **self.changed, **self.moved, **self.added}

    def nodes_after(self, nodes: Nodes) -> dict[int, Node]:
        """Return all nodes as this walk found them; those gone are still among them."""
        return {**nodes, **self.changed, **self.moved, **self.added}


def bytes_key(owner: np.ndarray[Any, Any]) -> int:
    """Return the key of an array's bytes; the array itself has its id."""
    return -id(owner)


class Heap:
    """Every object reachable from the variables, in the state of the last walk."""

    def __init__(self, budget: Budget | None = None, opaque: Collection[int] = ()) -> None:
        self.budget = budget or Budget()
        self.nodes: dict[int, Node] = {}
        self.roots: dict[str, Any] = {}
        self.registry = Registry()
        self._opaque = frozenset(opaque)  # ids never walked: the namespace itself

    def scan(self, roots: Mapping[str, Any]) -> Scan:
        """Walk from these bindings; changes nothing here."""
        walk = _Walk(self, roots)
        walk.follow_references()
        walk.compare_bytes()
        scan = walk.scan
        if walk.is_complete and len(walk.seen) != len(self.nodes) + len(scan.added):
            scan.gone = frozenset(self.nodes.keys() - walk.seen)
        return scan

    def commit(self, scan: Scan) -> None:
        """Take a walk's findings for the present state."""
        self.roots = scan.roots
        self.nodes.update(scan.changed)
        self.nodes.update(scan.moved)
        self.nodes.update(scan.added)
        for key in scan.gone:
            del self.nodes[key]

    def is_walked(self, value: Any) -> bool:
        """Whether a value can change or refer to what can."""
        return id(type(value)) not in ATOMS and id(value) not in self._opaque

    def capture(self, obj: Any) -> Node:
        """Return a node for the object's present state; what can't be captured becomes opaque, with the reason."""
        adapter = self.registry.adapter_of(obj)
        try:
            state = adapter.capture(obj)
            opaque = self._opaque
            children = tuple(
                [c for c in adapter.children(state) if id(type(c)) not in ATOMS and id(c) not in opaque]
            )
            return Node(obj, type(obj), adapter, state, children, tuple(adapter.buffers(state)))
        except Exception as error:  # noqa: BLE001 - whatever an object does, the user's cell must not suffer
            reason = f"it could not be recorded ({type_name(error)})"
            return Node(obj, type(obj), Opaque(reason), None, ())


class _Walk:
    """One walk in progress."""

    def __init__(self, heap: Heap, roots: Mapping[str, Any]) -> None:
        self.heap = heap
        self.scan = Scan(dict(roots))
        self.seen: set[int] = set()
        self.is_complete = True
        self._started = perf_counter()
        self._with_buffers: list[tuple[str, Node]] = []
        self._unverified: dict[str, None] = {}

    def _is_over(self) -> bool:
        seconds = self.heap.budget.seconds
        return perf_counter() - self._started > (10 * seconds if self.scan.added else seconds)

    def follow_references(self) -> None:
        """Visit every reachable object once, a turn for each variable."""
        is_walked = self.heap.is_walked
        waiting = deque(
            [
                (name, [value])
                for name, value in self.scan.roots.items()
                if id(type(value)) not in ATOMS and is_walked(value)
            ]
        )
        while waiting:
            name, stack = waiting.popleft()
            self._visit(name, stack)
            if stack and self._is_over():
                self.is_complete = False
                names = dict.fromkeys([name, *(other for other, _ in waiting)])
                self._unverified.update(dict.fromkeys(f"{each}: not looked at in full" for each in names))
                return
            if stack:
                waiting.append((name, stack))

    def _visit(self, name: str, stack: list[Any]) -> None:
        """Visit up to a turn of objects, deepest last added first."""
        seen, nodes = self.seen, self.heap.nodes
        for _ in range(_TURN):
            if not stack:
                return
            obj = stack.pop()
            key = id(obj)
            if key in seen:
                continue
            seen.add(key)
            node = nodes.get(key)
            if node is None:
                node = self.scan.added[key] = self.heap.capture(obj)
            elif not _is_same(node):
                node = self._renew(key, node)
            if node.buffers:
                self._with_buffers.append((name, node))
            stack.extend(node.children)

    def _renew(self, key: int, node: Node) -> Node:
        fresh = self.heap.capture(node.obj)
        (self.scan.moved if _means_the_same(node, fresh) else self.scan.changed)[key] = fresh
        return fresh

    def compare_bytes(self) -> None:
        """Fingerprint the memory met: first what others can write to, then the smallest first."""
        budget = self.heap.budget
        sized = [
            (not _is_exposed(node), sum(owner.nbytes for owner in node.buffers), name, node)
            for name, node in self._with_buffers
        ]
        for guarded, size, name, node in sorted(sized, key=itemgetter(0, 1)):
            limit = budget.copied_frame_bytes if guarded else budget.copied_array_bytes
            for owner in node.buffers:
                key = bytes_key(owner)
                if key in self.seen:
                    continue
                self.seen.add(key)
                if guarded and size > budget.frame_bytes:
                    self._leave_out(key, owner, f"{name}: the memory of a large table was not compared")
                elif self._is_over():
                    self._leave_out(key, owner, f"{name}: its memory was not compared")
                else:
                    self._compare(key, owner, keep=size <= limit)
        self.scan.unverified = tuple(self._unverified)

    def _compare(self, key: int, owner: np.ndarray[Any, Any], *, keep: bool) -> None:
        known = self.heap.nodes.get(key)
        previous: Content | None = known.state if known else None
        if previous is not None and (previous.pieces is not None or not keep) and BYTES.same(owner, previous):
            return
        content = BYTES.recapture(owner, previous, keep=keep)
        node = Node(owner, type(owner), BYTES, content, ())
        if known is None:
            self.scan.added[key] = node
        elif previous is None or previous.fingerprints == content.fingerprints:
            self.scan.moved[key] = node
        else:
            self.scan.changed[key] = node

    def _leave_out(self, key: int, owner: np.ndarray[Any, Any], what: str) -> None:
        self._unverified[what] = None
        if key not in self.heap.nodes:
            self.scan.added[key] = Node(owner, type(owner), BYTES, None, ())


def _is_exposed(node: Node) -> bool:
    """Whether others can write the node's memory: it is an array, or borrows from a file or a foreign object."""
    return node.adapter.exposed or any(owner.base is not None for owner in node.buffers)


def _is_same(node: Node) -> bool:
    try:
        return type(node.obj) is node.kind and node.adapter.same(node.obj, node.state)
    except Exception:  # noqa: BLE001 - then it is captured anew, which says what is wrong
        return False


def _means_the_same(old: Node, new: Node) -> bool:
    try:
        return old.adapter is new.adapter and old.adapter.equal(old.state, new.state)
    except Exception:  # noqa: BLE001 - when in doubt, it changed
        return False


def names_reaching(roots: Mapping[str, Any], nodes: Iterable[Node], keys: Collection[int]) -> set[str]:
    """Return the names from which any of these objects can be reached."""
    holders: dict[int, list[int]] = {}
    for node in nodes:
        for child in node.children:
            holders.setdefault(id(child), []).append(id(node.obj))
        for owner in node.buffers:
            holders.setdefault(bytes_key(owner), []).append(id(node.obj))
    reached, todo = set(keys), list(keys)
    while todo:
        new = [key for key in holders.get(todo.pop(), ()) if key not in reached]
        reached.update(new)
        todo.extend(new)
    return {name for name, value in roots.items() if id(value) in reached}
