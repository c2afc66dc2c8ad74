"""An agent for the examples: the MCP SDK's own client, which does what it is told instead of thinking."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import Future
from typing import Any

from ipykernel.connect import get_connection_file
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp_types import Implementation


class Agent:
    """A client of ``autodash mcp``, attached to the notebook that makes it, in a thread of its own."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: Future[Client] = Future()
        self._loop = asyncio.new_event_loop()
        self._waits = threading.Event()
        threading.Thread(target=self._loop.run_until_complete, args=(self._live(),), daemon=True).start()

    def look(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool that only reads, and return its answer: that works while a cell runs, as this one."""
        result = self._call(tool, arguments).result(60)
        return dict(result.structured_content or {"said": [part.text for part in result.content]})

    def change(self, tool: str, **arguments: Any) -> None:
        """Call a tool that changes a table; return as soon as it waits for the end of this cell."""
        self._waits.clear()
        self._call(tool, arguments)
        self._waits.wait(60)

    def _call(self, tool: str, arguments: dict[str, Any]) -> Future[Any]:
        calling = self._client.result(60).call_tool(tool, arguments, progress_callback=self._heard)
        return asyncio.run_coroutine_threadsafe(calling, self._loop)

    async def _live(self) -> None:
        words = ["-m", "autodash_jupyter.cli", "mcp", "--kernel", get_connection_file()]
        server = StdioServerParameters(command=sys.executable, args=words, env=dict(os.environ))
        me = Implementation(name=self._name, version="1")
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - it is no file that could be slow
            async with Client(stdio_client(server, errlog=nowhere), client_info=me) as client:
                self._client.set_result(client)
                await asyncio.Event().wait()  # as long as the kernel lives

    async def _heard(self, _progress: float, _total: float | None, message: str | None) -> None:
        if message == "waiting for the running cell":
            self._waits.set()
