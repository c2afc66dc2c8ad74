"""A file that stays open between uses, and is known to be the same one at the next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

__all__ = ["HeldFile", "Identity", "identity"]

Identity = tuple[int, int]  # device and inode; while a file is open, no other can have its


class HeldFile:
    """A descriptor. Whoever closes all descriptors of a process, as daemons do, closes this one too, and
    its number may then be another file's: it is never used, nor closed, without a look.

    >>> held = HeldFile()
    >>> held.open(getfixture("tmp_path") / "file", os.O_RDWR | os.O_CREAT)
    >>> held.status() is not None
    True
    >>> held.close()
    >>> held.status() is None
    True
    """

    def __init__(self) -> None:
        self.descriptor = -1
        self.identity: Identity | None = None

    def open(self, path: Path, flags: int) -> None:
        """Open the file (mode 0600 where it is created), in place of the one that was open."""
        self.close()
        self.descriptor = os.open(path, flags, 0o600)
        self.identity = identity(self.descriptor)

    def status(self) -> os.stat_result | None:
        """Return what the system says of the file, ``None`` where it isn't open (any more)."""
        if self.descriptor < 0:
            return None
        try:
            status = os.fstat(self.descriptor)
        except OSError:
            return None
        return status if (status.st_dev, status.st_ino) == self.identity else None

    def close(self) -> None:
        """Close the file; may be called twice."""
        is_ours = self.status() is not None
        descriptor, self.descriptor, self.identity = self.descriptor, -1, None
        if is_ours:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()


def identity(file: Path | int) -> Identity | None:
    """Return which file is at a path, or open under a descriptor; ``None`` where there is none."""
    try:
        status = os.stat(file)  # noqa: PTH116 - a path or a descriptor
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EBADF):
            return None
        raise
    return status.st_dev, status.st_ino
