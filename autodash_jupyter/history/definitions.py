"""Adapters for what code defines: classes, functions, closures' cells, and what only refers to others.

Code that was read anew from its file (by ``%autoreload``, or ``importlib.reload``) is never put back.
"""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from autodash_jupyter.history.boundaries import is_own_module
from autodash_jupyter.history.editions import Edition, edition_of, edition_of_class
from autodash_jupyter.history.introspection import copy_of_dict, inherits, module_of_type, vars_of_type
from autodash_jupyter.history.states import UNSET, Adapter, Fixed, same_dict, same_values

__all__ = ["CELLS", "CLASSES", "HOLDERS", "Functions", "is_read_anew"]

_UNTOUCHED = frozenset(
    {"__dict__", "__weakref__", "_abc_impl", "__annotations_cache__", "__abstractmethods__"}
)
_HEADER = ("__name__", "__qualname__", "__bases__")
_KNOWS_ANNOTATIONS = sys.version_info < (3, 14)
"""From 3.14 on, reading annotations runs them."""


class ClassState(NamedTuple):
    """A copy of the class's ``__dict__``, then its name, its full name, and its bases.

    ``edition`` tells whether its module was read anew since.
    """

    attributes: dict[str, Any]
    header: tuple[Any, ...]
    edition: Edition = Edition()


class _Classes(Adapter):
    """Classes the user wrote."""

    def capture(self, obj: Any) -> ClassState:
        return ClassState(vars_of_type(obj).copy(), _header_of(obj), edition_of_class(obj))

    def same(self, obj: Any, state: ClassState) -> bool:
        now = vars_of_type(obj)
        if len(now) != len(state.attributes) or _header_of(obj) != state.header:
            return False
        return all(
            key is known and value is held
            for (key, value), (known, held) in zip(now.items(), state.attributes.items(), strict=True)
        )

    def equal(self, old: ClassState, new: ClassState) -> bool:
        if old.edition.is_followed_by(new.edition):
            return True
        before, after = _own_attributes(old.attributes), _own_attributes(new.attributes)
        if before.keys() != after.keys() or not same_values(old.header[:2], new.header[:2]):
            return False
        bases, others = old.header[2], new.header[2]
        if len(bases) != len(others):
            return False
        pairs = [*((value, after[name]) for name, value in before.items()), *zip(bases, others, strict=True)]
        return all(same_values((was,), (now,)) or is_read_anew(was, now) for was, now in pairs)

    def children(self, state: ClassState) -> tuple[Any, ...]:
        return *_own_attributes(state.attributes).values(), *state.header[2]

    def restore(self, obj: Any, state: ClassState) -> None:
        if state.edition.is_followed_by(edition_of_class(obj)):
            return
        now, then = _own_attributes(vars_of_type(obj).copy()), _own_attributes(state.attributes)
        for name in now.keys() - then.keys():
            type.__delattr__(obj, name)
        for name, value in then.items():
            held = now.get(name, UNSET)
            if held is not value and not is_read_anew(value, held):
                type.__setattr__(obj, name, value)
        for name, was, value in zip(_HEADER, _header_of(obj), state.header, strict=True):
            if was != value:
                type.__dict__[name].__set__(obj, value)


def _header_of(kind: type) -> tuple[Any, ...]:
    return tuple([type.__dict__[name].__get__(kind) for name in _HEADER])


def _own_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name not in _UNTOUCHED}


def is_read_anew(old: Any, new: Any) -> bool:
    """Whether a function or class is the newer edition, read from the same file, of another."""
    if type(old) is types.CodeType is type(new):
        same_name = (old.co_filename, old.co_name) == (new.co_filename, new.co_name)
        return same_name and old is not new and not _is_of_a_cell(old.co_filename)
    if type(old) is types.FunctionType is type(new):
        file = old.__globals__.get("__file__")
        return old.__code__.co_filename == file and is_read_anew(old.__code__, new.__code__)
    if inherits(type(old), type) and inherits(type(new), type) and old is not new:
        module = sys.modules.get(module_of_type(old))
        is_from_a_file = type(getattr(module, "__file__", None)) is str
        return is_from_a_file and module_of_type(old) == module_of_type(new) and _same_name(old, new)
    return False


def _is_of_a_cell(file: str) -> bool:
    return file.startswith("<") or "ipykernel_" in file


def _same_name(old: type, new: type) -> bool:
    return bool(_header_of(old)[:2] == _header_of(new)[:2])


class FunctionState(NamedTuple):
    """What can be assigned on a function; its closure's cells are objects of their own.

    ``used`` are the global variables its code names, where they aren't the notebook's, and ``edition`` tells
    whether their module was reloaded since.
    """

    code: types.CodeType
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None
    attributes: dict[str, Any]
    closure: tuple[types.CellType, ...] | None
    texts: tuple[Any, ...]
    annotations: dict[str, Any] | None
    used: dict[str, Any]
    edition: Edition


class Functions(Adapter):
    """Functions the user wrote, in the namespace of a notebook or in modules of their own."""

    def __init__(self, namespace_ids: frozenset[int]) -> None:
        self._namespace_ids = namespace_ids

    def capture(self, obj: Any) -> FunctionState:
        """Return all that can be assigned."""
        return FunctionState(
            obj.__code__,
            obj.__defaults__,
            obj.__kwdefaults__,
            copy_of_dict(obj.__dict__),
            obj.__closure__,
            (obj.__name__, obj.__qualname__, obj.__doc__),
            obj.__annotations__ if _KNOWS_ANNOTATIONS else None,
            self._used(obj),
            edition_of(obj.__globals__),
        )

    def _used(self, obj: types.FunctionType) -> dict[str, Any]:
        if id(obj.__globals__) in self._namespace_ids or not is_own_module(obj.__globals__.get("__name__")):
            return {}
        return {name: obj.__globals__.get(name, UNSET) for name in _names_in(obj.__code__)}

    def same(self, obj: Any, state: FunctionState) -> bool:
        """Compare each by identity."""
        return (
            obj.__code__ is state.code
            and obj.__defaults__ is state.defaults
            and obj.__kwdefaults__ is state.keyword_defaults
            and same_dict(obj.__dict__, state.attributes)
            and obj.__name__ is state.texts[0]
            and obj.__doc__ is state.texts[2]
            and (not _KNOWS_ANNOTATIONS or obj.__annotations__ is state.annotations)
            and all(obj.__globals__.get(name, UNSET) is value for name, value in state.used.items())
        )

    def equal(self, old: FunctionState, new: FunctionState) -> bool:
        """Whether its code was read anew from its file, or equal values were assigned."""
        if is_read_anew(old.code, new.code) or old.edition.is_followed_by(new.edition):
            return True
        one, other = [*old.used.values()], [*new.used.values()]
        return (
            old.code is new.code
            and same_values([old.defaults, old.keyword_defaults], [new.defaults, new.keyword_defaults])
            and same_dict(old.attributes, new.attributes)
            and same_values((*old.texts, old.annotations), (*new.texts, new.annotations))
            and len(one) == len(other)
            and all(same_values((a,), (b,)) or is_read_anew(a, b) for a, b in zip(one, other, strict=True))
        )

    def children(self, state: FunctionState) -> tuple[Any, ...]:
        """Return defaults, attributes, the closure's cells, and the globals it uses."""
        return (
            *(state.defaults, state.keyword_defaults, state.annotations),
            *state.attributes.values(),
            *(state.closure or ()),
            *(value for value in state.used.values() if value is not UNSET),
        )

    def restore(self, obj: Any, state: FunctionState) -> None:
        """Put back all but code that was read anew."""
        is_newer = state.code != obj.__code__ and is_read_anew(state.code, obj.__code__)
        if is_newer or state.edition.is_followed_by(edition_of(obj.__globals__)):
            return
        obj.__code__ = state.code
        obj.__defaults__ = state.defaults
        obj.__kwdefaults__ = state.keyword_defaults
        obj.__dict__.clear()
        obj.__dict__.update(state.attributes)
        obj.__name__, obj.__qualname__, obj.__doc__ = state.texts
        if _KNOWS_ANNOTATIONS:
            obj.__annotations__ = state.annotations
        put_globals(obj.__globals__, state.used)


def _names_in(code: types.CodeType) -> Iterator[str]:
    """Yield the names that code may use as globals, those of the functions within it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            yield from _names_in(constant)


def put_globals(variables: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Bind a module's names again, one by one: others may be using them; UNSET stands for unbound."""
    for name, value in wanted.items():
        held = variables.get(name, UNSET)
        if held is value or is_read_anew(value, held):
            continue
        if value is UNSET:
            del variables[name]
        else:
            variables[name] = value


class _Cells(Adapter):
    """The variables a closure shares; the state is the content."""

    def capture(self, obj: Any) -> Any:
        try:
            return obj.cell_contents
        except ValueError:
            return UNSET

    def same(self, obj: Any, state: Any) -> bool:
        return self.capture(obj) is state

    def equal(self, old: Any, new: Any) -> bool:
        return same_values((old,), (new,))

    def children(self, state: Any) -> tuple[Any, ...]:
        return () if state is UNSET else (state,)

    def restore(self, obj: Any, state: Any) -> None:
        if state is UNSET:
            del obj.cell_contents
        else:
            obj.cell_contents = state


CLASSES = _Classes()
CELLS = _Cells()

_HOLDER_TYPES: tuple[type, ...] = (
    *(types.MethodType, types.MappingProxyType, types.BuiltinMethodType, types.MethodWrapperType),
    *(property, staticmethod, classmethod, slice, zip, map, filter),
    *(type({}.keys()), type({}.values()), type({}.items())),
)
HOLDERS: dict[type, Adapter] = dict.fromkeys(_HOLDER_TYPES, Fixed(gc.get_referents))
"""Types that only refer to others, such as a method to its object and a view to its dict."""
