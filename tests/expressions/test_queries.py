"""Queries over several tables: what they give, and what they may not do."""

from __future__ import annotations

import contextlib
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodash_jupyter.expressions.failures import ExpressionError, ExpressionTimeoutError
from autodash_jupyter.expressions.queries import run_query

SALES = pd.DataFrame({"shop": [1, 2, 1], "city": ["Oslo", "Rome", None], "unit price": [1.5, 2.0, None]})
SHOPS = pd.DataFrame({"shop": [1, 2], "owner": ["Ann", "Bob"]})
TABLES = {"sales": SALES, "shops": SHOPS}


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "SELECT owner, count(*) AS n FROM sales JOIN shops USING (shop) GROUP BY 1 ORDER BY 1",
            [{"owner": "Ann", "n": 2}, {"owner": "Bob", "n": 1}],
        ),
        ('SELECT max("unit price") AS top FROM Sales', [{"top": 2.0}]),
        ("WITH sales AS (SELECT shop FROM sales) SELECT count(*) AS n FROM sales", [{"n": 3}]),
        ("WITH x AS (SELECT shop FROM shops) SELECT count(*) AS n FROM x", [{"n": 2}]),
        (
            "SELECT row_number() OVER (ORDER BY owner DESC) AS place, owner FROM shops ORDER BY place",
            [{"place": 1, "owner": "Bob"}, {"place": 2, "owner": "Ann"}],
        ),
        ("SELECT shop FROM shops EXCEPT SELECT 1", [{"shop": 2}]),
        (
            "SELECT * FROM shops s WHERE EXISTS (FROM sales WHERE city = 'Rome' AND shop = s.shop)",
            [{"shop": 2, "owner": "Bob"}],
        ),
        ("FROM shops -- all of them", [{"shop": 1, "owner": "Ann"}, {"shop": 2, "owner": "Bob"}]),
    ],
)
def test_a_select_gives_its_rows(sql: str, rows: list[dict[str, object]]) -> None:
    assert run_query(sql, TABLES).table.to_pylist() == rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('*')",
        "SELECT read_text('/etc/passwd')",
        "SELECT * FROM range(1000000000)",
        "SELECT repeat('x', 1000000000)",
        "SELECT getenv('HOME')",
        "SELECT current_setting('home_directory')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM query_table('sales')",
        "COPY sales TO 'out.csv'",
        "CREATE TABLE mine AS SELECT 1",
        "DROP TABLE sales",
        "INSERT INTO sales VALUES (1, 'x', 2)",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "SET threads = 1",
        "SELECT 1; SELECT 2",
        "SELECT * FROM sales WHERE city = ''; DROP TABLE sales; --'",
        "WITH RECURSIVE a AS (SELECT 1 x UNION ALL SELECT x + 1 FROM a) SELECT * FROM a",
        "WITH a AS (SELECT city||city||city||city c FROM sales), b AS (SELECT c||c||c||c||c c FROM a), "
        "d AS (SELECT c||c||c||c||c c FROM b) SELECT * FROM d",
        "SELECT ?",
        "",
    ],
)  # fmt: skip
def test_anything_but_a_select_over_the_tables_is_refused(sql: str) -> None:
    with pytest.raises(ExpressionError):
        run_query(sql, TABLES)
    assert list(SALES["shop"]) == [1, 2, 1]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM slaes", "There is no table 'slaes' here. Did you mean 'sales'?"),
        ("SELECT ciyt FROM sales", "No column 'ciyt'. Did you mean 'city'?"),
        ("SELECT sum(city) FROM sales", "SUM can't be used on text"),
        ("SELEC 1", "It can't be read near 'SELEC'; write one SELECT."),
    ],
)
def test_a_mistake_is_told_in_one_line_with_what_was_meant(sql: str, said: str) -> None:
    with pytest.raises(ExpressionError) as error:
        run_query(sql, TABLES)
    assert str(error.value).startswith(said)


def test_rows_come_a_page_at_a_time_in_the_querys_order() -> None:
    tables = {"numbers": pd.DataFrame({"n": range(1000)})}
    page = run_query("SELECT n FROM numbers ORDER BY n DESC", tables, offset=10, limit=3)
    assert page.table.column("n").to_pylist() == [989, 988, 987]
    assert page.more
    last = run_query("SELECT n FROM numbers ORDER BY n DESC", tables, offset=998, limit=3)
    assert last.table.column("n").to_pylist() == [1, 0]
    assert not last.more


def test_columns_whose_names_differ_by_case_alone_and_unreadable_ones_are_told() -> None:
    frame = pd.DataFrame({"a": [1], "A": [2], "z": [1j]})
    found = run_query("SELECT * FROM odd", {"odd": frame})
    assert found.table.to_pylist() == [{"a": 1, "A_2": 2}]
    assert len(found.notes) == 2


def test_a_query_that_runs_on_and_on_is_stopped() -> None:
    tables = {"t": pd.DataFrame({"n": range(20_000)})}
    began = time.monotonic()
    with pytest.raises(ExpressionTimeoutError):
        run_query("SELECT count(*) FROM t a, t b, t c WHERE a.n + b.n > c.n", tables, time_limit=0.5)
    assert time.monotonic() - began < 60  # it would take hours


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered_or_refused(text: str) -> None:
    for sql in (text, f"SELECT {text}", f"SELECT * FROM sales WHERE {text}"):
        with contextlib.suppress(ExpressionError):
            assert run_query(sql, TABLES, limit=5).table.num_rows <= 5
