"""An append-only file of checked lines: a write costs its own length and one sync.

The first line's payload is the header, which also remembers what the base was that the journal stands
on. A write that was cut off by a kill or a full disk leaves an incomplete last line, which is never taken
for a record, and which the next writer cuts away.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.regular_files import open_regular
from autodash_jupyter.stores.checked_lines import Lines, read_lines, to_line
from autodash_jupyter.stores.durable_files import replace_file, sync_data
from autodash_jupyter.stores.tinydb.held_file import HeldFile

__all__ = ["Journal", "JournalLines"]

logger = logging.getLogger(__name__)

VERSION = 2  # 1 had a header without "base"


@dataclass(frozen=True, slots=True)
class JournalLines(Lines):
    """The lines after the header; ``base`` is what the header remembers of the base."""

    base: Any = None


class Journal:
    """The journal in one file. Its caller holds the lock, and knows the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = HeldFile()  # for writing; opening it anew takes as long as all else but the sync

    def restart(self, base: object) -> int:
        """Replace the file, if any, by a journal without records on this base; return its length."""
        line = to_line(json.dumps({"autodash_journal": VERSION, "base": base}))
        self._file.close()  # Windows replaces no open file
        replace_file(self.path, line)
        return len(line)

    def append(self, payload: str, end: int, inode: int) -> int:
        """Write a line at ``end``, over whatever was torn there, sync it, and return the new end.

        ``inode`` is that of the file at the path now. Raises ``OSError``, with the file as it was up to
        ``end``.
        """
        line = to_line(payload)
        if (torn := self._open(inode) - end) > 0:
            logger.warning("%s: cut off %d bytes of a write that was never finished", self.path, torn)
            os.ftruncate(self._file.descriptor, end)
        try:
            _write_all(self._file.descriptor, line)
            sync_data(self._file.descriptor)
        except BaseException:
            os.ftruncate(self._file.descriptor, end)
            raise
        finally:
            if os.name == "nt":  # nor does it for another process
                self._file.close()
        return end + len(line)

    def read(self, start: int = 0) -> JournalLines:
        """Return the records from byte ``start`` on; none where there is no file.

        Raises ``ContextStoreError`` for a file that is no journal, or a newer version's.
        """
        try:
            with open_regular(self.path) as file:
                file.seek(start)
                data = file.read()
        except FileNotFoundError:
            return JournalLines()
        if start:
            return _as_journal(read_lines(data))
        if not data:  # a new journal gets its name after its header: this one was emptied
            return JournalLines(damaged=(b"",))
        return self._without_header(read_lines(data))

    def close(self) -> None:
        """Close the file, which opens again when it is needed; may be called twice."""
        self._file.close()

    def _open(self, inode: int) -> int:
        """Open the file with this inode, if it isn't, and return its size."""
        status = self._file.status()
        if status is None or status.st_ino != inode:
            self._file.open(self.path, os.O_WRONLY | os.O_APPEND)
            status = os.fstat(self._file.descriptor)
        return status.st_size

    def _without_header(self, lines: Lines) -> JournalLines:
        header = _parse_header(lines.payloads[0]) if lines.payloads else {}
        if header.get("autodash_journal", 0) > VERSION:
            msg = f"{self.path} is of a newer version of AutoDash: update autodash-jupyter to read it"
            raise ContextStoreError(msg)
        if header:
            return JournalLines(lines.payloads[1:], lines.length, lines.damaged, header.get("base"))
        if not lines.payloads:  # not one line is ours: cutting it away might destroy something
            msg = f"{self.path} is no journal of AutoDash, or damaged: move it away to go on without it"
            raise ContextStoreError(msg)
        return _as_journal(lines)  # the header itself is damaged, and counted; the records are good


def _as_journal(lines: Lines) -> JournalLines:
    return JournalLines(lines.payloads, lines.length, lines.damaged)


def _parse_header(payload: str) -> dict[str, Any]:
    try:
        header = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return header if isinstance(header, dict) and isinstance(header.get("autodash_journal"), int) else {}


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
