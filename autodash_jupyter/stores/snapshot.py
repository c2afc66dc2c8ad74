"""All records of a store at once: read as they were together, put in place of others, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.batches import delete_many, get_many, set_many
from autodash_jupyter.stores.encoded import encode_entry
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import ContextStore, DamagedRecordError, Key, RevisionedStore, Value

__all__ = [
    "Progress",
    "Record",
    "Snapshot",
    "differing_keys",
    "put_records",
    "replace_records",
    "take_snapshot",
]

Item = TypeVar("Item")
Record: TypeAlias = tuple[Key, Value]
Progress: TypeAlias = Callable[[str, int, int], object]
"""Is told what is being done, how many are done, and of how many."""

IN_ONE_CALL = 500
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The records of a store in the order first set, and the keys of those that are damaged."""

    records: tuple[Record, ...]
    damaged: tuple[Key, ...] = ()


def take_snapshot(store: ContextStore) -> Snapshot:
    """Return every record, as they were together at one moment, while others may write.

    Raises ``ContextStoreError`` where the store can't be read, or is written to without a pause.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> store.set("a", {"rows": 1})
    >>> take_snapshot(store).records
    (('a', {'rows': 1}),)
    """
    known: dict[str, tuple[str, Value | None]] = {}
    for _ in range(MOST_ROUNDS):
        listed = [(key, key_address(key), revision) for key, revision in _revisions(store)]
        # What has the revision now that it had before it was read has not changed in between.
        stale = [entry for entry in listed if entry[1] not in known or known[entry[1]][0] != entry[2]]
        if not stale:
            found = [(key, known[address][1]) for key, address, _ in listed]
            return Snapshot(
                tuple((key, value) for key, value in found if value is not None),
                tuple(key for key, value in found if value is None),
            )
        for part in _in_parts(stale):
            values = _read(store, [key for key, _, _ in part])
            for (_, address, revision), value in zip(part, values, strict=True):
                known[address] = revision, value
    msg = f"{store!r} is written to without a pause: stop what writes to it, and try again"
    raise ContextStoreError(msg)


def put_records(store: ContextStore, records: Sequence[Record], progress: Progress | None = None) -> None:
    """Set the records, some hundreds in each call."""
    done = 0
    for part in _in_parts(records):
        set_many(store, part)
        done += len(part)
        if progress is not None:
            progress("records", done, len(records))


def replace_records(store: ContextStore, records: Sequence[Record], progress: Progress | None = None) -> None:
    """Make these the store's only records, in this order. It is not atomic: back the store up before."""
    wanted = [key_address(key) for key, _ in records]
    every = set(wanted)
    present = {key_address(key): key for key in store.list_keys()}
    # The first ones are in their places already; from the first that isn't, all are set anew.
    staying: set[str] = set()
    for one, other in zip(wanted, (each for each in present if each in every), strict=False):
        if one != other:
            break
        staying.add(one)
    delete_many(store, [key for address, key in present.items() if address not in staying])
    put_records(store, records, progress)


def differing_keys(records: Sequence[Record], others: Sequence[Record]) -> list[Key]:
    """Return the keys of which the two have not the very same value, or one has none.

    >>> differing_keys([("a", {"rows": 1}), ("b", {})], [("a", {"rows": 1.0}), ("b", {})])
    ['a']
    """
    mine, theirs = _by_address(records), _by_address(others)
    different = [key for address, (key, text) in mine.items() if theirs.get(address, (None, None))[1] != text]
    return different + [key for address, (key, _) in theirs.items() if address not in mine]


def _by_address(records: Sequence[Record]) -> dict[str, tuple[Key, str]]:
    entries = ((key, encode_entry(key, value)) for key, value in records)
    return {entry.address: (key, entry.value) for key, entry in entries}


def _revisions(store: ContextStore) -> list[tuple[Key, str]]:
    if isinstance(store, RevisionedStore):
        return store.revisions()
    return [(key, "") for key in store.list_keys()]  # its values are taken as they are found


def _read(store: ContextStore, keys: list[Key]) -> list[Value | None]:
    try:
        return get_many(store, keys)
    except DamagedRecordError:
        return [_read_one(store, key) for key in keys]


def _read_one(store: ContextStore, key: Key) -> Value | None:
    try:
        return store.get(key)
    except DamagedRecordError:
        return None


def _in_parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), IN_ONE_CALL):
        yield items[start : start + IN_ONE_CALL]
