"""Reading files that may have come with somebody's folder: a pipe or a device in their place is refused.

To open a pipe waits for a writer that may never come, and some devices have no end.
"""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO
from pathlib import Path

__all__ = ["open_regular", "read_regular"]

# O_NONBLOCK: a pipe opens at once; O_NOCTTY: a terminal doesn't become ours. Windows has neither.
READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


def open_regular(path: Path) -> FileIO:
    """Open a file to read its bytes; ``OSError`` for what is no regular file, without waiting for it.

    >>> open_regular(Path(os.devnull))
    Traceback (most recent call last):
        ...
    OSError: [Errno 22] it is no regular file: '/dev/null'
    """
    descriptor = os.open(path, READING)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return FileIO(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is no regular file", str(path))


def read_regular(path: Path) -> bytes:
    """Return the bytes of a file; ``OSError`` as ``open_regular``."""
    with open_regular(path) as file:
        return file.read()
