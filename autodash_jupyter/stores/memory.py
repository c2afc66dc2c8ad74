"""A store that lives and dies with the process."""

from __future__ import annotations

import json
import threading

from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import Key, Value
from autodash_jupyter.stores.values import decode_value, encode_value

__all__ = ["InMemoryContextStore"]


class InMemoryContextStore:
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
        # Values are kept as text: what comes back is then a copy, and exactly what a disk would give.
        self._records: dict[str, tuple[Key, str]] = {}
        self._mutex = threading.Lock()

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        address, text = key_address(key), json.dumps(encode_value(value))
        with self._mutex:
            self._records[address] = (key, text)

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        record = self._records.get(key_address(key))
        return None if record is None else decode_value(json.loads(record[1]))

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        with self._mutex:
            self._records.pop(key_address(key), None)

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        return [key for key, _ in self.revisions()]

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        with self._mutex:
            return list(self._records.values())
