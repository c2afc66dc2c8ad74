"""Keys as JSON, exactly, to be read back; and as one canonical text, to be found under."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.protocol import DamagedRecordError, Key
from autodash_jupyter.stores.scalars import Json, Unsupported, decode_scalar, encode_scalar, is_tagged

__all__ = ["address_digest", "decode_key", "encode_key", "key_address"]

DEEPEST = 100  # levels of nesting; enough for any sane key, far from Python's recursion limit
YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)


def encode_key(key: Key) -> Json:
    """Return a key as JSON from which ``decode_key`` makes the very same key.

    Raises ``ContextStoreError`` for a key made of anything a store can't keep.

    >>> encode_key(("column", "a", 1, 1.0, True))
    ['column', 'a', 1, 1.0, True]
    >>> encode_key(frozenset({b"a"}))
    {'$frozenset': [{'$bytes': 'YQ=='}]}
    """
    return _encode_or_refuse(key, canonical=False)


def key_address(key: Key) -> str:
    """Return the text (ASCII, one line) that two keys share if, and only if, they are the same key.

    The same means equal, and of the same types all the way down. So 0.0 and -0.0 share an address,
    as do two datetimes of one instant in different zones; ``1``, ``1.0`` and ``True`` don't.

    >>> key_address(0.0) == key_address(-0.0), key_address(1) == key_address(True)
    (True, False)
    """
    return json.dumps(_encode_or_refuse(key, canonical=True))


def address_digest(address: str) -> bytes:
    """Return 16 bytes that stand for an address, which may be long, and hold anything.

    >>> address_digest(key_address(("column", "a"))).hex()
    'b0d287e6a957d930ae0a38cd6c2e48f6'
    """
    # Cryptographic, so that nobody can make up a key (a column's name) that falls on another one's record.
    return hashlib.blake2b(address.encode("ascii"), digest_size=16).digest()


def decode_key(node: Json) -> Key:
    """Return the key that ``encode_key`` wrote; ``DamagedRecordError`` where it is none.

    >>> decode_key(["column", {"$frozenset": [{"$bytes": "YQ=="}]}])
    ('column', frozenset({b'a'}))
    """
    try:
        return _decode(node)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = "a stored key can't be read: it is damaged, or written by a newer version of AutoDash"
        raise DamagedRecordError(msg) from error


def _encode_or_refuse(key: Key, *, canonical: bool) -> Json:
    try:
        return _encode(key, canonical, DEEPEST)
    except Unsupported as unsupported:
        msg = (
            f"a key can't hold {unsupported.reason}: use str, int, float, bool, None, bytes, date, datetime, "
            "UUID, and tuples or frozensets of them"
        )
        raise ContextStoreError(msg) from None


def _encode(key: object, canonical: bool, levels: int) -> Json:
    if not levels:
        raise Unsupported(f"more than {DEEPEST} levels of nesting")
    if type(key) is tuple:
        return [_encode(item, canonical, levels - 1) for item in key]
    if type(key) is frozenset:
        return {"$frozenset": sorted((_encode(item, canonical, levels - 1) for item in key), key=json.dumps)}
    if type(key) is bytes:
        return {"$bytes": base64.b64encode(key).decode("ascii")}
    if type(key) is UUID:
        return {"$uuid": str(key)}
    if canonical:
        return _encode_canonically(key)
    return encode_scalar(key)


def _encode_canonically(key: object) -> Json:
    if type(key) is float and key == 0:
        return 0.0
    if type(key) is datetime:
        encode_scalar(key)  # refuses a zone that could not be read back
        if key.tzinfo is None:
            return encode_scalar(key.replace(fold=0))
        since = key - YEAR_ONE
        return {"$instant": [since.days, since.seconds, since.microseconds]}
    return encode_scalar(key)


def _decode(node: Json) -> Key:
    if isinstance(node, list):
        return tuple(_decode(item) for item in node)
    if not isinstance(node, dict):
        return node  # type: ignore[no-any-return]  # a JSON scalar, all of which are hashable
    if "$frozenset" in node:
        return frozenset(_decode(item) for item in node["$frozenset"])
    if "$bytes" in node:
        return base64.b64decode(node["$bytes"], validate=True)
    if "$uuid" in node:
        return UUID(node["$uuid"])
    if is_tagged(node):
        return decode_scalar(node)
    raise ValueError("an object without a tag is no key")
