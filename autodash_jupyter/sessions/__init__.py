"""Tables under the id of a session, on which several programs work with one history of operations.

It may import ``operation_records``, ``models``, ``blobs``, ``stores`` and ``settings``.
It never runs an operation, never looks at a notebook, and never tells one user of another's sessions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.sessions.failures import (
        InvalidSessionIdError,
        SessionConflictError,
        SessionError,
        UnknownSessionError,
        UnknownTableError,
    )
    from autodash_jupyter.sessions.functions import (
        commit_dataframe,
        get_operation_history,
        initialize_table,
        load_current_dataframe,
        redo_operation,
        undo_operation,
    )
    from autodash_jupyter.sessions.records import LiveSession, SessionOperation, TableInfo
    from autodash_jupyter.sessions.serialized import deserialize_dataframe, serialize_dataframe
    from autodash_jupyter.sessions.table_sessions import TableSessions

__all__ = [
    "TableSessions",
    "TableInfo",
    "LiveSession",
    "SessionOperation",
    "initialize_table",
    "load_current_dataframe",
    "commit_dataframe",
    "undo_operation",
    "redo_operation",
    "get_operation_history",
    "serialize_dataframe",
    "deserialize_dataframe",
    "SessionError",
    "InvalidSessionIdError",
    "UnknownSessionError",
    "UnknownTableError",
    "SessionConflictError",
]

# Imported when they are first asked for: pandas and pyarrow take a while.
_HOMES = {
    **dict.fromkeys(
        ("InvalidSessionIdError", "SessionConflictError", "SessionError"),
        "failures",
    ),
    **dict.fromkeys(("UnknownSessionError", "UnknownTableError"), "failures"),
    **dict.fromkeys(("commit_dataframe", "initialize_table", "load_current_dataframe"), "functions"),
    **dict.fromkeys(("get_operation_history", "redo_operation", "undo_operation"), "functions"),
    **dict.fromkeys(("LiveSession", "SessionOperation", "TableInfo"), "records"),
    **dict.fromkeys(("deserialize_dataframe", "serialize_dataframe"), "serialized"),
    "TableSessions": "table_sessions",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.sessions.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.sessions' has no attribute {name!r}"
    raise AttributeError(msg)
