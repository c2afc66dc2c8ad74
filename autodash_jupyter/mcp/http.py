"""Streamable HTTP: on loopback unless told otherwise, behind a token, and closed to strange pages."""

from __future__ import annotations

import hmac
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import SettingsError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp.server.transport_security import TransportSecuritySettings

__all__ = ["Door", "chosen_token", "serve_http"]

PATH = "/mcp"
TOKEN_VARIABLE = "AUTODASH_MCP_TOKEN"
SHORTEST_TOKEN = 16
_WAITING = 128
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in over HTTP: the address to bind, the token, and further names and pages.

    ``hosts`` are further names of this machine that requests may be sent to, ``origins`` the pages whose
    scripts may send them (as in ``https://example.org``); port 0 means any that is free.
    """

    token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8765
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    def security(self, port: int) -> TransportSecuritySettings:
        """Return which Host and Origin headers are let through once it listens on a port."""
        from mcp.server.transport_security import TransportSecuritySettings

        own = {_bracketed(self.host), *self.hosts, *(_LOOPBACK if _is_loopback(self.host) else ())}
        named = [f"{name}:{port}" for name in own]
        return TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=[*named, *(own if port == 80 else ())],
            allowed_origins=[*(f"http://{name}" for name in named), *self.origins],
        )


def chosen_token(given: str | None) -> tuple[str, bool]:
    """Return the token to ask for, and whether it was made just now.

    Raises:
        SettingsError: The one given is too short to be safe, or can't be sent in a header.

    >>> chosen_token("a-long-enough-secret")
    ('a-long-enough-secret', False)
    """
    if not given:
        return secrets.token_urlsafe(32), True
    if len(given) < SHORTEST_TOKEN or not given.isascii() or not given.isprintable() or " " in given:
        msg = f"{TOKEN_VARIABLE} needs at least {SHORTEST_TOKEN} letters, digits and signs, without spaces."
        raise SettingsError(msg)
    return given, False


def serve_http(server: Server[Any], door: Door, *, announce: Callable[[str], None]) -> None:
    """Serve until the process is told to end; ``announce`` is told the address once it is bound.

    Raises:
        SettingsError: The address can't be bound.
    """
    import uvicorn

    listening = _bound(door)
    port = int(listening.getsockname()[1])
    app = server.streamable_http_app(streamable_http_path=PATH, transport_security=door.security(port))
    announce(f"http://{_bracketed(door.host)}:{port}{PATH}")
    config = uvicorn.Config(
        _Gate(app, door.token),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        print("", file=sys.stderr)
    finally:
        listening.close()


class _Gate:
    """Lets through who has the token; to others, every address looks the same."""

    def __init__(self, app: App, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_allowed(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        body = b'{"error": "invalid_token", "error_description": "Send Authorization: Bearer TOKEN."}'
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"www-authenticate", b'Bearer realm="autodash", error="invalid_token"'),
        ]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_allowed(self, scope: Scope) -> bool:
        given = [value for name, value in scope.get("headers", ()) if name.lower() == b"authorization"]
        if len(given) != 1:
            return False
        scheme, _, token = given[0].partition(b" ")
        sent = scheme.title() + b" " + token.strip()
        return hmac.compare_digest(sent, self._wanted)


def _bound(door: Door) -> socket.socket:
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((door.host, door.port))
        listening.listen(_WAITING)  # who connects from now on waits until the server is up
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        msg = f"Can't listen on {door.host}:{door.port} ({reason}); choose another --port, or 0 for any."
        raise SettingsError(msg) from None
    return listening


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
