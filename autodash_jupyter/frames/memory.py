"""Whether a file's table would fit into memory, asked before it is read."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.compression import compression_of

__all__ = ["TooLargeError", "bytes_needed", "free_bytes", "require_memory"]


class TooLargeError(SourceError):
    """A table would take more memory than is free; it may be left in its file."""


SMALL_BYTES = 64 << 20
# How many times the file's size its table and the way there take, at the most usual.
TIMES_ITS_SIZE = {
    "parquet": 6.0,
    "feather": 2.5,
    "orc": 6.0,
    "excel": 20.0,
    "json": 8.0,
    "ndjson": 8.0,
    "xml": 12.0,
    "html": 12.0,
}
LEFT_IN_FILES = frozenset({"csv", "tsv", "parquet"})
TIMES_OF_TEXT = 2.5
TIMES_UNPACKED = 6


def bytes_needed(path: Path, file_format: str) -> int:
    """Return about how many bytes of memory it takes to read a file.

    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile(suffix=".csv") as file:
    ...     _ = file.write(b"a,b\\n1,2\\n"); file.flush()
    ...     bytes_needed(Path(file.name), "csv")
    20
    """
    with path.open("rb") as file:
        packed = bool(compression_of(file.read(8)))
    times = TIMES_ITS_SIZE.get(file_format, TIMES_OF_TEXT) * (TIMES_UNPACKED if packed else 1)
    return int(path.stat().st_size * times)


def free_bytes() -> int:
    """Return how many bytes of memory this machine could give."""
    import psutil

    return int(psutil.virtual_memory().available)


def require_memory(path: Path, file_format: str) -> None:
    """Raise ``TooLargeError`` if a file's table would take more memory than is free; says what to do
    instead."""
    if file_format in {"sqlite", "duckdb", "archive"} or path.stat().st_size < SMALL_BYTES:
        return
    needed, free = bytes_needed(path, file_format), free_bytes()
    if needed > free:
        msg = (
            f"its table would take about {needed / 2**30:.1f} GB of memory and "
            f"{free / 2**30:.1f} GB are free; "
            + ("--lazy leaves it in its file" if file_format in LEFT_IN_FILES else "save it as Parquet first")
            + ", or load a part of it"
        )
        raise TooLargeError(msg)
