"""The stores that keep sessions, each a real one; every test has sessions and users of its own."""

import uuid

import pytest
from servers import running_redis, running_redis_cluster
from session_backends import BACKENDS, settings_for

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.sessions.redis import cells
from autodash_jupyter.sessions.redis.recent import RecentCells


@pytest.fixture(scope="session")
def redis_server():
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster():
    with running_redis_cluster() as cluster:
        yield cluster


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


@pytest.fixture
def all_fetched(monkeypatch, request):
    """Let all be fetched from Redis, also what this process sent; and on a cluster, column by column."""
    monkeypatch.setattr(RecentCells, "get", lambda self, content: None)
    if "[cluster" in request.node.name:
        monkeypatch.setattr(cells, "APART_FROM", 1)
