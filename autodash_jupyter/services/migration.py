"""Copies a store, with its blobs, to a store of another kind; the way back is a backup."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from autodash_jupyter.errors import BlobError, ContextStoreError
from autodash_jupyter.services.backups import Place, check_equal, safety_backup
from autodash_jupyter.stores import Key
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.snapshot import (
    Progress,
    differing_keys,
    put_records,
    replace_records,
    take_snapshot,
)

__all__ = ["Migrated", "migrate"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was copied, and what to know before the new store is used.

    ``backup`` has the records of the old store, ``replaced`` those that the new one had; ``damaged`` are
    the keys and ``damaged_blobs`` the names of what couldn't be read; ``changed`` are the keys that
    something else wrote meanwhile, whose old values were copied.
    """

    records: int
    blobs: int
    backup: Path
    replaced: Path | None
    damaged: tuple[Key, ...]
    damaged_blobs: tuple[str, ...]
    changed: tuple[Key, ...]


def migrate(
    source: Place, target: Place, *, replace: bool = False, progress: Progress | None = None
) -> Migrated:
    """Copy all records and tables; the source is only read, and nothing begins to use the target.

    It may be killed and run again. Every record is compared at the end.

    Raises:
        ContextStoreError: A store can't be used, or the target has other records and ``replace`` isn't given.
        BlobError: The target's tables can't be written.
    """
    if repr(source.store) == repr(target.store):
        msg = f"{source.name} is where the records are already: name another place by --to"
        raise ContextStoreError(msg)
    snapshot = take_snapshot(source.store)
    present = take_snapshot(target.store)
    # What a run that was killed copied is no obstacle, so that it can be run again.
    there = {key_address(key) for key, _ in present.records}
    different = differing_keys(present.records, snapshot.records)
    in_the_way = [key for key in different if key_address(key) in there]
    if (in_the_way or present.damaged) and not replace:
        msg = (
            f"{target.name} has {len(present.records)} records already, others than {source.name}: "
            "add --replace to replace them; they are backed up before"
        )
        raise ContextStoreError(msg)
    backup = safety_backup(source, snapshot.records)
    replaced = safety_backup(source, present.records) if in_the_way else None
    copied, damaged_blobs = _copy_blobs(source, target, progress)
    if in_the_way or present.damaged:
        replace_records(target.store, snapshot.records, progress)
    else:
        put_records(target.store, snapshot.records, progress)
    check_equal(target, snapshot.records)
    changed = differing_keys(snapshot.records, take_snapshot(source.store).records)
    return Migrated(
        len(snapshot.records), copied, backup, replaced, snapshot.damaged, damaged_blobs, tuple(changed)
    )


def _copy_blobs(source: Place, target: Place, progress: Progress | None) -> tuple[int, tuple[str, ...]]:
    """Copy all blobs; one that is damaged stays behind."""
    names = sorted(source.blobs.names())
    damaged = []
    for number, name in enumerate(names, 1):
        try:
            content = source.blobs.get(name)
        except BlobError as error:
            logger.warning("left behind: %s", error)
            damaged.append(name)
            continue
        target.blobs.put(content)  # also one that is there: a sweep must not take it for an old one
        if progress is not None:
            progress("tables", number, len(names))
    return len(names) - len(damaged), tuple(damaged)
