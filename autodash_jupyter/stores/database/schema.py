"""The tables of a database store, made by whoever comes first, and carried over from older versions."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.database.engine import WITHOUT_TRANSACTION, WRITING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

__all__ = ["VERSION", "Tables", "ensure_schema", "make_tables", "refuse_newer", "value_revision"]

logger = logging.getLogger(__name__)

VERSION = 2
PREFIX = re.compile("[a-z][a-z0-9_]{0,39}")
LOCK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Tables:
    """``records`` holds the records; ``state`` has one row: the schema's version, and a count of changes.

    ``changes`` has the latest changes by their numbers: which key, and its revision, none if it was deleted.
    """

    records: Table
    state: Table
    changes: Table


def make_tables(prefix: str) -> Tables:
    """Describe the tables whose names begin with ``prefix``; nothing is created.

    Raises ``ContextStoreError`` for a prefix that can't begin a table's name in all databases.
    """
    from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text
    from sqlalchemy.dialects.mysql import LONGTEXT

    if not PREFIX.fullmatch(prefix):
        msg = f"prefix={prefix!r} can't begin a table's name: use up to 40 of a-z, 0-9 and _, a letter first"
        raise ContextStoreError(msg)
    metadata = MetaData()
    text = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
    options: dict[str, Any] = {
        "mysql_engine": "InnoDB",
        "mysql_charset": "utf8mb4",
        "mysql_collate": "utf8mb4_bin",
    }
    return Tables(
        records=Table(
            f"{prefix}records",
            metadata,
            # A key may be longer than an index allows, so a record is found by the hash of its address.
            Column("address", String(32), primary_key=True),
            Column("key_json", text, nullable=False),
            Column("value_json", text, nullable=False),
            Column("position", BigInteger, nullable=False, index=True),
            Column("revision", String(32), nullable=False, server_default=""),  # since version 2
            **options,
        ),
        state=Table(
            f"{prefix}state",
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("version", Integer, nullable=False),
            Column("changes", BigInteger, nullable=False),
            **options,
        ),
        changes=Table(  # since version 2
            f"{prefix}changes",
            metadata,
            Column("number", BigInteger, primary_key=True, autoincrement=False),
            Column("key_json", text, nullable=False),
            Column("revision", String(32)),
            **options,
        ),
    )


def value_revision(value_json: str) -> str:
    """Return a text that is equal for equal values only."""
    return hashlib.blake2b(value_json.encode(), digest_size=16).hexdigest()


def ensure_schema(engine: Engine, tables: Tables) -> None:
    """Create the tables where they are missing, or bring those of an older version up to this one.

    A file is copied before that, beside itself. Raises ``ContextStoreError`` where a newer version made the
    tables, and leaves them alone.
    """
    with engine.connect() as connection:
        found = _version(connection, tables)
    if found == VERSION:
        return
    if engine.dialect.name == "sqlite":
        _prepare_file(engine, found)
    with _alone(engine, tables) as connection:
        version = _version(connection, tables)
        if version is None:
            _create(connection, tables)
            return
        for older in range(version, VERSION):
            MIGRATIONS[older](connection, tables)
        connection.execute(tables.state.update().values(version=VERSION))


def _prepare_file(engine: Engine, version: int | None) -> None:
    """Copy a file that is about to be changed; let a new one be read while it is written."""
    with engine.connect().execution_options(**WITHOUT_TRANSACTION) as connection:
        if version is not None:
            copy = _free_name(Path(str(engine.url.database)), version)
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
            logger.warning(
                "%s is brought to a new version; as it was, it is kept as %s", engine.url.database, copy
            )
        # It stays in force for good, so that it need not be said again.
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _free_name(path: Path, version: int) -> Path:
    """Make an empty file of the owner's only, to copy into."""
    number = 1
    while True:
        candidate = path.with_name(f"{path.name}.version-{version}{f'-{number}' * (number > 1)}")
        try:
            os.close(os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
        else:
            return candidate


def _add_revisions(connection: Connection, tables: Tables) -> None:
    """Version 1 knew no revisions and no changes: to find what changed, every value was read."""
    from sqlalchemy import inspect, select

    records = tables.records
    tables.changes.create(connection, checkfirst=True)
    # MySQL keeps a new column also where what follows fails, so that it may be there already.
    if "revision" not in {column["name"] for column in inspect(connection).get_columns(records.name)}:
        column = "revision VARCHAR(32) NOT NULL DEFAULT ''"
        connection.exec_driver_sql(f"ALTER TABLE {records.name} ADD COLUMN {column}")
    for address in connection.execute(select(records.c.address)).scalars().all():
        this = records.c.address == address
        value = connection.execute(select(records.c.value_json).where(this)).scalar_one()
        connection.execute(records.update().where(this).values(revision=value_revision(value)))


MIGRATIONS: Mapping[int, Callable[[Connection, Tables], None]] = {1: _add_revisions}
"""What brings the tables of a version to the next; run in a transaction, where the database has such."""


def _create(connection: Connection, tables: Tables) -> None:
    from sqlalchemy import func, select

    tables.records.metadata.create_all(connection)
    # There are records already where a server stopped before it came to the next line.
    last = connection.execute(select(func.max(tables.records.c.position))).scalar() or 0
    connection.execute(tables.state.insert().values(id=1, version=VERSION, changes=last))


def _version(connection: Connection, tables: Tables) -> int | None:
    from sqlalchemy import inspect, select

    if not inspect(connection).has_table(tables.state.name):
        return None
    version = connection.execute(select(tables.state.c.version)).scalar_one_or_none()
    return None if version is None else refuse_newer(int(version))


def refuse_newer(version: int) -> int:
    """Return the version of a database's tables; ``ContextStoreError`` where this code is too old for it."""
    if version > VERSION:
        msg = (
            f"the database was written by a newer version of AutoDash (schema {version}, this one knows "
            f"{VERSION}): update autodash-jupyter to use it"
        )
        raise ContextStoreError(msg)
    return version


@contextmanager
def _alone(engine: Engine, tables: Tables) -> Iterator[Connection]:
    """Give a transaction while which no other process creates or changes the tables."""
    from sqlalchemy import func, select

    name = tables.state.name
    with engine.connect().execution_options(**WRITING) as connection:
        if engine.dialect.name in ("mysql", "mariadb"):
            # It ends a transaction at each change of a table, so that a lock with a name stands in.
            if not connection.execute(select(func.get_lock(name, LOCK_SECONDS))).scalar():
                msg = f"another process has been at work on {name} for {LOCK_SECONDS} s: try again later"
                raise ContextStoreError(msg)
            connection.commit()
        elif engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
        try:
            yield connection
            connection.commit()
        finally:
            if engine.dialect.name in ("mysql", "mariadb"):
                connection.rollback()
                connection.execute(select(func.release_lock(name)))
