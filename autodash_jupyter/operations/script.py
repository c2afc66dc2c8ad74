"""Writes operations as a script of plain pandas, which makes the table from its source without AutoDash.

The script holds the very functions that ran, without their types: what it does is what was done.
"""

from __future__ import annotations

import ast
import functools
import inspect
import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.parameters import model_of, parameter_of
from autodash_jupyter.operations.registry import find_operation

__all__ = ["ScriptSource", "export_script", "script_parts"]

_ROOM = "autodash_jupyter.operations"


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """Where a script begins: the table's ``variable``, the pandas expression that reads it, those that read
    the other tables, by name; ``remarks`` become comments above.

    >>> ScriptSource.of_file("sales.csv").reading
    "pd.read_csv('sales.csv')"
    """

    variable: str
    reading: str
    others: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @classmethod
    def of_file(cls, path: str, variable: str = "table") -> ScriptSource:
        """Return a source that pandas reads by its own defaults, chosen by the file's ending."""
        readers = {
            "parquet": "read_parquet",
            "json": "read_json",
            "xlsx": "read_excel",
            "feather": "read_feather",
        }
        reader = readers.get(path.rpartition(".")[2].lower(), "read_csv")
        return cls(variable, f"pd.{reader}({path!r})")


def export_script(operations: Iterable[Operation], source: ScriptSource | str) -> str:
    """Return a Python script that reads a table from its source and does the operations again.

    ``source`` is a file's path, or tells how to read it. Raises OperationError for an unknown operation.

    >>> done = [Operation(action="head", params={"rows": 2}, change_summary="kept 2 rows")]
    >>> print(export_script(done, "sales.csv").splitlines()[-1])
    table = head(table, rows=2)
    """
    return "\n\n\n".join(script_parts(operations, source)) + "\n"


def script_parts(operations: Iterable[Operation], source: ScriptSource | str) -> list[str]:
    """Return a script's parts, one after another: the imports, the functions, the reading, and the steps."""
    source = ScriptSource.of_file(source) if isinstance(source, str) else source
    steps = [each for each in operations if not find_operation(each.action).read_only]
    found = _Definitions()
    for step in steps:
        found.add(_exported(step.action))
    variables = {name: _variable(name, found.names) for name in (source.variable, *source.others)}
    imports = ["import pandas as pd", *(each for each in found.imports if each != "import pandas as pd")]
    title = f'"""Makes the table {_comment(source.variable)} from its source, by pandas alone."""'
    reading = [
        *(f"# {_comment(remark)}" for remark in source.remarks),
        *(
            f"{variables[name]} = {code}"
            for name, code in {**source.others, source.variable: source.reading}.items()
        ),
    ]
    done = [line for step in steps for line in _step(step, variables, variables[source.variable])]
    heads = [title + "\n\n" + "\n".join(sorted(imports)), *found.texts, "\n".join(reading)]
    return [*heads[:-1], "\n".join([heads[-1], "", *done]).rstrip()]


def _exported(action: str) -> Callable[..., Any]:
    operation = find_operation(action)
    return operation.exported or operation.function


def _step(step: Operation, variables: Mapping[str, str], table: str) -> list[str]:
    operation = find_operation(step.action)
    arguments = [table]
    for name, value in step.params.items():
        if name not in model_of(operation).model_fields:
            raise OperationError(
                f"{step.action} has no parameter '{name}' any more, so it can't be exported."
            )
        shown = repr(value)
        if parameter_of(operation, name) == "table":
            names = [value] if isinstance(value, str) else value
            shown = ", ".join(variables.get(each, _variable(each, ())) for each in names)
            shown = shown if isinstance(value, str) else f"[{shown}]"
        arguments.append(f"{name}={shown}")
    call = f"{table} = {_exported(step.action).__name__}({', '.join(arguments)})"
    return [f"# {_comment(step.change_summary)}", call]


def _comment(text: str) -> str:
    """Return a text that can't leave a comment or a docstring: one line, no quotes in a row, no backslash."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(shown.split()).replace('"', "'").replace("\\", "/")


def _variable(name: str, taken: Iterable[str]) -> str:
    """Return a name for a table that is an identifier, and none of the functions'."""
    from autodash_jupyter.frames import clean_identifier

    plain = name if name.isidentifier() and not keyword.iskeyword(name) else clean_identifier(name)
    return f"{plain}_table" if plain in taken or plain in ("pd", "np") else plain


class _Definitions:
    """The functions that a script needs, with those that they need, as text without types."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.imports: list[str] = []
        self.names: set[str] = set()

    def add(self, function: Callable[..., Any]) -> None:
        """Take a function in, after what it needs."""
        if function.__name__ in self.names or not isinstance(function, FunctionType):
            return
        self.names.add(function.__name__)
        node = _plain_definition(_definitions_of(function.__module__)[function.__name__])
        for name in sorted({each.id for each in ast.walk(node) if isinstance(each, ast.Name)}):
            if name in function.__globals__:
                self._need(name, function.__globals__[name])
        self.texts.append(ast.unparse(node))

    def _need(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType):
            imported = f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}")
            self.imports += [] if imported in self.imports else [imported]
        elif isinstance(value, FunctionType) and value.__module__.startswith(_ROOM):
            self.add(value)
        elif isinstance(value, tuple) and name not in self.names:
            self.names.add(name)
            self.texts.append(f"{name} = {value!r}")


@functools.cache
def _definitions_of(module: str) -> dict[str, str]:
    import sys

    source = inspect.getsource(sys.modules[module])
    found = (each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef))
    return {each.name: ast.unparse(each) for each in found}


def _plain_definition(text: str) -> ast.FunctionDef:
    """Return a function without types and decorators, and with the first line of its docstring."""
    [definition] = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef)
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            _shorten_docstring(node)
        elif isinstance(node, ast.arg):
            node.annotation = None
    stripped = _WithoutAnnotations().visit(definition)
    assert isinstance(stripped, ast.FunctionDef)
    return ast.fix_missing_locations(stripped)


def _shorten_docstring(node: ast.FunctionDef) -> None:
    text = ast.get_docstring(node)
    if text is not None:
        node.body[0] = ast.Expr(ast.Constant(text.partition("\n")[0]))


class _WithoutAnnotations(ast.NodeTransformer):
    """Makes plain assignments of annotated ones."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Drop the type of an assignment, and a declaration without a value."""
        return None if node.value is None else ast.Assign([node.target], node.value)
