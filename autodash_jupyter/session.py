"""The kernel-local session: tables loaded and found by name, operated on, charted, put on dashboards.

There is one per kernel. Surfaces call it; it knows none of them. What loading and contexts need is
imported when they are first used, so that ``%load_ext`` stays fast.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, MutableMapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.documented_session import DocumentedSession
from autodash_jupyter.errors import UnknownDatasetError, did_you_mean
from autodash_jupyter.models import Dataset
from autodash_jupyter.settings import Settings

if TYPE_CHECKING:
    from autodash_jupyter.charted_tables import ChartedTables
    from autodash_jupyter.dashboards import Dashboards
    from autodash_jupyter.frames import LoadedTable, ReadOptions
    from autodash_jupyter.frames.progress import Progress
    from autodash_jupyter.loader import Loaded
    from autodash_jupyter.operated_tables import OperatedTable, OperatedTables
    from autodash_jupyter.stores import ContextStore

__all__ = ["Session"]


class Session(DocumentedSession):
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
        super().__init__(namespace, settings=settings, store=store, hidden=hidden)
        self._operated_tables: OperatedTables | None = None
        self._opening = threading.Lock()

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
            self.document(loaded, write_context=write_context, context_file=context_file)
        return results

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

    def find_table(self, name: str) -> tuple[Dataset, Any]:
        """Return the dataset a name means, as ``resolve`` does, and the table it stands for now.

        Raises:
            UnknownDatasetError: There is no table of that name, or it is no longer kept.
        """
        from autodash_jupyter.frames import table_names

        try:
            dataset = self.resolve(name)
        except UnknownDatasetError:
            known = [one.name for one in self.list_datasets()]
            hint = did_you_mean(name, [*table_names(self.namespace), *known])
            msg = f"There is no table '{name}'.{hint or ' %datasets lists what there is.'}"
            raise UnknownDatasetError(msg) from None
        table = self.table_of(dataset)
        if table is None:
            msg = f"The table of {dataset.name} isn't kept; load {dataset.source} again."
            raise UnknownDatasetError(msg)
        return dataset, table

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
