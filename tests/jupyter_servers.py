"""A real Jupyter server on loopback in a process of its own, and people with tokens who use it by script."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SECONDS_TO_START = 60
SECONDS = 60
SHARED_LIMIT = 200_000
OTHER_EXTENSIONS = ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals")

TWO_PEOPLE = """
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User

class People(IdentityProvider):
    people = {"token-of-ada": "ada", "token-of-bob": "bob", "token-of-eve": "eve", "token-of-local": "local"}

    def get_user_token(self, handler):
        name = self.people.get(self.get_token(handler))
        return None if name is None else User(name)

class EveMayOnlyRead(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return user.username != "eve" or action == "read" or resource != "autodash"

c.ServerApp.identity_provider_class = People
c.ServerApp.authorizer_class = EveMayOnlyRead
c.AutoDashServer.max_upload_bytes = 300_000
c.AutoDashServer.heartbeat_seconds = 0.3
"""


@dataclass
class JupyterServer:
    """A running server: where it is, the folder it serves, and its log."""

    address: str
    folder: Path
    home: Path
    log: Path
    process: subprocess.Popen[bytes]
    token: str
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """Return a client of the API with a token; an empty one for none."""
        chosen = self.token if token is None else token
        sent = {"Authorization": f"token {chosen}"} if chosen else {}
        made = httpx.Client(base_url=f"{self.address}/autodash/api", headers=sent | headers, timeout=SECONDS)
        self.clients.append(made)
        return made

    def file(self, name: str, text: str) -> Path:
        """Write a file into the served folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


@contextmanager
def jupyter_server(
    private: Path,
    *options: str,
    config: str = "",
    env: dict[str, str] | None = None,
    has_pages: bool = False,
) -> Iterator[JupyterServer]:
    """Start a server with a home and a configuration of its own; end it with the block.

    ``has_pages``: also with JupyterLab and what else is installed, which takes a quarter longer.
    """
    folder = private / "root"
    folder.mkdir(parents=True, exist_ok=True)
    others = {} if has_pages else dict.fromkeys(OTHER_EXTENSIONS, False)
    configured = private / "config"
    configured.mkdir(exist_ok=True)
    (configured / "jupyter_server_config.py").write_text("c = get_config()\n" + config)
    (configured / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"autodash_jupyter": True} | others}})
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", *options,
    ]  # fmt: skip
    if not config:
        command.append(f"--IdentityProvider.token={token}")
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AUTODASH_")}
    variables |= {name: str(private / name) for name in names}
    variables |= {"JUPYTER_CONFIG_DIR": str(configured), "JUPYTER_RUNTIME_DIR": str(private / "runtime")}
    log = private / "log"
    with log.open("ab") as written:
        process = subprocess.Popen(
            command, env=variables | (env or {}), stdout=written, stderr=written, cwd=folder
        )
        server = JupyterServer(f"http://127.0.0.1:{port}", folder, folder / ".autodash", log, process, token)
        try:
            wait_until_it_answers(server)
            yield server
        finally:
            for client in server.clients:
                client.close()
            process.terminate()
            process.wait(20)


def wait_until_it_answers(server: JupyterServer) -> None:
    """Return when the server answers anything."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            httpx.get(f"{server.address}/api", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    msg = f"the server did not start:\n{server.log.read_text()[-3000:]}"
    raise RuntimeError(msg)


def wait_for_status(client: httpx.Client, dataset_id: str, wanted: str = "completed") -> dict[str, Any]:
    """Return a dataset's info once its context has the wanted status."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        info: dict[str, Any] = client.get(f"/datasets/{dataset_id}").json()
        if info["context_status"] == wanted:
            return info
        time.sleep(0.05)
    msg = f"{dataset_id} is {info['context_status']}, not {wanted}"
    raise TimeoutError(msg)


@dataclass
class Event:
    """One server-sent event."""

    id: str
    type: str
    data: dict[str, Any]


def read_events(response: httpx.Response) -> Iterator[Event]:
    """Yield the events of a stream as they come; comments have the type ``comment``."""
    event = Event("", "", {})
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if line == "":
            if event.type:
                yield event
            event = Event("", "", {})
        elif line.startswith(":"):
            yield Event("", "comment", {})
        elif name == "id":
            event.id = value
        elif name == "event":
            event.type = value
        elif name == "data":
            event.data = json.loads(value)
