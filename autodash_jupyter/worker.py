"""The session's worker: one daemon thread that owns one asyncio loop.

It is started at first use, in the process that uses it, since a fork would lose the thread.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["Worker"]

logger = logging.getLogger(__name__)
T = TypeVar("T")
THREADS = 4


class DaemonThreads(concurrent.futures.ThreadPoolExecutor):
    """An executor whose threads never hold Python back when it wants to leave.

    A cell's own code may sleep for an hour, or raise ``SystemExit``, while it is profiled: the one must not
    keep the process alive, the other not end the loop.
    """

    def __init__(self, threads: int) -> None:
        super().__init__(max_workers=1)  # the pool itself is never used
        self._slots = threading.Semaphore(threads)

    def submit(
        self, function: Callable[..., T], /, *args: Any, **kwargs: Any
    ) -> concurrent.futures.Future[T]:
        """Run a function in a thread of its own, once one of the few places is free."""
        future: concurrent.futures.Future[T] = concurrent.futures.Future()

        def run() -> None:
            with self._slots:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    result = function(*args, **kwargs)
                except Exception as error:  # noqa: BLE001 - it is the future's
                    future.set_exception(error)
                except BaseException as error:  # noqa: BLE001 - as said above
                    future.set_exception(RuntimeError(f"{type(error).__name__} was raised"))
                else:
                    future.set_result(result)

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), name="autodash-cpu", daemon=True).start()
        return future


class Worker:
    """Runs coroutines and small callbacks in the background, in order of submission.

    >>> worker = Worker()
    >>> async def double(number: int) -> int:
    ...     return 2 * number
    >>> worker.submit(double(21)).result(timeout=5)
    42
    >>> worker.close()
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = 0
        self._closed = False
        self._lock = threading.Lock()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine in the worker; cancelling the result cancels the coroutine.

        Raises:
            RuntimeError: The worker was closed.
        """
        try:
            return asyncio.run_coroutine_threadsafe(work, self._running_loop())
        except RuntimeError:
            work.close()
            raise

    def call(self, function: Callable[[], object]) -> None:
        """Call a function in the worker soon; once the worker is closed, don't."""
        try:
            self._running_loop().call_soon_threadsafe(_guarded, function)
        except RuntimeError:
            logger.debug("the worker is closed; a callback was dropped")

    def call_later(self, seconds: float, function: Callable[[], object]) -> None:
        """Call a function in the worker after some seconds; once the worker is closed, don't."""
        self.call(lambda: asyncio.get_running_loop().call_later(seconds, _guarded, function))

    def close(self, timeout: float = 2.0) -> None:
        """Cancel what runs, wait ``timeout`` seconds at most, and end the thread."""
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or self._process != os.getpid():
            return
        try:
            loop.call_soon_threadsafe(_cancel_all_and_stop, loop)
        except RuntimeError:
            return  # the loop has ended by itself
        if thread is not threading.current_thread():
            thread.join(timeout)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                msg = "the session is closed"
                raise RuntimeError(msg)
            if self._loop is None or self._loop.is_closed() or self._process != os.getpid():
                self._loop = asyncio.new_event_loop()
                self._loop.set_default_executor(DaemonThreads(THREADS))
                self._process = os.getpid()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name="autodash-worker", daemon=True
                )
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()


def _cancel_all_and_stop(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()

    async def settle() -> None:
        await asyncio.gather(*tasks, return_exceptions=True)
        loop.stop()

    loop.create_task(settle())


def _guarded(function: Callable[[], object]) -> None:
    try:
        function()
    except Exception:
        logger.warning("a background callback failed", exc_info=True)
