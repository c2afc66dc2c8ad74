"""Lines that carry a checksum: what an append-only file is made of, so that a torn or damaged one is noticed.

Each line is ``<xxh3 of the payload, 16 hex digits> <payload>\\n``. A write that was cut off leaves an
incomplete last line, which is never taken for one.
"""

from __future__ import annotations

from dataclasses import dataclass

import xxhash

__all__ = ["Lines", "read_lines", "to_line"]


@dataclass(frozen=True, slots=True)
class Lines:
    """What a stretch of such a file holds.

    ``length`` is in bytes up to the end of the last good line; ``damaged`` are the complete lines,
    before and after it, whose checksum doesn't fit.
    """

    payloads: tuple[str, ...] = ()
    length: int = 0
    damaged: tuple[bytes, ...] = ()


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
    Lines(payloads=('[1]', '[3]'), length=70, damaged=(b'damaged3361dd410dcf6af6 [2]',))
    """
    payloads: list[str] = []
    damaged: list[bytes] = []
    position = length = 0
    while (end := data.find(b"\n", position)) >= 0:
        line = data[position:end]
        checksum, _, payload = line.partition(b" ")
        position = end + 1
        if payload.isascii() and checksum == xxhash.xxh3_64_hexdigest(payload).encode("ascii"):
            payloads.append(payload.decode("ascii"))
            length = position
        else:
            damaged.append(line)
    return Lines(tuple(payloads), length, tuple(damaged))
