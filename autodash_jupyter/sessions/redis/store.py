"""Sessions on a Redis, or a Redis Cluster."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.models import UserId
from autodash_jupyter.sessions.changes import Change, Content
from autodash_jupyter.sessions.entries import Entry
from autodash_jupyter.sessions.records import LiveSession, SessionRecord, TableRecord
from autodash_jupyter.sessions.redis.cells import RedisCells
from autodash_jupyter.sessions.redis.commands import as_json, commands_for, note_field
from autodash_jupyter.sessions.redis.keys import OPERATIONS, SessionKeys, columns_of, user_index
from autodash_jupyter.sessions.redis.recent import RecentCells
from autodash_jupyter.sessions.redis.scripts import APPLY, DELETE, READ
from autodash_jupyter.stores.redis.client import RedisClient
from autodash_jupyter.stores.redis.connection import (
    RedisTuning,
    checked_ttl,
    failure_remedy,
    import_redis,
    parse_address,
    redis_errors,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RedisSessions"]

VERSION = 1  # of the layout
CHUNK_BYTES = 32 << 20  # Redis takes 512 MB at most, and serves nobody else while it copies one
RECENT_BYTES = 128 << 20  # of cells kept in this process, for whoever loads what was committed a moment ago


class RedisSessions:
    """Sessions on a Redis (5 or newer), or a Redis Cluster by ``redis+cluster://host:port,host:port``.

    What each change needs is uploaded first; then one script makes all of it, if the session is still as it
    was read. A session expires on the server, ``ttl_seconds`` after its last use, with every key of its own.
    """

    def __init__(
        self,
        url: str,
        *,
        password: str | None = None,
        ttl_seconds: float = 86_400,
        chunk_bytes: int = CHUNK_BYTES,
        recent_bytes: int = RECENT_BYTES,
        tuning: RedisTuning | None = None,
    ) -> None:
        self.ttl_seconds = checked_ttl(ttl_seconds) or 0.0
        self.address = parse_address(url, password=None if parse_address(url).password else password)
        self._milliseconds = f"{self.ttl_seconds * 1000:.0f}"
        self._client = RedisClient(self.address, tuning or RedisTuning())
        self._cells = RedisCells(self._client, chunk_bytes, RecentCells(recent_bytes))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.address)!r})"

    def read(self, session_id: str, user_id: UserId) -> SessionRecord | None:
        """Return a live session of this user, which lives on from now; ``None`` where there is none."""
        keys = self._keys(session_id)
        arguments = [as_json(user_id), self._milliseconds, session_id]
        with self._reported("read"):
            found = self._client.read(READ, self._key_arguments(keys, user_id, ""), arguments)
            if found is None:
                return None
            self._index_on_cluster(session_id, user_id)
        return _session(session_id, found)

    def take_in(self, session_id: str, frame: pd.DataFrame, previous: TableRecord | None) -> Content:
        """Upload the cells of a new state, which expire unless a change keeps them."""
        with self._reported("write"):
            return self._cells.send(self._keys(session_id), frame, previous)

    def fits(self, content: Content, table: TableRecord | None) -> bool:
        """Tell whether what was taken in still has the columns that it shares with the table's states."""
        return content.shared <= {column.name for column in columns_of(table)}

    def discard(self, session_id: str, taken: Iterable[Content]) -> None:
        """Remove what was uploaded for a change that isn't made; where that fails, it expires."""
        with suppress(*redis_errors()):
            for content in taken:
                self._cells.discard(self._keys(session_id), content)

    def apply(self, change: Change) -> bool:
        """Make a change at once and whole; ``False`` where the session isn't as before."""
        session, before = change.after, change.before
        keys, user = self._keys(session.session_id), session.user_id
        arguments: list[Any] = [as_json(user), self._milliseconds, session.session_id]
        arguments.append(str(before.revision) if before else "")
        for command in commands_for(change, keys):
            arguments += len(command), *command
        names = self._key_arguments(keys, user, secrets.token_hex(8))
        with self._reported("write"):
            done = self._client.write(APPLY, names, VERSION, [_text(each) for each in arguments])
            if done:
                self._index_on_cluster(session.session_id, user)
        return done

    def load(self, session: SessionRecord, table: TableRecord) -> pd.DataFrame | None:
        """Return a table's present cells; ``None`` where it was changed meanwhile."""
        with self._reported("read"):
            return self._cells.fetch(self._keys(session.session_id), table)

    def log(self, session: SessionRecord, table: TableRecord) -> list[Entry]:
        """Return the log of a table, oldest first."""
        key = self._keys(session.session_id).table(table.name, OPERATIONS)
        with self._reported("read"):
            texts = self._client.call("LRANGE", key, 0, -1)
        with _damage_reported(session.session_id):
            return [json.loads(text) for text in texts]

    def entry(self, session: SessionRecord, table: TableRecord, position: int) -> Entry | None:
        """Return one entry of a log; ``None`` where there is none."""
        key = self._keys(session.session_id).table(table.name, OPERATIONS)
        with self._reported("read"):
            text = self._client.call("LINDEX", key, position)
        with _damage_reported(session.session_id):
            entry: Entry | None = None if text is None else json.loads(text)
        return entry

    def notes(self, session: SessionRecord, table: TableRecord | None) -> Mapping[str, Any]:
        """Return what is noted on a table, or on the session."""
        names = session.notes if table is None else table.notes
        fields = [note_field("" if table is None else table.table_id, name) for name in names]
        if not fields:
            return {}
        with self._reported("read"):
            found = self._client.call("HMGET", self._keys(session.session_id).metadata, *fields)
        with _damage_reported(session.session_id):
            return {
                name: json.loads(text) for name, text in zip(names, found, strict=True) if text is not None
            }

    def live(self, user_id: UserId) -> list[LiveSession]:
        """Return a user's live sessions, those used last first."""
        index = user_index(user_id)
        with self._reported("read"):
            ids = [text.decode() for text in self._client.call("ZREVRANGE", index, 0, -1)]
            names = [self._keys(session_id).metadata for session_id in ids]
            fields = ("user", "created_at", "revision", "tables", "notes")
            answers = self._client.call_all(
                [command for name in names for command in (("HMGET", name, *fields), ("PTTL", name))]
            )
            found = list(zip(ids, answers[::2], answers[1::2], strict=True))
            user = as_json(user_id).encode()
            gone = [session_id for session_id, fields, left in found if fields[0] != user or left <= 0]
            if gone:
                self._client.call("ZREM", index, *gone)
        live = []
        for session_id, fields, left in found:
            if session_id not in gone:
                with suppress(ContextStoreError):  # a damaged one says so to whoever uses it
                    live.append(_session(session_id, fields).live(left / 1000))
        return live

    def delete(self, session: SessionRecord) -> None:
        """Forget a session, with all that belongs to it."""
        keys, user = self._keys(session.session_id), session.user_id
        with self._reported("write"):
            names = self._key_arguments(keys, user, "")
            self._client.write(DELETE, names, VERSION, [as_json(user), session.session_id])
            if self.address.is_cluster:
                self._client.call("ZREM", user_index(user), session.session_id)

    def close(self) -> None:
        """Close the connections; a call after that makes new ones."""
        self._client.close()

    def _keys(self, session_id: str) -> SessionKeys:
        return SessionKeys(session_id, self.address.is_cluster)

    def _key_arguments(self, keys: SessionKeys, user_id: UserId, token: str) -> list[str]:
        names = [keys.metadata, keys.mark(token)]
        return names if self.address.is_cluster else [*names, user_index(user_id)]

    def _index_on_cluster(self, session_id: str, user_id: UserId) -> None:
        """Put a session into the user's index, which lies on another node; its next use mends what fails."""
        if self.address.is_cluster:
            index, left = user_index(user_id), int(self._milliseconds)
            expires = self._client.server_milliseconds() + left
            self._client.call_all([("ZADD", index, expires, session_id), ("PEXPIREAT", index, expires)])

    @contextmanager
    def _reported(self, action: str) -> Iterator[None]:
        try:
            yield
        except redis_errors() as error:
            if isinstance(error, import_redis().exceptions.ResponseError) and "GONE" in str(error):
                msg = f"{self!r} lost cells of this session (does it evict keys?): load its source again"
            else:
                msg = f"can't {action} {self!r}: {error}; {failure_remedy(error)}"
            raise ContextStoreError(msg) from error


@contextmanager
def _damage_reported(session_id: str) -> Iterator[None]:
    """Raise ContextStoreError for what another program wrote in place of a session's own records."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        msg = (
            f"what Redis has of session {session_id} is damaged ({type(error).__name__}): "
            "load its tables into a new session"
        )
        raise ContextStoreError(msg) from error


def _session(session_id: str, fields: Sequence[bytes]) -> SessionRecord:
    with _damage_reported(session_id):
        user, created_at, revision, tables, notes = fields
        records = [TableRecord.from_record(each) for each in json.loads(tables).values()]
        return SessionRecord(
            session_id=session_id,
            user_id=json.loads(user),
            created_at=datetime.fromisoformat(created_at.decode()),
            revision=int(revision),
            tables={table.name: table for table in records},
            notes=tuple(json.loads(notes)),
        )


def _text(value: Any) -> Any:
    return value if isinstance(value, bytes | str) else str(value)
