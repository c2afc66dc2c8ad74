"""Writes on a condition, over shards: by the shard itself where one has all the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodash_jupyter.stores.conditional import get_many_with_revisions, set_many_if
from autodash_jupyter.stores.protocol import Key, Value
from autodash_jupyter.stores.sharding.copies import Copy, addresses_of, raise_failures, unwrap
from autodash_jupyter.stores.sharding.listing import revision_of
from autodash_jupyter.stores.sharding.records import ShardRecords, checked
from autodash_jupyter.stores.sharding.shard_set import CurrentShards, ShardSet

__all__ = ["revision_of_value", "write_if"]

Change = tuple[Key, Value | None]
Wanted = tuple[Key, str | None]


def write_if(
    current: CurrentShards, records: ShardRecords, changes: Sequence[Change], wanted: Sequence[Wanted]
) -> bool:
    """Write the changes where all revisions are as wanted; tell whether they were."""
    values = checked((key, value) for key, value in changes if value is not None)
    keys = addresses_of([*(key for key, _ in wanted), *(key for key, _ in changes)])
    with current.writing() as shards:
        homes = {shards.home(address) for address in keys}
        if shards.is_settled and len(homes) <= 1:
            return not homes or _write_at(shards, records, homes.pop(), changes, wanted)
    with current.alone() as shards:
        found, failures = records.read(shards, addresses_of(key for key, _ in wanted))
        raise_failures(failures)
        if any(_revision(found, key) != revision for key, revision in wanted):
            return False
        records.write(shards, values)
        records.delete(shards, addresses_of(key for key, value in changes if value is None))
        return True


def revision_of_value(value: Value) -> str:
    """Return the revision of a value, wherever it lies."""
    return revision_of(Copy("", 0, 0, 0, value))


def _write_at(
    shards: ShardSet,
    records: ShardRecords,
    home: str,
    changes: Sequence[Change],
    wanted: Sequence[Wanted],
) -> bool:
    store = shards.stores[home]
    keys = addresses_of([*(key for key, _ in wanted), *(key for key, _ in changes)])
    while True:
        found = get_many_with_revisions(store, keys.values())
        copies = {
            address: None if kept is None else unwrap(home, kept)
            for address, (kept, _) in zip(keys, found, strict=True)
        }
        if any(_revision(copies, key) != revision for key, revision in wanted):
            return False
        written: list[Change] = []
        for key, value in changes:
            (address,) = addresses_of([key])
            before = copies[address]
            wrapped = None if value is None else records.wrapped([before] if before else [], value)
            written.append((key, wrapped))
        # Also what is written without a condition must be as it was read: it keeps its place in the order.
        seen = [(key, revision) for key, (_, revision) in zip(keys.values(), found, strict=True)]
        if set_many_if(store, written, seen):
            return True


def _revision(copies: Mapping[str, Copy | None], key: Key) -> str | None:
    (address,) = addresses_of([key])
    copy = copies[address]
    return None if copy is None else revision_of(copy)
