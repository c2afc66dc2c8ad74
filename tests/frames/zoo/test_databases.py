"""Database files with awkward insides; nothing that is asked of one changes it."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import duckdb
import pytest
from zoo import at, plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import ReadOptions, read_source


def sqlite_file(folder: Path, script: str, name: str = "t.sqlite") -> Path:
    with sqlite3.connect(folder / name) as connection:
        connection.executescript(script)
    connection.close()
    return folder / name


def only(path: Path, **options: str):
    [table] = read_source(path, options=ReadOptions(**options))
    return table


AWKWARD = [
    ("create table t(a integer, b text); insert into t values (1,'x'),(3,'y')", {"a": [1, 3], "b": ["x", "y"]}),
    ("create table t(a integer); insert into t values (1),(null)", {"a": [1, None]}),
    ("create table t(a integer); insert into t values (9223372036854775807),(null)", {"a": [9223372036854775807, None]}),
    ("create table t(a); insert into t values (1),('x'),(2.5)", {"a": [1, "x", 2.5]}),
    ("create table t(a blob); insert into t values (x'00ff')", {"a": [b"\x00\xff"]}),
    ("create table t(a text); insert into t values ('007'),('042')", {"a": ["007", "042"]}),
    ("create table t(a text); insert into t values ('NA'),(null),('')", {"a": ["NA", None, ""]}),
    ("create table t(d date); insert into t values ('2024-01-31'),('2024-03-02')", {"d": [at("2024-01-31"), at("2024-03-02")]}),
    ("create table t(d text); insert into t values ('2020-02-30'),('2024-03-02')", {"d": ["2020-02-30", "2024-03-02"]}),
    ('create table "odd name; -- ""x"""("a b" int, "select" int); insert into "odd name; -- ""x""" values (1, 2)',
     {"a b": [1], "select": [2]}),
    ("create table t(a int)", {"a": []}),
    ("create table été(größe int); insert into été values (1)", {"größe": [1]}),
    ("create table t(a int primary key) without rowid; insert into t values (1)", {"a": [1]}),
    ("create table t(a int, b int generated always as (a * 2)); insert into t(a) values (1)", {"a": [1], "b": [2]}),
]  # fmt: skip


@pytest.mark.parametrize(("script", "columns"), AWKWARD)
def test_a_table_of_sqlite_comes_out(tmp_path, script, columns):
    assert plain_values(only(sqlite_file(tmp_path, script)).frame) == wanted_text(columns)


def test_views_are_tables_and_broken_ones_are_told(tmp_path):
    path = sqlite_file(tmp_path, "create table t(a int); insert into t values (1); create view v as select a*2 as b from t; "
                                 "create view broken as select * from gone")  # fmt: skip
    tables = {table.name: table for table in read_source(path)}
    assert set(tables) == {"t", "v"}
    assert any("broken" in one for one in tables["t"].left_out)


@pytest.mark.parametrize("name", ["t.db", "t.sqlite3", "t.dat", "t", "t.csv"])
def test_a_database_is_known_by_its_content(tmp_path, name):
    path = sqlite_file(tmp_path, "create table t(a int); insert into t values (1)", name)
    assert plain_values(only(path).frame) == wanted_text({"a": [1]})


def test_a_database_in_a_folder_nobody_may_write_to_is_read(tmp_path):
    path = sqlite_file(tmp_path, "create table t(a int); insert into t values (1)")
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert only(path).frame["a"].tolist() == [1]
    finally:
        tmp_path.chmod(0o755)


def test_what_was_written_but_not_yet_moved_into_the_file_is_read(tmp_path):
    writer = sqlite3.connect(tmp_path / "t.sqlite")
    writer.execute("pragma journal_mode=wal")
    writer.execute("create table t(a int)")
    writer.execute("insert into t values (1)")
    writer.commit()
    assert only(tmp_path / "t.sqlite").frame["a"].tolist() == [1]
    writer.close()


CHANGES = [
    "DELETE FROM t", "DROP TABLE t", "INSERT INTO t VALUES (5)", "UPDATE t SET a = 9", "CREATE TABLE u(a int)", "VACUUM",
    "PRAGMA user_version = 5", "ATTACH 'other.db' AS o", "SELECT 1; DELETE FROM t", "WITH x AS (SELECT 1) DELETE FROM t",
    "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "REPLACE INTO t VALUES (1)", "/* SELECT */ DELETE FROM t",
    "-- SELECT\nDELETE FROM t", "EXPLAIN DELETE FROM t", "BEGIN; DELETE FROM t; COMMIT", "ALTER TABLE t ADD COLUMN z int",
    "SELECT load_extension('x')", "SELECT writefile('x', 'y')", "COPY t TO 'out.csv'", "EXPORT DATABASE 'out'",
    "SELECT * FROM t INTO OUTFILE 'x'", "INSTALL httpfs", "SET memory_limit='1GB'", "CALL pragma_version()",
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "",
]  # fmt: skip


@pytest.mark.parametrize("query", CHANGES)
@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_no_query_changes_anything(tmp_path, kind, query, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"t.{kind}"
    if kind == "sqlite":
        sqlite_file(tmp_path, "create table t(a int); insert into t values (1)")
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table t as select 1 as a")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(SourceError):
        only(path, query=query)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


ASKED = [
    ("SELECT a FROM t WHERE a > 1", [3]),
    ("select a from t order by a desc", [3, 1]),
    ("  SELECT a FROM t;  ", [1, 3]),
    ("WITH x AS (SELECT a FROM t) SELECT a FROM x WHERE a = 3", [3]),
    ("-- those above one\nSELECT a FROM t WHERE a > 1", [3]),
    ("VALUES (7)", [7]),
    ("SELECT ';' AS a", [";"]),
    ("SELECT 'delete' AS a", ["delete"]),
    ("SELECT a FROM t WHERE 1=0", []),
]


@pytest.mark.parametrize(("query", "values"), ASKED)
@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_queries_that_ask_are_answered(tmp_path, kind, query, values):
    path = tmp_path / f"t.{kind}"
    if kind == "sqlite":
        sqlite_file(tmp_path, "create table t(a int); insert into t values (1), (3)")
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table t as select unnest([1, 3]) as a")
    assert only(path, query=query).frame.iloc[:, 0].tolist() == values


def test_schemas_and_odd_names_of_duckdb(tmp_path):
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute('create table "odd ""name" as select 1 as a')
        connection.execute("create schema other; create table other.t as select 2 as a")
        connection.execute('create view v as select a + 1 as b from "odd ""name"')
    tables = {table.name: table.frame.iloc[0, 0] for table in read_source(path)}
    assert tables == {"odd_name": 1, "other_t": 2, "v": 2}
    assert only(path, table="other.t").frame["a"].tolist() == [2]


def test_types_of_duckdb(tmp_path):
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table t as select 170141183460469231731687303715884105727::hugeint as huge, date '2024-01-31' as day, "
            "1.10::decimal(9,2) as money, [1, 2] as list, {'x': 1} as struct, uuid '00000000-0000-0000-0000-000000000001' as id"
        )
    frame = only(path).frame
    assert int(frame["huge"][0]) == 170141183460469231731687303715884105727
    assert str(frame["money"][0]) == "1.10"
    assert plain_values(frame[["day"]]) == wanted_text({"day": [at("2024-01-31")]})


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_cut_off_is_refused(tmp_path, kind):
    path = tmp_path / f"t.{kind}"
    if kind == "sqlite":
        sqlite_file(
            tmp_path, "create table t(a text); " + "insert into t values (hex(randomblob(500)));" * 200
        )
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table t as select range as a from range(100000)")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError):
        read_source(path)


def test_an_unknown_table_is_told_with_the_nearest(tmp_path):
    path = sqlite_file(tmp_path, "create table sales(a int)")
    with pytest.raises(SourceError, match="Did you mean 'sales'"):
        only(path, table="slaes")
