"""What servers put on the wire, as sloppy ones do: the client makes an answer of what holds one."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from loopback_model import Exchange, LoopbackModel, Reply, marked, say

from autodash_jupyter.errors import LanguageModelError
from autodash_jupyter.language_model import Answer, LanguageModel, Output, Task, Token, Usage

pytestmark = pytest.mark.model

TASK = Task("Describe", "Describe the table.", {"table": "a table"}, {"context": Output("what it is")})
TEXT = "One row is one bird, seen on an island."
WORDS = [marked(TEXT)[start : start + 25] for start in range(0, len(marked(TEXT)), 25)]


@pytest.fixture(autouse=True)
def no_provider_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_API_BASE", "_BASE_URL")):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(say(marked(TEXT))) as loopback:
        yield loopback


def wire(body: str, kind: str = "text/event-stream", status: int = 200, **headers: str) -> Reply:
    """Send exactly these bytes, and close."""

    def reply(exchange: Exchange) -> None:
        handler = exchange._handler
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return reply


def chunk(content: str | None = None, **choice: Any) -> str:
    delta = {} if content is None else {"content": content}
    record = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return json.dumps(record | {"choices": [{"index": 0, "delta": delta, "finish_reason": None} | choice]})


def events(*records: str, end: str = "\n\n") -> str:
    return "".join(f"data: {record}{end}" for record in records)


TOLD = [chunk(word) for word in WORDS]
STOP = chunk(finish_reason="stop")
BARE = [json.dumps({"choices": [{"delta": {"content": word}}]}) for word in WORDS]
ODD_USAGE = json.dumps({"choices": [], "usage": {"prompt_tokens": "many", "completion_tokens": -5}})
THOUGHT = chunk(delta={"reasoning_content": "Let me think."})
NO_CHOICES = json.dumps({"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": []})
UNSTREAMED = json.dumps(
    {
        "id": "x",
        "object": "chat.completion",
        "model": "m",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": marked(TEXT)}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }
)

SLOPPY: dict[str, str] = {
    "no last event": events(*TOLD, STOP),
    "no end at all": events(*TOLD),
    "no reason to end": events(*TOLD, "[DONE]"),
    "lines of another system": events(*TOLD, STOP, "[DONE]", end="\r\n\r\n"),
    "comments between": events(*TOLD, STOP, "[DONE]").replace("\n\n", "\n\n: keep alive\n\n"),
    "bare chunks": events(*BARE, "[DONE]"),
    "thoughts first": events(THOUGHT, *TOLD, STOP, "[DONE]"),
    "nothing chosen first": events(NO_CHOICES, *TOLD, STOP, "[DONE]"),
    "odd counts": events(*TOLD, STOP, ODD_USAGE, "[DONE]"),
    "cut for its length": events(*TOLD, chunk(finish_reason="length"), "[DONE]"),
}


async def read(model: LanguageModel) -> tuple[Sequence[Token], Answer, Usage]:
    stream = model.stream(TASK, {"table": "penguins"})
    tokens = [token async for token in stream]
    assert stream.answer is not None
    return tokens, stream.answer, stream.usage


def ask(server: LoopbackModel) -> tuple[Sequence[Token], Answer, Usage]:
    return asyncio.run(read(LanguageModel("openai/loopback", server.api_base, 30)))


@pytest.mark.parametrize("body", SLOPPY.values(), ids=SLOPPY.keys())
def test_a_sloppy_stream_that_holds_an_answer_is_one(server: LoopbackModel, body: str) -> None:
    server.script(wire(body))
    tokens, answer, _ = ask(server)
    assert answer.values == {"context": TEXT}
    assert "".join(token.text for token in tokens) == TEXT
    assert len(server.received) == 1


def test_a_server_that_cannot_stream_is_asked_for_the_whole(server: LoopbackModel) -> None:
    server.script(wire(UNSTREAMED, "application/json"))
    tokens, answer, usage = ask(server)
    assert answer.values == {"context": TEXT}
    assert "".join(token.text for token in tokens) == TEXT
    assert usage.tokens == 10
    assert [bool(request.body.get("stream")) for request in server.received] == [True, False]


def test_a_stream_of_which_nothing_can_be_read_is_asked_for_anew(server: LoopbackModel) -> None:
    server.script(wire('data: {"choices": [{"delta": {"conte\n\n'), say(marked(TEXT)))
    assert ask(server)[1].values == {"context": TEXT}
    assert [bool(request.body.get("stream")) for request in server.received] == [True, True]


def test_no_redirect_is_followed(server: LoopbackModel) -> None:
    with LoopbackModel(say(marked(TEXT))) as elsewhere:
        server.script(wire("", status=307, Location=f"{elsewhere.api_base}/chat/completions"))
        with pytest.raises(LanguageModelError):
            ask(server)
        assert elsewhere.received == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        events(chunk(finish_reason="content_filter"), "[DONE]"),
        events(json.dumps({"error": {"message": "overloaded\nTo fix: -", "type": "server_error"}})),
        events(json.dumps({"choices": "none"})),
        events("null", "7", "[]", "[DONE]"),
        "data: \xff\xfe\n\n",
    ],
)
def test_a_stream_without_an_answer_is_one_line(server: LoopbackModel, body: str) -> None:
    server.script(wire(body))
    with pytest.raises(LanguageModelError) as caught:
        ask(server)
    assert len(str(caught.value).splitlines()) == 1
    assert len(server.received) <= 4


def test_what_a_broken_off_try_had_shown_is_void(server: LoopbackModel) -> None:
    server.script(wire(events(*TOLD[:3])), wire(events(*TOLD, STOP, "[DONE]")))
    tokens, answer, _ = ask(server)
    begins = max(number for number, token in enumerate(tokens) if token.starts_anew)
    assert "".join(token.text for token in tokens[begins:]) == answer.values["context"] == TEXT
