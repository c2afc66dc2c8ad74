"""One scan over the heap: what differs from the states recorded, found in as little time as can be.

First every known object is asked whether it still is as recorded: while none changed, nothing new can be
reachable. Only from what changed, and from names bound anew, are references followed to objects not met yet.
Then come the bytes of arrays and frames, by fingerprint. What the budget leaves no time for is named, and has
its turn first in the next scan: comparing goes on where it stopped, and so does the walk to new objects.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import attrgetter
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.heap import (
    Heap,
    Memory,
    Waiting,
    memory_of,
)
from autodash_jupyter.history.opaque import Unrecordable
from autodash_jupyter.history.reachability import references_lost, unreachable
from autodash_jupyter.history.remarks import LARGE_TABLE, MEMORY, NOT_COMPARED, TOO_LARGE
from autodash_jupyter.history.scan import Budget, Scan
from autodash_jupyter.history.states import ATOMS, GLOBAL, Node, same_dict

__all__ = ["Scanner"]

_CLOCK_EVERY = 1_024
_MET_BETWEEN_CLOCKS = 64
"""How many objects in small containers are met between two looks; there is one before a larger container."""

_CLOCK_EVERY_BYTES = 1 << 18
_pieces_of = attrgetter("pieces")
_BYTES_OF_A_LOOK = 1 << 12
"""Looking at a small array takes as long as hashing so many bytes."""


class _Clock:
    """Counts the seconds this thread computes, or a quarter of those that pass where those are more.

    On a machine busy with other things, a look isn't cut short so soon.
    """

    def __init__(self) -> None:
        self._computed, self._passed = thread_time(), perf_counter()

    def seconds(self) -> float:
        return max(thread_time() - self._computed, (perf_counter() - self._passed) / 4)

    def is_past(self, seconds: float) -> bool:
        """Tell whether more seconds went by; the slow clock is only asked where they may have."""
        return perf_counter() - self._passed > seconds and self.seconds() > seconds


@contextmanager
def _without_collections() -> Iterator[None]:
    """Put off garbage collections: a look makes many objects, and no garbage in cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Scanner:
    """Scans one heap again and again, each time within the budget; remembers only where it stopped."""

    def __init__(self, heap: Heap, budget: Budget) -> None:
        self._heap = heap
        self._budget = budget
        self._late: set[int] = set()  # memory to begin with
        self._clock = _Clock()
        self._seconds = budget.seconds
        self._is_exact = self._is_suspicious = False

    @property
    def budget(self) -> Budget:
        """How much one scan may cost."""
        return self._budget

    def scan(
        self,
        roots: dict[str, Any],
        patience: float = 0.0,
        *,
        exact: bool = False,
        suspicious: bool = False,
    ) -> Scan:
        """Compare everything with its recorded state, beginning from these bindings.

        ``patience`` is how many seconds more than the budget's this may take; ``exact`` tells that the memory
        of large tables is compared as well, ``suspicious`` that code ran which may have written there.
        """
        self._is_exact, self._is_suspicious = exact or self._budget.exact, suspicious
        self._clock, self._seconds = _Clock(), self._budget.seconds + patience
        scan = Scan(roots, is_rebound=not same_dict(roots, self._heap.roots))
        with _without_collections():
            self._look(scan)
        return scan

    def _look(self, scan: Scan) -> None:
        self._compare_objects(scan)
        if scan.is_rebound:
            self._meet_new_values(scan)
        self._follow_references(scan)
        self._compare_memory(scan)
        if scan.changed or scan.moved or scan.is_rebound:
            self._find_gone(scan)

    def commit(self, scan: Scan) -> None:
        """Record what a scan found."""
        self._heap.roots = scan.roots
        for key, node in scan.differences().items():
            if node is None:
                self._heap.discard(key)
            else:
                self._heap.put(key, node)
        if scan.gone and self._heap.waiting:
            self._heap.waiting = [
                each for each in self._heap.waiting if each.of is None or id(each.of.obj) not in scan.gone
            ]

    def _is_over(self, share: float = 1.0) -> bool:
        return self._clock.is_past(share * self._seconds)

    def _compare_objects(self, scan: Scan) -> None:
        """Ask every known object whether it is as recorded; capture anew those that aren't."""
        share = 0.5 if self._heap.waiting else 1.0  # what isn't captured yet can't be put back at all
        apart, left = self._heap.objects.differing(lambda: self._is_over(share))
        told = [name for name in left if name[:1] != GLOBAL]
        scan.unverified.update(dict.fromkeys(f"{name}: {NOT_COMPARED}" for name in told))
        for key in apart:
            self._renew(scan, key)

    def _renew(self, scan: Scan, key: int) -> None:
        node = self._heap.nodes[key]
        fresh = self._heap.capture(node.obj, node.origin)
        (scan.moved if _means_the_same(node, fresh) else scan.changed)[key] = fresh
        self._heap.wait_for(fresh, node)

    def _meet_new_values(self, scan: Scan) -> None:
        recorded = self._heap.roots
        for name, value in scan.roots.items():
            if recorded.get(name) is not value and self._heap.is_walked(value):
                self._heap.waiting.append(Waiting(name, iter((value,))))

    def _follow_references(self, scan: Scan) -> None:
        """Capture every object that became reachable, as far as time goes; the rest waits."""
        waiting, unclocked = self._heap.waiting, 0
        while waiting:
            each = waiting[-1]
            chunk = list(islice(each.items, _CLOCK_EVERY))
            if len(chunk) < _CLOCK_EVERY:
                waiting.pop()
            for obj in chunk:
                if id(type(obj)) not in ATOMS:
                    self._meet(scan, each, obj)
            if len(chunk) < _CLOCK_EVERY and each.of is not None and each.kept is not None:
                each.of.children = tuple(each.kept)
            unclocked += 1
            holder = waiting[-1].of if waiting else None
            if holder is not None and holder is not each.of:
                unclocked += len(holder.children)
            if unclocked >= _MET_BETWEEN_CLOCKS:
                unclocked = 0
                if self._is_over(share=1.5):
                    break
        for each in waiting:
            self._heap.is_partial = each.late = True
            scan.unverified[f"{each.origin}: {TOO_LARGE}"] = None

    def _meet(self, scan: Scan, each: Waiting, obj: Any) -> None:
        """Capture an object, unless it is known."""
        key, heap = id(obj), self._heap
        if key not in heap.nodes and key not in scan.added:
            if each.kept is not None and not heap.is_walked(obj):
                return
            node = scan.added[key] = heap.capture(obj, each.origin)
            if each.late:
                scan.late.add(key)
            if type(node.adapter) is Unrecordable:
                scan.unverified[f"{each.origin}: {node.adapter.reason}"] = None
            if node.children:
                heap.wait_for(node, late=each.late)
        if each.kept is not None:
            each.kept.append(obj)

    def _compare_memory(self, scan: Scan) -> None:
        """Fingerprint memory: what was left out last time, then what others can write to, smallest first."""
        places = dict(self._heap.memory)
        for holder, node in chain(scan.changed.items(), scan.moved.items(), scan.added.items()):
            for key, place in memory_of(node) if node.buffers else ():
                places.setdefault(key, place)
                if holder in scan.late and key not in self._heap.nodes:
                    scan.late.add(key)
        late, self._late = self._late, set()
        is_late = self._clock.is_past(self._seconds * 3 / 4)
        end = self._clock.seconds() + self._seconds / 4 if is_late else self._seconds
        for key in self._same_small_contents(end):
            places.pop(key, None)
        unclocked, is_over = 0, False
        ordered: Iterable[tuple[int, Memory]] = places.items()
        if late or sum([place.size for place in places.values()]) > self._budget.frame_bytes:
            ordered = sorted(ordered, key=lambda item: (item[0] not in late, item[1].guarded, item[1].size))
        for key, place in ordered:
            unclocked += place.size + _BYTES_OF_A_LOOK
            if unclocked > _CLOCK_EVERY_BYTES:
                unclocked, is_over = 0, self._clock.is_past(end)
            if place.guarded and place.size > self._budget.frame_bytes and not self._is_exact:
                self._leave_out(scan, key, place, LARGE_TABLE)
            elif is_over:
                self._late.add(key)
                self._leave_out(scan, key, place, MEMORY)
            else:
                self._compare_bytes(scan, key, place)

    def _same_small_contents(self, end: float) -> Iterator[int]:
        """Yield the keys of small arrays' bytes that are as recorded, and copied."""
        for family in self._heap.contents.families():
            if self._clock.is_past(end):
                break
            if family.is_same() and None not in map(_pieces_of, family.states()):
                yield from family.nodes

    def _compare_bytes(self, scan: Scan, key: int, place: Memory) -> None:
        known = self._heap.nodes.get(key)
        previous: Content | None = known.state if known else None
        keep = self._is_copied_at_once(place) or (previous is not None and previous.pieces is not None)
        has_all = previous is not None and (previous.pieces is not None or not keep)
        if has_all and BYTES.same(place.owner, previous):
            return
        if known is not None and previous is None and self._is_suspicious:
            scan.unverified[f"{place.origin}: {MEMORY}"] = None  # nobody knows what it was
        content = self._heap.content_like(place.owner) if keep and previous is None else None
        if content is None:
            content = BYTES.recapture(place.owner, previous, keep=keep)
        node = Node(place.owner, np.ndarray, BYTES, content, (), (), place.origin)
        if known is None:
            scan.added[key] = node
        elif previous is None or previous.fingerprints == content.fingerprints:
            scan.moved[key] = node
        else:
            scan.changed[key] = node

    def _is_copied_at_once(self, place: Memory) -> bool:
        guarded, budget = place.guarded, self._budget
        return place.size <= (budget.copied_frame_bytes if guarded else budget.copied_array_bytes)

    def to_copy(self, scan: Scan) -> list[Node]:
        """Return the nodes of tables' memory that is to be copied in the background."""
        places = self._heap.memory
        return [
            node
            for key, node in (*scan.added.items(), *scan.changed.items(), *scan.moved.items())
            if node.adapter is BYTES
            and (node.state is None or node.state.pieces is None)
            and key in places
            and places[key].guarded
        ]

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
        scan.gone = unreachable(
            scan.found(), recorded, scan.holders_after(self._heap.holders), scan.roots, lost
        )
        for key in scan.gone:
            scan.changed.pop(key, None)
            scan.moved.pop(key, None)


def _means_the_same(old: Node, new: Node) -> bool:
    try:
        return type(old.adapter) is type(new.adapter) and old.adapter.equal(old.state, new.state)
    except Exception:  # noqa: BLE001 - when in doubt, it changed
        return False
