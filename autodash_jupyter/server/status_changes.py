"""Finds out what changed, in this process by its bus and elsewhere by the store, and tells the feed."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.events import (
    ColumnProfiled,
    ContextChanged,
    ContextProgressed,
    ContextToken,
    DatasetChanged,
    DatasetDeleted,
    SessionEvent,
)
from autodash_jupyter.models import Dataset
from autodash_jupyter.server.status_feed import StatusFeed

if TYPE_CHECKING:
    from autodash_jupyter.catalog import ContextRecord
    from autodash_jupyter.services import ContextService, DatasetService

__all__ = ["StatusChanges"]

SECONDS_BETWEEN_PROGRESS = 0.1
State = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a user's readers were told of: the states of their datasets and contexts, by id."""

    datasets: dict[str, State]
    contexts: dict[str, State]


class StatusChanges:
    """Compares what the readers were told of their datasets and contexts with what is so now.

    What a kernel changed is found by looking at the store while somebody reads; a store that can tell that
    nothing changed is asked no more than that.
    """

    def __init__(self, datasets: DatasetService, contexts: ContextService, feed: StatusFeed) -> None:
        self._datasets, self._contexts, self._feed = datasets, contexts, feed
        self._known: dict[Hashable, _Known] = {}
        self._owners: dict[str, Hashable] = {}
        self._last_progress: dict[str, float] = {}
        self._token: Hashable | None = None
        self._lock = threading.RLock()

    def heard(self, event: SessionEvent) -> None:
        """Tell of what this process did."""
        match event:
            case ContextProgressed(event=ColumnProfiled() as progress):
                self._progressed(progress)
            case ContextProgressed(event=ContextToken()):
                pass
            case ContextProgressed(event=progress):
                self._look_at(progress.dataset_id)
            case DatasetChanged(dataset_id=dataset_id):
                self._look_at(dataset_id)
            case DatasetDeleted(dataset_id=dataset_id):
                with self._lock:
                    self._gone(self._owners.get(dataset_id), dataset_id)
            case ContextChanged():
                with self._lock:
                    for user_id in self._known:
                        self._look_at_contexts(user_id)

    def watch(self, user_id: Hashable) -> None:
        """Take what a user has now for known; later changes are told."""
        with self._lock:
            if user_id not in self._known:
                records = self._datasets.records(user_id)  # type: ignore[arg-type]
                contexts = self._contexts.list_contexts(user_id)  # type: ignore[arg-type]
                self._known[user_id] = _Known(
                    {one.dataset_id: _state(one) for one in records},
                    {one.context_id: _context_state(one) for one in contexts},
                )
                self._owners |= {one.dataset_id: user_id for one in records}

    def look(self) -> None:
        """Tell of what other processes did to the datasets and contexts of those who read."""
        users = self._feed.watched()
        with self._lock:
            for user_id in [one for one in self._known if one not in users]:
                for dataset_id in self._known.pop(user_id).datasets:
                    self._owners.pop(dataset_id, None)
                    self._last_progress.pop(dataset_id, None)
            token = getattr(self._datasets.store, "change_token", lambda: None)()
            if token is not None and token == self._token:
                return
            for user_id in self._known:
                self._look_at_contexts(user_id)
                records = self._datasets.records(user_id)  # type: ignore[arg-type]
                for record in records:
                    self._tell(record)
                for dataset_id in set(self._known[user_id].datasets) - {one.dataset_id for one in records}:
                    self._gone(user_id, dataset_id)
            self._token = token

    def _look_at(self, dataset_id: str) -> None:
        with self._lock:  # read inside of it: else an older state could be told after a newer one
            dataset = self._datasets.get(None, dataset_id) if self._known else None
            if dataset is not None:
                self._tell(dataset)

    def _look_at_contexts(self, user_id: Hashable) -> None:
        known = self._known[user_id].contexts
        records = self._contexts.list_contexts(user_id)  # type: ignore[arg-type]
        for record in reversed(records):  # the last changed comes first in lists
            state = _context_state(record)
            if known.get(record.context_id) != state:
                known[record.context_id] = state
                self._feed.publish(user_id, "context", _told_of_context(record))
        for context_id in set(known) - {one.context_id for one in records}:
            linked = known.pop(context_id)[-1]
            told = {"context_id": context_id, "dataset_ids": linked, "is_deleted": True}
            self._feed.publish(user_id, "context", told)

    def _tell(self, dataset: Dataset) -> None:
        known = self._known.get(dataset.user_id)
        state = _state(dataset)
        if known is not None and known.datasets.get(dataset.dataset_id) != state:
            known.datasets[dataset.dataset_id] = state
            self._owners[dataset.dataset_id] = dataset.user_id
            self._feed.publish(dataset.user_id, "dataset", _told(dataset))

    def _gone(self, user_id: Hashable, dataset_id: str) -> None:
        self._last_progress.pop(dataset_id, None)
        self._owners.pop(dataset_id, None)
        known = self._known.get(user_id)
        if known is not None and known.datasets.pop(dataset_id, None) is not None:
            self._feed.publish(user_id, "deleted", {"dataset_id": dataset_id})

    def _progressed(self, event: ColumnProfiled) -> None:
        with self._lock:
            user_id = self._owners.get(event.dataset_id)
            now = time.monotonic()
            is_soon = now - self._last_progress.get(event.dataset_id, 0.0) < SECONDS_BETWEEN_PROGRESS
            if user_id is None or (is_soon and event.index < event.total):
                return
            self._last_progress[event.dataset_id] = now
            told = {"dataset_id": event.dataset_id, "done": event.index, "total": event.total}
            self._feed.publish(user_id, "progress", told)


def _state(dataset: Dataset) -> State:
    """Return what differs where a reader is to be told: not each column that is profiled."""
    return (
        dataset.name,
        dataset.uploaded_at,
        dataset.context_status,
        dataset.context_error,
        dataset.context_id,
        dataset.context_generated_at,
    )


def _context_state(record: ContextRecord) -> State:
    return record.revision, record.linked


def _told_of_context(record: ContextRecord) -> dict[str, Any]:
    return {
        "context_id": record.context_id,
        "name": record.name,
        "revision": record.revision,
        "dataset_ids": record.linked,
        "is_deleted": False,
        "updated_at": record.updated_at,
    }


def _told(dataset: Dataset) -> dict[str, Any]:
    return {
        "dataset_id": dataset.dataset_id,
        "name": dataset.name,
        "filename": dataset.filename,
        "row_count": dataset.row_count,
        "column_count": dataset.column_count,
        "context_status": dataset.context_status,
        "context_error": dataset.context_error,
        "context_id": dataset.context_id,
        "updated_at": dataset.updated_at,
    }
