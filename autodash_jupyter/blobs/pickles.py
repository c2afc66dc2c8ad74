"""What only pickle can keep: signed, and as little of it together as keeps shared objects shared.

Unpickling can execute anything. So a pickle carries HMAC-SHA256 over its first line and itself, which
is checked before, and only what was signed with the reader's own key is read.
"""

from __future__ import annotations

import datetime
import decimal
import hashlib
import hmac
import io
import pickle
import types
import uuid
from collections.abc import Mapping
from typing import Any

from autodash_jupyter.blobs.protocol import Piece
from autodash_jupyter.errors import BlobError

__all__ = ["pickle_one", "pickle_slots", "read_signed", "sign"]

FIRST_LINE = b"autodash-frame 2 pickle\n"
SIGNATURE_LENGTH = 32  # bytes
MOST_SEARCHED = 1 << 20  # bytes; to look for shared objects in more takes longer than pickling it all again

# Whether two columns hold the same one of these, nobody can tell from what they do.
UNSHARED = (
    *(type(None), str, bytes, bool, int, float, complex, tuple, frozenset, type),
    *(types.BuiltinFunctionType, decimal.Decimal, uuid.UUID),
    *(datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo),
)


def sign(pickled: bytes, key: bytes) -> list[Piece]:
    """Return the pieces of a blob that ``read_signed`` trusts, given the same key."""
    return [FIRST_LINE, _signature(pickled, key), pickled]


def read_signed(blob: Piece, key: bytes) -> Any:
    """Return the object of a signed pickle; ``BlobError`` where the signature is not ours.

    >>> read_signed(b"".join(sign(pickle_one([1, 2]), b"key")), b"key")
    [1, 2]
    >>> read_signed(b"".join(sign(pickle_one([1, 2]), b"key")), b"another key")
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.BlobError: it was signed by another installation, or changed since; ...
    """
    data = memoryview(blob)
    start = len(FIRST_LINE) + SIGNATURE_LENGTH
    signature, pickled = data[len(FIRST_LINE) : start], data[start:]
    if data[: len(FIRST_LINE)] != FIRST_LINE or not hmac.compare_digest(signature, _signature(pickled, key)):
        msg = (
            "it was signed by another installation, or changed since; it is not read, for that could run "
            "anything: load its source again, or share AUTODASH_SIGNING_KEY"
        )
        raise BlobError(msg)
    try:
        return pickle.loads(pickled)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        msg = (
            f"it can't be read ({type(error).__name__}: {reason}): the class of some of its objects is not "
            "what it was; define or import it as before and try again"
        )
        raise BlobError(msg) from error


def pickle_one(value: object, what: str = "this") -> bytes:
    """Return a value's pickle; ``BlobError`` that names ``what`` where it has none."""
    return _pickle(value, what)[0]


def pickle_slots(values: Mapping[str, Any], owner: object) -> list[tuple[list[str], bytes]] | None:
    """Return pickles of dicts, each with its slots: one for each value, but one for all that share objects.

    Where there is much to pickle, all of it goes into one.
    ``None`` where a value holds ``owner`` itself, so that all of it must be pickled together.
    Raises ``BlobError`` for a value without a pickle.

    >>> shared = [1]
    >>> [slots for slots, _ in pickle_slots({"a": [shared], "b": [[1]], "c": [shared]}, None)]
    [['a', 'c'], ['b']]
    """
    alone: dict[str, tuple[bytes, _Watching]] = {}
    try:
        for slot, value in values.items():
            alone[slot] = _pickle({slot: value}, slot, owner)
    except _HoldsOwner:
        return None
    if len(alone) == 1:
        return [([slot], pickled) for slot, (pickled, _) in alone.items()]
    if sum(len(pickled) for pickled, _ in alone.values()) > MOST_SEARCHED:
        return [(list(values), _together(list(values), values))]
    groups = _groups_that_overlap({slot: _shareable(pickler) for slot, (_, pickler) in alone.items()})
    return [(slots, alone[slots[0]][0] if len(slots) == 1 else _together(slots, values)) for slots in groups]


class _HoldsOwner(Exception):  # noqa: N818 - a signal inside this file
    """A value holds the object of which it is a part."""


class _Watching(pickle.Pickler):
    """A pickler that stops where it meets ``owner``; its memo keeps what it met alive."""

    def __init__(self, file: io.BytesIO, owner: object) -> None:
        super().__init__(file, protocol=5)
        self._owner = owner

    def reducer_override(self, obj: object) -> Any:
        if obj is self._owner and obj is not None:
            raise _HoldsOwner
        return NotImplemented


def _pickle(value: object, what: str, owner: object = None) -> tuple[bytes, _Watching]:
    file = io.BytesIO()
    pickler = _Watching(file, owner)
    try:
        pickler.dump(value)
    except _HoldsOwner:
        raise
    except Exception as error:  # objects run their own code when they are pickled
        msg = f"{what} can't be stored ({type(error).__name__}): it holds objects that only live in memory"
        raise BlobError(msg) from error
    return file.getvalue(), pickler


def _together(slots: list[str], values: Mapping[str, Any]) -> bytes:
    return pickle_one({slot: values[slot] for slot in slots}, slots[0])


def _shareable(pickler: _Watching) -> set[int]:
    """Return the identities of the objects in a pickle that another pickle may hold as well."""
    import numpy as np
    import pandas as pd

    unshared = (*UNSHARED, np.dtype, np.generic, pd.api.extensions.ExtensionDtype)
    matters: dict[type, bool] = {}
    found = set()
    for _, held in pickler.memo.copy().values():
        kind = type(held)
        if kind not in matters:
            matters[kind] = not issubclass(kind, unshared) and not _is_function(kind)
        if matters[kind]:
            found.add(id(held))
    return found


def _is_function(kind: type) -> bool:
    """Tell whether objects of a class are functions, compiled ones too: pickled by name alone."""
    return hasattr(kind, "__get__") and hasattr(kind, "__call__")  # noqa: B004 - of the class, not of its objects


def _groups_that_overlap(reached: Mapping[str, set[int]]) -> list[list[str]]:
    groups: list[tuple[list[str], set[int]]] = []
    for slot, objects in reached.items():
        slots, together = [slot], set(objects)
        for other in [group for group in groups if not group[1].isdisjoint(objects)]:
            groups.remove(other)
            slots, together = other[0] + slots, other[1] | together
        groups.append((slots, together))
    return sorted(slots for slots, _ in groups)


def _signature(pickled: Piece, key: bytes) -> bytes:
    signature = hmac.new(key, FIRST_LINE, hashlib.sha256)
    signature.update(pickled)
    return signature.digest()
