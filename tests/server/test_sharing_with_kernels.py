"""One store for server and kernels: what one of them does, the other has at once."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from jupyter_servers import JupyterServer, jupyter_server, read_events, wait_for_status
from kernel_client import notebook_kernel

from autodash_jupyter.server.memory import ServerMemory
from autodash_jupyter.services import ContextService
from autodash_jupyter.settings import Settings

SALES = b"day,amount\n2024-01-01,10\n2024-01-02,12\n"


def kernel_variables(server: JupyterServer) -> dict[str, str]:
    private = server.folder.parent
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUTODASH_")}
    return kept | {name: str(private / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}


@pytest.mark.kernel
def test_an_upload_is_in_a_kernels_list_at_once_and_what_the_kernel_loads_in_the_servers(
    tmp_path: Path,
) -> None:
    with (
        jupyter_server(tmp_path) as server,
        notebook_kernel(server.folder, kernel_variables(server)) as kernel,
    ):
        client = server.client()
        assert kernel.run("%load_ext autodash_jupyter").error == ""
        loaded = client.post("/datasets/upload", files={"file": ("sales.csv", SALES)}).json()
        assert loaded["dataset_id"] in kernel.run("print(%datasets)").text + kernel.run("%datasets").plain
        wait_for_status(client, loaded["dataset_id"])
        shape = kernel.run(f"frame = %load_dataset {loaded['dataset_id']}\nprint(frame.shape)")
        assert "(2, 2)" in shape.text, shape.error
        with server.client().stream("GET", "/events", timeout=30) as response:
            events = read_events(response)
            assert next(events).type == "ready"
            assert kernel.run("%load_dataset sample:penguins").error == ""
            for event in events:
                if event.data.get("name") == "penguins" and event.data.get("context_status") == "completed":
                    break
            kernel.run("%%context penguins\nname: penguins\n\n# Birds\n\nOf three islands.")
            edited = next(one for one in events if one.type == "context" and one.data["revision"] > 1)
            assert client.get(f"/contexts/{edited.data['context_id']}").json()["revision"] > 1
        names = [one["name"] for one in client.get("/datasets").json()["datasets"]]
        assert "penguins" in names
        penguins = next(
            one for one in client.get("/datasets").json()["datasets"] if one["name"] == "penguins"
        )
        shown = client.get(f"/datasets/{penguins['dataset_id']}/context").json()
        assert "Of three islands." in shown["context"]
        assert kernel.run("%datasets --delete penguins").error == ""
        assert client.get(f"/datasets/{penguins['dataset_id']}").status_code == 404
        assert client.delete(f"/datasets/{loaded['dataset_id']}").status_code == 204
        assert loaded["dataset_id"] not in kernel.run("%datasets").plain
    used = ContextService(settings=Settings(server.home)).get_usage("local")
    assert {one.name: one.uses.get("rest") for one in used}["penguins"] == 1


def started_kernels_home(server: JupyterServer) -> str:
    """Return the folder of which the server tells a kernel that it starts, by the kernel's environment."""
    headers = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.address, headers=headers, timeout=60) as client:
        kernel_id = client.post("/api/kernels", json={"name": "python3"}).json()["id"]
        home = environment_of_a_kernel(server).get("AUTODASH_HOME", "")
        client.delete(f"/api/kernels/{kernel_id}")
    return home


def environment_of_a_kernel(server: JupyterServer) -> dict[str, str]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for child in psutil.Process(server.process.pid).children(recursive=True):
            if any("ipykernel" in word for word in child.cmdline()):
                return child.environ()
        time.sleep(0.05)
    msg = "no kernel was started"
    raise TimeoutError(msg)


@pytest.mark.kernel
def test_kernels_are_told_the_folder_unless_it_was_merely_found(tmp_path: Path) -> None:
    fresh, found = tmp_path / "fresh", tmp_path / "found"
    for folder in (fresh, found):
        folder.mkdir()
    with jupyter_server(fresh) as server:
        assert started_kernels_home(server) == str(server.home)
        assert not server.home.exists()
    (found / "root" / ".autodash").mkdir(parents=True)
    with jupyter_server(found) as server:
        assert started_kernels_home(server) == ""
        assert server.client().post("/datasets/sample/load").status_code == 201
        assert (server.home / "context.json.journal").exists()


def test_a_settings_file_that_came_with_a_folder_is_not_obeyed(tmp_path: Path) -> None:
    (tmp_path / "root" / ".autodash").mkdir(parents=True)
    (tmp_path / "root" / ".autodash" / "config.toml").write_text('storage_backend = "redis"\n')
    with jupyter_server(tmp_path) as server:
        answer = server.client().get("/datasets")
        assert answer.status_code == 503
        assert "config.toml" in answer.json()["message"]
        assert str(tmp_path) not in answer.text
        assert httpx.get(f"{server.address}/api").status_code == 200


def test_the_environment_is_changed_only_where_nothing_was_found(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    ServerMemory(tmp_path, environ).share_with_kernels()
    assert environ == {"AUTODASH_HOME": str(tmp_path / ".autodash")}
    found: dict[str, str] = {}
    named = {"AUTODASH_HOME": str(tmp_path / "chosen")}
    ServerMemory(tmp_path, named).share_with_kernels()
    assert named == {"AUTODASH_HOME": str(tmp_path / "chosen")}
    (tmp_path / ".autodash").mkdir()
    ServerMemory(tmp_path, found).share_with_kernels()
    assert found == {}


def test_a_store_that_is_down_is_told_without_its_password(tmp_path: Path) -> None:
    variables: dict[str, Any] = {"STORAGE_BACKEND": "redis", "REDIS_URL": "redis://:geheim@127.0.0.1:1/0"}
    with jupyter_server(tmp_path, env=variables) as server:
        answer = server.client().get("/datasets")
        assert answer.status_code == 503
        assert answer.json()["message"]
        assert "geheim" not in answer.text + server.log.read_text()
