"""Context records in a context store: each saved with its revision and its links in one write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from autodash_jupyter.catalog.context_changes import (
    NameTakenError,
    Save,
    changed_links,
    give_up_name,
    linked_anew,
    next_revision,
    own_datasets,
    parse_context,
    parse_link,
    take_name,
    unlink_dataset,
)
from autodash_jupyter.catalog.context_records import CONTEXT, REVISION, ContextRecord
from autodash_jupyter.catalog.current import CurrentRecords
from autodash_jupyter.catalog.datasets import KIND as DATASET
from autodash_jupyter.catalog.index import RecordIndex
from autodash_jupyter.catalog.links import LINK, Link
from autodash_jupyter.catalog.relinking import Relinked, relink_context, restore_links, sweep_link
from autodash_jupyter.errors import ContextStoreError, UnknownDatasetError
from autodash_jupyter.models import UserId
from autodash_jupyter.stores import ContextStore, DamagedRecordError, Key, Read, Value, get_many, update_many

__all__ = ["ContextCatalog", "NameTakenError", "Save"]

logger = logging.getLogger(__name__)
Record = TypeVar("Record")


class ContextCatalog:
    """The contexts of all users, their revisions, and the links between them and datasets.

    A context is kept under ``("context", context_id)``, what was saved under
    ``("context_revision", context_id, number)``, and which contexts a dataset has under
    ``("link", dataset_id)``. Each method that changes something is one write, all or none, on stores that
    can; who comes second starts again from what the first one left. ``check`` validates records that are
    found, when they are asked for it. Methods raise ``ContextStoreError``
    where the store does, and for a record of a newer version.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> store.set(("dataset", "sample_1"), {"user_id": "ada"})
    >>> catalog = ContextCatalog(store)
    >>> wanted = Save({"name": "sales"}, "", ("sample_1", "gone"), "ada", "created")
    >>> saved = catalog.save("ada", "ctx_1", lambda current: wanted)
    >>> saved.linked, saved.skipped, catalog.active("sample_1").name
    (('sample_1',), ('gone',), 'sales')
    """

    def __init__(self, store: ContextStore, check: Callable[[ContextRecord], object] | None = None) -> None:
        self._store = store
        self._contexts = CurrentRecords(store, partial(ContextRecord.from_record, check=check))
        self._links = CurrentRecords(store, Link.from_record)
        self._index = RecordIndex(
            store,
            CONTEXT,
            _listed,
            {
                "user": lambda record: [_typed(record.user_id)],
                "name": lambda record: [(_typed(record.user_id), record.name)],
            },
        )

    # Finding

    def get(self, context_id: str) -> ContextRecord | None:
        """Return the context with this id, or ``None`` where there is none."""
        return self._sound(self._contexts, (CONTEXT, context_id))

    def link(self, dataset_id: str) -> Link | None:
        """Return what links a dataset to its contexts, or ``None`` where nothing does."""
        return self._sound(self._links, (LINK, dataset_id))

    def active(self, dataset_id: str) -> ContextRecord | None:
        """Return the context that speaks for a dataset: two reads at most, however many there are."""
        token = self._links.token()
        link = self._sound(self._links, (LINK, dataset_id), token)
        if link is None or link.active is None:
            return None
        record = self._sound(self._contexts, (CONTEXT, link.active), token)
        # On a store that can't write all or none, a kill may have left a link to nothing.
        return record if record is not None and dataset_id in record.linked else None

    def all(self) -> list[ContextRecord]:
        """Return the contexts of all users, in the order in which they were first seen."""
        return self._index.all()

    def unreadable_ids(self) -> Sequence[str]:
        """Return the ids of contexts whose records can't be read."""
        return self._index.answers("user")[1]

    def find_by_name(self, user_id: UserId, name: str) -> ContextRecord | None:
        """Return a user's context of this name that changed last, or ``None`` where there is none."""
        return max(self._index.find("name", (_typed(user_id), name)), key=_moment, default=None)

    def revisions(self, record: ContextRecord) -> list[ContextRecord]:
        """Return what was saved of a context, oldest first; what can't be read is left out."""
        keys = [(REVISION, record.context_id, number) for number in range(1, record.revision + 1)]
        found: list[ContextRecord] = []
        for value in get_many(self._store, keys):
            try:
                found += [] if value is None else [ContextRecord.from_record(value)]
            except ValueError as error:
                logger.warning("a revision of context %s is left out: %s", ascii(record.context_id), error)
        return found

    # Changing

    def save(
        self, user_id: UserId, context_id: str, edit: Callable[[ContextRecord | None], Save | None]
    ) -> ContextRecord:
        """Save what ``edit`` makes of a context as it is now (``None``: new).

        Where it returns none, there is no new revision; datasets that came since are linked. ``edit`` may be
        called again where somebody else saved meanwhile; what it raises is raised. Only the user's own
        datasets are linked; the ids of others are ``skipped``.

        Raises:
            NameTakenError: Another context of the user has the name and version.
            UnknownDatasetError: It must be linked, and none of its datasets is there.
        """
        saved: list[ContextRecord] = []

        def change(read: Read) -> dict[Key, Value | None]:
            saved.clear()
            current = parse_context(read((CONTEXT, context_id))[0])
            wanted = edit(current)
            if wanted is None:
                assert current is not None  # a new context has something to save
                record, changes = linked_anew(read, current)
                saved.append(record)
                return changes
            linked, skipped = own_datasets(read, user_id, wanted.dataset_ids)
            if wanted.must_link and not linked:
                msg = f"The dataset {', '.join(skipped)!a} was deleted, so its context wasn't saved."
                raise UnknownDatasetError(msg)
            changes = take_name(read, user_id, context_id, current, wanted)
            record = next_revision(user_id, context_id, current, wanted, linked, skipped)
            changes[CONTEXT, context_id] = changes[REVISION, context_id, record.revision] = record.as_record()
            changes.update(changed_links(read, current, record, is_first=wanted.is_first))
            saved.append(record)
            return changes

        update_many(self._store, change)
        return saved[0]

    def delete(
        self, context_id: str, check: Callable[[ContextRecord], None] | None = None
    ) -> ContextRecord | None:
        """Forget a context, its revisions and its links; return what it was, ``None`` where there is none.

        ``check`` sees it as it is when it is deleted; where that raises, nothing is.
        """
        gone: list[ContextRecord | None] = []

        def change(read: Read) -> dict[Key, Value | None]:
            gone.clear()
            current = parse_context(read((CONTEXT, context_id))[0])
            gone.append(current)
            if current is None:
                return {}
            if check is not None:
                check(current)
            changes: dict[Key, Value | None] = {(CONTEXT, context_id): None}
            for number in range(1, current.revision + 1):
                changes[REVISION, context_id, number] = None
            changes.update(give_up_name(read, current))
            changes.update(changed_links(read, current, None))
            return changes

        update_many(self._store, change)
        return gone[0]

    def choose(self, dataset_id: str, context_id: str) -> Link:
        """Let a context that is linked to a dataset be the active one.

        Raises ``ContextStoreError`` where it isn't linked, or is no active context.
        """
        chosen: list[Link] = []

        def change(read: Read) -> dict[Key, Value | None]:
            chosen.clear()
            link = parse_link(read((LINK, dataset_id))[0])
            if link is None or context_id not in link.context_ids or context_id in link.inactive:
                msg = f"context {context_id!a} is no active context of dataset {dataset_id!a}: link it first"
                raise ContextStoreError(msg)
            chosen.append(link.with_choice(context_id))
            return {(LINK, dataset_id): chosen[0].as_record()}

        update_many(self._store, change)
        return chosen[0]

    # Links

    def relink(self, context_id: str, *, dry_run: bool = False) -> Relinked:
        """Make a context's links anew from its document; ``dry_run`` only tells what would change."""
        return relink_context(self._store, context_id, dry_run=dry_run)

    def sweep_links(
        self, whose: Callable[[UserId], bool], *, dry_run: bool = False
    ) -> Iterator[tuple[str, Value]]:
        """Mend each link that leads to nothing, and yield it as it was."""
        for key in self._store.list_keys():
            if isinstance(key, tuple) and len(key) == 2 and key[0] == LINK and isinstance(key[1], str):
                value = self._store.get(key)
                if value is not None and whose(value.get("user_id", "")):
                    before = sweep_link(self._store, key[1], dry_run=dry_run)
                    if before is not None:
                        yield key[1], before

    def restore_links(
        self,
        links: Mapping[str, Value | None],
        contexts: Mapping[str, Value],
        known: Mapping[str, Collection[str]],
    ) -> int:
        """Put links back as they were, and what contexts say of them; return how many changed.

        ``known`` are the contexts that each link had when it was made anew: those linked since stay.
        """
        return restore_links(self._store, links, contexts, known)

    def delete_dataset(self, dataset_id: str) -> bool:
        """Forget a dataset with its link, in one write; the contexts that name it stay. Was there one?"""
        existed = [False]

        def change(read: Read) -> dict[Key, Value | None]:
            key = (DATASET, dataset_id)
            existed[0] = read(key)[0] is not None
            changes = unlink_dataset(read, dataset_id)
            return changes | {key: None} if existed[0] or changes else {}

        update_many(self._store, change)
        return existed[0]

    # Last, since below it `list` is no type any more

    def list(self, user_id: UserId) -> list[ContextRecord]:
        """Return a user's contexts, the last changed first. ``1`` and ``"1"`` are two users."""
        return sorted(self._index.find("user", _typed(user_id)), key=_moment, reverse=True)

    def _sound(
        self, records: CurrentRecords[Record], key: tuple[str, str], token: Hashable | None = None
    ) -> Record | None:
        try:
            return records.get(key, token)
        except (ValueError, DamagedRecordError) as error:
            reason = str(error).partition("\n")[0]
            logger.warning("the record of %s %s is left out: %s", key[0], ascii(key[1]), reason)
            return None


def _listed(value: Value) -> ContextRecord:
    try:
        return ContextRecord.from_record(value)
    except ContextStoreError as error:  # a newer version's: left out of lists, and left alone
        raise ValueError(str(error)) from error


def _typed(user_id: UserId) -> tuple[type, UserId]:
    return type(user_id), user_id  # to a dict, 1 and True are one


def _moment(record: ContextRecord) -> tuple[datetime, str]:
    changed = record.updated_at
    return changed if changed.tzinfo else changed.replace(tzinfo=UTC), record.context_id
