"""One real server of each kind for all tests of stores; each test has a prefix of its own on it."""

import uuid

import pytest
from servers import running_redis, running_redis_cluster


@pytest.fixture(scope="session")
def redis_server():
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster():
    with running_redis_cluster() as cluster:
        yield cluster


@pytest.fixture
def prefix(monkeypatch):
    for name in ("REDIS_URL", "REDIS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return f"test:{uuid.uuid4().hex}:"
