"""One server for people with names, and one that is shared by its token."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from jupyter_servers import SHARED_LIMIT, TWO_PEOPLE, JupyterServer, jupyter_server


@pytest.fixture(scope="package")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A server whose provider of identities knows Ada, Bob, and Eve, who may only read."""
    with jupyter_server(tmp_path_factory.mktemp("people"), config=TWO_PEOPLE) as server:
        yield server


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A server with one token for whoever has it, as it is by default."""
    variables = {"AUTODASH_UPLOAD_MAX_BYTES": str(SHARED_LIMIT)}
    with jupyter_server(tmp_path_factory.mktemp("shared"), env=variables, has_pages=True) as server:
        yield server


@pytest.fixture
def ada(people: JupyterServer) -> httpx.Client:
    return people.client("token-of-ada")


@pytest.fixture
def bob(people: JupyterServer) -> httpx.Client:
    return people.client("token-of-bob")


@pytest.fixture
def eve(people: JupyterServer) -> httpx.Client:
    return people.client("token-of-eve")
