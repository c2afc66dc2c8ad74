"""Database files, read and never changed: those of SQLite and DuckDB."""

from __future__ import annotations

import contextlib
import math
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.bounded_views import MOST_BYTES, bounded_rows, bounded_table
from autodash_jupyter.frames.columns.dates import read_iso_dates
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["checked_query", "find_table", "read_database_file"]

ASKING = re.compile(
    r"\s*(/\*.*?\*/\s*|--[^\n]*\n\s*)*\(?\s*(select|with|values|table|from|show|describe|summarize)\b",
    re.I | re.S,
)
LITERAL = re.compile(r"'[^'\n\\]*'")
WRITES_FILES = re.compile(r"\binto\s+(out|dump)file\b", re.I)
# What SQLite may do while it answers: read tables, call functions, go through a recursive query.
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
# Of DuckDB. Given when it connects: another thread that reads the same file shares what is locked by then.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}
SECONDS_TO_CONNECT = 15
VIEW_SECONDS = 30.0  # a table ends where its file does, but a view in a stranger's file may never
STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine: less than a hundredth of a second


def read_database_file(
    path: Path, file_format: str, *, table: str | None, query: str | None
) -> list[ReadTable]:
    """Return each table of an SQLite or DuckDB file, only ``table``, or what ``query`` answers.

    The file is opened for reading alone, and nothing beside it can be reached. A view that takes too long or
    gives too much is told as unread. Raises ``SourceError`` for an unknown table, a query that is none or
    fails, and a file without tables.
    """
    opened = _duckdb(path) if file_format == "duckdb" else _sqlite(path)
    with opened as database:
        if query is not None:
            return [database.answer(checked_query(query))]
        names = database.tables()
        if table is not None:
            return [_whole(database, find_table(table, names))]
        tables, unread = [], []
        for name in names:
            try:
                tables.append(_whole(database, name))
            except SourceError as error:
                unread.append(f"table '{printable(name)}' could not be read: {error}")
        if not tables:
            msg = "; ".join(unread) or "it holds no table"
            raise SourceError(msg)
        first = tables[0]
        tables[0] = ReadTable(first.frame, (*first.notes, *unread), first.sheet, tuple(unread))
        return tables


def checked_query(query: str) -> str:
    """Return a query that only asks, without the semicolon at its end. Raises ``SourceError`` for another.

    >>> checked_query("SELECT 1;")
    'SELECT 1'
    >>> checked_query("DROP TABLE t")
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.SourceError: --query takes one SELECT and changes nothing
    """
    bare = query.strip().rstrip(";").rstrip()
    if ";" in LITERAL.sub("''", bare) or not ASKING.match(bare) or WRITES_FILES.search(bare):
        msg = "--query takes one SELECT and changes nothing"
        raise SourceError(msg + (", so it may hold no ';'" if ";" in bare else ""))
    return bare


def find_table(wanted: str, names: list[str]) -> str:
    """Return a table's name as the database has it, or raise ``SourceError`` with the nearest."""
    for name in [wanted, *(known for known in names if known.casefold() == wanted.casefold())]:
        if name in names:
            return name
    listed = ", ".join(f"'{printable(name)}'" for name in names[:20])
    msg = (
        f"it has no table '{printable(wanted)}'.{printable(did_you_mean(wanted, names))} Its tables: {listed}"
    )
    raise SourceError(msg)


class _SQLite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def views(self) -> set[str]:
        """Return the names of those that are computed when they are read."""
        return {
            row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")
        }

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Stop what runs inside this block once the time is over."""
        until = time.monotonic() + seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    def tables(self) -> list[str]:
        """Return the names of tables and views."""
        rows = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return [row[0] for row in rows]

    def address(self, name: str) -> str:
        """Return a table's name as a query writes it."""
        return _quoted(name)

    def answer(self, query: str, most_bytes: float = math.inf) -> ReadTable:
        """Return what a query answers."""
        try:
            cursor = self._connection.execute(query)
            rows = cursor.fetchall() if math.isinf(most_bytes) else list(bounded_rows(cursor, most_bytes))
        except (sqlite3.Error, sqlite3.Warning) as error:
            msg = f"SQLite says: {printable(error)}"
            raise SourceError(msg) from error
        labels = distinct_labels(column[0] for column in cursor.description or ())
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(labels)
        frame = pd.DataFrame({label: _series(values) for label, values in zip(labels, columns, strict=True)})
        return ReadTable(frame)


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[_SQLite]:
    address = path.absolute().as_uri() + "?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_CONNECT)
    try:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY
        )
        yield _SQLite(connection)
    finally:
        connection.close()


class _DuckDB:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def tables(self) -> list[str]:
        """Return the names of tables and views."""
        return list(self._addresses())

    def address(self, name: str) -> str:
        """Return a table's name as a query writes it."""
        return self._addresses()[name]

    def views(self) -> set[str]:
        """Return the names of those that are computed when they are read."""
        rows = self._connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'VIEW'"
        ).fetchall()
        return {name if schema == "main" else f"{schema}.{name}" for schema, name in rows}

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Stop what runs inside this block once the time is over."""
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _addresses(self) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('information_schema', 'pg_catalog') "
            "ORDER BY table_schema <> 'main', table_schema, table_name"
        ).fetchall()
        return {
            name if schema == "main" else f"{schema}.{name}": f"{_quoted(schema)}.{_quoted(name)}"
            for schema, name in rows
        }

    def answer(self, query: str, most_bytes: float = math.inf) -> ReadTable:
        """Return what a query answers."""
        import duckdb

        from autodash_jupyter.frames.columnar import exact_frame

        try:
            relation = self._connection.sql(query)
            whole = math.isinf(most_bytes)
            return ReadTable(
                exact_frame(relation.to_arrow_table() if whole else bounded_table(relation, most_bytes))
            )
        except duckdb.Error as error:
            msg = f"DuckDB says: {printable(str(error).splitlines()[0])}"
            raise SourceError(msg) from error


@contextlib.contextmanager
def _duckdb(path: Path) -> Iterator[_DuckDB]:
    import duckdb

    try:
        connection = duckdb.connect(str(path), read_only=True, config=CLOSED)
    except duckdb.Error as error:
        msg = f"DuckDB says: {printable(str(error).splitlines()[0])}"
        raise SourceError(msg) from error
    try:
        yield _DuckDB(connection)
    finally:
        connection.close()


def _whole(database: _SQLite | _DuckDB, name: str) -> ReadTable:
    query = "SELECT * FROM " + database.address(name)
    if name not in database.views():
        table = database.answer(query)
    else:
        begun = time.monotonic()
        try:
            with database.limited(VIEW_SECONDS):
                table = database.answer(query, MOST_BYTES)
        except SourceError:
            if time.monotonic() - begun < VIEW_SECONDS:
                raise
            msg = (
                f"it is a view, and computing it was stopped after {VIEW_SECONDS:.0f} s; store it as a table"
            )
            raise SourceError(msg) from None
    return ReadTable(table.frame, table.notes, name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _series(values: tuple[Any, ...]) -> pd.Series:
    """Return a column of a database: whole numbers exact also with gaps, texts of ISO dates as timestamps."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and None in values:
        exact = max(abs(value) for value in values if value is not None) > 2**53
        return pd.Series(values, dtype="Int64" if exact else "float64")
    if kinds == {str}:
        text = pa.chunked_array([pa.array(values, pa.string())])
        dates = (
            read_iso_dates(text, text.slice(0, 200).drop_null()) if text.slice(0, 200).drop_null() else None
        )
        if dates is not None and pa.types.is_timestamp(dates.values.type):
            return dates.values.to_pandas()  # type: ignore[no-any-return]  # pyarrow has no types
        return pd.Series(values, dtype="str")
    return pd.Series(values, dtype=None if kinds else "float64")
