"""Whatever a tool is given: the client gets a result or an error, and the tables stay whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from argument_values import arguments_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp_servers import ask, in_process, table_server

from autodash_jupyter.settings import Settings

SECONDS = 60


class Agent:
    """A client that lives in a thread of its own, so that hypothesis can ask it again and again."""

    def __init__(self, files: Path, chosen: Settings) -> None:
        self._files, self._chosen = files, chosen
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._end = asyncio.Event()
        self._ready: Future[Client] = Future()
        self._living = asyncio.run_coroutine_threadsafe(self._live(), self._loop)
        self.client = self._ready.result(SECONDS)
        self.tools = {tool.name: tool for tool in self.do(self.client.list_tools()).tools}
        loaded = self.do(ask(self.client, "initialize_data_table", file_path="sales.csv"))
        self.session_id = loaded["session_id"]
        self.do(self.client.call_tool("initialize_data_table", self._copy()))

    def _copy(self) -> dict[str, Any]:
        here = {"source_session_id": self.session_id, "target_session_id": self.session_id}
        return {**here, "table_name": {"current": "other"}}

    async def _live(self) -> None:
        async with in_process(table_server(self._files, self._chosen)) as client:
            self._ready.set_result(client)
            await self._end.wait()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run what is asynchronous in the client's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def close(self) -> None:
        """End the client, and its thread."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._living.result(SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)


@pytest.fixture(scope="module")
def agent(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """An agent with a table ``current`` and a table ``other``."""
    made = Agent(files, Settings(tmp_path_factory.mktemp("home"), storage_backend="memory"))
    yield made
    made.close()


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_arguments_give_a_result_or_an_error_and_never_a_torn_table(
    agent: Agent, data: st.DataObject
) -> None:
    tool = agent.tools[data.draw(st.sampled_from(sorted(agent.tools)))]
    given_ = data.draw(arguments_of(tool.input_schema))
    places = {"session_id": agent.session_id, "table": "current"}
    if data.draw(st.sampled_from([True, True, True, False])):
        given_ |= {name: place for name, place in places.items() if name in tool.input_schema["properties"]}
    before = agent.do(ask(agent.client, "get_operation_history", **places))
    rows = agent.do(ask(agent.client, "get_table_rows", **places))["rows"]
    result = agent.do(agent.client.call_tool(tool.name, given_))
    text = " ".join(each.text for each in result.content if each.type == "text")
    assert "failed unexpectedly" not in text
    assert "Traceback" not in text
    assert len(text) < 200_000
    if result.is_error:
        assert text
    after = agent.do(ask(agent.client, "get_operation_history", **places))
    known = {"undo_operation", "redo_operation"}
    if result.is_error or (tool.annotations.read_only_hint and tool.name not in known):
        assert after == before
    _check_whole(agent, places)
    if after["total"] != before["total"]:  # a table that stays usable for the next example
        agent.do(ask(agent.client, "undo_operation", **places))
        assert agent.do(ask(agent.client, "get_table_rows", **places))["rows"] == rows


def _check_whole(agent: Agent, places: dict[str, str]) -> None:
    """A table that is whole has the rows and columns that the list tells, in each of its columns."""
    listed = agent.do(ask(agent.client, "list_tables", session_id=places["session_id"]))
    told = {table["name"]: (table["rows"], table["columns"]) for table in listed["tables"]}
    page = agent.do(ask(agent.client, "get_table_rows", limit=200, **places))
    assert page["total_rows"] == told["current"][0]
    assert all(len(row) == len(page["columns"]) for row in page["rows"])
