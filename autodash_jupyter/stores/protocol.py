"""What a store is: four methods; and what some offer beyond, so that others need not ask one by one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

from autodash_jupyter.errors import ContextStoreError

__all__ = [
    "BatchStore",
    "Changes",
    "ConditionalStore",
    "ContextStore",
    "DamagedRecordError",
    "Expected",
    "Items",
    "Key",
    "ObservedStore",
    "RevisionedStore",
    "Value",
    "Versioned",
    "as_pairs",
]

Key: TypeAlias = Hashable
Value: TypeAlias = dict[str, Any]
# A dict can't hold both 1 and True; pairs can.
Items: TypeAlias = Mapping[Any, Value] | Iterable[tuple[Key, Value]]
Changes: TypeAlias = Mapping[Any, Value | None] | Iterable[tuple[Key, Value | None]]  # None: forget the key
Expected: TypeAlias = Mapping[Any, str | None] | Iterable[tuple[Key, str | None]]  # None: nothing is there
Versioned: TypeAlias = tuple[Value | None, str | None]  # a value and its revision; None: nothing is there
Item = TypeVar("Item")


class DamagedRecordError(ContextStoreError):
    """One record can't be read; the store and its other records can."""


@runtime_checkable
class ContextStore(Protocol):
    """Records under keys.

    A key is a str, int, float, bool, None, bytes, date, datetime or UUID, or a tuple or frozenset of
    such; ``1``, ``1.0``, ``True`` and ``"1"`` are four different keys. A value is a dict of JSON types
    (with str keys), dates and datetimes. Both come back exactly as they went in, and what comes back
    is a copy: changing it changes nothing inside.

    Every call is atomic and may come from any thread: it succeeds whole, or it raises
    ``ContextStoreError`` with the driver's exception as its cause and leaves all as it was.
    """

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        ...

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        ...

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        ...

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        ...


@runtime_checkable
class RevisionedStore(ContextStore, Protocol):
    """A store that can tell cheaply which values changed."""

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        ...


@runtime_checkable
class ObservedStore(RevisionedStore, Protocol):
    """A store that can tell that nothing changed, and perhaps what did, without listing all."""

    def change_token(self) -> Hashable | None:
        """Return what is equal as long as nobody changed anything, if the medium can tell that cheaply."""
        ...

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return the keys that changed since ``change_token`` gave a token, oldest change first.

        Each comes with its revision, ``None`` where it was deleted. ``None`` instead of a list means that
        the store can't tell (any more): look at ``revisions``.
        """
        ...


@runtime_checkable
class BatchStore(ContextStore, Protocol):
    """A store that takes many records in one call; ``stores.set_many`` and its like work on any store."""

    def set_many(self, items: Items) -> None:
        """Keep many values, all or none; ``items`` is a dict, or pairs of key and value."""
        ...

    def get_many(self, keys: Iterable[Key]) -> list[Value | None]:
        """Return copies of the values under ``keys``, in their order, ``None`` where there is none."""
        ...

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Forget many keys, all or none."""
        ...


@runtime_checkable
class ConditionalStore(BatchStore, Protocol):
    """A store in which writers can't lose each other's work: they write only what nobody changed meanwhile.

    ``stores.update_many`` and its like work on any store.
    """

    def get_many_with_revisions(self, keys: Iterable[Key]) -> list[Versioned]:
        """Return copies of the values under ``keys``, each with the revision that ``revisions`` gives it.

        A value and its revision are of one moment; ``(None, None)`` where there is none. What this store
        itself keeps is read, never a cache.
        """
        ...

    def set_many_if(self, items: Changes, expected: Expected) -> bool:
        """Keep many values, and forget the keys given ``None``, if nothing else was written meanwhile.

        ``expected`` has the revisions of keys (of these items, or of others) as they were read, ``None`` for
        keys that weren't there. Either all is done at once and the answer is ``True``; or one key has
        another revision, nothing is done, and the answer is ``False``.
        """
        ...


def as_pairs(items: Mapping[Any, Item] | Iterable[tuple[Key, Item]]) -> Iterable[tuple[Key, Item]]:
    """Return the pairs of key and value of what ``set_many``, say, takes.

    >>> list(as_pairs({"a": {"rows": 1}}))
    [('a', {'rows': 1})]
    """
    return items.items() if isinstance(items, Mapping) else items
