"""AutoDash for Jupyter: a memory for the notebook.

``%load_ext autodash_jupyter`` adds the magics; the names below do the same from Python. They are
imported when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.extension import current_session
    from autodash_jupyter.services import ContextService, DatasetService
    from autodash_jupyter.session import Session
    from autodash_jupyter.sessions import (
        TableSessions,
        commit_dataframe,
        deserialize_dataframe,
        get_operation_history,
        initialize_table,
        load_current_dataframe,
        redo_operation,
        serialize_dataframe,
        undo_operation,
    )

__all__ = [
    "ContextDocument",
    "ContextService",
    "DatasetService",
    "Session",
    "TableSessions",
    "__version__",
    "commit_dataframe",
    "current_session",
    "deserialize_dataframe",
    "get_operation_history",
    "initialize_table",
    "load_current_dataframe",
    "load_ipython_extension",
    "redo_operation",
    "serialize_dataframe",
    "undo_operation",
    "unload_ipython_extension",
]

__version__ = "0.1.0"

_HOMES = {
    "ContextDocument": "documents",
    "ContextService": "services",
    "DatasetService": "services",
    "Session": "session",
    "current_session": "extension",
    **dict.fromkeys(("TableSessions", "serialize_dataframe", "deserialize_dataframe"), "sessions"),
    **dict.fromkeys(("initialize_table", "load_current_dataframe", "commit_dataframe"), "sessions"),
    **dict.fromkeys(("undo_operation", "redo_operation", "get_operation_history"), "sessions"),
}


def load_ipython_extension(shell: Any) -> None:
    """Load the magics, the timeline and the sidebar's end into an IPython shell (``%load_ext``)."""
    from autodash_jupyter import extension

    extension.load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take them out again (``%unload_ext``)."""
    from autodash_jupyter import extension

    extension.unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab's development tools where the sidebar's front end lies."""
    return [{"src": "labextension", "dest": "autodash-jupyter"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server which application answers below ``/autodash/api``."""
    from autodash_jupyter.server.extension import AutoDashServer

    return [{"module": "autodash_jupyter.server.extension", "app": AutoDashServer}]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter' has no attribute {name!r}"
    raise AttributeError(msg)
