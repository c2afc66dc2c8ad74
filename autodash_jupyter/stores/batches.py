"""Many records in one call, on any store: at once where the store can, one by one where it can't."""

from __future__ import annotations

from collections.abc import Iterable

from autodash_jupyter.stores.protocol import BatchStore, ContextStore, Items, Key, Value, as_pairs

__all__ = ["delete_many", "get_many", "set_many"]


def set_many(store: ContextStore, items: Items) -> None:
    """Keep many values; all or none where the store has ``set_many``, else one after the other.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> set_many(store, [(1, {"kind": "int"}), (True, {"kind": "bool"})])
    >>> get_many(store, [True, 1, 2])
    [{'kind': 'bool'}, {'kind': 'int'}, None]
    """
    if isinstance(store, BatchStore):
        store.set_many(items)
        return
    for key, value in as_pairs(items):
        store.set(key, value)


def get_many(store: ContextStore, keys: Iterable[Key]) -> list[Value | None]:
    """Return the values under ``keys``, in their order; ``None`` where there is none."""
    if isinstance(store, BatchStore):
        return store.get_many(keys)
    return [store.get(key) for key in keys]


def delete_many(store: ContextStore, keys: Iterable[Key]) -> None:
    """Forget many keys; all or none where the store has ``delete_many``, else one after the other."""
    if isinstance(store, BatchStore):
        store.delete_many(keys)
        return
    for key in keys:
        store.delete(key)
