"""Removes the blobs that nothing names any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autodash_jupyter.blobs.manifest import referenced_blobs
from autodash_jupyter.blobs.protocol import BlobStore

__all__ = ["SweepReport", "sweep"]

GRACE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did: blobs removed, bytes freed (leftovers of killed writers too), blobs kept."""

    removed: int
    bytes_freed: int
    kept: int


def sweep(
    blobs: BlobStore, roots: Iterable[str], *, older_than_seconds: float = GRACE_SECONDS
) -> SweepReport:
    """Remove every blob that no root names, itself or as a part, and what killed writers left behind.

    Never what was put, or put again, within the last ``older_than_seconds``: another process may be
    about to name it. So the roots may be gathered while others write, and a sweep may be killed at
    any moment. A root that is missing names nothing. Raises ``BlobError``, having removed nothing,
    where a root can't be read, for then its parts aren't known.

    >>> from autodash_jupyter.blobs import InMemoryBlobStore, save_object
    >>> blobs = InMemoryBlobStore()
    >>> kept, dropped = save_object(blobs, [1], b"key"), save_object(blobs, [2], b"key")
    >>> report = sweep(blobs, [kept], older_than_seconds=0)
    >>> report.removed, report.kept, dropped in blobs
    (1, 1, False)
    """
    named: set[str] = set()
    for root in set(roots):
        if root in blobs:
            named |= referenced_blobs(blobs, root)
    removed = bytes_freed = kept = 0
    for name in blobs.names():
        freed = None if name in named else blobs.delete_older(name, older_than_seconds)
        if freed is None:
            kept += 1
        else:
            removed += 1
            bytes_freed += freed
    bytes_freed += blobs.delete_leftovers(older_than_seconds)
    return SweepReport(removed, bytes_freed, kept)
