"""Reads and writes the rows of records, inside a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter.stores.database.changes import count_changes, note_changes
from autodash_jupyter.stores.database.schema import value_revision
from autodash_jupyter.stores.database.statements import in_parts
from autodash_jupyter.stores.encoded import Entry
from autodash_jupyter.stores.keys import address_digest

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from autodash_jupyter.stores.database.statements import Statements

__all__ = ["Unexpected", "fetch_records", "put_records", "put_records_if", "record_id", "remove_records"]


class Unexpected(Exception):  # noqa: N818 - no error, but the way to take a transaction back
    """A record has another revision than its writer expects."""


def record_id(address: str) -> str:
    """Return the id of the row in which the record of this address is kept."""
    return address_digest(address).hex()


def fetch_records(
    connection: Connection, statements: Statements, ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return the values' texts with their revisions, by the ids of their rows."""
    found: dict[str, tuple[str, str]] = {}
    for some in in_parts(ids):
        rows = connection.execute(statements.fetch, {"ids": some})
        found.update((row.address, (row.value_json, row.revision)) for row in rows)
    return found


def put_records(connection: Connection, statements: Statements, entries: Sequence[Entry]) -> None:
    """Put records; one that was there keeps its place in the order."""
    first = count_changes(connection, statements, len(entries))
    rows: list[dict[str, Any]] = [
        {
            "address": record_id(entry.address),
            "key_json": entry.key,
            "value_json": entry.value,
            "position": first + number,
            "revision": value_revision(entry.value),
        }
        for number, entry in enumerate(entries)
    ]
    connection.execute(statements.upsert, rows)
    noted = [(row["key_json"], row["revision"]) for row in rows]
    note_changes(connection, statements, first, noted)


def remove_records(connection: Connection, statements: Statements, ids: Sequence[str]) -> None:
    """Remove records; ids of none are no error."""
    first = count_changes(connection, statements, len(ids))
    gone: list[tuple[str, None]] = []
    for some in in_parts(ids):
        keys = connection.execute(statements.keys, {"ids": some}).scalars()
        gone.extend((key, None) for key in keys)
        connection.execute(statements.remove, {"ids": some})
    note_changes(connection, statements, first, gone)


def put_records_if(
    connection: Connection,
    statements: Statements,
    entries: Mapping[str, Entry | None],
    expected: Mapping[str, str | None],
) -> None:
    """Put and remove records where all revisions are as expected; else raise ``Unexpected``."""
    count_changes(connection, statements, 0)  # from here on, no other writer can come between
    ids = {record_id(address): revision for address, revision in expected.items()}
    found = fetch_records(connection, statements, list(ids))
    for one, revision in ids.items():
        if (found[one][1] if one in found else None) != revision:
            raise Unexpected
    if present := [entry for entry in entries.values() if entry is not None]:
        put_records(connection, statements, present)
    if gone := [record_id(address) for address, entry in entries.items() if entry is None]:
        remove_records(connection, statements, gone)
