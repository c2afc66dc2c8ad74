"""Compressed files, opened by their content: gzip, bzip2, xz and zstd, whole or not at all, and never
endless."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, Any, cast

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.progress import Progress
from autodash_jupyter.regular_files import open_regular

__all__ = ["COMPRESSED_SUFFIXES", "compression_of", "open_bytes"]

COMPRESSED_SUFFIXES = {
    ".gz": "gzip",
    ".gzip": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".zst": "zstd",
    ".zstd": "zstd",
}
SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
SURELY_HARMLESS_BYTES = 1 << 30
MOST_TIMES_ITS_SIZE = 300
TOO_MUCH = f"it unpacks to more than {MOST_TIMES_ITS_SIZE} times its size; unpack it yourself if you trust it"


def compression_of(head: bytes) -> str:
    """Return how a file that begins like this is compressed, ``""`` if it isn't.

    >>> compression_of(b"\\x1f\\x8b\\x08")
    'gzip'
    """
    return next((name for signature, name in SIGNATURES if head.startswith(signature)), "")


def open_bytes(path: Path, progress: Progress | None = None) -> IO[bytes]:
    """Open a regular file for reading bytes, through its compression where its first bytes tell of one.

    A compressed file that was cut off raises while it is read, as does one that unpacks to hundreds of times
    its size and more than a gigabyte (``SourceError``). ``progress`` is told of the file's bytes.
    """
    raw = open_regular(path)
    stream = io.BufferedReader(raw if progress is None else _Watched(raw, progress))
    compression = compression_of(stream.peek(8))
    if not compression:
        return stream
    return cast("IO[bytes]", io.BufferedReader(_Bounded(_unpacked(stream, compression), path.stat().st_size)))


def _unpacked(stream: IO[bytes], compression: str) -> Any:
    # Each of these checks lengths and sums: what was cut off raises instead of ending early.
    if compression == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=stream, mode="rb")
    if compression == "bzip2":
        import bz2

        return bz2.BZ2File(stream)
    if compression == "xz":
        import lzma

        return lzma.LZMAFile(stream)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")


class _Watched(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: io.FileIO, progress: Progress) -> None:
        self._file, self._progress, self._done = file, progress, 0
        self._total = os.fstat(file.fileno()).st_size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer) or 0
        self._done += count
        self._progress(self._done, self._total)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Bounded(io.RawIOBase):
    """What an archive unpacks to, up to where it can only be meant to fill the memory."""

    def __init__(self, stream: Any, packed_bytes: int) -> None:
        self._stream = stream
        self._left = max(SURELY_HARMLESS_BYTES, MOST_TIMES_ITS_SIZE * packed_bytes)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            msg = TOO_MUCH
            raise SourceError(msg)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
