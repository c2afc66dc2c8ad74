"""A lock that one process holds at a time, on a file beside what it guards.

It is ``filelock``'s own lock, ``flock`` on an open file, and either excludes the other. But ``FileLock``
opens and closes its file at each use, which takes longer than a small write; here it stays open.
Where there is no ``flock`` (Windows, some file systems), ``FileLock`` itself is used.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autodash_jupyter.stores.durable_files import make_private_folder
from autodash_jupyter.stores.tinydb.held_file import HeldFile, identity

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["LockFile"]

SHORTEST_PAUSE = 0.0002  # seconds between two tries; a holder is done within a sync, a millisecond or so
LONGEST_PAUSE = 0.005
IS_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})
HAS_NO_FLOCK = frozenset({errno.ENOSYS, errno.EOPNOTSUPP})


class LockFile:
    """The lock in one file, for one thread at a time: a caller with many threads holds a mutex of its own.

    >>> lock = LockFile(getfixture("tmp_path") / "guarded.lock")
    >>> with lock.held(timeout=1.0):
    ...     pass
    >>> lock.close()
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = HeldFile()
        self._process = 0  # which opened it
        self._has_flock: bool | None = None if fcntl else False  # None: not tried yet

    @contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        """Hold the lock; its file and folder are created where they are missing.

        Raises ``TimeoutError`` after as many seconds, ``OSError`` where there can be no lock.
        """
        if self._has_flock is None:
            self._has_flock = self._can_flock()
        with self._held_by_flock(timeout) if self._has_flock else self._held_by_filelock(timeout):
            yield

    def close(self) -> None:
        """Close the file, which opens again when it is needed; may be called twice."""
        self._file.close()

    @contextmanager
    def _held_by_flock(self, timeout: float) -> Iterator[None]:
        deadline, pause = time.monotonic() + timeout, SHORTEST_PAUSE
        try:
            while not self._try():
                if time.monotonic() > deadline:
                    raise TimeoutError(*self._is_held())
                time.sleep(pause)
                pause = min(pause * 1.5, LONGEST_PAUSE)
            yield
        finally:
            if self._file.status() is not None:
                fcntl.flock(self._file.descriptor, fcntl.LOCK_UN)

    def _try(self) -> bool:
        """Try to lock the file that is at the path now."""
        self._open()
        try:
            fcntl.flock(self._file.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in IS_HELD:
                return False
            raise
        # Somebody may have removed the file or put another in its place, which others then lock.
        if identity(self.path) == self._file.identity:
            return True
        self._file.close()
        return False

    def _can_flock(self) -> bool:
        self._open()
        try:
            fcntl.flock(self._file.descriptor, fcntl.LOCK_UN)
        except OSError as error:
            if error.errno in HAS_NO_FLOCK:
                return False
            raise
        return True

    def _open(self) -> None:
        # A forked child has its parent's open file, and so its lock: it opens one of its own.
        if self._process == os.getpid() and self._file.status() is not None:
            return
        make_private_folder(self.path.parent)
        self._file.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW)
        self._process = os.getpid()

    @contextmanager
    def _held_by_filelock(self, timeout: float) -> Iterator[None]:
        from filelock import FileLock, Timeout

        make_private_folder(self.path.parent)
        lock = FileLock(self.path, timeout=timeout, mode=0o600)
        try:
            lock.acquire(poll_interval=LONGEST_PAUSE)
        except Timeout as error:
            raise TimeoutError(*self._is_held()) from error
        try:
            yield
        finally:
            lock.release()

    def _is_held(self) -> tuple[int, str, str]:
        return errno.ETIMEDOUT, "another process holds the lock", str(self.path)
