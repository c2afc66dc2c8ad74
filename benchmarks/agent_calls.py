"""What an agent's call costs: over stdio and HTTP, alone and among sixteen, beside a tool that does nothing.

    python benchmarks/agent_calls.py [--rounds 30] [--clients 16] [--rows 20000]

The peer is a server of the bare SDK, on the same transport and under the same load, whose one tool returns
what it is given. Each client has a session and a table of its own. Compare ratios, not times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

TOKEN = "a-token-for-benchmarks"
PEER = """
import socket, sys
from mcp.server.mcpserver import MCPServer
server = MCPServer("peer", log_level="ERROR")
@server.tool()
def echo(text: str) -> dict[str, str]:
    return {"text": text}
if sys.argv[1] == "stdio":
    server.run("stdio")
else:
    import uvicorn
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    print(f"listens on http://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)
    uvicorn.Server(uvicorn.Config(server.streamable_http_app(), log_level="error")).run(sockets=[listening])
"""


def commands(transport: str, root: Path) -> dict[str, list[str]]:
    """Return how ours and the peer's servers are started."""
    ours = ["-m", "autodash_jupyter.cli", "mcp", "--root", str(root)]
    return {
        "ours": ours if transport == "stdio" else [*ours, "--http", "--port", "0"],
        "peer": ["-c", PEER, transport],
    }


@asynccontextmanager
async def clients_of(words: list[str], transport: str, count: int, home: Path) -> AsyncIterator[list[Client]]:
    """Start one server over HTTP, or one for each client over stdio; give their clients."""
    environment = {
        **os.environ,
        "AUTODASH_HOME": str(home),
        "STORAGE_BACKEND": "memory",
        "AUTODASH_MCP_TOKEN": TOKEN,
    }
    async with AsyncExitStack() as stack:
        if transport == "stdio":
            parameters = StdioServerParameters(command=sys.executable, args=words, env=environment)
            yield [await stack.enter_async_context(Client(stdio_client(parameters))) for _ in range(count)]
            return
        server = subprocess.Popen(
            [sys.executable, *words], env=environment, stdout=subprocess.PIPE, text=True
        )
        stack.callback(server.wait)
        stack.callback(server.terminate)
        assert server.stdout is not None
        url = server.stdout.readline().rpartition(" ")[2].strip()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        made = []
        for _ in range(count):
            web = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=300))
            made.append(await stack.enter_async_context(Client(streamable_http_client(url, http_client=web))))
        yield made


async def call(seconds: dict[str, list[float]], client: Client, name: str, **arguments: Any) -> Any:
    """Call a tool, and note how long that took."""
    began = time.perf_counter()
    result = await client.call_tool(name, arguments)
    seconds.setdefault(name, []).append(time.perf_counter() - began)
    assert not result.is_error, result
    return result.structured_content


async def work(client: Client, which: str, rounds: int) -> dict[str, list[float]]:
    """Do one client's work; return the seconds of each of its calls."""
    seconds: dict[str, list[float]] = {}
    if which == "peer":
        for _ in range(rounds):
            await call(seconds, client, "echo", text="current")
        return seconds
    loaded = await call({}, client, "initialize_data_table", file_path="sales.parquet")
    here = {"session_id": loaded["session_id"], "table": "current"}
    await call({}, client, "get_table_rows", **here)  # imports what the first call needs
    for _ in range(rounds):
        await call(seconds, client, "list_tables", session_id=here["session_id"])
        await call(seconds, client, "get_table_rows", **here)
        await call(seconds, client, "drop_missing", columns=["price"], **here)
        await call(seconds, client, "undo_operation", **here)
    return seconds


async def measure(transport: str, count: int, rounds: int, root: Path) -> None:
    """Print p50 and p99 of each call, and how many times the peer's they are."""
    found: dict[str, list[float]] = {}
    for which, words in commands(transport, root).items():
        async with clients_of(words, transport, count, root / "home") as clients:
            parts = await asyncio.gather(*(work(client, which, rounds) for client in clients))
        for part in parts:
            for name, seconds in part.items():
                found.setdefault(name, []).extend(seconds)
    peer = statistics.median(found["echo"])
    for name, seconds in sorted(found.items(), key=lambda each: each[0] != "echo"):
        p50, p99 = statistics.median(seconds), sorted(seconds)[int(0.99 * (len(seconds) - 1))]
        print(
            f"{transport:5} {count:3} clients  {name:16} p50 {p50 * 1e3:7.1f} ms  p99 {p99 * 1e3:7.1f} ms  "
            f"{p50 / peer:5.1f} x the peer"
        )


def main() -> None:
    """Measure both transports, for one client and for many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rows", type=int, default=20_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        prices = [None if row % 10 == 0 else row / 7 for row in range(chosen.rows)]
        pd.DataFrame(
            {"price": prices, "city": [f"city {row % 50}" for row in range(chosen.rows)]}
        ).to_parquet(root / "sales.parquet")
        for transport, count in (("stdio", 1), ("http", 1), ("http", chosen.clients)):
            asyncio.run(measure(transport, count, chosen.rounds, root))


if __name__ == "__main__":
    main()
