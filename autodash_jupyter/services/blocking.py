"""Coroutines run to their end from ordinary code, also where a loop is already running."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

__all__ = ["run_blocking"]

T = TypeVar("T")
_SECONDS_TO_STOP = 5.0


def run_blocking(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end and return its result; an interrupt cancels it.

    In a notebook a loop runs in the thread that runs the cells; the coroutine then gets a thread of its own.

    >>> async def answer() -> int:
    ...     return 42
    >>> run_blocking(answer)
    42
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(begin())
    return _run_beside(begin)


def _run_beside(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    result: concurrent.futures.Future[T] = concurrent.futures.Future()
    cancel: list[Callable[[], object]] = []

    async def main() -> T:
        task = asyncio.ensure_future(begin())
        cancel.append(partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel))
        return await task

    def run() -> None:
        try:
            result.set_result(asyncio.run(main()))
        except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
            result.set_exception(error)

    thread = threading.Thread(target=run, name="autodash-sync", daemon=True)
    thread.start()
    try:
        return result.result()
    finally:
        if not result.done():  # the wait was interrupted
            for stop in cancel:
                stop()
            thread.join(_SECONDS_TO_STOP)
