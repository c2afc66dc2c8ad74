"""Blobs that live and die with the process, for stores that do."""

from __future__ import annotations

from autodash_jupyter.blobs.protocol import content_hash
from autodash_jupyter.errors import BlobError

__all__ = ["InMemoryBlobStore"]


class InMemoryBlobStore:
    """Bytes in memory under the hash of their content.

    >>> blobs = InMemoryBlobStore()
    >>> blobs.get(blobs.put(b"penguins"))
    b'penguins'
    """

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; doing it again changes nothing."""
        blob = content_hash(data)
        self._blobs[blob] = bytes(data)
        return blob

    def get(self, blob: str) -> bytes:
        """Return the bytes of that name; ``BlobError`` where there are none."""
        try:
            return self._blobs[blob]
        except KeyError:
            msg = f"blob {blob} is missing: load the dataset's source again"
            raise BlobError(msg) from None

    def delete(self, blob: str) -> None:
        """Forget the bytes of that name; it is no error if there are none."""
        self._blobs.pop(blob, None)

    def __contains__(self, blob: object) -> bool:
        return blob in self._blobs
