"""Everything reachable from the variables, each object in the state it was last recorded in.

The heap knows how to capture an object and what holds what; ``scan`` finds out what changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import is_, is_not
from typing import Any

import numpy as np

from autodash_jupyter.history.array_memory import fingerprint_of, is_small_and_plain
from autodash_jupyter.history.arrays import BYTES, Content, is_one_piece
from autodash_jupyter.history.comparing import Comparisons
from autodash_jupyter.history.introspection import type_name
from autodash_jupyter.history.opaque import Unrecordable
from autodash_jupyter.history.registry import Registry
from autodash_jupyter.history.states import ATOMS, INERT, Adapter, Node, bytes_key

__all__ = ["Heap", "Memory", "Waiting", "memory_of"]

_MANY = 4_096
"""From how many items on the walk itself sorts out those that can't change, so that it can stop at any."""


@dataclass(slots=True, eq=False)
class Memory:
    """An array that owns memory some object shows; ``size`` is what that object shows in all, in bytes.

    ``guarded`` memory is only written through pandas' copy-on-write, other memory by whoever holds the array.
    """

    owner: np.ndarray[Any, Any]
    guarded: bool
    size: int
    origin: str


@dataclass(slots=True, eq=False)
class Waiting:
    """Objects met and not yet captured, held by the object ``of`` (None: bound to a name).

    ``late`` ones were left over by an earlier scan, so nobody knows what they were like until now; ``kept``
    are those that the walk found can change, where it narrows the holder's children (else None).
    """

    origin: str
    items: Iterator[Any]
    of: Node | None = None
    kept: list[Any] | None = None
    late: bool = False


def memory_of(node: Node) -> Iterator[tuple[int, Memory]]:
    """Yield the memory an object shows, by key."""
    size = sum([owner.nbytes for owner in node.buffers])
    for owner in node.buffers:
        mapped = owner.base is not None  # a file, or an object of another library, can write to it
        yield bytes_key(owner), Memory(owner, not (node.adapter.exposed or mapped), size, node.origin)


class Heap:
    """The nodes of every reachable object, by id, of an array's bytes by ``bytes_key``.

    ``holders`` are the nodes that refer to others; ``objects`` asks each that can change whether it did,
    ``contents`` the same of small arrays' bytes; ``memory`` are the arrays whose bytes count; ``waiting`` is
    what a scan had no time to capture. ``is_partial`` tells that there was such a scan.
    """

    def __init__(self, opaque: Collection[int] = ()) -> None:
        self.nodes: dict[int, Node] = {}
        self.roots: dict[str, Any] = {}
        self.holders: dict[int, Node] = {}
        self._pieces: dict[int | None, Node] = {}  # of small arrays' bytes, by fingerprint
        self.objects = Comparisons()
        self.contents = Comparisons()
        self.memory: dict[int, Memory] = {}
        self.waiting: list[Waiting] = []
        self.is_partial = False
        self._opaque = frozenset(opaque)  # ids never walked: the namespace itself
        self.registry = Registry(self._opaque)

    def put(self, key: int, node: Node) -> None:
        """Record an object's state."""
        known = self.nodes.get(key)
        self.nodes[key] = node
        if node.adapter is BYTES:
            if known is not None:
                self._forget_piece(known)
            if is_one_piece(node.obj, node.state):
                self.contents.put(key, node)
                self._pieces[node.state.fingerprints[0]] = node
            elif known is not None:
                self.contents.discard(key)
            return
        if node.adapter.can_change:
            self.objects.put(key, node)
        elif known is not None:
            self.objects.discard(key)
        if node.children or node.buffers:
            self.holders[key] = node
        elif known is not None:
            self.holders.pop(key, None)
        if node.buffers:
            for each, memory in memory_of(node):
                shown = self.memory.get(each)
                if shown is None or shown.guarded:
                    self.memory[each] = memory

    def discard(self, key: int) -> None:
        """Forget an object that is no longer reachable."""
        node = self.nodes.pop(key, None)
        if key < 0:
            if node is not None:
                self._forget_piece(node)
            self.contents.discard(key)
            self.memory.pop(key, None)
        else:
            self.objects.discard(key)
            self.holders.pop(key, None)

    def _forget_piece(self, node: Node) -> None:
        fingerprint = node.state.fingerprints[0] if node.state and node.state.fingerprints else None
        if self._pieces.get(fingerprint) is node:
            del self._pieces[fingerprint]

    def content_like(self, owner: np.ndarray[Any, Any]) -> Content | None:
        """Return the content of an array recorded already whose bytes are the same, where they are few.

        A cell run again makes equal tables, whose bytes need no copy of their own.
        """
        if not is_small_and_plain(owner) or (like := self._pieces.get(fingerprint_of(owner))) is None:
            return None
        content: Content = like.state
        return content if type(content.pieces) is tuple and content.pieces[0] == owner.tobytes() else None

    def capture(self, obj: Any, origin: str = "") -> Node:
        """Return a node for the object's present state; what can't be captured gets the reason instead.

        Of very many children, those that can't change are still among them: ``wait_for`` sorts them out.
        """
        try:
            adapter, state = self._state_of(obj)
            children = tuple(adapter.children(state))
            if children and len(children) < _MANY:
                children = self._that_are_walked(children)
            return Node(obj, type(obj), adapter, state, children, tuple(adapter.buffers(state)), origin)
        except Exception as error:  # noqa: BLE001 - whatever an object does, the user's cell must not suffer
            return Node(obj, type(obj), Unrecordable(type_name(error)), None, (), (), origin)

    def _that_are_walked(self, objects: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return those of these objects for which ``is_walked`` is true."""
        found = [each for each in objects if id(type(each)) not in ATOMS]
        if not found:
            return ()
        adapter_of, opaque = self.registry.adapter_of, self._opaque
        return tuple([each for each in found if adapter_of(each) is not INERT and id(each) not in opaque])

    def _state_of(self, obj: Any) -> tuple[Adapter, Any]:
        adapter = self.registry.adapter_of(obj)
        try:
            return adapter, adapter.capture(obj)
        except Exception:  # noqa: BLE001 - its class may have got other bases, or other slots
            self.registry.forget()
            adapter = self.registry.adapter_of(obj)
            return adapter, adapter.capture(obj)

    def wait_for(self, node: Node, before: Node | None = None, *, late: bool = False) -> None:
        """Let the children of a node wait for their capture; those it had ``before`` are known already."""
        if not node.children:
            return
        if len(node.children) < _MANY:
            self.waiting.append(Waiting(node.origin, iter(node.children), node, late=late))
        elif before is not None and (came := _items_that_came(before, node)) is not None:
            came = [item for item in came if self.is_walked(item)]
            node.children = (*before.children, *came)
            self.waiting.append(Waiting(node.origin, iter(came), node, late=late))
        elif _are_all_atoms(node.children):
            node.children = ()
        else:
            self.waiting.append(Waiting(node.origin, iter(node.children), node, [], late))

    def wait_for_missing(self) -> None:
        """After a move, let everything wait that is referred to and was never captured."""
        if not self.is_partial:
            return
        missing = [
            Waiting(name, iter((value,)), late=True)
            for name, value in self.roots.items()
            if id(value) not in self.nodes and self.is_walked(value)
        ]
        for node in self.holders.values():
            unknown = [child for child in node.children if id(child) not in self.nodes]
            if children := [child for child in unknown if self.is_walked(child)]:
                missing.append(Waiting(node.origin, iter(children), node, late=True))
        self.waiting = missing

    def is_walked(self, value: Any) -> bool:
        """Whether a value can change, refer to what can, or has to be named as out of reach."""
        return (
            id(type(value)) not in ATOMS
            and id(value) not in self._opaque
            and not self.registry.is_inert(value)
        )


def _are_all_atoms(children: Sequence[Any]) -> bool:
    """Tell whether none of many children can change, at the speed of C: most large lists are of one kind."""
    first = type(children[0])
    if id(first) not in ATOMS:
        return False
    is_one_kind = all(map(is_, map(type, children), repeat(first)))
    return is_one_kind or ATOMS.issuperset(map(id, map(type, children)))


def _items_that_came(before: Node, after: Node) -> list[Any] | None:
    """Return the items a sequence has in other places than before; None where it also lost such as count."""
    old, new = before.state, after.state
    if before.adapter is not after.adapter or type(old) is not tuple or type(new) is not tuple:
        return None
    lost = [*compress(old, map(is_not, old, new)), *old[len(new) :]]
    if any(id(type(item)) not in ATOMS for item in lost):
        return None
    return [*compress(new, map(is_not, new, old)), *new[len(old) :]]
