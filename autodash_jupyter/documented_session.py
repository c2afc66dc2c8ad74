"""The part of a session that keeps what its datasets mean: contexts written, waited for, taken from files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.bindings import Bindings
from autodash_jupyter.errors import ContextStoreError, SourceError
from autodash_jupyter.events import EventBus
from autodash_jupyter.kept_session import KeptSession
from autodash_jupyter.models import Dataset
from autodash_jupyter.session_services import SessionServices
from autodash_jupyter.settings import Settings
from autodash_jupyter.worker import Worker

if TYPE_CHECKING:
    from autodash_jupyter.jobs import ContextJobs
    from autodash_jupyter.loader import Loaded
    from autodash_jupyter.named_contexts import NamedContexts
    from autodash_jupyter.services import ContextService, DatasetService
    from autodash_jupyter.stores import ContextStore
    from autodash_jupyter.watched_contexts import WatchedContexts

__all__ = ["DocumentedSession"]

SECONDS_BETWEEN_LOOKS = 0.02
SECONDS_TO_LEAVE = 2.0


class DocumentedSession(KeptSession):
    """A namespace, its datasets in a store, and the contexts written about them in the background.

    >>> import pandas as pd
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> session = DocumentedSession({}, store=InMemoryContextStore())
    >>> table = pd.DataFrame({"price": [1.5, 2.5]})
    >>> sales = session.datasets.register("local", table, name="sales", filename="sales.csv")
    >>> session.ensure_context(sales.dataset_id)
    >>> session.wait_for_context(sales.dataset_id, timeout=60)
    'completed'
    >>> session.close()
    """

    def __init__(
        self,
        namespace: MutableMapping[str, Any] | None = None,
        *,
        settings: Settings | None = None,
        store: ContextStore | None = None,
        hidden: Callable[[], Collection[str]] = tuple,
    ) -> None:
        settings = settings or Settings.from_environment()
        variables: MutableMapping[str, Any] = {} if namespace is None else namespace
        super().__init__(
            variables,
            EventBus(),
            hidden=hidden,
            max_steps=settings.history_steps,
            memory=settings.history_memory_bytes,
        )
        self.worker = Worker()
        self.bindings = Bindings(self.namespace)
        self._services = SessionServices(
            settings,
            store,
            self.bus,
            self.worker,
            tell=self.notes.append,
            table_of=self.table_of,
        )

    @property
    def settings(self) -> Settings:
        """What is in force; the home folder may be another one once the store was opened."""
        return self._services.settings

    @property
    def datasets(self) -> DatasetService:
        """The datasets of this session's user; the store is opened at first use, by any thread.

        Raises:
            SettingsError: No folder can be written.
            ContextStoreError: The store can't be read.
        """
        return self._services.datasets

    @property
    def jobs(self) -> ContextJobs:
        """The contexts that are being written in the background."""
        return self._services.jobs

    @property
    def contexts(self) -> ContextService:
        """The context documents of this session's user, in the store of its datasets."""
        return self._services.contexts

    @property
    def named_contexts(self) -> NamedContexts:
        """What can be done with contexts by the names that a person types."""
        return self._services.named_contexts

    @property
    def watched_contexts(self) -> WatchedContexts:
        """The documents beside data and notebook that stand for contexts."""
        return self._services.watched_contexts

    def list_datasets(self) -> list[Dataset]:
        """Return the user's records, newest first."""
        return self._services.list_datasets()

    # Tables

    def table_of(self, dataset: Dataset) -> Any:
        """Return the table a dataset stands for now: its variable's, else the stored one, else ``None``."""
        from autodash_jupyter.frames import is_table

        variable = self.bindings.variable(dataset.dataset_id)
        held = None if variable is None else self.namespace.get(variable)
        if is_table(held):
            return held
        return self.datasets.get_dataframe(self.settings.user_id, dataset.dataset_id)

    # Contexts

    def document(
        self, loaded: Loaded, *, write_context: bool = True, context_file: str | None = None
    ) -> None:
        """Begin the context of a table that was just loaded, and take in what a file says of it.

        Its frame is stored in any case. A model that wrote about it before isn't asked again.
        """
        dataset = loaded.dataset
        if write_context:
            written = dataset.context_status == "completed"
            by_profile = dataset.context_written_by in (None, "profile")
            self.jobs.start(dataset.dataset_id, ask_model=by_profile or not written)
        else:
            self.jobs.keep_frame(dataset.dataset_id)
        self._tell_changed_columns(loaded)
        self._pick_up_context(dataset, context_file)

    def look_for_context_files(self) -> None:
        """Take in the documents beside data or notebook that somebody changed since they were picked up."""
        if self._services.watches_contexts:
            self.notes += self.watched_contexts.look_again()

    def learn(self) -> str:
        """Let the contexts in which the user wrote be examples for the language model's next ones; say so.

        Raises:
            LanguageModelError: There is none, or what was learned can't be written.
        """
        from autodash_jupyter.services.learning import learn_from_contexts

        count = learn_from_contexts(self.datasets, self.settings.user_id, self.settings.home)
        kept = f"{count} context{'' if count == 1 else 's'} that you wrote in"
        return f"The next contexts follow {kept}; %autodash learn off forgets them. Nothing was sent."

    def forget_what_was_learned(self) -> str:
        """Let the language model write as if it had learned nothing; say so."""
        from autodash_jupyter.context.optimising import forget_programs

        had = forget_programs(self.settings.home)
        return "What was learned is forgotten." if had else "Nothing was learned."

    def ensure_context(self, dataset_id: str) -> None:
        """Write a context that nobody has begun to write, or whoever was to is gone."""
        from autodash_jupyter.services.interrupted import bring_back
        from autodash_jupyter.services.promised_contexts import was_left

        dataset = self.datasets.get(self.settings.user_id, dataset_id)
        if dataset is None or self.is_writing(dataset):
            return
        if was_left(dataset):
            with suppress(SourceError, ContextStoreError):  # else it stays as failed as it is
                bring_back(self.datasets, dataset)
                self.jobs.start(dataset_id)
        elif dataset.context_status == "pending":
            self.jobs.start(dataset_id)

    def is_writing(self, dataset: Dataset) -> bool:
        """Tell whether a context is being written, here or by another process."""
        from autodash_jupyter.services.promised_contexts import may_be_written

        if dataset.context_status not in ("pending", "generating"):
            return False
        return self.jobs.is_running(dataset.dataset_id) or may_be_written(dataset)

    def wait_for_context(self, dataset_id: str, timeout: float | None = None) -> str:
        """Wait until nobody writes a context any more, ``timeout`` seconds at most; return its status."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            dataset = self.datasets.get(self.settings.user_id, dataset_id)
            if dataset is None:
                return "not_found"
            late = deadline is not None and time.monotonic() >= deadline
            if late or not self.is_writing(dataset):
                return self.datasets.get_context_status(self.settings.user_id, dataset_id)
            self.jobs.wait(dataset_id, SECONDS_BETWEEN_LOOKS)
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _pick_up_context(self, dataset: Dataset, given: str | None) -> None:
        from autodash_jupyter.context_files import find_context_file

        folder = Path.cwd()
        if given is not None:
            self.notes += self.watched_contexts.take_in(dataset, Path(given).expanduser())
        elif find_context_file(dataset, folder) is not None:
            self.notes += self.watched_contexts.pick_up(dataset, folder)

    def _tell_changed_columns(self, loaded: Loaded) -> None:
        before = loaded.before
        if before is not None and before.columns != loaded.dataset.columns:
            self.notes += self.named_contexts.staleness(before, loaded.dataset, loaded.frame)

    # Ending

    def close(self) -> None:
        """Store what isn't yet, for 2 s at most, stop the worker, and fold the journal of an own store."""
        if self._services.is_open:
            keeping = threading.Thread(target=self._services.flush, daemon=True)
            keeping.start()
            keeping.join(SECONDS_TO_LEAVE)
        self.close_history()
        self.worker.close()
        self.timeline.close()
        self._services.close()
