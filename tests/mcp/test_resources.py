"""Resources, what clients hear of their changes, and prompts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import MCPError
from mcp_servers import ask, http_client, in_process, table_server, together

from autodash_jupyter.settings import Settings


def test_previews_profiles_and_contexts_can_be_listed_and_read(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="people.csv")
            listed = (await client.list_resources()).resources
            assert [resource.name for resource in listed] == [
                "current preview",
                "current profile",
                "current context",
            ]
            texts = [(await client.read_resource(resource.uri)).contents[0].text for resource in listed]
            assert json.loads(texts[0])["rows"][0][0] == "Ann Lee"
            assert "example.org" not in texts[1] + texts[2]
            assert "example.org" not in (await _prompted(client, loaded["session_id"]))
            templates = (await client.list_resource_templates()).resource_templates
            made = templates[0].uri_template.format(session_id=loaded["session_id"], table="current")
            assert made == listed[0].uri
            for wrong in ("autodash://sessions/x/tables/y/preview", f"{made}s", "file:///etc/passwd"):
                with pytest.raises(MCPError):
                    await client.read_resource(wrong)

    together(work)


async def _prompted(client: Any, session_id: str) -> str:
    names = [prompt.name for prompt in (await client.list_prompts()).prompts]
    assert names == ["explain_table", "clean_table"]
    texts: list[str] = []
    for name in names:
        made = await client.get_prompt(name, {"table": "current", "session_id": session_id})
        texts += [message.content.text for message in made.messages]
    with pytest.raises(MCPError, match="needs session_id and table"):
        await client.get_prompt("clean_table", {"table": "current"})
    return "\n".join(texts)


def test_who_listens_hears_of_changes(files: Path, http_server: Any) -> None:
    async def work() -> None:
        async with http_client(http_server) as client, http_client(http_server) as agent:
            loaded = await ask(agent, "initialize_data_table", file_path="sales.csv")
            session_id = loaded["session_id"]
            preview = f"autodash://sessions/{session_id}/tables/current/preview"
            async with client.listen(resources_list_changed=True, resource_subscriptions=[preview]) as heard:
                await ask(agent, "head", session_id=session_id, table="current", rows=1)
                assert (await anext(aiter(heard))).uri == preview
                await ask(agent, "initialize_data_table", file_path="sales.csv", session_id=session_id)
                assert type(await anext(aiter(heard))).__name__ == "ResourcesListChanged"

    together(work)


@pytest.mark.filterwarnings("ignore:resources/.*subscribe is removed")
def test_who_subscribed_as_older_versions_do_hears_of_changes(files: Path, http_server: Any) -> None:
    async def work() -> None:
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp_servers import TOKEN

        heard: asyncio.Queue[types.ServerNotification] = asyncio.Queue()

        async def take(message: Any) -> None:
            if isinstance(message, types.ResourceUpdatedNotification | types.ResourceListChangedNotification):
                await heard.put(message)

        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as web:
            transport = streamable_http_client(http_server.url, http_client=web)
            async with Client(transport, mode="legacy", message_handler=take) as client:
                loaded = await ask(client, "initialize_data_table", file_path="sales.csv")
                assert isinstance(await heard.get(), types.ResourceListChangedNotification)
                here = {"session_id": loaded["session_id"], "table": "current"}
                context = f"autodash://sessions/{here['session_id']}/tables/current/context"
                await client.subscribe_resource(context)
                await ask(client, "set_context", document="# Sales\n\nOne row is one sale.", **here)
                message = await heard.get()
                assert isinstance(message, types.ResourceUpdatedNotification)
                assert message.params.uri == context
                await client.unsubscribe_resource(context)
                await ask(client, "set_context", document="# Sales\n\nOne row is a sale.", **here)
                with pytest.raises(MCPError):
                    await client.subscribe_resource("file:///etc/passwd")
                await ask(client, "initialize_data_table", file_path="sales.csv")
                assert isinstance(await heard.get(), types.ResourceListChangedNotification)

    together(work)
