"""The bytes of arrays as blobs, in parts: what didn't change is there already, under the same name.

Where a two-dimensional array has one row in memory for each column of a table, a part is a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash

from autodash_jupyter.errors import BlobError
from autodash_jupyter.history.arrays import PIECE_BYTES, Content, memory_of_array
from autodash_jupyter.history.persistence.pickling import Blobs, StoredBlobs

__all__ = ["StoredBytes", "StoredPieces", "WrittenMeanwhileError", "content_of", "fill", "store"]

_INLINE = 1 << 12
_PART = 4 * PIECE_BYTES
_SMALLEST_ROW, _LARGEST_ROW = 1 << 18, 1 << 24

AnyArray = np.ndarray[Any, Any]


class WrittenMeanwhileError(Exception):
    """The memory of an array was written before it was stored, so it is no longer what was recorded."""


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """Where the bytes of an array are: themselves where they are few, else the names of blobs in order."""

    size: int
    part: int
    blobs: tuple[str, ...]
    inline: bytes = b""

    def chunks(self, blobs: StoredBlobs) -> Iterator[bytes]:
        """Yield the bytes, part by part; raises BlobError where one is missing or damaged."""
        if not self.blobs:
            yield self.inline
        for blob in self.blobs:
            yield blobs.get(blob)


class StoredPieces(Sequence[bytes]):
    """The pieces of a content, read when they are asked for."""

    def __init__(self, stored: StoredBytes, blobs: StoredBlobs) -> None:
        self.stored = stored
        self._blobs = blobs

    def __len__(self) -> int:
        return (self.stored.size + PIECE_BYTES - 1) // PIECE_BYTES

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return tuple(self)[number]
        start = number * PIECE_BYTES
        end = min(start + PIECE_BYTES, self.stored.size)
        if not self.stored.blobs:
            return self.stored.inline[start:end]
        found = b""
        for part in range(start // self.stored.part, -(-end // self.stored.part)):
            data, at = self._blobs.get(self.stored.blobs[part]), part * self.stored.part
            found += data[max(start - at, 0) : end - at]
        return found

    def __iter__(self) -> Iterator[bytes]:
        kept = b""
        for chunk in self.stored.chunks(self._blobs):
            kept = kept + chunk if kept else chunk
            whole = len(kept) - len(kept) % PIECE_BYTES
            for start in range(0, whole, PIECE_BYTES):
                yield kept[start : start + PIECE_BYTES]
            kept = kept[whole:]
        if kept:
            yield kept


def store(owner: AnyArray, content: Content | None, blobs: Blobs) -> StoredBytes:
    """Keep an array's bytes as recorded in ``content``, or as they are where they were only fingerprinted.

    Raises WrittenMeanwhileError where they no longer have the fingerprints recorded.
    """
    if content is not None and content.pieces is not None:
        return _store_pieces(content.pieces, blobs)
    memory = memory_of_array(owner)
    if len(memory) <= _INLINE:
        stored = StoredBytes(len(memory), _PART, (), bytes(memory))
    else:
        part = _part_of(owner)
        names = [blobs.put([memory[at : at + part]]) for at in range(0, len(memory), part)]
        stored = StoredBytes(len(memory), part, tuple(names))
    if content is not None and fingerprints(memory) != content.fingerprints:
        raise WrittenMeanwhileError
    return stored


def _store_pieces(pieces: Sequence[bytes], blobs: Blobs) -> StoredBytes:
    if isinstance(pieces, StoredPieces):
        return pieces.stored
    size = sum(map(len, pieces))
    if size <= _INLINE:
        return StoredBytes(size, _PART, (), b"".join(pieces))
    each = _PART // PIECE_BYTES
    names = [blobs.put(list(pieces[at : at + each])) for at in range(0, len(pieces), each)]
    return StoredBytes(size, _PART, tuple(names))


def _part_of(owner: AnyArray) -> int:
    row = owner.nbytes // owner.shape[0] if owner.ndim == 2 and owner.flags.c_contiguous else 0
    return row if _SMALLEST_ROW <= row <= _LARGEST_ROW else _PART


def fingerprints(memory: memoryview) -> tuple[int, ...]:
    """Return the fingerprint of each piece of memory."""
    starts = range(0, len(memory), PIECE_BYTES)
    return tuple(xxhash.xxh3_64_intdigest(memory[at : at + PIECE_BYTES]) for at in starts)


def fill(owner: AnyArray, stored: StoredBytes, blobs: StoredBlobs) -> Content:
    """Put stored bytes into a new array; raises BlobError where they are missing, damaged, or don't fit."""
    locked = not owner.flags.writeable
    if locked:
        owner.setflags(write=True)
    memory, at = memory_of_array(owner), 0
    if len(memory) != stored.size:
        msg = "a stored array doesn't fit its description"
        raise BlobError(msg)
    for chunk in stored.chunks(blobs) if stored.size else ():
        memory[at : at + len(chunk)] = chunk
        at += len(chunk)
    if locked:
        owner.setflags(write=False)
    return Content(fingerprints(memory), StoredPieces(stored, blobs))  # type: ignore[arg-type]  # as below


def content_of(stored: StoredBytes, blobs: StoredBlobs) -> Content:
    """Return the content of stored bytes: their fingerprints, and pieces that are read when needed."""
    pieces = StoredPieces(stored, blobs)
    found = tuple(map(xxhash.xxh3_64_intdigest, pieces))
    return Content(found, pieces)  # type: ignore[arg-type]  # a sequence of bytes as a tuple is
