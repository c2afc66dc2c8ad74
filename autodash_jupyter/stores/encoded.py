"""What all our stores have in common: keys and values become text here, and the media keep only text.

A backend is a subclass of ``EncodedStore`` with five small methods. It is then held to the same rules as
the others: nothing is written before all of it was found fit, what comes back is a copy, a driver's
exception becomes a ``ContextStoreError``, and every call is counted and timed.
"""

from __future__ import annotations

import json
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.keys import decode_key, encode_key, key_address
from autodash_jupyter.stores.protocol import DamagedRecordError, Items, Key, Value, as_pairs
from autodash_jupyter.stores.statistics import CallTimes, StoreStats
from autodash_jupyter.stores.values import decode_value, may_have_tags, render_value

__all__ = ["EncodedStore", "Entry", "decode_key_text", "decode_text", "encode_entry"]

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """A record as its texts: ``address`` is equal for equal keys only; ``key`` and ``value`` are JSON."""

    address: str
    key: str
    value: str


class EncodedStore(ABC):
    """A store over a medium that keeps texts.

    A subclass calls ``super().__init__()``, names its driver's exceptions in ``driver_errors``, and writes
    ``_put``, ``_fetch``, ``_remove``, ``_list`` and ``_size_bytes``; each may be called from any thread.
    """

    driver_errors: tuple[type[BaseException], ...] = (OSError,)
    """What the medium raises; it becomes the cause of a ``ContextStoreError``."""

    def __init__(self) -> None:
        self._times = CallTimes()
        self._decoded: dict[str, Key] = {}
        self._broken: frozenset[str] = frozenset()  # keys' texts that were warned of
        self._decoding = threading.Lock()

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        with self._times.measured("set"):
            entry = encode_entry(key, value)
            try:
                self._put((entry,))
            except self.driver_errors as error:
                raise self._failure("write", error) from error

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        with self._times.measured("get"):
            address = key_address(key)
            try:
                (text,) = self._fetch((address,))
            except self.driver_errors as error:
                raise self._failure("read", error) from error
            return None if text is None else decode_text(text)

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        with self._times.measured("delete"):
            address = key_address(key)
            try:
                self._remove((address,))
            except self.driver_errors as error:
                raise self._failure("write", error) from error

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        return [key for key, _ in self.revisions()]

    def set_many(self, items: Items) -> None:
        """Keep many values, all or none; ``items`` is a dict, or pairs of key and value."""
        with self._times.measured("set_many"):
            # The last value of a key counts, as if they were set one after the other.
            entries = {entry.address: entry for entry in (encode_entry(*pair) for pair in as_pairs(items))}
            try:
                self._put(tuple(entries.values()))
            except self.driver_errors as error:
                raise self._failure("write", error) from error

    def get_many(self, keys: Iterable[Key]) -> list[Value | None]:
        """Return copies of the values under ``keys``, in their order, ``None`` where there is none."""
        with self._times.measured("get_many"):
            addresses = tuple(key_address(key) for key in keys)
            try:
                texts = self._fetch(addresses)
            except self.driver_errors as error:
                raise self._failure("read", error) from error
            return [None if text is None else decode_text(text) for text in texts]

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Forget many keys, all or none."""
        with self._times.measured("delete_many"):
            addresses = tuple(dict.fromkeys(key_address(key) for key in keys))
            try:
                self._remove(addresses)
            except self.driver_errors as error:
                raise self._failure("write", error) from error

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        with self._times.measured("list_keys"):
            try:
                listed = self._list()
            except self.driver_errors as error:
                raise self._failure("read", error) from error
            return self._decode_keys(listed)

    def change_token(self) -> Hashable | None:
        """Return what is equal as long as nobody changed anything, if the medium can tell that cheaply."""
        return None

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:  # noqa: ARG002
        """Return the keys that changed since ``change_token`` gave a token, oldest change first.

        Each comes with its revision, ``None`` where it was deleted. ``None`` instead of a list means that
        the store can't tell (any more): look at ``revisions``.
        """
        return None

    def stats(self) -> StoreStats:
        """Return how often and how fast this object was called, and how large the store is."""
        try:
            size = self._size_bytes()
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        return self._times.stats(size)

    def close(self) -> None:  # noqa: B027 - memory has nothing to let go of
        """Let go of files and connections; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _put(self, entries: Sequence[Entry]) -> None:
        """Keep the entries, all or none. One that was there keeps its place in the order."""

    @abstractmethod
    def _fetch(self, addresses: Sequence[str]) -> Sequence[str | None]:
        """Return the values' texts, in the order asked for; ``None`` where there is none."""

    @abstractmethod
    def _remove(self, addresses: Sequence[str]) -> None:
        """Forget the entries, all or none; addresses that aren't there are no error."""

    @abstractmethod
    def _list(self) -> Sequence[tuple[str, str]]:
        """Return each entry's key (its text) and a revision of its value, in the order first put."""

    @abstractmethod
    def _size_bytes(self) -> int:
        """Return what the store takes on its medium, about, in bytes."""

    def _failure(self, action: str, error: BaseException) -> ContextStoreError:
        """Return what to raise for a driver's exception: one line, with what to do next."""
        return ContextStoreError(f"can't {action} {self!r}: {error}")

    def _whereabouts(self, key_text: str) -> str:  # noqa: ARG002 - a backend may know more
        """Return which record has this key, which can't be read; for a warning, so not the key itself."""
        return "a record"

    def _decode_keys(self, listed: Sequence[tuple[str, str]]) -> list[tuple[Key, str]]:
        with self._decoding:
            known, self._decoded = self._decoded, {}
            found: list[tuple[Key, str]] = []
            broken: set[str] = set()
            for text, revision in listed:
                try:
                    key = known[text] if text in known else decode_key_text(text)
                except DamagedRecordError as error:
                    broken.add(text)
                    if text not in self._broken:
                        logger.warning("%r: left out %s: %s", self, self._whereabouts(text), error)
                    continue
                self._decoded[text] = key
                found.append((key, revision))
            self._broken = frozenset(broken)
            return found


def encode_entry(key: Key, value: Value) -> Entry:
    """Return a record as texts.

    Raises ``ContextStoreError`` for a key or value that a store can't keep.

    >>> encode_entry(("column", "a"), {"rows": 3})
    Entry(address='["column", "a"]', key='["column", "a"]', value='{"rows": 3}')
    """
    return Entry(key_address(key), json.dumps(encode_key(key)), render_value(value))


def decode_text(text: str) -> Value:
    """Return the value of an ``Entry``; ``DamagedRecordError`` where its text is none.

    >>> decode_text('{"rows": 3}')
    {'rows': 3}
    """
    try:
        return decode_value(json.loads(text), has_tags=may_have_tags(text))
    except (ValueError, RecursionError) as error:
        msg = "a stored value can't be read: it is damaged"
        raise DamagedRecordError(msg) from error


def decode_key_text(text: str | bytes) -> Key:
    """Return the key of an ``Entry``; ``DamagedRecordError`` where its text is none.

    >>> decode_key_text('["column", "a"]')
    ('column', 'a')
    """
    try:
        node = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = "a stored key can't be read: it is damaged"
        raise DamagedRecordError(msg) from error
    return decode_key(node)
