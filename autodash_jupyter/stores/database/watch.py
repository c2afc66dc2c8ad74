"""Sees at once whether anybody wrote to a file of SQLite."""

from __future__ import annotations

import os
import sqlite3
import threading
from itertools import count
from pathlib import Path

__all__ = ["FileWatch", "file_identity"]


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return which file is at a path, ``None`` where there is none; ``OSError`` where that can't be told."""
    try:
        status = os.stat(path)  # noqa: PTH116 - before each call, and twice as fast as Path.stat
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


class FileWatch:
    """Asks SQLite whether the file changed, in microseconds: that is a look at memory it shares.

    It keeps a connection of its own that never writes, since SQLite answers for all connections but the
    one that asks. What it tells can be compared only while that connection stays, so it is numbered.
    A token ends with the number that ``query`` selects, asked for only where the file changed.

    >>> watch = FileWatch(getfixture("tmp_path") / "context.db", "SELECT 7")
    >>> watch.token() == watch.token(), watch.token()[-1]
    (True, 7)
    """

    def __init__(self, path: Path, query: str) -> None:
        self._path, self._query = path, query
        self._mutex = threading.Lock()
        self._numbers = count()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] = (0, 0)
        self._token: tuple[object, ...] = ()
        self._left_to_parent: list[sqlite3.Connection] = []

    def token(self) -> tuple[object, ...]:
        """Return what is equal as long as nobody wrote; ``sqlite3.Error`` where the file can't be read."""
        with self._mutex:
            if self._connection is None or self._opened[0] != os.getpid():
                self._open()
            assert self._connection is not None
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            if self._token[:-1] != (*self._opened, version):
                # Asked for after the version: a write in between makes another token, and none is missed.
                number = self._connection.execute(self._query).fetchone()
                self._token = (*self._opened, version, number and number[0])
            return self._token

    def close(self) -> None:
        """Let go of the connection; may be called twice."""
        with self._mutex:
            if self._connection is not None and self._opened[0] == os.getpid():
                self._connection.close()
                self._connection = None

    def _open(self) -> None:
        if self._connection is not None:  # a forked child leaves its parent's connection to the parent
            self._left_to_parent.append(self._connection)
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._opened = os.getpid(), next(self._numbers)
