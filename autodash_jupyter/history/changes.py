"""Tells what differs between two states of the variables, as one ``Change`` for each name."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.history.describe import describe, difference
from autodash_jupyter.history.introspection import inherits
from autodash_jupyter.history.reachability import names_reaching
from autodash_jupyter.history.states import GLOBAL, Node, same_values
from autodash_jupyter.models import Change

__all__ = ["View", "changes_between", "differing_names", "is_code", "is_variable"]

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class View:
    """One state of the variables: the bindings, and how to look up an object's node."""

    roots: Mapping[str, Any]
    node: Callable[[int], Node | None]


def is_variable(name: str) -> bool:
    """Whether a root is a variable, not what all share or what a cell assigned in an installed package.

    >>> is_variable("x"), is_variable("<random>"), is_variable("json.mine")
    (True, False, False)
    """
    return "." not in name and not name.startswith(GLOBAL)


def differing_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names that were added, removed or bound to another value, in order of appearance."""
    names = [name for name, value in after.items() if before.get(name, _ABSENT) is not value]
    names = [name for name in names if not _same(before.get(name, _ABSENT), after[name])]
    return names + [name for name in before if name not in after]


def changes_between(
    before: View, after: View, holders: Collection[Node], changed: Collection[int]
) -> tuple[Change, ...]:
    """Return the changes of the variables; ``changed`` are the keys of objects that changed in place.

    ``holders`` are all that refer to others afterwards: a name changed if it reaches a changed object.
    Functions and classes count only where no other name tells of it.
    """
    bindings = [name for name in differing_names(before.roots, after.roots) if not name.startswith(GLOBAL)]
    changes = [_binding_change(name, before, after) for name in bindings]
    if not changed:
        return tuple(changes)
    reaching = names_reaching(after.roots, holders, changed).difference(bindings)
    reaching = {name for name in reaching if not name.startswith(GLOBAL)}
    data = {name for name in reaching if not is_code(type(after.roots[name]))}
    told = data or (reaching if not bindings else {n for n in reaching if id(after.roots[n]) in changed})
    return (*changes, *(_inner_change(name, before, after) for name in after.roots if name in told))


def _same(was: Any, now: Any) -> bool:
    return was is now or same_values((was,), (now,))


def is_code(kind: type) -> bool:
    """Whether a type is that of functions, methods or classes."""
    return kind is types.FunctionType or kind is types.MethodType or inherits(kind, type)


def _binding_change(name: str, before: View, after: View) -> Change:
    was, now = before.roots.get(name, _ABSENT), after.roots.get(name, _ABSENT)
    old = None if was is _ABSENT else before.node(id(was))
    new = None if now is _ABSENT else after.node(id(now))
    if was is _ABSENT:
        return Change(name, "added", after=describe(now, new, name))
    if now is _ABSENT:
        return Change(name, "removed", before=describe(was, old, name))
    detail, old_text, new_text = difference(old, new), describe(was, old, name), describe(now, new, name)
    if old_text == new_text and not detail:
        detail = "another object" if new else "another value"
    return Change(name, "rebound", old_text, new_text, detail)


def _inner_change(name: str, before: View, after: View) -> Change:
    value = after.roots[name]
    old, new = before.node(id(value)), after.node(id(value))
    was, now = describe(value, old, name), describe(value, new, name)
    detail = difference(old, new)
    if was == now and not detail:
        detail = "values changed" if new and new.buffers else "contents changed"
    return Change(name, "changed", was, now, detail)
