"""Values as JSON: dicts of JSON types, dates and datetimes, and back exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from typing import Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.protocol import DamagedRecordError, Value
from autodash_jupyter.stores.scalars import (
    ENCODERS,
    LONGEST_PLAIN_INT,
    TAG,
    Json,
    Unsupported,
    decode_scalar,
    encode_scalar,
)

__all__ = ["decode_value", "encode_value", "may_have_tags", "render_value"]

DEEPEST = 200  # levels of nesting, so that what was written can also be read deep inside a call stack
CONTAINERS = frozenset({dict, list})


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
        where = f" (at {''.join(unsupported.where[:-9:-1])})" if unsupported.where else ""
        msg = (
            f"a value can't hold a {unsupported.reason}{where}: use str, int, float, bool, None, date, "
            "datetime, and lists or dicts (with str keys) of them"
        )
        raise ContextStoreError(msg) from None


def render_value(value: Value) -> str:
    """Return the text of what ``encode_value`` returns.

    >>> render_value({"rows": 344})
    '{"rows": 344}'
    """
    return json.dumps(value if type(value) is dict and _is_plain(value) else encode_value(value))


def may_have_tags(text: str) -> bool:
    """Tell whether the JSON text of a value may hold what JSON lacks; if not, parsing it is all."""
    return f'"{TAG}' in text


def decode_value(node: Json, *, has_tags: bool = True) -> Value:
    """Return the dict that ``encode_value`` wrote; ``DamagedRecordError`` where it is none.

    ``has_tags=False`` saves the time to look for them, half of what a read takes.
    """
    try:
        value = _decode(node) if has_tags else node
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = "a stored value can't be read: it is damaged, or written by a newer version of AutoDash"
        raise DamagedRecordError(msg) from error
    if not isinstance(value, dict):
        msg = "a stored value can't be read: it is no dict"
        raise DamagedRecordError(msg)
    return value


def _is_plain(value: dict[str, Any]) -> bool:
    """Tell whether a value surely is JSON as it stands, as most are; that takes a third of encoding it."""
    # The deepest first: what holds itself, perhaps many times over, soon comes to an end.
    waiting: list[tuple[Any, int]] = [(value, DEEPEST)]
    while waiting:
        node, levels = waiting.pop()
        if not levels:
            return False
        if type(node) is dict:
            for name in node:
                if type(name) is not str or not name.isascii() or name[:1] == TAG:
                    return False
        for item in node.values() if type(node) is dict else node:
            kind = type(item)
            if kind is dict or kind is list:
                waiting.append((item, levels - 1))
            elif not PLAIN.get(kind, _never)(item):
                return False
    return True


def _never(item: object) -> bool:  # noqa: ARG001
    return False


PLAIN: dict[type, Callable[[Any], bool]] = {
    str: str.isascii,  # others may have lone surrogates
    int: lambda item: abs(item) < LONGEST_PLAIN_INT,
    float: isfinite,
    bool: lambda _: True,
    type(None): lambda _: True,
}


def _encode(value: object, levels: int) -> Json:
    encode = ENCODERS.get(type(value))
    if encode is not None:
        return encode(value)
    if not levels:
        raise Unsupported(f"nesting of more than {DEEPEST} levels")
    if type(value) is dict:
        return _encode_dict(value, levels - 1)
    if type(value) is list:
        return _encode_list(value, levels - 1)
    return encode_scalar(value)  # which says what is wrong with it


def _encode_list(value: list[object], levels: int) -> Json:
    items: list[Json] = []
    try:
        for item in value:
            items.append(_encode(item, levels))
    except Unsupported as unsupported:
        unsupported.where.append(f"[{len(items)}]")
        raise
    return items


def _encode_dict(value: dict[object, object], levels: int) -> Json:
    plain, pairs = True, []
    for name, item in value.items():
        if type(name) is not str:
            raise Unsupported(f"dict key of type {type(name).__qualname__}")
        label = ENCODERS[str](name)
        plain = plain and label is name and not name.startswith(TAG)
        try:
            pairs.append((label, _encode(item, levels)))
        except Unsupported as unsupported:
            unsupported.where.append(f"[{name!r}]")
            raise
    return dict(pairs) if plain else {"$dict": pairs}


def _decode(node: Json) -> Json:
    # A call for each leaf would take longer than parsing the text did.
    if type(node) is list:
        return [_decode(item) if type(item) in CONTAINERS else item for item in node]
    if type(node) is not dict:
        return node
    for name in node:
        if name[:1] == TAG:
            return _decode_tagged(node)
        break  # a tag is the first name of all
    return {name: _decode(item) if type(item) in CONTAINERS else item for name, item in node.items()}


def _decode_tagged(node: dict[str, Json]) -> Json:
    if "$dict" in node:
        return {_decode(name): _decode(item) for name, item in node["$dict"]}
    return decode_scalar(node)
