"""What an agent's tools ask of whoever keeps the tables: sessions of their own, or a running notebook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.table_answers.records import (
    ContextAnswer,
    HistoryPage,
    OperationAnswer,
    RowsPage,
    TableChart,
    TableListed,
    TablesLoaded,
    TableSummary,
)

__all__ = ["Caller", "TableChanged", "Tables"]


def _tell_nobody(_: str) -> None:
    """Say nothing: the client asked for no progress."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the agent's name, kept as the actor, and whether it still waits for the answer.

    ``gone`` is set when the client cancels or disconnects: what changes a table calls ``check_waits`` just
    before it commits. ``tell`` passes on, from any thread, what a long call is at, such as that it waits for
    the running cell.
    """

    actor: str = "agent"
    gone: threading.Event = field(default_factory=threading.Event)
    tell: Callable[[str], None] = _tell_nobody

    def check_waits(self) -> None:
        """Raise ``AutoDashError`` where nobody waits for the answer any more."""
        if self.gone.is_set():
            msg = "The call was cancelled; nothing was changed."
            raise AutoDashError(msg)


@dataclass(frozen=True, slots=True)
class TableChanged:
    """A table's rows (``rows``), its context (``context``), or that it is there at all (``list``) changed."""

    session_id: str
    table: str
    what: str = "rows"


class Tables(Protocol):
    """A keeper of tables, by session and name. Methods block, and are called from several threads at once.

    All raise ``AutoDashError`` with one line fit for the agent: an unknown session or table says which there
    are and the nearest. A change is whole or not at all. ``source`` is checked before: an absolute path below
    an allowed root, an allowed address, or ``sample:NAME``. Limits are checked before, too.
    """

    @property
    def default_session(self) -> str | None:
        """The session meant where none is named, such as the notebook's; ``None``: it must be named."""

    def load(
        self, source: str, *, session_id: str | None, file_type: str | None, caller: Caller
    ) -> TablesLoaded:
        """Read a source into a session, a new one where ``session_id`` and ``default_session`` are None."""

    def copy(
        self, source_session_id: str, target_session_id: str, names: Mapping[str, str], caller: Caller
    ) -> TablesLoaded:
        """Copy tables, each under its new name; both sessions are the caller's own."""

    def list_tables(self, session_id: str) -> tuple[TableListed, ...]:
        """Return a session's tables."""

    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of all tables by their sessions' ids, without using these: they expire "
        "as before."""

    def summary(self, session_id: str, table: str, *, column_offset: int, columns: int) -> TableSummary:
        """Describe a table, personal values masked."""

    def rows(
        self, session_id: str, table: str, *, offset: int, limit: int, columns: tuple[str, ...]
    ) -> RowsPage:
        """Return some rows; no ``columns`` means all of them."""

    def context(self, session_id: str, table: str) -> ContextAnswer:
        """Return what is written about a table, or what its profile tells where nothing was written."""

    def set_context(
        self, session_id: str, table: str, document: str, *, expected_revision: int | None, caller: Caller
    ) -> ContextAnswer:
        """Save a document; one that doesn't pass its checks isn't saved, and its findings say why."""

    def run(
        self, session_id: str, table: str, action: str, parameters: Mapping[str, Any], *, caller: Caller
    ) -> OperationAnswer:
        """Run an operation of the registry; what it makes takes the table's place."""

    def undo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Take back the last operations on a table."""

    def redo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Do again what was undone last."""

    def history(self, session_id: str, table: str, *, offset: int, limit: int) -> HistoryPage:
        """Return a part of a table's log, oldest first."""

    def query(self, session_id: str, sql: str, *, offset: int, limit: int) -> RowsPage:
        """Answer one SELECT over the session's tables, read-only."""

    def visualize(self, session_id: str, table: str, sentence: str) -> TableChart:
        """Draw what a sentence asks for."""

    def subscribe(self, listener: Callable[[TableChanged], None]) -> Callable[[], None]:
        """Tell a listener of changes, from any thread, until the function returned is called."""

    def close(self) -> None:
        """Let go of connections; tables stay where they are kept."""
