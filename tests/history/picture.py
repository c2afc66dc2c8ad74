"""A slow, plain picture of everything a namespace reaches, identities included: what undo is measured by."""

from __future__ import annotations

import array
import datetime
import functools
import io
import random
import types
from collections import OrderedDict, deque
from typing import Any

import numpy as np
import pandas as pd

_PLAIN = (
    int,
    float,
    complex,
    bool,
    str,
    bytes,
    type(None),
    np.generic,
    pd.Timestamp,
    pd.Timedelta,
    pd.Period,
    pd.Interval,
    datetime.date,
    type(pd.NaT),
    type(pd.NA),
)


def picture(namespace: dict[str, Any]) -> dict[str, Any]:
    """Return nested tuples of ids, types and contents, equal if and only if the two states are."""
    seen: dict[int, int] = {}
    return {
        name: _of(value, seen)
        for name, value in sorted(namespace.items())
        if not (name.startswith("__") and name.endswith("__"))
    }


def _of(value: Any, seen: dict[int, int]) -> Any:
    kind = type(value)
    if kind is float or issubclass(type(value), np.floating):
        return kind.__name__, repr(value)
    if issubclass(type(value), _PLAIN) and kind.__module__ in (
        "builtins",
        "numpy",
        "pandas",
        "pandas._libs.missing",
        "pandas.api.typing",
        "datetime",
    ):
        return kind.__name__, str(value)
    if issubclass(type(value), types.ModuleType):
        return "module", value.__name__
    if id(value) in seen:
        return "seen", seen[id(value)]
    seen[id(value)] = len(seen)
    return id(value), kind.__qualname__, _content(value, seen)


def _content(value: Any, seen: dict[int, int]) -> Any:  # noqa: PLR0911 - one line for each family
    def many(items: Any) -> list[Any]:
        return [_of(item, seen) for item in items]

    if issubclass(type(value), pd.DataFrame):
        columns = [(many([label]), str(value.iloc[:, i].dtype)) for i, label in enumerate(value.columns)]
        cells = [many(_cells(value.iloc[:, i])) for i in range(value.shape[1])]
        axes = [_index(value.index, seen), _index(value.columns, seen)]
        return columns, cells, axes, _of(value.attrs, seen), value.flags.allows_duplicate_labels
    if issubclass(type(value), pd.Series):
        return str(value.dtype), many(_cells(value)), _index(value.index, seen), many([value.name])
    if issubclass(type(value), pd.Index):
        return _index(value, seen)
    if issubclass(type(value), np.ndarray):
        plain = np.asarray(value)  # reading a masked array through its own methods would change it
        cells = many(plain.ravel().tolist()) if value.dtype == object else plain.tobytes()
        rest = dict(getattr(value, "__dict__", {}))
        return value.shape, str(value.dtype), value.flags.writeable, cells, str(rest.get("_mask"))
    if (seen_of_library := _of_library(value, many)) is not None:
        return seen_of_library
    if issubclass(type(value), (bytearray, array.array)):
        return bytes(value)
    if issubclass(type(value), np.random.Generator):
        return str(value.bit_generator.state)
    if issubclass(type(value), random.Random):
        return hash(value.getstate())
    if issubclass(type(value), types.FunctionType):
        cells = [_cell(cell, seen) for cell in value.__closure__ or ()]
        rest = (value.__defaults__, value.__kwdefaults__, value.__dict__)
        return value.__code__.co_code, cells, many(rest)
    if issubclass(type(value), type):
        names = {name: held for name, held in vars(value).items() if not name.startswith("__")}
        return [(name, _of(held, seen)) for name, held in names.items() if not _is_descriptor(held)]
    content = _items(value, many)
    state = dict(object.__getattribute__(value, "__dict__")) if _has(value, "__dict__") else {}
    slots = [name for base in type(value).__mro__ for name in getattr(base, "__slots__", ())]
    state.update({name: object.__getattribute__(value, name) for name in slots if _has(value, name)})
    return content, [(name, _of(held, seen)) for name, held in state.items()]


def _cells(column: pd.Series) -> list[Any]:
    is_made_anew = getattr(column.dtype, "names", None) is not None  # rows of a structured array
    return [str(column.to_numpy())] if is_made_anew else column.tolist()


def _of_library(value: Any, many: Any) -> Any:  # noqa: PLR0911 - one line for each family
    if issubclass(type(value), pd.api.extensions.ExtensionArray):
        return str(value.dtype), many(value.tolist() if value.dtype == object else [*map(str, value)])
    if _library(value) == "polars":
        return str(value.to_arrow())
    if _library(value) == "pyarrow":
        return str(value)
    if issubclass(type(value), functools.partial):
        return many((value.func, value.args, value.keywords))
    if any(type(value) is kind for kind in _ITERATORS):
        _, sequence, *position = value.__reduce__()
        return many(sequence), position
    if issubclass(type(value), (io.StringIO, io.BytesIO)):
        return value.getvalue(), value.tell()
    return None


_ITERATORS = tuple(type(iter(sequence)) for sequence in ([], (), "", b""))


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _items(value: Any, many: Any) -> Any:
    if issubclass(type(value), OrderedDict):
        return [*zip(many(OrderedDict.keys(value)), many(OrderedDict.values(value)), strict=True)]
    if issubclass(type(value), dict):
        return [*zip(many(dict.keys(value)), many(dict.values(value)), strict=True)]
    if issubclass(type(value), (set, frozenset)):
        return sorted(map(str, many(set.__iter__(value) if issubclass(type(value), set) else value)))
    if issubclass(type(value), (list, tuple, deque)):
        return many(type(value).__mro__[-2].__iter__(value))
    return None


def _index(index: pd.Index, seen: dict[int, int]) -> Any:
    return (
        id(index),
        type(index).__name__,
        str(index.dtype),
        index.tolist(),
        [_of(n, seen) for n in index.names],
    )


def _cell(cell: Any, seen: dict[int, int]) -> Any:
    try:
        return _of(cell.cell_contents, seen)
    except ValueError:
        return "empty"


def _has(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def _is_descriptor(value: Any) -> bool:
    return issubclass(type(value), (types.GetSetDescriptorType, types.MemberDescriptorType))
