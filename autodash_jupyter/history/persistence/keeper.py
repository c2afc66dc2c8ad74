"""The main thread's half: numbers objects, hands new states to the writer, brings old ones back.

A key of the heap is an object's id, which another object may get when the first is gone. So each object
has a number that is never used twice. What is not in memory has a key made of its number: no id is as large.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.changes import is_variable
from autodash_jupyter.history.heap import Heap
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.persistence.contents import StoredPieces
from autodash_jupyter.history.persistence.loading import Loaded, Loader, lost_within, origins
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.persistence.payloads import Payload
from autodash_jupyter.history.persistence.pickling import Source, unpickled
from autodash_jupyter.history.persistence.reading import PayloadReader
from autodash_jupyter.history.persistence.stored_states import StoredStates
from autodash_jupyter.history.persistence.waiting import State
from autodash_jupyter.history.persistence.writer import Writer
from autodash_jupyter.history.randomness import global_generators
from autodash_jupyter.history.snapshots import Snapshot, SnapshotTree, Stored, StoredValue
from autodash_jupyter.history.states import GLOBAL, Node

__all__ = ["DiskKeeper", "key_of_absent"]

_ABSENT = 1 << 64


def key_of_absent(serial: int, *, is_memory: bool) -> int:
    """Return the key of an object, or of an array's bytes, that is not in memory."""
    return -(_ABSENT + serial) if is_memory else _ABSENT + serial


class DiskKeeper:
    """Keeps one timeline's snapshots on the disk; ``serials`` are the numbers of the objects, by key."""

    def __init__(
        self, tree: SnapshotTree, heap: Heap, namespace: Any, reader: PayloadReader, serials: dict[int, int]
    ) -> None:
        self.serials = serials
        self.next_serial = 1
        self.writer: Writer | None = None
        self._tree = tree
        self._heap = heap
        self._namespace = namespace
        self._reader = reader
        self._unread: set[int] = set()
        self._said: set[str] = set()
        self.has_released = False
        self._sentinels: dict[int, object] = {}
        self._modules: dict[int, Any] = {}

    # Told by the tree

    def added(self, snapshot: Snapshot) -> None:
        """Let a new snapshot be written."""
        parent = None if snapshot.parent is None else snapshot.parent.step_id
        self._put(State(snapshot.step_id, parent, _roots_of(snapshot), self._numbered(snapshot.nodes)))

    def amended(self, snapshot: Snapshot, nodes: Mapping[int, Node | None]) -> None:
        """Let what changed of a snapshot be written."""
        if snapshot.step_id not in self._unread:
            parent = None if snapshot.parent is None else snapshot.parent.step_id
            snapshot.roots = {name: self._value(name, snapshot) for name in snapshot.roots}
            self._put(
                State(snapshot.step_id, parent, _roots_of(snapshot), self._numbered(nodes), amends=True)
            )

    def dropped(self, snapshot: Snapshot, replaced: Collection[int]) -> None:
        """Let a snapshot be forgotten."""
        self._unread.discard(snapshot.step_id)
        if self.writer is not None:
            self.writer.drop(snapshot.step_id)
        self._forget_numbers(replaced)

    def _put(self, state: State) -> None:
        if self.writer is not None:
            self.writer.put(state)

    def _numbered(self, nodes: Mapping[int, Any]) -> dict[int, Node | None]:
        """Return nodes by number; objects met for the first time get one."""
        found: dict[int, Node | None] = {}
        for key, node in nodes.items():
            if isinstance(node, Stored):
                continue
            serial = self.serials.get(key)
            if serial is None:
                if node is None:
                    continue
                serial = self.serials[key] = self.next_serial
                self.next_serial += 1
            found[serial] = node
        for key in nodes:  # whether an array's bytes belong to an object is part of their record
            if key > 0 and -key not in nodes and -key in self.serials and -key in self._heap.nodes:
                found[self.serials[-key]] = self._heap.nodes[-key]
        return found

    def _forget_numbers(self, keys: Collection[int]) -> None:
        """Forget the numbers of objects that no snapshot holds: their ids may soon be other objects'."""
        for key in keys:
            if key in self.serials and key not in self._heap.nodes and not self._is_held(key):
                del self.serials[key]

    def _is_held(self, key: int) -> bool:
        return any(isinstance(self._tree[step_id].nodes.get(key), Node) for step_id in self._tree)

    # Bringing back

    def plant(self, states: StoredStates) -> dict[int, Snapshot]:
        """Return a snapshot for each stored state, nothing of which is in memory yet."""
        snapshots: dict[int, Snapshot] = {}
        memory = {
            serial
            for step_id in states
            for serial, place in states[step_id].places.items()
            if place is not None and place.is_memory
        }
        for step_id in states:
            nodes = {
                key_of_absent(serial, is_memory=serial in memory): None if place is None else Stored(serial)
                for serial, place in states[step_id].places.items()
            }
            snapshots[step_id] = Snapshot(step_id, None, {}, nodes)  # type: ignore[arg-type]  # invariance
            self.next_serial = max(self.next_serial, 1 + max(states[step_id].places, default=0))
        for step_id, snapshot in snapshots.items():
            parent = states[step_id].parent
            snapshot.parent = None if parent is None else snapshots.get(parent)
        self._unread = set(snapshots)
        return snapshots

    def bring(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Bring what a snapshot needs into memory; return a line for each variable that is lost, once.

        Raises BlobError, having changed nothing, where the bindings are missing, damaged or foreign.
        """
        if snapshot.step_id in self._unread:
            payload = self._reader.read(self._reader.states[snapshot.step_id].bindings.payload)
        elif self.has_released:
            payload = self._released(snapshot)
        else:
            return ()
        step_id, live = snapshot.step_id, self._live()
        source = Source(self._namespace, self._reader.blobs, sentinels=self._sentinels, modules=self._modules)
        loader = Loader(
            self._heap,
            source,
            lambda serial: self._reader.record(step_id, serial),
            live,
            lambda serial: self._held_by(serial, live, snapshot),
        )
        loaded = loader.load(serial for serial in payload.names.values() if serial is not None)
        roots: dict[str, Any] = {}
        lost = dict(payload.lost)
        for name, serial in payload.names.items():
            try:
                if serial is not None:
                    value = loader.find(serial)
                elif name in payload.bindings:
                    value = unpickled(payload.bindings[name], loader.source)
                else:
                    value = self._value(name, snapshot)
            except Exception as error:  # noqa: BLE001 - one variable's failure must not cost the others
                lost[name] = f"bringing it back failed ({type(error).__name__}: {error})"
                continue
            if type(value) is Lost:
                lost[name] = value.reason
            else:
                roots[name] = value
        self._adopt(snapshot, loaded, roots, payload.names)
        inner = lost_within(payload.names, loaded)
        told = {**{name: reason for name, reason in inner.items() if name in roots}, **lost}
        lines = [f"{name}: {reason}" for name, reason in told.items() if not name.startswith(GLOBAL)]
        new = tuple(line for line in lines if line not in self._said)
        self._said.update(new)
        return new

    def _value(self, name: str, snapshot: Snapshot) -> Any:
        """Return what a name is bound to, large texts from the disk; raises BlobError where that fails."""
        value = snapshot.roots[name]
        if type(value) is not StoredValue:
            return value
        payload = self._reader.read(self._reader.states[value.step_id].bindings.payload)
        return unpickled(payload.bindings[name], Source(self._namespace, self._reader.blobs))

    def is_value_stored(self, step_id: int, name: str) -> bool:
        """Whether a plain value bound to a name in a state is on the disk."""
        if self.writer is None or self.writer.is_waiting(step_id) or step_id not in self._reader.states:
            return False
        return name in self._reader.read(self._reader.states[step_id].bindings.payload).bindings

    def stored_content(self, step_id: int, key: int, content: Content) -> Content | None:
        """Return an array's content with its bytes left on the disk, None where they aren't there."""
        serial = self.serials.get(key, 0)
        record = self._reader.record(step_id, serial) if self.is_stored(step_id, key) else None
        if record is None or record.state is None:
            return None
        stored = unpickled(record.state, Source(self._namespace, self._reader.blobs))
        pieces: Any = StoredPieces(stored, self._reader.blobs)
        return Content(content.fingerprints, pieces) if len(pieces) == len(content.fingerprints) else None

    def is_stored(self, step_id: int, key: int) -> bool:
        """Whether a snapshot's own node of this key is on the disk, whole and as it is now."""
        if self.writer is None or self.writer.is_waiting(step_id) or step_id not in self._reader.states:
            return False
        place = self._reader.states[step_id].places.get(self.serials.get(key, 0))
        return place is not None and place.is_whole

    def _released(self, snapshot: Snapshot) -> Payload:
        """Return the bindings of a snapshot from which objects were released."""
        names = {
            name: value.serial if isinstance(value, Stored) else self.serials.get(id(value))
            for name, value in snapshot.roots.items()
        }
        return Payload({}, {}, names, {})

    def _live(self) -> dict[int, Any]:
        """Return the objects that are in memory, by number."""
        found: dict[int, Any] = {}
        numbers = self.serials.get
        for step_id in self._tree:
            snapshot = self._tree[step_id]
            for key, node in snapshot.nodes.items():
                if isinstance(node, Node):
                    found[numbers(key, 0)] = node.obj
                    found.update((numbers(id(child), 0), child) for child in node.children)
                    found.update((numbers(-id(owner), 0), owner) for owner in node.buffers)
            found.update((numbers(id(value), 0), value) for value in snapshot.roots.values())
        found.pop(0, None)
        return found

    def _held_by(self, serial: int, live: Mapping[int, Any], snapshot: Snapshot) -> tuple[int, ...] | None:
        """Return what an object refers to whose state in a snapshot is in memory, else None."""
        if serial not in live:
            return None
        obj = live[serial]
        key = id(obj) if self.serials.get(id(obj)) == serial else -id(obj)
        node = snapshot.node(key)
        if node is None:
            return None
        return tuple(self.serials[each] for each in node.references() if each in self.serials)

    def _adopt(
        self, snapshot: Snapshot, loaded: Loaded, roots: dict[str, Any], names: Mapping[str, int | None]
    ) -> None:
        """Put what was loaded in the place of what stood for it."""
        first = origins(names, loaded)
        keys: dict[int, int] = {}
        for serial, node in loaded.nodes.items():
            node.origin = first.get(serial, "")
            is_memory = node.adapter is BYTES
            key = -id(node.obj) if is_memory else id(node.obj)
            self.serials[key] = serial
            keys[key_of_absent(serial, is_memory=is_memory)] = key
        for step_id in self._tree:
            each = self._tree[step_id]
            each.nodes = {keys.get(key, key): node for key, node in each.nodes.items()}
        for serial, node in loaded.nodes.items():
            key = keys[key_of_absent(serial, is_memory=node.adapter is BYTES)]
            for each in snapshot.lineage():
                if key in each.nodes:
                    if isinstance(each.nodes[key], Stored):
                        each.nodes[key] = node
                    break
        snapshot.roots = roots
        self._unread.discard(snapshot.step_id)


def _roots_of(snapshot: Snapshot) -> dict[str, Any]:
    shared = global_generators()
    return {
        name: value
        for name, value in snapshot.roots.items()
        if is_variable(name) or name in shared or type(value) is Patch
    }
