"""Adapters for compiled types of the standard library: exceptions, caches, context variables, XML."""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
from contextvars import ContextVar
from types import MemberDescriptorType
from typing import Any

from autodash_jupyter.history.introspection import flags_of_type, inherits, mro, name_of_type, vars_of_type
from autodash_jupyter.history.states import UNSET, Adapter, CannotRestoreError, Fixed, all_identical

__all__ = ["library_adapter"]

_HEAP_TYPE = 1 << 9
_ALWAYS = ("args", "__cause__", "__context__", "__suppress_context__")


class _Exceptions(Adapter):
    """Exceptions: arguments, cause, and fields such as ``errno``, but not the traceback."""

    def capture(self, obj: Any) -> tuple[Any, ...]:
        return tuple([_read(descriptor, obj) for descriptor in _fields_of(type(obj))])

    def same(self, obj: Any, state: tuple[Any, ...]) -> bool:
        return all_identical(self.capture(obj), state)

    def children(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple([value for value in state if value is not UNSET])

    def restore(self, obj: Any, state: tuple[Any, ...]) -> None:
        for descriptor, value in zip(_fields_of(type(obj)), state, strict=True):
            if _read(descriptor, obj) is not value:
                descriptor.__set__(obj, None if value is UNSET else value)


def _fields_of(kind: type) -> list[Any]:
    fields = [vars_of_type(BaseException)[name] for name in _ALWAYS]
    for base in mro(kind):
        if not flags_of_type(base) & _HEAP_TYPE:
            fields += [each for each in vars_of_type(base).values() if type(each) is MemberDescriptorType]
    return fields


def _read(descriptor: Any, obj: Any) -> Any:
    try:
        return descriptor.__get__(obj)
    except AttributeError:
        return UNSET


class _Caches(Adapter):
    """What ``functools.lru_cache`` keeps: objects in a cache are looked after, the cache itself is not."""

    def capture(self, obj: Any) -> tuple[Any, ...]:
        held: list[Any] = []
        for each in gc.get_referents(obj):
            if type(each) is not dict:
                held.append(each)
            elif not each or name_of_type(type(next(iter(each.values())))) != "_lru_list_elem":
                held += [*each.values(), *each]
        return tuple(held)

    def same(self, obj: Any, state: tuple[Any, ...]) -> bool:
        now = self.capture(obj)
        return len(now) == len(state) and all_identical(now, state)

    def equal(self, old: Any, new: Any) -> bool:  # noqa: ARG002
        """Always: what is cached is no value of its own."""
        return True

    def children(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return state

    def restore(self, obj: Any, state: tuple[Any, ...]) -> None:
        """Do nothing: a cache that knows more does no harm."""


class _ContextVariables(Adapter):
    """Context variables: their value in the context of the cell."""

    def capture(self, obj: Any) -> Any:
        return ContextVar.get(obj, UNSET)

    def same(self, obj: Any, state: Any) -> bool:
        return self.capture(obj) is state

    def children(self, state: Any) -> tuple[Any, ...]:
        return () if state is UNSET else (state,)

    def restore(self, obj: Any, state: Any) -> None:
        if state is UNSET and self.capture(obj) is UNSET:
            return
        if state is UNSET:
            msg = "a context variable that was set can't be unset"
            raise CannotRestoreError(msg)
        ContextVar.set(obj, state)


class _ForeignValues(Adapter):
    """Values of ``ctypes``: their bytes."""

    def capture(self, obj: Any) -> bytes:
        return ctypes.string_at(ctypes.addressof(obj), ctypes.sizeof(obj))

    def same(self, obj: Any, state: bytes) -> bool:
        return self.capture(obj) == state

    def restore(self, obj: Any, state: bytes) -> None:
        ctypes.memmove(ctypes.addressof(obj), state, len(state))


class _Elements(Adapter):
    """XML elements: tag, text, tail, attributes and children."""

    def capture(self, obj: Any) -> tuple[Any, ...]:
        return obj.tag, obj.text, obj.tail, obj.attrib, *_element().__getitem__(obj, slice(None))

    def same(self, obj: Any, state: tuple[Any, ...]) -> bool:
        now = self.capture(obj)
        return len(now) == len(state) and all_identical(now, state)

    def children(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return state

    def restore(self, obj: Any, state: tuple[Any, ...]) -> None:
        obj.tag, obj.text, obj.tail, obj.attrib, *children = state
        _element().__setitem__(obj, slice(None), children)


def _element() -> Any:
    module = sys.modules.get("xml.etree.ElementTree")
    return getattr(module, "Element", None)


_EXCEPTIONS, _CACHES, _CONTEXT_VARIABLES, _ELEMENTS = (
    _Exceptions(),
    _Caches(),
    _ContextVariables(),
    _Elements(),
)
_FOREIGN_VALUES = _ForeignValues()
_ForeignValue, _ForeignFunction = ctypes.Structure.__mro__[1], ctypes._CFuncPtr  # type: ignore[attr-defined]  # noqa: SLF001
_PARTIALS = Fixed(lambda each: (each.func, each.args, each.keywords))
_cache_type: type = type(functools.lru_cache(lambda: None))


def library_adapter(kind: type) -> Adapter | None:
    """Return the adapter for what a type of the standard library holds beside attributes, or None."""
    if inherits(kind, BaseException):
        return _EXCEPTIONS
    if inherits(kind, functools.partial):
        return _PARTIALS
    if kind is _cache_type:
        return _CACHES
    if kind is ContextVar:
        return _CONTEXT_VARIABLES
    if inherits(kind, _ForeignValue) and not inherits(kind, _ForeignFunction):
        return _FOREIGN_VALUES
    element = _element()
    return _ELEMENTS if element is not None and inherits(kind, element) else None
