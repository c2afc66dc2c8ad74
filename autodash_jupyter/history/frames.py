"""Adapters for pandas: frames and series, indexes, and the extension arrays columns are made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from autodash_jupyter.history.arrays import owner_of
from autodash_jupyter.history.cells import same_cells
from autodash_jupyter.history.introspection import copy_of_dict, dict_reader, inherits
from autodash_jupyter.history.pandas_internals import (
    CopiedTable,
    Indexer,
    LazyTable,
    ManyTables,
    backing_of,
    put_backing,
    take,
)
from autodash_jupyter.history.states import INERT, Adapter, Dicts, Fixed, all_identical, same_values

__all__ = ["FrameState", "IndexState", "pandas_adapter"]

AnyArray = np.ndarray[Any, Any]
_FIRST_ROWS = 1 << 16
_attributes_of: Any = dict_reader(pd.DataFrame)
_read, _DICT = object.__getattribute__, repeat("__dict__")
_flags_in, _allows_duplicates = itemgetter("_flags"), attrgetter("_allows_duplicate_labels")


class FrameState(NamedTuple):
    """A frame's or series' cells and axes, its other attributes (``attrs``, its name), and its flag.

    ``size`` counts all attributes, pandas' internal ones too.
    """

    table: LazyTable | CopiedTable
    attributes: dict[str, Any]
    size: int
    unique_labels: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and columns where it is a frame."""
        return self.table.shape


class _Frames(Adapter):
    """Frames and series."""

    def capture(self, obj: Any) -> FrameState:
        size, flags = len(_attributes_of(obj)), obj._flags  # noqa: SLF001
        return FrameState(take(obj), _attributes(obj), size, not flags._allows_duplicate_labels)  # noqa: SLF001

    def same(self, obj: Any, state: FrameState) -> bool:
        attributes = _attributes_of(obj)
        for name, value in state.attributes.items():
            if attributes.get(name, obj) is not value:
                return False
        return (
            len(attributes) == state.size
            and attributes["_flags"]._allows_duplicate_labels is not state.unique_labels  # noqa: SLF001
            and state.table.is_untouched(obj)
        )

    def prepare(self, states: Sequence[FrameState]) -> Any:
        attributes = Dicts.of([state.attributes for state in states])
        sizes, allowed = [state.size for state in states], [not state.unique_labels for state in states]
        return sizes, attributes, allowed, ManyTables.of([state.table for state in states])

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        sizes, attributes, allowed, tables = prepared
        now = [*map(_attributes_of, objects)]
        return (
            [*map(len, now)] == sizes
            and attributes.are_held(now)
            and [*map(_allows_duplicates, map(_flags_in, now))] == allowed
            and bool(tables.are_untouched(now))
        )

    def equal(self, old: FrameState, new: FrameState) -> bool:
        """Whether pandas only moved the cells, for example into one block, or equal cells were assigned."""
        if old.unique_labels != new.unique_labels or [*old.attributes] != [*new.attributes]:
            return False
        if not same_values([*old.attributes.values()], [*new.attributes.values()]):
            return False
        axes = zip(old.table.axes, new.table.axes, strict=True)
        if not all(a is b for a, b in axes):
            return False
        pairs = zip(old.table.columns(), new.table.columns(), strict=True)
        apart = [(a, b) for (key, a), (other, b) in pairs if key != other]
        if not all(same_cells(a, b, rows=_FIRST_ROWS) for a, b in apart):
            return False  # nearly every change shows here, at once
        return all(same_cells(a, b) for a, b in apart)

    def children(self, state: FrameState) -> tuple[Any, ...]:
        mutable = [values for values in state.table.values if not _is_plain_numbers(values)]
        return *state.table.axes, *state.attributes.values(), *mutable

    def buffers(self, state: FrameState) -> tuple[AnyArray, ...]:
        return _buffers(state.table.values)

    def restore(self, obj: Any, state: FrameState) -> None:
        state.table.put_back(obj)
        attributes = _attributes_of(obj)
        for name in _attributes(obj).keys() - state.attributes.keys():
            del attributes[name]
        attributes.update(state.attributes)
        obj._flags._allows_duplicate_labels = not state.unique_labels  # noqa: SLF001


def _attributes(obj: Any) -> dict[str, Any]:
    attributes = copy_of_dict(_attributes_of(obj))
    for name in ("_mgr", "_flags", "_cache"):
        attributes.pop(name, None)
    return attributes


class IndexState(NamedTuple):
    """An index's attributes, and the names of a multi-index, whose list pandas writes to in place."""

    attributes: dict[str, Any]
    names: tuple[Any, ...] | None


class _Indexes(Adapter):
    """Indexes: immutable but for their names, and for whoever makes their values writeable."""

    _volatile = frozenset({"_cache", "_id", "_references"})

    def capture(self, obj: Any) -> IndexState:
        attributes = {
            name: value for name, value in _index_attributes(obj).items() if name not in self._volatile
        }
        names = attributes.get("_names")
        return IndexState(attributes, tuple(names) if type(names) is list else None)

    def same(self, obj: Any, state: IndexState) -> bool:
        now = _index_attributes(obj)
        for name, value in state.attributes.items():
            if now.get(name, obj) is not value:
                return False
        if state.names is None:
            return True
        names = now["_names"]
        return len(names) == len(state.names) and all(a is b for a, b in zip(names, state.names, strict=True))

    def prepare(self, states: Sequence[IndexState]) -> Any:
        has_many_levels = any(state.names is not None for state in states)
        return states if has_many_levels else Dicts.of([state.attributes for state in states])

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        if type(prepared) is list:
            return super().all_same(objects, prepared)
        return bool(prepared.are_held(map(_read, objects, _DICT)))

    def equal(self, old: IndexState, new: IndexState) -> bool:
        """Whether an equal name was set."""
        if [*old.attributes] != [*new.attributes] or not same_values(old.names or (), new.names or ()):
            return False
        return same_values([*old.attributes.values()], [*new.attributes.values()])

    def children(self, state: IndexState) -> tuple[Any, ...]:
        if "_codes" not in state.attributes:  # it has one level
            return tuple([value for value in state.attributes.values() if not _is_plain_numbers(value)])
        values = [*state.attributes.values(), *(state.names or ())]
        for name in ("_levels", "_codes"):
            values.extend(state.attributes.get(name, ()))
        known = ("_levels", "_codes", "_names")
        skipped = {id(state.attributes[name]) for name in known if name in state.attributes}
        return tuple([value for value in values if id(value) not in skipped and not _is_plain_numbers(value)])

    def buffers(self, state: IndexState) -> tuple[AnyArray, ...]:
        return _buffers((state.attributes.get("_data"), *state.attributes.get("_codes", ())))

    def restore(self, obj: Any, state: IndexState) -> None:
        attributes = _index_attributes(obj)
        attributes.update(state.attributes)
        if state.names is not None:
            attributes["_names"][:] = state.names
        forget_lookups(obj)


def _index_attributes(index: Any) -> dict[str, Any]:
    return object.__getattribute__(index, "__dict__")  # type: ignore[no-any-return]


def forget_lookups(index: pd.Index) -> None:
    """Drop an index's cached look-up tables, after its values or names were put back."""
    cached = _index_attributes(index).get("_cache")
    if cached:
        for name in [name for name in cached if name != "_references"]:
            del cached[name]


class ColumnState(NamedTuple):
    """An extension array's attributes, and the numpy array and dtype of those that have them compiled in."""

    attributes: dict[str, Any]
    backing: tuple[Any, Any] | None


class _ExtensionArrays(Adapter):
    """The arrays behind typed columns (nullable, categorical, dates, Arrow), written by ``.array[0] = 1``."""

    def capture(self, obj: Any) -> ColumnState:
        attributes = copy_of_dict(_read_attributes(obj))
        attributes.pop("_cache", None)
        return ColumnState(attributes, backing_of(obj))

    def same(self, obj: Any, state: ColumnState) -> bool:
        now = _read_attributes(obj)
        for name, value in state.attributes.items():
            if now.get(name, obj) is not value:
                return False
        return state.backing is None or all_identical(backing_of(obj) or (), state.backing)

    def prepare(self, states: Sequence[ColumnState]) -> Any:
        has_backing = any(state.backing is not None for state in states)
        return states if has_backing else Dicts.of([state.attributes for state in states])

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        if type(prepared) is list:
            return super().all_same(objects, prepared)
        return bool(prepared.are_held(map(_read, objects, _DICT)))

    def children(self, state: ColumnState) -> tuple[Any, ...]:
        values = (*state.attributes.values(), *(state.backing or ()))
        return tuple([value for value in values if not _is_plain_numbers(value)])

    def buffers(self, state: ColumnState) -> tuple[AnyArray, ...]:
        return _buffers((*state.attributes.values(), *(state.backing or ())))

    def restore(self, obj: Any, state: ColumnState) -> None:
        if state.backing:
            put_backing(obj, *state.backing)
        attributes = _read_attributes(obj)
        attributes.update(state.attributes)
        attributes.pop("_cache", None)


def _read_attributes(obj: Any) -> dict[str, Any]:
    return object.__getattribute__(obj, "__dict__")  # type: ignore[no-any-return]


def _is_plain_numbers(values: Any) -> bool:
    return type(values) is np.ndarray and not values.dtype.hasobject


def _buffers(values: Any) -> tuple[AnyArray, ...]:
    owners = [owner_of(each) for each in values if _is_plain_numbers(each) and each.nbytes]
    return tuple([owner for owner in owners if owner.base is None or owner.flags.writeable])


_INDEXERS = Fixed(lambda indexer: (indexer.obj,))
"""``frame.loc`` and its like, which hold the frame where only compiled code sees it."""

_FRAMES, _INDEXES, _EXTENSION_ARRAYS = _Frames(), _Indexes(), _ExtensionArrays()


def pandas_adapter(kind: type) -> Adapter | None:
    """Return the adapter for a pandas type, or None for any other."""
    if inherits(kind, pd.DataFrame) or inherits(kind, pd.Series):
        return _FRAMES
    if inherits(kind, pd.Index):
        return _INDEXES
    if inherits(kind, ExtensionArray):
        return _EXTENSION_ARRAYS
    if inherits(kind, Indexer):
        return _INDEXERS
    return INERT if inherits(kind, ExtensionDtype) else None
