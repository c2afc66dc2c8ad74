"""The tables of a running notebook, as an agent's tools ask for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from autodash_jupyter.agent_protocol import NOTEBOOK_SESSION
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.kernel_channels import NotebookGoneError
from autodash_jupyter.mcp.kernel_line import KernelLine
from autodash_jupyter.mcp.tables import Caller, TableChanged
from autodash_jupyter.table_answers.records import (
    ContextAnswer,
    HistoryPage,
    OperationAnswer,
    RowsPage,
    TableChart,
    TableListed,
    TablesLoaded,
    TableSummary,
    answer_from_dict,
)

__all__ = ["KernelTables"]

Answer = TypeVar("Answer")


class KernelTables:
    """The variables of one notebook, shared with its person; see :class:`Tables` for what methods do.

    ``find`` returns the connection file of the notebook's kernel. It is asked at the first call, and again
    after a kernel has ended. Changes wait for the running cell.
    """

    def __init__(self, find: Callable[[], Path]) -> None:
        self._find = find
        self._line: KernelLine | None = None
        self._lock = threading.Lock()
        self._listeners: list[Callable[[TableChanged], None]] = []

    @property
    def default_session(self) -> str | None:
        """The notebook's own session, the only one."""
        return NOTEBOOK_SESSION

    @property
    def notebook(self) -> str:
        """The notebook's path, ``""`` where its kernel doesn't know it; connects to it."""
        return self._connected().notebook

    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the notebook's tables, under its own session."""
        return {NOTEBOOK_SESSION: tuple(each.name for each in self.list_tables(NOTEBOOK_SESSION))}

    def load(
        self, source: str, *, session_id: str | None, file_type: str | None, caller: Caller
    ) -> TablesLoaded:
        """Load a source into the notebook's variables, as ``%load_dataset`` does."""
        params = {"source": source, "file_type": file_type}
        return self._ask(TablesLoaded, session_id or NOTEBOOK_SESSION, "load", params, caller)

    def copy(
        self, source_session_id: str, target_session_id: str, names: Mapping[str, str], caller: Caller
    ) -> TablesLoaded:
        """Copy tables of the notebook under other names."""
        _require_notebook(target_session_id)
        return self._ask(TablesLoaded, source_session_id, "copy", {"names": dict(names)}, caller)

    def list_tables(self, session_id: str) -> tuple[TableListed, ...]:
        """Return the tables that the notebook's variables hold."""
        _require_notebook(session_id)
        listed = self._connected().request("list_tables", {})
        return tuple(answer_from_dict(TableListed, each) for each in listed)

    def summary(self, session_id: str, table: str, *, column_offset: int, columns: int) -> TableSummary:
        """Describe a table."""
        params = {"table": table, "column_offset": column_offset, "columns": columns}
        return self._ask(TableSummary, session_id, "summary", params)

    def rows(
        self, session_id: str, table: str, *, offset: int, limit: int, columns: tuple[str, ...]
    ) -> RowsPage:
        """Return some rows."""
        params = {"table": table, "offset": offset, "limit": limit, "columns": list(columns)}
        return self._ask(RowsPage, session_id, "rows", params)

    def context(self, session_id: str, table: str) -> ContextAnswer:
        """Return the context that counts for a table in the notebook."""
        return self._ask(ContextAnswer, session_id, "context", {"table": table})

    def set_context(
        self, session_id: str, table: str, document: str, *, expected_revision: int | None, caller: Caller
    ) -> ContextAnswer:
        """Save a document as a table's context, in the notebook's store."""
        params = {"table": table, "document": document, "expected_revision": expected_revision}
        return self._ask(ContextAnswer, session_id, "set_context", params, caller)

    def run(
        self, session_id: str, table: str, action: str, parameters: Mapping[str, Any], *, caller: Caller
    ) -> OperationAnswer:
        """Run an operation; the variable changes between cells, as a step of the notebook's timeline."""
        params = {"table": table, "action": action, "parameters": dict(parameters)}
        return self._ask(OperationAnswer, session_id, "run", params, caller)

    def undo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Take back a table's last steps, the person's too."""
        return self._ask(OperationAnswer, session_id, "undo", {"table": table, "steps": steps}, caller)

    def redo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Go forward again over a table's steps."""
        return self._ask(OperationAnswer, session_id, "redo", {"table": table, "steps": steps}, caller)

    def history(self, session_id: str, table: str, *, offset: int, limit: int) -> HistoryPage:
        """Return what was done to a table, by agents and by the person."""
        params = {"table": table, "offset": offset, "limit": limit}
        return self._ask(HistoryPage, session_id, "history", params)

    def query(self, session_id: str, sql: str, *, offset: int, limit: int) -> RowsPage:
        """Answer one SELECT over the notebook's tables."""
        return self._ask(RowsPage, session_id, "query", {"sql": sql, "offset": offset, "limit": limit})

    def visualize(self, session_id: str, table: str, sentence: str) -> TableChart:
        """Draw what a sentence asks for."""
        return self._ask(TableChart, session_id, "visualize", {"table": table, "sentence": sentence})

    def subscribe(self, listener: Callable[[TableChanged], None]) -> Callable[[], None]:
        """Tell a listener of changes, from any thread, until the function returned is called."""
        self._listeners.append(listener)
        with suppress(NotebookGoneError):  # it may still be started; whoever calls is told
            self._connected()

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def close(self) -> None:
        """Leave the notebook; its variables stay."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ask(
        self,
        kind: type[Answer],
        session_id: str,
        action: str,
        params: Mapping[str, Any],
        caller: Caller | None = None,
    ) -> Answer:
        _require_notebook(session_id)
        caller = caller or Caller()
        caller.check_waits()
        answer = self._connected().request(
            action, params, actor=caller.actor, gone=caller.gone, tell=caller.tell
        )
        return answer_from_dict(kind, answer)

    def _connected(self) -> KernelLine:
        with self._lock:
            if self._line is None or not self._line.is_open:
                if self._line is not None:
                    self._line.close()
                self._line = None
                self._line = KernelLine(self._find(), self._changed)
            return self._line

    def _changed(self, message: Mapping[str, Any]) -> None:
        """Pass on what the notebook tells; it comes in the line's own thread, which must not wait."""
        for table in message["tables"]:
            for listener in tuple(self._listeners):
                listener(TableChanged(NOTEBOOK_SESSION, table, message["what"]))


def _require_notebook(session_id: str) -> None:
    if session_id != NOTEBOOK_SESSION:
        msg = (
            f"There is no session '{session_id[:80]}' here: this server is attached to a notebook, whose "
            f"session is called '{NOTEBOOK_SESSION}'."
        )
        raise AutoDashError(msg)
