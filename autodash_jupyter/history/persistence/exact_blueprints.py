"""Blueprints of objects whose type says all: methods, views, iterators, cached functions, and the like."""

from __future__ import annotations

import contextvars
import functools
import gc
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import owner_of
from autodash_jupyter.history.introspection import name_of_type

__all__ = ["EXACT", "Blueprint"]

Blueprint = tuple[Any, ...]
"""The name of a function of ``making``, then its arguments."""


def _method(obj: types.MethodType) -> Blueprint:
    return "method", obj.__func__, obj.__self__


def _builtin(obj: Any) -> Blueprint:
    return "builtin", obj.__self__, obj.__name__


def _proxy(obj: Any) -> Blueprint:
    return "proxy", *gc.get_referents(obj)


def _property(obj: property) -> Blueprint:
    return "holder", property, obj.fget, obj.fset, obj.fdel, obj.__doc__


def _iterator(obj: Any) -> Blueprint:
    _, arguments, *position = obj.__reduce__()
    if not position:  # it came to its end, and forgot of what
        arguments = (_EMPTY[type(obj)],)
    return "iterator", reversed if type(obj) is _REVERSED else iter, *arguments


def _cached(obj: Any) -> Blueprint:
    return "cached", obj.__wrapped__, *obj.cache_parameters().values()


def _context_variable(obj: contextvars.ContextVar[Any]) -> Blueprint:
    try:
        return "context_variable", obj.name, contextvars.Context().run(obj.get)
    except LookupError:
        return "context_variable", obj.name


def _row(obj: np.void) -> Blueprint:
    base = np.generic.base.__get__(obj)
    if base is None:
        return "row", np.frombuffer(np.void.tobytes(obj), obj.dtype)
    owner = owner_of(base)
    flat = np.ndarray.view(owner, np.ndarray).ravel(order="K").view(np.uint8)
    offset = np.frombuffer(obj, np.uint8).ctypes.data - owner.ctypes.data
    return "row", np.ndarray((1,), obj.dtype, buffer=flat, offset=offset)


def _weak(obj: Any) -> Blueprint:
    held = list(obj) if isinstance(obj, weakref.WeakSet) else list(obj.items())
    return "called", type(obj), held


_SEQUENCES: tuple[Any, ...] = ([], (), "", "ä", b"", bytearray(), range(1))
_REVERSED: type = type(reversed([]))
_EMPTY = {_REVERSED: [], **{type(iter(sequence)): sequence[:0] for sequence in _SEQUENCES}}
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
EXACT: dict[type, Callable[[Any], Blueprint]] = {
    types.CellType: lambda _: ("cell",),
    types.MethodType: _method,
    types.BuiltinMethodType: _builtin,
    types.MethodWrapperType: _builtin,
    property: _property,
    staticmethod: lambda obj: ("holder", staticmethod, obj.__func__),
    classmethod: lambda obj: ("holder", classmethod, obj.__func__),
    slice: lambda obj: ("holder", slice, obj.start, obj.stop, obj.step),
    types.MappingProxyType: _proxy,
    memoryview: lambda obj: ("holder", memoryview, obj.obj),
    **dict.fromkeys(_VIEWS, lambda obj: ("dict_view", name_of_type(type(obj)), *gc.get_referents(obj))),
    type(functools.lru_cache(lambda: None)): _cached,
    np.void: _row,
    contextvars.ContextVar: _context_variable,
    **dict.fromkeys((weakref.WeakSet, weakref.WeakValueDictionary, weakref.WeakKeyDictionary), _weak),
    **dict.fromkeys((zip, map, filter), lambda _: ("lost", "an iterator's position can't be put back")),
    **{type(iter(sample)): _iterator for sample in _SEQUENCES},
    _REVERSED: _iterator,
}
