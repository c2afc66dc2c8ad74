"""The keys of all shards as one list, in the order of their first writes, without reading every value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import ContextStore, Key, RevisionedStore
from autodash_jupyter.stores.sharding.copies import Copy, ShardCalls, raise_failures, read_copies
from autodash_jupyter.stores.values import encode_value

__all__ = ["Listing", "ReachableKeys", "Row", "revision_of", "shared_token"]


class ReachableKeys(NamedTuple):
    """The keys of the shards that answered, and why the others didn't, by their names."""

    keys: list[Key]
    errors: dict[str, ContextStoreError]


class Row(NamedTuple):
    """A key as a shard lists it; ``revision`` is ``None`` where the shard can't tell what changed."""

    key: Key
    address: str
    revision: str | None


class Known(NamedTuple):
    """What was read of a record when its shard's revision of it was ``seen``."""

    seen: str | None
    order: int
    written: int
    revision: str


class Listing:
    """Lists shards, and remembers the place of each record until the record changes."""

    def __init__(self, calls: ShardCalls) -> None:
        self._calls = calls
        self._addresses: dict[int, tuple[Key, str]] = {}  # by the identity of a key that is kept here
        self._known: dict[tuple[str, str], Known] = {}

    def rows(
        self, stores: Mapping[str, ContextStore]
    ) -> tuple[dict[str, list[Row]], dict[str, ContextStoreError]]:
        """Return what each shard lists, oldest first, and which shards failed."""
        calls = {name: partial(_list, store) for name, store in stores.items()}
        listed, failures = self._calls.ask(calls)
        addresses: dict[int, tuple[Key, str]] = {}
        rows: dict[str, list[Row]] = {}
        for name in listed:
            rows[name] = []
            for key, revision in listed[name]:
                # Our stores return the same key objects again; 1 and True can't share a dict of keys.
                known = self._addresses.get(id(key))
                address = known[1] if known is not None and known[0] is key else key_address(key)
                addresses[id(key)] = key, address
                rows[name].append(Row(key, address, revision))
        self._addresses = addresses
        return rows, failures

    def merge(
        self, stores: Mapping[str, ContextStore], rows: Mapping[str, Sequence[Row]]
    ) -> tuple[list[tuple[Key, str]], dict[str, ContextStoreError]]:
        """Return every key with its revision, in the order of first writes, and which shards failed."""
        known, failures = self._read_changed(stores, rows)
        newest: dict[str, tuple[Known, Key]] = {}
        for name in stores:
            for row in rows.get(name, ()):
                found = known.get((name, row.address))
                before = newest.get(row.address)
                if found is not None and (before is None or found.written > before[0].written):
                    newest[row.address] = found, row.key
        self._known = known
        ordered = sorted(newest.values(), key=lambda each: each[0].order)
        return [(key, found.revision) for found, key in ordered], failures

    def _read_changed(
        self, stores: Mapping[str, ContextStore], rows: Mapping[str, Sequence[Row]]
    ) -> tuple[dict[tuple[str, str], Known], dict[str, ContextStoreError]]:
        known: dict[tuple[str, str], Known] = {}
        calls: dict[str, Callable[[], dict[str, Copy]]] = {}
        for name, listed in rows.items():
            changed: dict[str, Row] = {}
            for row in listed:
                before = self._known.get((name, row.address))
                if before is None or row.revision is None or before.seen != row.revision:
                    changed[row.address] = row
                else:
                    known[name, row.address] = before
            if changed:
                keys = {address: row.key for address, row in changed.items()}
                calls[name] = partial(read_copies, name, stores[name], keys)
        answers, failures = self._calls.ask(calls)
        seen = {(name, row.address): row.revision for name, listed in rows.items() for row in listed}
        for name, copies in answers.items():
            for address, copy in copies.items():
                known[name, address] = Known(seen[name, address], copy.order, copy.written, revision_of(copy))
        return known, failures


def shared_token(stores: Mapping[str, ContextStore], calls: ShardCalls) -> Hashable | None:
    """Return what is equal as long as no shard changed, if all can tell that cheaply."""
    if any(getattr(store, "ttl", None) is not None for store in stores.values()):
        return None  # what expires is no change to its shard
    asked = {name: store.change_token for name, store in stores.items() if hasattr(store, "change_token")}
    tokens, failures = calls.ask(asked)
    raise_failures(failures)
    return None if None in tokens.values() or len(tokens) < len(stores) else tuple(tokens.items())


def _list(store: ContextStore) -> list[tuple[Key, str | None]]:
    if isinstance(store, RevisionedStore):
        return list(store.revisions())
    return [(key, None) for key in store.list_keys()]


def revision_of(copy: Copy) -> str:
    """Return the revision of a record, wherever it lies."""
    # Of the value alone: a record that moves, or is written again as it was, keeps its revision.
    if copy.value is None:
        return "damaged"
    text = json.dumps(encode_value(copy.value))
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()
