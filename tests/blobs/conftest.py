"""A Redis for the tests of blobs."""

import pytest
from servers import running_redis


@pytest.fixture(scope="package")
def redis_server():
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_client(redis_server):
    client = pytest.importorskip("redis").Redis(port=redis_server.port)
    client.flushdb()
    yield client
    client.close()
