"""How records move home: a batch at a time, so that a crash at any moment loses and doubles nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from autodash_jupyter.errors import ContextStoreError, one_line
from autodash_jupyter.stores.batches import delete_many, get_many, set_many
from autodash_jupyter.stores.protocol import ContextStore, Key, Value
from autodash_jupyter.stores.sharding.copies import Copy, Stamps, read_copies, wrap
from autodash_jupyter.stores.sharding.listing import Row
from autodash_jupyter.stores.sharding.shard_set import CurrentShards, ShardSet
from autodash_jupyter.stores.values import encode_value

__all__ = ["Moved", "RebalanceReport", "Way", "bring_home", "rebalance"]

BATCH = 100  # records moved together, while writers wait


class Way(NamedTuple):
    """From where to where a record moves, by the shards' names."""

    source: str
    home: str


@dataclass(frozen=True, slots=True)
class RebalanceReport:
    """What a rebalance did: records ``moved`` home and ``kept`` there; ``errors`` say what could not move.

    ``is_complete`` says that every record is at home, and only there.
    """

    moved: int
    kept: int
    errors: tuple[str, ...]
    is_complete: bool


@dataclass(slots=True)
class Moved:
    """How many records moved so far, how many were at home, and what failed."""

    moved: int = 0
    kept: int = 0
    errors: list[str] = field(default_factory=list)


def rebalance(current: CurrentShards, so_far: Moved) -> Iterator[tuple[int, int]]:
    """Move batch by batch what isn't at home; yield how many records were seen to, of how many."""
    shards = current.unsettle()
    rows, failures = current.listing.rows(shards.stores)
    so_far.errors += map(str, failures.values())
    ways = _ways(shards, rows)
    total = sum(map(len, ways.values()))
    so_far.kept = sum(map(len, rows.values())) - total
    before = 0
    for way, keys in ways.items():
        done = before
        for batch in _batches(keys):
            try:
                _move(current, way, batch, so_far)
            except Exception as error:  # noqa: BLE001 - a store may be anybody's, and fail in any way
                so_far.errors.append(f"from shard {way.source!r} to shard {way.home!r}: {one_line(error)}")
                break  # the rest would fail alike, each batch after a time-out
            done += len(batch)
            yield done, total
        before += len(keys)
    so_far.errors += map(str, current.settle().values())


def _ways(shards: ShardSet, rows: Mapping[str, Sequence[Row]]) -> dict[Way, dict[str, Key]]:
    ways: dict[Way, dict[str, Key]] = {}
    for name, listed in rows.items():
        for row in listed:
            home = shards.home(row.address)
            if home != name:
                ways.setdefault(Way(name, home), {})[row.address] = row.key
    return ways


def _batches(keys: Mapping[str, Key]) -> Iterator[dict[str, Key]]:
    rest = iter(keys.items())
    while batch := dict(islice(rest, BATCH)):
        yield batch


def _move(current: CurrentShards, way: Way, keys: Mapping[str, Key], so_far: Moved) -> None:
    with current.alone() as shards:
        # Shards may have come and gone since the keys were listed.
        if way.source in shards.stores:
            still = {address: key for address, key in keys.items() if shards.home(address) == way.home}
            moved, damages = bring_home(shards, way, still, current.stamps)
            so_far.moved += moved
            so_far.errors += damages


def bring_home(shards: ShardSet, way: Way, keys: Mapping[str, Key], stamps: Stamps) -> tuple[int, list[str]]:
    """Move records from a shard to their home: copy, look whether they arrived, then delete.

    Return how many moved, and what is damaged and had to stay. The caller keeps writers off. A record that
    was written at home meanwhile stays as it is there; one that was deleted meanwhile is nowhere any more.
    After a crash at any moment, doing it again finishes it.
    """
    source, home = shards.stores[way.source], shards.stores[way.home]
    found = read_copies(way.source, source, keys)
    present = read_copies(way.home, home, {address: keys[address] for address in found})
    newer, left, damages = [], [], []
    for address, copy in found.items():
        at_home = present.get(address)
        is_sound_at_home = at_home is not None and at_home.damage is None
        if copy.damage is not None and not is_sound_at_home:
            damages.append(f"shard {way.source!r}: {copy.damage}")
            continue
        left.append(keys[address])
        if at_home is None or not is_sound_at_home or copy.written > at_home.written:
            newer.append((keys[address], copy))
    _copy(home, newer, stamps)
    delete_many(source, left)
    return len(left), damages


def _copy(home: ContextStore, records: Sequence[tuple[Key, Copy]], stamps: Stamps) -> None:
    """Write records at their home; raise where they can't be read there as they were written."""
    for _, copy in records:
        stamps.saw(max(copy.written, copy.arrived))
    wrapped = [
        (key, wrap(copy.value or {}, order=copy.order, written=copy.written, arrived=stamps.next()))
        for key, copy in records
    ]
    set_many(home, wrapped)
    arrived = get_many(home, [key for key, _ in wrapped])
    if [_text(value) for value in arrived] != [_text(value) for _, value in wrapped]:
        msg = "what was copied can't be read back as it was written; nothing was deleted"
        raise ContextStoreError(msg)


def _text(value: Value | None) -> str:
    return "" if value is None else json.dumps(encode_value(value))
