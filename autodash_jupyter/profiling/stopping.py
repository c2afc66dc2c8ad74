"""How work in another thread is broken off: it looks, every few milliseconds, whether to go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Stop", "StoppedError", "check_stop", "stoppable"]


class StoppedError(Exception):
    """The work was broken off, as was asked for."""


Stop = threading.Event
_current: ContextVar[threading.Event | None] = ContextVar("autodash_profiling_stop", default=None)


@contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Let ``check_stop`` heed ``stop`` in the body, and in the threads that inherit its context."""
    before = _current.set(stop)
    try:
        yield
    finally:
        _current.reset(before)


def check_stop() -> None:
    """Raise ``StoppedError`` where the work under way should end.

    >>> stop = Stop()
    >>> with stoppable(stop):
    ...     check_stop()
    ...     stop.set()
    ...     check_stop()
    Traceback (most recent call last):
    ...
    autodash_jupyter.profiling.stopping.StoppedError
    """
    stop = _current.get()
    if stop is not None and stop.is_set():
        raise StoppedError
