"""Reads from a cell's code whether it may write to a table past pandas' copy-on-write.

Only then is the memory of large tables compared at once: ``.array``, ``.values``, ``to_numpy``, ``asarray``,
``copy=False``, ``setflags``, ``memmap`` and their like, in the cell or in functions of the user's it names.
"""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator, Mapping
from typing import Any

from autodash_jupyter.history.boundaries import is_own_class, is_own_module
from autodash_jupyter.history.introspection import inherits, mro, vars_of_type

__all__ = ["may_write_past_copy_on_write"]

_WAYS_ROUND = frozenset(
    {
        *(
            "array",
            "values",
            "_values",
            "to_numpy",
            "asarray",
            "frombuffer",
            "memmap",
            "memoryview",
            "ctypes",
        ),
        *("setflags", "writeable", "flags", "_mgr", "_ndarray", "_data", "_mask", "as_strided", "getbuffer"),
        *("exec", "eval", "run_path", "run_cell", "run_line_magic"),
    }
)
_COPY_FALSE = re.compile(r"\bcopy\s*=\s*(?!True\b)")
_WORD = re.compile(r"[^\W\d]\w*")
_RUNS_A_FILE = re.compile(r"^\s*%{1,2}(run|autoreload|cython|load)\b", re.MULTILINE)
_FEW = 200


def may_write_past_copy_on_write(code: str, variables: Mapping[str, Any]) -> bool:
    """Tell whether a cell, or a function of the user's that it names, knows a way round copy-on-write.

    >>> may_write_past_copy_on_write("df['a'].array[0] = 1", {})
    True
    >>> may_write_past_copy_on_write("df['a'] = 'in an array'  # values", {})
    False
    """
    words = set(_WORD.findall(code))
    if _RUNS_A_FILE.search(code) or _COPY_FALSE.search(code):
        return True
    if not words.isdisjoint(_WAYS_ROUND) and not _WAYS_ROUND.isdisjoint(_names_in(code, words)):
        return True
    seen: set[int] = set()
    return any(_is_suspicious(variables[word], seen) for word in words if word in variables)


def _names_in(code: str, words: set[str]) -> set[str]:
    """Return the names and attributes code uses; all its words where it doesn't parse."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return words
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_suspicious(value: Any, seen: set[int]) -> bool:
    if id(value) in seen or len(seen) > _FEW:
        return False
    seen.add(id(value))
    return any(_knows_a_way(function, seen) for function in _functions_of(value))


def _functions_of(value: Any) -> Iterator[types.FunctionType]:
    """Yield the user's functions that using a value may run."""
    kind = type(value)
    if kind is types.FunctionType:
        yield value
    elif kind is types.MethodType:
        yield from _functions_of(value.__func__)
        yield from _functions_of(value.__self__)
    elif kind is types.ModuleType:
        if is_own_module(vars(value).get("__name__")) and "__builtins__" in vars(value):
            yield from (each for each in [*vars(value).values()] if type(each) is types.FunctionType)
    else:
        for base in mro(value if inherits(kind, type) else kind):
            if is_own_class(base):
                methods = [*vars_of_type(base).values()]
                yield from (each for each in methods if type(each) is types.FunctionType)


def _knows_a_way(function: types.FunctionType, seen: set[int]) -> bool:
    if not is_own_module(function.__globals__.get("__name__", "__main__")):
        return False
    names: set[str] = set()
    todo = [function.__code__]
    while todo:
        code = todo.pop()
        names.update(code.co_names)
        for constant in code.co_consts:
            if type(constant) is types.CodeType:
                todo.append(constant)
            elif type(constant) is tuple and "copy" in [each for each in constant if type(each) is str]:
                return True
    if not names.isdisjoint(_WAYS_ROUND):
        return True
    used = [function.__globals__[name] for name in names if name in function.__globals__]
    return any(_is_suspicious(each, seen) for each in used)
