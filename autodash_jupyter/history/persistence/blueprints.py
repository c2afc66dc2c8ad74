"""Says of a recorded object how an empty one like it is made, so that its state can be put into it.

A blueprint is a tuple: the name of a function of ``making``, then its arguments, in which other recorded
objects may occur. Objects that can't change are whole by their blueprint alone.
"""

from __future__ import annotations

import array
import enum
import functools
import io
import random
import sys
import threading
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from autodash_jupyter.history.arrays import BYTES, Header
from autodash_jupyter.history.introspection import (
    flags_of_type,
    inherits,
    module_of_type,
    mro,
    name_of_type,
)
from autodash_jupyter.history.objects import InstanceState
from autodash_jupyter.history.opaque import Opaque
from autodash_jupyter.history.persistence import rebuilding
from autodash_jupyter.history.persistence.exact_blueprints import EXACT, Blueprint
from autodash_jupyter.history.persistence.pickling import Recorded
from autodash_jupyter.history.persistence.whole import pickled_whole
from autodash_jupyter.history.states import Node

__all__ = ["Blueprint", "HEAP_TYPE", "STATELESS", "blueprint_of"]

STATELESS = frozenset(
    (
        *(
            "lost",
            "whole",
            "imported",
            "module",
            "variables_of",
            "member",
            "enumeration",
            "method",
            "builtin",
        ),
        *("holder", "proxy", "dict_view", "called", "row"),
    )
)
"""Blueprints of objects that need no state beside."""

HEAP_TYPE = 1 << 9
_PLAIN = (list, dict, set, OrderedDict, defaultdict, bytearray, object)
_SCALARS: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: lambda text: str.__getitem__(text, slice(None)),
    bytes: lambda data: bytes.__getitem__(data, slice(None)),
}
_LOCKS: dict[type, Any] = {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}


def blueprint_of(node: Node, recorded: Recorded) -> Blueprint:  # noqa: PLR0911 - a line for each family
    """Return how to make an object like this node's; reads of the object itself only what can't change.

    Raises whatever an object of a compiled type refuses with.
    """
    obj, kind, namespace = node.obj, node.kind, recorded.namespace
    if node.adapter is BYTES:
        serial = recorded.serials.get(id(obj))
        return _memory(obj, None if serial is None or serial in recorded.gone else obj)
    if isinstance(node.adapter, Opaque):
        return _opaque(node)
    if inherits(kind, types.ModuleType):
        return "module", types.ModuleType.__getattribute__(obj, "__name__")
    if inherits(kind, type):
        return _importable(obj) or _class(obj, node.state)
    if kind is types.FunctionType:
        return _importable(obj) or _function(obj, node.state, namespace)
    if kind is dict and (name := _module_of_globals(obj)):
        return "variables_of", name
    if (build := EXACT.get(kind)) is not None:
        return build(obj)
    return _named(obj) or _of_library(obj, kind, node) or _instance(obj, kind, node)


def _opaque(node: Node) -> Blueprint:
    adapter, obj = node.adapter, node.obj
    assert isinstance(adapter, Opaque)
    if (make := _LOCKS.get(node.kind)) is not None:
        return "called", make
    if inherits(node.kind, np.random.SeedSequence):
        made_of = obj.entropy, obj.spawn_key, obj.pool_size, obj.n_children_spawned
        return "called", rebuilding.seed_sequence, *made_of
    if adapter.reason.endswith("can't be seen"):
        try:
            return "whole", *pickled_whole(obj)
        except Exception:  # noqa: BLE001 - whatever a compiled object refuses with
            return "lost", f"a {name_of_type(node.kind)} can't be stored"
    return "lost", adapter.reason


def _memory(owner: np.ndarray[Any, Any], recorded_as: Any) -> Blueprint:
    return "memory", recorded_as, owner.shape, owner.dtype, _order(owner)


def _order(values: np.ndarray[Any, Any]) -> str | tuple[int, ...]:
    """Return in which order the cells lie: by row, by column, or by strides of their own."""
    flags = values.flags
    if flags.c_contiguous or values.dtype.hasobject:
        return "C"
    return "F" if flags.f_contiguous else values.strides


def _importable(obj: Any) -> Blueprint | None:
    """Return where a function or class can be imported from; those typed into the notebook can't."""
    read = type.__dict__["__qualname__"].__get__ if inherits(type(obj), type) else _qualified_name
    module, path = module_of_type(obj) if inherits(type(obj), type) else obj.__module__, read(obj)
    found = sys.modules.get(module) if type(module) is str and module != "__main__" else None
    if found is None or not getattr(found, "__file__", None):
        return None
    for name in path.split("."):
        found = found.__dict__.get(name) if hasattr(found, "__dict__") else None
    return ("imported", module, path) if found is obj else None


def _qualified_name(function: types.FunctionType) -> str:
    return function.__qualname__


def _function(obj: types.FunctionType, state: Any, namespace: Any) -> Blueprint:
    variables: Any = namespace if obj.__globals__ is namespace else None
    name = obj.__globals__.get("__name__", "__main__")
    if variables is None and (module := _module_of_globals(obj.__globals__)):
        variables = module
    return "function", state.code, (variables, name), obj.__name__, obj.__module__, state.closure


def _module_of_globals(variables: dict[Any, Any]) -> str | None:
    name = dict.get(variables, "__name__")
    module = sys.modules.get(name) if type(name) is str and name != "__main__" else None
    return name if module is not None and module.__dict__ is variables else None


def _class(obj: type, state: Any) -> Blueprint:
    attributes = state.attributes
    header = type(obj), *state.header
    if inherits(type(obj), enum.EnumMeta):
        members = {name: member._value_ for name, member in attributes["_member_map_"].items()}
        return "enumeration", header, members, _defined_in_enumeration(attributes)
    slots = None
    if "__slots__" in attributes:
        known = (name for name, value in attributes.items() if type(value) is types.MemberDescriptorType)
        slots = (*known, *(name for name in ("__dict__", "__weakref__") if name in attributes))
    given = {name: attributes[name] for name in ("__module__", "__orig_bases__") if name in attributes}
    abstract = attributes.get("__abstractmethods__") or frozenset()
    return "class_", header, given, slots, frozenset(abstract)


def _defined_in_enumeration(attributes: dict[str, Any]) -> dict[str, Any]:
    defined = {
        name: value
        for name, value in attributes.items()
        if (type(value) in _DEFINED and value is not enum.Enum.__dict__.get(name)) or name in _SAID_OF_CLASSES
    }
    made_by = defined.pop("__new_member__", None)
    defined.pop("__new__", None)
    return {**defined, "__new__": made_by} if type(made_by) is types.FunctionType else defined


_SAID_OF_CLASSES = ("__module__", "__doc__")
_DEFINED = (types.FunctionType, property, staticmethod, classmethod)


def _named(obj: Any) -> Blueprint | None:
    """Return where a lone object of a library, such as ``dataclasses.MISSING``, is found by name."""
    name = module_of_type(type(obj))
    module = sys.modules.get(name) if name not in ("builtins", "__main__") else None
    if module is None:
        return None
    found = next((each for each, value in list(module.__dict__.items()) if value is obj), None)
    return ("named", name, found) if found else None


def _of_library(obj: Any, kind: type, node: Node) -> Blueprint | None:  # noqa: PLR0911 - a line for each family
    """Return the blueprint of what pandas, numpy and polars make."""
    if module_of_type(kind).partition(".")[0] == "polars" and name_of_type(kind) in ("LazyFrame", "Expr"):
        return "whole", *pickled_whole(obj)
    if inherits(kind, np.ndarray):
        return _array(obj, kind, node.state)
    if inherits(kind, pd.DataFrame) or inherits(kind, pd.Series):
        return "table", kind, pd.DataFrame if inherits(kind, pd.DataFrame) else pd.Series
    if inherits(kind, pd.Index):
        return "index", kind
    if inherits(kind, ExtensionArray):
        return "column", kind
    if inherits(kind, random.Random):
        return ("generator", "random") if obj is getattr(random, "_inst", None) else ("instance", kind, kind)
    if inherits(kind, np.random.RandomState):
        return ("generator", "numpy") if obj is np.random.mtrand._rand else ("called", kind)  # noqa: SLF001
    if inherits(kind, np.random.BitGenerator):
        return "bits", kind
    if inherits(kind, np.random.Generator):
        return "called", kind, obj.bit_generator
    return None


def _array(obj: Any, kind: type, state: Any) -> Blueprint:
    header: Header = getattr(state, "content", state)
    owner = header.owner
    if owner is obj or header.cells is not None or not obj.size:
        name = "array" if header.cells is None else "array_of_objects"
        return name, kind, header.shape, header.dtype, _order(obj)
    offset = obj.ctypes.data - owner.ctypes.data
    return (
        "view",
        kind,
        np.ndarray.view(owner, np.ndarray),
        offset,
        header.shape,
        header.strides,
        header.dtype,
    )


def _instance(obj: Any, kind: type, node: Node) -> Blueprint:  # noqa: PLR0911 - a line for each family
    for base in mro(kind):
        if base in _SCALARS:
            if inherits(kind, enum.Enum):
                return "member", kind, obj._name_, obj._value_
            return "instance", base, kind, _SCALARS[base](obj)
        if base in (tuple, frozenset):
            items = node.state.content if isinstance(node.state, InstanceState) else node.state
            return "items", kind, base, list(items)
        if base is deque:
            return "instance", base, kind, (), obj.maxlen
        if base is functools.partial:
            return "partial", kind, obj.func, obj.args, obj.keywords
        if base is array.array:
            return "instance", base, kind, obj.typecode
        if base in (*_PLAIN, io.StringIO, io.BytesIO) or _is_compiled_exception(base):
            break
    if inherits(kind, enum.Enum):
        return "member", kind, obj._name_, obj._value_
    return "instance", base, kind


def _is_compiled_exception(kind: type) -> bool:
    return inherits(kind, BaseException) and not flags_of_type(kind) & HEAP_TYPE
