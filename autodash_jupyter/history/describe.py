"""Says in a few words what a value is and what became of it, without calling anything the user wrote.

Texts are made from recorded states, so that what a value was can be told after it changed. Only exact
builtin scalars are printed themselves, and credentials never.
"""

from __future__ import annotations

import array
import types
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.arrays import Header
from autodash_jupyter.history.cells import same_cells
from autodash_jupyter.history.credentials import is_secret_name, is_secret_text
from autodash_jupyter.history.frames import FrameState, IndexState
from autodash_jupyter.history.introspection import inherits, name_of_type
from autodash_jupyter.history.objects import InstanceState
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.polars_tables import PolarsState
from autodash_jupyter.history.states import ATOMS, SCALARS, UNSET, Node
from autodash_jupyter.models import format_shape

__all__ = ["describe", "difference", "is_secret"]

_LONGEST_TEXT = 30
_NAMED = 3
_SIZED = (list, dict, set, deque, bytearray, array.array)
_SHORT = 100
"""Of fewer labels Arrow makes texts faster than pandas."""
_COMPARED_ROWS = 1 << 16
_COUNTED_CELLS = 100_000


def describe(value: Any, node: Node | None, name: str = "") -> str:
    """Return a value's kind and size; ``node`` is its recorded state, where it has one.

    >>> describe(42, None), describe("hunter2", None, "password")
    ('int 42', 'str (hidden)')
    """
    if type(value) is Patch and node is not None:
        return "nothing" if node.state is UNSET else describe(node.state, None, value.name)
    kind = type(value) if node is None else node.kind
    if id(kind) in SCALARS:
        return _scalar(value, name)
    try:
        return (_of_state(node) if node is not None else "") or _of_kind(value, kind)
    except Exception:  # noqa: BLE001 - a strange object is not worth a failed cell
        return f"{name_of_type(kind)} object"


def _of_kind(value: Any, kind: type) -> str:
    if inherits(kind, type):
        return f"class {name_of_type(value)}"
    if kind is types.FunctionType:
        return f"function {value.__name__}"
    if kind is types.ModuleType:
        return f"module {_module_name(value)}"
    return name_of_type(kind) if id(kind) in ATOMS else f"{name_of_type(kind)} object"


_TEXT_LOOKED_AT = 1 << 9


def is_secret(name: str, value: Any) -> bool:
    """Whether a value looks like a credential, by its name or its form.

    >>> is_secret("api_key", "abc"), is_secret("x", "AKIAIOSFODNN7EXAMPLE"), is_secret("x", "plain")
    (True, True, False)
    """
    if type(value) not in (str, bytes):
        return False
    return is_secret_name(name) or is_secret_text(value[:_TEXT_LOOKED_AT])


def _scalar(value: Any, name: str) -> str:
    kind = type(value)
    if value is None:
        return "None"
    if kind not in (str, bytes):
        text = (
            repr(value) if kind is not int or value.bit_length() < 200 else f"of {value.bit_length():,} bits"
        )
        return f"{kind.__name__} {text}"
    text = value if kind is str else ""
    if is_secret(name, value):
        return f"{kind.__name__} (hidden)"
    if kind is bytes:
        return f"bytes of {len(value):,}"
    short = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
    return f"str {short!r}"


def _of_state(node: Node) -> str:
    state, kind = node.state, name_of_type(node.kind)
    if isinstance(state, FrameState):
        if len(state.shape) == 2:
            return format_shape(*state.shape)
        return f"{kind} of {state.shape[0]:,} {state.table.columns()[0][1].dtype}"
    if isinstance(state, PolarsState):
        return format_shape(*state.shape)
    if isinstance(state, IndexState):
        return f"{kind} of {len(node.obj):,}"
    content = state.content if isinstance(state, InstanceState) else state
    if isinstance(content, Header):
        return _array(kind, content)
    is_sized = any(inherits(node.kind, base) for base in _SIZED)
    items = content[0] if is_sized and inherits(node.kind, set) else content
    return f"{kind} of {len(items):,}" if is_sized else ""


def _array(kind: str, header: Header) -> str:
    shape = " × ".join(f"{length:,}" for length in header.shape) or "()"
    return f"{'array' if kind == 'ndarray' else kind} {shape} {header.dtype}"


def _module_name(module: types.ModuleType) -> str:
    name = types.ModuleType.__getattribute__(module, "__dict__").get("__name__")
    return name if type(name) is str else "module"


def difference(old: Node | None, new: Node | None) -> str:
    """Return what became of an object that changed in place, or was replaced by another of its kind."""
    if old is None or new is None:
        return ""
    if isinstance(old.state, FrameState) and isinstance(new.state, FrameState):
        try:
            return ", ".join(_frame_difference(old.state, new.state))
        except Exception:  # noqa: BLE001 - labels and cells can be anything; the step counts, not its wording
            return "changed"
    if old.obj is new.obj and old.state is not new.state and isinstance(old.state, (Header, IndexState)):
        return "values changed" if isinstance(old.state, Header) else "renamed"
    return ""


def _frame_difference(old: FrameState, new: FrameState) -> list[str]:
    if len(old.table.axes) == 1 or len(new.table.axes) == 1:
        return _row_difference(old, new)
    before = _labels(old.table.axes[0])
    after = before if old.table.axes[0] is new.table.axes[0] else _labels(new.table.axes[0])
    if before is None or after is None:
        return (
            ["columns changed"] if old.table.axes[0] is not new.table.axes[0] else _row_difference(old, new)
        )
    if before == after:
        return _cell_difference(old, new, before, after) + _row_difference(old, new)
    were, are = old.table.columns(), new.table.columns()
    renamed = [
        (a, b)
        for a, b, was, now in zip(before, after, were, are, strict=False)
        if a != b and was[0] == now[0] and a not in after and b not in before
    ]
    gone, came = {a for a, _ in renamed}, {b for _, b in renamed}
    removed = [label for label in before if label not in after and label not in gone]
    added = [label for label in after if label not in before and label not in came]
    parts = [f"renamed {_listed([f'{a} → {b}' for a, b in renamed])}"] if renamed else []
    parts += [_listed([f"+{label}" for label in added])] if added else []
    parts += [_listed([f"−{label}" for label in removed])] if removed else []
    if not parts:
        return ["columns reordered"]
    return parts + _cell_difference(old, new, before, after) + _row_difference(old, new)


def _cell_difference(old: FrameState, new: FrameState, before: list[str], after: list[str]) -> list[str]:
    """Return which columns have other cells, and how many where that is cheap to count."""
    if old.shape[0] != new.shape[0] or len(set(before)) != len(before) or len(set(after)) != len(after):
        return []
    known = dict(zip(before, old.table.columns(), strict=True))
    pairs = [
        (label, known[label], now)
        for label, now in zip(after, new.table.columns(), strict=True)
        if label in known
    ]
    changed = [
        (label, was[1], now[1])
        for label, was, now in pairs
        if was[0] != now[0] and not same_cells(was[1], now[1], rows=_COMPARED_ROWS)
    ]
    if not changed:
        return []
    retyped = [f"{label} now {now.dtype}" for label, was, now in changed if was.dtype != now.dtype]
    if len(retyped) == len(changed):
        return [_listed(retyped)]
    names = _listed([label for label, _, _ in changed])
    count = _count_cells([(was, now) for _, was, now in changed])
    if count is None:
        return [f"values changed in {names}"]
    return [f"{count:,} {'cell' if count == 1 else 'cells'} changed in {names}"]


def _count_cells(pairs: Sequence[tuple[Any, Any]]) -> int | None:
    count = 0
    for was, now in pairs:
        plain = isinstance(was, np.ndarray) and isinstance(now, np.ndarray) and was.dtype == now.dtype
        if not plain or was.dtype.kind not in "iufbmM" or len(was) * len(pairs) > _COUNTED_CELLS:
            return None
        differ = was != now
        if was.dtype.kind in "fmM":
            differ &= ~((was != was) & (now != now))  # noqa: PLR0124 - only missing values differ from themselves
        count += int(differ.sum())
    return count or None


def _row_difference(old: FrameState, new: FrameState) -> list[str]:
    was, now = old.table.axes[-1], new.table.axes[-1]
    if was is now or len(was) != len(now):
        return []
    return [] if type(was) is type(now) is pd.RangeIndex and was.equals(now) else ["index changed"]


def _labels(axis: pd.Index) -> list[str] | None:
    """Return column labels as texts, or None where they are too many, or objects of the user's own."""
    if len(axis) > 1_000:
        return None
    arrow = getattr(axis.array, "_pa_array", None)
    is_short = arrow is not None and len(axis) < _SHORT and not arrow.null_count
    labels = arrow.to_pylist() if arrow is not None and is_short else axis.tolist()
    if any(
        id(type(part)) not in ATOMS
        for label in labels
        for part in (label if type(label) is tuple else (label,))
    ):
        return None
    return [str(label) for label in labels]


def _listed(names: Sequence[str]) -> str:
    """Return at most three names, then how many more.

    >>> _listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(names) - _NAMED
    if more <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {more} more"
