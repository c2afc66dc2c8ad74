"""Keeps a fork away from transactions: SQLite's own table of locks would be copied as it is just then."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakSet

__all__ = ["ForkGate"]


class ForkGate:
    """Lets transactions through, and holds a fork up until none is running.

    In a child, SQLite would take a transaction of another thread for one that still runs there, and refuse
    every write for good. So a fork waits, ``seconds`` at most, and ``close`` is called before it: what isn't
    open has no locks.

    >>> gate = ForkGate(lambda: None, seconds=30)
    >>> with gate.transaction():
    ...     pass
    """

    def __init__(self, close: Callable[[], None], seconds: float) -> None:
        self._close, self._seconds = close, seconds
        self._changed = threading.Condition()
        self._inside = 0
        self._is_forking = False
        _GATES.add(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep forks away meanwhile; not to be nested."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_forking)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def shut(self) -> None:
        """Wait for the transactions that run, and keep the condition: no other thread holds it in a child."""
        self._changed.acquire()
        self._is_forking = True
        if self._changed.wait_for(lambda: not self._inside, timeout=self._seconds):
            self._close()

    def reopen(self) -> None:
        """Let transactions through again, in the parent and in the child."""
        self._is_forking = False
        self._changed.notify_all()
        self._changed.release()


# Python calls these for every fork of this process, and can't be told to stop: gates come and go instead.
_GATES: WeakSet[ForkGate] = WeakSet()
_shut: list[ForkGate] = []


def _shut_all() -> None:
    for gate in list(_GATES):
        _shut.append(gate)
        gate.shut()


def _reopen_all() -> None:
    while _shut:
        _shut.pop().reopen()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_shut_all, after_in_parent=_reopen_all, after_in_child=_reopen_all)
