"""The background thread and its loop."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from autodash_jupyter.worker import Worker


def test_coroutines_run_in_a_thread_of_their_own() -> None:
    worker = Worker()

    async def name() -> str:
        return threading.current_thread().name

    try:
        assert worker.submit(name()).result(5) == "autodash-worker"
    finally:
        worker.close()


def test_closing_cancels_what_runs_and_does_not_wait_for_it() -> None:
    worker = Worker()
    cancelled = threading.Event()

    async def forever() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    running = worker.submit(forever())
    time.sleep(0.05)
    worker.close()
    assert cancelled.wait(5)
    assert running.cancelled()


def test_a_closed_worker_refuses_work_and_drops_callbacks() -> None:
    worker = Worker()
    worker.close()
    worker.call(lambda: pytest.fail("called after the end"))

    async def nothing() -> None: ...

    with pytest.raises(RuntimeError):
        worker.submit(nothing())


def test_a_callback_that_fails_does_not_end_the_loop() -> None:
    worker = Worker()
    heard = threading.Event()
    try:
        worker.call(lambda: 1 / 0)
        worker.call_later(0.01, heard.set)
        assert heard.wait(5)
    finally:
        worker.close()
