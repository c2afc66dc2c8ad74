"""Reads from the calling line what becomes of a magic's value.

``orders = %load_dataset real.csv`` reaches Python as
``orders = get_ipython().run_line_magic('load_dataset', 'real.csv')``; the target's name stands in that
statement's syntax tree, and nowhere else.
"""

from __future__ import annotations

import ast
import linecache
import sys
from dataclasses import dataclass
from types import FrameType

__all__ = ["Use", "find_use", "read_use"]


@dataclass(frozen=True, slots=True)
class Use:
    """What the calling statement does with the value.

    ``as_value`` is false where the magic stands alone; ``target`` is the one plain name it is assigned
    to, else ``None``.
    """

    as_value: bool
    target: str | None = None


def find_use(magic: str, namespace: object) -> Use:
    """Return how the nearest caller whose globals are the notebook's uses the magic's value."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the interpreter's one way to see the caller
    while frame is not None and frame.f_globals is not namespace:
        frame = frame.f_back
    if frame is None:
        return Use(as_value=False)
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    return read_use(source, frame.f_lineno, magic)


def read_use(source: str, line: int, magic: str) -> Use:
    """Return how the statement at a line (from 1) uses the magic's value.

    >>> read_use("x = get_ipython().run_line_magic('load_dataset', 'a.csv')", 1, "load_dataset")
    Use(as_value=True, target='x')
    >>> read_use("get_ipython().run_line_magic('load_dataset', 'a.csv')", 1, "load_dataset")
    Use(as_value=False, target=None)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return Use(as_value=False)
    calls = [
        statement
        for statement in ast.walk(tree)
        if isinstance(statement, ast.stmt)
        and statement.lineno <= line <= (statement.end_lineno or statement.lineno)
        and any(_is_call_of(node, magic) for node in _own_expressions(statement))
    ]
    if not calls:
        return Use(as_value=False)
    innermost = calls[-1]
    if isinstance(innermost, ast.Expr) and _is_call_of(innermost.value, magic):
        return Use(as_value=False)
    if (
        isinstance(innermost, ast.Assign)
        and len(innermost.targets) == 1
        and _is_call_of(innermost.value, magic)
    ):
        target = innermost.targets[0]
        return Use(as_value=True, target=target.id if isinstance(target, ast.Name) else None)
    return Use(as_value=True)


def _own_expressions(statement: ast.stmt) -> list[ast.AST]:
    """Return the nodes of a statement without those of statements inside it."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [statement]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, ast.stmt):
                found.append(child)
                waiting.append(child)
    return found


def _is_call_of(node: ast.AST, magic: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == magic
    )
