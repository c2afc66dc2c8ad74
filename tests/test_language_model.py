"""The client of language models, real dspy against a server on 127.0.0.1 that misbehaves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from loopback_model import (
    LoopbackModel,
    Reply,
    answer,
    break_off,
    drip,
    half_json,
    marked,
    refuse,
    repeat_the_key,
    say,
    stall,
)

from autodash_jupyter.errors import LanguageModelError
from autodash_jupyter.language_model import LanguageModel, Output, Task
from autodash_jupyter.settings import Settings

pytestmark = pytest.mark.model

TASK = Task("Describe", "Describe the table.", {"table": "a table"}, {"context": Output("what it is")})
DOCUMENT = "# Penguins\n\nOne row is one bird, seen on an island."


@pytest.fixture(autouse=True)
def no_provider_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_API_BASE", "_BASE_URL")):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(answer(DOCUMENT)) as loopback:
        yield loopback


def connect(server: LoopbackModel, timeout: float = 60.0) -> LanguageModel:
    return LanguageModel("openai/loopback", server.api_base, timeout)


async def read(model: LanguageModel, table: str = "penguins") -> tuple[list[str], str]:
    stream = model.stream(TASK, {"table": table})
    tokens = [token async for token in stream]
    assert {token.field for token in tokens} <= {"context"}
    assert stream.answer is not None
    return [token.text for token in tokens], stream.answer.values.get("context", "")


def ask(model: LanguageModel, table: str = "penguins") -> tuple[list[str], str]:
    return asyncio.run(read(model, table))


def failure(model: LanguageModel) -> str:
    with pytest.raises(LanguageModelError) as caught:
        ask(model)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_the_answers_text_streams_and_nothing_else_of_the_reply(server: LoopbackModel) -> None:
    tokens, text = ask(connect(server))
    assert len(tokens) > 3
    assert "".join(tokens) == text == DOCUMENT


def test_an_answer_that_comes_in_one_piece_is_one_token(server: LoopbackModel) -> None:
    server.script(answer(DOCUMENT, in_one_piece=True))
    assert ask(connect(server)) == ([DOCUMENT], DOCUMENT)


def test_the_whole_text_keeps_what_looks_like_a_field_marker(server: LoopbackModel) -> None:
    document = "The bounds [[1, 2], [3, 4]] are a matrix."
    server.script(answer(document))
    assert ask(connect(server))[1] == document


def test_text_that_is_no_unicode_is_mended_both_ways(server: LoopbackModel) -> None:
    server.script(say(marked("half a \ud83d pair")))
    assert ask(connect(server), table="a \udce9 name")[1] == "half a ? pair"
    assert "a ? name" in server.received[0].prompt


def test_asking_again_asks_the_model_again(server: LoopbackModel) -> None:
    server.script(answer("The first."), answer("The second."))
    assert [ask(connect(server))[1] for _ in range(2)] == ["The first.", "The second."]


def test_it_works_in_a_loop_of_another_thread(server: LoopbackModel) -> None:
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(ask(connect(server))[1]))
    thread.start()
    thread.join()
    assert answers == [DOCUMENT]


def test_two_answers_at_once_stay_apart(server: LoopbackModel) -> None:
    server.script(answer("The first."), answer("The second."))

    async def both() -> list[tuple[list[str], str]]:
        return await asyncio.gather(read(connect(server)), read(connect(server)))

    assert {text for _, text in asyncio.run(both())} == {"The first.", "The second."}


def test_a_local_model_gets_a_placeholder_for_a_key(server: LoopbackModel) -> None:
    ask(connect(server))
    assert server.received[0].key == "no-key-needed"


def test_the_providers_own_key_is_used_where_there_is_one(
    server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the-providers-key")
    ask(connect(server))
    assert server.received[0].key == "the-providers-key"


@pytest.mark.parametrize(
    ("reply", "requests", "says"),
    [
        (half_json(), 3, "failed"),
        (break_off(marked(DOCUMENT)[:60]), 3, "broke off"),
        (refuse(400, "no such\nparameter"), 1, "no such"),
        (refuse(401), 1, "refused the key"),
        (refuse(404, "model not found"), 1, "not known"),
        (refuse(429, "slow down"), 4, "slow down"),
        (refuse(500), 4, "failed"),
    ],
)
def test_a_failure_is_one_line(server: LoopbackModel, reply: Reply, requests: int, says: str) -> None:
    server.script(reply)
    message = failure(connect(server))
    assert says in message
    assert message.startswith("openai/loopback (127.0.0.1) ")
    assert len(server.received) == requests


def test_a_busy_server_is_asked_again(server: LoopbackModel) -> None:
    server.script(refuse(429), refuse(500), answer(DOCUMENT))
    assert ask(connect(server))[1] == DOCUMENT


@pytest.mark.parametrize("reply", [drip(), stall(), stall(marked(DOCUMENT)[:40])])
def test_a_model_that_never_ends_runs_out_of_time(server: LoopbackModel, reply: Reply) -> None:
    server.script(reply)
    assert "no whole answer within 1 s. Raise AUTODASH_LM_TIMEOUT" in failure(connect(server, timeout=1))


def test_retries_count_towards_the_time(server: LoopbackModel) -> None:
    server.script(refuse(429, retry_after=3600))
    assert "no whole answer within 1 s" in failure(connect(server, timeout=1))


def test_an_address_where_nobody_answers_is_named() -> None:
    message = failure(LanguageModel("openai/loopback", "http://127.0.0.1:1/v1"))
    assert "(127.0.0.1) can't be reached" in message
    assert "AUTODASH_LM_API_BASE" in message


def test_a_name_that_is_no_model_points_to_its_setting(server: LoopbackModel) -> None:
    assert "Check AUTODASH_LM" in failure(LanguageModel("openai/", server.api_base))
    assert server.received == []


@pytest.mark.parametrize("key", ["sk-proj-0123456789", "swordfish"])
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_no_error_shows_the_key(
    server: LoopbackModel, monkeypatch: pytest.MonkeyPatch, key: str, status: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    server.script(repeat_the_key(status))
    with pytest.raises(LanguageModelError) as caught:
        ask(connect(server))
    assert server.received[0].key == key
    assert "key *** is unknown" in str(caught.value)
    everything = "".join(traceback.format_exception(caught.value))
    assert key not in everything
    assert caught.value.__context__ is None


def test_a_key_in_the_answer_is_masked(server: LoopbackModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-0123456789")
    server.script(answer("Your key is sk-proj-0123456789, by the way."))
    assert ask(connect(server))[1] == "Your key is ***, by the way."


def test_closing_the_stream_ends_the_request(server: LoopbackModel) -> None:
    server.script(drip())

    async def take_three() -> set[asyncio.Task[Any]]:
        async with aclosing(connect(server).stream(TASK, {"table": "penguins"})) as stream:
            for _ in range(3):
                await anext(stream)
        return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]  # a task runs this

    assert asyncio.run(take_three()) == set()
    assert server.client_left.wait(30)


def test_cancelling_the_reader_ends_the_request(server: LoopbackModel) -> None:
    server.script(drip())

    async def read_on(started: asyncio.Event) -> None:
        async for _ in connect(server).stream(TASK, {"table": "penguins"}):
            started.set()

    async def cancel() -> None:
        started = asyncio.Event()
        reader = asyncio.create_task(read_on(started))
        await started.wait()
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader

    asyncio.run(cancel())
    assert server.client_left.wait(30)


def test_the_users_own_dspy_keeps_nothing_of_it(server: LoopbackModel) -> None:
    import dspy
    from dspy.clients.base_lm import GLOBAL_HISTORY

    before = dspy.settings.copy()
    ask(connect(server))
    assert dspy.settings.copy() == before
    assert GLOBAL_HISTORY == []
    assert dspy.settings.trace == []


@pytest.mark.parametrize(
    ("name", "api_base", "host"),
    [
        ("openai/x", "http://user:word@model.example:8080/v1", "model.example"),
        ("openai/x", "model.example:8080/v1", "model.example"),
        ("openai/x", "http://[", "openai"),
        ("anthropic/x", None, "anthropic"),
        ("gpt-9", None, "the provider of gpt-9"),
    ],
)
def test_the_host_is_told_without_credentials(name: str, api_base: str | None, host: str) -> None:
    assert LanguageModel(name, api_base).host == host


def test_an_address_from_the_providers_variable_is_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://gateway.example/v1")
    assert LanguageModel("openai/x").host == "gateway.example"


def test_the_settings_choose_the_model(tmp_path: Path) -> None:
    assert LanguageModel.from_settings(Settings(home=tmp_path)) is None
    chosen = LanguageModel.from_settings(
        Settings(tmp_path, language_model="a/b", language_model_api_base="http://c", language_model_timeout=7)
    )
    assert chosen is not None
    assert (chosen.model, chosen.host, chosen.timeout) == ("a/b", "c", 7)


def run(script: str, tmp_path: Path, *arguments: str, **variables: str) -> str:
    """Run a script in a Python of its own, with an empty home, and return what it printed."""
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)} | variables
    finished = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


CONNECTIONS = """
import asyncio, os, sys

hosts = set()

def listen(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        hosts.add(arguments[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        hosts.add(arguments[0])

sys.addaudithook(listen)

from autodash_jupyter.language_model import LanguageModel, Output, Task

async def ask():
    model = LanguageModel("openai/loopback", sys.argv[1])
    task = Task("T", "Do it.", {"table": "t"}, {"context": Output("c")})
    async for _ in model.stream(task, {"table": "t"}):
        pass

asyncio.run(ask())
os.environ["OPENAI_BASE_URL"] = sys.argv[1]  # makes dspy go through litellm
asyncio.run(ask())
print("litellm" in sys.modules, sorted(hosts))
"""


def test_only_the_models_own_host_is_called_and_nothing_is_left_at_home(
    server: LoopbackModel, tmp_path: Path
) -> None:
    assert run(CONNECTIONS, tmp_path, server.api_base).split("\n")[-2] == "True ['127.0.0.1']"
    assert len(server.received) == 2
    assert list(tmp_path.iterdir()) == []


STALLED = """
import asyncio, sys, threading
from autodash_jupyter.language_model import LanguageModel, Output, Task

asked = threading.Event()

async def ask():
    stream = LanguageModel("openai/loopback", sys.argv[1], timeout=3600).stream(
        Task("T", "Do it.", {"table": "t"}, {"context": Output("c")}), {"table": "t"}
    )
    async for _ in stream:
        asked.set()

threading.Thread(target=lambda: asyncio.run(ask()), daemon=True).start()
asked.wait()
print("leaving")
"""


def test_a_stalled_answer_does_not_keep_python_from_leaving(server: LoopbackModel, tmp_path: Path) -> None:
    server.script(stall(marked(DOCUMENT).split(", seen")[0]))
    assert run(STALLED, tmp_path, server.api_base) == "leaving\n"
