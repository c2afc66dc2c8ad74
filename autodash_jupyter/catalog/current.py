"""Single records, parsed once and read again only when the store may have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from autodash_jupyter.stores import CachedContextStore, ContextStore, Key, ObservedStore

__all__ = ["CurrentRecords"]

Record = TypeVar("Record")
MOST_BYTES = 32_000_000  # of stored text, about, whose records are kept
RECORD_BYTES = 500  # what a record takes beside its text


class _Known(NamedTuple, Generic[Record]):
    token: Hashable | None
    value: dict[str, Any] | None
    record: Record | None
    size: int


class CurrentRecords(Generic[Record]):
    """The records of a store, each found by its key, with one read at most.

    It holds no truth of its own. Where the store can tell for a few microseconds that nothing changed, a
    record isn't read again; where it can't, a record that reads as before isn't parsed again. ``parse`` is
    given a stored value; what it raises is raised.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> names = CurrentRecords(store, lambda value: value["name"].title())
    >>> store.set("a", {"name": "ada"})
    >>> names.get("a"), names.get("b")
    ('Ada', None)
    """

    def __init__(self, store: ContextStore, parse: Callable[[Mapping[str, Any]], Record]) -> None:
        self._store, self._parse = store, parse
        # A cache asks the server for its token, but has the record at hand.
        asks = isinstance(store, ObservedStore) and not isinstance(store, CachedContextStore)
        self._observed: ObservedStore | None = store if asks and isinstance(store, ObservedStore) else None
        self._known: dict[Key, _Known[Record]] = {}
        self._size = 0
        self._mutex = threading.Lock()

    def token(self) -> Hashable | None:
        """Return what is equal as long as nothing changed, for several ``get`` of one moment."""
        return self._observed.change_token() if self._observed is not None else None

    def get(self, key: Key, token: Hashable | None = None) -> Record | None:
        """Return the record under a key, or ``None`` where there is none.

        Raises ``ContextStoreError`` where the store does.
        """
        if token is None:
            token = self.token()
        known = self._known.get(key)
        if known is not None and token is not None and known.token == token:
            return known.record
        value = self._store.get(key)
        if known is not None and known.value == value:
            record = known.record
        else:
            record = None if value is None else self._parse(value)
        self._keep(key, _Known(token, value, record, RECORD_BYTES + len((value or {}).get("text") or "")))
        return record

    def _keep(self, key: Key, known: _Known[Record]) -> None:
        with self._mutex:
            before = self._known.pop(key, None)
            self._size += known.size - (before.size if before is not None else 0)
            self._known[key] = known
            while self._size > MOST_BYTES and len(self._known) > 1:
                oldest = next(iter(self._known))
                self._size -= self._known.pop(oldest).size
