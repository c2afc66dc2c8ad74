"""Databases as sources: every table, one, or an answer; and that no query changes anything."""

from __future__ import annotations

import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import databases, read_source
from autodash_jupyter.frames.options import ReadOptions

ROWS = "INSERT INTO birds VALUES (1, 'Ana', '2020-01-31'), (NULL, 'Bo', NULL)"


@pytest.fixture(params=["sqlite", "duckdb"])
def database(request, tmp_path: Path) -> Path:
    path = tmp_path / f"zoo.{request.param}"
    connection = sqlite3.connect(path) if request.param == "sqlite" else duckdb.connect(str(path))
    connection.execute("CREATE TABLE birds (id INTEGER, name TEXT, day TEXT)")
    connection.execute(ROWS)
    connection.execute('CREATE TABLE "odd ""name" (big BIGINT)')
    connection.execute(f'INSERT INTO "odd ""name" VALUES ({2**53 + 1}), (NULL)')
    if request.param == "sqlite":
        connection.commit()
    connection.close()
    return path


def test_each_table_is_read_under_its_name(database):
    tables = {table.sheet: table.frame for table in read_source(database)}
    assert set(tables) == {"birds", 'odd "name'}
    assert tables["birds"]["name"].tolist() == ["Ana", "Bo"]
    assert tables['odd "name']["big"].tolist()[0] == 2**53 + 1


def test_one_table_or_an_answer_can_be_asked_for(database):
    [table] = read_source(database, options=ReadOptions(table="BIRDS"))
    assert (table.name, len(table.frame)) == ("birds", 2)
    [table] = read_source(database, options=ReadOptions(query="SELECT count(*) AS n FROM birds;"))
    assert table.frame["n"].tolist() == [2]
    with pytest.raises(SourceError, match="Did you mean 'birds'"):
        read_source(database, options=ReadOptions(table="brids"))


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM birds",
        "DROP TABLE birds",
        "SELECT 1; DROP TABLE birds",
        "WITH x AS (SELECT 1) DELETE FROM birds",
        "WITH x AS (SELECT 1) INSERT INTO birds SELECT 1, 'x', 'y'",
        "ATTACH 'other.db' AS other",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 7",
        "/* SELECT */ UPDATE birds SET id = 2",
        "COPY birds TO 'stolen.csv'",
        "VACUUM INTO 'copy.db'",
        "",
    ],
)
def test_no_query_changes_a_database_or_writes_beside_it(database, query, monkeypatch):
    monkeypatch.chdir(database.parent)
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    with pytest.raises(SourceError):
        read_source(database, options=ReadOptions(query=query))
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_a_query_reaches_no_other_file(tmp_path):
    duckdb.connect(str(tmp_path / "a.duckdb")).close()
    (tmp_path / "b.csv").write_text("a\n1\n")
    with pytest.raises(SourceError):
        read_source(
            tmp_path / "a.duckdb",
            options=ReadOptions(query=f"SELECT * FROM read_csv('{tmp_path / 'b.csv'}')"),
        )


def test_a_url_of_a_file_is_read_the_same_way(database):
    pytest.importorskip("sqlalchemy")
    if database.suffix == ".duckdb":
        pytest.skip("SQLAlchemy has no driver for it of its own")
    [table] = read_source(f"sqlite:///{database}", options=ReadOptions(table="birds"))
    assert table.frame["name"].tolist() == ["Ana", "Bo"]
    with pytest.raises(SourceError):
        read_source(f"sqlite:///{database}", options=ReadOptions(query="DELETE FROM birds"))


def test_a_file_that_is_no_database_or_cut_off_is_refused(database, tmp_path):
    data = database.read_bytes()
    (tmp_path / f"cut{database.suffix}").write_bytes(data[: len(data) // 3])
    (tmp_path / f"no{database.suffix}").write_text("This is no database.\n")
    for name in (f"cut{database.suffix}", f"no{database.suffix}"):
        with pytest.raises(SourceError, match="Can't read"):
            read_source(tmp_path / name)


def test_other_files_take_no_query(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="takes no --query"):
        read_source(tmp_path / "a.csv", options=ReadOptions(query="SELECT 1"))


def test_a_query_to_a_server_reads_and_can_change_nothing(postgresql):
    import sqlalchemy

    engine = sqlalchemy.create_engine(postgresql.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS seen")
        connection.exec_driver_sql("CREATE TABLE seen (id bigint, name text, day date)")
        connection.exec_driver_sql("INSERT INTO seen VALUES (1, 'Ana', '2020-01-31'), (NULL, 'Bo', NULL)")
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION wipe() RETURNS int AS 'DELETE FROM seen; SELECT 1' LANGUAGE sql"
        )
    [table] = read_source(postgresql.url, options=ReadOptions(table="seen"))
    assert (table.name, table.frame["name"].tolist()) == ("seen", ["Ana", "Bo"])
    [table] = read_source(postgresql.url, options=ReadOptions(query="SELECT count(*) AS n FROM seen"))
    assert table.frame["n"].tolist() == [2]
    for query in (
        "DELETE FROM seen",
        "SELECT wipe()",
        "SELECT 1; COMMIT; DELETE FROM seen",
        "WITH gone AS (DELETE FROM seen RETURNING 1) SELECT * FROM gone",
    ):
        with pytest.raises(SourceError):
            read_source(postgresql.url, options=ReadOptions(query=query))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM seen").scalar() == 2
    engine.dispose()
    with pytest.raises(SourceError, match="say which with --table or --query"):
        read_source(postgresql.url)


def test_a_query_to_mariadb_reads_and_can_change_nothing(mariadb):
    import sqlalchemy

    engine = sqlalchemy.create_engine(mariadb.url.replace("://", "+pymysql://", 1))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS seen")
        connection.exec_driver_sql(
            "CREATE TABLE seen (id bigint unsigned, name text, day date, price decimal(9,2)) "
            "CHARACTER SET utf8mb4"
        )
        connection.exec_driver_sql(
            "INSERT INTO seen VALUES (18446744073709551615, 'Łódź', '2020-01-31', 1.10), "
            "(NULL, 'NA', NULL, NULL)"
        )
    [table] = read_source(mariadb.url, options=ReadOptions(table="seen"))
    assert table.frame["name"].tolist() == ["Łódź", "NA"]
    assert int(table.frame["id"][0]) == 18446744073709551615
    assert table.frame["day"][0] == pd.Timestamp("2020-01-31")
    assert str(table.frame["price"][0]) == "1.10"
    for query in (
        "DELETE FROM seen",
        "SELECT 1; DELETE FROM seen",
        "SELECT 1 /*! ; DELETE FROM seen */",
        "SELECT * FROM seen INTO OUTFILE '/tmp/autodash-never'",
        "WITH one AS (SELECT 1) DELETE FROM seen",
    ):
        with pytest.raises(SourceError):
            read_source(mariadb.url, options=ReadOptions(query=query))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM seen").scalar() == 2
    engine.dispose()


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {what} FROM n",
    "duckdb": "SELECT {what} FROM range(1000000000000) AS n(i)",
}


def with_view(database: Path, what: str) -> Path:
    kind = database.suffix[1:]
    connection = sqlite3.connect(database) if kind == "sqlite" else duckdb.connect(str(database))
    connection.execute("CREATE VIEW endless AS " + ENDLESS[kind].format(what=what))
    if kind == "sqlite":
        connection.commit()
    connection.close()
    return database


@pytest.mark.parametrize(
    ("what", "why"), [("i, i * 2", "gives more than"), ("sum(i % 7)", "was stopped after")]
)
def test_a_view_without_end_is_told_and_the_tables_beside_it_are_there(database, what, why, monkeypatch):
    monkeypatch.setattr(databases, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(databases, "VIEW_SECONDS", 1.0)
    first, *rest = read_source(with_view(database, what))
    assert {table.sheet for table in (first, *rest)} == {"birds", 'odd "name'}
    assert any("'endless'" in note and why in note for note in first.notes)
    with pytest.raises(SourceError, match=why):
        read_source(database, options=ReadOptions(table="endless"))


def test_two_may_read_one_database_at_once(database):
    with ThreadPoolExecutor(4) as pool:
        for tables in pool.map(lambda _: read_source(database), range(12)):
            assert {table.sheet for table in tables} == {"birds", 'odd "name'}
