"""Blobs in a folder that several stores may use without knowing of each other."""

from __future__ import annotations

from autodash_jupyter.blobs.disk import DiskBlobStore

__all__ = ["SharedBlobStore"]


class SharedBlobStore(DiskBlobStore):
    """Files that are never removed: what one store doesn't need, another may.

    >>> blobs = SharedBlobStore(getfixture("tmp_path") / "blobs")
    >>> name = blobs.put(b"penguins")
    >>> blobs.delete(name)
    >>> blobs.get(name)
    b'penguins'
    """

    def delete(self, blob: str) -> None:
        """Leave the file where it is."""

    def delete_older(self, blob: str, seconds: float) -> None:
        """Leave the file where it is, and return ``None``."""
