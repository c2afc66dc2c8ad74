"""The adapter for instances: their attributes, their slots, their class, and what a builtin base holds."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from types import MemberDescriptorType
from typing import Any, NamedTuple

import numpy as np

from autodash_jupyter.history.definitions import is_read_anew
from autodash_jupyter.history.introspection import (
    copy_of_dict,
    dict_reader,
    inherits,
    mro,
    set_dict,
    vars_of_type,
)
from autodash_jupyter.history.states import UNSET, Adapter, Dicts, all_identical, same_dict, same_values

__all__ = ["InstanceAdapter", "has_own_state"]

_set_class = object.__dict__["__class__"].__set__


class InstanceState(NamedTuple):
    """An instance's class, attributes (None: it has no ``__dict__``), slots, and what its base holds.

    ``held_in`` is the very ``__dict__``, which can be exchanged for another.
    """

    kind: type
    attributes: dict[str, Any] | None
    slots: tuple[Any, ...]
    content: Any
    held_in: dict[str, Any] | None


class InstanceAdapter(Adapter):
    """Instances of one class: ``__dict__``, slots, and what a builtin base (list, dict, ...) holds."""

    def __init__(self, kind: type, content: Adapter | None, *, walks_class: bool) -> None:
        self._kind = kind
        self._attributes_of = dict_reader(kind)
        self._slots = slot_descriptors(kind)
        self._content = content
        self.exposed = content is not None and content.exposed
        self._walks_class = walks_class

    def capture(self, obj: Any) -> InstanceState:
        """Return copies of the attributes, the slots and the content."""
        held_in = self._attributes_of(obj) if self._attributes_of else None
        return InstanceState(
            self._kind,
            None if held_in is None else copy_of_dict(held_in),
            tuple(_read_slot(slot, obj) for slot in self._slots),
            self._content.capture(obj) if self._content else None,
            held_in,
        )

    def same(self, obj: Any, state: InstanceState) -> bool:
        """Compare attributes and slots by identity, content by its own adapter."""
        if self._attributes_of:
            attributes = self._attributes_of(obj)
            if attributes is not state.held_in or not same_dict(attributes, state.attributes or {}):
                return False
        for slot, value in zip(self._slots, state.slots, strict=True):
            if _read_slot(slot, obj) is not value:
                return False
        return self._content is None or self._content.same(obj, state.content)

    def prepare(self, states: Sequence[InstanceState]) -> Any:
        """Return all attributes, where instances have nothing else."""
        if self._slots or self._content or not self._attributes_of:
            return states
        return [state.held_in for state in states], Dicts.of([state.attributes or {} for state in states])

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        """Compare attributes of many at once, where they have nothing else."""
        if type(prepared) is list or not self._attributes_of:
            return super().all_same(objects, prepared)
        held_in, attributes = prepared
        now = [*map(self._attributes_of, objects)]
        return all_identical(now, held_in) and bool(attributes.are_same(now))

    def equal(self, old: InstanceState, new: InstanceState) -> bool:
        """Whether attributes equal in value were assigned anew."""
        one, other = old.attributes or {}, new.attributes or {}
        if old.kind is not new.kind and not is_read_anew(old.kind, new.kind):
            return False
        if old.held_in is not new.held_in or [*one] != [*other]:
            return False
        if not same_values(old.slots, new.slots):
            return False
        if inherits(old.kind, np.ma.MaskedArray):
            one, other = _without_default(one, old), _without_default(other, new)
        if not same_values([*one.values()], [*other.values()]):
            return False
        return self._content is None or self._content.equal(old.content, new.content)

    def children(self, state: InstanceState) -> tuple[Any, ...]:
        """Return attributes, slots, content, and the class where it is the user's own."""
        content = self._content.children(state.content) if self._content else ()
        attributes = (state.attributes or {}).values()
        return (
            *(
                value for value in attributes if type(value) is not mmap.mmap
            ),  # an array's file: see its bytes
            *(value for value in state.slots if value is not UNSET),
            *content,
            *((state.kind,) if self._walks_class else ()),
        )

    def buffers(self, state: InstanceState) -> Sequence[np.ndarray[Any, Any]]:
        """Return the memory of an array of such a class."""
        return self._content.buffers(state.content) if self._content else ()

    def restore(self, obj: Any, state: InstanceState) -> None:
        """Put back class, attributes, slots and content."""
        if type(obj) is not state.kind and is_read_anew(state.kind, type(obj)):  # it stays of the newer class
            newer = InstanceAdapter(type(obj), self._content, walks_class=self._walks_class)
            newer.restore(obj, state._replace(kind=type(obj)))
            return
        if type(obj) is not state.kind:
            _set_class(obj, state.kind)
        if self._attributes_of and state.held_in is not None:
            attributes = state.held_in
            if self._attributes_of(obj) is not attributes:
                set_dict(obj, attributes)
            dict.clear(attributes)
            dict.update(attributes, state.attributes or {})
        for slot, value in zip(self._slots, state.slots, strict=True):
            if value is not UNSET:
                slot.__set__(obj, value)
            elif _read_slot(slot, obj) is not UNSET:
                slot.__delete__(obj)
        if self._content:
            self._content.restore(obj, state.content)


def _without_default(attributes: dict[str, Any], state: InstanceState) -> dict[str, Any]:
    """Return a masked array's attributes without the fill value it gets when it is first looked at."""
    value = attributes.get("_fill_value")
    is_default = value is not None and bool(value == np.ma.default_fill_value(state.content.dtype))
    return {**attributes, "_fill_value": None} if is_default else attributes


def has_own_state(kind: type) -> bool:
    """Whether instances of the class have attributes or slots of their own."""
    return dict_reader(kind) is not None or bool(slot_descriptors(kind))


def slot_descriptors(kind: type) -> tuple[MemberDescriptorType, ...]:
    """Return the descriptors of all ``__slots__``, the bases' too."""
    return tuple(
        value
        for base in mro(kind)
        if "__slots__" in vars_of_type(base)
        for value in vars_of_type(base).values()
        if type(value) is MemberDescriptorType
    )


def _read_slot(slot: MemberDescriptorType, obj: Any) -> Any:
    try:
        return slot.__get__(obj)
    except AttributeError:
        return UNSET
