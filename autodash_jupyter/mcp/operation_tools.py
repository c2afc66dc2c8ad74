"""Every operation of the registry as a tool."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from autodash_jupyter.mcp.tables import Tables
from autodash_jupyter.mcp.tools import AgentTool, Call
from autodash_jupyter.table_answers.records import OperationAnswer

if TYPE_CHECKING:
    from autodash_jupyter.operations import TableOperation

__all__ = ["operation_tools"]

# Those that add columns, or only arrange what there is.
_ADDITIVE = frozenset(
    {"reorder", "sort", "date_features", "interaction", "lag", "rolling", "bin", "reset_index", "concat"}
)
# Those that change nothing where they have just been done.
_IDEMPOTENT = frozenset(
    {
        "clean_strings",
        "convert_types",
        "difference",
        "drop_duplicates",
        "drop_missing",
        "fill_missing",
        "filter_rows",
        "head",
        "reorder",
        "select_columns",
        "sort",
        "tail",
        "union",
    }
)


def operation_tools() -> Iterator[AgentTool]:
    """Yield a tool for each operation, in the registry's order.

    >>> next(operation_tools()).name
    'drop_rows'
    """
    from autodash_jupyter.operations import operations

    for name, operation in operations().items():
        yield AgentTool(
            name=name,
            description=_description(operation),
            takes=operation.parameters,
            answer=OperationAnswer,
            run=partial(_run, name),
            read_only=operation.read_only,
            additive=name in _ADDITIVE,
            idempotent=name in _IDEMPOTENT,
            checked_later=True,
        )


def _run(action: str, tables: Tables, call: Call) -> OperationAnswer:
    return tables.run(call.session_id, call.table, action, call.own, caller=call.caller)


def _description(operation: TableOperation) -> str:
    """Return what an operation does, and what becomes of the table."""
    said = " ".join((inspect.getdoc(operation.function) or "").partition(">>>")[0].split())
    what = (
        "The table stays as it is; the answer is in result."
        if operation.read_only
        else "The result takes the table's place; undo_operation takes it back."
    )
    return f"{said} {what}"
