"""Adapters for what can't be put back: generators, files, sockets, locks, connections, drawings.

Each has a reason, fit to follow a variable's name, and where it can be had a mark that tells whether the
thing moved on (a generator's position, a file's, a lock's), so that undo names it only when it matters.
"""

from __future__ import annotations

import io
import operator
import sqlite3
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autodash_jupyter.history.introspection import inherits, name_of_type
from autodash_jupyter.history.remarks import TOO_LARGE
from autodash_jupyter.history.states import Adapter, CannotRestoreError, all_identical

__all__ = ["Opaque", "UNKNOWN", "Unrecordable", "opaque_adapter", "unseen"]

Mark = tuple[Any, ...] | None


class Opaque(Adapter):
    """Something that can't be put back.

    ``mark`` tells whether it moved on, where that can be seen; it is ``complete`` where equal marks mean
    that it didn't.
    """

    def __init__(
        self, reason: str, mark: Callable[[Any], Mark] | None = None, *, complete: bool = False
    ) -> None:
        self.reason = reason
        self.complete = complete
        self._mark = mark

    def capture(self, obj: Any) -> Mark:
        """Return the mark, or None where there is none or it can't be read."""
        try:
            return self._mark(obj) if self._mark else None
        except Exception:  # noqa: BLE001 - a closed file, a foreign thread: then nothing can be seen
            return None

    def same(self, obj: Any, state: Mark) -> bool:
        """Whether the mark is what it was."""
        return self.capture(obj) == state

    def restore(self, obj: Any, state: Mark) -> None:  # noqa: ARG002
        """Raise: there is no way back."""
        raise CannotRestoreError(self.reason)


class Unrecordable(Opaque):
    """Something whose state could not be read, because reading it failed."""

    def __init__(self, error: str) -> None:
        super().__init__(f"it could not be recorded ({error})")


class Unknown(Opaque):
    """Something not yet captured when the state was recorded that this adapter stands in."""

    def __init__(self) -> None:
        super().__init__(TOO_LARGE, complete=True)

    def same(self, obj: Any, state: Mark) -> bool:  # noqa: ARG002
        """Never: nobody knows what it was like."""
        return False


class Generator(Opaque):
    """Generators, whose variables can be put back, if not where they stand."""

    def capture(self, obj: Any) -> Mark:
        """Return the mark, its variables last."""
        mark = super().capture(obj) or ()
        return *mark, () if obj.gi_frame is None else tuple(obj.gi_frame.f_locals.values())

    def same(self, obj: Any, state: Mark) -> bool:
        """Whether it stands where it stood, with the same variables."""
        now = self.capture(obj) or ((),)
        return state is not None and now[:-1] == state[:-1] and all_identical(now[-1], state[-1])

    def children(self, state: Mark) -> tuple[Any, ...]:
        """Return its variables."""
        return state[-1] if state else ()


class Enumeration(Opaque):
    """``enumerate``: what it counts can be put back, not its count."""

    def children(self, state: Mark) -> Iterable[Any]:
        """Return the iterator it draws from."""
        return state[1:] if state else ()

    def capture(self, obj: Any) -> Mark:
        """Return the count, then the iterator."""
        iterator, count = obj.__reduce__()[1]
        return count, iterator

    def same(self, obj: Any, state: Mark) -> bool:
        """Whether the count is the same."""
        return (self.capture(obj) or ())[:1] == (state or ())[:1]


class Thread(Opaque):
    """Threads: what a class of the user's keeps on one can be put back, not what it did."""

    def capture(self, obj: Any) -> Mark:
        """Return whether it was started, whether it runs, then what is kept on it."""
        kept = [value for name, value in object.__getattribute__(obj, "__dict__").items() if name[:1] != "_"]
        return obj._started.is_set(), threading.Thread.is_alive(obj), *kept  # noqa: SLF001

    def same(self, obj: Any, state: Mark) -> bool:
        """Whether it is where it was."""
        return bool(state) and all_identical(self.capture(obj) or (), state or ())

    def children(self, state: Mark) -> tuple[Any, ...]:
        """Return what is kept on it."""
        return state or ()


UNKNOWN = Unknown()


def _generator_mark(obj: Any) -> Mark:
    frame = obj.gi_frame
    return ("finished",) if frame is None else (frame.f_lasti,)


def _own_lock_mark(obj: Any) -> Mark:
    return (obj._is_owned(),)  # noqa: SLF001 - nothing public tells


def _file_mark(obj: Any) -> Mark:
    if obj.closed:
        return ("closed",)
    return ((obj.buffer if type(obj) is io.TextIOWrapper else obj).tell(),)


_POSITION = "an iterator's position can't be put back"
_GENERATOR = "a generator's position can't be put back"
_FILE = "an open file can't be put back"
_DATABASE = "what a database did can't be taken back"
_SPAWNED = "how many generators were spawned can't be put back"
_LOCK = "a lock can't be put back"
_SAMPLES: tuple[Any, ...] = ({}, set(), range(1 << 70), {}.values(), {}.items())

_EXACT: dict[type, Opaque] = {
    **{
        type(iter(sample)): Opaque(_POSITION, lambda it: (operator.length_hint(it),), complete=True)
        for sample in _SAMPLES
    },
    np.flatiter: Opaque(_POSITION, lambda it: (it.index,), complete=True),
    reversed: Opaque(_POSITION, lambda it: (operator.length_hint(it),), complete=True),
    enumerate: Enumeration(_POSITION, lambda it: it.__reduce__()[1][1:], complete=True),
    types.GeneratorType: Generator(_GENERATOR, _generator_mark, complete=True),
    types.AsyncGeneratorType: Opaque(_GENERATOR, lambda g: (g.ag_frame is None,)),
    types.CoroutineType: Opaque("a coroutine can't be run backwards", lambda c: (c.cr_frame is None,)),
    type(threading.Lock()): Opaque(_LOCK, lambda lock: (lock.locked(),), complete=True),
    type(threading.RLock()): Opaque(_LOCK, _own_lock_mark, complete=True),
    sqlite3.Connection: Opaque(_DATABASE, lambda c: (c.total_changes, c.in_transaction)),
    **{
        kind: Opaque(_FILE, _file_mark)
        for kind in (io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)
    },
}
_BY_ID = {id(kind): adapter for kind, adapter in _EXACT.items()}

_BY_BASE = (
    (threading.Thread, Thread("a thread can't be put back", complete=True)),
    (np.random.SeedSequence, Opaque(_SPAWNED, lambda seed: (seed.n_children_spawned,), complete=True)),
    (threading.local, Opaque("values kept per thread can't be put back")),
    (sqlite3.Connection, Opaque(_DATABASE)),
    (sqlite3.Cursor, Opaque("a database cursor's position can't be put back")),
    (io.IOBase.__mro__[1], Opaque(_FILE)),
)


def opaque_adapter(kind: type) -> Opaque | None:
    """Return the adapter for a type whose objects can't be put back, or None for any other type."""
    if found := _BY_ID.get(id(kind)):
        return found
    if inherits(kind, io.StringIO) or inherits(kind, io.BytesIO):
        return None
    return next((adapter for base, adapter in _BY_BASE if inherits(kind, base)), None)


def unseen(kind: type) -> Opaque:
    """Return the adapter for objects of a compiled type this package knows nothing of."""
    return Opaque(f"what a {name_of_type(kind)} holds can't be seen")
