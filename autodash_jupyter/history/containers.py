"""Adapters for the builtin containers and ``collections``: each state is a copy of the items, by identity.

Copies are made, and put back, by the builtin's own C code, which reuses the hashes it stored: no key's
``__hash__`` or ``__eq__`` is run, but for those of ordered dicts, which have no such way.
"""

from __future__ import annotations

import array
import io
from collections import OrderedDict, defaultdict, deque
from collections.abc import Sequence
from itertools import chain
from typing import Any

from autodash_jupyter.history.introspection import copy_of_dict
from autodash_jupyter.history.states import (
    SCALARS,
    Adapter,
    CannotRestoreError,
    Dicts,
    Fixed,
    all_identical,
    same_dict,
    same_values,
)

__all__ = ["CONTAINERS"]


class _Lists(Adapter):
    def capture(self, obj: Any) -> tuple[Any, ...]:
        return tuple(list.__getitem__(obj, slice(None)))

    def same(self, obj: Any, state: tuple[Any, ...]) -> bool:
        return list.__len__(obj) == len(state) and all_identical(list.__iter__(obj), state)

    def prepare(self, states: Sequence[tuple[Any, ...]]) -> tuple[list[int], tuple[Any, ...]]:
        return [*map(len, states)], tuple(chain.from_iterable(states))

    def all_same(self, objects: Sequence[Any], prepared: tuple[list[int], tuple[Any, ...]]) -> bool:
        items = chain.from_iterable(map(list.__iter__, objects))
        return [*map(list.__len__, objects)] == prepared[0] and all_identical(items, prepared[1])

    def equal(self, old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
        return same_values(old, new)

    def children(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return state

    def restore(self, obj: Any, state: tuple[Any, ...]) -> None:
        list.__setitem__(obj, slice(None), state)


class _Dicts(Adapter):
    """Dicts and their subclasses, but for ordered ones."""

    def capture(self, obj: Any) -> dict[Any, Any]:
        return copy_of_dict(obj)

    def same(self, obj: Any, state: dict[Any, Any]) -> bool:
        return same_dict(obj, state)

    def prepare(self, states: Sequence[Any]) -> Any:
        return Dicts.of(states)

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        return bool(prepared.are_same(objects))

    def equal(self, old: dict[Any, Any], new: dict[Any, Any]) -> bool:
        return same_values([*old], [*new]) and same_values([*old.values()], [*new.values()])

    def children(self, state: dict[Any, Any]) -> tuple[Any, ...]:
        return (*state.values(), *state)

    def restore(self, obj: Any, state: dict[Any, Any]) -> None:
        dict.clear(obj)
        dict.update(obj, state)


class _DefaultDicts(_Dicts):
    """Dicts with a factory, which can be exchanged; the state is (the factory, a copy)."""

    def capture(self, obj: Any) -> Any:
        return obj.default_factory, copy_of_dict(obj)

    def same(self, obj: Any, state: Any) -> bool:
        return obj.default_factory is state[0] and same_dict(obj, state[1])

    def prepare(self, states: Sequence[Any]) -> Any:
        return [state[0] for state in states], Dicts.of([state[1] for state in states])

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        have_factories = all_identical([obj.default_factory for obj in objects], prepared[0])
        return have_factories and super().all_same(objects, prepared[1])

    def equal(self, old: Any, new: Any) -> bool:
        return old[0] is new[0] and super().equal(old[1], new[1])

    def children(self, state: Any) -> tuple[Any, ...]:
        return (state[0], *super().children(state[1]))

    def restore(self, obj: Any, state: Any) -> None:
        super().restore(obj, state[1])
        obj.default_factory = state[0]


class _OrderedDicts(Adapter):
    """Ordered dicts keep an order of their own; the state is a tuple of (key, value) pairs."""

    def capture(self, obj: Any) -> tuple[tuple[Any, Any], ...]:
        try:
            return tuple(OrderedDict.items(obj))
        except Exception:  # noqa: BLE001 - a key's __hash__ failed: the order of insertion is nearly as good
            return tuple(dict.items(obj))

    def same(self, obj: Any, state: tuple[tuple[Any, Any], ...]) -> bool:
        now = self.capture(obj)
        return len(now) == len(state) and all(
            a[0] is b[0] and a[1] is b[1] for a, b in zip(now, state, strict=True)
        )

    def equal(self, old: tuple[tuple[Any, Any], ...], new: tuple[tuple[Any, Any], ...]) -> bool:
        return same_values([x for pair in old for x in pair], [x for pair in new for x in pair])

    def children(self, state: tuple[tuple[Any, Any], ...]) -> tuple[Any, ...]:
        return tuple(x for pair in state for x in pair)

    def restore(self, obj: Any, state: tuple[tuple[Any, Any], ...]) -> None:
        try:
            dict(state)
        except Exception:  # noqa: BLE001 - before anything is lost
            msg = "refilling an ordered dict runs the __hash__ of its keys, which failed"
            raise CannotRestoreError(msg) from None
        OrderedDict.clear(obj)
        for key, value in state:
            OrderedDict.__setitem__(obj, key, value)


class _Sets(Adapter):
    """Sets; the state is (the items in the set's own order, a frozenset that keeps their hashes)."""

    def capture(self, obj: Any) -> tuple[tuple[Any, ...], frozenset[Any]]:
        return tuple(set.__iter__(obj)), frozenset.union(frozenset(), obj)

    def same(self, obj: Any, state: tuple[tuple[Any, ...], frozenset[Any]]) -> bool:
        return set.__len__(obj) == len(state[0]) and all_identical(set.__iter__(obj), state[0])

    def equal(self, old: Any, new: Any) -> bool:
        """Whether both have the same items: their order tells nothing."""
        were, are = set(map(id, old[0])), set(map(id, new[0]))
        lost = [item for item in old[0] if id(item) not in are]
        came = [item for item in new[0] if id(item) not in were]
        if any(id(type(item)) not in SCALARS for item in (*lost, *came)):
            return False
        return {(type(item), item) for item in lost} == {(type(item), item) for item in came}

    def children(self, state: tuple[tuple[Any, ...], frozenset[Any]]) -> tuple[Any, ...]:
        return state[0]

    def restore(self, obj: Any, state: tuple[tuple[Any, ...], frozenset[Any]]) -> None:
        set.clear(obj)
        set.update(obj, state[1])


class _Deques(Adapter):
    def capture(self, obj: Any) -> tuple[Any, ...]:
        return tuple(deque.__iter__(obj))

    def same(self, obj: Any, state: tuple[Any, ...]) -> bool:
        return deque.__len__(obj) == len(state) and all_identical(deque.__iter__(obj), state)

    def equal(self, old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
        return same_values(old, new)

    def children(self, state: tuple[Any, ...]) -> tuple[Any, ...]:
        return state

    def restore(self, obj: Any, state: tuple[Any, ...]) -> None:
        deque.clear(obj)
        deque.extend(obj, state)


class _Bytearrays(Adapter):
    def capture(self, obj: Any) -> bytes:
        return bytes(memoryview(obj))

    def same(self, obj: Any, state: bytes) -> bool:
        return bytearray.__eq__(obj, state) is True

    def restore(self, obj: Any, state: bytes) -> None:
        try:
            bytearray.__setitem__(obj, slice(None), state)
        except BufferError:
            msg = "a view of its memory, kept by history, keeps it from having another length"
            raise CannotRestoreError(msg) from None


class _Arrays(Adapter):
    """``array.array``; its type code can't change."""

    def capture(self, obj: Any) -> bytes:
        return array.array.tobytes(obj)

    def same(self, obj: Any, state: bytes) -> bool:
        return array.array.tobytes(obj) == state

    def restore(self, obj: Any, state: bytes) -> None:
        array.array.__setitem__(obj, slice(None), array.array(obj.typecode, state))


class _Streams(Adapter):
    """``io.StringIO`` and ``io.BytesIO``: text or bytes, and the position; None once closed."""

    def capture(self, obj: Any) -> tuple[Any, int] | None:
        return None if obj.closed else (obj.getvalue(), obj.tell())

    def same(self, obj: Any, state: tuple[Any, int] | None) -> bool:
        return self.capture(obj) == state

    def restore(self, obj: Any, state: tuple[Any, int] | None) -> None:
        if state is None:
            obj.close()
            return
        if obj.closed:
            msg = "a closed stream can't be opened again"
            raise CannotRestoreError(msg)
        obj.seek(0)
        obj.truncate()
        obj.write(state[0])
        obj.seek(state[1])


class _MemoryViews(Adapter):
    """Views of a buffer, whose bytes are its object's own; the state is that object, None once released."""

    def capture(self, obj: Any) -> Any:
        try:
            return obj.obj
        except ValueError:
            return None

    def same(self, obj: Any, state: Any) -> bool:
        return self.capture(obj) is state

    def children(self, state: Any) -> tuple[Any, ...]:
        return (state,)

    def restore(self, obj: Any, state: Any) -> None:
        if state is not None:
            msg = "a memory view that was released can't be used again"
            raise CannotRestoreError(msg)
        obj.release()


class _Iterators(Adapter):
    """Iterators over sequences, whose position can be set; the state is (the sequence, the position)."""

    def capture(self, obj: Any) -> tuple[Any, int]:
        _, arguments, *position = obj.__reduce__()
        return (arguments[0], position[0]) if position else (None, -1)

    def same(self, obj: Any, state: tuple[Any, int]) -> bool:
        now = self.capture(obj)
        is_value = type(now[0]) is type(state[0]) and type(now[0]) in (range, str, bytes)
        return now[1] == state[1] and bool(now[0] == state[0] if is_value else now[0] is state[0])

    def children(self, state: tuple[Any, int]) -> tuple[Any, ...]:
        return state[:1]

    def restore(self, obj: Any, state: tuple[Any, int]) -> None:
        if state[0] is None:
            deque(obj, maxlen=0)  # runs to the end, as it was
            return
        obj.__setstate__(state[1])
        if not self.same(obj, state):  # it let go of the sequence at its end, or only goes forward
            msg = "the position of an iterator that came to its end can't be put back"
            raise CannotRestoreError(msg)


_SEQUENCES: tuple[Any, ...] = ([], (), "", "ä", b"", bytearray(), range(1))
_ITERATORS = {type(each): _Iterators() for each in (*map(iter, _SEQUENCES), reversed([]))}

CONTAINERS: dict[type, Adapter] = {
    list: _Lists(),
    dict: _Dicts(),
    defaultdict: _DefaultDicts(),
    OrderedDict: _OrderedDicts(),
    set: _Sets(),
    deque: _Deques(),
    bytearray: _Bytearrays(),
    array.array: _Arrays(),
    io.StringIO: _Streams(),
    io.BytesIO: _Streams(),
    memoryview: _MemoryViews(),
    **_ITERATORS,
    tuple: Fixed(tuple.__iter__),
    frozenset: Fixed(frozenset.__iter__),
}
