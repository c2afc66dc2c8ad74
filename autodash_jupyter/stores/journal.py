"""An append-only file of checksummed lines: a write costs its own length and one sync.

Each line is ``<xxh3 of the payload, 16 hex digits> <payload>\\n``; the first one's payload is the
header. A write that was cut off by a kill or a full disk leaves an incomplete last line, which is
never taken for a record, and which the next writer cuts away.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import xxhash

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.durable_files import replace_file

__all__ = ["Journal", "Lines", "read_lines", "to_line"]

VERSION = 1
HEADER = json.dumps({"autodash_journal": VERSION})


@dataclass(frozen=True, slots=True)
class Lines:
    """What a stretch of a journal holds.

    ``length`` is in bytes up to the end of the last good line; ``damaged`` counts the complete
    lines, before and after it, whose checksum doesn't fit.
    """

    payloads: tuple[str, ...]
    length: int
    damaged: int


def to_line(payload: str) -> bytes:
    """Return a payload (ASCII, without a line break) as a line.

    >>> to_line('["a"]')
    b'3e2f547f15304b87 ["a"]\\n'
    """
    if "\n" in payload:
        msg = "a payload is one line"
        raise ValueError(msg)
    data = payload.encode("ascii")
    return xxhash.xxh3_64_hexdigest(data).encode("ascii") + b" " + data + b"\n"


def read_lines(data: bytes) -> Lines:
    """Return the payloads of all good lines in ``data``.

    >>> read_lines(to_line("[1]") + b"damaged" + to_line("[2]") + to_line("[3]") + b"cut o")
    Lines(payloads=('[1]', '[3]'), length=70, damaged=1)
    """
    payloads, position, length, damaged = [], 0, 0, 0
    while (end := data.find(b"\n", position)) >= 0:
        checksum, _, payload = data[position:end].partition(b" ")
        position = end + 1
        if payload.isascii() and checksum == xxhash.xxh3_64_hexdigest(payload).encode("ascii"):
            payloads.append(payload.decode("ascii"))
            length = position
        else:
            damaged += 1
    return Lines(tuple(payloads), length, damaged)


class Journal:
    """The journal in one file. It keeps no state: its caller holds the lock and knows the end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def restart(self) -> int:
        """Replace the file, if any, by a journal without records; return its length."""
        line = to_line(HEADER)
        replace_file(self.path, line)
        return len(line)

    def has_records(self, end: int) -> bool:
        """Tell whether a journal of ``end`` bytes holds more than its header."""
        return end > len(to_line(HEADER))

    def append(self, payload: str, end: int) -> int:
        """Write a line at ``end``, over whatever was torn there, sync it, and return the new end.

        Raises ``OSError`` with the file as it was up to ``end``.
        """
        line = to_line(payload)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        try:
            if os.fstat(descriptor).st_size > end:
                os.ftruncate(descriptor, end)
            try:
                _write_all(descriptor, line)
                os.fsync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, end)
                raise
        finally:
            os.close(descriptor)
        return end + len(line)

    def read(self, start: int = 0) -> Lines:
        """Return the records from byte ``start`` on; none where there is no file.

        Raises ``ContextStoreError`` for a file that is no journal, or a newer version's.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                data = file.read()
        except FileNotFoundError:
            return Lines((), 0, 0)
        lines = read_lines(data)
        return lines if start or not data else self._without_header(lines)

    def _without_header(self, lines: Lines) -> Lines:
        header = _parse_header(lines.payloads[0]) if lines.payloads else None
        if header is not None and header > VERSION:
            msg = f"{self.path} is of a newer version of AutoDash: update autodash-jupyter to read it"
            raise ContextStoreError(msg)
        if header is not None:
            return Lines(lines.payloads[1:], lines.length, lines.damaged)
        if not lines.payloads:  # not one line is ours: cutting it away might destroy something
            msg = f"{self.path} is no journal of AutoDash, or damaged: move it away to go on without it"
            raise ContextStoreError(msg)
        return lines  # the header itself is damaged, and counted; the records are good


def _parse_header(payload: str) -> int | None:
    header = json.loads(payload)
    return header.get("autodash_journal") if isinstance(header, dict) else None


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
