"""The background writer: one daemon thread that stores the states of one history, oldest first.

The kernel's main thread only puts into its queue. Where the writer can't write any more, it says so once,
and the history goes on in memory.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Sequence
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
from autodash_jupyter.history.persistence.waiting import State, Waiting

__all__ = ["Writer"]

_SLICE, _PAUSE = 0.004, 0.001
"""How many seconds of work are followed by how many of rest, so that a cell has the interpreter."""

_SWEEP_EVERY = 64
"""After how many dropped states what nothing needs any more is deleted."""


class _AbandonedError(BaseException):  # which nothing on the way takes for a value that refuses
    """The state that is being written was dropped: what it holds is to leave memory at once."""


class _Stoppable:
    """Blobs that can be told to take no more."""

    def __init__(self, blobs: Blobs, is_stopped: Callable[[], bool]) -> None:
        self._blobs = blobs
        self._is_stopped = is_stopped

    def put(self, pieces: Sequence[Any]) -> str:
        """Keep a blob; raises _AbandonedError where nobody needs it any more."""
        if self._is_stopped():
            raise _AbandonedError
        return self._blobs.put(pieces)


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
        self._queue = Waiting()
        self._news = threading.Condition()
        self._is_closing = self._is_busy = False
        self._thread: threading.Thread | None = None
        self._writing: State | None = None
        self._is_abandoned = False
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
            self._queue.extend([*items])
            self.has_begun |= any(not isinstance(item, State) for item in items)
            if self._thread is None and self.has_begun:
                self._thread = threading.Thread(target=self._run, name="autodash-history", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def drop(self, step_id: int) -> None:
        """Let a state be forgotten; one that is not written yet never is, its followers take it over."""
        with self._news:
            writing = self._writing
            if writing is not None and (writing.step_id != step_id or not writing.nodes):
                writing = None
            self._is_abandoned |= writing is not None
            self._queue.drop(step_id, writing)
            if not self.failed:
                self._queue.extend([{"op": "drop", "id": step_id}])
            self._news.notify_all()

    @property
    def has_ended(self) -> bool:
        """Whether nothing is written any more, after ``close``."""
        return self._is_closing and (self._thread is None or not self._thread.is_alive())

    def is_waiting(self, step_id: int) -> bool:
        """Whether something of a state is still to be written."""
        with self._news:
            is_written_now = self._writing is not None and self._writing.step_id == step_id
            return is_written_now or self._queue.has_state(step_id)

    def wait(self, seconds: float) -> bool:
        """Wait until all is written, for some seconds at most; tell whether it is."""
        with self._news:
            return self._news.wait_for(lambda: not self._queue and not self._is_busy, seconds)

    def close(self, seconds: float = 2.0) -> None:
        """Write what still waits, the newest state first, for some seconds at most, and end the thread."""
        if self._is_forked:
            return
        with self._news:
            self._queue.put_newest_first()
            self._is_closing = True
            self._news.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        with self._news:
            self._queue.clear()

    def _run(self) -> None:
        while True:
            if not self._queue and not self._is_closing and not self.failed:
                self.settled()
            with self._news:
                self._is_busy, self._writing, self._is_abandoned = False, None, False
                self._news.notify_all()
                self._news.wait_for(lambda: self._queue or self._is_closing)
                if not self._queue:
                    return
                self._is_busy = True
                taken = self._queue.take()
                entries = taken if isinstance(taken, list) else None
                self._writing = None if isinstance(taken, list) else taken
                del taken  # else it would keep the state's objects alive
            try:
                self._write(entries)
            except _AbandonedError:
                continue
            except Exception as error:  # noqa: BLE001 - a state that can't be written must not end the thread
                self._fail(error)

    def _write(self, entries: list[Entry] | None) -> None:
        if self._prepare is not None:
            self._prepare()
            self._prepare = None
        if entries is not None:
            self._write_entries(entries)
        else:
            self._write_state()
            self.written()

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

    def _write_state(self) -> None:
        state = self._writing
        assert state is not None
        step_id, parent, objects = state.step_id, state.parent, ranges_of(state.nodes)
        with self._blobs.batch() as batch:
            payload = self._payload_of(state, self._recorded(_Stoppable(batch, lambda: self._is_abandoned)))
            secrets = self._secrets_in(state, payload)
            with self._news:
                if self._is_abandoned:
                    raise _AbandonedError
                state.nodes, state.roots = {}, {}  # all is in the payload: their memory isn't needed any more
            blob = batch.put([encode(payload, self._key)])
        entry = {"op": "state", "id": step_id, "parent": parent, "blob": blob, "objects": objects}
        self.ledger.append([entry])
        self.states.add(step_id, parent, blob, payload)
        self._tell_of_secrets(secrets)
        self.size = size_of(self.ledger.folder)

    def _secrets_in(self, state: State, payload: Payload) -> list[str]:
        """Return the variables that are not kept, or not whole, because of a credential."""
        names = dict.fromkeys(name for name, reason in payload.lost.items() if reason == REASON)
        for serial, node in state.nodes.items():
            record = payload.records.get(serial)
            if node is not None and record is not None and REASON in record.lost:
                names[node.origin] = None
        return [*names]

    def _tell_of_secrets(self, names: list[str]) -> None:
        """Name, once, what is kept in memory only."""
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
            if self._is_abandoned:
                raise _AbandonedError
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
