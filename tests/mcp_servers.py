"""Real MCP servers for tests: processes started by the command itself, spoken to by the SDK's own client."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from autodash_jupyter.mcp.server import TableServer
from autodash_jupyter.mcp.session_tables import SessionTables
from autodash_jupyter.mcp.sources import PermittedSources
from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings

__all__ = [
    "TOKEN",
    "HttpServer",
    "Refused",
    "ask",
    "http_client",
    "in_process",
    "running_http_server",
    "stdio_connection",
    "table_server",
    "together",
    "variables",
]

TOKEN = "a-token-for-tests-only"
Result = TypeVar("Result")


class Refused(Exception):  # noqa: N818 - what a tool answered, as the model reads it
    """A tool said that something is wrong."""


async def ask(client: Client, tool: str, /, **arguments: Any) -> dict[str, Any]:
    """Call a tool; return its structured content, raise Refused with its text where it is an error."""
    result = await client.call_tool(tool, arguments)
    text = "\n".join(each.text for each in result.content if each.type == "text")
    if result.is_error:
        raise Refused(text)
    assert text, "every answer has a text, too"
    return dict(result.structured_content)


def together(work: Callable[[], Awaitable[Result]], seconds: float = 60) -> Result:
    """Run what is asynchronous to its end."""

    async def limited() -> Result:
        async with asyncio.timeout(seconds):
            return await work()

    return asyncio.run(limited())


def variables(home: Path, **settings: str) -> dict[str, str]:
    """Return an environment with a home of its own."""
    chosen = {"AUTODASH_HOME": str(home), "STORAGE_BACKEND": "memory", **settings}
    return {**os.environ, **chosen}


def _command(root: Path, *options: str) -> list[str]:
    return ["-m", "autodash_jupyter.cli", "mcp", "--root", str(root), *options]


@asynccontextmanager
async def stdio_connection(
    root: Path, environment: Mapping[str, str], *, mode: str = "auto"
) -> AsyncIterator[Client]:
    """Start a server over stdio, and a client of it."""
    parameters = StdioServerParameters(
        command=sys.executable, args=_command(root), env=dict(environment), cwd=str(root)
    )
    async with Client(stdio_client(parameters), mode=mode) as client:
        yield client


@dataclass(frozen=True)
class HttpServer:
    """A server over HTTP: its address, and its process."""

    url: str
    process: subprocess.Popen[str]


@contextmanager
def running_http_server(
    root: Path, environment: Mapping[str, str], *options: str, token: str | None = TOKEN
) -> Iterator[HttpServer]:
    """Start a server over HTTP on a free port; end it afterwards."""
    named = {} if token is None else {"AUTODASH_MCP_TOKEN": token}
    process = subprocess.Popen(
        [sys.executable, *_command(root, "--http", "--port", "0", *options)],
        env={**environment, **named},
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "listens on http://" in line, line
        yield HttpServer(line.rpartition(" ")[2].strip(), process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@asynccontextmanager
async def http_client(server: HttpServer, *, mode: str = "auto", token: str = TOKEN) -> AsyncIterator[Client]:
    """Connect a client to a server over HTTP."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as web:
        transport = streamable_http_client(server.url, http_client=web)
        async with Client(transport, mode=mode) as client:
            yield client


def table_server(root: Path, settings: Settings, user: str = "ada") -> TableServer:
    """Return a server for a client in the same process."""
    sources = PermittedSources((root,), private=settings.home)
    return TableServer(lambda: SessionTables(TableSessions(user, settings)), sources)


@asynccontextmanager
async def in_process(server: TableServer, *, mode: str = "auto") -> AsyncIterator[Client]:
    """Connect a client to a server in the same process, by the SDK's own transport."""
    async with Client(server, mode=mode) as client:
        yield client
