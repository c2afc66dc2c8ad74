"""The shards there are now: which, whether their records are at home, and who may write."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial

from autodash_jupyter.errors import ContextStoreError, did_you_mean
from autodash_jupyter.stores.protocol import ContextStore, Key
from autodash_jupyter.stores.sharding.copies import ShardCalls, Stamps, read_copies
from autodash_jupyter.stores.sharding.listing import Listing, Row
from autodash_jupyter.stores.sharding.rendezvous import home_of
from autodash_jupyter.stores.sharding.shared_lock import SharedLock

__all__ = ["CurrentShards", "ShardSet", "check_shard", "unknown_shard"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShardSet:
    """The shards by name; those that are ``leaving`` are home to no key.

    ``is_settled`` says that every record is at home, and only there; ``None`` that nobody looked yet.
    """

    stores: Mapping[str, ContextStore]
    leaving: frozenset[str] = frozenset()
    is_settled: bool | None = None

    @cached_property
    def staying(self) -> tuple[str, ...]:
        """The names of the shards that are home to keys."""
        return tuple(name for name in self.stores if name not in self.leaving)

    def home(self, address: str) -> str:
        """Return the name of the shard where this key belongs."""
        return home_of(address, self.staying)

    def are_home(self, rows: Mapping[str, Sequence[Row]]) -> bool:
        """Tell whether every record that is listed is where it belongs."""
        return all(self.home(row.address) == name for name, listed in rows.items() for row in listed)

    def without(self, names: frozenset[str]) -> ShardSet:
        """Return the same shards but for these."""
        stores = {name: store for name, store in self.stores.items() if name not in names}
        return replace(self, stores=stores, leaving=self.leaving - names)


class CurrentShards:
    """Holds the one ``ShardSet`` that is in force, and changes it while nobody writes.

    ``others`` keeps the writers of other processes off.
    """

    def __init__(
        self, shards: ShardSet, calls: ShardCalls, others: AbstractContextManager[object] | None
    ) -> None:
        self.shards = shards
        self.stamps = Stamps()
        self.listing = Listing(calls)
        self._calls = calls
        self._writers = SharedLock()
        self._others = others or nullcontext()

    def get(self) -> ShardSet:
        """Return the shards; the first time, look whether their records are at home."""
        if self.shards.is_settled is not None:
            return self.shards
        with self._writers.alone():
            if self.shards.is_settled is None:
                rows, failures = self.listing.rows(self.shards.stores)
                for failure in failures.values():
                    logger.warning("its records are taken to be at home: %s", failure)
                self._learn_stamps(rows)
                self.shards = replace(self.shards, is_settled=self.shards.are_home(rows))
            return self.shards

    @contextmanager
    def writing(self) -> Iterator[ShardSet]:
        """Keep the shards as they are: together with other writers, or alone while records move."""
        self.get()
        with self._writers.shared():
            if self.shards.is_settled:
                yield self.shards
                return
        with self.alone() as shards:
            yield shards

    @contextmanager
    def alone(self) -> Iterator[ShardSet]:
        """Keep all writers off, also of other processes."""
        with self._writers.alone(), self._others:
            yield self.shards

    @contextmanager
    def changing(self) -> Iterator[ShardSet]:
        """Keep the writers of this process off, to assign ``shards`` anew."""
        self.get()
        with self._writers.alone():
            yield self.shards

    def unsettle(self) -> ShardSet:
        """From now on, look for records everywhere."""
        with self.changing() as shards:
            self.shards = replace(shards, is_settled=False)
            return self.shards

    def settle(self) -> dict[str, ContextStoreError]:
        """Let go of drained shards, and look for records at home only, if that is where they all are.

        Return what failed while looking.
        """
        with self.alone() as shards:
            rows, failures = self.listing.rows(shards.stores)
            empty = frozenset(name for name in shards.leaving if name in rows and not rows[name])
            remaining = shards.without(empty)
            self.shards = replace(remaining, is_settled=not failures and remaining.are_home(rows))
            return failures

    def list(self) -> tuple[list[tuple[Key, str]], dict[str, ContextStoreError]]:
        """Return every key with its revision, in the order of first writes, and which shards failed."""
        with self.writing() as shards:
            rows, failures = self.listing.rows(shards.stores)
            listed, unread = self.listing.merge(shards.stores, rows)
            if shards.is_settled and not shards.are_home(rows):
                # Another process moves records, or has other shards.
                self.shards = replace(shards, is_settled=False)
            return listed, failures | unread

    def _learn_stamps(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Go on after the highest stamp of a first write: none is above the last arrival in its shard."""
        last = {name: {listed[-1].address: listed[-1].key} for name, listed in rows.items() if listed}
        stores = self.shards.stores
        answers, _ = self._calls.ask(
            {name: partial(read_copies, name, stores[name], keys) for name, keys in last.items()}
        )
        for found in answers.values():
            for copy in found.values():
                self.stamps.saw(max(copy.written, copy.arrived))


def check_shard(name: str, store: ContextStore) -> None:
    """Raise ``ContextStoreError`` for what can't be a shard."""
    if not isinstance(name, str) or not isinstance(store, ContextStore):
        msg = f"shard {name!r} is no store under a name: a store has set, get, delete and list_keys"
        raise ContextStoreError(msg)


def unknown_shard(name: str, names: Iterable[str]) -> ContextStoreError:
    """Return what to raise for a name that no shard has."""
    return ContextStoreError(f"there is no shard {name!r}.{did_you_mean(name, names)}")
