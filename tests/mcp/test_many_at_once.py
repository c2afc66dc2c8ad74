"""Several clients at once, and clients that go away in the middle of a call."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pandas as pd
import pytest
from mcp import Client, StdioServerParameters, stdio_client
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

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.mcp.session_tables import SessionTables
from autodash_jupyter.mcp.tables import Caller
from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings

CLIENTS = 16
SHORTER = 30_000
LONG = 200_000  # rows: an operation on them takes long enough to be interrupted


def test_sixteen_clients_change_one_table_and_each_change_is_kept(http_server: Any) -> None:
    async def work() -> None:
        async with AsyncExitStack() as stack:
            modes = ["auto", "legacy"] * (CLIENTS // 2)
            clients = [await stack.enter_async_context(http_client(http_server, mode=mode)) for mode in modes]
            loaded = await ask(clients[0], "initialize_data_table", file_path="sales.csv")
            here = {"session_id": loaded["session_id"], "table": "current"}

            async def one(number: int, client: Client) -> None:
                await ask(client, "apply_custom", column=f"c{number}", expression=str(number), **here)
                await ask(client, "get_table_rows", **here)

            await asyncio.gather(*(one(number, client) for number, client in enumerate(clients)))
            rows = await ask(clients[0], "get_table_rows", limit=1, **here)
            made = {column["name"] for column in rows["columns"]} - {"region", "price", "day"}
            assert made == {f"c{number}" for number in range(CLIENTS)}
            history = await ask(clients[0], "get_operation_history", **here)
            assert [entry["number"] for entry in history["entries"]] == list(range(1, CLIENTS + 1))
            back = await ask(clients[0], "undo_operation", steps=CLIENTS, **here)
            assert len(back["columns"]) == 3

    together(work)


@pytest.fixture(scope="module")
def long_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long table, and the beginning of it."""
    folder = tmp_path_factory.mktemp("long")
    long = pd.DataFrame({"text": [f" word {row % 977} " for row in range(LONG)], "n": range(LONG)})
    long.to_parquet(folder / "long.parquet")
    long.head(SHORTER).to_parquet(folder / "shorter.parquet")
    return folder


@pytest.mark.parametrize("transport", ["in process", "http"])
def test_a_client_that_goes_away_in_the_middle_leaves_a_table_that_is_whole(
    transport: str, long_files: Path, memory_settings: Settings, tmp_path: Path
) -> None:
    async def work() -> None:
        async with AsyncExitStack() as stack:
            if transport == "http":
                server = stack.enter_context(running_http_server(long_files, variables(tmp_path / "other")))
                connect = partial(http_client, server)
            else:
                connect = partial(in_process, table_server(long_files, memory_settings))
            watcher = await stack.enter_async_context(connect())
            loaded = await ask(watcher, "initialize_data_table", file_path="long.parquet")
            here = {"session_id": loaded["session_id"], "table": "current"}
            cut_short = 0
            for seconds in (0.0, 0.05, 0.2):
                leaving = watcher if transport != "http" else await stack.enter_async_context(connect())
                with anyio.move_on_after(seconds) as limit:
                    await ask(leaving, "clean_strings", columns=["text"], case="upper", **here)
                cut_short += limit.cancelled_caught
                await _check_whole(watcher, here)
            assert cut_short, "at least one call was given up in the middle"
            assert (await ask(watcher, "head", rows=3, **here))["rows"] == 3
            assert (await ask(watcher, "undo_operation", **here))["rows"] == LONG

    together(work, 110)


async def _check_whole(client: Client, here: dict[str, str]) -> None:
    """Each operation that is logged is done on all rows, and none is done that isn't logged."""
    done = await _operations_done(client, here)
    counted = await ask(
        client,
        "run_sql",
        session_id=here["session_id"],
        sql="SELECT count(*) FILTER (WHERE text = upper(text)) AS changed, count(*) AS rows FROM current",
    )
    changed, rows = counted["rows"][0]
    assert rows == LONG
    assert changed in (0, LONG)
    if done == 0 and changed:  # it was committed between the two questions
        done = await _operations_done(client, here)
    assert changed == (LONG if done else 0)


async def _operations_done(client: Client, here: dict[str, str]) -> int:
    return int((await ask(client, "get_operation_history", **here))["total"])


def test_a_server_that_is_killed_in_the_middle_leaves_its_tables_whole_on_disk(
    long_files: Path, tmp_path: Path
) -> None:
    environment = variables(tmp_path / "home", STORAGE_BACKEND="tinydb", AUTODASH_USER="ada")

    async def work() -> str:
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "autodash_jupyter.cli", "mcp", "--root", str(long_files)],
            env=environment,
        )
        session_id = ""
        with suppress(Exception):  # however the client takes it that its server is gone
            async with Client(stdio_client(parameters)) as client:
                loaded = await ask(client, "initialize_data_table", file_path="shorter.parquet")
                session_id = loaded["session_id"]
                here = {"session_id": session_id, "table": "current"}
                calls = [ask(client, "drop_rows", rows=[0], **here) for _ in range(20)]
                waiting = asyncio.gather(*calls, return_exceptions=True)
                await asyncio.sleep(0.5)
                os.kill(_server_process(tmp_path), signal.SIGKILL)
                await asyncio.wait_for(waiting, 5)
        return session_id

    session_id = together(work)
    assert session_id
    sessions = TableSessions("ada", Settings(tmp_path / "home", "ada"))
    frame, done = sessions.load_current_dataframe(session_id), sessions.operations(session_id)
    assert len(frame) == SHORTER - len(done)
    assert list(frame["n"]) == list(range(len(done), SHORTER))

    async def again() -> None:
        async with stdio_connection(long_files, environment) as client:
            here = {"session_id": session_id, "table": "current"}
            assert (await ask(client, "head", rows=2, **here))["rows"] == 2
            with pytest.raises(Refused, match="nothing was changed"):
                await ask(client, "undo_operation", steps=50, **here)

    together(again)


def _server_process(home: Path) -> int:
    """Return the process whose environment names this test's home: the server, and nobody else's."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (
                int(folder.name) == os.getpid()
                or f"AUTODASH_HOME={home}/home".encode() not in (folder / "environ").read_bytes()
            ):
                continue
            if b"autodash_jupyter.cli" in (folder / "cmdline").read_bytes():
                return int(folder.name)
    raise AssertionError("the server has ended by itself")


def test_a_long_question_holds_up_nobody_else(long_files: Path, memory_settings: Settings) -> None:
    async def work() -> None:
        async with in_process(table_server(long_files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="shorter.parquet")
            here = {"session_id": loaded["session_id"], "table": "current"}
            long = "SELECT count(*) FROM current a, current b WHERE a.n < 9000 AND a.n * b.n % 7 = 3"
            question = asyncio.create_task(ask(client, "run_sql", session_id=here["session_id"], sql=long))
            await asyncio.sleep(0.2)
            assert (await ask(client, "head", rows=5, **here))["rows"] == 5
            assert (await ask(client, "undo_operation", **here))["rows"] == SHORTER
            assert not question.done()
            assert (await question)["rows"][0][0] > 0

    together(work)


class Overtaken(TableSessions):
    """One's sessions, where after each undo another server takes two operations back."""

    def undo(self, session_id: str, table: str = "current") -> Any:
        done = super().undo(session_id, table)
        with suppress(NothingToRestoreError):
            for _ in range(2):
                TableSessions.undo(self, session_id, table)
        return done


def test_an_undo_of_several_that_another_server_overtakes_says_how_far_it_came(
    memory_settings: Settings,
) -> None:
    sessions = Overtaken("ada", memory_settings)
    tables, caller = SessionTables(sessions), Caller("agent")
    session_id = sessions.create()
    sessions.initialize_table(session_id, pd.DataFrame({"n": range(9)}))
    for rows in (8, 7, 6, 5):
        tables.run(session_id, "current", "head", {"rows": rows}, caller=caller)
    done = tables.undo(session_id, "current", 4, caller=caller)
    assert done.rows == 9
    assert done.change_summary.count("head") == 2
    assert done.notes[0].startswith("only 2 of 4 operations, for others changed it: There is nothing to undo")
