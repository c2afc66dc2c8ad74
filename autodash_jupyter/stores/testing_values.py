"""Keys and values that every store must keep, and such that it must refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from autodash_jupyter.stores import Key, Value

__all__ = ["BAD_KEYS", "BAD_VALUES", "KEYS", "VALUES", "exactly"]

KEYS: list[Key] = [
    *(1, 1.0, True, "1", 0, -0.5, False, None, "", "None", b"", b"1", 10**400, -(10**400)),
    *(float("inf"), float("-inf"), (), (1,), ((1,),), ("column", "a"), ("row", 3, "column", ("a", None))),
    *(frozenset(), frozenset({1, "1", (True,)}), frozenset({1.0}), "\ud83d\ude00", "😀", "a\nb\x00", "$date"),
    *(date(2024, 2, 29), datetime(2024, 2, 29), datetime(2024, 2, 29, tzinfo=UTC), "2024-02-29"),
    datetime(2024, 6, 1, 12, 0, 0, 1, tzinfo=ZoneInfo("Europe/Berlin")),
    UUID("12345678-1234-5678-1234-567812345678"),
]
VALUES: list[Value] = [
    {},
    {"": None, "a\x00b": "\ud83d\ude00", "\udcff": "😀", "$date": {"$date": "x", "$dict": []}, "$": 1},
    {"numbers": [0, 1, True, False, 1.0, -0.0, 1e308, 5e-324, 10**400, float("inf"), float("-inf")]},
    {"nested": {"a": [[], {}, [{"b": [None, "1", 1]}]]}},
    {"day": date(1, 1, 1), "naive": datetime(9999, 12, 31, 23, 59, 59, 999999)},
    {
        "utc": datetime(2024, 1, 1, tzinfo=UTC),
        "offset": datetime(2024, 1, 1, tzinfo=timezone(timedelta(0, 61))),
    },
    {"zone": datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)},
]
BAD_KEYS = [
    [1],
    {"a": 1},
    {1},
    object(),
    1j,
    ("a", [1]),
    frozenset({range(2)}),
    type("Name", (str,), {})("a"),
]
BAD_VALUES: list[Any] = [
    *("text", None, ["list"], (("a", 1),), {1: "a"}, {None: 1}, {"a": (1,)}, {"a": {1}}, {"a": b"bytes"}),
    *({"a": [object()]}, {"a": 1j}, {"a": type("Number", (int,), {})(1)}, {"a": timedelta(1)}),
]


def exactly(value: object) -> object:
    """Return a value with its types, so that ``==`` tells apart all that a store must.

    >>> exactly(1) == exactly(True), exactly([0.0]) == exactly([-0.0])
    (False, False)
    """
    if isinstance(value, tuple | list):
        return type(value).__name__, [exactly(item) for item in value]
    if isinstance(value, frozenset):
        return "frozenset", {repr(exactly(item)) for item in value}
    if isinstance(value, dict):
        return "dict", [(exactly(key), exactly(item)) for key, item in value.items()]
    return type(value).__name__, value if isinstance(value, int) else repr(value)
