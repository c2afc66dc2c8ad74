"""What is stored of one step: the records of the objects that differ, signed.

Reading unpickles nothing that this installation did not sign, and no object: only bytes in a dict.
"""

from __future__ import annotations

import hashlib
import hmac
import pickle
from dataclasses import dataclass

from autodash_jupyter.errors import BlobError
from autodash_jupyter.history.persistence.records import Record

__all__ = ["Payload", "checked", "decode", "encode", "signed"]

_MAGIC = b"autodash-history 1\n"
_SIGNATURE = 32  # bytes


@dataclass(frozen=True, slots=True)
class Payload:
    """Records by number (None: no longer reachable), and the bindings: for each name a pickled value.

    ``names`` says what each binding refers to: the number of its object, None where it is a value itself;
    ``lost`` why a variable is not kept, ``blobs`` are the names of large values.
    """

    records: dict[int, Record | None]
    bindings: dict[str, bytes]
    names: dict[str, int | None]
    lost: dict[str, str]
    blobs: tuple[str, ...] = ()


def encode(payload: Payload, key: bytes) -> bytes:
    """Return a payload as signed bytes.

    >>> decode(encode(Payload({}, {}, {}, {}), b"key"), b"key").records
    {}
    """
    records = {serial: record and tuple(record) for serial, record in payload.records.items()}
    data = pickle.dumps((records, payload.bindings, payload.names, payload.lost, payload.blobs), protocol=5)
    return signed(data, key)


def signed(data: bytes, key: bytes) -> bytes:
    """Return bytes with the signature ``checked`` looks for."""
    return _MAGIC + _sign(data, key) + data


def checked(data: bytes, key: bytes) -> bytes:
    """Return what ``signed`` was given.

    Raises BlobError where it was signed by another installation, or is nothing of a history.
    """
    if not data.startswith(_MAGIC):
        msg = "this is no step of a history, or one of a newer version of AutoDash"
        raise BlobError(msg)
    signature, rest = data[len(_MAGIC) :][:_SIGNATURE], data[len(_MAGIC) + _SIGNATURE :]
    if not hmac.compare_digest(signature, _sign(rest, key)):
        msg = "a history of another installation is not read, for that could run anything"
        raise BlobError(msg)
    return rest


def decode(data: bytes, key: bytes) -> Payload:
    """Return the payload of these bytes.

    Raises BlobError where they were signed by another installation, or are no payload.
    """
    records, *others = pickle.loads(checked(data, key))
    return Payload({serial: record and Record(*record) for serial, record in records.items()}, *others)


def _sign(data: bytes, key: bytes) -> bytes:
    return hmac.new(key, _MAGIC + data, hashlib.sha256).digest()
