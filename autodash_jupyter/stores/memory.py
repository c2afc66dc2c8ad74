"""A store that lives and dies with the process."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from autodash_jupyter.stores.encoded import EncodedStore, Entry

__all__ = ["InMemoryContextStore"]


class InMemoryContextStore(EncodedStore):
    """Records in memory, held to the same rules as on disk.

    >>> store = InMemoryContextStore()
    >>> store.set(("column", "a"), {"desc": "Integer values"})
    >>> store.get(("column", "a"))
    {'desc': 'Integer values'}
    >>> store.list_keys()
    [('column', 'a')]
    >>> store.delete(("column", "a"))
    >>> store.get(("column", "a")) is None
    True
    """

    def __init__(self) -> None:
        super().__init__()
        # Values are kept as text: what comes back is then a copy, and exactly what a disk would give.
        self._entries: dict[str, Entry] = {}
        self._mutex = threading.Lock()

    def _put(self, entries: Sequence[Entry]) -> None:
        with self._mutex:
            for entry in entries:
                self._entries[entry.address] = entry

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        with self._mutex:
            found = [self._entries.get(address) for address in addresses]
        return [None if entry is None else entry.value for entry in found]

    def _remove(self, addresses: Sequence[str]) -> None:
        with self._mutex:
            for address in addresses:
                self._entries.pop(address, None)

    def _list(self) -> list[tuple[str, str]]:
        with self._mutex:
            return [(entry.key, entry.value) for entry in self._entries.values()]

    def _size_bytes(self) -> int:
        with self._mutex:
            return sum(len(entry.key) + len(entry.value) for entry in self._entries.values())
