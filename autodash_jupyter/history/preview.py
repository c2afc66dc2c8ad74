"""Shows a recorded value in a few words, contents included where they are builtin scalars."""

from __future__ import annotations

import datetime
from collections import deque
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.describe import describe, is_secret
from autodash_jupyter.history.introspection import inherits
from autodash_jupyter.history.states import ATOMS, SCALARS, Node

__all__ = ["preview"]

_ITEMS = 8
_CHARACTERS = 40
_READABLE = (np.generic, pd.Timestamp, pd.Timedelta, datetime.date, datetime.time, datetime.timedelta)


def preview(value: Any, node: Node | None, name: str = "") -> str:
    """Return a value as a person would write it, or else its kind and size.

    >>> preview("a b", None), preview(1.5, None), preview("hunter2", None, "password")
    ("'a b'", '1.5', 'str (hidden)')
    """
    if id(type(value)) in SCALARS:
        return describe(value, None, name) if is_secret(name, value) else _short(repr(_start_of(value)))
    if id(type(value)) in ATOMS and any(inherits(type(value), kind) for kind in _READABLE):
        return _short(str(value))
    if value is pd.NA or value is pd.NaT:
        return str(value)
    return _items(node) or describe(value, node, name) if node is not None else describe(value, None, name)


def _items(node: Node) -> str:
    """Return the items of a small container of scalars, else nothing."""
    state = node.state
    if node.kind in (list, tuple, deque) and len(state) <= _ITEMS:
        items = [_item(each) for each in state]
        return f"[{', '.join(items)}]" if all(items) else ""
    if node.kind is set and len(state[0]) <= _ITEMS:
        items = [_item(each) for each in state[0]]
        return f"{{{', '.join(sorted(items))}}}" if items and all(items) else ""
    if node.kind is dict and len(state) <= _ITEMS:
        pairs = [(_item(key), _item(held, key)) for key, held in state.items()]
        return f"{{{', '.join(f'{key}: {held}' for key, held in pairs)}}}" if all(map(all, pairs)) else ""
    return ""


def _item(value: Any, key: Any = "") -> str:
    if id(type(value)) not in SCALARS:
        return ""
    return preview(value, None, key if type(key) is str else "")


def _start_of(value: Any) -> Any:
    return value[: 2 * _CHARACTERS] if type(value) in (str, bytes) else value


def _short(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS - 1]}…"
