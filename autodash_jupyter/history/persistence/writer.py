"""The background writer: one daemon thread that stores the states of one history, oldest first.

The kernel's main thread only puts into its queue. Where the writer can't write any more, it says so once,
and the history goes on in memory.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.blobs import DiskBlobStore
from autodash_jupyter.history.credentials import REASON
from autodash_jupyter.history.persistence.bindings import bindings_of
from autodash_jupyter.history.persistence.folders import size_of
from autodash_jupyter.history.persistence.ledger import Entry, Ledger, entry_of_step
from autodash_jupyter.history.persistence.payloads import Payload, encode, signed
from autodash_jupyter.history.persistence.pickling import Blobs, Recorded
from autodash_jupyter.history.persistence.records import Record, find_secrets, record_of
from autodash_jupyter.history.persistence.stored_states import StoredStates, ranges_of
from autodash_jupyter.history.states import Node

__all__ = ["State", "Writer"]

_SLICE, _PAUSE = 0.004, 0.001
"""How many seconds of work are followed by how many of rest, so that a cell has the interpreter."""

_SWEEP_EVERY = 64
"""After how many dropped states what nothing needs any more is deleted."""


@dataclass(slots=True)
class State:
    """A state to store: what differs from its parent's, by number, and all bindings.

    ``parent`` is None for the first; ``amends`` tells that a part of the state is known already.
    """

    step_id: int
    parent: int | None
    roots: dict[str, Any]
    nodes: dict[int, Node | None]
    amends: bool = False


class Writer:
    """Stores what is put, in order, from the first step on.

    ``recorded`` makes of blobs what a pickle may refer to. ``prepare`` is called before anything is written,
    ``tell`` with a line for the person, both on the writer's thread.
    """

    def __init__(
        self,
        ledger: Ledger,
        blobs: DiskBlobStore,
        key: bytes,
        recorded: Callable[[Blobs], Recorded],
        tell: Callable[[str], object],
        prepare: Callable[[], object],
    ) -> None:
        self.states = StoredStates()
        self.failed = ""
        self.has_begun = False
        self.ledger = ledger
        self._blobs = blobs
        self._key = key
        self._recorded = recorded
        self._tell = tell
        self.written: Callable[[], object] = _nothing
        self.settled: Callable[[], object] = _nothing  # called on the writer's thread once all is written
        self.size = 0
        self.size_allowed: float = float("inf")
        self._prepare: Callable[[], object] | None = prepare
        self._queue: deque[State | Entry] = deque()
        self._news = threading.Condition()
        self._is_closing = self._is_busy = False
        self._thread: threading.Thread | None = None
        self._writing: int | None = None
        self._dropped = 0
        self._told_secrets: set[str] = set()
        self._process = os.getpid()
        self._rest_at = 0.0

    def again(self) -> Writer:
        """Return a writer that goes on where this one was closed."""
        new = Writer(
            self.ledger, self._blobs, self._key, self._recorded, self._tell, self._prepare or _nothing
        )
        new._prepare, new.states, new.has_begun = self._prepare, self.states, self.has_begun
        new.settled = self.settled
        new.written, new.size, new.size_allowed = self.written, self.size, self.size_allowed
        return new

    @property
    def _is_forked(self) -> bool:
        """Whether this is a copy in a child process, where no thread runs and the history is another's."""
        return os.getpid() != self._process

    def put(self, *items: State | Entry) -> None:
        """Let states and entries of the journal be written soon; never waits for the disk."""
        if self.failed or self._is_closing or self._is_forked:
            return
        with self._news:
            self._queue.extend(items)
            self.has_begun |= any(not isinstance(item, State) for item in items)
            if self._thread is None and self.has_begun:
                self._thread = threading.Thread(target=self._run, name="autodash-history", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def drop(self, step_id: int) -> None:
        """Let a state be forgotten; one that is not written yet never is, its followers take it over."""
        with self._news:
            waiting = [item for item in self._queue if isinstance(item, State)]
            gone = [item for item in waiting if item.step_id == step_id]
            followers = [item for item in waiting if item.parent == step_id]
            for state in gone:
                self._queue.remove(state)
                for follower in followers:
                    follower.nodes = {**state.nodes, **follower.nodes}
                    follower.parent = state.parent
            if not self.failed:
                self._queue.append({"op": "drop", "id": step_id})
            self._news.notify_all()

    @property
    def has_ended(self) -> bool:
        """Whether nothing is written any more, after ``close``."""
        return self._is_closing and (self._thread is None or not self._thread.is_alive())

    def is_waiting(self, step_id: int) -> bool:
        """Whether something of a state is still to be written."""
        with self._news:
            if self._writing == step_id:
                return True
            return any(isinstance(item, State) and item.step_id == step_id for item in self._queue)

    def wait(self, seconds: float) -> bool:
        """Wait until all is written, for some seconds at most; tell whether it is."""
        with self._news:
            return self._news.wait_for(lambda: not self._queue and not self._is_busy, seconds)

    def close(self, seconds: float = 2.0) -> None:
        """Write what still waits, the newest state first, for some seconds at most, and end the thread."""
        if self._is_forked:
            return
        with self._news:
            self._put_newest_first()
            self._is_closing = True
            self._news.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        with self._news:
            self._queue.clear()

    def _put_newest_first(self) -> None:
        """Put the newest state first, with all it needs of those that still wait."""
        waiting: dict[int, State] = {}
        for item in self._queue:
            if isinstance(item, State):
                known = waiting.get(item.step_id)
                nodes = item.nodes if known is None else {**known.nodes, **item.nodes}
                waiting[item.step_id] = replace(item, nodes=nodes)
        if len(waiting) < 2:
            return
        newest = waiting.pop(max(waiting))
        parent = newest.parent
        while parent is not None and (ancestor := waiting.get(parent)) is not None:
            newest.nodes = {**ancestor.nodes, **newest.nodes}
            parent = ancestor.parent
        newest.parent = parent
        others = [item for item in self._queue if not isinstance(item, State)]
        self._queue.clear()
        self._queue.extend([*others, newest, *waiting.values()])

    def _run(self) -> None:
        while True:
            if not self._queue and not self._is_closing and not self.failed:
                self.settled()
            with self._news:
                self._is_busy, self._writing = False, None
                self._news.notify_all()
                self._news.wait_for(lambda: self._queue or self._is_closing)
                if not self._queue:
                    return
                self._is_busy = True
                entries = self._next_entries()
                state = self._queue.popleft() if self._queue and not entries else None
                self._writing = state.step_id if isinstance(state, State) else None
            try:
                if self._prepare is not None:
                    self._prepare()
                    self._prepare = None
                if entries:
                    self._write_entries(entries)
                if isinstance(state, State):
                    self._write_state(state)
                    state = None  # else it would keep its objects alive until the next
                    self.written()
            except Exception as error:  # noqa: BLE001 - a state that can't be written must not end the thread
                self._fail(error)

    def _next_entries(self) -> list[Entry]:
        """Return the entries before the next state; steps go before any, so that their list is whole."""
        early = [item for item in self._queue if not isinstance(item, State) and item["op"] in ("step", "at")]
        if early:
            kept = [
                item for item in self._queue if isinstance(item, State) or item["op"] not in ("step", "at")
            ]
            self._queue.clear()
            self._queue.extend(kept)
            return early
        found: list[Entry] = []
        while self._queue and not isinstance(self._queue[0], State):
            found.append(self._queue.popleft())  # type: ignore[arg-type]  # checked in the line above
        return found

    def _fail(self, error: Exception) -> None:
        """Give up writing: a full disk or a lost folder must never break a cell."""
        self.failed = str(error) or type(error).__name__
        with self._news:
            self._queue.clear()
        if not self._is_closing:  # nobody writes here any more, and the folder may be gone
            self._tell(f"The history is kept in memory only from here on: {self.failed}.")

    def _write_entries(self, entries: list[Entry]) -> None:
        self.ledger.append(entry_of_step(each["step"]) if "step" in each else each for each in entries)
        for entry in entries:
            if entry["op"] == "drop":
                self.states.drop(entry["id"])
                self._dropped += 1
        if self._dropped >= _SWEEP_EVERY or (self._dropped and self.size > self.size_allowed):
            self._dropped = 0
            self.sweep()
            self.written()

    def _write_state(self, state: State) -> None:
        with self._blobs.batch() as batch:
            payload = self._payload_of(state, self._recorded(batch))
            blob = batch.put([encode(payload, self._key)])
        objects = ranges_of(state.nodes)
        entry = {"op": "state", "id": state.step_id, "parent": state.parent, "blob": blob, "objects": objects}
        self.ledger.append([entry])
        self.states.add(state.step_id, state.parent, blob, payload)
        self._tell_of_secrets(state, payload)
        self.size = size_of(self.ledger.folder)

    def _tell_of_secrets(self, state: State, payload: Payload) -> None:
        """Name, once, the variables that are not kept, or not whole, because of a credential."""
        names = dict.fromkeys(name for name, reason in payload.lost.items() if reason == REASON)
        for serial, node in state.nodes.items():
            record = payload.records.get(serial)
            if node is not None and record is not None and REASON in record.lost:
                names[node.origin] = None
        new = [name for name in names if name and name not in self._told_secrets]
        self._told_secrets.update(new)
        if new:
            self._tell(f"Kept in memory only, since it looks like a credential: {', '.join(new)}.")

    def _payload_of(self, state: State, recorded: Recorded) -> Payload:
        records: dict[int, Record | None] = {}
        for serial, node in state.nodes.items():
            if node is None:
                recorded.gone.add(serial)
            else:
                recorded.gone.discard(serial)
                find_secrets(node, recorded)
        for serial, node in state.nodes.items():
            records[serial] = None if node is None else record_of(node, recorded)
            self._rest()
        return bindings_of(state.roots, records, recorded)

    def _rest(self) -> None:
        now = time.perf_counter()
        if now > self._rest_at:
            if self._rest_at and not self._is_closing:
                time.sleep(_PAUSE)
            self._rest_at = time.perf_counter() + _SLICE

    def sweep(self) -> None:
        """Delete the blobs that no state needs; the journal is written anew before, without them."""
        contents = self.ledger.read()
        index = self._blobs.put(signed(pickle.dumps(self.states.to_plain(), protocol=5), self._key))
        self.ledger.rewrite(
            [
                contents.opened,
                {"op": "owner", "process": contents.owner},
                *map(entry_of_step, contents.steps.values()),
                {"op": "all", "blob": index},
                {"op": "at", "id": contents.position, "checkpoints": contents.checkpoints},
            ]
        )
        needed = self.states.blobs() | {index}
        for blob in list(self._blobs.names()):
            if blob not in needed:
                self._blobs.delete(blob)
        self.size = size_of(self.ledger.folder)


def _nothing() -> None:
    """Do nothing."""
