"""Dataset records in a context store."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from autodash_jupyter.catalog.index import RecordIndex
from autodash_jupyter.models import Dataset, UserId
from autodash_jupyter.stores import ContextStore, DamagedRecordError, Key, Read, Value, update_many

__all__ = ["DatasetCatalog", "same_user"]

logger = logging.getLogger(__name__)

KIND = "dataset"


class DatasetCatalog:
    """The datasets of all users, kept in ``store`` under ``("dataset", dataset_id)``.

    It holds no truth of its own: what another process saved is in the next answer. A record is read
    again only when it changed, as far as the store can tell. A record that is no dataset (any more) is
    left out with a warning that names it. Methods raise ``ContextStoreError`` where the store does.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> catalog = DatasetCatalog(InMemoryContextStore())
    >>> catalog.save(Dataset(dataset_id="sample_1", user_id="ada", name="penguins", filename="p.csv"))
    >>> catalog.get("sample_1").name
    'penguins'
    >>> [dataset.dataset_id for dataset in catalog.list("ada")]
    ['sample_1']
    >>> catalog.delete("sample_1"), catalog.delete("sample_1")
    (True, False)
    """

    def __init__(self, store: ContextStore) -> None:
        self._store = store
        self._index = RecordIndex(
            store,
            KIND,
            Dataset.from_record,
            {
                "user": lambda dataset: [_typed(dataset.user_id)],
                "name": lambda dataset: [(_typed(dataset.user_id), dataset.name)],
                "original": lambda dataset: [dataset.original] if dataset.original else [],
                "blob": lambda dataset: [dataset.frame_blob] if dataset.frame_blob else [],
            },
        )

    def save(self, dataset: Dataset) -> None:
        """Keep a dataset's record, in place of the one with the same id."""
        self._store.set((KIND, dataset.dataset_id), dataset.as_record())

    def get(self, dataset_id: str) -> Dataset | None:
        """Return the dataset with this id, or ``None`` where there is none."""
        try:
            record = self._store.get((KIND, dataset_id))
            return None if record is None else Dataset.from_record(record)
        except (ValueError, DamagedRecordError) as error:
            reason = str(error).partition("\n")[0]
            logger.warning("the record of dataset %s is left out: %s", ascii(dataset_id), reason)
            return None

    def update(self, dataset_id: str, changes: Mapping[str, Any]) -> Dataset | None:
        """Change fields of a record as it is now; return it, or ``None`` where it is gone or can't be read.

        What other processes change meanwhile is kept.
        """
        updated: list[Dataset] = []

        def change(read: Read) -> dict[Key, Value | None]:
            updated.clear()
            [value] = read((KIND, dataset_id))
            if value is None:
                return {}
            updated.append(replace(Dataset.from_record(value), **changes))
            return {(KIND, dataset_id): updated[0].as_record()}

        try:
            update_many(self._store, change)
        except (ValueError, DamagedRecordError) as error:
            reason = str(error).partition("\n")[0]
            logger.warning("the record of dataset %s can't be changed: %s", ascii(dataset_id), reason)
        return updated[0] if updated else None

    def delete(self, dataset_id: str) -> bool:
        """Forget a dataset; return whether there was a record."""
        existed = self._store.get((KIND, dataset_id)) is not None
        self._store.delete((KIND, dataset_id))
        return existed

    def all(self) -> list[Dataset]:
        """Return the datasets of all users, in the order in which they were first seen."""
        return self._index.all()

    def list(self, user_id: UserId) -> list[Dataset]:
        """Return a user's datasets, newest first. ``1`` and ``"1"`` are two users."""
        return sorted(self._index.find("user", _typed(user_id)), key=_moment, reverse=True)

    def find_by_name(self, user_id: UserId, name: str) -> Dataset | None:
        """Return a user's newest dataset of this name, or ``None`` where there is none."""
        return max(self._index.find("name", (_typed(user_id), name)), key=_moment, default=None)

    def originals(self) -> set[str]:
        """Return the content hashes of the uploaded files that the datasets of all users come from.

        Raises ``DamagedRecordError`` where a record can't be read, lest its file be taken for unneeded.
        """
        return self._all("original", "uploaded files")

    def frame_blobs(self) -> set[str]:
        """Return the blobs in which the datasets of all users have their tables.

        Raises ``DamagedRecordError`` where a record can't be read, lest its table be taken for unneeded.
        """
        return self._all("blob", "tables")

    def _all(self, question: str, what: str) -> set[str]:
        answers, unreadable = self._index.answers(question)
        if unreadable:
            msg = f"the record of a dataset can't be read, so which {what} are needed isn't known"
            raise DamagedRecordError(msg)
        return {str(answer) for answer in answers}


def same_user(one: UserId, other: UserId) -> bool:
    """Tell whether two ids are one user's; ``1``, ``True`` and ``"1"`` are three."""
    return type(one) is type(other) and one == other


def _typed(user_id: UserId) -> tuple[type, UserId]:
    return type(user_id), user_id  # to a dict, 1 and True are one


def _moment(dataset: Dataset) -> tuple[datetime, str]:
    # A time without a zone can't be compared with one that has a zone; ours are UTC.
    created = dataset.created_at
    return created if created.tzinfo else created.replace(tzinfo=UTC), dataset.dataset_id
