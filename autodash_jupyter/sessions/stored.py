"""Sessions as records of a context store, their cells in memory or as blobs: memory, TinyDB, any database."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.models import UserId
from autodash_jupyter.sessions.changes import Change, Content, Logged
from autodash_jupyter.sessions.entries import Entry
from autodash_jupyter.sessions.frame_shelves import FrameShelf
from autodash_jupyter.sessions.records import LiveSession, SessionRecord, TableRecord
from autodash_jupyter.stores import ContextStore, Key, Read, Value, get_many, update_many

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StoredSessions"]

SESSION, OPERATION, NOTE = "session", "session-operation", "session-note"
REFRESHED_BELOW = 0.99  # of the time to live: a read needs no write then, and the rest is close enough


class StoredSessions:
    """Sessions in a store of records; what they hold is durable where the store and the shelf are.

    A change is one conditional write of the store, so no two writers can tear a session.
    """

    def __init__(self, store: ContextStore, shelf: FrameShelf, ttl_seconds: float) -> None:
        self.ttl_seconds = ttl_seconds
        self._store = store
        self._shelf = shelf

    def read(self, session_id: str, user_id: UserId) -> SessionRecord | None:
        """Return a live session of this user, which lives on from now; ``None`` where there is none."""
        value = self._store.get((SESSION, session_id))
        if value is None or not _is_live(value) or not _is_of(value, user_id):
            return None
        if value["expires_at"] - time.time() < REFRESHED_BELOW * self.ttl_seconds:
            self._refresh(session_id)
        return SessionRecord.from_record(value)

    def take_in(self, session_id: str, frame: pd.DataFrame, previous: TableRecord | None) -> Content:  # noqa: ARG002
        """Take in the cells of a new state."""
        kept = self._shelf.keep(frame, previous.current.content if previous else None)
        return Content(kept, len(frame), frame.shape[1])

    def fits(self, content: Content, table: TableRecord | None) -> bool:  # noqa: ARG002
        """Return ``True``: what was taken in is whole."""
        return True

    def discard(self, session_id: str, taken: Iterable[Content]) -> None:  # noqa: ARG002
        """Let go what was taken in for a change that isn't made."""
        self._shelf.discard({content.content for content in taken})

    def apply(self, change: Change) -> bool:
        """Make a change at once and whole; ``False`` where the session isn't as before."""
        if change.before is None:
            self._forget_expired()
        key, done = (SESSION, change.after.session_id), False

        def write(read: Read) -> dict[Key, Value | None]:
            nonlocal done
            [found] = read(key)
            if found is not None and not _is_live(found):
                found = None
            before = change.before.revision if change.before else None
            done = (found["revision"] if found else None) == before
            if not done:
                return {}
            record = {**change.after.as_record(), "expires_at": time.time() + self.ttl_seconds}
            return {key: record, **_logged(change), **_noted(change), **_forgotten(change)}

        update_many(self._store, write)
        if done:
            self._shelf.drop(_contents(change.before) - _contents(change.after), self._needed)
        return done

    def load(self, session: SessionRecord, table: TableRecord) -> pd.DataFrame | None:  # noqa: ARG002
        """Return a table's present cells; ``None`` where it was changed meanwhile."""
        return self._shelf.load(table.current.content)

    def log(self, session: SessionRecord, table: TableRecord) -> list[Entry]:  # noqa: ARG002
        """Return the log of a table, oldest first."""
        found = get_many(self._store, [(OPERATION, table.table_id, each) for each in range(table.logged)])
        return [entry for entry in found if entry is not None]

    def entry(self, session: SessionRecord, table: TableRecord, position: int) -> Entry | None:  # noqa: ARG002
        """Return one entry of a log; ``None`` where there is none."""
        return self._store.get((OPERATION, table.table_id, position))

    def notes(self, session: SessionRecord, table: TableRecord | None) -> Mapping[str, Any]:
        """Return what is noted on a table, or on the session."""
        names = session.notes if table is None else table.notes
        owner = session.session_id if table is None else table.table_id
        found = get_many(self._store, [(NOTE, owner, name) for name in names])
        return {name: value["value"] for name, value in zip(names, found, strict=True) if value is not None}

    def live(self, user_id: UserId) -> list[LiveSession]:
        """Return a user's live sessions, those used last first."""
        self._forget_expired()
        found = [value for value in self._sessions() if _is_live(value) and _is_of(value, user_id)]
        now = time.time()
        found.sort(key=lambda value: -float(value["expires_at"]))
        return [SessionRecord.from_record(value).live(value["expires_at"] - now) for value in found]

    def delete(self, session: SessionRecord) -> None:
        """Forget a session, with all that belongs to it."""
        key = (SESSION, session.session_id)
        while (value := self._store.get(key)) is not None and _is_of(value, session.user_id):
            self._forget(SessionRecord.from_record(value))

    def _refresh(self, session_id: str) -> None:
        def write(read: Read) -> dict[Key, Value | None]:
            [found] = read((SESSION, session_id))
            if found is None or not _is_live(found):
                return {}
            return {(SESSION, session_id): {**found, "expires_at": time.time() + self.ttl_seconds}}

        update_many(self._store, write)

    def _sessions(self) -> list[Value]:
        keys = [key for key in self._store.list_keys() if isinstance(key, tuple) and key[0] == SESSION]
        return [value for value in get_many(self._store, keys) if value is not None]

    def _forget_expired(self) -> None:
        for value in self._sessions():
            if not _is_live(value):
                self._forget(SessionRecord.from_record(value))

    def _forget(self, session: SessionRecord) -> None:
        """Forget a session, unless somebody changed it, or made one of its id, meanwhile."""
        gone = False

        def write(read: Read) -> dict[Key, Value | None]:
            nonlocal gone
            [found] = read((SESSION, session.session_id))
            gone = found is not None and SessionRecord.from_record(found) == session
            return dict.fromkeys(_keys_of_session(session)) if gone else {}

        update_many(self._store, write)
        if gone:
            self._shelf.drop(_contents(session), self._needed, at_once=True)

    def _needed(self) -> set[str]:
        """Return what every session still needs of the shelf."""
        return {
            content
            for value in self._sessions()
            if _is_live(value)
            for content in _contents(SessionRecord.from_record(value))
        }


def _is_live(value: Value) -> bool:
    return bool(value["expires_at"] > time.time())


def _is_of(value: Value, user_id: UserId) -> bool:
    return type(value["user_id"]) is type(user_id) and value["user_id"] == user_id


def _contents(session: SessionRecord | None) -> set[str]:
    tables = session.tables.values() if session else ()
    return {snapshot.content for table in tables for snapshot in table.snapshots}


def _keys_of_session(session: SessionRecord) -> list[Key]:
    keys: list[Key] = [(SESSION, session.session_id)]
    keys += [(NOTE, session.session_id, name) for name in session.notes]
    return keys + [key for table in session.tables.values() for key in _keys_of(table)]


def _keys_of(table: TableRecord) -> list[Key]:
    operations: list[Key] = [(OPERATION, table.table_id, position) for position in range(table.logged)]
    return operations + [(NOTE, table.table_id, name) for name in table.notes]


def _logged(change: Change) -> dict[Key, Value | None]:
    def key(name: str, logged: Logged) -> Key:
        return (OPERATION, change.after.tables[name].table_id, logged.entry["position"])

    return {key(name, logged): logged.entry for name, logged in change.logged.items()}


def _noted(change: Change) -> dict[Key, Value | None]:
    session_id = change.after.session_id
    return {
        (NOTE, note.table_id or session_id, note.name): None if note.value is None else {"value": note.value}
        for note in change.notes
    }


def _forgotten(change: Change) -> dict[Key, Value | None]:
    """Return the log of each table that goes, to be forgotten."""
    stay = {table.table_id for table in change.after.tables.values()}
    before = change.before.tables.values() if change.before else ()
    return {key: None for table in before if table.table_id not in stay for key in _keys_of(table)}
