"""Reading, writing and deleting records on a set of shards, at home or while they are on their way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.batches import delete_many, set_many
from autodash_jupyter.stores.encoded import encode_entry
from autodash_jupyter.stores.protocol import Key, Value
from autodash_jupyter.stores.sharding.copies import (
    Copy,
    Failures,
    ShardCalls,
    Stamps,
    newest_first,
    raise_failures,
    read_copies,
    wrap,
)
from autodash_jupyter.stores.sharding.shard_set import ShardSet

__all__ = ["ShardRecords", "checked"]

logger = logging.getLogger(__name__)


class ShardRecords:
    """The three things to do with records; ``sharding.ShardManager`` says why they are safe."""

    def __init__(self, calls: ShardCalls, stamps: Stamps) -> None:
        self._calls = calls
        self._stamps = stamps

    def read(self, shards: ShardSet, keys: Mapping[str, Key]) -> tuple[dict[str, Copy | None], Failures]:
        """Return the newest copy of each record, and the failures that may hide one."""
        copies, failures = self._copies(shards, keys)
        missing = {address: key for address, key in keys.items() if not copies[address]}
        if not shards.is_settled:
            at_home, failed = self._copies(replace(shards, is_settled=True), missing)
            copies.update(at_home)
            failures = failures | failed if any(not copies[address] for address in missing) else {}
        return {address: found[0] if found else None for address, found in copies.items()}, failures

    def write(self, shards: ShardSet, values: Mapping[str, tuple[Key, Value]]) -> None:
        """Write records at their homes, then delete what lies elsewhere; raise for the shards that failed."""
        copies, failures = self._copies(shards, {address: key for address, (key, _) in values.items()})
        batches: dict[str, list[tuple[Key, Value]]] = {}
        homes = {address: shards.home(address) for address in values}
        for address, (key, value) in values.items():
            batch = batches.setdefault(homes[address], [])
            batch.append((key, self.wrapped(copies[address], value)))
        unread = {name: failure for name, failure in failures.items() if name in batches}
        calls = {
            name: partial(set_many, shards.stores[name], batch)
            for name, batch in batches.items()
            if name not in unread
        }
        _, unwritten = self._calls.ask(calls)
        failed = unread | unwritten
        elsewhere = [
            (copy.shard, values[address][0])
            for address, found in copies.items()
            for copy in found
            if homes[address] not in failed and copy.shard != homes[address]
        ]
        for failure in self._remove(shards, elsewhere).values():
            logger.info("an old copy stays until the next rebalance: %s", failure)
        raise_failures(failed)

    def delete(self, shards: ShardSet, keys: Mapping[str, Key]) -> None:
        """Delete records; while they may be anywhere, the newest copy last."""
        if shards.is_settled:
            raise_failures(self._remove(shards, [(shards.home(name), key) for name, key in keys.items()]))
            return
        copies, failures = self._copies(shards, keys)
        raise_failures(failures)
        for which in (slice(1, None), slice(0, 1)):
            found = [(copy.shard, keys[address]) for address in keys for copy in copies[address][which]]
            raise_failures(self._remove(shards, found))

    def _copies(self, shards: ShardSet, keys: Mapping[str, Key]) -> tuple[dict[str, list[Copy]], Failures]:
        """Return all copies of each record, the newest first: from home if that is settled, else from all."""
        asked: dict[str, dict[str, Key]] = {}
        for address, key in keys.items():
            for name in (shards.home(address),) if shards.is_settled else shards.stores:
                asked.setdefault(name, {})[address] = key
        calls = {name: partial(read_copies, name, shards.stores[name], some) for name, some in asked.items()}
        answers, failures = self._calls.ask(calls)
        copies: dict[str, list[Copy]] = {address: [] for address in keys}
        for found in answers.values():
            for address, copy in found.items():
                copies[address].append(copy)
        return {
            address: newest_first(some, shards.home(address)) if len(some) > 1 else some
            for address, some in copies.items()
        }, failures

    def wrapped(self, copies: Iterable[Copy], value: Value) -> Value:
        """Return what to keep: a record that was there keeps its place in the order."""
        order = None
        for copy in copies:
            self._stamps.saw(max(copy.written, copy.arrived))
            if order is None and copy.damage is None:
                order = copy.order
        written = self._stamps.next()
        return wrap(value, order=written if order is None else order, written=written, arrived=written)

    def _remove(self, shards: ShardSet, where: Iterable[tuple[str, Key]]) -> Failures:
        keys: dict[str, list[Key]] = {}
        for name, key in where:
            keys.setdefault(name, []).append(key)
        calls: dict[str, Callable[[], None]] = {
            name: partial(delete_many, shards.stores[name], some) for name, some in keys.items()
        }
        return self._calls.ask(calls)[1]


def checked(items: Iterable[tuple[Key, Value]]) -> dict[str, tuple[Key, Value]]:
    """Return records by address, the last of each key; ``ContextStoreError`` if one is unfit to be kept."""
    values: dict[str, tuple[Key, Value]] = {}
    for key, value in items:
        try:
            entry = encode_entry(
                key, wrap(value, order=0, written=0, arrived=0) if type(value) is dict else value
            )
        except ContextStoreError:
            encode_entry(key, value)  # which says it without what we put around the value
            raise
        values[entry.address] = key, value
    return values
