"""Makes objects from their blueprints, empty where a state will be put into them."""

from __future__ import annotations

import abc
import builtins
import functools
import io
import random
import types
from collections import deque
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.introspection import flags_of_type, mro, vars_of_type
from autodash_jupyter.history.persistence import rebuilding
from autodash_jupyter.history.persistence.blueprints import HEAP_TYPE, Blueprint
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.persistence.whole import whole

__all__ = ["make"]


def make(blueprint: Blueprint) -> Any:
    """Return the object of a blueprint; raises whatever its class refuses with."""
    name, *arguments = blueprint
    return _MAKERS[name](*arguments)


def _imported(module: str, path: str) -> Any:
    found: Any = import_module(module)
    for name in path.split("."):
        found = found.__dict__[name]
    return found


def _variables_of(module: str) -> dict[str, Any]:
    return vars(import_module(module))


def _instance(base: type, kind: type, *arguments: Any) -> Any:
    if base is object:
        base = next(each for each in mro(kind) if not flags_of_type(each) & HEAP_TYPE)
    made = base.__new__(kind, *arguments)
    if base in (deque, io.StringIO, io.BytesIO):
        base.__init__(made, *arguments)
    return made


def _items(kind: type, base: Any, items: list[Any]) -> Any:
    return base.__new__(kind, items)


def _dict_view(name: str, mapping: dict[Any, Any]) -> Any:
    return getattr(dict, name.removeprefix("dict_"))(mapping)


def _builtin(owner: Any, name: str) -> Any:
    return getattr(owner, name)


def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def _holder(kind: Callable[..., Any], *arguments: Any) -> Any:
    return kind(*arguments)


def _partial(kind: Any, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    base: Any = functools.partial
    made = base.__new__(kind, function)
    base.__setstate__(made, (function, arguments, keywords, {}))  # the very dict, filled later
    return made


def _function(
    code: types.CodeType, variables: tuple[Any, str], name: str, module: Any, closure: Any
) -> types.FunctionType:
    where, module_name = variables
    if isinstance(where, str):
        where = vars(import_module(module_name))
    elif where is None:
        where = {"__name__": module_name, "__builtins__": builtins}
    made = types.FunctionType(code, where, name, None, closure)
    made.__module__ = module
    return made


def _class(
    header: tuple[Any, ...], given: dict[str, Any], slots: tuple[str, ...] | None, abstract: frozenset[str]
) -> type:
    metaclass, name, qualified_name, bases = header
    namespace: dict[str, Any] = {"__qualname__": qualified_name, **given}
    if slots is not None:
        namespace["__slots__"] = slots
    made: type = _compiled_maker(metaclass).__new__(metaclass, name, bases, namespace)
    if issubclass(metaclass, abc.ABCMeta):
        made.__abstractmethods__ = abstract  # type: ignore[attr-defined]
    return made


def _compiled_maker(metaclass: type) -> Any:
    """Return what makes a bare class: what a metaclass adds in Python is part of the state."""
    return next(
        base
        for base in mro(metaclass)
        if base is abc.ABCMeta or type(vars_of_type(base).get("__new__")) is types.BuiltinFunctionType
    )


def _enumeration(header: tuple[Any, ...], members: dict[str, Any], others: dict[str, Any]) -> Any:
    metaclass, name, qualified_name, bases = header
    namespace = metaclass.__prepare__(name, bases)
    for key, value in {"__qualname__": qualified_name, **others, **members}.items():
        namespace[key] = value
    return metaclass.__new__(metaclass, name, bases, namespace)


def _member(kind: Any, name: str, value: Any) -> Any:
    found = kind._member_map_.get(name)
    return kind(value) if found is None else found  # some flags together are no member of their own


def _array(kind: type, shape: tuple[int, ...], dtype: np.dtype[Any], order: Any) -> Any:
    if isinstance(order, tuple):
        owner = _memory(None, shape, dtype, order)
        return owner if kind is np.ndarray else np.ndarray.view(owner, kind)
    return np.ndarray.__new__(kind, shape, dtype, order=order)


def _view(
    kind: type,
    owner: np.ndarray[Any, Any],
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    dtype: np.dtype[Any],
) -> Any:
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    flat = np.ndarray.view(owner, np.ndarray).ravel(order="K").view(np.uint8)
    return np.ndarray.__new__(kind, shape, dtype, buffer=flat, offset=offset, strides=strides)


def _memory(recorded_as: Any, shape: tuple[int, ...], dtype: np.dtype[Any], order: Any) -> Any:
    if recorded_as is not None:
        return recorded_as
    if isinstance(order, tuple):
        pattern = np.lib.stride_tricks.as_strided(np.empty(1, dtype), shape, order)
        return np.empty_like(pattern)  # owns its memory, and keeps the order of the strides
    return np.empty(shape, dtype, order=order)


def _table(kind: type, base: Any) -> Any:
    made: Any = object.__new__(kind)
    arguments = {"dtype": object} if base is pd.Series else {}
    base.__init__(made, **arguments)
    return made


def _index(kind: type) -> Any:
    from pandas._libs.internals import BlockValuesRefs  # type: ignore[import-not-found]

    made: Any = object.__new__(kind)
    attributes = made.__dict__
    attributes["_cache"] = {}
    if not issubclass(kind, pd.RangeIndex | pd.MultiIndex):
        attributes["_references"] = BlockValuesRefs()
    made._reset_identity()  # noqa: SLF001
    return made


def _column(kind: type) -> Any:
    compiled: Any = next(
        base for base in mro(kind) if type(vars(base).get("__new__")) is types.BuiltinFunctionType
    )
    return compiled.__new__(kind)


def _generator(which: str) -> Any:
    return random._inst if which == "random" else np.random.mtrand._rand  # noqa: SLF001


_MAKERS: dict[str, Callable[..., Any]] = {
    "lost": Lost,
    "whole": whole,
    "imported": _imported,
    "named": lambda module, name: vars(import_module(module))[name],
    "module": import_module,
    "variables_of": _variables_of,
    "member": _member,
    "enumeration": _enumeration,
    "class_": _class,
    "items": _items,
    "method": types.MethodType,
    "builtin": _builtin,
    "holder": _holder,
    "proxy": types.MappingProxyType,
    "dict_view": _dict_view,
    "called": _called,
    "iterator": _called,
    "partial": _partial,
    "cell": types.CellType,
    "function": _function,
    "instance": _instance,
    "array": _array,
    "array_of_objects": _array,
    "view": _view,
    "memory": _memory,
    "table": _table,
    "index": _index,
    "column": _column,
    "generator": _generator,
    "row": rebuilding.record,
    "cached": rebuilding.cached,
    "context_variable": rebuilding.context_variable,
    "bits": lambda kind: kind(),
}
