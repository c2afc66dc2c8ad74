"""Installing the package is enough: the server finds the extension, with every method guarded."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from jupyter_servers import JupyterServer, jupyter_server

import autodash_jupyter

ROOT = Path(__file__).parents[2]


def test_the_wheel_brings_the_file_that_enables_the_extension() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    [(source, target)] = [each for each in shared.items() if each[1].startswith("etc/jupyter/")]
    assert target == "etc/jupyter/jupyter_server_config.d/autodash_jupyter.json"
    enabled = json.loads((ROOT / source).read_text())
    assert enabled == {"ServerApp": {"jpserver_extensions": {"autodash_jupyter": True}}}


def test_the_package_names_its_application() -> None:
    [point] = autodash_jupyter._jupyter_server_extension_points()
    assert point["app"].name == "autodash_jupyter"


def test_importing_the_package_imports_no_server() -> None:
    program = (
        "import sys, autodash_jupyter; print({'tornado', 'jupyter_server', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A server below another address, which wants every method guarded."""
    options = ("--ServerApp.allow_unauthenticated_access=False", "--ServerApp.base_url=/user/ada/")
    with jupyter_server(tmp_path_factory.mktemp("guarded"), *options) as server:
        yield server


def test_a_server_that_wants_every_method_guarded_has_nothing_to_say(guarded: JupyterServer) -> None:
    api = f"{guarded.address}/user/ada/autodash/api"
    assert httpx.get(f"{api}/datasets").status_code == 403
    preflight = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
    assert httpx.options(f"{api}/datasets", headers=preflight).status_code == 204
    written = guarded.log.read_text()
    assert "autodash_jupyter | extension was successfully loaded" in written
    assert "autodash/api" not in written.partition("is running at")[0]


def test_below_another_address_the_routes_and_the_document_follow(guarded: JupyterServer) -> None:
    headers = {"Authorization": f"token {guarded.token}"}
    api = f"{guarded.address}/user/ada/autodash/api"
    assert httpx.get(f"{api}/datasets", headers=headers).status_code == 200
    document = httpx.get(f"{api}/openapi.json", headers=headers).json()
    assert document["servers"] == [{"url": "/user/ada/autodash/api"}]
    made = httpx.post(f"{api}/datasets/sample/load", headers=headers, timeout=60)
    assert made.headers["Location"] == f"/user/ada/autodash/api/datasets/{made.json()['dataset_id']}"
