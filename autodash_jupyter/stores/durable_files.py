"""Files replaced whole or not at all, and on the disk before the call returns.

A rename is atomic, but only once the new file's bytes are on the disk may it take the old one's
name; and the rename itself is kept only when the folder is synced as well.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "make_private_folder",
    "remove_leftovers",
    "replace_file",
    "replacement_of",
    "sync_data",
    "sync_folder",
]


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` under ``path`` (mode 0600), atomically and durably; ``OSError`` leaves the old file."""
    with replacement_of(path) as file:
        file.write(data)


@contextmanager
def replacement_of(path: Path) -> Iterator[IO[bytes]]:
    """Write what takes the place of ``path`` (mode 0600) when the block ends, atomically and durably.

    Whatever is raised in the block, or an ``OSError``, leaves the old file.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_data(descriptor: int) -> None:
    """Return when what was written is on the disk, and the file's new length with it.

    ``fdatasync`` is enough for both: it leaves out only what isn't needed to read the data back, the times.
    """
    if hasattr(fcntl, "F_FULLFSYNC"):  # on macOS, fsync leaves the data in the drive's own cache
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    elif hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)


def remove_leftovers(path: Path) -> None:
    """Remove what killed ``replace_file`` calls for ``path`` left; only while nobody else replaces it."""
    for leftover in path.parent.glob(f".{escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in ``folder`` durable."""
    if os.name == "nt":  # Windows can't open a folder, and writes names through by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` and its parents (mode 0700) where they are missing."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
