"""The words the other files use: a ``Node`` is one recorded object, an ``Adapter`` knows a family of types.

Nothing here calls what a user may have overridden: types come from ``type()``, attributes from the
descriptors of ``type`` and ``object``, and equality is identity, but for exact builtin scalars.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import re
import types
import uuid
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from operator import is_, itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = [
    "ATOMS",
    "Adapter",
    "CannotRestoreError",
    "Dicts",
    "Fixed",
    "GLOBAL",
    "INERT",
    "Node",
    "SCALARS",
    "UNSET",
    "all_identical",
    "bytes_key",
    "same_dict",
    "same_values",
]


_SCALAR_TYPES = (int, float, complex, bool, str, bytes, type(None), type(...), type(NotImplemented))
_ATOMIC_TYPES = (
    *_SCALAR_TYPES,
    *{np.dtype(code).type for code in np.typecodes["All"] if code != "V"},  # a record shows an array's memory
    *(
        object,
        np.ufunc,
        range,
        types.CodeType,
        types.TracebackType,
        types.FrameType,
        types.GetSetDescriptorType,
    ),
    *(types.MemberDescriptorType, types.WrapperDescriptorType, types.MethodDescriptorType),
    *(types.ClassMethodDescriptorType, types.GenericAlias, types.UnionType, re.Pattern, re.Match),
    *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone),
    *(decimal.Decimal, fractions.Fraction, uuid.UUID, pathlib.PosixPath, pathlib.WindowsPath),
    *(
        pathlib.PurePosixPath,
        pathlib.PureWindowsPath,
        weakref.ref,
        weakref.ProxyType,
        weakref.CallableProxyType,
    ),
    *(pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval, type(pd.NaT), type(pd.NA)),
)

# Types are known by id: a metaclass may define a __hash__ of its own, and this must not run it.
SCALARS = frozenset(map(id, _SCALAR_TYPES))
ATOMS = frozenset(map(id, _ATOMIC_TYPES))


UNSET = object()
"""Stands for what holds nothing: a slot, a cell, a variable."""

GLOBAL = "<"
"""Begins the names of what all share, such as ``<random>``: no variable has such a name."""


class CannotRestoreError(Exception):
    """An object's state can't be put back; the text is the reason, fit to follow the variable's name."""


class Adapter(ABC):
    """How the objects of one family are captured, compared and written back, each without its children.

    ``state`` is whatever ``capture`` returned; it is never changed afterwards, save for hints an
    adapter keeps for itself. ``exposed`` tells that whoever holds such an object can write its buffers,
    ``can_change`` that there is something to compare.
    """

    exposed = False
    can_change = True

    @abstractmethod
    def capture(self, obj: Any) -> Any:
        """Return the object's own state."""

    @abstractmethod
    def same(self, obj: Any, state: Any) -> bool:
        """Whether the object certainly still is as captured; must be fast."""

    def prepare(self, states: Sequence[Any]) -> Any:
        """Return what ``all_same`` compares the objects of these states with, for one time and the next."""
        return states

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        """Whether many objects certainly still are as captured; fails or says no when in doubt."""
        return all(map(self.same, objects, prepared))

    def equal(self, old: Any, new: Any) -> bool:  # noqa: ARG002 - the default needs neither
        """Whether two states, found not to be the same, mean the same value all the same."""
        return False

    def children(self, state: Any) -> Iterable[Any]:  # noqa: ARG002
        """Return the objects this one refers to."""
        return ()

    def buffers(self, state: Any) -> Sequence[np.ndarray[Any, Any]]:  # noqa: ARG002
        """Return the arrays whose bytes are part of this object's value."""
        return ()

    @abstractmethod
    def restore(self, obj: Any, state: Any) -> None:
        """Put the state back into the same object; raises CannotRestoreError with the reason."""


class Fixed(Adapter):
    """Objects that can't change themselves, or are none of our business; some have children."""

    can_change = False

    def __init__(self, children: Callable[[Any], Iterable[Any]] | None = None) -> None:
        self._children = children

    def capture(self, obj: Any) -> Any:
        """Return the children: nothing else is known of the object."""
        return tuple(self._children(obj)) if self._children else ()

    def same(self, obj: Any, state: Any) -> bool:  # noqa: ARG002
        """Always: it can't change."""
        return True

    def children(self, state: Any) -> Iterable[Any]:
        """Return what ``capture`` found."""
        return state  # type: ignore[no-any-return]  # a tuple made by capture

    def restore(self, obj: Any, state: Any) -> None:
        """Do nothing: it can't have changed."""


INERT = Fixed()
"""The adapter of what can neither change nor refer to anything that can."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Node:
    """One object with the state it was found in.

    ``children`` leaves out what can't change; ``origin`` is the variable it was first met from.
    """

    obj: Any
    kind: type
    adapter: Adapter
    state: Any
    children: tuple[Any, ...]
    buffers: tuple[np.ndarray[Any, Any], ...] = ()
    origin: str = ""

    def references(self) -> Iterator[int]:
        """Return the keys of what the object refers to: children, and the bytes of arrays."""
        children = map(id, self.children)
        return chain(children, map(bytes_key, self.buffers)) if self.buffers else children


def bytes_key(owner: np.ndarray[Any, Any]) -> int:
    """Return the key of an array's bytes; the array itself has its id."""
    return -id(owner)


def all_identical(left: Iterable[Any], right: Iterable[Any]) -> bool:
    """Whether two equally long series hold the same objects, compared by identity."""
    return all(map(is_, left, right))


def same_dict(now: dict[Any, Any], then: dict[Any, Any]) -> bool:
    """Whether two dicts have the same keys in the same order, and the same values, by identity."""
    return dict.__len__(now) == len(then) and (
        not then
        or (all(map(is_, dict.values(now), then.values())) and all(map(is_, dict.__iter__(now), then)))
    )


class Dicts(NamedTuple):
    """The keys and values of many dicts, one after the other, to compare as many with."""

    lengths: list[int]
    keys: tuple[Any, ...]
    values: tuple[Any, ...]

    @classmethod
    def of(cls, dicts: Sequence[dict[Any, Any]]) -> Dicts:
        """Return those of these dicts, hashing no key."""
        lengths = [*map(dict.__len__, dicts)]
        keys = chain.from_iterable(map(dict.__iter__, dicts))
        return cls(lengths, tuple(keys), tuple(chain.from_iterable(map(dict.values, dicts))))

    def are_same(self, now: Sequence[dict[Any, Any]]) -> bool:
        """Whether ``same_dict`` is true of all pairs."""
        return (
            [*map(dict.__len__, now)] == self.lengths
            and all_identical(chain.from_iterable(map(dict.values, now)), self.values)
            and all_identical(chain.from_iterable(map(dict.__iter__, now)), self.keys)
        )

    def are_held(self, now: Iterable[dict[Any, Any]]) -> bool:
        """Whether each dict holds the same values by the same names, one or more; it may have others.

        Fails or says no where names are missing, or differ from one to the next.
        """
        names = self.keys[: self.lengths[0]]
        found: Iterable[Any] = map(itemgetter(*names), now)
        held = [*(found if len(names) == 1 else chain.from_iterable(found))]
        if len(held) != len(self.values) or not all_identical(self.keys, cycle(names)):
            return False
        return all_identical(held, self.values)


def same_values(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether two sequences hold the same objects, or builtin scalars equal in type and value.

    >>> same_values([1000, "a b"], [int("1000"), "a b"]), same_values([1], [True])
    (True, False)
    """
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        if one is other:
            continue
        kind = type(one)
        if kind is not type(other) or id(kind) not in SCALARS or one != other:
            return False
        if kind in (float, complex) and repr(one) != repr(other):  # 0.0 and -0.0 differ
            return False
    return True
