"""The statements of a database store, built once: to build one takes longer than SQLite takes to run it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Delete, Dialect, Insert, Select, Update

    from autodash_jupyter.stores.database.schema import Tables

__all__ = ["Statements", "in_parts", "make_statements"]

MOST_PARAMETERS = 500  # of one statement; the databases allow a thousand and more
CHANGED = ("key_json", "value_json", "revision")


@dataclass(frozen=True, slots=True)
class Statements:
    """What a store says to its database.

    ``upsert`` and ``log`` are given rows; ``fetch``, ``keys`` and ``remove`` the parameter ``ids``; ``count``
    counts ``count`` changes, and where the dialect can return rows of an update, returns what ``state``
    selects; ``logged`` returns the changes after the number ``since``, ``trim`` forgets those up to ``last``.
    """

    upsert: Insert
    fetch: Select[Any]
    keys: Select[Any]
    remove: Delete
    listing: Select[Any]
    state: Select[Any]
    count: Update
    log: Insert
    logged: Select[Any]
    trim: Delete


def make_statements(tables: Tables, dialect: Dialect) -> Statements:
    """Return the statements for a kind of database."""
    from sqlalchemy import bindparam, select

    records, state, changes = tables.records.c, tables.state.c, tables.changes.c
    ids = records.address.in_(bindparam("ids", expanding=True))
    count: Any = tables.state.update().values(changes=state.changes + bindparam("count"))
    if dialect.update_returning:
        count = count.returning(state.changes, state.version)
    return Statements(
        upsert=_upsert(tables, dialect.name),
        fetch=select(records.address, records.value_json, records.revision).where(ids),
        keys=select(records.key_json).where(ids),
        remove=tables.records.delete().where(ids),
        listing=select(records.key_json, records.revision).order_by(records.position),
        state=select(state.changes, state.version),
        count=count,
        log=tables.changes.insert(),
        logged=select(changes.key_json, changes.revision)
        .where(changes.number > bindparam("since"))
        .order_by(changes.number),
        trim=tables.changes.delete().where(changes.number <= bindparam("last")),
    )


def _upsert(tables: Tables, dialect: str) -> Insert:
    """Return what inserts a record, or changes all of it but its position."""
    from sqlalchemy.dialects import mysql, postgresql, sqlite

    table = tables.records
    if dialect in ("mysql", "mariadb"):
        on_mysql = mysql.insert(table)
        return on_mysql.on_duplicate_key_update({name: on_mysql.inserted[name] for name in CHANGED})
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=[table.c.address], set_={name: statement.excluded[name] for name in CHANGED}
    )


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in parts that one statement can hold."""
    for start in range(0, len(ids), MOST_PARAMETERS):
        yield ids[start : start + MOST_PARAMETERS]
