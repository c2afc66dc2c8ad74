"""Holds back a person's interrupt while something is half done, so that it is whole afterwards."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Hold", "uninterrupted"]


class Hold:
    """An interrupt that is held back, if one came; ``released`` lets it through for a while."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler
        self.has_interrupt = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of an interrupt, as Python calls it."""
        self.has_interrupt = True

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let interrupts through: raises ``KeyboardInterrupt`` at once for one that came before."""
        if self._handler is None:
            yield
            return
        signal.signal(signal.SIGINT, self._handler)
        try:
            self.deliver()
            yield
        finally:
            signal.signal(signal.SIGINT, self)

    def deliver(self) -> None:
        """Raise ``KeyboardInterrupt`` where an interrupt was held back; forget it."""
        came, self.has_interrupt = self.has_interrupt, False
        if came:
            raise KeyboardInterrupt


@contextmanager
def uninterrupted(*, drop: bool = False) -> Iterator[Hold]:
    """Hold interrupts back, and deliver them at the end; with ``drop``, forget them.

    Signals are Python's to handle on the main thread only; on any other this changes nothing.

    >>> with uninterrupted(drop=True):
    ...     signal.raise_signal(signal.SIGINT)
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield Hold(None)
        return
    hold = Hold(handler)
    signal.signal(signal.SIGINT, hold)
    try:
        yield hold
    finally:
        signal.signal(signal.SIGINT, handler)
    if not drop:
        hold.deliver()
