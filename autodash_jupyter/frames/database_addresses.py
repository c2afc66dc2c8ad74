"""Databases at an address, any that SQLAlchemy has a driver for: read in transactions that can't write."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.databases import checked_query, find_table, read_database_file
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["DATABASE_SCHEMES", "read_database_url", "without_password"]

DATABASE_SCHEMES = (
    "postgresql", "postgres", "mysql", "mariadb", "sqlite", "duckdb", "oracle", "mssql", "snowflake",
    "bigquery",
    "redshift", "clickhouse", "trino", "presto", "cockroachdb",
)  # fmt: skip
# The drivers this package knows of, where SQLAlchemy's own first choice may not be the one installed.
DRIVERS = {"postgresql": "psycopg", "postgres": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}


def read_database_url(url: str, *, table: str | None, query: str | None) -> list[ReadTable]:
    """Return a table of the database at an URL of SQLAlchemy, or what a query answers, in a read-only
    transaction.

    Raises ``SourceError``, never with the password in it, where neither was named, the driver is missing,
    or the database refuses.
    """
    try:
        import sqlalchemy
    except ImportError as error:
        msg = "Databases take SQLAlchemy: %pip install 'autodash-jupyter[sql]'."
        raise SourceError(msg) from error
    shown = without_password(url)
    try:
        engine = sqlalchemy.create_engine(_with_driver(url), poolclass=sqlalchemy.pool.NullPool)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError, ValueError) as error:
        msg = f"Can't connect to {shown}: {_without(url, error)}."
        raise SourceError(msg) from None
    if engine.dialect.name in {"sqlite", "duckdb"} and engine.url.database not in {None, "", ":memory:"}:
        from autodash_jupyter.frames.paths import locate

        path = locate(str(engine.url.database))
        return read_database_file(path, engine.dialect.name, table=table, query=query)
    try:
        with engine.connect() as connection:
            _only_read(connection)
            if query is not None:
                return [_answer(connection, sqlalchemy.text(checked_query(query)), "")]
            return [_whole_table(connection, table)]
    except SourceError as error:
        msg = f"Can't read {shown}: {error}."
        raise SourceError(msg) from error
    except sqlalchemy.exc.SQLAlchemyError as error:
        msg = f"{shown} says: {_without(url, getattr(error, 'orig', None) or error)}."
        raise SourceError(msg) from None
    finally:
        engine.dispose()


def _with_driver(url: str) -> str:
    """Return an address with the driver that is installed, where it names none."""
    scheme, separator, rest = url.partition("://")
    driver = DRIVERS.get(scheme, "")
    if not driver or find_spec(driver) is None:
        return url
    dialect = "postgresql" if scheme == "postgres" else scheme
    return f"{dialect}+{driver}{separator}{rest}"


def _only_read(connection: Any) -> None:
    name = connection.dialect.name
    if name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif name in {"mysql", "mariadb"}:
        connection.rollback()
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.rollback()


def _whole_table(connection: Any, table: str | None) -> ReadTable:
    import sqlalchemy

    inspector = sqlalchemy.inspect(connection)
    names = [*inspector.get_table_names(), *inspector.get_view_names()]
    if table is None:
        listed = ", ".join(f"'{printable(name)}'" for name in names[:20]) or "none"
        msg = f"say which with --table or --query; its tables: {listed}"
        raise SourceError(msg)
    schema, _, bare = table.rpartition(".")
    if not schema or table in names:
        bare, schema = find_table(table, names), ""
    selected = sqlalchemy.select(sqlalchemy.text("*")).select_from(
        sqlalchemy.table(bare, schema=schema or None)
    )
    return _answer(connection, selected, bare)


def _answer(connection: Any, statement: Any, name: str) -> ReadTable:
    result = connection.execute(statement)
    labels = distinct_labels(result.keys())
    rows = result.fetchall()
    connection.rollback()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(labels)
    frame = pd.DataFrame({label: _column(values) for label, values in zip(labels, columns, strict=True)})
    return ReadTable(frame, sheet=name)


def _column(values: tuple[Any, ...]) -> pd.Series:
    """Return a column in the type the driver's values have, by way of Arrow where it knows them."""
    import pyarrow as pa

    from autodash_jupyter.frames.columnar import exact_frame

    try:
        return exact_frame(pa.table({"value": pa.array(values)}))["value"]
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pd.Series(values, dtype="object")


def without_password(url: str) -> str:
    """Return an address fit to be shown and kept: without its password, and without what a query calls
    secret.

    >>> without_password("postgresql://ana:secret@host/db"), without_password("https://h/f.csv?token=x&page=2")
    ('postgresql://ana@host/db', 'https://h/f.csv?token=***&page=2')
    """
    shown = re.sub(r"(?<=://)([^/?#@:]*)(:[^/?#]*)?@(?=[^@/]*)", r"\1@", url)
    secret = (
        r"([?&;][^=&;]*(?:token|key|secret|sig|signature|password|passwd|pwd|credential|auth)[^=&;]*=)[^&;#]*"
    )
    return printable(re.sub(secret, r"\1***", shown, flags=re.IGNORECASE))


def _without(url: str, error: BaseException) -> str:
    """Return the first line of what a driver says, without the password."""
    said = str(error).strip().splitlines()
    line = said[0].rstrip(".") if said else type(error).__name__
    found = re.search(r"://[^/?#@:]*:([^/?#]*)@", url)
    if found and found[1]:
        from urllib.parse import unquote

        for secret in (found[1], unquote(found[1])):
            line = line.replace(secret, "***")
    return printable(line)
