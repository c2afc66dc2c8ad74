"""Who calls, as the protocol tells it: the name kept as the actor, and where progress goes."""

from __future__ import annotations

import asyncio
from typing import Any

from mcp.server.context import ServerRequestContext

from autodash_jupyter.mcp.tables import Caller

__all__ = ["caller_of"]

UNNAMED = "agent"
_LONGEST_NAME = 60
_LONGEST_MESSAGE = 300


def caller_of(context: ServerRequestContext[Any]) -> Caller:
    """Return the caller of a request; its progress is told to the client, from whichever thread."""
    loop, sending, sent = asyncio.get_running_loop(), set[asyncio.Task[None]](), 0

    async def send(number: int, message: str) -> None:
        await context.session.report_progress(number, message=message[:_LONGEST_MESSAGE])

    def begin(message: str) -> None:
        nonlocal sent
        sent += 1
        task = asyncio.ensure_future(send(sent, message))
        sending.add(task)  # a task that nobody holds may vanish
        task.add_done_callback(sending.discard)

    def tell(message: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(begin, message)

    return Caller(_actor(context), tell=tell)


def _actor(context: ServerRequestContext[Any]) -> str:
    """Return the client's own name, on one line; it is shown to people and never trusted."""
    client = context.session.client_params
    name = client.client_info.name if client is not None else ""
    printable = "".join(letter for letter in name if letter.isprintable())
    return " ".join(printable.split())[:_LONGEST_NAME] or UNNAMED
