"""Bytes cut into chunks, for a medium that takes no more at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodash_jupyter.blobs.protocol import Piece

__all__ = ["chunked"]


def chunked(pieces: Sequence[Piece], size: int) -> Iterator[bytes]:
    """Cut pieces, taken as one, into chunks of ``size`` bytes and a rest.

    >>> list(chunked([b"pen", b"guins"], 5))
    [b'pengu', b'ins']
    """
    waiting: list[memoryview] = []
    room = size
    for piece in pieces:
        rest = memoryview(piece).cast("B")
        while len(rest):
            waiting.append(rest[:room])
            room -= len(waiting[-1])
            rest = rest[len(waiting[-1]) :]
            if not room:
                yield b"".join(waiting)
                waiting, room = [], size
    if waiting:
        yield b"".join(waiting)
