"""States without what has a meaning in one process only, and made of that again in another.

Credentials are left out on the way.
"""

from __future__ import annotations

import functools
import types
from typing import Any, NamedTuple

import numpy as np

from autodash_jupyter.history.arrays import ARRAYS, BYTES, Header, owner_of
from autodash_jupyter.history.credentials import is_secret_name, without_secrets
from autodash_jupyter.history.definitions import ClassState
from autodash_jupyter.history.editions import Edition, edition_of_class
from autodash_jupyter.history.frames import FrameState
from autodash_jupyter.history.introspection import dict_reader
from autodash_jupyter.history.objects import InstanceState, slot_descriptors
from autodash_jupyter.history.persistence.columns import refuse_texts
from autodash_jupyter.history.persistence.contents import StoredBytes, content_of, store
from autodash_jupyter.history.persistence.own_code import Assigned, merged, met
from autodash_jupyter.history.persistence.pandas_tables import (
    References,
    TableParts,
    parts_of_table,
    table_from_parts,
)
from autodash_jupyter.history.persistence.pickling import HIDDEN, Recorded, Source
from autodash_jupyter.history.polars_tables import PolarsState, polars_adapter
from autodash_jupyter.history.states import Node

__all__ = ["is_secret", "portable", "state_for"]

_CACHED_FUNCTION = type(functools.cache(len))
_PART_OF_A_CLASS = frozenset(
    {"__dict__", "__weakref__", "_abc_impl", "__annotations_cache__", "__abstractmethods__"}
)


def portable(node: Node, recorded: Recorded) -> Any:
    """Return a state without what has a meaning in this process only."""
    if node.adapter is BYTES:
        refuse_texts(node.obj)
        return store(node.obj, node.state, recorded.blobs)
    if node.kind is types.CellType:
        return node.state  # the very object it holds, which has a record of its own
    return _portable_state(node.state)


def _portable_state(state: Any) -> Any:  # noqa: PLR0911 - a line for each family
    if type(state) is dict:
        return without_secrets(state, HIDDEN)
    if isinstance(state, InstanceState):
        attributes = without_secrets(state.attributes or {}, HIDDEN)
        names = [slot.__name__ for slot in slot_descriptors(state.kind)]
        pairs = zip(names, state.slots, strict=True)
        slots = tuple(HIDDEN if is_secret(name, value) else value for name, value in pairs)
        content = () if state.kind is _CACHED_FUNCTION else _portable_state(state.content)
        return state._replace(attributes=attributes, slots=slots, held_in=None, content=content)
    if type(state) is tuple:
        return tuple(map(_without_secret, state))
    if isinstance(state, FrameState):
        return state._replace(table=parts_of_table(state.table))  # type: ignore[arg-type]
    if isinstance(state, Header):
        return state._replace(owner=None)  # type: ignore[arg-type]
    if isinstance(state, ClassState):
        kept = {name: value for name, value in state.attributes.items() if name not in _PART_OF_A_CLASS}
        return state._replace(attributes=without_secrets(kept, HIDDEN), edition=Edition())
    if isinstance(state, PolarsState):
        return _PolarsTable(state.attributes, tuple(column.series for column in state.columns))
    return state


def _without_secret(item: Any) -> Any:
    """Return a pair of a name and a value, or a dict, without a credential; anything else as it is."""
    if type(item) is dict:
        return without_secrets(item, HIDDEN)
    is_pair = type(item) is tuple and len(item) == 2
    return (item[0], HIDDEN) if is_pair and is_secret(*item) else item


def is_secret(name: Any, value: Any) -> bool:
    """Whether a text is a credential by the name it is held under."""
    return type(value) in (str, bytes) and bool(value) and is_secret_name(name)


class _PolarsTable(NamedTuple):
    """What a polars frame or series is made of."""

    attributes: dict[str, Any]
    columns: tuple[Any, ...]


def _polars_state(obj: Any, table: _PolarsTable) -> Any:
    import polars

    is_frame = isinstance(obj, polars.DataFrame)
    made = polars.DataFrame(list(table.columns)) if is_frame else table.columns[0]
    adapter = polars_adapter(type(made))
    assert adapter is not None
    return adapter.capture(made)._replace(attributes=table.attributes)


def state_for(obj: Any, state: Any, source: Source, references: References) -> Any:  # noqa: PLR0911 - a line for each family
    """Return a portable state as one of this object in this process; raises BlobError."""
    if isinstance(state, StoredBytes):
        return content_of(state, source.blobs)
    if isinstance(state, Assigned):
        return merged(state, obj, source.modules.setdefault(id(obj), met(obj)))
    if isinstance(state, InstanceState):
        read = dict_reader(type(obj))
        content = state_for(obj, state.content, source, references)
        return state._replace(held_in=read(obj) if read else None, content=content)
    if isinstance(state, FrameState) and isinstance(state.table, TableParts):
        return state._replace(table=table_from_parts(state.table, references))
    if isinstance(state, _PolarsTable):
        return _polars_state(obj, state)
    if isinstance(state, Header):
        pointers = 0 if state.cells is None else ARRAYS.capture(state.cells).fingerprint
        plain = np.ndarray.view(obj, np.ndarray)
        dtype = plain.dtype if plain.dtype == state.dtype else state.dtype  # known by identity
        return state._replace(owner=owner_of(obj), fingerprint=pointers, dtype=dtype)
    if isinstance(state, ClassState):
        present = {name: value for name, value in vars(obj).items() if name in _PART_OF_A_CLASS}
        return state._replace(attributes={**state.attributes, **present}, edition=edition_of_class(obj))
    return state
