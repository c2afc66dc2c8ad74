"""Operations on tables: pure functions from frame to frame, with typed parameters and a summary in words.

It may import ``errors``, ``models``, ``catalog``, ``frames`` and ``expressions``.
It never changes the frame it is given, never binds a variable, and never evaluates Python as typed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.operations.command_line import read_parameters
    from autodash_jupyter.operations.failures import OperationError
    from autodash_jupyter.operations.log import OperationLog
    from autodash_jupyter.operations.registry import TableOperation, find_operation, operations
    from autodash_jupyter.operations.running import Applied, run_operation
    from autodash_jupyter.operations.script import ScriptSource, export_script

__all__ = [
    "operations",
    "find_operation",
    "TableOperation",
    "run_operation",
    "Applied",
    "read_parameters",
    "export_script",
    "ScriptSource",
    "OperationLog",
    "OperationError",
]

# Imported when they are first asked for: pydantic takes a third of a second.
_HOMES = {
    "operations": "registry",
    "find_operation": "registry",
    "TableOperation": "registry",
    "run_operation": "running",
    "Applied": "running",
    "read_parameters": "command_line",
    "export_script": "script",
    "ScriptSource": "script",
    "OperationLog": "log",
    "OperationError": "failures",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.operations.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.operations' has no attribute {name!r}"
    raise AttributeError(msg)
