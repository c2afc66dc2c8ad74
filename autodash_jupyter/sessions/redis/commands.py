"""The commands by which Redis makes a change: cells are renamed, never copied, and lists are appended to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from autodash_jupyter.sessions.changes import MOST_SNAPSHOTS, Change, Logged
from autodash_jupyter.sessions.records import SessionRecord, TableRecord
from autodash_jupyter.sessions.redis.keys import (
    INDEX,
    OPERATIONS,
    REDO,
    UNDO,
    SessionKeys,
    columns_of,
    head_of,
    places,
)

__all__ = ["Command", "commands_for", "note_field"]

Command: TypeAlias = tuple[str | bytes, ...]
MOST_WORDS = 1_000  # of a command: a script takes some thousands at most


def commands_for(change: Change, keys: SessionKeys) -> list[Command]:
    """Return the commands that turn what Redis has of the session before into what it is after."""
    before = {table.table_id: table for table in _tables(change.before)}
    after = {table.table_id: table for table in _tables(change.after)}
    commands: list[Command] = []
    for table_id, table in before.items():
        if table_id not in after:
            commands += _unlinking(keys.of_table(table))
    for table_id, table in after.items():
        old = before.get(table_id)
        if old is not None and old.name != table.name:
            commands += _renaming(old, table, keys)
        elif old is None or old.current != table.current:
            commands += _moving(old, table, keys)
            commands.append(("SET", keys.table(table.name, INDEX), str(table.current.number)))
    for name, logged in change.logged.items():
        commands += _logging(logged, name, keys)
    return [*commands, *_noting(change, keys), _describing(change.after, keys)]


def note_field(table_id: str, name: str) -> str:
    """Return the field of the metadata under which something is noted on a table or the session."""
    return f"note:{table_id}:{name}"


def _tables(session: SessionRecord | None) -> Iterator[TableRecord]:
    return iter(session.tables.values() if session else ())


def _unlinking(gone: list[str]) -> Iterator[Command]:
    for start in range(0, len(gone), MOST_WORDS):
        yield "UNLINK", *gone[start : start + MOST_WORDS]


def _renaming(old: TableRecord, new: TableRecord, keys: SessionKeys) -> Iterator[Command]:
    for source, target in zip(keys.of_table(old), keys.of_table(new), strict=True):
        if source != target:
            yield "RENAME", source, target


def _moving(old: TableRecord | None, new: TableRecord, keys: SessionKeys) -> list[Command]:
    """Return the commands that put the cells of each state where they belong."""
    name = new.name
    were = {snapshot.number: (place, snapshot) for place, snapshot in places(old)} if old else {}
    are = {snapshot.number: place for place, snapshot in places(new)}
    gone = [
        key
        for number, (place, snapshot) in were.items()
        if number not in are
        for key in keys.cells(name, place, head_of(snapshot))
    ]
    commands = list(_unlinking(gone))
    # What was the present state moves first, for another takes its place.
    for number in sorted(were, key=lambda number: number != (old.current.number if old else None)):
        place, snapshot = were[number]
        if number in are and are[number] != place:
            head = head_of(snapshot)
            commands += _pairs(keys.cells(name, place, head), keys.cells(name, are[number], head))
    if new.current.number not in were:
        head = head_of(new.current)
        commands += _pairs(keys.upload(head, head.name), keys.cells(name, are[new.current.number], head))
    return commands + _moving_columns(old, new, keys)


def _moving_columns(old: TableRecord | None, new: TableRecord, keys: SessionKeys) -> list[Command]:
    """Return the commands that keep the columns of the new state, and let those go that no state has."""
    were, are = columns_of(old), columns_of(new)
    token = head_of(new.current).name
    gone = [key for column in were if column not in are for key in keys.column(new.name, column)]
    commands = list(_unlinking(gone))
    for column in are:
        if column not in were:
            commands += _pairs(keys.upload(column, token), keys.column(new.name, column))
    return commands


def _pairs(sources: list[str], targets: list[str]) -> Iterator[Command]:
    for pair in zip(sources, targets, strict=True):
        yield "RENAME", *pair


def _logging(logged: Logged, name: str, keys: SessionKeys) -> list[Command]:
    operations, undo, redo = (keys.table(name, part) for part in (OPERATIONS, UNDO, REDO))
    entry = as_json(logged.entry)
    if logged.kind == "done":
        return [
            ("RPUSH", operations, entry),
            ("RPUSH", undo, entry),
            ("LTRIM", undo, str(-MOST_SNAPSHOTS), "-1"),
            ("UNLINK", redo),
        ]
    source, target = (undo, redo) if logged.kind == "undone" else (redo, undo)
    position = str(logged.entry["position"])
    return [("LSET", operations, position, entry), ("RPOP", source), ("RPUSH", target, entry)]


def _noting(change: Change, keys: SessionKeys) -> Iterator[Command]:
    for note in change.notes:
        field = note_field(note.table_id, note.name)
        if note.value is None:
            yield "HDEL", keys.metadata, field
        else:
            yield "HSET", keys.metadata, field, as_json(note.value)


def _describing(session: SessionRecord, keys: SessionKeys) -> Command:
    record = session.as_record()
    fields = {
        "user": as_json(session.user_id),
        "created_at": record["created_at"],
        "revision": str(session.revision),
        "tables": as_json({table["name"]: table for table in record["tables"]}),
        "notes": as_json(record["notes"]),
        "keys": "\n".join(keys.of_session(session)),
    }
    return ("HSET", keys.metadata, *(text for pair in fields.items() for text in pair))


def as_json(value: Any) -> str:
    """Return a value's JSON, in ASCII."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
