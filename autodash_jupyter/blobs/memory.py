"""Blobs that live and die with the process, for stores that do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autodash_jupyter.blobs.protocol import Batch, Piece, content_hash
from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["InMemoryBlobStore"]


class InMemoryBlobStore:
    """Bytes in memory under the hash of their content.

    >>> blobs = InMemoryBlobStore()
    >>> blobs.get(blobs.put(b"penguins"))
    b'penguins'
    """

    def __init__(self) -> None:
        self._blobs: dict[str, tuple[bytes, float]] = {}  # the bytes, and when they were put
        self._lock = threading.Lock()
        self._exclusive = threading.Lock()

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; doing it again renews its age."""
        blob = content_hash(data)
        with self._lock:
            self._blobs[blob] = bytes(data), time.monotonic()
        return blob

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Put many blobs; nothing is gained by it here."""
        yield _Joined(self)

    def renew(self, blob: str, size: int) -> bool:
        """Make a blob count as put just now; ``False`` where there is none of ``size`` bytes."""
        with self._lock:
            data, _ = self._blobs.get(blob, (b"", 0.0))
            there = blob in self._blobs and len(data) == size
            if there:
                self._blobs[blob] = data, time.monotonic()
            return there

    def get(self, blob: str) -> bytes:
        """Return the bytes of that name; ``BlobError`` where there are none."""
        try:
            return self._blobs[blob][0]
        except KeyError:
            msg = f"blob {blob} is missing: load the dataset's source again"
            raise BlobError(msg) from None

    def get_array(self, blob: str) -> NDArray[np.uint8]:
        """Return a copy of the bytes of that name, to write to; ``BlobError`` where there are none."""
        import numpy as np

        return np.frombuffer(self.get(blob), np.uint8).copy()

    def delete(self, blob: str) -> None:
        """Forget the bytes of that name; it is no error if there are none."""
        with self._lock:
            self._blobs.pop(blob, None)

    def delete_older(self, blob: str, seconds: float) -> int | None:
        """Forget a blob unless it was put within the last ``seconds``; return the bytes freed or ``None``."""
        with self._lock:
            data, moment = self._blobs.get(blob, (b"", 0.0))
            if blob not in self._blobs or time.monotonic() - moment < seconds:
                return None
            del self._blobs[blob]
            return len(data)

    def delete_leftovers(self, seconds: float) -> int:  # noqa: ARG002 - nothing is ever half-written here
        """Return 0: nothing is ever half-written here."""
        return 0

    def names(self) -> Iterator[str]:
        """Iterate over the names there are now."""
        with self._lock:
            return iter(list(self._blobs))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep out whoever else asks for this; ``put`` and ``get`` go on meanwhile."""
        with self._exclusive:
            yield

    def __contains__(self, blob: object) -> bool:
        return blob in self._blobs


class _Joined:
    """A batch that joins the pieces of each blob and puts it at once."""

    def __init__(self, blobs: InMemoryBlobStore) -> None:
        self._blobs = blobs

    def put(self, pieces: Sequence[Piece]) -> str:
        return self._blobs.put(b"".join(pieces))
