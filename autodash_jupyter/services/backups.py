"""Backs up a store and its blobs to one file, and puts a backup in a store's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autodash_jupyter.blobs import BlobStore
from autodash_jupyter.errors import BlobError, ContextStoreError
from autodash_jupyter.services.opening import describe_store, open_blobs, open_store, prepared_home
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import ContextStore, Key
from autodash_jupyter.stores.backup import Backup, read_backup, write_backup
from autodash_jupyter.stores.durable_files import make_private_folder
from autodash_jupyter.stores.snapshot import (
    Progress,
    Record,
    Snapshot,
    differing_keys,
    replace_records,
    take_snapshot,
)

__all__ = ["Place", "Restored", "back_up", "open_place", "restore", "safety_backup"]

BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class Place:
    """An open store with its blobs, and what to call it where people read."""

    name: str
    settings: Settings
    store: ContextStore
    blobs: BlobStore


@dataclass(frozen=True, slots=True)
class Restored:
    """How many records and blobs were put back, and where the backup of those that were there before is."""

    records: int
    blobs: int
    replaced: Path | None


def open_place(settings: Settings) -> Place:
    """Open what the settings choose; raises ``ContextStoreError`` or ``SettingsError`` where that fails."""
    store = open_store(settings)
    return Place(describe_store(settings), settings, store, open_blobs(store, settings))


def back_up(place: Place, path: Path, *, with_blobs: bool = False) -> tuple[Snapshot, int]:
    """Write all records to a file, and the tables if asked; return what was written.

    Raises:
        ContextStoreError: The store can't be read, or the file can't be written or is there already.
        BlobError: A table can't be read; there is no file then.
    """
    snapshot = take_snapshot(place.store)
    names = sorted(place.blobs.names()) if with_blobs else []
    write_backup(path, snapshot.records, _contents(place.blobs, names))
    return snapshot, len(names)


def restore(place: Place, path: Path, *, replace: bool = False, progress: Progress | None = None) -> Restored:
    """Make a backup's records the only ones of a store, and add its tables.

    The whole backup is checked before anything is changed, and what is replaced is backed up.

    Raises:
        ContextStoreError: The backup is damaged, or the store has other records and ``replace`` isn't given.
        BlobError: A table can't be written; no record was changed then.
    """
    backup = read_backup(path)
    present = take_snapshot(place.store)
    others = differing_keys(present.records, backup.records)
    replaced = None
    if (others or present.damaged) and present.records + present.damaged:
        if not replace:
            msg = (
                f"{place.name} has {len(present.records)} records, and the backup would replace them: "
                "add --replace to do so; they are backed up before"
            )
            raise ContextStoreError(msg)
        replaced = safety_backup(place, present.records)
    blobs = _put_blobs(place, backup)
    replace_records(place.store, backup.records, progress)
    check_equal(place, backup.records)
    return Restored(len(backup.records), blobs, replaced)


def safety_backup(place: Place, records: tuple[Record, ...]) -> Path:
    """Write records to a new file among the backups of the folder of AutoDash, and return where."""
    folder = prepared_home(place.settings) / BACKUPS
    make_private_folder(folder)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"store-{moment}{f'-{number}' * (number > 1)}.jsonl" for number in range(1, 1000))
    return write_backup(next(folder / name for name in names if not (folder / name).exists()), records)


def check_equal(place: Place, records: tuple[Record, ...]) -> None:
    """Compare a store with the records it should have, each of them.

    Raises ``ContextStoreError`` where one differs.
    """
    different: list[Key] = differing_keys(records, take_snapshot(place.store).records)
    if different:
        msg = (
            f"{place.name} has not the records it should have ({len(different)} differ, the first is "
            f"{different[0]!r}): something else writes to it; stop that, and try again"
        )
        raise ContextStoreError(msg)


def _contents(blobs: BlobStore, names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        yield name, blobs.get(name)


def _put_blobs(place: Place, backup: Backup) -> int:
    for name, content in backup.blobs():
        if place.blobs.put(content) != name:
            msg = f"{backup.path} has a table whose bytes don't fit its name: use another backup"
            raise BlobError(msg)
    return backup.blob_count
