"""What cells assigned in modules: their own, imported from files, and installed ones.

A module comes back by importing it, so it is as its file says. Plain values, and what the notebook defined,
are put into it again; the rest is named. Where the file has another text since then, only what is certainly
not from the file is put back.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xxhash

from autodash_jupyter.history.definitions import CLASSES, ClassState
from autodash_jupyter.history.editions import edition_of
from autodash_jupyter.history.introspection import inherits, module_of_type
from autodash_jupyter.history.modules import GLOBALS, GlobalsState
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.states import SCALARS, same_values

__all__ = [
    "PATCHED",
    "SHARED",
    "Assigned",
    "assigned_in",
    "find_patched",
    "merged",
    "met",
    "place_of_patch",
    "what_is_lost",
]

PATCHED = "a cell assigned it in an installed package; run that cell again"

SHARED = frozenset({"variables_of", "imported", "patch"})
"""Kinds of records whose objects are part of a module: a move changes them, to read them doesn't."""

_PLAIN = (list, dict, set, frozenset, tuple, bytearray, np.ndarray, pd.DataFrame, pd.Series, pd.Index)
_UNKNOWN = object()


class Assigned(NamedTuple):
    """The variables of a module, or the attributes of a class in one, that can be put back.

    ``names`` are all there were, ``certain`` those the file doesn't have so; ``text`` is the file's hash.
    """

    names: tuple[str, ...]
    values: dict[str, Any]
    certain: tuple[str, ...]
    text: str


def assigned_in(state: GlobalsState | ClassState, module: str, is_kept: Callable[[Any], bool]) -> Assigned:
    """Return what can be put back of a state; ``is_kept`` tells whether an object has a record."""
    source, text = _source_of(module)
    if isinstance(state, GlobalsState):
        own, said = state.own(), _said_by(source)
    else:
        own = {name: value for name, value in state.attributes.items() if not name.startswith("_")}
        said = dict.fromkeys(own, _UNKNOWN)
    values = {name: value for name, value in own.items() if _is_plain(value, is_kept) or _is_typed_in(value)}
    certain = [name for name, value in own.items() if _is_certain(value, said.get(name, None), name in said)]
    return Assigned(tuple(own), values, tuple(certain), text)


def what_is_lost(assigned: Assigned, state: GlobalsState | ClassState) -> tuple[str, ...]:
    """Return why a module, or class, won't be as it was, in one line, or nothing."""
    own = state.own() if isinstance(state, GlobalsState) else state.attributes
    names = [
        name
        for name in assigned.certain
        if name not in assigned.values and type(own.get(name)) is not types.ModuleType
    ]
    return (f"what cells assigned in it is not brought back: {', '.join(names[:5])}",) if names else ()


def met(obj: Any) -> GlobalsState | ClassState:
    """Return a module's variables, or a class in one, as they are before anything is put back."""
    return GLOBALS.capture(obj) if isinstance(obj, dict) else CLASSES.capture(obj)


def merged(assigned: Assigned, obj: Any, as_met: GlobalsState | ClassState) -> GlobalsState | ClassState:
    """Return the state of a module's variables, or of a class, ``as_met``, with what was assigned put in."""
    module = obj["__name__"] if isinstance(obj, dict) else module_of_type(obj)
    is_same_text = _source_of(module)[1] == assigned.text
    names = assigned.names if is_same_text else assigned.certain
    values = {name: value for name, value in assigned.values.items() if type(value) is not Lost}
    wanted = {name: values[name] for name in names if name in values}
    if isinstance(as_met, ClassState):
        return as_met._replace(attributes={**as_met.attributes, **_differing(wanted, as_met.attributes)})
    if as_met.edition.is_followed_by(edition_of(obj)):  # it was reloaded since
        as_met = GLOBALS.capture(obj)
    gone = set(as_met.own()) - set(assigned.names) if is_same_text else set[str]()
    kept = {
        name: value
        for name, value in as_met.variables.items()
        if name not in gone or type(value) is types.ModuleType
    }
    return as_met._replace(variables={**kept, **_differing(wanted, kept)})


def _differing(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in wanted.items()
        if name not in present or not same_values((present[name],), (value,))
    }


def _is_plain(value: Any, is_kept: Callable[[Any], bool]) -> bool:
    kind = type(value)
    return id(kind) in SCALARS or (kind in _PLAIN and is_kept(value))


def _is_typed_in(value: Any) -> bool:
    if type(value) is types.FunctionType:
        return value.__module__ == "__main__"
    return inherits(type(value), type) and module_of_type(value) == "__main__"


def _is_certain(value: Any, said: Any, is_said: bool) -> bool:
    """Whether a value is not the file's: the file doesn't bind the name, or to another plain value."""
    if not is_said or _is_typed_in(value):
        return True
    if said is _UNKNOWN:
        return False
    try:
        return bool(type(value) is not type(said) or value != said)
    except Exception:  # noqa: BLE001 - a list may hold objects of the user's own, whose comparing fails
        return True


def _source_of(module: str) -> tuple[str, str]:
    """Return the text of a module's file, and its hash; ``""`` for both where there is none."""
    file = getattr(sys.modules.get(module), "__file__", None)
    try:
        data = Path(file).read_bytes() if type(file) is str else b""
        return data.decode(), xxhash.xxh3_64_hexdigest(data)
    except (OSError, UnicodeDecodeError):
        return "", ""


@lru_cache(maxsize=64)
def _said_by(source: str) -> Mapping[str, Any]:
    """Return the names a module's text binds, with the value where that is written there.

    >>> dict(_said_by("import os\\nLIMIT = 5\\nWORDS = ['a']"))["LIMIT"]
    5
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.setdefault(name, _UNKNOWN)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = _UNKNOWN
            case ast.alias(name=name, asname=called):
                found[called or name.partition(".")[0]] = _UNKNOWN
            case ast.Global(names=names):
                found.update(dict.fromkeys(names, _UNKNOWN))
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found[name] = _UNKNOWN
    once = [name for node in tree.body for name in _bound_once(node)]
    for name, value in once:
        found[name] = value if [each for each, _ in once].count(name) == 1 else _UNKNOWN
    if "*" in found:
        return _Anything(found)
    return found


class _Anything(dict[str, Any]):
    """What a text binds that imports all names of another."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002 - as a dict's
        """Return the value written there, where one is."""
        return dict.get(self, name, _UNKNOWN)


def _bound_once(node: ast.stmt) -> list[tuple[str, Any]]:
    """Return name and value of an assignment of something written out."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            return []
    try:
        return [(name, ast.literal_eval(value))]
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return [(name, _UNKNOWN)]


def place_of_patch(patch: Patch, origin: str, namespace: Any) -> tuple[str, tuple[str, ...]] | None:
    """Return the module, and the path in it, where a patch's owner is found; None where it can't be."""
    owner = patch.owner
    if type(owner) is types.ModuleType:
        return owner.__name__, ()
    if inherits(type(owner), type):
        return _found(
            module_of_type(owner), tuple(type.__dict__["__qualname__"].__get__(owner).split(".")), owner
        )
    first, *path = origin.split(".")[:-1]
    module = namespace.get(first)
    return _found(module.__name__, tuple(path), owner) if type(module) is types.ModuleType else None


def _found(module: str, path: tuple[str, ...], owner: Any) -> tuple[str, tuple[str, ...]] | None:
    try:
        found = _reached(module, path)
        is_view = not inherits(type(owner), type) and type(found) is type(
            owner
        )  # as pandas.options makes anew
        return (module, path) if found is owner or is_view else None
    except Exception:  # noqa: BLE001 - a package's own __getattr__ may raise anything
        return None


def find_patched(module: str, path: tuple[str, ...], name: str) -> Patch:
    """Return the attribute of an installed package; raises whatever its import raises."""
    return Patch(_reached(module, path), name)


def _reached(module: str, path: tuple[str, ...]) -> Any:
    owner: Any = import_module(module)
    for name in path:
        owner = getattr(owner, name)
    return owner
