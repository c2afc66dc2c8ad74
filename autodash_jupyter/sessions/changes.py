"""What each change makes of a session's records, as plain values: nothing here reads or writes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from autodash_jupyter.errors import NothingToRestoreError, did_you_mean
from autodash_jupyter.models import utc_now
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions.entries import Entry, entry_of
from autodash_jupyter.sessions.failures import SessionConflictError, SessionError, UnknownTableError
from autodash_jupyter.sessions.names import checked_table_name, shown
from autodash_jupyter.sessions.records import SessionRecord, Snapshot, TableRecord

__all__ = [
    "Change",
    "Content",
    "Logged",
    "NewTable",
    "Note",
    "MOST_SNAPSHOTS",
    "added",
    "check_names",
    "check_redo",
    "check_undo",
    "check_version",
    "committed",
    "find_table",
    "new_names",
    "noted",
    "redone",
    "removed",
    "renamed",
    "undone",
]

MOST_SNAPSHOTS = 50  # states that a table can go back to


@dataclass(frozen=True, slots=True)
class Content:
    """The cells of a new state, as a store has taken them in: where they are, and the table's shape.

    ``shared`` names the columns that weren't taken in, since the table had them already.
    """

    content: str
    rows: int
    columns: int
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NewTable:
    """A table that a session is to get: its cells, where they are from, and what is noted on it."""

    content: Content
    source: Mapping[str, Any] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """An operation that was done, undone or redone, and its entry as the log has it from now on."""

    kind: Literal["done", "undone", "redone"]
    entry: Entry


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted under a name on a table, or with ``table_id`` empty on the session; ``None``: nothing."""

    table_id: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A session before and after, and by the tables' names what happens to their logs."""

    before: SessionRecord | None
    after: SessionRecord
    logged: Mapping[str, Logged] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def find_table(session: SessionRecord, name: str) -> TableRecord:
    """Return a session's table; ``UnknownTableError`` that names those there are."""
    table = session.tables.get(name)
    if table is None:
        known = ", ".join(shown(each) for each in list(session.tables)[:10]) or "none"
        msg = (
            f"There is no table {shown(name)} in this session (it has {known})."
            f"{did_you_mean(name[:100], [each for each in session.tables if len(each) <= 100])}"
        )
        raise UnknownTableError(msg)
    return table


def added(session: SessionRecord, new: Mapping[str, NewTable]) -> Change:
    """Return the change by which a session gets new tables; ``SessionError`` where it has one of the name."""
    check_names(session, new)
    tables, notes = dict(session.tables), list[Note]()
    for name, table in new.items():
        tables[name] = TableRecord(
            name=name,
            table_id=uuid.uuid4().hex,
            current=Snapshot(0, table.content.rows, table.content.columns, table.content.content),
            source=table.source,
            notes=tuple(table.notes),
        )
        notes += [Note(tables[name].table_id, note, value) for note, value in table.notes.items()]
    return replace(_change(session, tables), notes=tuple(notes))


def committed(
    session: SessionRecord,
    name: str,
    content: Content,
    operation: Operation,
    *,
    source: Mapping[str, Any] | None = None,
) -> Change:
    """Return the change by which an operation makes a new state of a table; nothing can be redone then."""
    table = find_table(session, name)
    made = Snapshot(table.next_number, content.rows, content.columns, content.content, table.logged)
    entry = entry_of(operation, table.logged, table.current, made)
    after = replace(
        _touched(table),
        current=made,
        undo=(*table.undo, table.current)[-MOST_SNAPSHOTS:],
        redo=(),
        next_number=table.next_number + 1,
        logged=table.logged + 1,
        source=table.source if source is None else source,
    )
    return _change(session, {**session.tables, name: after}, {name: Logged("done", entry)})


def undone(session: SessionRecord, name: str, entry: Entry) -> Change:
    """Return the change that takes a table one operation back; ``entry`` is that operation's."""
    table = find_table(session, name)
    after = replace(
        _touched(table), current=table.undo[-1], undo=table.undo[:-1], redo=(*table.redo, table.current)
    )
    return _change(
        session, {**session.tables, name: after}, {name: Logged("undone", {**entry, "undone": True})}
    )


def redone(session: SessionRecord, name: str, entry: Entry) -> Change:
    """Return the change that does again what was undone last; ``entry`` is that operation's."""
    table = find_table(session, name)
    after = replace(
        _touched(table), current=table.redo[-1], undo=(*table.undo, table.current), redo=table.redo[:-1]
    )
    return _change(
        session, {**session.tables, name: after}, {name: Logged("redone", {**entry, "undone": False})}
    )


def renamed(session: SessionRecord, name: str, new_name: str) -> Change:
    """Return the change by which a table, with its log and its states, gets another name."""
    table = find_table(session, name)
    if new_name != name:
        check_names(session, [new_name])
    after = replace(_touched(table), name=new_name)
    tables = [after if each is table else each for each in session.tables.values()]
    return _change(session, {each.name: each for each in tables})


def removed(session: SessionRecord, name: str) -> Change:
    """Return the change by which a table goes, with its log, its states and what was noted on it."""
    table = find_table(session, name)
    rest = {each: found for each, found in session.tables.items() if each != name}
    return replace(
        _change(session, rest), notes=tuple(Note(table.table_id, note, None) for note in table.notes)
    )


def noted(session: SessionRecord, table_name: str | None, name: str, value: Any) -> Change:
    """Return the change that notes a value on a table or the session; ``None`` forgets it."""
    table = None if table_name is None else find_table(session, table_name)
    names = dict.fromkeys(session.notes if table is None else table.notes)
    if value is None:
        names.pop(name, None)
    else:
        names[name] = None
    note = Note("" if table is None else table.table_id, name, value)
    if table is None:
        after = replace(session, notes=tuple(names), revision=session.revision + 1)
        return Change(before=session, after=after, notes=(note,))
    tables = {**session.tables, table.name: replace(table, notes=tuple(names))}
    return replace(_change(session, tables), notes=(note,))


def new_names(session: SessionRecord, names: Mapping[str, str] | Iterable[str] | None) -> dict[str, str]:
    """Return the names that tables are to get by those they have; a list keeps them, ``None`` means all.

    Raises ``UnknownTableError`` for a table that isn't there, ``SessionError`` where two would share a name.
    """
    if names is None:
        names = list(session.tables)
    wanted = dict(names) if isinstance(names, Mapping) else {name: name for name in names}
    for name in wanted:
        find_table(session, name)
    checked = {name: checked_table_name(new_name) for name, new_name in wanted.items()}
    if len(set(checked.values())) < len(checked):
        msg = "two tables would get the same name: give each its own"
        raise SessionError(msg)
    return checked


def check_names(session: SessionRecord, names: Iterable[str]) -> None:
    """Raise ``SessionError`` where a session has a table of one of these names."""
    for name in names:
        if name in session.tables:
            msg = f"This session has a table {shown(name)} already: choose another name, or remove it first."
            raise SessionError(msg)


def check_undo(table: TableRecord) -> int:
    """Return the place in the log of what an undo takes back; ``NothingToRestoreError`` for nothing."""
    if not table.undo or table.current.logged is None:
        gone = f", whose last {MOST_SNAPSHOTS} states are kept" if table.logged else ""
        msg = f"There is nothing to undo in {shown(table.name)}{gone}."
        raise NothingToRestoreError(msg)
    return table.current.logged


def check_redo(table: TableRecord) -> int:
    """Return the place in the log of what a redo does again; ``NothingToRestoreError`` for nothing."""
    if not table.redo or table.redo[-1].logged is None:
        msg = f"There is nothing to redo in {shown(table.name)}: nothing was undone since its last operation."
        raise NothingToRestoreError(msg)
    return table.redo[-1].logged


def check_version(table: TableRecord, expected: int | None) -> None:
    """Raise ``SessionConflictError`` where a table has another version than expected."""
    if expected is not None and table.version != expected:
        msg = (
            f"{shown(table.name)} was changed meanwhile: it has version {table.version}, this change was "
            f"made from version {expected}. Load it again, and do the operation anew."
        )
        raise SessionConflictError(msg, expected=expected, found=table.version)


def _touched(table: TableRecord) -> TableRecord:
    return replace(table, version=table.version + 1, updated_at=utc_now())


def _change(
    session: SessionRecord,
    tables: Mapping[str, TableRecord],
    logged: Mapping[str, Logged] | None = None,
) -> Change:
    after = replace(session, tables=dict(tables), revision=session.revision + 1)
    return Change(before=session, after=after, logged=logged or {})
