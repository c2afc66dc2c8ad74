"""What a shard keeps of a record, beside its value; and how several shards are asked at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeAlias, TypeVar

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.batches import get_many
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import ContextStore, DamagedRecordError, Key, Value

__all__ = [
    "Copy",
    "Failures",
    "ShardCalls",
    "Stamps",
    "addresses_of",
    "newest_first",
    "raise_failures",
    "read_copies",
    "sound_value",
    "unwrap",
    "wrap",
]

T = TypeVar("T")
Failures: TypeAlias = dict[str, ContextStoreError]
Outcome: TypeAlias = tuple[str, tuple[T] | None, ContextStoreError | None]  # a shard's name, answer, failure
STAMPS, VALUE = "shard_stamps", "value"
MOST_THREADS = 32  # they wait for servers, most of the time


class Copy(NamedTuple):
    """A record as one shard has it: ``order`` stamps its first write, ``written`` its last.

    ``arrived`` stamps when it last came to its shard, and is no lower than any stamp before it there.
    A record that can't be read has no ``value``, and its ``damage`` instead.
    """

    shard: str
    order: int
    written: int
    arrived: int
    value: Value | None
    damage: DamagedRecordError | None = None


class Stamps:
    """Increasing numbers: the time in nanoseconds, or one more than the highest seen if the clock is behind.

    >>> stamps = Stamps()
    >>> stamps.saw(2**62)
    >>> stamps.next() - 2**62, stamps.next() - 2**62
    (1, 2)
    """

    def __init__(self) -> None:
        self._last = 0
        self._mutex = threading.Lock()

    def next(self) -> int:
        """Return a number higher than all before."""
        with self._mutex:
            self._last = max(self._last + 1, time.time_ns())
            return self._last

    def saw(self, stamp: int) -> None:
        """Take note of a number given in another process, or before this one began."""
        with self._mutex:
            self._last = max(self._last, stamp)


def wrap(value: Value, *, order: int, written: int, arrived: int) -> Value:
    """Return what a shard keeps."""
    return {STAMPS: [order, written, arrived], VALUE: value}


def unwrap(shard: str, kept: Value) -> Copy:
    """Return the record that a shard keeps; one that came into its store another way is the oldest.

    >>> unwrap("north", wrap({"rows": 3}, order=1, written=2, arrived=2))
    Copy(shard='north', order=1, written=2, arrived=2, value={'rows': 3}, damage=None)
    >>> unwrap("north", {"rows": 3})
    Copy(shard='north', order=0, written=0, arrived=0, value={'rows': 3}, damage=None)
    """
    stamps = kept.get(STAMPS)
    if kept.keys() == {STAMPS, VALUE} and isinstance(stamps, list) and len(stamps) == 3:
        order, written, arrived = stamps
        return Copy(shard, order, written, arrived, kept[VALUE])
    return Copy(shard, 0, 0, 0, kept)


def read_copies(name: str, store: ContextStore, keys: Mapping[str, Key]) -> dict[str, Copy]:
    """Return the records a shard has of these keys, by address; a damaged one spoils no other."""
    try:
        found = get_many(store, keys.values())
    except DamagedRecordError:
        copies = ((address, _read_copy(name, store, key)) for address, key in keys.items())
        return {address: copy for address, copy in copies if copy is not None}
    return {
        address: unwrap(name, kept) for address, kept in zip(keys, found, strict=True) if kept is not None
    }


def newest_first(copies: Iterable[Copy], home: str) -> list[Copy]:
    """Sort copies of one record: the last written first, and of equal ones the one that is at home."""
    return sorted(copies, key=lambda copy: (copy.written, copy.shard == home), reverse=True)


class ShardCalls:
    """Asks shards: one directly, several at the same time, each in a thread."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._process = os.getpid()
        self._mutex = threading.Lock()

    def ask(self, calls: Mapping[str, Callable[[], T]]) -> tuple[dict[str, T], dict[str, ContextStoreError]]:
        """Make a call to each shard; return the answers, and what failed, by the shards' names."""
        outcomes = [_outcome(*call) for call in calls.items()] if len(calls) < 2 else self._at_once(calls)
        answers = {name: answer[0] for name, answer, _ in outcomes if answer}
        return answers, {name: failure for name, _, failure in outcomes if failure is not None}

    def close(self) -> None:
        """End the threads; they start anew if there is another call."""
        with self._mutex:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _at_once(self, calls: Mapping[str, Callable[[], T]]) -> list[Outcome[T]]:
        with self._mutex:
            if self._pool is None or self._process != os.getpid():  # a fork has no threads
                self._pool = ThreadPoolExecutor(MOST_THREADS, "autodash-shard")
                self._process = os.getpid()
            pool = self._pool
        try:
            futures = [pool.submit(_outcome, name, call) for name, call in calls.items()]
        except RuntimeError:  # the interpreter ends, and starts no more threads; a call twice does no harm
            return [_outcome(name, call) for name, call in calls.items()]
        return [future.result() for future in futures]


def _outcome(name: str, call: Callable[[], T]) -> Outcome[T]:
    try:
        return name, (call(),), None
    except Exception as error:  # noqa: BLE001 - a store may be anybody's, and fail in any way
        kind = DamagedRecordError if isinstance(error, DamagedRecordError) else ContextStoreError
        failure = kind(f"shard {name!r}: {error}")
        failure.__cause__ = error
        return name, None, failure


def _read_copy(name: str, store: ContextStore, key: Key) -> Copy | None:
    try:
        kept = store.get(key)
    except DamagedRecordError as error:
        return Copy(name, 0, 0, 0, None, error)
    return None if kept is None else unwrap(name, kept)


def addresses_of(keys: Iterable[Key]) -> dict[str, Key]:
    """Return keys by their addresses; ``ContextStoreError`` for one that a store can't keep."""
    return {key_address(key): key for key in keys}


def raise_failures(failures: Failures) -> None:
    """Raise one error that names each shard that failed."""
    if not failures:
        return
    first = next(iter(failures.values()))
    kind = DamagedRecordError if isinstance(first, DamagedRecordError) else ContextStoreError
    raise kind("; ".join(str(failure) for failure in failures.values())) from first.__cause__


def sound_value(copy: Copy | None) -> Value | None:
    """Return a record's value, ``None`` for none; ``DamagedRecordError`` where it can't be read."""
    if copy is not None and copy.damage is not None:
        msg = f"shard {copy.shard!r}: {copy.damage}"
        raise DamagedRecordError(msg) from copy.damage
    return None if copy is None else copy.value
