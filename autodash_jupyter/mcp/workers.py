"""Work off the event loop, in threads, given up when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["Workers"]

Result = TypeVar("Result")

_THREADS = 32  # most of them wait: for a store, or for a notebook's running cell


class Workers:
    """A few threads; each piece of work has an event that tells it that its caller is gone."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="autodash-mcp")
        self._events: set[threading.Event] = set()

    async def run(self, work: Callable[[], Result], gone: threading.Event) -> Result:
        """Return what a function returns; set ``gone`` where the waiting task is cancelled."""
        self._events.add(gone)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except asyncio.CancelledError:
            gone.set()
            raise
        finally:
            self._events.discard(gone)

    def close(self) -> None:
        """Take no more work; what is running is told that nobody waits."""
        for gone in tuple(self._events):
            gone.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
