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
from autodash_jupyter.history.states import ATOMS, Fixed, Node, bytes_key, type_name

__all__ = ["Heap", "Memory", "memory_of", "names_reaching", "references_lost", "unreachable"]

_FEW_LEVELS = 8
"""How deep holders are looked for one level at a time."""

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


def memory_of(node: Node) -> Iterator[tuple[int, Memory]]:
    """Yield the memory an object shows, by key."""
    size = sum(owner.nbytes for owner in node.buffers)
    for owner in node.buffers:
        mapped = owner.base is not None  # a file, or an object of another library, can write to it
        yield bytes_key(owner), Memory(owner, not (node.adapter.exposed or mapped), size, node.origin)


class Heap:
    """The nodes of every reachable object, by id, of an array's bytes by ``bytes_key``.

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
    holders = [node for node in nodes if node.children or node.buffers]
    reached = frontier = set(keys)
    for _ in range(_FEW_LEVELS):
        frontier = {id(node.obj) for node in holders if not frontier.isdisjoint(node.references())} - reached
        if not frontier:
            break
        reached = reached | frontier
    else:
        reached = _everything_above(holders, reached)
    return {name for name, value in roots.items() if id(value) in reached}


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


def unreachable(nodes: Mapping[int, Node], roots: Mapping[str, Any], lost: set[int]) -> set[int]:
    """Return which nodes nothing reaches any more, given the keys that something ceased to refer to."""
    suspects = _below(nodes, lost)
    held = suspects.intersection(map(id, roots.values()))
    for key, node in nodes.items():
        if (node.children or node.buffers) and key not in suspects:
            held.update(suspects.intersection(node.references()))
    return suspects - _below(nodes, held)


def _below(nodes: Mapping[int, Node], keys: Iterable[int]) -> set[int]:
    """Return the keys of the nodes that can be reached from these, themselves included."""
    found: set[int] = set()
    todo = list(keys)
    while todo:
        key = todo.pop()
        if key not in found and (node := nodes.get(key)):
            found.add(key)
            todo.extend(node.references())
    return found
