"""Everything reachable from the variables, each object in the state it was last recorded in.

The heap knows how to capture an object and what holds what; ``scan`` finds out what changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import BYTES
from autodash_jupyter.history.opaque import Unrecordable
from autodash_jupyter.history.registry import Registry
from autodash_jupyter.history.states import ATOMS, Fixed, Node, type_name

__all__ = ["Heap", "Memory", "bytes_key", "memory_of", "names_reaching"]

Check = tuple[Any, type, Callable[[Any, Any], bool], Any]


@dataclass(slots=True, eq=False)
class Memory:
    """An array that owns memory some object shows; ``size`` is what that object shows in all, in bytes.

    ``guarded`` memory is only written through pandas' copy-on-write, other memory by whoever holds the array.
    """

    owner: np.ndarray[Any, Any]
    guarded: bool
    size: int
    origin: str


def bytes_key(owner: np.ndarray[Any, Any]) -> int:
    """Return the key of an array's bytes; the array itself has its id."""
    return -id(owner)


def memory_of(node: Node) -> Iterator[tuple[int, Memory]]:
    """Yield the memory an object shows, by key."""
    size = sum(owner.nbytes for owner in node.buffers)
    for owner in node.buffers:
        mapped = owner.base is not None  # a file, or an object of another library, can write to it
        yield bytes_key(owner), Memory(owner, not (node.adapter.exposed or mapped), size, node.origin)


class Heap:
    """The nodes of every reachable object, by id (of an array's bytes: by ``bytes_key``).

    ``checks`` are what is asked of each object that can change, ``memory`` the arrays whose bytes count;
    ``waiting`` are objects met and not yet captured, with the variable they were met from.
    """

    def __init__(self, opaque: Collection[int] = ()) -> None:
        self.nodes: dict[int, Node] = {}
        self.roots: dict[str, Any] = {}
        self.checks: dict[int, Check] = {}
        self.memory: dict[int, Memory] = {}
        self.waiting: list[tuple[str, Any]] = []
        self.registry = Registry()
        self._opaque = frozenset(opaque)  # ids never walked: the namespace itself

    def put(self, key: int, node: Node) -> None:
        """Record an object's state."""
        self.nodes[key] = node
        if node.adapter is not BYTES and not isinstance(node.adapter, Fixed):
            self.checks[key] = node.obj, node.kind, node.adapter.same, node.state
        for each, memory in memory_of(node):
            known = self.memory.get(each)
            if known is None or known.guarded:
                self.memory[each] = memory

    def discard(self, key: int) -> None:
        """Forget an object that is no longer reachable."""
        self.nodes.pop(key, None)
        self.checks.pop(key, None)
        self.memory.pop(key, None)

    def capture(self, obj: Any, origin: str = "") -> Node:
        """Return a node for the object's present state; what can't be captured gets the reason instead."""
        adapter = self.registry.adapter_of(obj)
        try:
            state = adapter.capture(obj)
            found = [child for child in adapter.children(state) if id(type(child)) not in ATOMS]
            children = tuple([child for child in found if self.is_walked(child)]) if found else ()
            return Node(obj, type(obj), adapter, state, children, tuple(adapter.buffers(state)), origin)
        except Exception as error:  # noqa: BLE001 - whatever an object does, the user's cell must not suffer
            return Node(obj, type(obj), Unrecordable(type_name(error)), None, (), (), origin)

    def is_walked(self, value: Any) -> bool:
        """Whether a value can change, refer to what can, or has to be named as out of reach."""
        return (
            id(type(value)) not in ATOMS
            and id(value) not in self._opaque
            and not self.registry.is_inert(value)
        )


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
