"""One store over several: each key has its home among the shards, and moves only when it must."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType
from typing import Self

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.protocol import (
    Changes,
    ContextStore,
    Expected,
    Items,
    Key,
    Value,
    Versioned,
    as_pairs,
)
from autodash_jupyter.stores.sharding.conditions import revision_of_value, write_if
from autodash_jupyter.stores.sharding.copies import ShardCalls, addresses_of, raise_failures, sound_value
from autodash_jupyter.stores.sharding.listing import ReachableKeys, shared_token
from autodash_jupyter.stores.sharding.moves import Moved, RebalanceReport, rebalance
from autodash_jupyter.stores.sharding.records import ShardRecords, checked
from autodash_jupyter.stores.sharding.rendezvous import name_stores
from autodash_jupyter.stores.sharding.shard_set import CurrentShards, ShardSet, check_shard, unknown_shard
from autodash_jupyter.stores.statistics import CallTimes, StoreStats

__all__ = ["ReachableKeys", "RebalanceReport", "ShardManager"]


class ShardManager:
    """Records spread over several stores, which together are one.

    ``stores`` is a dict of names and stores, or a sequence. A key's home is computed from the key and the
    shards' *names*, so a shard keeps its name as long as it keeps its records. In a sequence, a store is
    named by where it keeps them (its file or address, without a password) or, like one in memory, by its
    position; give a dict for names that outlive a move to another folder or host. A store that already holds
    records may be a shard.

    Every process must be given the same shards. So to add or remove one while several processes write, give
    them all the new set first, and in ``leaving`` the names of those to remove; then let one call
    ``rebalance``. ``add`` and ``remove`` do the same for a single process.

    Each call is atomic within a shard: ``set_many`` and ``delete_many`` are all or none for the records that
    share a home, and the error names the shard whose records were left as they were. A shard that fails
    fails its own keys only; but ``list_keys`` and ``revisions`` then raise, because an incomplete list would
    be a lie, and ``reachable_keys`` says what there is. Keys are listed in the order of their first writes:
    exactly, if one process writes, whatever the clock does; as exactly as their clocks agree, if several do.

    The first call looks through all keys once, and so learns whether they are at home.

    **While records move.** After ``add`` or ``remove``, and until a ``rebalance`` has found every record at
    home, this holds, whatever is interrupted wherever:

    - Every write of a record carries a stamp higher than all before, and the copy with the highest counts.
      So a copy that was left behind by a crash, or on a shard that failed, is never taken for the record.
    - A read asks every shard, and the home a second time: records only move home, so one that was nowhere
      was either home before the second look, or not there at all. It needs no lock, and never waits.
    - A write and the move of a batch exclude each other (by a lock in this process, and by ``lock`` for other
      processes). A write goes to the record's home, then deletes what lies elsewhere; what it can't delete
      is older, and never counts. So what the mover finds at home stays, unless it is the older one.
    - A delete removes old copies first and the newest last, and fails where a shard can't be asked. So no
      copy is left from which the mover, or a reader, could bring the record back.
    - The mover copies, reads back what it copied, and only then deletes. Killed anywhere, it leaves equal
      records or one; doing it again finishes it.

    ``lock`` keeps the writers of other processes off while records move: any context manager that excludes
    them, such as a ``filelock.FileLock`` on a disk they share, or a lock of redis-py. Without it, let only
    one process write during a rebalance. While nothing moves, it isn't taken.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = ShardManager({"north": InMemoryContextStore(), "east": InMemoryContextStore()})
    >>> store.set_many({("column", name): {"about": name} for name in "abcdef"})
    >>> store.get(("column", "c")), store.list_keys()[0]
    ({'about': 'c'}, ('column', 'a'))
    >>> store.add("south", InMemoryContextStore())
    >>> report = store.rebalance()
    >>> report.moved + report.kept, report.is_complete
    (6, True)
    """

    def __init__(
        self,
        stores: Mapping[str, ContextStore] | Sequence[ContextStore],
        *,
        leaving: Iterable[str] = (),
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        named = dict(stores) if isinstance(stores, Mapping) else name_stores(stores)
        for name, store in named.items():
            check_shard(name, store)
        shards = ShardSet(named, frozenset(leaving))
        for name in shards.leaving - named.keys():
            raise unknown_shard(name, named)
        if not shards.staying:
            msg = "a ShardManager needs a store: give it at least one that isn't leaving"
            raise ContextStoreError(msg)
        self._calls = ShardCalls()
        self._current = CurrentShards(shards, self._calls, lock)
        self._records = ShardRecords(self._calls, self._current.stamps)
        self._times = CallTimes()
        self._rebalancing = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The shards' names, in the order given."""
        return tuple(self._current.shards.stores)

    def shard_of(self, key: Key) -> str:
        """Return the name of the shard where a key belongs, whether it is there or not."""
        (address,) = addresses_of([key])
        return self._current.shards.home(address)

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        with self._times.measured("set"):
            self._set([(key, value)])

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        with self._times.measured("get"):
            (value,) = self._get(addresses_of([key])).values()
            return value

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        with self._times.measured("delete"):
            self._delete(addresses_of([key]))

    def set_many(self, items: Items) -> None:
        """Keep many values: all or none of those that share a shard, nothing if one is unfit to be kept.

        Where a shard fails, the error names it; the records of the other shards were kept.
        """
        with self._times.measured("set_many"):
            self._set(as_pairs(items))

    def get_many(self, keys: Iterable[Key]) -> list[Value | None]:
        """Return copies of the values under ``keys``, in their order, ``None`` where there is none."""
        with self._times.measured("get_many"):
            asked = [addresses_of([key]) for key in keys]
            found = self._get({address: key for each in asked for address, key in each.items()})
            # A key may be asked for twice, and each answer is a copy of its own.
            return [copy.deepcopy(found[address]) for each in asked for address in each]

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Forget many keys: all or none of those that share a shard."""
        with self._times.measured("delete_many"):
            self._delete(addresses_of(keys))

    def get_many_with_revisions(self, keys: Iterable[Key]) -> list[Versioned]:
        """Return copies of the values under ``keys``, each with the revision that ``revisions`` gives it."""
        values = self.get_many(keys)
        return [(value, None if value is None else revision_of_value(value)) for value in values]

    def set_many_if(self, items: Changes, expected: Expected) -> bool:
        """Keep many values, and forget the keys given ``None``, if all revisions are as expected.

        Where keys don't share a shard, only ``lock`` keeps other processes off, and a kill may leave a part.
        """
        with self._times.measured("set_many_if"):
            return write_if(self._current, self._records, [*as_pairs(items)], [*as_pairs(expected)])

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        return [key for key, _ in self.revisions()]

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        with self._times.measured("list_keys"):
            listed, failures = self._current.list()
            if failures:
                remedy = "; reachable_keys() lists those of the other shards"
                raise ContextStoreError("; ".join(map(str, failures.values())) + remedy) from next(
                    iter(failures.values())
                )
            return listed

    def reachable_keys(self) -> ReachableKeys:
        """Return the keys of the shards that answer, and what the others say."""
        with self._times.measured("list_keys"):
            listed, failures = self._current.list()
            return ReachableKeys([key for key, _ in listed], failures)

    def change_token(self) -> Hashable | None:
        """Return what is equal as long as nobody changed anything, if all shards can tell that cheaply."""
        return shared_token(self._current.shards.stores, self._calls)

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:  # noqa: ARG002
        """Return ``None``: which records changed is told by ``revisions``."""
        return None

    def stats(self) -> StoreStats:
        """Return how often and how fast this object was called, and how large all shards are together."""
        sizes = [stats.size_bytes for stats in self.shard_stats().values()]
        return self._times.stats(sum(sizes))

    def shard_stats(self) -> dict[str, StoreStats]:
        """Return what each shard tells of itself; shards that tell nothing are left out."""
        stores = self._current.shards.stores.items()
        calls = {name: store.stats for name, store in stores if hasattr(store, "stats")}
        answers, failures = self._calls.ask(calls)
        raise_failures(failures)
        return answers

    def close(self) -> None:
        """Close all shards; may be called twice."""
        stores = self._current.shards.stores.items()
        _, failures = self._calls.ask(
            {name: store.close for name, store in stores if hasattr(store, "close")}
        )
        self._calls.close()
        raise_failures(failures)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._current.shards.stores)})"

    def add(self, name: str, store: ContextStore) -> None:
        """Take in another shard; ``rebalance`` then moves to it the records that belong there.

        Until then they are found where they are.
        """
        with self._current.changing() as shards:
            if name in shards.stores:
                msg = f"there is a shard {name!r} already: choose another name, or remove() it first"
                raise ContextStoreError(msg)
            check_shard(name, store)
            self._current.shards = replace(shards, stores={**shards.stores, name: store}, is_settled=False)

    def remove(
        self, name: str, *, drain: bool = True, progress: Callable[[int, int], None] | None = None
    ) -> RebalanceReport:
        """Move a shard's records to the other shards, then let go of it; it is not closed.

        Where some could not be moved, the report says why, and the shard stays until ``remove`` is called
        again. ``drain=False`` lets go of it with all it holds: for one that is lost.
        """
        with self._current.changing() as shards:
            if name not in shards.stores:
                raise unknown_shard(name, shards.stores)
            if shards.staying in ((name,), ()):
                msg = f"{name!r} is the last shard: add() another first, for its records to move to"
                raise ContextStoreError(msg)
            if not drain:
                self._current.shards = shards.without(frozenset({name}))
                return RebalanceReport(0, 0, (), bool(shards.is_settled))
            self._current.shards = replace(shards, leaving=shards.leaving | {name}, is_settled=False)
        return self.rebalance(progress)

    def rebalance(self, progress: Callable[[int, int], None] | None = None) -> RebalanceReport:
        """Move every record that isn't at home to its home, and no other; let go of drained shards.

        Reads and writes go on meanwhile. ``progress`` is called with how many records were seen to, of how
        many. Interrupted or killed, it goes on from there when it is called again, also in another process.
        A shard that fails is named in the report's ``errors``, and stops no other.
        """
        if not self._rebalancing.acquire(blocking=False):
            msg = "a rebalance is under way in this process: wait until it is done"
            raise ContextStoreError(msg)
        try:
            so_far = Moved()
            for done, total in rebalance(self._current, so_far):
                if progress is not None:
                    progress(done, total)
        finally:
            self._rebalancing.release()
        is_complete = not so_far.errors and bool(self._current.shards.is_settled)
        return RebalanceReport(so_far.moved, so_far.kept, tuple(so_far.errors), is_complete)

    def _set(self, items: Iterable[tuple[Key, Value]]) -> None:
        values = checked(items)
        with self._current.writing() as shards:
            self._records.write(shards, values)

    def _get(self, keys: Mapping[str, Key]) -> dict[str, Value | None]:
        while True:
            shards = self._current.get()
            found, failures = self._records.read(shards, keys)
            if None not in found.values() or shards is self._current.shards:
                break  # else shards came or went meanwhile, and the record with them
        raise_failures(failures)
        return {address: sound_value(copy) for address, copy in found.items()}

    def _delete(self, keys: Mapping[str, Key]) -> None:
        with self._current.writing() as shards:
            self._records.delete(shards, keys)
