"""One object in one state as a record of bytes, and back.

A record refers to other objects by number. Reading has two parts, since objects may refer to each other in
circles: ``make_object`` builds an empty one, ``read_state`` gives what is put into it.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from autodash_jupyter.errors import BlobError
from autodash_jupyter.history.arrays import BYTES, Content, owner_of
from autodash_jupyter.history.credentials import REASON, is_secret_name, is_secret_text
from autodash_jupyter.history.definitions import ClassState, FunctionState
from autodash_jupyter.history.frames import FrameState
from autodash_jupyter.history.introspection import inherits, name_of_type, type_name
from autodash_jupyter.history.modules import GlobalsState
from autodash_jupyter.history.pandas_internals import CopiedTable
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.persistence.blueprints import STATELESS, Blueprint, blueprint_of
from autodash_jupyter.history.persistence.columns import CredentialError, is_secret_column
from autodash_jupyter.history.persistence.constants import has_secret
from autodash_jupyter.history.persistence.contents import (
    StoredBytes,
    WrittenMeanwhileError,
    fill,
)
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.persistence.making import make
from autodash_jupyter.history.persistence.own_code import (
    PATCHED,
    assigned_in,
    find_patched,
    place_of_patch,
    what_is_lost,
)
from autodash_jupyter.history.persistence.pandas_tables import (
    References,
    parts_of_table,
)
from autodash_jupyter.history.persistence.pickling import (
    HIDDEN,
    Blobs,
    Pickled,
    Recorded,
    Source,
    pickled,
    unpickled,
)
from autodash_jupyter.history.persistence.portable_states import is_secret, portable, state_for
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

AS_IN_ITS_FILE = "it is as its file says; what cells assigned in it is not brought back"


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
    if node.kind is Patch:
        return _record_of_patch(node, recorded)
    try:
        blueprint = blueprint_of(node, recorded)
        made = pickled(blueprint, recorded)
        if blueprint[0] in ("variables_of", "imported"):
            if isinstance(node.state, GlobalsState | ClassState):
                return _record_of_module(node, blueprint, made, recorded)
            serial = recorded.serials.get(id(node.obj), 0)
            reasons = (AS_IN_ITS_FILE,) if serial in recorded.imported else made.lost
            recorded.imported.add(serial)
            return Record(blueprint[0], made.data, made.references, None, (), reasons)
        if blueprint[0] in STATELESS:
            reasons = (blueprint[1],) if blueprint[0] == "lost" else made.lost
            held = (recorded.serials.get(id(each)) for each in node.children if node.kind is types.ModuleType)
            known = tuple(serial for serial in held if serial is not None)
            return Record(blueprint[0], made.data, made.references, None, known, reasons)
        state = pickled(portable(node, recorded), recorded)
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


def _record_of_module(node: Node, blueprint: Blueprint, made: Pickled, recorded: Recorded) -> Record:
    """Return the record of a module's variables, or of a class in one: where it is, and what was assigned."""
    state: GlobalsState | ClassState = node.state
    assigned = assigned_in(state, blueprint[1], lambda value: id(value) in recorded.serials)
    open_values = {
        name: value
        for name, value in assigned.values.items()
        if type(value) not in (str, bytes) or not (is_secret_name(name) or is_secret_text(value))
    }
    hidden = (REASON,) if any(name not in open_values for name in assigned.values) else ()
    held = pickled(assigned._replace(values=open_values), recorded)
    lost = (*what_is_lost(assigned, state), *hidden, *made.lost, *held.lost)
    classes = (recorded.serials.get(id(each)) for each in node.children if inherits(type(each), type))
    references = dict.fromkeys((*held.references, *(serial for serial in classes if serial is not None)))
    return Record(blueprint[0], made.data, made.references, held.data, tuple(references), lost)


def _record_of_patch(node: Node, recorded: Recorded) -> Record:
    """Return the record of what a cell assigned in an installed package, where both can be found again."""
    name = node.obj.name
    if is_secret(name, node.state):
        return lost_record(REASON, recorded)
    try:
        place = place_of_patch(node.obj, node.origin, recorded.namespace)
        value = pickled(node.state, recorded)
    except Exception:  # noqa: BLE001 - whatever a value refuses with
        return lost_record(PATCHED, recorded)
    if place is None or value.lost:
        return lost_record(value.lost[0] if REASON in value.lost else PATCHED, recorded)
    made = pickled(("patch", *place, name), recorded)
    return Record("patch", made.data, (), value.data, value.references)


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
    if record.kind == "patch":
        return find_patched(*unpickled(record.blueprint, source)[1:])
    return make(unpickled(record.blueprint, source))


def read_state(record: Record, obj: Any, source: Source, references: References) -> Any:
    """Return a record's state for an object: one just made, or one that is in another state.

    Raises BlobError where bytes are missing, and whatever a class refuses with that isn't as it was.
    """
    assert record.state is not None
    state = unpickled(record.state, source)
    if record.kind != "patch":
        return state_for(obj, state, source, references)
    if type(state) is Lost:
        raise BlobError(PATCHED)
    return state


def fill_memory(record: Record, owner: np.ndarray[Any, Any], source: Source) -> Content:
    """Put the stored bytes into a new array; raises BlobError where they are missing or damaged."""
    assert record.state is not None
    stored: StoredBytes = unpickled(record.state, source)
    return fill(owner, stored, source.blobs)
