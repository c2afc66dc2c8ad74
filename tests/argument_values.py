"""Arguments for tools, made from their own JSON schemas: right ones, and ones that are nearly right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

__all__ = ["arguments_of"]

_KNOWN = (
    *("region", "price", "day", "nowhere", "current", "other", "price > 1", "price * 2", "1", "csv"),
    *("SELECT * FROM current", "SELECT region, sum(price) FROM current GROUP BY 1", "total price by region"),
    *("sales.csv", "../sales.csv", "sample:penguins", "{0}", "__class__", "%s", "", " ", "region" * 50),
    *("price' OR 1=1 --", '"; DROP TABLE current; --', "a\nb", "\0", "\ud800", "☃"),
)
_TEXTS = st.one_of(st.sampled_from(_KNOWN), st.text(max_size=12))
_NUMBERS = st.one_of(st.integers(-3, 20), st.sampled_from([10**6, 2**63, -(2**70)]))
_ODD = st.one_of(
    st.none(), st.booleans(), _NUMBERS, st.floats(allow_nan=False), _TEXTS, st.lists(_TEXTS, max_size=2)
)


def arguments_of(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for a tool's arguments: mostly as its schema says, at times with one that isn't."""
    properties = {name: _value_of(one) for name, one in schema["properties"].items()}
    required = set(schema.get("required", ()))
    right = st.fixed_dictionaries(
        {name: one for name, one in properties.items() if name in required},
        optional={name: one for name, one in properties.items() if name not in required},
    )
    names = st.sampled_from([*properties, "unknown"])
    wrong = st.builds(lambda given, name, odd: {**given, name: odd}, right, names, _ODD)
    return st.one_of(right, right, wrong)


def _value_of(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "anyOf" in schema:
        return st.one_of([_value_of(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    made = {
        "string": _TEXTS,
        "integer": _NUMBERS,
        "number": st.one_of(_NUMBERS, st.floats(allow_nan=False, allow_infinity=False)),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    kind = schema.get("type")
    if kind == "array":
        return st.lists(_value_of(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    if kind == "object":
        values = schema.get("additionalProperties")
        return st.dictionaries(_TEXTS, _value_of(values) if isinstance(values, dict) else _ODD, max_size=2)
    return made[str(kind)] if kind in made else _ODD
