"""A store that lives and dies with the process."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence

from autodash_jupyter.stores.conditional import ConditionalEncodedStore
from autodash_jupyter.stores.encoded import Entry, decode_key_text
from autodash_jupyter.stores.protocol import Key
from autodash_jupyter.stores.tinydb.change_log import ChangeLog

__all__ = ["InMemoryContextStore"]


class InMemoryContextStore(ConditionalEncodedStore):
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
        self._log: ChangeLog[tuple[str, str | None]] = ChangeLog()
        self._mutex = threading.Lock()

    def change_token(self) -> Hashable:
        """Return what is equal as long as nothing changed."""
        with self._mutex:
            return self._log.token

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return what changed since a token was given, if that is still known."""
        with self._mutex:
            changes = self._log.since(token)
        if changes is None:
            return None
        return [(decode_key_text(key), revision) for key, revision in changes]

    def _put(self, entries: Sequence[Entry]) -> None:
        with self._mutex:
            for entry in entries:
                self._put_one(entry)

    def _put_if(self, entries: Mapping[str, Entry | None], expected: Mapping[str, str | None]) -> bool:
        with self._mutex:
            for address, revision in expected.items():
                entry = self._entries.get(address)
                if (None if entry is None else entry.value) != revision:
                    return False
            for address, entry in entries.items():
                if entry is None:
                    self._remove_one(address)
                else:
                    self._put_one(entry)
            return True

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        with self._mutex:
            found = [self._entries.get(address) for address in addresses]
        return [None if entry is None else entry.value for entry in found]

    def _fetch_with_revisions(self, addresses: Sequence[str]) -> list[tuple[str, str] | None]:
        return [None if text is None else (text, text) for text in self._fetch(addresses)]

    def _remove(self, addresses: Sequence[str]) -> None:
        with self._mutex:
            for address in addresses:
                self._remove_one(address)

    def _put_one(self, entry: Entry) -> None:
        self._entries[entry.address] = entry
        self._log.add((entry.key, entry.value))

    def _remove_one(self, address: str) -> None:
        if (removed := self._entries.pop(address, None)) is not None:
            self._log.add((removed.key, None))

    def _list(self) -> list[tuple[str, str]]:
        with self._mutex:
            return [(entry.key, entry.value) for entry in self._entries.values()]

    def _size_bytes(self) -> int:
        with self._mutex:
            return sum(len(entry.key) + len(entry.value) for entry in self._entries.values())
