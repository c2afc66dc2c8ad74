"""The kernel-local session: owns the datasets, the timeline and the worker, and runs their jobs.

There is one per kernel. Surfaces call it; it knows none of them. What loading and contexts need is
imported when they are first used, so that ``%load_ext`` stays fast.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Collection, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.bindings import Bindings
from autodash_jupyter.errors import ContextStoreError, SourceError, UnknownDatasetError, did_you_mean
from autodash_jupyter.events import EventBus
from autodash_jupyter.kept_session import KeptSession
from autodash_jupyter.models import Dataset
from autodash_jupyter.processes import is_running
from autodash_jupyter.session_services import SessionServices
from autodash_jupyter.settings import Settings
from autodash_jupyter.worker import Worker

if TYPE_CHECKING:
    from autodash_jupyter.charted_tables import ChartedTables
    from autodash_jupyter.dashboards import Dashboards
    from autodash_jupyter.frames import LoadedTable, ReadOptions
    from autodash_jupyter.frames.progress import Progress
    from autodash_jupyter.jobs import ContextJobs
    from autodash_jupyter.loader import Loaded
    from autodash_jupyter.named_contexts import NamedContexts
    from autodash_jupyter.operated_tables import OperatedTable, OperatedTables
    from autodash_jupyter.services import ContextService, DatasetService
    from autodash_jupyter.stores import ContextStore
    from autodash_jupyter.watched_contexts import WatchedContexts

__all__ = ["Session"]

SECONDS_BETWEEN_LOOKS = 0.02
SECONDS_TO_LEAVE = 2.0


class Session(KeptSession):
    """A kernel's memory over one namespace.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> session = Session({}, store=InMemoryContextStore())
    >>> [loaded] = session.load("sample:penguins")
    >>> session.namespace["penguins"].shape
    (344, 8)
    >>> session.wait_for_context(loaded.dataset.dataset_id, timeout=60)
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
        self._operated_tables: OperatedTables | None = None
        self._opening = threading.Lock()
        self._services = SessionServices(
            settings,
            store,
            self.bus,
            self.worker,
            opened=self._settle_all,
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

    # Loading

    def load(  # noqa: PLR0913 - what a person may say of a source
        self,
        source: str,
        *,
        name: str | None = None,
        sheet: str | None = None,
        file_format: str | None = None,
        target: str | None = None,
        into_namespace: bool = True,
        write_context: bool = True,
        context_file: str | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
        refresh: bool = False,
        tables: list[LoadedTable] | None = None,
    ) -> list[Loaded]:
        """Load a sample, a variable, a dataset id, a file, or a dataset by name, and register it.

        ``target`` is the variable the caller itself will bind the frame to; else the frame is put into
        the namespace, unless ``into_namespace`` is false. ``context_file`` holds the document that is its
        context; without one, ``NAME.context.md`` beside the data or the notebook is.
        ``options`` say how to read the source (``sheet`` and ``file_format`` are short for two of them),
        ``progress`` is told how far it is. With ``refresh``, ``source`` is a dataset's
        name, whose source is read again. ``tables`` are what was read from the source already, so that it
        isn't read here.

        Raises:
            InvalidNameError: ``name`` can't be a variable's name.
            SourceError: The source can't be read; nothing was changed.
        """
        from autodash_jupyter.frames import ReadOptions as _ReadOptions
        from autodash_jupyter.loader import Loader

        loader = Loader(self.namespace, self.bindings, self.datasets, self.settings)
        if refresh:
            results = loader.refresh(source, progress=progress)
        else:
            results = loader.load(
                source,
                name=name,
                options=options or _ReadOptions(sheet=sheet, file_format=file_format),
                progress=progress,
                target=target,
                into_namespace=into_namespace,
                tables=tables,
            )
        for loaded in results:
            dataset = loaded.dataset
            if write_context:
                written = dataset.context_status == "completed"
                by_profile = dataset.context_written_by in (None, "profile")
                self.jobs.start(dataset.dataset_id, ask_model=by_profile or not written)
            else:
                self.jobs.keep_frame(dataset.dataset_id)
            self._tell_changed_columns(loaded)
            self._pick_up_context(dataset, context_file)
        return results

    def _tell_changed_columns(self, loaded: Loaded) -> None:
        before = loaded.before
        if before is not None and before.columns != loaded.dataset.columns:
            self.notes += self.named_contexts.staleness(before, loaded.dataset, loaded.frame)

    def table_of(self, dataset: Dataset) -> Any:
        """Return the table a dataset stands for now: its variable's, else the stored one, else ``None``."""
        from autodash_jupyter.frames import is_table

        variable = self.bindings.variable(dataset.dataset_id)
        held = None if variable is None else self.namespace.get(variable)
        if is_table(held):
            return held
        return self.datasets.get_dataframe(self.settings.user_id, dataset.dataset_id)

    # Finding

    def resolve(self, name: str) -> Dataset:
        """Return the dataset a name means: an id, a variable that holds a table (registered if it isn't
        yet), this kernel's dataset, or the user's newest of that name.

        Raises:
            UnknownDatasetError: The name means none of these; the nearest is suggested.
        """
        from autodash_jupyter.frames import is_table, table_names

        by_id = self.datasets.get(self.settings.user_id, name)
        if by_id is not None:
            return by_id
        bound = self.bindings.dataset_id(name)
        here = self.datasets.get(self.settings.user_id, bound) if bound else None
        if here is not None:
            return here
        if is_table(self.namespace.get(name)):
            [loaded] = self.load(name)
            self.notes.append(f"{name} was not registered yet; now it is, as the variable is at this moment.")
            return loaded.dataset
        known = {dataset.name: dataset for dataset in reversed(self.list_datasets())}
        if name in known:
            return known[name]
        tables = table_names(self.namespace)
        hint = did_you_mean(name, [*known, *tables]) or " %datasets lists what there is."
        held = f" The variable {name} holds no table." if name in self.namespace else ""
        msg = f"No dataset is called {name!r}.{held}{hint}"
        raise UnknownDatasetError(msg)

    def delete(self, name: str) -> Dataset:
        """Delete a dataset with all that is kept of it, and cancel its job; the variable stays.

        Raises:
            UnknownDatasetError: There is no such dataset.
        """
        bound = self.bindings.dataset_id(name)
        dataset = self.datasets.find(self.settings.user_id, bound or name)
        self.jobs.cancel(dataset.dataset_id)
        self.datasets.delete_dataset(self.settings.user_id, dataset.dataset_id)
        self.bindings.forget(dataset.dataset_id)
        self.operated_tables.log.forget(self.settings.user_id, dataset.dataset_id)
        return dataset

    # Operations

    @property
    def operated_tables(self) -> OperatedTables:
        """The operations on this session's tables, with their log; opened at first use, by any thread."""
        from autodash_jupyter.operated_tables import OperatedTables

        with self._opening:
            if self._operated_tables is None:
                self._operated_tables = OperatedTables(self)
            return self._operated_tables

    def table(self, name: str) -> OperatedTable:
        """Return a table with the operations as methods, as in ``session.table("sales").head(rows=9)``."""
        return self.operated_tables.open(name)

    # Charts

    @functools.cached_property
    def charts(self) -> ChartedTables:
        """The charts of this session's tables, by sentences."""
        from autodash_jupyter.charted_tables import ChartedTables

        return ChartedTables(self)

    @functools.cached_property
    def dashboards(self) -> Dashboards:
        """The dashboards of this session's tables."""
        from autodash_jupyter.dashboards import Dashboards

        return Dashboards(self)

    # Contexts

    def _pick_up_context(self, dataset: Dataset, given: str | None) -> None:
        from autodash_jupyter.context_files import find_context_file

        folder = Path.cwd()
        if given is not None:
            self.notes += self.watched_contexts.take_in(dataset, Path(given).expanduser())
        elif find_context_file(dataset, folder) is not None:
            self.notes += self.watched_contexts.pick_up(dataset, folder)

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
        dataset = self.datasets.get(self.settings.user_id, dataset_id)
        if dataset is None or self.is_writing(dataset):
            return
        if self.datasets.writer.was_left(dataset):
            from autodash_jupyter.services.interrupted import bring_back

            with suppress(SourceError, ContextStoreError):  # else it stays as failed as it is
                bring_back(self.datasets, dataset)
                self.jobs.start(dataset_id)
        elif dataset.context_status == "pending":
            self.jobs.start(dataset_id)

    def is_writing(self, dataset: Dataset) -> bool:
        """Tell whether a context is being written, here or by another process."""
        if dataset.context_status not in ("pending", "generating"):
            return False
        if self.jobs.is_running(dataset.dataset_id) or is_running(dataset.context_process):
            return True
        _settle(self.datasets, dataset)
        return False

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

    def _settle_all(self, datasets: DatasetService) -> None:
        for dataset in datasets.records(self.settings.user_id):
            _settle(datasets, dataset)


def _settle(datasets: DatasetService, dataset: Dataset) -> None:
    """Mark a context as failed whose writer is gone."""
    if dataset.context_status == "generating" and not is_running(dataset.context_process):
        datasets.writer.mark_failed(dataset.dataset_id, "The kernel that wrote it stopped")
