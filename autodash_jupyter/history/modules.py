"""Adapters for the user's own modules: the variables in them, but none of import's own.

A module that was reloaded since is another edition of itself, and its earlier variables are left alone.
"""

from __future__ import annotations

import types
from typing import Any, NamedTuple

from autodash_jupyter.history.boundaries import is_own_module
from autodash_jupyter.history.definitions import is_read_anew, put_globals
from autodash_jupyter.history.editions import Edition, edition_of
from autodash_jupyter.history.introspection import copy_of_dict
from autodash_jupyter.history.states import INERT, UNSET, Adapter, Fixed, same_dict, same_values

__all__ = ["GLOBALS", "is_globals", "module_adapter"]

_variables_of: Any = vars(types.ModuleType)["__dict__"].__get__
_MARKS = frozenset(("__builtins__", "__loader__"))
_MODULES = Fixed(lambda module: (_variables_of(module),))


def module_adapter(module: types.ModuleType) -> Adapter:
    """Return the adapter for a module: installed ones are left alone."""
    return _MODULES if is_own_module(_variables_of(module).get("__name__")) else INERT


def is_globals(mapping: dict[Any, Any]) -> bool:
    """Whether a dict holds the global variables of a module or a script.

    >>> is_globals(globals()), is_globals({"a": 1})
    (True, False)
    """
    return not _MARKS.isdisjoint(mapping)


class GlobalsState(NamedTuple):
    """A copy of all variables, and what tells one edition of the module from the next."""

    variables: dict[str, Any]
    edition: Edition

    def own(self) -> dict[str, Any]:
        """Return the variables that aren't Python's."""
        return {name: value for name, value in self.variables.items() if not _is_pythons(name)}


def _is_pythons(name: Any) -> bool:
    return type(name) is str and name.startswith("__") and name.endswith("__")


class _Globals(Adapter):
    """A module's or a script's dict of variables."""

    def capture(self, obj: Any) -> GlobalsState:
        return GlobalsState(copy_of_dict(obj), edition_of(obj))

    def same(self, obj: Any, state: GlobalsState) -> bool:
        return same_dict(obj, state.variables)

    def equal(self, old: GlobalsState, new: GlobalsState) -> bool:
        if old.edition.is_followed_by(new.edition):
            return True
        before, after = old.own(), new.own()
        came = [value for name, value in after.items() if name not in before]
        if before.keys() - after.keys() or not all(is_read_anew_into(new.variables, value) for value in came):
            return False
        pairs = [(value, after[name]) for name, value in before.items()]
        return all(same_values((was,), (now,)) or is_read_anew(was, now) for was, now in pairs)

    def children(self, state: GlobalsState) -> tuple[Any, ...]:
        return tuple(state.own().values())

    def restore(self, obj: Any, state: GlobalsState) -> None:
        if state.edition.is_followed_by(edition_of(obj)):
            return
        came = {
            name: UNSET
            for name, value in copy_of_dict(obj).items()
            if name not in state.variables and not _is_pythons(name) and not is_read_anew_into(obj, value)
        }
        put_globals(obj, {**came, **state.own()})
        for name in _MARKS & state.variables.keys():
            obj.setdefault(name, state.variables[name])  # else it would be an ordinary dict again


def is_read_anew_into(variables: dict[str, Any], value: Any) -> bool:
    """Whether a function came into a module by reading its file again."""
    if type(value) is not types.FunctionType:
        return False
    return value.__globals__ is variables and value.__code__.co_filename == variables.get("__file__")


GLOBALS = _Globals()
