"""Whether a file's table would fit into memory, asked before it is read."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.compression import compression_of

__all__ = ["bytes_needed", "require_memory"]

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


def require_memory(path: Path, file_format: str) -> None:
    """Raise ``SourceError`` if a file's table would take more memory than is free; says what to do
    instead."""
    if file_format in {"sqlite", "duckdb", "archive"} or path.stat().st_size < SMALL_BYTES:
        return
    import psutil

    needed, free = bytes_needed(path, file_format), psutil.virtual_memory().available
    if needed > free:
        msg = (
            f"its table would take about {needed / 2**30:.1f} GB of memory and "
            f"{free / 2**30:.1f} GB are free; "
            "--lazy loads it without reading it, or load a part of it"
        )
        raise SourceError(msg)
