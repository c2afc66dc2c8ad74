"""Single values as JSON and back, exactly.

What JSON has, it writes plainly. Anything else becomes an object whose first key is a tag that
starts with ``$``: ``{"$date": "2024-02-29"}``. The result is pure ASCII JSON that any parser reads:
no NaN, no lone surrogates, no integers too long to parse.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

__all__ = ["Json", "LONGEST_PLAIN_INT", "Unsupported", "decode_scalar", "encode_scalar", "is_tagged"]

Json: TypeAlias = Any
TAG = "$"
LONGEST_PLAIN_INT = 2**1024  # Python refuses to parse integers of more than 4,300 digits
SURROGATE = re.compile("[\ud800-\udfff]")


class Unsupported(Exception):  # noqa: N818 - a signal inside this room, never an error anyone sees
    """A value has no exact form; ``where`` collects the way to it, innermost first."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where: list[str] = []


def encode_scalar(value: object) -> Json:
    """Return the JSON form of a str, int, float, bool, None, date or datetime; else raise Unsupported.

    Types are compared exactly: a subclass (``numpy.float64``, an enum, ``pandas.Timestamp``) would
    come back as something else, so it is refused.

    >>> [encode_scalar(value) for value in (1, 1.0, True, "1", None)]
    [1, 1.0, True, '1', None]
    >>> encode_scalar(float("nan")), encode_scalar(date(2024, 2, 29))
    ({'$float': 'nan'}, {'$date': '2024-02-29'})
    """
    encode = ENCODERS.get(type(value))
    if encode is None:
        raise Unsupported(f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins."))
    return encode(value)


def is_tagged(node: dict[str, Json]) -> bool:
    """Tell whether a JSON object stands for something JSON lacks."""
    return next(iter(node), "").startswith(TAG)


def decode_scalar(node: dict[str, Json]) -> object:
    """Return the value of a tagged object; ``KeyError`` for a tag that is not known here."""
    return DECODERS[next(iter(node))](node)


def _encode_text(value: str) -> Json:
    # A pair of lone surrogates and the character they would form have one form in JSON.
    if value.isascii() or not SURROGATE.search(value):
        return value
    return {"$str": value.encode("unicode_escape").decode("ascii")}


def _encode_float(value: float) -> Json:
    return value if math.isfinite(value) else {"$float": repr(value)}


def _encode_int(value: int) -> Json:
    return value if -LONGEST_PLAIN_INT < value < LONGEST_PLAIN_INT else {"$int": hex(value)}


def _encode_datetime(value: datetime) -> Json:
    zone = value.tzinfo
    node: dict[str, Json]
    if zone is None or type(zone) is timezone:
        node = {"$datetime": value.isoformat()}
    elif type(zone) is ZoneInfo and zone.key:
        node = {"$datetime": value.replace(tzinfo=None).isoformat(), "zone": zone.key}
    else:
        raise Unsupported(f"a datetime with a time zone of {type(zone).__module__} (zoneinfo is understood)")
    if value.fold:
        node["fold"] = 1
    return node


def _decode_datetime(node: dict[str, Json]) -> datetime:
    value = datetime.fromisoformat(node["$datetime"]).replace(fold=node.get("fold", 0))
    return value.replace(tzinfo=ZoneInfo(node["zone"])) if "zone" in node else value


def _unchanged(value: Json) -> Json:
    return value


ENCODERS: dict[type, Callable[[Any], Json]] = {
    str: _encode_text,
    int: _encode_int,
    float: _encode_float,
    bool: _unchanged,
    type(None): _unchanged,
    date: lambda value: {"$date": value.isoformat()},
    datetime: _encode_datetime,
}
DECODERS: dict[str, Callable[[dict[str, Json]], object]] = {
    "$str": lambda node: node["$str"].encode("ascii").decode("unicode_escape"),
    "$int": lambda node: int(node["$int"], 16),
    "$float": lambda node: float(node["$float"]),
    "$date": lambda node: date.fromisoformat(node["$date"]),
    "$datetime": _decode_datetime,
}
