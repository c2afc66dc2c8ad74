"""The whole way of an agent's table: read, looked at, changed, saved, undone and done again."""

from __future__ import annotations

import uuid
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_servers import (
    Refused,
    ask,
    http_client,
    in_process,
    running_http_server,
    stdio_connection,
    table_server,
    together,
    variables,
)

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings

SUMMARY_OF_SALES = {"region": 0, "price": 1, "day": 0}


async def work_on_sales(client: Client) -> str:
    """Do what an agent does, and check each answer; return the session's id."""
    loaded = await ask(client, "initialize_data_table", file_path="sales.csv")
    session_id = loaded["session_id"]
    assert str(uuid.UUID(session_id)) == session_id
    assert [(table["name"], table["rows"]) for table in loaded["tables"]] == [("current", 4)]
    here: dict[str, Any] = {"session_id": session_id, "table": "current"}
    summary = await ask(client, "get_table_summary", **here)
    assert {column["name"]: column["missing"] for column in summary["columns"]} == SUMMARY_OF_SALES
    dropped = await ask(client, "drop_missing", columns=["price"], **here)
    assert (dropped["rows"], dropped["changed"], dropped["can_undo"]) == (3, True, True)
    filled = await ask(client, "apply_custom", column="double", expression="price * 2", **here)
    assert [column["name"] for column in filled["columns"]][-1] == "double"
    back = await ask(client, "undo_operation", steps=2, **here)
    assert (back["rows"], len(back["columns"]), back["can_redo"]) == (4, 3, True)
    forward = await ask(client, "redo_operation", **here)
    assert (forward["rows"], len(forward["columns"])) == (3, 3)
    history = await ask(client, "get_operation_history", **here)
    assert [(entry["action"], entry["in_force"]) for entry in history["entries"]] == [
        ("drop_missing", True),
        ("apply_custom", False),
    ]
    rows = await ask(client, "get_table_rows", **here)
    assert [row[0] for row in rows["rows"]] == ["north", "north", "east"]
    answer = await ask(client, "value_counts", columns=["region"], **here)
    assert answer["changed"] is False
    assert answer["result"]["rows"][0][:2] == ["north", 2]
    total = await ask(client, "run_sql", session_id=session_id, sql="SELECT sum(price) AS total FROM current")
    assert total["rows"] == [[8.0]]
    return session_id


@pytest.mark.parametrize(
    ("transport", "backend", "mode"),
    [
        ("stdio", "memory", "auto"),
        ("stdio", "redis", "legacy"),
        ("http", "memory", "legacy"),
        ("http", "redis", "auto"),
    ],
)
def test_a_file_is_read_looked_at_changed_saved_undone_and_redone(
    transport: str, backend: str, mode: str, files: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("redis_server").url if backend == "redis" else ""
    chosen = {"STORAGE_BACKEND": backend, "REDIS_URL": url, "AUTODASH_USER": "ada"}
    environment = variables(tmp_path / "home", **chosen)

    async def work() -> str:
        async with AsyncExitStack() as stack:
            if transport == "stdio":
                connection = stdio_connection(files, environment, mode=mode)
            else:
                server = (
                    request.getfixturevalue("http_server")
                    if backend == "memory"
                    else stack.enter_context(running_http_server(files, environment))
                )
                connection = http_client(server, mode=mode)
            return await work_on_sales(await stack.enter_async_context(connection))

    session_id = together(work)
    if backend == "redis":  # saved: whoever has the same settings finds it
        settings = Settings(tmp_path / "elsewhere", "ada", "redis", redis_url=url)
        assert len(TableSessions("ada", settings).load_current_dataframe(session_id)) == 3


def test_three_sheets_are_three_tables_that_change_independently(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="book.xlsx")
            session_id = loaded["session_id"]
            assert [table["name"] for table in loaded["tables"]] == ["north", "south", "east"]
            await ask(client, "head", session_id=session_id, table="north", rows=1)
            await ask(client, "filter_rows", session_id=session_id, table="south", expression="qty > 21")
            await ask(client, "apply_custom", session_id=session_id, table="east", column="x", expression="1")
            await ask(client, "undo_operation", session_id=session_id, table="south")
            listed = await ask(client, "list_tables", session_id=session_id)
            shapes = [(table["name"], table["rows"], table["columns"]) for table in listed["tables"]]
            assert shapes == [("north", 1, 2), ("south", 4, 2), ("east", 5, 3)]
            joined = await ask(client, "concat", session_id=session_id, table="north", others=["south"])
            assert joined["rows"] == 5

    together(work)


def test_a_sheet_that_cannot_be_kept_does_not_fail_the_rest(
    tmp_path: Path, memory_settings: Settings
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Empty"
    book.create_sheet("Good").append(["a", "b"])
    book["Good"].append([1, 2])
    book.save(tmp_path / "half.xlsx")

    async def work() -> None:
        async with in_process(table_server(tmp_path, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="half.xlsx")
            assert [table["rows"] for table in loaded["tables"]] == [1]
            assert any("Empty" in line for line in (*loaded["left_out"], *loaded["notes"]))

    together(work)


@pytest.mark.parametrize("backend", ["memory", "redis"])
def test_a_session_that_expired_is_told_with_those_that_live(
    backend: str, files: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("redis_server").url if backend == "redis" else "redis://unused"
    short = Settings(tmp_path, "ada", backend, redis_url=url, session_ttl_seconds=1)

    async def work() -> None:
        import asyncio

        async with in_process(table_server(files, short, user=f"ada-{uuid.uuid4()}")) as client:
            old = (await ask(client, "initialize_data_table", file_path="sales.csv"))["session_id"]
            await asyncio.sleep(1.3)
            new = (await ask(client, "initialize_data_table", file_path="sales.csv"))["session_id"]
            with pytest.raises(Refused) as refused:
                await ask(client, "list_tables", session_id=old)
            assert old in str(refused.value)
            assert new in str(refused.value)
            assert await ask(client, "list_tables", session_id=new)

    together(work)


def test_two_servers_with_homes_of_their_own_work_on_one_session(
    files: Path, tmp_path: Path, redis_server: Any
) -> None:
    shared = {"STORAGE_BACKEND": "redis", "REDIS_URL": redis_server.url, "AUTODASH_USER": "ada"}

    async def work() -> None:
        one, other = (variables(tmp_path / name, **shared) for name in ("one", "other"))
        async with stdio_connection(files, one) as first, stdio_connection(files, other) as second:
            loaded = await ask(first, "initialize_data_table", file_path="sales.csv")
            here = {"session_id": loaded["session_id"], "table": "current"}
            assert (await ask(second, "drop_missing", **here))["rows"] == 3
            assert (await ask(first, "head", rows=1, **here))["rows"] == 1
            assert (await ask(second, "undo_operation", **here))["rows"] == 3
            assert (await ask(first, "undo_operation", **here))["rows"] == 4
            assert (await ask(second, "redo_operation", **here))["rows"] == 3
            await ask(first, "set_context", document="# Sales\n\nOne row is one sale.", **here)
            assert "One row is one sale" in (await ask(second, "get_context", **here))["document"]

    together(work)
