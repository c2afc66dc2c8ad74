"""What cells assign in installed packages: ``json.mine = 1``, ``pandas.DataFrame.shout = ...``.

Installed packages aren't walked. A cell's own code says which of their attributes it assigns; the values from
before come from ``expect``, called before the cell runs, or else from a copy made when the module was met.
"""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.history.boundaries import is_own_class, is_own_module
from autodash_jupyter.history.introspection import inherits, module_of_type, mro, vars_of_type
from autodash_jupyter.history.states import UNSET, Adapter

__all__ = ["PATCHES", "Patch", "Patches", "assigned_attributes"]

_ASSIGNING = re.compile(r"\.\w+[^=\n]*[^=!<>\n]=[^=]|\bsetattr\b|\bdelattr\b|\bdel\b")
_MAGIC_LINE = re.compile(r"^\s*[%!].*$", re.MULTILINE)
_variables_of: Any = vars(types.ModuleType)["__dict__"].__get__


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One attribute of an installed module, class or object; its state is the value."""

    owner: Any
    name: str

    @property
    def present(self) -> Any:
        """The value now, UNSET where there is none."""
        return _value(self.owner, self.name)


class _Patches(Adapter):
    def capture(self, obj: Patch) -> Any:
        return obj.present

    def same(self, obj: Patch, state: Any) -> bool:
        return self.capture(obj) is state

    def children(self, state: Any) -> tuple[Any, ...]:
        return () if state is UNSET else (state,)

    def restore(self, obj: Patch, state: Any) -> None:
        base: Any = type if inherits(type(obj.owner), type) else type(obj.owner)
        if state is UNSET:
            base.__delattr__(obj.owner, obj.name)
        else:
            base.__setattr__(obj.owner, obj.name, state)


PATCHES = _Patches()


class Patches:
    """The attributes of installed packages that cells assigned so far, by dotted name."""

    def __init__(self) -> None:
        self.roots: dict[str, Patch] = {}
        self._before: dict[int, tuple[Any, Mapping[str, Any]]] = {}
        self._expected: dict[str, tuple[Patch, Any]] = {}

    def expect(self, code: str, variables: Mapping[str, Any]) -> None:
        """Remember what the attributes are that a cell is about to assign."""
        self._expected = {}
        for path in assigned_attributes(code):
            owner = _owner(path, variables)
            if owner is not None:
                self._expected[".".join(path)] = Patch(owner, path[-1]), _value(owner, path[-1])

    def meet(self, variables: Mapping[str, Any]) -> None:
        """Remember what is in the installed modules and classes that variables mean, when first met."""
        for value in variables.values():
            kind = type(value)
            if (kind is types.ModuleType or inherits(kind, type)) and id(value) not in self._before:
                for owner in _with_members(value) if _is_installed(value) else ():
                    if id(owner) not in self._before:
                        self._before[id(owner)] = owner, dict(_variables(owner))

    def find(self, code: str, variables: Mapping[str, Any]) -> Iterator[tuple[str, Patch, Any]]:
        """Yield name, attribute and value from before of what a cell's code assigned for the first time."""
        for path in assigned_attributes(code):
            name = ".".join(path)
            patch, before = self._expected.get(name) or self._as_met(path, variables)
            if patch is None or name in self.roots:
                continue
            if not any(each.owner is patch.owner and each.name == patch.name for each in self.roots.values()):
                self.roots[name] = patch
                yield name, patch, before
        self._expected = {}

    def _as_met(self, path: tuple[str, ...], variables: Mapping[str, Any]) -> tuple[Patch | None, Any]:
        """Return an attribute and its value from when its owner was met; None where it wasn't."""
        owner = _owner(path, variables)
        if owner is None or id(owner) not in self._before:
            return None, UNSET
        return Patch(owner, path[-1]), self._before[id(owner)][1].get(path[-1], UNSET)


def assigned_attributes(code: str) -> list[tuple[str, ...]]:
    """Return the dotted names whose last part a cell's code assigns or deletes.

    >>> assigned_attributes("%time 1\\njson.mine = 1; setattr(os.path, 'sep', 2); x.y[0] = 3")
    [('json', 'mine'), ('os', 'path', 'sep')]
    """
    if not _ASSIGNING.search(code):
        return []
    try:
        tree = ast.parse(_MAGIC_LINE.sub("", code))
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = dict.fromkeys(path for node in ast.walk(tree) if len(path := _assigned(node)) > 1)
    return sorted(found)


def _assigned(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _path(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return ()
    if node.func.id not in ("setattr", "delattr") or len(node.args) < 2:
        return ()
    owner, name = _path(node.args[0]), node.args[1]
    is_text = isinstance(name, ast.Constant) and isinstance(name.value, str)
    return (*owner, str(name.value)) if owner and is_text else ()  # type: ignore[attr-defined]


def _path(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute) and (owner := _path(node.value)):
        return (*owner, node.attr)
    return ()


def _owner(path: tuple[str, ...], variables: Mapping[str, Any]) -> Any:
    """Return the installed module, class or object in a module whose attribute is meant, or None."""
    value = variables.get(path[0])
    if not _is_definition(value) or not _is_installed(value):
        return None
    for name in path[1:-1]:
        value = _member(value, name) if _is_definition(value) else _value(value, name)
    return value if value is not None and _is_installed(value) else None


def _member(owner: Any, name: str) -> Any:
    holders = [owner] if _is_module(owner) else mro(owner)
    return next((_variables(each)[name] for each in holders if name in _variables(each)), None)


def _value(owner: Any, name: str) -> Any:
    if _is_definition(owner):
        return _variables(owner).get(name, UNSET)
    try:
        return getattr(owner, name)  # an installed package's object, such as pandas.options
    except Exception:  # noqa: BLE001 - then it has none
        return UNSET


def _is_definition(value: Any) -> bool:
    return _is_module(value) or inherits(type(value), type)


def _is_module(value: Any) -> bool:
    return inherits(type(value), types.ModuleType)


def _is_installed(value: Any) -> bool:
    if _is_module(value):
        return not is_own_module(_variables(value).get("__name__"))
    return not is_own_class(value if _is_definition(value) else type(value))


def _variables(owner: Any) -> Mapping[str, Any]:
    return _variables_of(owner) if _is_module(owner) else vars_of_type(owner)


def _with_members(value: Any) -> Iterator[Any]:
    """Yield a module or class, and the classes and modules that a module has itself."""
    yield value
    if not _is_module(value):
        return
    name = _variables_of(value).get("__name__")
    for member in [*_variables_of(value).values()]:
        is_class = inherits(type(member), type) and module_of_type(member) == name
        if (is_class or type(member) is types.ModuleType) and _is_installed(member):
            yield member
