"""The small blob that says what a stored object is made of, and which blobs hold its parts.

Its first line is ``autodash-frame 2 manifest``, its second strict JSON, and the rest are parts too
small for blobs of their own. The JSON's ``parts`` is a list; everything else in it names parts by
their position there. It is not signed, so it may come from anybody: it can only name Arrow streams,
which execute nothing, plain memory, and pickles that carry a signature of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs import version_one
from autodash_jupyter.blobs.protocol import BlobStore, Piece, content_hash
from autodash_jupyter.blobs.streams import LoadedColumn, compression_for, read_stream, stream_of
from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from autodash_jupyter.blobs.protocol import Batch

__all__ = ["Manifest", "PartWriter", "known_parts", "parse_manifest", "referenced_blobs"]

MAGIC = b"autodash-frame "
FIRST_LINE = b"autodash-frame 2 manifest\n"
VERSION = 2
LARGEST_INSIDE = 1 << 14  # bytes; a file of its own costs more than these bytes written again


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a stored object is made of; its Arrow columns by position, each read when it is asked for."""

    blobs: BlobStore
    content: dict[str, Any]
    tail: memoryview

    def __getitem__(self, position: int) -> LoadedColumn:
        return read_stream(self.memory(position))

    def memory(self, position: int) -> NDArray[np.uint8]:
        """Return the bytes of a part, to write to; ``BlobError`` where its blob is missing or damaged."""
        import numpy as np

        part = self.content["parts"][position]
        if "blob" in part:
            return self.blobs.get_array(part["blob"])
        start, length = part["at"]
        if not 0 <= start <= start + length <= len(self.tail):
            msg = "a part that leads outside"
            raise ValueError(msg)
        return np.frombuffer(self.tail[start : start + length], np.uint8).copy()


def parse_manifest(blobs: BlobStore, data: bytes) -> Manifest:
    """Return the manifest in these bytes; ``BlobError`` where they are none, damaged, or too new."""
    if not data.startswith(FIRST_LINE):
        raise BlobError(_why_not(data))
    end = data.find(b"\n", len(FIRST_LINE))
    try:
        content = json.loads(data[len(FIRST_LINE) : end] if end >= 0 else b"")
        parts = [part.get("blob", "") for part in content["parts"]]
        if not isinstance(content, dict) or not all(isinstance(part, str) for part in parts):
            raise BlobError(_DAMAGED)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BlobError(_DAMAGED) from error
    return Manifest(blobs, content, memoryview(data)[end + 1 :])


def referenced_blobs(blobs: BlobStore, name: str) -> set[str]:
    """Return the names of all blobs that a stored object needs, its own among them.

    Raises ``BlobError`` where that can't be told, for the blob is missing, damaged or of a newer version.

    >>> from autodash_jupyter.blobs import InMemoryBlobStore, save_frame
    >>> import numpy as np, pandas as pd
    >>> blobs = InMemoryBlobStore()
    >>> name = save_frame(blobs, pd.DataFrame({"a": np.arange(9_999), "b": np.arange(9_999)}), b"key")
    >>> len(referenced_blobs(blobs, name))
    2
    """
    data = blobs.get(name)
    if data.startswith((version_one.ARROW, version_one.PICKLE)):
        return {name}
    return {name, *(part["blob"] for part in parse_manifest(blobs, data).content["parts"] if "blob" in part)}


def known_parts(blobs: BlobStore, name: str | None) -> dict[str, dict[str, Any]]:
    """Return the parts of an earlier save by the hash of their plain stream; none where it can't be read."""
    if name is None:
        return {}
    try:
        parts = parse_manifest(blobs, blobs.get(name)).content["parts"]
        return {part.get("plain", part["blob"]): part for part in parts if "blob" in part}
    except BlobError:
        return {}


class PartWriter:
    """Writes the parts of one object, equal ones once, and then its manifest."""

    def __init__(self, blobs: BlobStore, batch: Batch, known: dict[str, dict[str, Any]]) -> None:
        self._blobs = blobs
        self._batch = batch
        self._known = dict(known)
        self._checked: set[str] = set()
        self._parts: list[dict[str, Any]] = []
        self._tail: list[Piece] = []

    def add_column(self, values: pa.ChunkedArray) -> int:
        """Write an Arrow column, compressed if that is worth it; return its position."""
        pieces = stream_of(values, None)
        plain = content_hash(*pieces)
        if self._is_there(plain):
            self._parts.append(self._known[plain])
            return len(self._parts) - 1
        compression = compression_for(values)
        if compression is None:
            return self.add(pieces, plain)
        return self.add(stream_of(values, compression), plain)

    def add(self, pieces: Sequence[Piece], plain: str | None = None) -> int:
        """Write a part that is not to be compressed, or already is; return its position."""
        size = sum(memoryview(piece).nbytes for piece in pieces)
        if size <= LARGEST_INSIDE:
            part: dict[str, Any] = {"at": [sum(map(len, self._tail)), size]}
            self._tail.append(b"".join(pieces))
        else:
            part = {"blob": self._batch.put(pieces), "size": size}
            if plain not in (None, part["blob"]):
                part["plain"] = plain
        if plain is not None:
            self._known[plain] = part
            self._checked.add(plain)
        self._parts.append(part)
        return len(self._parts) - 1

    def finish(self, content: dict[str, Any]) -> str:
        """Write the manifest and return its name."""
        text = json.dumps({**content, "parts": self._parts}, separators=(",", ":"), allow_nan=False)
        return self._batch.put([FIRST_LINE, text.encode("ascii"), b"\n", *self._tail])

    def _is_there(self, plain: str) -> bool:
        """Tell whether an equal column is stored already, and keep it from being swept."""
        if plain not in self._checked and plain in self._known:
            part = self._known[plain]
            try:
                if self._blobs.renew(part["blob"], part["size"]):
                    self._checked.add(plain)
            except (BlobError, KeyError):  # of a manifest that somebody else wrote
                return False
        return plain in self._checked


_DAMAGED = "a stored frame is damaged: load its source again"


def _why_not(data: bytes) -> str:
    words = data[:64].partition(b"\n")[0].split(b" ")
    if not data.startswith(MAGIC) or len(words) < 3 or not words[1].isdigit():
        return "this blob holds no frame"
    if int(words[1]) > VERSION:
        return "a stored frame was written by a newer version of AutoDash: update autodash-jupyter to read it"
    return _DAMAGED
