"""An MCP client and a person share a table, and undo each other's steps: the SDK's client over stdio, the
command that ``%autodash mcp`` prints, and a real kernel.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytest.importorskip("mcp", reason="the extra mcp is not installed")
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp_types import Implementation

pytestmark = pytest.mark.kernel

SALES = "sales = pd.DataFrame({'price': [1.0, None, 3.0], 'city': ['Rome', 'Oslo', 'Bonn']})"


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    env = {
        **os.environ,
        "AUTODASH_HOME": str(tmp_path / "home"),
        "JPY_SESSION_NAME": str(tmp_path / "analysis.ipynb"),
    }
    with notebook_kernel(tmp_path, env) as running:
        file = tmp_path / "kernel-1.json"  # as a server keeps it
        file.touch(mode=0o600)
        file.write_text(Path(running._manager.connection_file).read_text())
        assert running.run("%load_ext autodash_jupyter\nimport pandas as pd, os, time").error == ""
        assert running.run(SALES).error == ""
        yield running


@asynccontextmanager
async def agent(kernel: NotebookKernel, folder: Path) -> AsyncIterator[Client]:
    """Start what the notebook tells to start, and connect to it."""
    told = kernel.run("%autodash mcp").text
    entry = json.loads(told[told.index("{") : told.rindex("}") + 1])["mcpServers"]["autodash"]
    assert entry["args"][-2:] == ["--notebook", str(folder / "analysis.ipynb")]
    env = {
        **os.environ,
        "AUTODASH_HOME": str(folder / "agents-home"),
        "JUPYTER_RUNTIME_DIR": str(folder),
    }
    server = StdioServerParameters(command=entry["command"], args=entry["args"], env=env, cwd=folder)
    with (folder / "server.log").open("w") as log:
        transport = stdio_client(server, errlog=log)
        async with Client(transport, client_info=Implementation(name="Ada", version="1")) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return dict(result.structured_content or {})


async def cell(kernel: NotebookKernel, code: str) -> str:
    ran = await asyncio.to_thread(kernel.run, code)
    assert ran.error == ""
    return ran.text + ran.plain


def test_an_agent_and_a_person_undo_each_others_steps(kernel: NotebookKernel, tmp_path: Path) -> None:
    async def story() -> None:
        async with agent(kernel, tmp_path) as client:
            listed = await call(client, "list_tables")
            assert [table["name"] for table in listed["tables"]] == ["sales"]

            done = await call(client, "drop_missing", table="sales", columns=["price"])
            assert done["change_summary"] == "removed 1 row with a missing price; 3 → 2 rows"
            assert (await cell(kernel, "print(len(sales))")).startswith("2\n")
            assert "agent: Ada: %op sales drop_missing" in await cell(kernel, "%timeline")

            assert await cell(kernel, "%undo") == "sales: 2 × 2 → 3 × 2\n"
            assert (await call(client, "get_table_summary", table="sales"))["rows"] == 3

            await cell(kernel, "sales['tax'] = sales['price'] * 0.2")
            undone = await call(client, "undo_operation", table="sales")
            assert undone["change_summary"] == "sales: 3 × 3 → 3 × 2, −tax"
            assert (await cell(kernel, "print('tax' in sales)")).startswith("False\n")
            redone = await call(client, "redo_operation", table="sales")
            assert redone["change_summary"] == "sales: 3 × 2 → 3 × 3, +tax"
            assert (await cell(kernel, "print('tax' in sales)")).startswith("True\n")

            history = await call(client, "get_operation_history", table="sales")
            assert [(one["action"], one["actor"], one["in_force"]) for one in history["entries"]] == [
                ("cell", "user", True),
                ("drop_missing", "agent: Ada", False),
                ("cell", "user", True),
            ]

    asyncio.run(story())


def test_what_an_agent_does_during_a_cell_waits_for_it_or_is_kept_beside(
    kernel: NotebookKernel, tmp_path: Path
) -> None:
    async def story() -> None:
        async with agent(kernel, tmp_path) as client:
            await call(client, "list_tables")
            gate = tmp_path / "gate"
            cell_of_the_person = (
                f"while not os.path.exists({str(gate)!r}): time.sleep(0.02)\n"
                "before = len(sales)\nsales['tax'] = 0.2"
            )
            waits = asyncio.Event()

            async def heard(_progress: float, _total: float | None, message: str | None) -> None:
                assert message == "waiting for the running cell"
                waits.set()

            sent = kernel.send(cell_of_the_person)
            calling = asyncio.create_task(
                client.call_tool(
                    "head", {"table": "sales", "rows": 1}, progress_callback=heard, read_timeout_seconds=60
                )
            )
            await asyncio.wait_for(waits.wait(), 60)
            shown = await call(client, "run_sql", sql="SELECT count(*) AS n FROM sales")
            assert shown["rows"] == [[3]]

            gate.touch()
            done = dict((await calling).structured_content or {})
            assert done["notes"][0].startswith("A person changed sales meanwhile, so both are kept")
            await asyncio.to_thread(kernel.finish, sent)
            told = await cell(kernel, f"print(before, sales.shape, {done['table']}.shape)")
            assert told.startswith("3 (3, 3) (1, 2)\n")
            assert "agent: Ada worked on sales as it was before you changed it" in told

    asyncio.run(story())


def is_cancelled(message: dict[str, Any]) -> bool:
    """Tell whether a kernel says that it gave a request up."""
    return message["msg_type"] == "comm_msg" and message["content"]["data"].get("type") == "cancelled"


def test_a_call_that_the_client_cancels_while_a_cell_runs_changes_nothing(
    kernel: NotebookKernel, tmp_path: Path
) -> None:
    async def story() -> None:
        async with agent(kernel, tmp_path) as client:
            await call(client, "list_tables")
            gate, waits = tmp_path / "gate", asyncio.Event()

            async def heard(_progress: float, _total: float | None, _message: str | None) -> None:
                waits.set()

            sent = kernel.send(f"while not os.path.exists({str(gate)!r}): time.sleep(0.02)")
            calling = asyncio.create_task(
                client.call_tool("head", {"table": "sales", "rows": 1}, progress_callback=heard)
            )
            await asyncio.wait_for(waits.wait(), 60)
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            await asyncio.to_thread(kernel.wait_for, is_cancelled)  # it gets there while the cell still runs
            assert (await call(client, "get_table_summary", table="sales"))["rows"] == 3
            gate.touch()
            await asyncio.to_thread(kernel.finish, sent)
            assert (await cell(kernel, "print(len(sales))")) == "3\n"
            assert (await call(client, "head", table="sales", rows=1))["rows"] == 1

    asyncio.run(story())
