"""What the server keeps open for all requests: the services, the threads they run in, the status feed."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import threading
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autodash_jupyter.errors import AutoDashError, SettingsError
from autodash_jupyter.events import EventBus
from autodash_jupyter.home import find_home
from autodash_jupyter.server.status_changes import StatusChanges
from autodash_jupyter.server.status_feed import StatusFeed
from autodash_jupyter.settings import Settings
from autodash_jupyter.worker import Worker

if TYPE_CHECKING:
    from autodash_jupyter.jobs import ContextJobs
    from autodash_jupyter.models import Dataset
    from autodash_jupyter.services import ContextService, DatasetService
    from autodash_jupyter.services.incoming_files import IncomingFiles
    from autodash_jupyter.session_services import SessionServices

__all__ = ["ServerMemory"]

logger = logging.getLogger(__name__)
T = TypeVar("T")
READERS = 4
ANSWERERS = 8
FETCHERS = 8
SECONDS_BETWEEN_LOOKS = 0.4


class ServerMemory:
    """One of each service, opened at the first request, in the folder that the kernels use as well.

    Reading files and checking documents have threads of their own, so that a list never waits for them.
    """

    def __init__(
        self,
        root: Path,
        environ: MutableMapping[str, str],
        *,
        max_upload_bytes: int | None = None,
        allowed_urls: tuple[str, ...] | None = None,
        heartbeat_seconds: float = 15.0,
    ) -> None:
        self.root = root.absolute()
        self.heartbeat_seconds = heartbeat_seconds
        self.feed = StatusFeed()
        self._environ = environ
        self._chosen = {"upload_max_bytes": max_upload_bytes, "allowed_urls": allowed_urls}
        self._worker = Worker()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="autodash-read")
        self._answerers = ThreadPoolExecutor(ANSWERERS, thread_name_prefix="autodash-http")
        self._fetchers = ThreadPoolExecutor(FETCHERS, thread_name_prefix="autodash-fetch")
        self._lock = threading.Lock()
        self._services: SessionServices | None = None
        self._changes: StatusChanges | None = None
        self._watching: asyncio.Task[None] | None = None

    def share_with_kernels(self) -> None:
        """Let kernels in subfolders use the folder that is made here, by ``AUTODASH_HOME``.

        A folder that was found isn't named so: it may have come with somebody's repository, and the settings
        file of a named one is trusted.
        """
        try:
            home = find_home(self._environ, self.root)
        except SettingsError as error:
            logger.warning("%s", error)
            return
        is_named = bool(self._environ.get("AUTODASH_HOME", "").strip())
        if not is_named and not os.path.lexists(home) and os.access(home.parent, os.W_OK):
            self._environ["AUTODASH_HOME"] = str(home)

    @functools.cached_property
    def settings(self) -> Settings:
        """What the environment, the file and the server's configuration chose.

        Raises ``SettingsError`` for what can't be used.
        """
        settings = Settings.from_environment(self._environ, self.root)
        given = {name: value for name, value in self._chosen.items() if value is not None}
        return replace(settings, **given) if given else settings  # type: ignore[arg-type]

    # Services: opened in a thread, at the first request

    @property
    def datasets(self) -> DatasetService:
        """The datasets of all users."""
        return self._opened().datasets

    @property
    def contexts(self) -> ContextService:
        """The context documents of all users."""
        return self._opened().contexts

    @property
    def jobs(self) -> ContextJobs:
        """The contexts that are being written by this process."""
        return self._opened().jobs

    @property
    def changes(self) -> StatusChanges:
        """What tells the feed of changes, by whichever process."""
        self._opened()
        assert self._changes is not None
        return self._changes

    @property
    def incoming(self) -> IncomingFiles:
        """The folders in which uploads arrive."""
        from autodash_jupyter.services.incoming_files import IncomingFiles

        opened = self._opened()
        opened.datasets  # noqa: B018 - it makes the folder
        return IncomingFiles(opened.settings.home)

    def _opened(self) -> SessionServices:
        from autodash_jupyter.services.incoming_files import IncomingFiles
        from autodash_jupyter.services.interrupted import take_over
        from autodash_jupyter.services.opening import prepared_home
        from autodash_jupyter.session_services import SessionServices

        with self._lock:
            if self._services is None:
                home = prepared_home(self.settings)
                IncomingFiles(home).remove_leftovers()
                bus = EventBus()
                services = SessionServices(
                    replace(self.settings, home=home),
                    None,
                    bus,
                    self._worker,
                    tell=logger.warning,
                    table_of=lambda _dataset: None,
                )
                self._changes = StatusChanges(services.datasets, services.contexts, self.feed)
                bus.subscribe(self._changes.heard)
                self._services = services
                self._readers.submit(_read_a_sample)
                self._readers.submit(self._take_up, services.jobs, take_over(services.datasets))
            return self._services

    def _take_up(self, jobs: ContextJobs, interrupted: list[Dataset]) -> None:
        """Write the contexts that a server which was killed had promised."""
        from autodash_jupyter.services.interrupted import bring_back

        for dataset in interrupted:
            try:
                bring_back(self.datasets, dataset)
            except AutoDashError as error:
                self.datasets.writer.mark_failed(dataset.dataset_id, str(error).rstrip("."))
            else:
                jobs.start(dataset.dataset_id)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Let contexts wait a little while a table comes in."""
        services = self._services
        with services.jobs.giving_way() if services is not None else nullcontext():
            yield

    # Threads

    async def run(self, work: Callable[[], T]) -> T:
        """Do what takes milliseconds, off the server's loop."""
        return await asyncio.get_running_loop().run_in_executor(self._answerers, work)

    async def read(self, work: Callable[[], T]) -> T:
        """Do what may take seconds: read a file, check a document."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def fetch(self, work: Callable[[], T]) -> T:
        """Do what waits for another server, so that a slow one keeps nobody from reading a file."""
        return await asyncio.get_running_loop().run_in_executor(self._fetchers, work)

    async def person(self) -> int | str:
        """Return who uses the kernels; ``SettingsError`` for settings that can't be used."""
        if "settings" not in vars(self):
            await self.run(lambda: self.settings)  # it reads a file
        return self.settings.user_id

    def watch_store(self) -> None:
        """Look for what other processes change, as long as anybody reads: one look for all of them."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch_store())

    async def _watch_store(self) -> None:
        while self.feed.watched():
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                await self.run(self.changes.look)
            except AutoDashError as error:  # the store is away; it is looked at again
                logger.info("what other processes changed isn't known: %s", error)

    async def close(self) -> None:
        """End the streams, store what is held in memory, and stop the threads."""
        self.feed.close()
        if self._watching is not None:
            self._watching.cancel()
        services: Any = self._services
        if services is not None:
            await self.run(services.flush)
        for threads in (self._readers, self._answerers, self._fetchers):
            threads.shutdown(wait=False, cancel_futures=True)
        self._worker.close()
        if services is not None:
            services.close()


def _read_a_sample() -> None:
    """Import what reads tables, before the first one comes in."""
    from autodash_jupyter.frames import read_source

    read_source("sample:penguins")
