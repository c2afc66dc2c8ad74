"""Reads types and attributes without running anything a user may have overridden.

Types come from ``type()``, and attributes from the descriptors of ``type`` and ``object``.
"""

from __future__ import annotations

import ctypes
import types
from collections.abc import Callable
from itertools import repeat
from operator import is_
from typing import Any

__all__ = [
    "copy_of_dict",
    "dict_reader",
    "flags_of_type",
    "inherits",
    "module_of_type",
    "mro",
    "name_of_type",
    "set_dict",
    "type_name",
    "vars_of_type",
]

_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_vars: Callable[[type], types.MappingProxyType[str, Any]] = type.__dict__["__dict__"].__get__
_module: Callable[[type], Any] = type.__dict__["__module__"].__get__
_name: Callable[[type], str] = type.__dict__["__name__"].__get__
_flags: Callable[[type], int] = type.__dict__["__flags__"].__get__
_dict_offset: Callable[[type], int] = type.__dict__["__dictoffset__"].__get__
_generic_dict = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)(
    ("PyObject_GenericGetDict", ctypes.pythonapi)
)
_set_generic_dict = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.py_object, ctypes.c_void_p)(
    ("PyObject_GenericSetDict", ctypes.pythonapi)
)


def mro(kind: type) -> tuple[type, ...]:
    """Return the type and its bases without asking its metaclass."""
    return _mro(kind)


def inherits(kind: type, base: type) -> bool:
    """Whether a class derives from another, told by identity alone.

    >>> inherits(bool, int)
    True
    """
    return any(map(is_, mro(kind), repeat(base)))


def module_of_type(kind: type) -> str:
    """Return the module a class says it is from, ``""`` where that is no text.

    >>> module_of_type(dict)
    'builtins'
    """
    module = _module(kind)
    return module if type(module) is str else ""


def vars_of_type(kind: type) -> types.MappingProxyType[str, Any]:
    """Return a class's own ``__dict__`` without asking its metaclass."""
    return _vars(kind)


def flags_of_type(kind: type) -> int:
    """Return a class's flags, as CPython has them, without asking its metaclass."""
    return _flags(kind)


def name_of_type(kind: type) -> str:
    """Return a class's name without asking its metaclass."""
    return _name(kind)


def type_name(obj: object) -> str:
    """Return the name of an object's type.

    >>> type_name([1])
    'list'
    """
    return _name(type(obj))


def dict_reader(kind: type) -> Callable[[Any], dict[str, Any]] | None:
    """Return what reads the instances' true ``__dict__``, past any property of that name."""
    for base in mro(kind):
        descriptor = vars_of_type(base).get("__dict__")
        if (
            isinstance(descriptor, (types.GetSetDescriptorType, types.MemberDescriptorType))
            and base is not type
        ):
            return descriptor.__get__
    if _dict_offset(kind):  # a property of that name hides it
        return _read_hidden_dict
    return None


def _read_hidden_dict(obj: Any) -> dict[str, Any]:
    return _generic_dict(obj, None)  # type: ignore[no-any-return]


def set_dict(obj: Any, attributes: dict[str, Any]) -> None:
    """Make a dict the instance's ``__dict__``, past any property of that name."""
    _set_generic_dict(obj, attributes, None)


def copy_of_dict(mapping: dict[Any, Any]) -> dict[Any, Any]:
    """Return a plain copy, hashing no key where the dict is iterated as dicts are."""
    if type(mapping) is dict:
        return mapping.copy()
    for base in _mro(type(mapping)):
        if base is dict:
            break
        if "__iter__" in _vars(base):  # then dict.copy would ask the object for its keys
            return dict(dict.items(mapping))
    return dict.copy(mapping)
