"""A small read-through cache in front of any store."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from autodash_jupyter.stores import batches, conditional
from autodash_jupyter.stores.caching.entries import MISSING, CacheEntries, CacheStats, Claim
from autodash_jupyter.stores.caching.watching import TokenWatch, Watch, WatchableStore
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import (
    Changes,
    ContextStore,
    Expected,
    Items,
    Key,
    RevisionedStore,
    Value,
    Versioned,
    as_pairs,
)
from autodash_jupyter.stores.statistics import CallTimes, StoreStats

__all__ = ["CachedContextStore", "ExpiringStore"]

LISTING = "list of all keys"  # an entry's name; an address is JSON, and a digest has no spaces
LISTED_BYTES = 300  # what a key and its revision take in memory, about


@runtime_checkable
class ExpiringStore(ContextStore, Protocol):
    """A store whose records may have a time to live, which a cache must not exceed."""

    def get_with_lifetimes(self, keys: Sequence[Key]) -> list[tuple[Value | None, float | None]]:
        """Return the values under ``keys``, each with the seconds it has left; ``None`` is for ever."""
        ...

    def revisions_with_lifetime(self) -> tuple[list[tuple[Key, str]], float | None]:
        """Return all keys with their revisions, and the seconds until the first of them expires."""
        ...


class CachedContextStore:
    """Any store, with what was read from it kept in memory, at most ``size`` records and ``size_bytes``.

    What it returns is a copy. That there is nothing under a key is kept, too, and the list of keys.

    **How old may an answer be?** Never older than a write through this object. What *other* processes and
    objects wrote is seen

    - at once, where the store has a ``change_token``, as all of ours on this machine have: it is asked at
      each read;
    - on Redis (6 or newer) as soon as the server's message arrives, about a millisecond; and if a
      connection hangs, after ``staleness`` seconds at most. When one is lost, the cache is emptied and not
      used until it is back. One daemon thread listens, from the first read to ``close``. When slots of a
      cluster move to another node, the nodes may take a second more to tell each other;
    - of a store that offers neither, nothing is kept.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = CachedContextStore(InMemoryContextStore(), size=1_000)
    >>> store.set("a", {"value": 1})
    >>> store.get("a"), store.get("a"), store.cache_stats().hits
    ({'value': 1}, {'value': 1}, 1)
    """

    def __init__(
        self,
        store: ContextStore,
        *,
        size: int = 10_000,
        size_bytes: int = 64_000_000,
        staleness: float = 2.0,
    ) -> None:
        self.store = store
        self._staleness = staleness
        self._limits = size, size_bytes
        self._entries = CacheEntries(size, size_bytes)
        self._times = CallTimes()
        self._watch: Watch | None = None
        self._watching = threading.Lock()
        self._process = os.getpid()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.store!r})"

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        with self._times.measured("get"):
            watch = self._current_watch()
            if watch is None:
                return self.store.get(key)
            found = self._entries.find(watch.name(key_address(key)))
            if found is MISSING:
                return self._read(watch, [key])[0]
            return _copy(found)

    def get_many(self, keys: Iterable[Key]) -> list[Value | None]:
        """Return copies of the values under ``keys``, in their order, ``None`` where there is none."""
        with self._times.measured("get_many"):
            wanted = list(keys)
            watch = self._current_watch()
            if watch is None:
                return batches.get_many(self.store, wanted)
            found = [self._entries.find(watch.name(key_address(key))) for key in wanted]
            missing = [key for key, payload in zip(wanted, found, strict=True) if payload is MISSING]
            read = iter(self._read(watch, missing) if missing else [])
            return [next(read) if payload is MISSING else _copy(payload) for payload in found]

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        return [key for key, _ in self.revisions()]

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        with self._times.measured("list_keys"):
            watch = self._current_watch()
            if watch is None:
                return self._list()[0]
            found = self._entries.find(LISTING)
            if found is not MISSING:
                return list(found)
            with self._entries.claimed([LISTING]) as (claim,):
                listed, lifetime = self._list()
                self._entries.fill(claim, list(listed), LISTED_BYTES * len(listed), lifetime)
                return listed

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        with self._times.measured("set"), self._forgetting([key]):
            self.store.set(key, value)

    def set_many(self, items: Items) -> None:
        """Keep many values; all or none where the store behind can."""
        pairs = list(as_pairs(items))
        with self._times.measured("set_many"), self._forgetting([key for key, _ in pairs]):
            batches.set_many(self.store, pairs)

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        with self._times.measured("delete"), self._forgetting([key]):
            self.store.delete(key)

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Forget many keys; all or none where the store behind can."""
        unwanted = list(keys)
        with self._times.measured("delete_many"), self._forgetting(unwanted):
            batches.delete_many(self.store, unwanted)

    def get_many_with_revisions(self, keys: Iterable[Key]) -> list[Versioned]:
        """Return what the store behind has under ``keys`` now, with revisions: for ``set_many_if``."""
        with self._times.measured("get_many"):
            return conditional.get_many_with_revisions(self.store, keys)

    def set_many_if(self, items: Changes, expected: Expected) -> bool:
        """Keep many values, and forget the keys given ``None``, if all revisions are as expected."""
        pairs = list(as_pairs(items))
        with self._times.measured("set_many_if"), self._forgetting([key for key, _ in pairs]):
            return conditional.set_many_if(self.store, pairs, expected)

    def change_token(self) -> Hashable | None:
        """Return the change token of the store behind, if it has any."""
        token_now = getattr(self.store, "change_token", None)
        token: Hashable | None = token_now() if token_now is not None else None
        return token

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return what the store behind says has changed, if it can tell."""
        changes_since = getattr(self.store, "changes_since", None)
        changes: list[tuple[Key, str | None]] | None = changes_since(token) if changes_since else None
        return changes

    def stats(self) -> StoreStats:
        """Return how often and how fast this object was called, and how large the store behind is."""
        behind = getattr(self.store, "stats", None)
        return self._times.stats(behind().size_bytes if behind is not None else 0)

    def cache_stats(self) -> CacheStats:
        """Return how often the cache knew the answer, and what it holds."""
        return self._entries.stats()

    def close(self) -> None:
        """End the listener, and close the store behind; may be called twice."""
        with self._watching:
            watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        self._entries.forget()
        close = getattr(self.store, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _current_watch(self) -> Watch | None:
        """Return the watch, begun if need be; ``None`` while the cache may not be used."""
        watch = self._watch
        if watch is None or self._process != os.getpid():
            watch = self._begin_watch()
        return watch if watch.is_current() else None

    def _begin_watch(self) -> Watch:
        if self._process != os.getpid():  # forked: the listener, and who held the locks, stayed behind
            self._process, self._watch, self._watching = os.getpid(), None, threading.Lock()
            self._entries = CacheEntries(*self._limits)
        with self._watching:
            if self._watch is None:
                if isinstance(self.store, WatchableStore):
                    self._watch = self.store.watch(self._forget, staleness=self._staleness)
                else:
                    self._watch = TokenWatch(self.store, self._forget)
            return self._watch

    def _read(self, watch: Watch, keys: Sequence[Key]) -> list[Value | None]:
        with self._entries.claimed([watch.name(key_address(key)) for key in keys]) as claims:
            read = self._read_behind(keys)
            for claim, (value, lifetime) in zip(claims, read, strict=True):
                self._keep(claim, value, lifetime)
            return [value for value, _ in read]

    def _keep(self, claim: Claim, value: Value | None, lifetime: float | None) -> None:
        # Pickled, a value is copied several times faster than in any other way that is exact. The bytes
        # never leave this process.
        payload = None if value is None else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._entries.fill(claim, payload, len(payload or b""), lifetime)

    def _read_behind(self, keys: Sequence[Key]) -> list[tuple[Value | None, float | None]]:
        if isinstance(self.store, ExpiringStore):
            return self.store.get_with_lifetimes(keys)
        if len(keys) == 1:
            return [(self.store.get(keys[0]), None)]
        return [(value, None) for value in batches.get_many(self.store, keys)]

    def _list(self) -> tuple[list[tuple[Key, str]], float | None]:
        if isinstance(self.store, ExpiringStore):
            return self.store.revisions_with_lifetime()
        if isinstance(self.store, RevisionedStore):
            return self.store.revisions(), None
        keys = self.store.list_keys()
        values = batches.get_many(self.store, keys)
        pairs = zip(keys, values, strict=True)
        return [(key, conditional.value_revision(value)) for key, value in pairs if value is not None], None

    @contextmanager
    def _forgetting(self, keys: Sequence[Key]) -> Iterator[None]:
        """Forget what is written inside, also where that fails: it may yet have been done."""
        addresses = [key_address(key) for key in keys]
        try:
            yield
        finally:
            watch = self._watch
            if watch is not None:  # else nothing was read yet
                self._forget(watch.name(address) for address in addresses)

    def _forget(self, names: Iterable[str] | None) -> None:
        self._entries.forget(None if names is None else [LISTING, *names])


def _copy(payload: bytes | None) -> Value | None:
    if payload is None:
        return None
    value: Value = pickle.loads(payload)
    return value
