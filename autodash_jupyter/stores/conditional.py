"""Writes that are done only where nobody wrote meanwhile: at once where the store can, else under a lock."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.batches import delete_many, get_many, set_many
from autodash_jupyter.stores.encoded import EncodedStore, Entry, decode_text, encode_entry
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import (
    Changes,
    ConditionalStore,
    ContextStore,
    Expected,
    Key,
    Value,
    Versioned,
    as_pairs,
)

__all__ = [
    "ConditionalEncodedStore",
    "Read",
    "get_many_with_revisions",
    "set_many_if",
    "update_many",
    "value_revision",
]

Read: TypeAlias = Callable[..., list[Value | None]]

PATIENCE = 30.0  # seconds; each attempt that fails means that somebody else's succeeded
LONGEST_PAUSE = 0.05  # seconds between attempts
ONE_BY_ONE = threading.Lock()  # for stores that can't write on a condition


def update_many(store: ContextStore, change: Callable[[Read], Changes]) -> None:
    """Change records by what they are now, so that no other writer's work is lost.

    ``change`` is given a function that returns the values under keys (``None`` where there is none), and
    returns what is to be written, ``None`` to forget a key. All of it is written at once, if nothing that it
    read has changed; else it is called again. What it raises is raised here, and nothing is written. On a
    store without ``set_many_if`` that holds among the threads of this process, and a kill may leave a part.

    Raises ``ContextStoreError`` where the store does, or where others change the same records all the time.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> def count_one_more(read):
    ...     [counter] = read("counter")
    ...     return {"counter": {"count": counter["count"] + 1 if counter else 1}}
    >>> update_many(store, count_one_more)
    >>> update_many(store, count_one_more)
    >>> store.get("counter")
    {'count': 2}
    """
    until = time.monotonic() + PATIENCE
    pause = 0.001
    while True:
        seen: dict[str, tuple[Key, str | None]] = {}

        def read(*keys: Key, seen: dict[str, tuple[Key, str | None]] = seen) -> list[Value | None]:
            found = get_many_with_revisions(store, keys)
            for key, (_, revision) in zip(keys, found, strict=True):
                seen.setdefault(key_address(key), (key, revision))  # what was read first must still be so
            return [value for value, _ in found]

        changes = list(as_pairs(change(read)))
        if not changes or set_many_if(store, changes, list(seen.values())):
            return
        if time.monotonic() > until:
            msg = f"others have kept changing the same records for {PATIENCE:.0f} s: try again"
            raise ContextStoreError(msg)
        time.sleep(random.uniform(0, pause))
        pause = min(2 * pause, LONGEST_PAUSE)


def get_many_with_revisions(store: ContextStore, keys: Iterable[Key]) -> list[Versioned]:
    """Return the values under ``keys`` with the revisions that ``set_many_if`` expects."""
    if isinstance(store, ConditionalStore):
        return store.get_many_with_revisions(keys)
    return [
        (None, None) if value is None else (value, value_revision(value)) for value in get_many(store, keys)
    ]


def set_many_if(store: ContextStore, items: Changes, expected: Expected) -> bool:
    """Write where nobody wrote meanwhile; tell whether that was so, and everything was written.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> set_many_if(store, {"a": {"rows": 3}}, expected={"a": None})
    True
    >>> set_many_if(store, {"a": {"rows": 4}}, expected={"a": None})
    False
    """
    if isinstance(store, ConditionalStore):
        return store.set_many_if(items, expected)
    pairs, expectations = list(as_pairs(items)), list(as_pairs(expected))
    for key, value in pairs:
        encode_entry(key, value or {})  # nothing is written before all is fit to be
    with ONE_BY_ONE:
        found = get_many_with_revisions(store, [key for key, _ in expectations])
        if [revision for _, revision in found] != [revision for _, revision in expectations]:
            return False
        set_many(store, [(key, value) for key, value in pairs if value is not None])
        delete_many(store, [key for key, value in pairs if value is None])
    return True


def value_revision(value: Value) -> str:
    """Return a text that is equal for equal values only."""
    text = encode_entry("", value).value
    return hashlib.blake2b(text.encode("ascii"), digest_size=12).hexdigest()


class ConditionalEncodedStore(EncodedStore):
    """An ``EncodedStore`` whose medium can compare and write in one go, by two methods more."""

    def get_many_with_revisions(self, keys: Iterable[Key]) -> list[Versioned]:
        """Return copies of the values under ``keys``, each with the revision that ``revisions`` gives it."""
        with self._times.measured("get_many"):
            addresses = tuple(key_address(key) for key in keys)
            try:
                found = self._fetch_with_revisions(addresses)
            except self.driver_errors as error:
                raise self._failure("read", error) from error
            return [(None, None) if each is None else (decode_text(each[0]), each[1]) for each in found]

    def set_many_if(self, items: Changes, expected: Expected) -> bool:
        """Keep many values, and forget the keys given ``None``, if all revisions are as expected."""
        with self._times.measured("set_many_if"):
            entries: dict[str, Entry | None] = {}
            for key, value in as_pairs(items):
                entries[key_address(key)] = None if value is None else encode_entry(key, value)
            wanted = {key_address(key): revision for key, revision in as_pairs(expected)}
            try:
                return self._put_if(entries, wanted)
            except self.driver_errors as error:
                raise self._failure("write", error) from error

    @abstractmethod
    def _fetch_with_revisions(self, addresses: Sequence[str]) -> Sequence[tuple[str, str] | None]:
        """Return the texts of values and their revisions, as ``_list`` gives them; ``None`` for none."""

    @abstractmethod
    def _put_if(self, entries: Mapping[str, Entry | None], expected: Mapping[str, str | None]) -> bool:
        """Put the entries, and remove the addresses that have none, in one go, where all is as expected."""
