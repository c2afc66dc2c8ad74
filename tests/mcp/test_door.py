"""Who may come in over HTTP, and what stdout says over stdio."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp_servers import TOKEN, HttpServer, http_client, running_http_server, together, variables

from autodash_jupyter.cli import main
from autodash_jupyter.errors import SettingsError
from autodash_jupyter.mcp.http import chosen_token

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a test", "version": "1"},
    },
}
HEADERS = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {TOKEN}"}


def post(url: str, **headers: str | None) -> httpx2.Response:
    """Send the protocol's greeting; a header that is None is left out."""
    chosen = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with httpx2.Client() as web:
        return web.post(
            url, json=HELLO, headers={key: each for key, each in chosen.items() if each is not None}
        )


def test_who_has_the_token_comes_in(http_server: HttpServer) -> None:
    assert post(http_server.url).status_code == 200
    own = http_server.url.removesuffix("/mcp")
    assert post(http_server.url, Origin=own).status_code == 200
    assert post(http_server.url, Authorization=f"bearer {TOKEN}").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN],
)
def test_others_are_sent_away(http_server: HttpServer, authorization: str | None) -> None:
    answer = post(http_server.url, Authorization=authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text
    elsewhere = post(http_server.url.replace("/mcp", "/anything"), Authorization=authorization)
    assert elsewhere.status_code == 401


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "localhost.evil.example:{port}", "127.0.0.1:1", "localhost"],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(http_server: HttpServer, host: str) -> None:
    port = urlsplit(http_server.url).port
    assert post(http_server.url, Host=host.format(port=port)).status_code == 421


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "file://"]
)
def test_a_strange_page_is_refused(http_server: HttpServer, origin: str) -> None:
    assert post(http_server.url, Origin=origin).status_code == 403


def test_a_body_that_is_too_large_is_refused(http_server: HttpServer) -> None:
    with httpx2.Client() as web:
        answer = web.post(http_server.url, content=b" " * 5_000_000, headers=HEADERS)
    assert answer.status_code == 413


def test_a_page_that_was_allowed_comes_in_and_a_made_token_is_printed_once(
    files: Path, tmp_path: Path
) -> None:
    environment = {key: each for key, each in variables(tmp_path).items() if key != "AUTODASH_MCP_TOKEN"}
    options = ("--allow-origin", "https://app.example", "--allow-host", "box.example")
    with running_http_server(files, environment, *options, token=None) as server:
        assert server.process.stdout is not None
        token = server.process.stdout.readline().rpartition("Bearer ")[2].strip()
        assert len(token) >= 32
        granted: dict[str, Any] = {"Authorization": f"Bearer {token}", "Origin": "https://app.example"}
        assert post(server.url, **granted).status_code == 200
        port = urlsplit(server.url).port
        assert post(server.url, **granted, Host=f"box.example:{port}").status_code == 200
        assert post(server.url, **{**granted, "Origin": "https://other.example"}).status_code == 403

        async def work() -> int:
            async with http_client(server, token=token) as client:
                return len((await client.list_tools()).tools)

        assert together(work) > 50


@pytest.mark.parametrize("token", ["short", "with spaces in between", "snowman ☃ snowman ☃", "x" * 8])
def test_a_token_that_is_not_safe_is_refused(token: str) -> None:
    with pytest.raises(SettingsError, match="AUTODASH_MCP_TOKEN"):
        chosen_token(token)


def test_a_port_that_is_taken_and_a_root_that_is_none_or_everything_are_told_in_one_line(
    http_server: HttpServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = ["--root", str(tmp_path), "--http", "--port", str(urlsplit(http_server.url).port)]
    monkeypatch.chdir(tmp_path.anchor)
    for options in (taken, ["--root", str(tmp_path / "nowhere")], []):
        assert main(["mcp", *options]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)


def test_nothing_but_the_protocol_is_written_to_stdout(files: Path, tmp_path: Path) -> None:
    calls = [
        ("initialize_data_table", {"file_path": "book.xlsx"}),
        ("initialize_data_table", {"file_path": "nowhere.csv"}),
        ("initialize_data_table", {"file_path": "people.csv"}),
        ("no_such_tool", {}),
    ]
    lines = [HELLO, {"jsonrpc": "2.0", "method": "notifications/initialized"}]
    lines += [
        {"jsonrpc": "2.0", "id": at, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(calls, 2)
    ]
    # What a careless library does: print, and write to the descriptor itself.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, builtins\n"
        "def noisy(name, *rest, _import=builtins.__import__, **more):\n"
        "    if name == 'pandas' and not getattr(noisy, 'told', False):\n"
        "        noisy.told = True\n"
        "        print('noise'); os.write(1, b'more noise\\n')\n"
        "    return _import(name, *rest, **more)\n"
        "builtins.__import__ = noisy\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "autodash_jupyter.cli", "mcp", "--root", str(files)],
        env=variables(tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in lines) + "this is no JSON\n")
    process.stdin.flush()
    answered: set[int] = set()
    while answered < set(range(1, 6)):
        message = json.loads(process.stdout.readline())
        assert message["jsonrpc"] == "2.0"
        answered.add(message.get("id"))
    process.stdin.close()
    rest, errors = process.stdout.read(), process.stderr.read() if process.stderr else ""
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert "more noise" in errors
    assert process.wait(20) == 0
