"""Brings recorded objects back from their records, with everything they refer to.

First every object is made, empty; then each gets its state, what it refers to before it where that is
possible, so that keys of dicts have their hash. An object that is still there is left as it is: its recorded
state is only read. What can't be brought back is ``Lost``, wherever it was held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.history.arrays import BYTES
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.introspection import type_name
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.persistence.own_code import SHARED
from autodash_jupyter.history.persistence.pandas_tables import References
from autodash_jupyter.history.persistence.pickling import Source
from autodash_jupyter.history.persistence.records import Record, fill_memory, make_object, read_state
from autodash_jupyter.history.states import ATOMS, INERT, Adapter, Node

__all__ = ["Loaded", "Loader", "lost_within", "origins"]

NOT_KEPT = "it was not kept"


@dataclass(slots=True)
class Loaded:
    """What was brought back: nodes by number, and why some objects, or parts of them, were not."""

    nodes: dict[int, Node] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    references: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Loader:
    """Brings objects back into one process: ``live`` are those already there, by number.

    ``record`` returns an object's record in the state wanted, None where there is none; ``settled`` what an
    object refers to that has its node for that state already, None for one that is to be brought back.
    """

    def __init__(
        self,
        heap: Heap,
        source: Source,
        record: Callable[[int], Record | None],
        live: Mapping[int, Any],
        settled: Callable[[int], tuple[int, ...] | None] = lambda _: None,
    ) -> None:
        self._heap = heap
        self._record = record
        self._settled = settled
        self._live = live
        self._records: dict[int, Record] = {}
        self._made: dict[int, Any] = {}
        self._table_references = References()
        self.source = source
        source.find = self._find
        self.loaded = Loaded()

    def load(self, wanted: Iterable[int]) -> Loaded:
        """Bring back these objects and everything they refer to; never raises for one of them."""
        order = self._walk(list(wanted))
        for serial in order:
            self._make(serial)
        for serial in order:
            self._take_state(serial)
        return self.loaded

    def find(self, serial: int) -> Any:
        """Return an object that was brought back, or was there."""
        return self._find(serial)

    def _find(self, serial: int) -> Any:
        if serial in self._live:
            return self._live[serial]
        if serial not in self._made:
            self._made[serial] = Lost(self.loaded.lost.setdefault(serial, NOT_KEPT))
        return self._made[serial]

    def _walk(self, wanted: list[int]) -> list[int]:
        """Return the numbers of all that is needed, what an object refers to before the object itself."""
        order: list[int] = []
        todo = [(serial, False) for serial in reversed(wanted)]
        while todo:
            serial, is_left = todo.pop()
            if is_left:
                order.append(serial)
                continue
            if serial in self.loaded.references or serial in self.loaded.lost:
                continue
            if (held := self._settled(serial)) is not None:
                self.loaded.references[serial] = held
                todo += [(each, False) for each in held]
                continue
            record = self._read(serial)
            if record is None:
                continue
            self._records[serial] = record
            self.loaded.references[serial] = (*record.needs, *record.references)
            todo.append((serial, True))
            todo += [(each, False) for each in (*record.references, *record.needs)]
        return order

    def _read(self, serial: int) -> Record | None:
        try:
            record = self._record(serial)
        except AutoDashError as error:
            self.loaded.lost[serial] = str(error)
            return None
        if record is None and serial not in self._live:
            self.loaded.lost[serial] = NOT_KEPT
        if record is not None and record.lost and serial not in self._live:
            self.loaded.lost[serial] = record.lost[0]
        return record

    def _make(self, wanted: int) -> None:
        """Make an object, and before it what its blueprint refers to."""
        todo, begun = [wanted], {wanted}
        while todo:
            serial = todo[-1]
            if serial in self._made or serial in self._live or serial not in self._records:
                todo.pop()
                continue
            record = self._records[serial]
            missing = [each for each in record.needs if self._is_to_be_made(each) and each not in begun]
            if missing:
                todo += missing
                begun.update(missing)
                continue
            try:
                owner = self._owner_in_memory(record)
                self._made[serial] = make_object(record, self.source) if owner is None else owner
            except Exception as error:  # noqa: BLE001 - a class may have gone, or refuse: the rest is wanted
                self._lose(serial, error)
            todo.pop()

    def _owner_in_memory(self, record: Record) -> Any:
        """Return the array that owns the bytes of a plain array, where views have kept it in memory."""
        if record.kind != "array" or len(record.references) != 1:
            return None
        owner = self._live.get(record.references[0])
        return owner if type(owner) is np.ndarray and owner.base is None else None

    def _is_to_be_made(self, serial: int) -> bool:
        return serial not in self._made and serial not in self._live and serial in self._records

    def _lose(self, serial: int, error: Exception) -> None:
        reason = (
            str(error) if isinstance(error, AutoDashError) else f"bringing it back failed ({_told(error)})"
        )
        self.loaded.lost[serial] = reason
        self._made[serial] = Lost(reason)

    def _take_state(self, serial: int) -> None:
        """Give an object its state, and make its node; one that was there keeps the state it has."""
        record, is_live = self._records[serial], serial in self._live
        obj = self._find(serial)
        if type(obj) is Lost:
            return
        adapter = BYTES if record.is_memory else self._heap.registry.adapter_of(obj)
        if adapter is INERT:
            return
        try:
            self.loaded.nodes[serial] = self._node(record, obj, adapter, is_live=is_live)
        except Exception as error:  # noqa: BLE001 - as above
            self._lose(serial, error)

    def _node(self, record: Record, obj: Any, adapter: Adapter, *, is_live: bool) -> Node:
        if record.state is None:
            state = adapter.capture(obj)
        elif record.is_memory and not is_live:
            state = fill_memory(record, obj, self.source)
        else:
            state = read_state(record, obj, self.source, self._table_references)
            if not is_live and record.kind not in SHARED:
                adapter.restore(obj, state)
                state = adapter.capture(obj)
        if adapter is BYTES:
            return Node(obj, np.ndarray, BYTES, state, (), ())
        children = [child for child in adapter.children(state) if id(type(child)) not in ATOMS]
        walked = tuple(child for child in children if self._heap.is_walked(child))
        return Node(obj, type(obj), adapter, state, walked, tuple(adapter.buffers(state)))


def _told(error: Exception) -> str:
    return f"{type_name(error)}: {error}"[:200]


def origins(names: Mapping[str, int | None], loaded: Loaded) -> dict[int, str]:
    """Return for each object the first variable that reaches it."""
    found: dict[int, str] = {}
    for name, serial in names.items():
        if serial is not None:
            for each in _reached(serial, loaded, found):
                found[each] = name
    return found


def _reached(serial: int, loaded: Loaded, known: Collection[int] = ()) -> Iterator[int]:
    seen, todo = set(known), [serial]
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            yield each
            todo.extend(loaded.references.get(each, ()))


def lost_within(names: Mapping[str, int | None], loaded: Loaded) -> dict[str, str]:
    """Return why something in a variable's value is lost, by name."""
    if not loaded.lost:
        return {}
    found: dict[str, str] = {}
    for name, serial in names.items():
        if serial is not None:
            reasons = [loaded.lost[each] for each in _reached(serial, loaded) if each in loaded.lost]
            if reasons:
                found[name] = reasons[0]
    return found
