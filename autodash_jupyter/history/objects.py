"""Adapters for what people define: instances, classes, functions, and the cells closures keep."""

from __future__ import annotations

import gc
import types
from functools import partial
from typing import Any, NamedTuple

from autodash_jupyter.history.states import (
    Adapter,
    Fixed,
    copy_of_dict,
    dict_reader,
    mro,
    same_dict,
    same_values,
    vars_of_type,
)

__all__ = ["CELLS", "CLASSES", "FUNCTIONS", "HOLDERS", "InstanceAdapter", "UNSET", "has_own_state"]

UNSET = object()
"""Stands for a slot or a cell that holds nothing."""

_set_class = object.__dict__["__class__"].__set__
_UNTOUCHED = frozenset(
    {"__dict__", "__weakref__", "_abc_impl", "__annotations_cache__", "__abstractmethods__"}
)


class InstanceState(NamedTuple):
    """An instance's class, attributes (None: it has no ``__dict__``), slots, and what its base holds."""

    kind: type
    attributes: dict[str, Any] | None
    slots: tuple[Any, ...]
    content: Any


class InstanceAdapter(Adapter):
    """Instances of one class: ``__dict__``, slots, and what a builtin base (list, dict, ...) holds."""

    def __init__(self, kind: type, content: Adapter | None, *, walks_class: bool) -> None:
        self._kind = kind
        self._attributes_of = dict_reader(kind)
        self._slots = slot_descriptors(kind)
        self._content = content
        self._walks_class = walks_class

    def capture(self, obj: Any) -> InstanceState:
        """Return copies of the attributes, the slots and the content."""
        return InstanceState(
            self._kind,
            copy_of_dict(self._attributes_of(obj)) if self._attributes_of else None,
            tuple(_read_slot(slot, obj) for slot in self._slots),
            self._content.capture(obj) if self._content else None,
        )

    def same(self, obj: Any, state: InstanceState) -> bool:
        """Compare attributes and slots by identity, content by its own adapter."""
        if self._attributes_of and not same_dict(self._attributes_of(obj), state.attributes or {}):
            return False
        for slot, value in zip(self._slots, state.slots, strict=True):
            if _read_slot(slot, obj) is not value:
                return False
        return self._content is None or self._content.same(obj, state.content)

    def equal(self, old: InstanceState, new: InstanceState) -> bool:
        """Whether attributes equal in value were assigned anew."""
        one, other = old.attributes or {}, new.attributes or {}
        if old.kind is not new.kind or [*one] != [*other] or not same_values(old.slots, new.slots):
            return False
        if not same_values([*one.values()], [*other.values()]):
            return False
        return self._content is None or self._content.equal(old.content, new.content)

    def children(self, state: InstanceState) -> tuple[Any, ...]:
        """Return attributes, slots, content, and the class where it is the user's own."""
        content = self._content.children(state.content) if self._content else ()
        return (
            *(state.attributes or {}).values(),
            *(value for value in state.slots if value is not UNSET),
            *content,
            *((state.kind,) if self._walks_class else ()),
        )

    def restore(self, obj: Any, state: InstanceState) -> None:
        """Put back class, attributes, slots and content."""
        if type(obj) is not state.kind:
            _set_class(obj, state.kind)
        if self._attributes_of:
            attributes = self._attributes_of(obj)
            dict.clear(attributes)
            dict.update(attributes, state.attributes or {})
        for slot, value in zip(self._slots, state.slots, strict=True):
            if value is not UNSET:
                slot.__set__(obj, value)
            elif _read_slot(slot, obj) is not UNSET:
                slot.__delete__(obj)
        if self._content:
            self._content.restore(obj, state.content)


def has_own_state(kind: type) -> bool:
    """Whether instances of the class have attributes or slots of their own."""
    return dict_reader(kind) is not None or bool(slot_descriptors(kind))


def slot_descriptors(kind: type) -> tuple[types.MemberDescriptorType, ...]:
    """Return the descriptors of all ``__slots__``, the bases' too."""
    return tuple(
        value
        for base in mro(kind)
        if "__slots__" in vars_of_type(base)
        for value in vars_of_type(base).values()
        if type(value) is types.MemberDescriptorType
    )


def _read_slot(slot: types.MemberDescriptorType, obj: Any) -> Any:
    try:
        return slot.__get__(obj)
    except AttributeError:
        return UNSET


class _Classes(Adapter):
    """Classes the user wrote; the state is a copy of the class's ``__dict__``."""

    def capture(self, obj: Any) -> dict[str, Any]:
        return vars_of_type(obj).copy()

    def same(self, obj: Any, state: dict[str, Any]) -> bool:
        now = vars_of_type(obj)
        return len(now) == len(state) and all(
            key is known and value is held
            for (key, value), (known, held) in zip(now.items(), state.items(), strict=True)
        )

    def equal(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        old, new = _own_attributes(old), _own_attributes(new)
        return old.keys() == new.keys() and same_values([*old.values()], [new[key] for key in old])

    def children(self, state: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(_own_attributes(state).values())

    def restore(self, obj: Any, state: dict[str, Any]) -> None:
        now, then = _own_attributes(vars_of_type(obj).copy()), _own_attributes(state)
        for name in now.keys() - then.keys():
            type.__delattr__(obj, name)
        for name, value in then.items():
            if now.get(name, UNSET) is not value:
                type.__setattr__(obj, name, value)


def _own_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name not in _UNTOUCHED}


class FunctionState(NamedTuple):
    """What can be assigned on a function; its closure's cells are objects of their own."""

    code: types.CodeType
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None
    attributes: dict[str, Any]
    closure: tuple[types.CellType, ...] | None


class _Functions(Adapter):
    def capture(self, obj: Any) -> FunctionState:
        attributes = copy_of_dict(obj.__dict__)
        return FunctionState(obj.__code__, obj.__defaults__, obj.__kwdefaults__, attributes, obj.__closure__)

    def same(self, obj: Any, state: FunctionState) -> bool:
        return (
            obj.__code__ is state.code
            and obj.__defaults__ is state.defaults
            and obj.__kwdefaults__ is state.keyword_defaults
            and same_dict(obj.__dict__, state.attributes)
        )

    def children(self, state: FunctionState) -> tuple[Any, ...]:
        defaults = (state.defaults, state.keyword_defaults)
        return (*defaults, *state.attributes.values(), *(state.closure or ()))

    def restore(self, obj: Any, state: FunctionState) -> None:
        obj.__code__ = state.code
        obj.__defaults__ = state.defaults
        obj.__kwdefaults__ = state.keyword_defaults
        obj.__dict__.clear()
        obj.__dict__.update(state.attributes)


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
FUNCTIONS = _Functions()
CELLS = _Cells()

_HOLDER_TYPES: tuple[type, ...] = (
    *(types.MethodType, types.MappingProxyType, types.BuiltinMethodType, types.MethodWrapperType),
    *(property, staticmethod, classmethod, slice),
    *(type({}.keys()), type({}.values()), type({}.items()), partial),
)
HOLDERS: dict[type, Adapter] = dict.fromkeys(_HOLDER_TYPES, Fixed(gc.get_referents))
"""Types that only refer to others, such as a method to its object and a view to its dict."""
