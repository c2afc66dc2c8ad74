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
from collections.abc import Iterable, Mapping
from typing import Any

from autodash_jupyter.blobs.protocol import Piece
from autodash_jupyter.errors import BlobError

__all__ = ["pickle_one", "pickle_slots", "read_signed", "sign"]

FIRST_LINE = b"autodash-frame 2 pickle\n"
SIGNATURE_LENGTH = 32  # bytes

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

    ``None`` where a value holds ``owner`` itself, so that all of it must be pickled together.
    Raises ``BlobError`` for a value without a pickle.

    >>> shared = [1]
    >>> [slots for slots, _ in pickle_slots({"a": [shared], "b": [[1]], "c": [shared]}, None)]
    [['a', 'c'], ['b']]
    """
    alone = {slot: _pickle({slot: value}, slot) for slot, value in values.items()}
    reached = {slot: set(_shareable(memo.values())) for slot, (_, memo) in alone.items()}
    if any(id(owner) in objects for objects in reached.values()):
        return None
    groups = _groups_that_overlap(reached)
    return [
        (
            slots,
            alone[slots[0]][0]
            if len(slots) == 1
            else pickle_one({slot: values[slot] for slot in slots}, slots[0]),
        )
        for slots in groups
    ]


def _pickle(value: object, what: str) -> tuple[bytes, dict[int, tuple[int, Any]]]:
    """Return a pickle, and the objects it holds by their identity; they live as long as the result."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=5)
    try:
        pickler.dump(value)
    except Exception as error:  # objects run their own code when they are pickled
        msg = f"{what} can't be stored ({type(error).__name__}): it holds objects that only live in memory"
        raise BlobError(msg) from error
    return file.getvalue(), pickler.memo.copy()


def _shareable(entries: Iterable[tuple[int, Any]]) -> Iterable[int]:
    import numpy as np
    import pandas as pd

    unshared = (*UNSHARED, np.dtype, np.generic, pd.api.extensions.ExtensionDtype)
    return (
        id(held) for _, held in entries if not isinstance(held, unshared) and not _is_function(type(held))
    )


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
