"""The stores that keep sessions, each a real one; every test has sessions and users of its own."""

import uuid
from pathlib import Path

import pytest
from servers import running_redis, running_redis_cluster

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings

BACKENDS = ("memory", "tinydb", "sqlite", "redis", "cluster")


@pytest.fixture(scope="session")
def redis_server():
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster():
    with running_redis_cluster() as cluster:
        yield cluster


def settings_for(backend: str, request: pytest.FixtureRequest, folder: Path, ttl: int = 86_400) -> Settings:
    """Return settings that choose a backend; what they name is running."""
    url = ""
    if backend in ("redis", "cluster"):
        url = request.getfixturevalue("redis_server" if backend == "redis" else "redis_cluster").url
    return Settings(
        folder / "home",
        storage_backend="redis" if url else backend,
        redis_url=url or "redis://localhost:6379/0",
        session_ttl_seconds=ttl,
    )


@pytest.fixture(params=BACKENDS)
def settings(request, tmp_path):
    return settings_for(request.param, request, tmp_path)


@pytest.fixture(params=("memory", "tinydb", "redis", "cluster"))
def short_lived(request, tmp_path):
    return settings_for(request.param, request, tmp_path, ttl=2)


@pytest.fixture
def user():
    return f"ada-{uuid.uuid4().hex}"


@pytest.fixture
def sessions(settings, user):
    return TableSessions(user, settings)


@pytest.fixture
def session_id(sessions):
    return sessions.create()
