"""Values as JSON: dicts of JSON types, dates and datetimes, and back exactly."""

from __future__ import annotations

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.protocol import DamagedRecordError, Value
from autodash_jupyter.stores.scalars import TAG, Json, Unsupported, decode_scalar, encode_scalar, is_tagged

__all__ = ["decode_value", "encode_value"]

DEEPEST = 200  # levels of nesting, so that what was written can also be read deep inside a call stack


def encode_value(value: Value) -> Json:
    """Return a dict as JSON from which ``decode_value`` makes an equal one, type for type.

    Raises ``ContextStoreError``, naming the way to it, for anything a store can't keep.

    >>> encode_value({"rows": 344, "ratio": float("inf")})
    {'rows': 344, 'ratio': {'$float': 'inf'}}
    >>> encode_value({"columns": [{"top": {1, 2}}]})
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.ContextStoreError: a value can't hold a set (at ['columns'][0]['top']): ...
    """
    if type(value) is not dict:
        msg = f"a value is a dict, not a {type(value).__qualname__}: wrap it, for example {{'value': ...}}"
        raise ContextStoreError(msg)
    try:
        return _encode(value, DEEPEST)
    except Unsupported as unsupported:
        where = f" (at {''.join(reversed(unsupported.where))})" if unsupported.where else ""
        msg = (
            f"a value can't hold a {unsupported.reason}{where}: use str, int, float, bool, None, date, "
            "datetime, and lists or dicts (with str keys) of them"
        )
        raise ContextStoreError(msg) from None


def decode_value(node: Json) -> Value:
    """Return the dict that ``encode_value`` wrote; ``DamagedRecordError`` where it is none."""
    try:
        value = _decode(node)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = "a stored value can't be read: it is damaged, or written by a newer version of AutoDash"
        raise DamagedRecordError(msg) from error
    if not isinstance(value, dict):
        msg = "a stored value can't be read: it is no dict"
        raise DamagedRecordError(msg)
    return value


def _encode(value: object, levels: int) -> Json:
    kind = type(value)
    if kind is dict:
        return _encode_dict(value, levels)  # type: ignore[arg-type]  # just checked
    if kind is not list:
        return encode_scalar(value)
    items = []
    for index, item in enumerate(value):  # type: ignore[arg-type, var-annotated]  # just checked
        items.append(_encode_at(f"[{index}]", item, levels))
    return items


def _encode_dict(value: dict[object, object], levels: int) -> Json:
    plain = True
    pairs: list[tuple[Json, Json]] = []
    for name, item in value.items():
        if type(name) is not str:
            raise Unsupported(f"dict key of type {type(name).__qualname__}")
        label = encode_scalar(name)
        plain = plain and label is name and not name.startswith(TAG)
        pairs.append((label, _encode_at(f"[{name!r}]", item, levels)))
    return dict(pairs) if plain else {"$dict": pairs}


def _encode_at(step: str, item: object, levels: int) -> Json:
    if not levels:
        raise Unsupported(f"nesting of more than {DEEPEST} levels")
    try:
        return _encode(item, levels - 1)
    except Unsupported as unsupported:
        if levels > DEEPEST - 10:  # the outer steps are enough to find it by
            unsupported.where.append(step)
        raise


def _decode(node: Json) -> Json:
    if isinstance(node, list):
        return [_decode(item) for item in node]
    if not isinstance(node, dict):
        return node
    if not is_tagged(node):
        return {name: _decode(item) for name, item in node.items()}
    if "$dict" in node:
        return {_decode(name): _decode(item) for name, item in node["$dict"]}
    return decode_scalar(node)
