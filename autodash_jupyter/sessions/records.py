"""The records of a session: its tables, the states each can go back to, and what callers are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from autodash_jupyter.models import UserId, utc_now
from autodash_jupyter.operation_records import Operation

__all__ = [
    "LiveSession",
    "SessionOperation",
    "SessionRecord",
    "Snapshot",
    "TableInfo",
    "TableRecord",
]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What a caller is told of a table; ``version`` rises with every change, undo and redo included."""

    name: str
    rows: int
    columns: int
    version: int
    source: Mapping[str, Any] | None
    updated_at: datetime
    can_undo: int = 0
    can_redo: int = 0


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that hasn't expired: its tables, and the seconds it has left if nobody uses it."""

    session_id: str
    infos: tuple[TableInfo, ...]
    seconds_left: float
    created_at: datetime

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(info.name for info in self.infos)


@dataclass(frozen=True, slots=True)
class SessionOperation:
    """An operation of a table's log: its place there, and whether it is undone."""

    position: int
    operation: Operation
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a table.

    ``number`` is never used twice in a table; ``content`` tells the medium where the cells are; ``logged`` is
    the place in the log of the operation that made it, ``None`` for the first.
    """

    number: int
    rows: int
    columns: int
    content: str
    logged: int | None = None

    def as_list(self) -> list[Any]:
        """Return the fields as JSON has them."""
        return [self.number, self.rows, self.columns, self.content, self.logged]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRecord:
    """A table: its present state, those to go back to (the last one first to be used), and to redo.

    ``table_id`` stays when the table is renamed; ``logged`` is how many operations its log has; ``notes`` are
    the names of what is noted on it.
    """

    name: str
    table_id: str
    current: Snapshot
    undo: tuple[Snapshot, ...] = ()
    redo: tuple[Snapshot, ...] = ()
    version: int = 1
    next_number: int = 1
    logged: int = 0
    source: Mapping[str, Any] | None = None
    updated_at: datetime = field(default_factory=utc_now)
    notes: tuple[str, ...] = ()

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Every state that is kept."""
        return (*self.undo, self.current, *self.redo)

    def info(self) -> TableInfo:
        """Return what a caller is told."""
        return TableInfo(
            self.name,
            self.current.rows,
            self.current.columns,
            self.version,
            self.source,
            self.updated_at,
            len(self.undo),
            len(self.redo),
        )

    def as_record(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        record = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("undo", "redo"):
            record[name] = [snapshot.as_list() for snapshot in record[name]]
        return record | {
            "current": self.current.as_list(),
            "source": None if self.source is None else dict(self.source),
            "updated_at": self.updated_at.isoformat(),
            "notes": list(self.notes),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> TableRecord:
        """Return the table of a record; fields of a newer version are left out."""
        known = {each.name: record[each.name] for each in fields(cls) if each.name in record}
        for name in ("undo", "redo"):
            known[name] = tuple(Snapshot(*values) for values in known.get(name, ()))
        known["current"] = Snapshot(*known["current"])
        known["updated_at"] = datetime.fromisoformat(known["updated_at"])
        known["notes"] = tuple(known.get("notes", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session of one user: its tables by name; ``revision`` rises with every change of any of it."""

    session_id: str
    user_id: UserId
    created_at: datetime = field(default_factory=utc_now)
    revision: int = 0
    tables: Mapping[str, TableRecord] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def with_tables(self, tables: Mapping[str, TableRecord]) -> SessionRecord:
        """Return the session with these tables in place of those it has."""
        return replace(self, tables=dict(tables))

    def live(self, seconds_left: float) -> LiveSession:
        """Return what a caller is told who lists sessions."""
        infos = tuple(table.info() for table in self.tables.values())
        return LiveSession(self.session_id, infos, seconds_left, self.created_at)

    def as_record(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        return {
            "session_id": self.session_id,
            "user_id": self.user_id,
            "created_at": self.created_at.isoformat(),
            "revision": self.revision,
            "tables": [table.as_record() for table in self.tables.values()],
            "notes": list(self.notes),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> SessionRecord:
        """Return the session of a record."""
        tables = [TableRecord.from_record(each) for each in record["tables"]]
        return cls(
            session_id=record["session_id"],
            user_id=record["user_id"],
            created_at=datetime.fromisoformat(record["created_at"]),
            revision=record["revision"],
            tables={table.name: table for table in tables},
            notes=tuple(record.get("notes", ())),
        )
