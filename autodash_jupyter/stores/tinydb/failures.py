"""What to say, and to do next, when a file of the store can't be used."""

from __future__ import annotations

import errno
from pathlib import Path

from autodash_jupyter.errors import ContextStoreError

__all__ = ["file_failure"]

IN_THE_WAY = frozenset({errno.EISDIR, errno.EINVAL, errno.ELOOP, errno.ENOTDIR})
"""Something that is no file, or a link, has the place of a file."""

REMEDIES = {
    errno.ENOSPC: "free some space on the disk and try again; what was stored before is safe",
    errno.EDQUOT: "free some of your disk quota and try again; what was stored before is safe",
    errno.EACCES: "give yourself the right to, or set AUTODASH_HOME to another folder",
    errno.EPERM: "give yourself the right to, or set AUTODASH_HOME to another folder",
    errno.EROFS: "set AUTODASH_HOME to a folder on a disk that can be written",
}


def file_failure(action: str, path: Path, error: OSError) -> ContextStoreError:
    """Return what to raise where the file at ``path`` can't be read or written.

    >>> print(file_failure("write", Path("context.json"), OSError(errno.EROFS, "Read-only")))
    can't write context.json: Read-only; set AUTODASH_HOME to a folder on a disk that can be written
    """
    remedy = REMEDIES.get(error.errno or 0, "see whether the disk is there and sound")
    if error.errno in IN_THE_WAY:
        remedy = f"move {error.filename or path} away, or set AUTODASH_HOME to another folder"
    return ContextStoreError(f"can't {action} {path}: {error.strerror or error}; {remedy}")
