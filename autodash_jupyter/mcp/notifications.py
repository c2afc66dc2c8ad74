"""Tells clients what changed: by the streams they listen on, or as older versions of the protocol "
"subscribe."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from autodash_jupyter.mcp.resources import addresses_of
from autodash_jupyter.mcp.tables import TableChanged

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext
    from mcp.server.session import ServerSession

__all__ = ["ChangeNotifier"]

logger = logging.getLogger(__name__)

_MOST_CONNECTIONS = 1_000
_MOST_SUBSCRIPTIONS = 1_000  # of one connection
_SECONDS_TO_SEND = 5.0  # a client that doesn't read must not hold up the others


class ChangeNotifier:
    """Passes changes of tables on to those who want to hear of them."""

    def __init__(self) -> None:
        from mcp.server.subscriptions import InMemorySubscriptionBus

        self.bus = InMemorySubscriptionBus()
        self._connections: dict[str, ServerSession] = {}  # of clients that began with a handshake
        self._subscribed: dict[str, set[str]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sending: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Pass changes on by the loop that runs now."""
        self._loop = asyncio.get_running_loop()

    def heard(self, change: TableChanged) -> None:
        """Take a change, from any thread; before ``begin`` nobody listens."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_telling, change)

    def connected(self, context: ServerRequestContext[Any]) -> None:
        """Remember a client that finished its handshake: it is told of changes without asking again."""
        key = _connection_of(context)
        self._connections[key] = context.session
        while len(self._connections) > _MOST_CONNECTIONS:
            oldest = next(iter(self._connections))
            self._connections.pop(oldest)
            self._subscribed.pop(oldest, None)

    def subscribe(self, context: ServerRequestContext[Any], uri: str) -> None:
        """Tell this client of changes at an address from now on."""
        self.connected(context)
        wanted = self._subscribed.setdefault(_connection_of(context), set())
        if len(wanted) < _MOST_SUBSCRIPTIONS:
            wanted.add(uri)

    def unsubscribe(self, context: ServerRequestContext[Any], uri: str) -> None:
        """Tell this client no more of changes at an address."""
        self._subscribed.get(_connection_of(context), set()).discard(uri)

    def _begin_telling(self, change: TableChanged) -> None:
        task = asyncio.ensure_future(self._pass_on(change))
        self._sending.add(task)  # a task that nobody holds may vanish
        task.add_done_callback(self._sending.discard)

    async def _pass_on(self, change: TableChanged) -> None:
        import mcp_types as types
        from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated

        addresses = addresses_of(change)
        is_new = change.what == "list"
        for address in addresses:
            await self.bus.publish(ResourceUpdated(address))
        if is_new:
            await self.bus.publish(ResourcesListChanged())
        for key, session in tuple(self._connections.items()):
            messages: list[types.ServerNotification] = [
                types.ResourceUpdatedNotification(params=types.ResourceUpdatedNotificationParams(uri=address))
                for address in addresses
                if address in self._subscribed.get(key, ())
            ]
            if is_new:
                messages.append(types.ResourceListChangedNotification())
            await self._send(key, session, messages)

    async def _send(self, key: str, session: ServerSession, messages: list[Any]) -> None:
        try:
            async with asyncio.timeout(_SECONDS_TO_SEND):
                for message in messages:
                    await session.send_notification(message)
        except Exception:
            logger.debug("a client could not be told of a change", exc_info=True)
            self._connections.pop(key, None)
            self._subscribed.pop(key, None)


def _connection_of(context: ServerRequestContext[Any]) -> str:
    """Return what tells connections apart: over stdio there is only one."""
    headers = getattr(context.request, "headers", None)
    return "" if headers is None else str(headers.get("mcp-session-id") or "")
