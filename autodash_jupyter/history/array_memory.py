"""The memory of numpy arrays: who owns it, its bytes in pieces of 1 MiB, and their fingerprints."""

from __future__ import annotations

from typing import Any

import numpy as np
import xxhash

from autodash_jupyter.history.introspection import inherits

__all__ = [
    "PIECE_BYTES",
    "fingerprint_of",
    "flat_view",
    "is_small_and_plain",
    "memory_of_array",
    "owner_of",
    "pieces_of",
    "plain_view",
    "writing",
]

PIECE_BYTES = 1 << 20

AnyArray = np.ndarray[Any, Any]


def owner_of(values: AnyArray) -> AnyArray:
    """Return the array that owns the memory, following views to their base.

    >>> column = np.zeros((3, 4))
    >>> owner_of(column[1]) is column
    True
    """
    base = values.base
    while base is not None and (type(base) is np.ndarray or inherits(type(base), np.ndarray)):
        values, base = base, base.base
    return values


def plain_view(values: AnyArray) -> AnyArray:
    """Return a view free of any subclass, whose methods are numpy's own."""
    return values if type(values) is np.ndarray else np.ndarray.view(values, np.ndarray)


def fingerprint_of(memory: Any) -> int:
    """Return the hash of contiguous memory; of an object array: of its pointers."""
    return xxhash.xxh3_64_intdigest(memory)


def is_small_and_plain(values: AnyArray) -> bool:
    """Whether an array is one piece that can be hashed as it is."""
    plain = type(values) is np.ndarray and values.dtype.kind in "biufc"
    return plain and values.nbytes <= PIECE_BYTES and values.flags.c_contiguous


def pieces_of(owner: AnyArray) -> list[memoryview]:
    """Return the memory as slices of 1 MiB, without copying where it has no gaps."""
    view = memory_of_array(owner)
    return [view[start : start + PIECE_BYTES] for start in range(0, len(view), PIECE_BYTES)]


def memory_of_array(owner: AnyArray) -> memoryview:
    """Return an array's memory as bytes in the order they lie in; a copy of them where it has gaps.

    >>> memory_of_array(np.array([[1, 2]], dtype=np.uint8)).tolist()
    [1, 2]
    """
    flat = flat_view(plain_view(owner))
    return flat.view(np.uint8).data if flat.nbytes else memoryview(b"")


def flat_view(plain: AnyArray) -> AnyArray:
    """Return an array's elements in one row, in the order they lie in; a copy where memory has gaps."""
    flat = plain.ravel(order="K")
    if flat.base is None and not (plain.flags.c_contiguous or plain.flags.f_contiguous):
        return np.ascontiguousarray(plain).ravel()
    return flat


class writing:  # noqa: N801 - reads as a verb where it is used
    """Make an array writeable for the while of a ``with`` block."""

    def __init__(self, values: AnyArray) -> None:
        self._values = values
        self._locked = not values.flags.writeable

    def __enter__(self) -> None:
        if self._locked:
            self._values.setflags(write=True)

    def __exit__(self, *_: object) -> None:
        if self._locked:
            self._values.setflags(write=False)
