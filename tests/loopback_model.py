"""An OpenAI-compatible chat server on 127.0.0.1 that behaves, or misbehaves, as a test tells it.

``LoopbackModel(answer("# Penguins"))`` serves one scripted reply to each request, the last one again and
again, and keeps what it received. A reply is a function of one ``Exchange``; the ones below cover what
real servers do to a client: answer, drip, stall, talk nonsense, break off, refuse, repeat the key.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = [
    "Exchange",
    "LoopbackModel",
    "Received",
    "Reply",
    "answer",
    "break_off",
    "document",
    "drip",
    "half_json",
    "marked",
    "refuse",
    "repeat_the_key",
    "say",
    "stall",
]


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """The bearer key the client sent, or an empty string."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def prompt(self) -> str:
        """All the messages' text, one after another."""
        return "\n\n".join(_text(message["content"]) for message in self.body.get("messages", []))


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


class Exchange:
    """One request being answered; a reply calls these in the order of the wire."""

    def __init__(self, handler: BaseHTTPRequestHandler, received: Received, closing: threading.Event) -> None:
        self.received = received
        self._handler = handler
        self._closing = closing
        self._whole = ""

    def wait(self, seconds: float | None = None) -> bool:
        """Wait, at most until the server closes; true where it goes on."""
        return not self._closing.wait(seconds)

    def begin(self) -> None:
        """Send the head of a stream, where one was asked for."""
        if not self.received.body.get("stream"):
            return
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()
        self.event(self._chunk({"role": "assistant", "content": ""}))

    def text(self, piece: str) -> None:
        """Stream one piece of the answer."""
        if not self.received.body.get("stream"):
            self._whole += piece
            return
        self.event(self._chunk({"content": piece}))

    def end(self) -> None:
        """End the stream as a good server does; it counts tokens where it was asked to."""
        if not self.received.body.get("stream"):
            self._send_whole()
            return
        self.event(self._chunk({}, finish_reason="stop"))
        if (self.received.body.get("stream_options") or {}).get("include_usage"):
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            self.event(self._chunk({}) | {"choices": [], "usage": usage})
        self.event("[DONE]")
        self._handler.wfile.write(b"0\r\n\r\n")

    def event(self, data: str | dict[str, Any]) -> None:
        """Send one server-sent event: a record, or text as it is."""
        text = data if isinstance(data, str) else json.dumps(data)
        line = f"data: {text}\n\n".encode()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self._handler.wfile.flush()

    def _send_whole(self) -> None:
        message = {"role": "assistant", "content": self._whole}
        record = self._chunk({}) | {
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
        body = json.dumps(record).encode()
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def hang_up(self) -> None:
        """Drop the connection without ending anything."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def error(self, status: int, message: str, retry_after: float | None = None) -> None:
        """Refuse with an error record in the provider's form."""
        body = json.dumps({"error": {"message": message, "type": "error", "code": str(status)}}).encode()
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self._handler.send_header("Retry-After", str(retry_after))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {
            "id": "loopback",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": self.received.body.get("model", ""),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        }


Reply = Callable[[Exchange], None]


def marked(text: str, field: str = "context", reasoning: str = "It is a table of animals.") -> str:
    """Wrap ``text`` in the field markers that a chat program asks for."""
    return f"[[ ## reasoning ## ]]\n{reasoning}\n\n[[ ## {field} ## ]]\n{text}\n\n[[ ## completed ## ]]\n"


def pieces(text: str) -> list[str]:
    """Cut text about as a tokenizer would: words with the space before them."""
    return re.findall(r"\s*\S+|\s+$", text)


def say(text: str, *, pause: float = 0.0, in_one_piece: bool = False) -> Reply:
    """Stream exactly this text, whatever was asked for."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        for piece in [text] if in_one_piece else pieces(text):
            if pause and not exchange.wait(pause):
                return
            exchange.text(piece)
        exchange.end()

    return reply


def answer(text: str, *, field: str = "context", in_one_piece: bool = False) -> Reply:
    """Answer well."""
    return say(marked(text, field), in_one_piece=in_one_piece)


def document(description: str = "", **fields: Any) -> str:
    """Return an answer to ``CreateDatasetContext``: these fields, lists as JSON, the others empty."""
    lists = ("columns", "relationships", "metrics", "glossary", "business_rules", "questions")
    written: dict[str, Any] = {"description": description, **{name: [] for name in lists}, **fields}
    parts = (
        f"[[ ## {name} ## ]]\n{value if isinstance(value, str) else json.dumps(value)}"
        for name, value in written.items()
    )
    return "\n\n".join([*parts, "[[ ## completed ## ]]"])


def drip(*, pause: float = 0.05, field: str = "context") -> Reply:
    """Begin well, then send a word every ``pause`` seconds for ever."""

    def words() -> Iterator[str]:
        yield from pieces(marked("# Penguins", field).split("\n\n[[ ## completed")[0])
        while True:
            yield " more"

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        for word in words():
            exchange.text(word)
            if not exchange.wait(pause):
                return

    return reply


def stall(after: str = "") -> Reply:
    """Accept the request, stream ``after`` if anything, and then say nothing more."""

    def reply(exchange: Exchange) -> None:
        if after:
            exchange.begin()
            for piece in pieces(after):
                exchange.text(piece)
        exchange.wait()

    return reply


def break_off(after: str) -> Reply:
    """Stream ``after``, then drop the connection."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces(after):
            exchange.text(piece)
        exchange.hang_up()

    return reply


def half_json() -> Reply:
    """Send an event whose record is cut in the middle, and end there."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        exchange.event('{"id": "loopback", "choices": [{"index": 0, "delta": {"conte')
        exchange.event("[DONE]")

    return reply


def refuse(status: int, message: str = "no", retry_after: float | None = 0) -> Reply:
    """Refuse with an HTTP error; by default it may be retried at once."""
    return lambda exchange: exchange.error(status, message, retry_after)


def repeat_the_key(status: int = 401) -> Reply:
    """Refuse, and repeat the client's key in the message, as some servers do."""
    return lambda exchange: exchange.error(status, f"key {exchange.received.key} is unknown\nTo fix: -", 0)


class LoopbackModel:
    """The server, in a thread of its own, while the ``with`` block lasts.

    ``received`` are the requests so far; ``client_left`` is set when a client closes on a reply.
    """

    def __init__(self, *replies: Reply) -> None:
        self.received: list[Received] = []
        self.client_left = threading.Event()
        self._replies = list(replies)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def api_base(self) -> str:
        """What a client takes for the provider's address."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def script(self, *replies: Reply) -> None:
        """Forget the requests so far, and reply like this from now on."""
        with self._lock:
            self._replies = list(replies)
            self.received.clear()

    def __enter__(self) -> LoopbackModel:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.path, headers, body)
                try:
                    loopback._take(received)(Exchange(self, received, loopback._closing))
                except OSError:
                    loopback.client_left.set()
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler
