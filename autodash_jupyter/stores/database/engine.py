"""The way to a database: its address, its driver, its connections, and what to say when it fails."""

from __future__ import annotations

import hashlib
import math
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import ContextStoreError, one_line
from autodash_jupyter.stores.durable_files import make_private_folder

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = [
    "WITHOUT_TRANSACTION",
    "WRITING",
    "address_hash",
    "compact",
    "create_private_file",
    "database_address",
    "failure_reason",
    "is_passing",
    "is_sqlite",
    "open_engine",
    "public_address",
    "size_on_server",
]

BEGIN = "autodash_begin"
"""The execution option that says how a transaction begins on SQLite, where that makes a difference."""
WRITING: Mapping[str, Any] = {BEGIN: "BEGIN IMMEDIATE"}  # waits at its beginning, not in its middle
WITHOUT_TRANSACTION: Mapping[str, Any] = {BEGIN: ""}

INSTALL = 'pip install "autodash-jupyter[sql]"'
DRIVERS = {"postgresql": "psycopg", "postgres": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}
CREATING = threading.Lock()  # so that no other thread uses a new file before it is closed
DEADLOCKS = frozenset({"40001", "40P01", 1213, 1020})  # SQLSTATE of PostgreSQL, error numbers of MySQL
SECONDS_IDLE = 1800  # MySQL drops what was idle for long, firewalls drop it sooner


def database_address(path_or_url: str | os.PathLike[str]) -> URL:
    """Return the address of a database: an SQLite file by its path, or any of the three kinds by URL.

    Raises ``ContextStoreError`` for an address that can't be used; the message holds no password.

    >>> public_address(database_address("postgresql://ada:secret@localhost/notes"))
    'postgresql://ada:***@localhost/notes'
    """
    try:
        from sqlalchemy import URL, make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        msg = f"a database needs SQLAlchemy, which isn't installed: {INSTALL}"
        raise ContextStoreError(msg) from error
    text = os.fspath(path_or_url)
    if "://" not in text:
        return URL.create("sqlite", database=_file(text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Its own message may repeat the address, and with it the password.
        msg = "the address of the database can't be read: write it as postgresql://user:password@host/name"
        raise ContextStoreError(msg) from None
    kind, _, driver = url.drivername.partition("+")
    if "@" in (url.host or ""):  # the password's end, taken for the host
        msg = "the address of the database has more than one @: write the one in the password as %40"
        raise ContextStoreError(msg)
    if kind == "sqlite" and (url.host or url.username or url.password):
        msg = "a file of SQLite is on this machine: write its address as sqlite:////folder/name.db"
        raise ContextStoreError(msg)
    if kind == "sqlite":
        return url.set(drivername="sqlite", database=_file(url.database or ""))
    if kind not in DRIVERS:
        msg = f"a database of kind {kind!r} isn't supported: use sqlite, postgresql or mysql"
        raise ContextStoreError(msg)
    kind = "postgresql" if kind == "postgres" else kind
    return url.set(drivername=f"{kind}+{driver or DRIVERS[kind]}")


def public_address(url: URL) -> str:
    """Return an address as it may be shown: no password, no options."""
    shown = url.set(drivername=url.get_backend_name(), query={})
    return str(shown.database) if is_sqlite(url) else shown.render_as_string(hide_password=True)


def address_hash(url: URL, prefix: str) -> str:
    """Return 16 hexadecimal digits for an address with its options, but no password, and a prefix.

    >>> address = "postgresql://ada:{}@localhost/notes?options=-csearch_path%3D{}"
    >>> north, same, east = (
    ...     address_hash(database_address(address.format(*each)), "autodash_")
    ...     for each in (("secret", "north"), ("changed", "north"), ("secret", "east"))
    ... )
    >>> north == same, north == east
    (True, False)
    """
    place = url._replace(password=None).render_as_string()
    return hashlib.blake2b(f"{place} {prefix}".encode(), digest_size=8).hexdigest()


def is_sqlite(url: URL) -> bool:
    """Tell whether a database is a file of SQLite."""
    return url.get_backend_name() == "sqlite"


def open_engine(
    url: URL,
    *,
    pool_size: int,
    timeout: float,
    isolation_level: str | None,
    connect_args: Mapping[str, Any],
) -> Engine:
    """Return an engine that connects when it is first used, and waits ``timeout`` seconds at most.

    Raises ``ContextStoreError`` where the driver isn't installed, or the file can't be created.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import NoSuchModuleError

    if isolation_level == "AUTOCOMMIT":
        msg = "isolation_level='AUTOCOMMIT' would break transactions: choose another, or none"
        raise ContextStoreError(msg)
    if is_sqlite(url):
        create_private_file(Path(str(url.database)))
    try:
        engine = create_engine(
            url,
            connect_args=_time_limits(url, timeout) | dict(connect_args),
            hide_parameters=True,  # an error must not show what is stored
            isolation_level=isolation_level,
            max_overflow=0,
            pool_pre_ping=not is_sqlite(url),
            pool_recycle=SECONDS_IDLE,
            pool_size=pool_size,
            pool_timeout=timeout,
        )
    except (ImportError, NoSuchModuleError) as error:
        msg = f"no driver for {url.drivername} is installed: {INSTALL}"
        raise ContextStoreError(msg) from error
    session = _session_settings(url, timeout)
    event.listen(engine, "connect", lambda connection, _: _set_up(connection, session))
    if is_sqlite(url):
        event.listen(engine, "begin", _begin)
    return engine


def compact(engine: Engine, table: str) -> None:
    """Let the database give back the space that a table no longer needs."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**WITHOUT_TRANSACTION) as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    statement = f"VACUUM {table}" if engine.dialect.name == "postgresql" else f"OPTIMIZE TABLE {table}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement).close()


def size_on_server(connection: Connection, table: str) -> int:
    """Return what a table and its indexes take on a server, in bytes."""
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        size = text("SELECT pg_total_relation_size(to_regclass(:table))")
    else:
        size = text(
            "SELECT data_length + index_length FROM information_schema.tables "
            "WHERE table_schema = database() AND table_name = :table"
        )
    return int(connection.execute(size, {"table": table}).scalar() or 0)


def failure_reason(error: BaseException, url: URL) -> str:
    """Return in one line what the driver said; never a statement, a value, or the password."""
    cause = getattr(error, "orig", None) or error
    numbered = cause.args[1:] if isinstance((*cause.args, "")[0], int) else ()  # MySQL: a number, a text
    said = str(numbered[0]) if numbered else one_line(cause).removeprefix(f"{type(cause).__name__}: ")
    return said.replace(url.password, "***") if url.password else said


def is_passing(error: BaseException) -> bool:
    """Tell whether the same call may succeed at once: a connection was dropped, or two writers got stuck."""
    if getattr(error, "connection_invalidated", False):
        return True
    cause = getattr(error, "orig", None)
    codes = {getattr(cause, "sqlstate", None), *getattr(cause, "args", ())[:1]}
    return not DEADLOCKS.isdisjoint(code for code in codes if isinstance(code, str | int))


def _file(text: str) -> str:
    if not text or text == ":memory:" or text.startswith("file:"):
        msg = f"{text or 'an empty path'!r} is no file of a database: for a store in memory, use memory"
        raise ContextStoreError(msg)
    return os.path.realpath(Path(text).expanduser())


def create_private_file(path: Path) -> None:
    """Make the file before SQLite does, which would let others read it; its journal gets the same mode.

    One that is there is not even opened. To close it again would take away the locks of all who use it in
    this process, and the next process to end would remove the write-ahead log under their hands.
    """
    try:
        make_private_folder(path.parent)
        with CREATING, suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        msg = f"can't open {path}: {error.strerror or error}; choose another file by STORAGE_BACKEND"
        raise ContextStoreError(msg) from error


def _time_limits(url: URL, timeout: float) -> dict[str, Any]:
    seconds = max(1, math.ceil(timeout))
    if is_sqlite(url):
        return {"timeout": timeout}
    driver = url.get_driver_name()
    if driver in ("psycopg", "psycopg2"):
        # An answer that can't come, since the machine or the way to it is gone, is noticed by these probes.
        probes = {"keepalives_idle": seconds, "keepalives_interval": 1, "keepalives_count": 3}
        return {"connect_timeout": seconds, "tcp_user_timeout": seconds * 1000, **probes}
    if driver in ("pymysql", "mysqldb"):
        return {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds}
    return {}


def _session_settings(url: URL, timeout: float) -> list[str]:
    """Return what is set on each new connection."""
    milliseconds = max(1, int(timeout * 1000))
    return {
        # FULL: a write that was acknowledged survives a power cut, also with a write-ahead log.
        "sqlite": ["PRAGMA synchronous=FULL"],
        # A writer that vanished in its transaction would make the others wait for good.
        "postgresql": [
            f"SET statement_timeout = {milliseconds}",
            f"SET idle_in_transaction_session_timeout = {milliseconds}",
        ],
    }.get(url.get_backend_name(), [f"SET SESSION innodb_lock_wait_timeout = {max(1, math.ceil(timeout))}"])


def _set_up(connection: Any, statements: list[str]) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver's own transactions begin too late to wait for a lock
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    if statement := connection.get_execution_options().get(BEGIN, "BEGIN"):
        connection.exec_driver_sql(statement)
