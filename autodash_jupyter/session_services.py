"""What a session opens at first use, by whichever thread is first: a store, and the services over it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.events import EventBus
from autodash_jupyter.home import prepare_home
from autodash_jupyter.models import Dataset
from autodash_jupyter.settings import Settings
from autodash_jupyter.worker import Worker

if TYPE_CHECKING:
    from autodash_jupyter.jobs import ContextJobs
    from autodash_jupyter.named_contexts import NamedContexts
    from autodash_jupyter.services import ContextService, DatasetService
    from autodash_jupyter.stores import ContextStore
    from autodash_jupyter.watched_contexts import WatchedContexts

__all__ = ["SessionServices"]


class SessionServices:
    """One of each service, over ``store`` or the one that the settings choose.

    ``tell`` takes a note for the person; ``table_of`` finds the table that a dataset stands for now.
    Properties raise ``SettingsError`` where no folder can be written, and ``ContextStoreError`` where the
    store can't be read.
    """

    def __init__(
        self,
        settings: Settings,
        store: ContextStore | None,
        bus: EventBus,
        worker: Worker,
        *,
        tell: Callable[[str], None],
        table_of: Callable[[Dataset], Any],
    ) -> None:
        self.settings = settings
        self._given_store = store
        self._bus, self._worker = bus, worker
        self._tell, self._table_of = tell, table_of
        self._lock = threading.RLock()
        self._datasets: DatasetService | None = None
        self._jobs: ContextJobs | None = None
        self._named_contexts: NamedContexts | None = None
        self._watched_contexts: WatchedContexts | None = None

    @property
    def is_open(self) -> bool:
        """Whether the store was opened."""
        return self._datasets is not None

    @property
    def watches_contexts(self) -> bool:
        """Whether a document beside data or notebook was looked for."""
        return self._watched_contexts is not None

    @property
    def datasets(self) -> DatasetService:
        """The datasets."""
        with self._lock:
            if self._datasets is None:
                self._datasets = self._open_datasets()
            return self._datasets

    @property
    def jobs(self) -> ContextJobs:
        """The contexts that are being written in the background."""
        from autodash_jupyter.jobs import ContextJobs

        with self._lock:
            if self._jobs is None:
                self._jobs = ContextJobs(self._worker, self.datasets)
            return self._jobs

    @property
    def contexts(self) -> ContextService:
        """The context documents, in the store of the datasets."""
        return self.datasets.contexts

    @property
    def named_contexts(self) -> NamedContexts:
        """What can be done with contexts by the names that a person types."""
        from autodash_jupyter.named_contexts import NamedContexts

        with self._lock:
            if self._named_contexts is None:
                user_id, table_of = self.settings.user_id, self._table_of
                self._named_contexts = NamedContexts(self.contexts, user_id, self.list_datasets, table_of)
            return self._named_contexts

    @property
    def watched_contexts(self) -> WatchedContexts:
        """The documents beside data and notebook that stand for contexts."""
        from autodash_jupyter.watched_contexts import WatchedContexts

        with self._lock:
            if self._watched_contexts is None:
                self._watched_contexts = WatchedContexts(self.named_contexts, self.list_datasets)
            return self._watched_contexts

    def list_datasets(self) -> list[Dataset]:
        """Return the user's records, newest first."""
        return self.datasets.records(self.settings.user_id)

    def flush(self) -> None:
        """Store what is held in memory only: tables, and how contexts were used."""
        if self._datasets is not None:
            self._datasets.keep_frames()
            with suppress(AutoDashError):  # counts only
                self._datasets.contexts.usage.flush()

    def close(self) -> None:
        """Fold the journal of a store that was opened here."""
        if self._datasets is not None and self._given_store is None:
            with suppress(AutoDashError):  # nothing is lost: the journal is read at the next start
                getattr(self._datasets.store, "close", lambda: None)()

    def _open_datasets(self) -> DatasetService:
        from autodash_jupyter.language_model import LanguageModel
        from autodash_jupyter.services import DatasetService

        return DatasetService(
            self._given_store if self._given_store is not None else self._open_store(),
            settings=self.settings,
            bus=self._bus,
            language_model=LanguageModel.from_settings(self.settings),
        )

    def _open_store(self) -> ContextStore:
        from autodash_jupyter.services.opening import open_store

        if self.settings.storage_backend != "memory":
            home, note = prepare_home(self.settings.home, os.environ)
            self.settings = replace(self.settings, home=home)
            if note:
                self._tell(note)
        return open_store(self.settings)
