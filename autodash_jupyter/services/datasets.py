"""``DatasetService``: registered tables and the contexts written about them."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.catalog import ContextCatalog, DatasetCatalog, same_user
from autodash_jupyter.errors import ContextStoreError, SourceError, UnknownDatasetError, did_you_mean
from autodash_jupyter.events import ContextEvent, DatasetChanged, DatasetDeleted, EventBus
from autodash_jupyter.models import ContextStatus, Dataset, UserId, utc_now
from autodash_jupyter.services.blocking import run_blocking
from autodash_jupyter.services.context_writer import ContextWriter
from autodash_jupyter.services.dataset_names import Origin, free_dataset_id, label_text
from autodash_jupyter.services.frame_keeper import FrameKeeper
from autodash_jupyter.services.generated_contexts import GeneratedContexts
from autodash_jupyter.services.opening import open_blobs, open_language_model, open_store
from autodash_jupyter.services.original_files import OriginalFiles, RecordedOriginals
from autodash_jupyter.services.promised_contexts import is_interrupted, promise
from autodash_jupyter.services.recorded_frames import RecordedFrames
from autodash_jupyter.services.shown_contexts import ShownContexts

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.blobs import SweepReport
    from autodash_jupyter.language_model import LanguageModel
    from autodash_jupyter.services.contexts import ContextService
    from autodash_jupyter.settings import Settings
    from autodash_jupyter.stores import ContextStore

__all__ = ["DatasetService", "Origin"]


class DatasetService:
    """Registers tables, drives the generator of their contexts, and keeps memory and store in step.

    ``store=None`` opens what the settings choose, ``language_model=None`` the model that they name. Frames
    are kept where the records are: on Redis, in a folder beside the store's file, or in the folder of
    AutoDash; those of a store in memory, in memory.

    >>> import pandas as pd
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> service = DatasetService(InMemoryContextStore())
    >>> info = service.store_dataset(1, "test_id", pd.DataFrame({"a": [1, 2]}), "test.csv")
    >>> info["context_status"], info["row_count"], info["columns"]
    ('pending', 2, ['a'])
    >>> service.get_context_status(1, "no_such_id")
    'not_found'
    """

    def __init__(
        self,
        store: ContextStore | None = None,
        *,
        settings: Settings | None = None,
        bus: EventBus | None = None,
        language_model: LanguageModel | None = None,
    ) -> None:
        self.store = open_store(settings) if store is None else store
        self.bus = bus or EventBus()
        self._catalog = DatasetCatalog(self.store)
        self._context_catalog = ContextCatalog(self.store)
        self._shown = ShownContexts(self._context_catalog)
        self._contexts: ContextService | None = None
        self._frames = FrameKeeper(open_blobs(self.store, settings))
        self._lock = threading.RLock()
        self._recorded = RecordedFrames(self._frames, self._catalog, self._update, self._lock)
        self.originals = RecordedOriginals(OriginalFiles(settings), self._catalog, self._frames.locked)
        self.writer = ContextWriter(
            self._catalog.get,
            self._update,
            self.bus,
            lambda: language_model or open_language_model(settings),
            GeneratedContexts(self).keep,
        )

    @property
    def contexts(self) -> ContextService:
        """The context documents in the same store."""
        from autodash_jupyter.services.contexts import ContextService

        with self._lock:
            if self._contexts is None:
                self._contexts = ContextService(self.store, bus=self.bus, datasets=self)
            return self._contexts

    # Registering and finding

    def register(
        self,
        user_id: UserId,
        frame: pd.DataFrame,
        *,
        name: str,
        filename: str,
        source: str = "",
        size_bytes: int = 0,
        dataset_id: str | None = None,
        origin: Origin = "upload",
        **fields: Any,
    ) -> Dataset:
        """Register a table, and return its record: a new one is ``pending``, an old one keeps its context.

        The frame is captured by a lazy copy; ``keep_frame`` stores it for good. ``fields`` are more of the
        record's, such as ``original``.
        """
        dataset_id = dataset_id or self._new_id(origin)
        facts: dict[str, Any] = {
            "name": name,
            "filename": filename,
            "source": source,
            "row_count": len(frame),
            "column_count": len(frame.columns),
            "columns": [label_text(label) for label in frame.columns],
            "file_size_bytes": size_bytes,
            "uploaded_at": utc_now(),
            "updated_at": utc_now(),
            **fields,
        }
        with self._lock:
            earlier = self._catalog.get(dataset_id)
            if earlier is not None and same_user(earlier.user_id, user_id):
                dataset = replace(earlier, **facts)
            else:
                if earlier is not None:
                    dataset_id = self._new_id(origin)  # another user's id is neither shown nor overwritten
                dataset = Dataset(dataset_id=dataset_id, user_id=user_id, **facts)
            self._frames.hold(dataset_id, frame)
            self._catalog.save(dataset)
        self.bus.publish(DatasetChanged(dataset_id))
        return dataset

    def remember_reading(self, dataset_id: str, options: dict[str, Any], content_hash: str) -> None:
        """Keep how a dataset's source was read and what it was then, so that it can be read again."""
        self._update(dataset_id, source_options=options, source_hash=content_hash)

    def store_dataset(
        self, user_id: UserId, dataset_id: str, df: pd.DataFrame, filename: str
    ) -> dict[str, Any]:
        """Register a table under an id of the caller's and store its frame; return its info."""
        stem = filename.rsplit(".", 1)[0] or dataset_id
        dataset = self.register(
            user_id, df, name=stem, filename=filename, source=filename, dataset_id=dataset_id
        )
        self.keep_frame(dataset.dataset_id)
        return self.get_dataset_info(user_id, dataset.dataset_id) or {}

    def keep_frame(self, dataset_id: str) -> None:
        """Store the captured frame on disk, in place of an earlier one, and let go of the copy in memory.

        Raises:
            BlobError: The frame can't be stored; it stays in memory.
            ContextStoreError: The record can't be written; the frame stays in memory.
        """
        self._recorded.keep(dataset_id)

    def keep_frames(self) -> None:
        """Store every captured frame that isn't stored yet; what can't be stored is logged."""
        self._recorded.keep_all()

    def sweep_frames(self) -> SweepReport:
        """Free the bytes that no record needs: of processes that ended before they could do it themselves.

        Raises:
            BlobError: A stored table can't be read; nothing was freed.
            ContextStoreError: A record can't be read; nothing was freed.
        """
        return self._recorded.sweep()

    def get(self, user_id: UserId | None, dataset_id: str) -> Dataset | None:
        """Return a user's record with its active context, or ``None``; ``user_id=None`` asks by id alone."""
        dataset = self._catalog.get(dataset_id)
        if dataset is None or (user_id is not None and not same_user(dataset.user_id, user_id)):
            return None
        return self._seen(dataset)

    def find(self, user_id: UserId, name_or_id: str) -> Dataset:
        """Return the user's dataset of this id, else the newest of this name.

        Raises:
            UnknownDatasetError: There is none; the nearest name is suggested.
        """
        found = self.get(user_id, name_or_id)
        if found is None and (named := self._catalog.find_by_name(user_id, name_or_id)) is not None:
            found = self._seen(named)
        if found is None:
            known = [dataset.name for dataset in self.records(user_id)]
            hint = did_you_mean(name_or_id, known) or " %datasets lists what there is."
            msg = f"No dataset is called {name_or_id!r}.{hint}"
            raise UnknownDatasetError(msg)
        return found

    def records(self, user_id: UserId, part: slice = slice(None)) -> list[Dataset]:
        """Return the user's records, newest first; ``part`` says which of them."""
        return [self._seen(dataset, in_list=True) for dataset in self._catalog.list(user_id)[part]]

    def entries(self, user_id: UserId) -> list[Dataset]:
        """Return the user's records as they are kept, newest first: ``records`` looks for contexts, too."""
        return self._catalog.list(user_id)

    def interrupted(self) -> list[Dataset]:
        """Return all users' records whose context a process of this machine was to write that is gone."""
        return [dataset for dataset in self._catalog.all() if is_interrupted(dataset)]

    def hold_again(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Capture a registered table that went with its process, read anew from where it came from."""
        self._frames.hold(dataset_id, frame)

    def list_datasets(self, user_id: UserId) -> list[dict[str, Any]]:
        """Return the user's datasets as info dicts, newest first."""
        return [dataset.as_info() for dataset in self.records(user_id)]

    def get_dataset_info(self, user_id: UserId | None, dataset_id: str) -> dict[str, Any] | None:
        """Return a dataset's info, or ``None`` where the user has no such dataset."""
        dataset = self.get(user_id, dataset_id)
        return None if dataset is None else dataset.as_info()

    def get_dataframe(
        self, user_id: UserId | None, dataset_id: str, *, skip_damaged: bool = False
    ) -> pd.DataFrame | None:
        """Return a lazy copy of a dataset's frame as it was registered, or ``None``.

        One that went with its process before it was stored is read again from the uploaded file.
        ``skip_damaged=True`` leaves out the columns that can't be read.

        Raises:
            BlobError: The stored frame is damaged, or another installation wrote it.
        """
        dataset = self.get(user_id, dataset_id)
        if dataset is None:
            return None
        frame = self._frames.get(dataset_id, dataset.frame_blob, skip_damaged=skip_damaged)
        if frame is None and dataset.original is not None:
            from autodash_jupyter.services.interrupted import bring_back

            with suppress(SourceError, ContextStoreError):  # the file is gone as well
                bring_back(self, dataset)
            frame = self._frames.get(dataset_id, None)
        return frame

    def get_context(self, user_id: UserId | None, dataset_id: str) -> str | None:
        """Return what is written about a dataset: its active document as Markdown, or ``None``."""
        dataset = self.get(user_id, dataset_id)
        return None if dataset is None else dataset.context

    def get_context_status(self, user_id: UserId | None, dataset_id: str) -> ContextStatus:
        """Return ``pending``, ``generating``, ``completed``, ``failed`` or ``not_found``."""
        dataset = self.get(user_id, dataset_id)
        return "not_found" if dataset is None else dataset.context_status

    def await_context(self, dataset_id: str) -> object:
        """Mark a context as one that will be written, and return the token of that run.

        What there is stays; who writes it now, or was to, changes nothing any more.
        """
        run = self.writer.supersede(dataset_id)
        dataset, wanted = self._catalog.get(dataset_id), promise()
        is_so = dataset is not None and all(getattr(dataset, name) == wanted[name] for name in wanted)
        if not is_so and self._update(dataset_id, **wanted) is not None:
            self.bus.publish(DatasetChanged(dataset_id))
        return run

    def delete_dataset(self, user_id: UserId | None, dataset_id: str) -> bool:
        """Delete a dataset's record, context and frame; tell whether there was one."""
        with self._frames.locked(), self._lock:
            dataset = self.get(user_id, dataset_id)
            if dataset is None:
                return False
            self._context_catalog.delete_dataset(dataset_id)
            self.writer.forget(dataset_id)
            self._frames.forget(dataset_id)
            self._recorded.drop(dataset.frame_blob)
            self.originals.drop(dataset.original)
        self.bus.publish(DatasetDeleted(dataset_id))
        return True

    # Contexts

    async def generate_context(
        self,
        dataset_id: str,
        df: pd.DataFrame | None = None,
        user_id: UserId | None = None,
        *,
        ask_model: bool = True,
        run: object = None,
    ) -> AsyncGenerator[ContextEvent]:
        """Write a dataset's context, yielding each event after memory and store hold its result.

        ``df=None`` takes the registered frame; ``ask_model=False`` profiles alone; ``run`` is a token of
        ``await_context``, without which a run of its own begins. What a model or a person wrote is never
        replaced by the profile's text. A dataset deleted meanwhile ends the iteration; one cancelled keeps
        what it had and is ``failed``, so that nothing is ever left ``generating``.

        Raises:
            UnknownDatasetError: The user has no such dataset.
        """
        dataset = self.get(user_id, dataset_id)
        frame = self._frames.get(dataset_id, dataset.frame_blob) if df is None and dataset else df
        if dataset is None or frame is None:
            msg = f"There is no dataset {dataset_id!r} to write a context for; register it first."
            raise UnknownDatasetError(msg)
        async with aclosing(self.writer.write(dataset, frame, ask_model=ask_model, run=run)) as events:
            async for event in events:
                yield event

    async def generate_context_async(
        self, dataset_id: str, df: pd.DataFrame | None = None, user_id: UserId | None = None
    ) -> str:
        """Write a dataset's context and return it; ``df=None`` takes the registered frame.

        Raises:
            UnknownDatasetError: The user has no such dataset.
        """
        async with aclosing(self.generate_context(dataset_id, df, user_id)) as events:
            async for _ in events:
                pass
        return self.get_context(user_id, dataset_id) or ""

    def generate_context_sync(
        self, dataset_id: str, df: pd.DataFrame | None = None, user_id: UserId | None = None
    ) -> str:
        """Do as ``generate_context_async``, for scripts, also where a loop is running."""
        return run_blocking(lambda: self.generate_context_async(dataset_id, df, user_id))

    def _seen(self, dataset: Dataset, *, in_list: bool = False) -> Dataset:
        """Return a record as callers see it: failed where its writer is gone, with its active context."""
        return self._shown.of(self.writer.settled(dataset), trust_generated=in_list)

    def _update(self, dataset_id: str, **changes: Any) -> Dataset | None:
        with self._lock:
            return self._catalog.update(dataset_id, {**changes, "updated_at": utc_now()})

    def _new_id(self, origin: Origin) -> str:
        return free_dataset_id(origin, lambda candidate: self._catalog.get(candidate) is not None)
