"""What an expression may not do, and that nothing of it happens."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from autodash_jupyter.expressions import (
    ExpressionError,
    ExpressionTimeoutError,
    evaluate_condition,
    evaluate_metric,
)
from autodash_jupyter.expressions.sandbox import give_back_sandbox, open_sandbox, take_sandbox

FRAME = pd.DataFrame({"price": [1.0, 2.0], "name": ["a", "b"]})


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nhunter2\n")
    for expression in (
        f"(SELECT MAX(word) FROM read_csv('{secret}'))",
        f"(SELECT MAX(word) FROM '{secret}')",
        f"MAX(read_text('{secret}'))",
        f"(SELECT content FROM read_text('{secret}'))",
        f"COUNT(*) FROM read_csv_auto('{secret}')",
        f"MAX(price) UNION SELECT word FROM '{secret}'",
        f"MAX(read_blob('{secret}'))",
        f"MAX(glob('{tmp_path}/*'))",
        f"MAX(name) IN (FROM '{secret}')",
        f"MAX(price) = ANY (SELECT 1 FROM '{secret}')",
        f"EXISTS (FROM '{secret}')",
        f"MAX((VALUES ('{secret}')))",
    ):
        with pytest.raises(ExpressionError) as caught:
            evaluate_metric(FRAME, expression)
        assert "hunter2" not in str(caught.value)


def test_no_file_is_written(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    for expression in (
        f"MAX(price); COPY data TO '{target}'",
        f"MAX(price)) TO '{target}'; SELECT (1",
        f"1; ATTACH '{target}' AS other",
        f"1; EXPORT DATABASE '{target}'",
    ):
        with pytest.raises(ExpressionError):
            evaluate_metric(FRAME, expression)
    assert list(tmp_path.iterdir()) == []


def test_no_connection_is_made() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.csv"
        for expression in (
            f"(SELECT COUNT(*) FROM read_csv('{address}'))",
            f"(SELECT COUNT(*) FROM '{address}')",
            f"1; INSTALL httpfs FROM '{address}'",
        ):
            with pytest.raises(ExpressionError):
                evaluate_metric(FRAME, expression)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "expression",
    [
        "MAX(getenv('HOME'))",
        "MAX(current_setting('memory_limit'))",
        "MAX(current_user)",
        "MAX(version())",
        "MAX(current_database())",
        "MAX(getvariable('x'))",
        "MAX(pg_sleep(1))",
        "MAX(sleep_ms(1))",
        "MAX(nextval('s'))",
        "MAX(current_query())",
        "MAX(write_log('x'))",
        "MAX(error('x'))",
        "MAX(query('SELECT 1'))",
        "MAX(query_table('data'))",
        "MAX(json_execute_serialized_sql('{}'))",
        "MAX(json_serialize_sql('SELECT 1'))",
        "MAX(system.main.getenv('HOME'))",
        "MAX(main.getenv('HOME'))",
        "MAX(\"getenv\"('HOME'))",
        "MAX(GetEnv('HOME'))",
        "MAX(unnest([1, 2]))",
        "MAX(random())",
        "MAX(list_transform([1], lambda x: x + 1))",
        "MAX([x FOR x IN [1, 2]])",
        "MAX(columns('.*'))",
        "MAX(*)",
        "MAX($1)",
        "MAX(?)",
        "MAX(#1)",
        "MAX(rowid)",
        "MAX(DEFAULT)",
        "MAX(data)",
        "MAX(GROUPING(price))",
    ],
)
def test_what_reaches_beyond_the_columns_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_metric(FRAME, expression)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "MAX(price); DROP TABLE data",
        "MAX(price); SET memory_limit = '100GB'",
        "MAX(price) FROM data",
        "MAX(price) WHERE TRUE",
        "MAX(price) GROUP BY name",
        "MAX(price) HAVING TRUE",
        "MAX(price) QUALIFY TRUE",
        "MAX(price) LIMIT 1",
        "MAX(price) ORDER BY 1",
        "MAX(price) UNION ALL SELECT 2",
        "MAX(price) INTO other",
        "DISTINCT MAX(price)",
        "MAX(price) USING SAMPLE 1",
        "PRAGMA database_list",
        "COPY data TO 'x'",
        "1) FROM (SELECT 1",
        "MAX(price) -- \n; SELECT 2",
        "total: MAX(price)",
    ],
)
def test_one_expression_is_taken_and_no_statement(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate_metric(FRAME, expression)
    with pytest.raises(ExpressionError):
        evaluate_condition(FRAME, expression.replace("MAX(price)", "price > 1"))


def test_variables_of_python_are_no_tables() -> None:
    hidden = pd.DataFrame({"word": ["hunter2"]})
    for expression in ("(SELECT MAX(word) FROM hidden)", "MAX(hidden.word)", "MAX(hidden)"):
        with pytest.raises(ExpressionError):
            evaluate_metric(FRAME, expression)
    assert len(hidden) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 3_000 + "1" + ")" * 3_000,
        "(" * 2_000,
        "[" * 2_000,
        "(" * 99 + "MAX(price)" + ")" * 98,
        "NOT " * 999 + "TRUE",
        "- " * 1_900 + "1",
        "MAX(price)" + "+1" * 1_900,
        "CASE WHEN " * 390,
        "CASE WHEN TRUE THEN " * 150 + "1" + " END" * 150,
        "CAST(" * 300,
        "a BETWEEN " * 390,
        "MAX(price" + "[1" * 90,
        "{'a': " * 600,
        "x" * 100_000,
        "MAX(price) + \0",
        "MAX(price) + '\ud800'",
        "'" + "(" * 3_000,
        "MAX(price) /* " + "(" * 300,
    ],
    ids=lambda text: text[:8],
)
def test_deep_and_broken_texts_are_refused_and_do_no_harm(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate_metric(FRAME, expression)
    assert evaluate_metric(FRAME, "MAX(price)") == 2.0


@pytest.mark.parametrize(
    "expression",
    [
        "MAX(length(repeat('x', 1000000000000)))",
        "MAX(list_sum(range(1000000000000)))",
        "(SELECT COUNT(*) FROM range(1000000000000) a, range(1000000000000) b)",
        "MAX(length(lpad('x', 2000000000, 'y')))",
        "MAX(length(format('{:>2000000000}', 1)))",
        "MAX(length(replace(replace(replace('aaaaaa', 'a', 'bbbbbbbb'), 'b', 'cccccccc'), 'c', 'dddd')))",
        "MAX(length(replace(name, 'a', name)))",
        "MAX(length(regexp_replace(name, '', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        + "x" * 100
        + "', 'g')))",
        "COUNT(CAST([] AS INTEGER[1000000000]))",
    ],
)
def test_little_cant_be_made_into_very_much(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate_metric(FRAME, expression)


def test_texts_may_be_replaced_within_reason() -> None:
    frame = pd.DataFrame({"amount": ["$1,200.50", "$2.00"]})
    assert evaluate_metric(frame, "SUM(REPLACE(REPLACE(amount, '$', ''), ',', '')::DOUBLE)") == 1202.5
    assert evaluate_metric(frame, "MAX(REPLACE(amount, '$', 'USD '))") == "USD 2.00"


def test_what_takes_too_long_is_stopped() -> None:
    frame = pd.DataFrame({"n": range(3_000_000)})
    slow = "SUM(" + " + ".join(f"sin(n + {number}) * cos(n * {number})" for number in range(80)) + ")"
    before = threading.active_count()
    with pytest.raises(ExpressionTimeoutError, match="It was stopped after"):
        evaluate_metric(frame, slow, time_limit=0.05)
    assert threading.active_count() <= before
    assert evaluate_metric(frame, "MAX(n)") == 2_999_999


def test_the_sandbox_itself_is_closed_and_locked(tmp_path: Path) -> None:
    import duckdb

    secret = tmp_path / "secret.csv"
    secret.write_text("word\nhunter2\n")
    hidden = pd.DataFrame({"word": ["hunter2"]})
    with open_sandbox() as connection:
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            f"SELECT * FROM '{secret}'",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.db'}'",
            "SELECT * FROM glob('*')",
            "SELECT * FROM hidden",
            "SET memory_limit = '100GB'",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "RESET memory_limit",
            "PRAGMA threads = 64",
            "LOAD httpfs",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement).fetchall()
    assert len(hidden) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["secret.csv"]


def test_a_sandbox_in_which_something_failed_is_never_used_again() -> None:
    kept = take_sandbox()
    give_back_sandbox(kept)
    with pytest.raises(ExpressionError):
        evaluate_condition(FRAME, "CAST(name AS INTEGER) > 1")
    with take_sandbox() as another:
        assert another is not kept
        with pytest.raises(duckdb.Error):
            kept.execute("SELECT 1")


def test_nothing_of_a_table_stays_in_the_sandbox_that_the_next_one_gets() -> None:
    give_back_sandbox(open_sandbox())
    assert evaluate_condition(FRAME, "price > 1") == 1
    with take_sandbox() as kept:
        assert kept.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]
        with pytest.raises(duckdb.Error):
            kept.execute("SELECT * FROM data")
        with pytest.raises(duckdb.Error):
            kept.execute("SET max_expression_depth = 5000")
