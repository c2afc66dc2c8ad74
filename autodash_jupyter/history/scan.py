"""One scan over the heap: what differs from the states recorded, found in as little time as can be.

First every known object is asked whether it still is as recorded: while none changed, nothing new can be
reachable. Only from what changed, and from names bound anew, are references followed to objects not met yet.
Then come the bytes of arrays and frames, by fingerprint. What the budget leaves no time for is named, and has
its turn first in the next scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from time import perf_counter
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.heap import Heap, Memory, memory_of, references_lost, unreachable
from autodash_jupyter.history.opaque import Unrecordable
from autodash_jupyter.history.states import Node, same_dict

__all__ = ["Budget", "Scan", "Scanner"]

_CLOCK_EVERY = 1_024
"""How many objects are looked at between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one scan may cost.

    ``seconds``: the time after which it stops comparing; following objects not met before may take ten times
    as long, since what isn't recorded once can't be put back. ``frame_bytes``: frames up to this size have
    their memory fingerprinted each time (what pandas itself writes is seen at any size).
    ``copied_frame_bytes``: frames up to this size have it kept a second time, against writes past
    copy-on-write. ``copied_array_bytes``: the same for a numpy array, which anyone can write to.
    """

    seconds: float = 0.05
    frame_bytes: int = 64 << 20
    copied_frame_bytes: int = 16 << 20
    copied_array_bytes: int = 512 << 20


@dataclass(slots=True)
class Scan:
    """What one scan found: the bindings, whether any differs, and the nodes that differ from those recorded.

    ``changed`` objects were known and have another state; ``added`` were met for the first time; ``moved``
    mean the same value in another form; ``gone`` are no longer reachable; ``unverified`` says what was not
    looked at.
    """

    roots: dict[str, Any]
    is_rebound: bool
    changed: dict[int, Node] = field(default_factory=dict)
    added: dict[int, Node] = field(default_factory=dict)
    moved: dict[int, Node] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    unverified: dict[str, None] = field(default_factory=dict)

    def differences(self) -> dict[int, Node | None]:
        """Return every node that differs from the one recorded; None where it is gone."""
        return {**self.changed, **self.moved, **self.added, **dict.fromkeys(self.gone)}

    def nodes_after(self, nodes: Mapping[int, Node]) -> dict[int, Node]:
        """Return all nodes as this scan found them; those gone are still among them."""
        return {**nodes, **self.changed, **self.moved, **self.added}


class Scanner:
    """Scans one heap again and again, each time within the budget; remembers only where it stopped."""

    def __init__(self, heap: Heap, budget: Budget) -> None:
        self._heap = heap
        self._budget = budget
        self._stopped_at = 0  # the number of the check to begin with
        self._late: set[int] = set()  # memory to begin with
        self._started = 0.0

    def scan(self, roots: dict[str, Any]) -> Scan:
        """Compare everything with its recorded state, beginning from these bindings."""
        self._started = perf_counter()
        scan = Scan(roots, is_rebound=not same_dict(roots, self._heap.roots))
        self._compare_objects(scan)
        if scan.is_rebound:
            self._meet_new_values(scan)
        self._follow_references(scan)
        self._compare_memory(scan)
        if scan.changed or scan.moved or scan.is_rebound:
            self._find_gone(scan)
        return scan

    def commit(self, scan: Scan) -> None:
        """Record what a scan found."""
        self._heap.roots = scan.roots
        for key, node in scan.differences().items():
            if node is None:
                self._heap.discard(key)
            else:
                self._heap.put(key, node)

    def _is_over(self, share: int = 1) -> bool:
        return perf_counter() - self._started > share * self._budget.seconds

    def _compare_objects(self, scan: Scan) -> None:
        """Ask every known object whether it is as recorded; capture anew those that aren't."""
        checks, start = self._heap.checks, self._stopped_at
        items = (
            chain(islice(checks.items(), start, None), islice(checks.items(), start))
            if start
            else checks.items()
        )
        apart: list[int] = []
        self._stopped_at = 0
        for number, (key, (obj, kind, same, state)) in enumerate(items, 1):
            if not number % _CLOCK_EVERY and self._is_over():
                self._stop_comparing(scan, start + number - 1, number - 1)
                break
            try:
                if type(obj) is kind and same(obj, state):
                    continue
            except Exception:  # noqa: BLE001 - then it is captured anew, which says what is wrong
                pass
            apart.append(key)
        for key in apart:
            self._renew(scan, key)

    def _stop_comparing(self, scan: Scan, position: int, compared: int) -> None:
        keys = list(self._heap.checks)
        self._stopped_at = position % len(keys)
        left = (keys[self._stopped_at :] + keys[: self._stopped_at])[: len(keys) - compared]
        origins = dict.fromkeys(self._heap.nodes[key].origin for key in left)
        scan.unverified.update(dict.fromkeys(f"{origin}: not compared in full" for origin in origins))

    def _renew(self, scan: Scan, key: int) -> None:
        node = self._heap.nodes[key]
        fresh = self._heap.capture(node.obj, node.origin)
        (scan.moved if _means_the_same(node, fresh) else scan.changed)[key] = fresh
        self._heap.waiting.extend([(node.origin, child) for child in fresh.children])

    def _meet_new_values(self, scan: Scan) -> None:
        recorded = self._heap.roots
        for name, value in scan.roots.items():
            if recorded.get(name) is not value and self._heap.is_walked(value):
                self._heap.waiting.append((name, value))

    def _follow_references(self, scan: Scan) -> None:
        """Capture every object that became reachable."""
        nodes, added, waiting = self._heap.nodes, scan.added, self._heap.waiting
        while waiting:
            name, obj = waiting.pop()
            key = id(obj)
            if key in nodes or key in added:
                continue
            node = added[key] = self._heap.capture(obj, name)
            if isinstance(node.adapter, Unrecordable):
                scan.unverified[f"{name}: {node.adapter.reason}"] = None
            waiting.extend([(name, child) for child in node.children])
            if not len(added) % _CLOCK_EVERY and self._is_over(share=10):
                break
        for name in dict.fromkeys(name for name, _ in waiting):
            scan.unverified[f"{name}: too large to be recorded at once"] = None

    def _compare_memory(self, scan: Scan) -> None:
        """Fingerprint memory: what was left out last time, then what others can write to, smallest first."""
        places = dict(self._heap.memory)
        for node in chain(scan.changed.values(), scan.moved.values(), scan.added.values()):
            for key, place in memory_of(node):
                places.setdefault(key, place)
        late, self._late = self._late, set()
        ordered: Iterable[tuple[int, Memory]] = places.items()
        if late or sum([place.size for place in places.values()]) > self._budget.frame_bytes:
            ordered = sorted(ordered, key=lambda item: (item[0] not in late, item[1].guarded, item[1].size))
        for key, place in ordered:
            if place.guarded and place.size > self._budget.frame_bytes:
                self._leave_out(scan, key, place, "the memory of a large table was not compared")
            elif self._is_over():
                self._late.add(key)
                self._leave_out(scan, key, place, "its memory was not compared")
            else:
                self._compare_bytes(scan, key, place)

    def _compare_bytes(self, scan: Scan, key: int, place: Memory) -> None:
        known = self._heap.nodes.get(key)
        previous: Content | None = known.state if known else None
        keep = place.size <= (
            self._budget.copied_frame_bytes if place.guarded else self._budget.copied_array_bytes
        )
        if (
            previous is not None
            and (previous.pieces is not None or not keep)
            and BYTES.same(place.owner, previous)
        ):
            return
        content = BYTES.recapture(place.owner, previous, keep=keep)
        node = Node(place.owner, np.ndarray, BYTES, content, (), (), place.origin)
        if known is None:
            scan.added[key] = node
        elif previous is None or previous.fingerprints == content.fingerprints:
            scan.moved[key] = node
        else:
            scan.changed[key] = node

    def _leave_out(self, scan: Scan, key: int, place: Memory, why: str) -> None:
        scan.unverified[f"{place.origin}: {why}"] = None
        if key not in self._heap.nodes:
            scan.added[key] = Node(place.owner, np.ndarray, BYTES, None, (), (), place.origin)

    def _find_gone(self, scan: Scan) -> None:
        """Find what no variable reaches any more, among what something no longer refers to."""
        recorded = self._heap.nodes
        lost = references_lost(recorded, {**scan.changed, **scan.moved}, self._heap.roots, scan.roots)
        if not lost:
            return
        scan.gone = unreachable(scan.nodes_after(recorded), scan.roots, lost)
        for key in scan.gone:
            scan.changed.pop(key, None)
            scan.moved.pop(key, None)


def _means_the_same(old: Node, new: Node) -> bool:
    try:
        return old.adapter is new.adapter and old.adapter.equal(old.state, new.state)
    except Exception:  # noqa: BLE001 - when in doubt, it changed
        return False
