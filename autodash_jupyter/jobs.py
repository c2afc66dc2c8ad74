"""What this process does in the background: writes contexts, a few at once, and keeps and frees tables."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager

import autodash_jupyter.context  # noqa: F401 - before the worker needs it: never by two threads at once
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import ProfileCompleted
from autodash_jupyter.services import DatasetService
from autodash_jupyter.worker import Worker

__all__ = ["ContextJobs"]

logger = logging.getLogger(__name__)
JOBS_AT_ONCE = 4
MODEL_REQUESTS_AT_ONCE = 4
SECONDS_UNTIL_SWEEP = 60.0
SECONDS_TO_GIVE_WAY = 2.0
SECONDS_BETWEEN_LOOKS = 0.02


class ContextJobs:
    """Starts, awaits and cancels the writing of contexts; any thread may call it.

    Once, a minute later, it frees the bytes of tables that no record names.
    """

    def __init__(self, worker: Worker, datasets: DatasetService) -> None:
        self._worker = worker
        self._datasets = datasets
        self._jobs: dict[str, concurrent.futures.Future[None]] = {}
        # Two queues, each in the order of asking: who waits for a model keeps nobody from a profile.
        self._slots = asyncio.Semaphore(JOBS_AT_ONCE)
        self._model_slots = asyncio.Semaphore(MODEL_REQUESTS_AT_ONCE)
        self._tables_coming_in = 0
        self._lock = threading.RLock()  # cancelling a job calls _ended at once
        worker.call_later(SECONDS_UNTIL_SWEEP, lambda: worker.submit(self._sweep()))

    def start(self, dataset_id: str, *, ask_model: bool = True) -> None:
        """Write a dataset's context and keep its frame; one already being written is begun anew."""
        with self._lock:
            earlier = self._jobs.pop(dataset_id, None)
            run = self._datasets.await_context(dataset_id)
            if earlier is not None:
                earlier.cancel()
            job = self._jobs[dataset_id] = self._worker.submit(self._write(dataset_id, ask_model, run))
        job.add_done_callback(lambda done: self._ended(dataset_id, done))

    @contextmanager
    def giving_way(self) -> Iterator[None]:
        """Let contexts wait while a table comes in, each for two seconds at most: somebody waits for it."""
        with self._lock:
            self._tables_coming_in += 1
        try:
            yield
        finally:
            with self._lock:
                self._tables_coming_in -= 1

    def keep_frame(self, dataset_id: str) -> None:
        """Store a dataset's frame in the background, without writing its context."""
        self._worker.submit(self._keep(dataset_id))

    def cancel(self, dataset_id: str) -> bool:
        """Stop writing a context; what there was is kept. Tells whether one was being written."""
        with self._lock:
            job = self._jobs.pop(dataset_id, None)
        return job is not None and job.cancel()

    def is_running(self, dataset_id: str) -> bool:
        """Tell whether a job for this dataset is waiting or under way in this process."""
        with self._lock:
            return dataset_id in self._jobs

    def wait(self, dataset_id: str, timeout: float | None) -> None:
        """Wait until this process no longer writes a context, ``timeout`` seconds at most."""
        with self._lock:
            job = self._jobs.get(dataset_id)
        if job is not None:
            concurrent.futures.wait([job], timeout)

    def _ended(self, dataset_id: str, job: concurrent.futures.Future[None]) -> None:
        with self._lock:
            if self._jobs.get(dataset_id) is job:
                del self._jobs[dataset_id]

    async def _write(self, dataset_id: str, ask_model: bool, run: object) -> None:
        keeping: asyncio.Task[None] | None = None
        try:
            async with AsyncExitStack() as slot:
                await slot.enter_async_context(self._slots)
                patience = await self._give_way(SECONDS_TO_GIVE_WAY)
                events = self._datasets.generate_context(dataset_id, ask_model=ask_model, run=run)
                async with aclosing(events) as stream:
                    async for event in stream:
                        patience = await self._give_way(patience)
                        if isinstance(event, ProfileCompleted):
                            keeping = asyncio.create_task(self._keep(dataset_id))
                            await slot.aclose()
                            await self._wait_for_model(dataset_id, slot, ask_model)
        except AutoDashError as error:
            self._datasets.writer.mark_failed(dataset_id, str(error).rstrip("."))
        except Exception as error:  # nobody awaits a job's exception: say it here
            logger.warning("the context of %s could not be written", dataset_id, exc_info=True)
            self._datasets.writer.mark_failed(dataset_id, one_line(error))
        await (keeping or self._keep(dataset_id))

    async def _give_way(self, seconds: float) -> float:
        """Wait while tables come in, for so long at most; return how long it may be done again."""
        while self._tables_coming_in and seconds > 0:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            seconds -= SECONDS_BETWEEN_LOOKS
        return seconds

    async def _wait_for_model(self, dataset_id: str, slot: AsyncExitStack, ask_model: bool) -> None:
        if ask_model and self._datasets.writer.asks_model:
            if self._model_slots.locked():
                self._datasets.writer.tell(dataset_id, "waiting for the language model")
            await slot.enter_async_context(self._model_slots)

    async def _sweep(self) -> None:
        try:
            await asyncio.to_thread(self._datasets.sweep_frames)
        except Exception as error:  # noqa: BLE001 - nothing is lost; `autodash store compact` says why
            logger.info("the bytes of tables that are gone are kept for now: %s", one_line(error))

    async def _keep(self, dataset_id: str) -> None:
        try:
            await asyncio.to_thread(self._datasets.keep_frame, dataset_id)
        except AutoDashError as error:  # a full disk, say: the frame stays in memory
            logger.warning("the table of %s could not be stored: %s", dataset_id, error)
        except Exception as error:  # noqa: BLE001 - the frame stays in memory; say why
            logger.warning("the table of %s could not be stored: %s", dataset_id, one_line(error))
