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
from collections.abc import Callable
from typing import Any

from autodash_jupyter.history.remarks import TOO_LARGE
from autodash_jupyter.history.states import Adapter, CannotRestoreError, inherits, name_of_type

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


UNKNOWN = Unknown()


def _generator_mark(obj: Any) -> Mark:
    frame = obj.gi_frame
    return ("finished",) if frame is None else (frame.f_lasti, *map(id, frame.f_locals.values()))


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
_LOCK = "a lock can't be put back"
_SAMPLES: tuple[Any, ...] = ([], (), "", b"", {}, set(), range(1), range(1 << 70), {}.values(), {}.items())

_EXACT: dict[type, Opaque] = {
    **{
        type(iter(sample)): Opaque(_POSITION, lambda it: (operator.length_hint(it),), complete=True)
        for sample in _SAMPLES
    },
    **{kind: Opaque(_POSITION) for kind in (zip, map, filter, enumerate, reversed)},
    types.GeneratorType: Opaque(_GENERATOR, _generator_mark, complete=True),
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
    (threading.local, Opaque("values kept per thread can't be put back")),
    (sqlite3.Connection, Opaque(_DATABASE)),
    (sqlite3.Cursor, Opaque("a database cursor's position can't be put back")),
    (io.IOBase.__mro__[1], Opaque(_FILE)),
)


def opaque_adapter(kind: type) -> Opaque | None:
    """Return the adapter for a type whose objects can't be put back, or None for any other type."""
    if found := _BY_ID.get(id(kind)):
        return found
    return next((adapter for base, adapter in _BY_BASE if inherits(kind, base)), None)


def unseen(kind: type) -> Opaque:
    """Return the adapter for objects of a compiled type this package knows nothing of."""
    return Opaque(f"what a {name_of_type(kind)} holds can't be seen")
