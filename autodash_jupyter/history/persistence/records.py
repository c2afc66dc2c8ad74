"""One object in one state as a record of bytes, and back.

A record refers to other objects by number. Reading has two parts, since objects may refer to each other in
circles: ``make_object`` builds an empty one, ``read_state`` gives what is put into it.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from autodash_jupyter.history.arrays import ARRAYS, BYTES, Content, Header, owner_of
from autodash_jupyter.history.credentials import REASON, is_secret_name, without_secrets
from autodash_jupyter.history.definitions import ClassState, FunctionState
from autodash_jupyter.history.frames import FrameState
from autodash_jupyter.history.introspection import dict_reader, name_of_type, type_name
from autodash_jupyter.history.objects import InstanceState, slot_descriptors
from autodash_jupyter.history.pandas_internals import CopiedTable
from autodash_jupyter.history.persistence.blueprints import STATELESS, blueprint_of
from autodash_jupyter.history.persistence.columns import CredentialError, is_secret_column, refuse_texts
from autodash_jupyter.history.persistence.constants import has_secret
from autodash_jupyter.history.persistence.contents import (
    StoredBytes,
    WrittenMeanwhileError,
    content_of,
    fill,
    store,
)
from autodash_jupyter.history.persistence.making import make
from autodash_jupyter.history.persistence.pandas_tables import (
    References,
    TableParts,
    parts_of_table,
    table_from_parts,
)
from autodash_jupyter.history.persistence.pickling import HIDDEN, Blobs, Recorded, Source, pickled, unpickled
from autodash_jupyter.history.polars_tables import PolarsState, polars_adapter
from autodash_jupyter.history.states import Node, bytes_key

__all__ = [
    "Named",
    "Record",
    "fill_memory",
    "find_secrets",
    "lost_record",
    "make_object",
    "read_state",
    "record_of",
]

AS_IN_ITS_FILE = "it is as its file says; what cells assigned in the module is not brought back"
_CACHED_FUNCTION = type(functools.cache(len))
_PART_OF_A_CLASS = frozenset(
    {"__dict__", "__weakref__", "_abc_impl", "__annotations_cache__", "__abstractmethods__"}
)


class Record(NamedTuple):
    """An object as bytes: how it is made, its state, and the numbers each of them refers to.

    ``lost`` is why it, or something in it, will not come back; ``blobs`` are the names of its large parts.
    """

    kind: str
    blueprint: bytes
    needs: tuple[int, ...]
    state: bytes | None
    references: tuple[int, ...]
    lost: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()

    @property
    def is_memory(self) -> bool:
        """Whether it is the bytes of an array."""
        return self.kind == "memory"


class Named:
    """Blobs that remembers the names of what was put."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.names: dict[str, None] = {}

    def put(self, pieces: Sequence[Any]) -> str:
        """Keep a blob, and remember its name."""
        name = self._blobs.put(pieces)
        self.names[name] = None
        return name


def record_of(node: Node, recorded: Recorded) -> Record:
    """Return a node as a record; what can't be stored becomes one that tells why."""
    blobs = Named(recorded.blobs)
    return _record_of(node, replace(recorded, blobs=blobs))._replace(blobs=tuple(blobs.names))


def _record_of(node: Node, recorded: Recorded) -> Record:  # noqa: PLR0911 - a line for each family
    if isinstance(node.state, FunctionState) and has_secret(node.state.code):
        return lost_record(REASON, recorded)
    if _key_of(node, recorded) in recorded.secret:
        if node.kind not in (types.CellType, tuple):
            return lost_record(REASON, recorded)
        node = replace(node, state=_hidden(node.state))
    try:
        blueprint = blueprint_of(node, recorded)
        made = pickled(blueprint, recorded)
        if blueprint[0] in ("variables_of", "imported"):
            serial = recorded.serials.get(id(node.obj), 0)
            reasons = (AS_IN_ITS_FILE,) if serial in recorded.imported else made.lost
            recorded.imported.add(serial)
            return Record(blueprint[0], made.data, made.references, None, (), reasons)
        if blueprint[0] in STATELESS:
            reasons = (blueprint[1],) if blueprint[0] == "lost" else made.lost
            held = (recorded.serials.get(id(each)) for each in node.children if node.kind is types.ModuleType)
            known = tuple(serial for serial in held if serial is not None)
            return Record(blueprint[0], made.data, made.references, None, known, reasons)
        state = pickled(_portable(node, recorded), recorded)
    except CredentialError:
        return lost_record(REASON, recorded)
    except WrittenMeanwhileError:
        return lost_record("its memory was written past pandas' copy-on-write before it was stored", recorded)
    except Exception as error:  # noqa: BLE001 - whatever an object refuses with, the others are worth keeping
        return lost_record(f"a {name_of_type(node.kind)} can't be stored ({type_name(error)})", recorded)
    memory = (recorded.serials.get(bytes_key(owner)) for owner in node.buffers)
    references = dict.fromkeys((*state.references, *(serial for serial in memory if serial is not None)))
    lost = made.lost + state.lost
    return Record(blueprint[0], made.data, made.references, state.data, tuple(references), lost)


def find_secrets(node: Node, recorded: Recorded) -> None:
    """Mark the default values and closure cells of a function that have the names of credentials."""
    if isinstance(node.state, FrameState):
        keys = _with_secret_columns(node)
        recorded.secret.update(recorded.serials[key] for key in keys if key in recorded.serials)
    if not isinstance(node.state, FunctionState):
        return
    code, defaults, cells = node.state.code, node.state.defaults or (), node.state.closure or ()
    arguments = code.co_varnames[: code.co_argcount]
    held: list[Any] = [
        cell for name, cell in zip(code.co_freevars, cells, strict=False) if is_secret_name(name)
    ]
    if any(map(is_secret_name, arguments[len(arguments) - len(defaults) :])):
        held.append(defaults)
    recorded.secret.update(recorded.serials[id(each)] for each in held if id(each) in recorded.serials)


def _key_of(node: Node, recorded: Recorded) -> int | None:
    key = bytes_key(node.obj) if node.adapter is BYTES else id(node.obj)
    return recorded.serials.get(key)


def _with_secret_columns(node: Node) -> set[int]:
    """Return the keys of a table and its memory where a column's name says its texts are credentials."""
    parts = parts_of_table(node.state.table)
    if isinstance(parts, CopiedTable):
        return set()
    names = list(parts.axes[0]) if len(parts.axes) == 2 else [node.state.attributes.get("_name")]
    held: set[int] = set()
    for place, values in zip(parts.places, parts.values, strict=True):
        mine = names if place is None else [names[each] for each in place]
        if getattr(values.dtype, "kind", "O") in "OUST" and any(
            is_secret_column(name, _flat(values)) for name in mine
        ):
            held |= {id(node.obj), *(id(each) for each in node.children if not isinstance(each, pd.Index))}
            held |= {bytes_key(owner_of(values))} if isinstance(values, np.ndarray) else set()
    return held


def _flat(values: Any) -> Any:
    return values.reshape(-1) if isinstance(values, np.ndarray) else values


def _hidden(state: Any) -> Any:
    """Return a state of a cell or a tuple without its texts."""
    if isinstance(state, tuple):
        return tuple(map(_hidden, state))
    return HIDDEN if type(state) in (str, bytes) else state


def lost_record(reason: str, recorded: Recorded) -> Record:
    """Return the record of an object that is not kept."""
    return Record("lost", pickled(("lost", reason), recorded).data, (), None, (), (reason,))


def make_object(record: Record, source: Source) -> Any:
    """Return the object of a record, empty where it has a state; raises whatever its class refuses with."""
    return make(unpickled(record.blueprint, source))


def _portable(node: Node, recorded: Recorded) -> Any:
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
        slots = tuple(HIDDEN if _is_secret(name, value) else value for name, value in pairs)
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
        return state._replace(attributes=without_secrets(kept, HIDDEN))
    if isinstance(state, PolarsState):
        return _PolarsTable(state.attributes, tuple(column.series for column in state.columns))
    return state


def _without_secret(item: Any) -> Any:
    """Return a pair of a name and a value, or a dict, without a credential; anything else as it is."""
    if type(item) is dict:
        return without_secrets(item, HIDDEN)
    is_pair = type(item) is tuple and len(item) == 2
    return (item[0], HIDDEN) if is_pair and _is_secret(*item) else item


def _is_secret(name: Any, value: Any) -> bool:
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


def read_state(record: Record, obj: Any, source: Source, references: References) -> Any:
    """Return a record's state for an object: one just made, or one that is in another state.

    Raises BlobError where bytes are missing, and whatever a class refuses with that isn't as it was.
    """
    assert record.state is not None
    return _state_for(obj, unpickled(record.state, source), source, references)


def _state_for(obj: Any, state: Any, source: Source, references: References) -> Any:  # noqa: PLR0911 - a line for each family
    if isinstance(state, StoredBytes):
        return content_of(state, source.blobs)
    if isinstance(state, InstanceState):
        read = dict_reader(type(obj))
        content = _state_for(obj, state.content, source, references)
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
        return state._replace(attributes={**state.attributes, **present})
    return state


def fill_memory(record: Record, owner: np.ndarray[Any, Any], source: Source) -> Content:
    """Put the stored bytes into a new array; raises BlobError where they are missing or damaged."""
    assert record.state is not None
    stored: StoredBytes = unpickled(record.state, source)
    return fill(owner, stored, source.blobs)
