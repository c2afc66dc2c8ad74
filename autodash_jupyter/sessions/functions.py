"""The sessions of the user whom the environment names, as plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions.records import SessionOperation, TableInfo
from autodash_jupyter.sessions.table_sessions import TableSessions

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "commit_dataframe",
    "initialize_table",
    "load_current_dataframe",
    "get_operation_history",
    "redo_operation",
    "undo_operation",
]


def initialize_table(session_id: str, df: pd.DataFrame, table_name: str = "current") -> TableInfo:
    """Put a table into a session, which is made where there is none; see ``TableSessions``."""
    return TableSessions().initialize_table(session_id, df, table_name)


def load_current_dataframe(session_id: str, table: str = "current") -> pd.DataFrame:
    """Return a session's table as it is now; see ``TableSessions``."""
    return TableSessions().load_current_dataframe(session_id, table)


def commit_dataframe(
    session_id: str, table: str, df: pd.DataFrame, operation: Operation | Mapping[str, Any]
) -> TableInfo:
    """Make a frame the table's present state; see ``TableSessions``."""
    return TableSessions().commit_dataframe(session_id, table, df, operation)


def undo_operation(session_id: str, table: str = "current") -> tuple[Operation, TableInfo]:
    """Take back a table's last operation; see ``TableSessions.undo``."""
    return TableSessions().undo(session_id, table)


def redo_operation(session_id: str, table: str = "current") -> tuple[Operation, TableInfo]:
    """Do again what was undone last; see ``TableSessions.redo``."""
    return TableSessions().redo(session_id, table)


def get_operation_history(session_id: str, table: str = "current") -> list[SessionOperation]:
    """Return every operation on a table, oldest first; see ``TableSessions.operations``."""
    return TableSessions().operations(session_id, table)
