"""Tables in sessions of their own: kept in memory, on disk or on Redis, as the settings choose."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.profiles import ProfileCache
from autodash_jupyter.mcp.session_answers import history_page, operation_answer, table_listed, went_answer
from autodash_jupyter.mcp.session_contexts import SessionContexts
from autodash_jupyter.mcp.session_files import SessionFiles, named_tables
from autodash_jupyter.mcp.session_queries import query_page
from autodash_jupyter.mcp.tables import Caller, TableChanged
from autodash_jupyter.operations import find_operation, run_operation
from autodash_jupyter.sessions import SessionConflictError, TableInfo, TableSessions
from autodash_jupyter.table_answers.contexts import drafted_context
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
from autodash_jupyter.table_answers.rows import rows_page

if TYPE_CHECKING:
    from autodash_jupyter.frames import LoadedTable
    from autodash_jupyter.models import FrameProfile

__all__ = ["SessionTables"]

_ATTEMPTS = 5  # where other processes change the same table, too
_LOCKS = 64
_SECONDS_BETWEEN_LOOKS = 0.1
_QUERIES_AT_ONCE = 4  # each may take as much memory as the sandbox allows


class SessionTables:
    """One user's sessions as the tools ask for them; several threads may.

    An operation that another process comes before is run anew on what that one made.
    """

    def __init__(self, sessions: TableSessions, files: SessionFiles | None = None) -> None:
        self._sessions = sessions
        self._files = files or SessionFiles()
        self._contexts = SessionContexts(sessions)
        self._profiles = ProfileCache()
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        self._querying = threading.BoundedSemaphore(_QUERIES_AT_ONCE)
        self._listeners: dict[object, Callable[[TableChanged], None]] = {}

    @property
    def default_session(self) -> str | None:
        """None: a session has to be named."""
        return None

    def load(
        self, source: str, *, session_id: str | None, file_type: str | None, caller: Caller
    ) -> TablesLoaded:
        """Read a source into a session; what can't be kept of it is told, and the rest is there."""
        loaded = self._files.read(source, file_type)
        caller.check_waits()
        is_new = session_id is None or not self._sessions.exists(session_id)
        session = self._sessions.create(session_id)
        try:
            with self._turn(session, "", caller):  # so that nobody else takes the names meanwhile
                answer = self._kept(session, loaded, file_type, caller.actor)
        except AutoDashError:
            if is_new:
                self._sessions.delete(session)
            raise
        for table in answer.tables:
            self._tell(session, table.name, "list")
        if is_new and session_id is not None:
            answer = replace(answer, notes=("a new session was made under this id", *answer.notes))
        return answer

    def copy(
        self, source_session_id: str, target_session_id: str, names: Mapping[str, str], caller: Caller
    ) -> TablesLoaded:
        """Copy tables under new names, all or none, with what is written about them."""
        caller.check_waits()
        infos = self._sessions.copy_tables(source_session_id, target_session_id, names)
        for name, new_name in names.items():
            self._contexts.copy((source_session_id, name), (target_session_id, new_name))
            self._tell(target_session_id, new_name, "list")
        return TablesLoaded(target_session_id, tuple(map(table_listed, infos)))

    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of all tables by their sessions' ids, those used last first."""
        return {live.session_id: live.tables for live in self._sessions.live()}

    def list_tables(self, session_id: str) -> tuple[TableListed, ...]:
        """Return a session's tables in the order in which they came."""
        return tuple(
            replace(table_listed(info), has_context=self._contexts.exists(session_id, info.name))
            for info in self._sessions.list_tables(session_id)
        )

    def summary(self, session_id: str, table: str, *, column_offset: int, columns: int) -> TableSummary:
        """Describe a table, personal values masked."""
        from autodash_jupyter.table_answers.summaries import table_summary

        profile, version = self._profile(session_id, table)
        document = self._contexts.document(session_id, table)
        return table_summary(
            table, profile, document, column_offset=column_offset, columns=columns, version=version
        )

    def rows(
        self, session_id: str, table: str, *, offset: int, limit: int, columns: tuple[str, ...]
    ) -> RowsPage:
        """Return some rows as they are."""
        frame = self._sessions.load_current_dataframe(session_id, table)
        return rows_page(frame, offset=offset, limit=limit, columns=columns)

    def context(self, session_id: str, table: str) -> ContextAnswer:
        """Return a table's document, or what its profile tells."""
        return self._contexts.read(session_id, table) or drafted_context(
            table, self._profile(session_id, table)[0]
        )

    def set_context(
        self, session_id: str, table: str, document: str, *, expected_revision: int | None, caller: Caller
    ) -> ContextAnswer:
        """Save a document that passes its checks."""
        with self._turn(session_id, table, caller):
            answer = self._contexts.save(session_id, table, document, expected_revision, caller)
        if answer.status != "failed":
            self._tell(session_id, table, "context")
        return answer

    def run(
        self, session_id: str, table: str, action: str, parameters: Mapping[str, Any], *, caller: Caller
    ) -> OperationAnswer:
        """Run an operation, and commit what it makes."""
        if find_operation(action).read_only:
            frame, version = self._sessions.load(session_id, table)
            applied = run_operation(action, frame, parameters, actor=caller.actor)
            info = replace(self._sessions.table(session_id, table), version=version)
            return operation_answer(info, frame, applied.operation, result=applied.frame)
        with self._turn(session_id, table, caller):
            answer = self._committed(session_id, table, action, parameters, caller)
        self._tell(session_id, table, "rows")
        return answer

    def undo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Take back the last operations on a table."""
        return self._go(session_id, table, steps, caller, action="undo_operation")

    def redo(self, session_id: str, table: str, steps: int, *, caller: Caller) -> OperationAnswer:
        """Do again what was undone last."""
        return self._go(session_id, table, steps, caller, action="redo_operation")

    def history(self, session_id: str, table: str, *, offset: int, limit: int) -> HistoryPage:
        """Return a part of a table's log."""
        done = self._sessions.operations(session_id, table)
        return history_page(self._sessions.table(session_id, table), done, offset, limit)

    def query(self, session_id: str, sql: str, *, offset: int, limit: int) -> RowsPage:
        """Answer one SELECT; only the tables it names are read."""
        with self._querying:
            return query_page(self._sessions, session_id, sql, offset=offset, limit=limit)

    def visualize(self, session_id: str, table: str, sentence: str) -> TableChart:
        """Draw what a sentence asks for."""
        from autodash_jupyter.table_answers.charts import table_chart

        frame = self._sessions.load_current_dataframe(session_id, table)
        return table_chart(table, frame, sentence, self._contexts.document(session_id, table))

    def subscribe(self, listener: Callable[[TableChanged], None]) -> Callable[[], None]:
        """Tell a listener of the changes made here."""
        token = object()
        self._listeners[token] = listener

        def unsubscribe() -> None:
            self._listeners.pop(token, None)

        return unsubscribe

    def close(self) -> None:
        """Do nothing: the store belongs to the process."""

    def _kept(
        self, session: str, loaded: Sequence[LoadedTable], file_type: str | None, actor: str
    ) -> TablesLoaded:
        """Put tables into a session; raise AutoDashError, which says why, where none of them can be kept."""
        notes, infos = list[str](), list[TableInfo]()
        left_out = [line for table in loaded for line in table.left_out]
        taken = [info.name for info in self._sessions.list_tables(session)]
        for name, table in named_tables(loaded, taken):
            origin = {"source": table.source, "sheet": table.sheet or None, "file_type": file_type}
            try:
                infos.append(
                    self._sessions.initialize_table(session, table.frame, name, source=origin, actor=actor)
                )
            except AutoDashError as error:
                left_out.append(f"{name}: {error}")
                continue
            notes += [f"{name}: {note}" for note in table.notes]
        if not infos:
            raise AutoDashError(" ".join(left_out) or "There is no table in it.")
        listed = tuple(map(table_listed, infos))
        return TablesLoaded(session, listed, tuple(dict.fromkeys(left_out)), tuple(notes))

    def _committed(
        self, session_id: str, table: str, action: str, parameters: Mapping[str, Any], caller: Caller
    ) -> OperationAnswer:
        for attempt in range(1, _ATTEMPTS + 1):
            frame, version = self._sessions.load(session_id, table)
            applied = run_operation(
                action,
                frame,
                parameters,
                table_of=lambda name: self._sessions.load_current_dataframe(session_id, name),
                actor=caller.actor,
            )
            caller.check_waits()
            try:
                info = self._sessions.commit_dataframe(
                    session_id, table, applied.frame, applied.operation, expected_version=version
                )
            except SessionConflictError:
                if attempt == _ATTEMPTS:
                    raise
            else:
                return operation_answer(info, applied.frame, applied.operation)
        raise AssertionError

    def _go(self, session_id: str, table: str, steps: int, caller: Caller, *, action: str) -> OperationAnswer:
        going = self._sessions.undo if action == "undo_operation" else self._sessions.redo
        with self._turn(session_id, table, caller):
            info = self._sessions.table(session_id, table)
            possible = info.can_undo if action == "undo_operation" else info.can_redo
            if 0 < possible < steps:
                verb = "undone" if action == "undo_operation" else "redone"
                msg = f"Only {possible} operations on '{table}' can be {verb}; nothing was changed."
                raise AutoDashError(msg)
            caller.check_waits()
            went, notes = [going(session_id, table)], tuple[str, ...]()
            while len(went) < steps and not notes:
                try:
                    went.append(going(session_id, table))
                except AutoDashError as error:  # another server was faster; what was done is told, not hidden
                    notes = (f"only {len(went)} of {steps} operations, for others changed it: {error}",)
            frame = self._sessions.load_current_dataframe(session_id, table)
        self._tell(session_id, table, "rows")
        answer = went_answer(went[-1][1], frame, action, [operation for operation, _ in went])
        return replace(answer, notes=notes)

    @contextmanager
    def _turn(self, session_id: str, table: str, caller: Caller) -> Iterator[None]:
        """Wait until nobody else here changes the table, for as long as the caller waits."""
        lock = self._locks[hash((session_id, table)) % _LOCKS]
        while not lock.acquire(timeout=_SECONDS_BETWEEN_LOOKS):
            caller.check_waits()
        try:
            caller.check_waits()
            yield
        finally:
            lock.release()

    def _profile(self, session_id: str, table: str) -> tuple[FrameProfile, int]:
        info = self._sessions.table(session_id, table)
        key = (session_id, table, info.version, info.updated_at)
        found = self._profiles.get(key, lambda: self._sessions.load_current_dataframe(session_id, table))
        return found, info.version

    def _tell(self, session_id: str, table: str, what: str) -> None:
        for listener in list(self._listeners.values()):
            listener(TableChanged(session_id, table, what))
