"""The sessions of one user: tables that several programs work on, with one history."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.models import UserId
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions import changes
from autodash_jupyter.sessions.access import PATIENCE, SessionAccess, too_busy
from autodash_jupyter.sessions.changes import Change, Content, NewTable, find_table
from autodash_jupyter.sessions.entries import checked_operation, operation_of, plain
from autodash_jupyter.sessions.failures import SessionError
from autodash_jupyter.sessions.names import (
    check_frame,
    checked_session_id,
    checked_table_name,
    new_session_id,
    shown,
)
from autodash_jupyter.sessions.opening import open_session_store
from autodash_jupyter.sessions.protocol import SessionStore
from autodash_jupyter.sessions.records import (
    LiveSession,
    SessionOperation,
    SessionRecord,
    TableInfo,
    TableRecord,
)
from autodash_jupyter.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableSessions"]


class TableSessions:
    """One user's sessions, kept where the settings say, unless ``store`` says otherwise.

    A session is a few tables under one id, which anybody with the same settings can work on: another thread,
    process or machine. Each change is made at once and whole, and the session lives on from it for
    ``SESSION_TTL_SECONDS``. Another user's session counts as one that isn't there.

    Methods that take the id of a session raise ``UnknownSessionError`` where this user has none such, those
    that take a table's name ``UnknownTableError``, and all ``ContextStoreError`` or ``BlobError`` where the
    medium fails; whatever is raised, nothing was changed.

    >>> import pandas as pd
    >>> from autodash_jupyter.settings import Settings
    >>> sessions = TableSessions("ada", Settings(getfixture("tmp_path"), storage_backend="memory"))
    >>> session_id = sessions.create()
    >>> sessions.initialize_table(session_id, pd.DataFrame({"price": [1.0, None]}), "sales").rows
    2
    >>> frame, version = sessions.load(session_id, "sales")
    >>> operation = {"action": "drop_missing", "params": {"columns": ["price"]}}
    >>> done = sessions.commit_dataframe(
    ...     session_id, "sales", frame.dropna(), operation, expected_version=version
    ... )
    >>> done.rows, done.version
    (1, 2)
    >>> operation, table = sessions.undo(session_id, "sales")
    >>> operation.action, table.rows
    ('drop_missing', 2)
    """

    def __init__(
        self,
        user_id: UserId | None = None,
        settings: Settings | None = None,
        *,
        store: SessionStore | None = None,
    ) -> None:
        chosen = settings or Settings.from_environment()
        self.user_id: UserId = chosen.user_id if user_id is None else user_id
        self._store = open_session_store(chosen) if store is None else store
        self._access = SessionAccess(self._store, self.user_id)

    @property
    def ttl_seconds(self) -> float:
        """How long a session is kept after it was last used."""
        return self._store.ttl_seconds

    def create(self, session_id: str | None = None) -> str:
        """Make a session, by an id that was given or a new one, and return its id; one's own stays as it is.

        Raises:
            InvalidSessionIdError: The id is no UUID.
        """
        wanted = new_session_id() if session_id is None else checked_session_id(session_id)
        self._access.read_or_make(wanted)
        return wanted

    def exists(self, session_id: str) -> bool:
        """Tell whether this user has a live session of that id."""
        return self._store.read(checked_session_id(session_id), self.user_id) is not None

    def initialize_table(
        self,
        session_id: str,
        frame: pd.DataFrame,
        table_name: str = "current",
        *,
        source: Mapping[str, Any] | None = None,
        actor: str = "user",
    ) -> TableInfo:
        """Put a table into a session, which is made where there is none; ``source`` says where it is from.

        A table that has the name already gets the new cells as an operation, which can be undone.
        """
        wanted, name = checked_session_id(session_id), checked_table_name(table_name)
        check_frame(frame)
        told = None if source is None else plain(source)
        session, taken = self._access.read_or_make(wanted), list[Content]()
        operation = Operation(action="initialize_table", params={"source": told}, actor=actor)

        def change(session: SessionRecord) -> Change:
            content = self._taken_in(session, name, frame, taken)
            if name not in session.tables:
                return changes.added(session, {name: NewTable(content, told)})
            return changes.committed(session, name, content, operation, source=told)

        return self._access.change(wanted, change, first=session, taken=taken).tables[name].info()

    def list_tables(self, session_id: str) -> list[TableInfo]:
        """Return what is to be told of each table, in the order in which they came."""
        return [table.info() for table in self._access.read(session_id).tables.values()]

    def table(self, session_id: str, table: str) -> TableInfo:
        """Return what is to be told of one table."""
        return find_table(self._access.read(session_id), table).info()

    def load_current_dataframe(self, session_id: str, table: str = "current") -> pd.DataFrame:
        """Return a table as it is now; the frame is the caller's own."""
        return self.load(session_id, table)[0]

    def load(self, session_id: str, table: str = "current") -> tuple[pd.DataFrame, int]:
        """Return a table as it is now, and the version to give to ``commit_dataframe``."""
        until = time.monotonic() + PATIENCE
        while True:
            session = self._access.read(session_id)
            record = find_table(session, table)
            frame = self._store.load(session, record)
            if frame is not None:
                return frame, record.version
            if time.monotonic() > until:
                raise too_busy(table)

    def commit_dataframe(
        self,
        session_id: str,
        table: str,
        frame: pd.DataFrame,
        operation: Operation | Mapping[str, Any],
        *,
        expected_version: int | None = None,
    ) -> TableInfo:
        """Make a frame the table's present state; ``operation`` says how it came about.

        The operation is logged, and can be undone; what was undone before can't be redone any more.

        Raises:
            SessionConflictError: ``expected_version`` was given, and the table has another one.
            SessionError: ``operation`` is none.
        """
        told, taken = checked_operation(operation), list[Content]()
        check_frame(frame)

        def change(session: SessionRecord) -> Change:
            changes.check_version(find_table(session, table), expected_version)
            content = self._taken_in(session, table, frame, taken)
            return changes.committed(session, table, content, told)

        return self._access.change(session_id, change, taken=taken).tables[table].info()

    def undo(self, session_id: str, table: str = "current") -> tuple[Operation, TableInfo]:
        """Take back a table's last operation; return it, and the table as it is then.

        Raises:
            NothingToRestoreError: There is none, or it is too long ago: fifty can be undone.
        """
        return self._go(session_id, table, changes.check_undo, changes.undone)

    def redo(self, session_id: str, table: str = "current") -> tuple[Operation, TableInfo]:
        """Do again what was undone last; return that operation, and the table as it is then.

        Raises:
            NothingToRestoreError: Nothing was undone since the table's last operation.
        """
        return self._go(session_id, table, changes.check_redo, changes.redone)

    def operations(self, session_id: str, table: str = "current") -> list[SessionOperation]:
        """Return every operation on a table, oldest first, those that were undone marked."""
        session = self._access.read(session_id)
        return [operation_of(entry) for entry in self._store.log(session, find_table(session, table))]

    def rename_table(self, session_id: str, table: str, new_name: str) -> TableInfo:
        """Give a table another name; its operations and its undo go with it.

        Raises:
            SessionError: There is a table of the new name.
        """
        name = checked_table_name(new_name)
        after = self._access.change(session_id, lambda session: changes.renamed(session, table, name))
        return after.tables[name].info()

    def remove_table(self, session_id: str, table: str) -> None:
        """Remove a table, with its operations and its undo; that can't be undone."""
        self._access.change(session_id, lambda session: changes.removed(session, table))

    def copy_tables(
        self,
        source_session_id: str,
        target_session_id: str,
        names: Mapping[str, str] | Iterable[str] | None = None,
    ) -> list[TableInfo]:
        """Copy tables, with what is noted on them, to another session: all or none, each with a new history.

        ``names`` maps tables to the names they get; a list keeps their names, ``None`` means all.

        Raises:
            SessionError: Two would have one name, or the other session has a table of that name.
        """
        source = self._access.read(source_session_id)
        wanted = changes.new_names(source, names)
        target = self._access.read(target_session_id)
        changes.check_names(target, wanted.values())
        copies: dict[str, NewTable] = {}
        for name, new_name in wanted.items():
            frame, _ = self.load(source_session_id, name)
            table = source.tables[name]
            content = self._store.take_in(target.session_id, frame, None)
            copies[new_name] = NewTable(content, table.source, self._store.notes(source, table))
        after = self._access.change(
            target.session_id,
            lambda session: changes.added(session, copies),
            taken=[copy.content for copy in copies.values()],
        )
        return [after.tables[name].info() for name in copies]

    def set_metadata(self, session_id: str, name: str, value: Any, *, table: str | None = None) -> None:
        """Note a value on a session or one of its tables, for example a context's text; ``None`` forgets it.

        Values are JSON: what it lacks becomes text.
        """
        self._access.change(
            session_id, lambda session: changes.noted(session, table, str(name), plain(value))
        )

    def get_metadata(self, session_id: str, name: str, *, table: str | None = None) -> Any:
        """Return what was noted on a session or one of its tables, ``None`` where nothing was."""
        session = self._access.read(session_id)
        return self._store.notes(session, None if table is None else find_table(session, table)).get(name)

    def live(self) -> list[LiveSession]:
        """Return this user's live sessions, those used last first, with the seconds that each has left."""
        return self._store.live(self.user_id)

    def delete(self, session_id: str) -> None:
        """Forget a session, with its tables and their history."""
        self._store.delete(self._access.read(session_id))

    def _taken_in(
        self, session: SessionRecord, name: str, frame: pd.DataFrame, taken: list[Content]
    ) -> Content:
        """Return the cells of a table's new state, taken in anew only where those in ``taken`` don't fit."""
        table = session.tables.get(name)
        if taken and not self._store.fits(taken[0], table):
            self._store.discard(session.session_id, [taken.pop()])
        if not taken:
            taken.append(self._store.take_in(session.session_id, frame, table))
        return taken[0]

    def _go(
        self,
        session_id: str,
        table: str,
        position_of: Callable[[TableRecord], int],
        going: Callable[[SessionRecord, str, dict[str, Any]], Change],
    ) -> tuple[Operation, TableInfo]:
        entry: dict[str, Any] | None = None

        def change(session: SessionRecord) -> Change:
            nonlocal entry
            record = find_table(session, table)
            entry = self._store.entry(session, record, position_of(record))
            if entry is None:
                msg = f"The log of {shown(table)} lacks the operation in question: load its source again."
                raise SessionError(msg)
            return going(session, table, entry)

        after = self._access.change(session_id, change)
        assert entry is not None
        return operation_of(entry).operation, after.tables[table].info()
