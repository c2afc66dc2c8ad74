"""Asks all known objects whether they still are as recorded: dozens that one adapter knows at a time.

Loops in C answer for many lists or frames at once, several times as fast as one question for each. Only where
such an answer is no are they asked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from operator import is_
from typing import Any

from autodash_jupyter.history.states import Adapter, Node

__all__ = ["Comparisons", "Family"]

_MOST_OBJECTS = 64
_MOST_ITEMS = 4_096
"""A container of more is asked on its own."""

_CLOCK_EVERY = 4
"""How many families are asked between two looks at the clock."""


class Family:
    """Nodes of objects of one type that one adapter knows, by key, at most ``_MOST_OBJECTS``."""

    __slots__ = ("_adapter", "_kind", "_objects", "_prepared", "nodes", "of")

    def __init__(self, adapter: Adapter, kind: type) -> None:
        self.nodes: dict[int, Node] = {}
        self.of = id(adapter), id(kind)
        self._adapter, self._kind = adapter, kind
        self._objects: list[Any] = []  # both made when asked, and anew after a change
        self._prepared: Any = None

    def is_of(self, node: Node) -> bool:
        """Whether a node may be among these."""
        return node.adapter is self._adapter and node.kind is self._kind

    def changed(self) -> None:
        """Prepare anew before the next question: ``nodes`` changed."""
        self._objects, self._prepared = [], None

    def states(self) -> list[Any]:
        """Return the recorded states."""
        return [node.state for node in self.nodes.values()]

    def is_same(self) -> bool:
        """Whether all objects certainly still are as recorded."""
        if not self._objects:
            self._objects = [node.obj for node in self.nodes.values()]
        try:
            if self._prepared is None:
                self._prepared = self._adapter.prepare(self.states())
            have_their_type = all(map(is_, map(type, self._objects), repeat(self._kind)))
            return have_their_type and self._adapter.all_same(self._objects, self._prepared)
        except Exception:  # noqa: BLE001 - whatever one of them does, each is asked on its own then
            return False

    def differing(self) -> Iterator[int]:
        """Yield the keys of the objects that may differ, asked one by one."""
        for key, node in self.nodes.items():
            try:
                if type(node.obj) is self._kind and self._adapter.same(node.obj, node.state):
                    continue
            except Exception:  # noqa: BLE001 - then it is captured anew, which says what is wrong
                pass
            yield key


class Comparisons:
    """All that can be compared, in families; remembers where it stopped, to go on from there next time."""

    def __init__(self) -> None:
        self._families: dict[Family, None] = {}  # in the order of their turns
        self._family_of: dict[int, Family] = {}
        self._open: dict[tuple[int, int], Family] = {}  # by the ids of adapter and type, which nodes keep

    def put(self, key: int, node: Node) -> None:
        """Let an object be compared with the state of this node from now on."""
        family = self._family_of.get(key)
        if family is not None and not family.is_of(node):
            self.discard(key)
            family = None
        if family is None:
            family = self._open.get((id(node.adapter), id(node.kind)))
            state = node.state
            is_large = (type(state) is tuple or type(state) is dict) and len(state) > _MOST_ITEMS
            if family is None or is_large or len(family.nodes) >= _MOST_OBJECTS:
                family = self._begin(node, is_open=not is_large)
            self._family_of[key] = family
        family.nodes[key] = node
        family.changed()

    def discard(self, key: int) -> None:
        """Compare an object no longer."""
        family = self._family_of.pop(key, None)
        if family is None:
            return
        del family.nodes[key]
        family.changed()
        if not family.nodes:
            del self._families[family]
            if self._open.get(family.of) is family:
                del self._open[family.of]

    def families(self) -> Iterator[Family]:
        """Yield all families, in the order of their turns."""
        yield from self._families

    def differing(self, is_over: Callable[[], bool]) -> tuple[list[int], dict[str, None]]:
        """Return the keys of what differs, and the variables of what there was no time to compare."""
        apart: list[int] = []
        families = [*self._families]
        for number, family in enumerate(families, 1):
            if not family.is_same():
                apart.extend(family.differing())
            if not number % _CLOCK_EVERY and number < len(families) and is_over():
                self._families = dict.fromkeys((*families[number:], *families[:number]))
                left = (node for each in families[number:] for node in each.nodes.values())
                return apart, dict.fromkeys(node.origin for node in left)
        return apart, {}

    def _begin(self, node: Node, *, is_open: bool) -> Family:
        """Begin a family with a node's; others may join it where it is open."""
        family = Family(node.adapter, node.kind)
        self._families[family] = None
        if is_open:
            self._open[family.of] = family
        return family
