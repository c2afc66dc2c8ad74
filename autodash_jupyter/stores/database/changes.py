"""Counts the changes of a database store, and notes the latest, so that nobody need list all records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.database.schema import refuse_newer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from autodash_jupyter.stores.database.statements import Statements

__all__ = ["count_changes", "note_changes", "noted_changes"]

NOTED_CHANGES = 2_000  # that are told; who missed more looks at everything
FORGOTTEN_AT_ONCE = 500


def count_changes(connection: Connection, statements: Statements, count: int) -> int:
    """Count ``count`` changes, and return the number of the first of them.

    It locks the one row of ``state`` until the transaction ends. So writers line up, briefly: no two can
    wait for each other's rows, and the numbers are in the order in which the changes can be seen.
    """
    counted = connection.execute(statements.count, {"count": count})
    if not connection.dialect.update_returning:
        counted = connection.execute(statements.state)
    row = counted.one_or_none()
    if row is None:
        msg = "the table of the store's state has lost its row, so nothing can be written: restore a backup"
        raise ContextStoreError(msg)
    refuse_newer(row.version)
    return int(row.changes) - count + 1


def note_changes(
    connection: Connection, statements: Statements, first: int, changes: Sequence[tuple[str, str | None]]
) -> None:
    """Note keys (their texts) with their revisions, none for a deleted one; forget what is long ago."""
    rows = [
        {"number": first + number, "key_json": key, "revision": revision}
        for number, (key, revision) in enumerate(changes)
    ]
    if rows:
        connection.execute(statements.log, rows[-NOTED_CHANGES:])
    last = first + len(rows) - NOTED_CHANGES
    if last % FORGOTTEN_AT_ONCE < max(1, len(rows)):
        connection.execute(statements.trim, {"last": last})


def noted_changes(
    connection: Connection, statements: Statements, since: int
) -> list[tuple[str, str | None]] | None:
    """Return what changed after a number, oldest first; ``None`` where that is too long ago to tell."""
    rows = connection.execute(statements.logged, {"since": since}).all()
    # Read last: what was forgotten in between can then not be missed.
    counted = connection.execute(statements.state).scalar()
    if counted is None or not since <= counted <= since + NOTED_CHANGES:
        return None
    return [(row.key_json, row.revision) for row in rows]
