"""The Redis store keeps the promises of ``ContextStore``, on one Redis, on a cluster, and with a TTL."""

import uuid

import pytest
from hypothesis.stateful import rule
from stores.test_conformance import RevisionConformance
from stores.test_stateful import InMemory, bounded_on_servers

from autodash_jupyter.stores.redis.store import RedisContextStore
from autodash_jupyter.stores.testing import KEYS, VALUES, ContextStoreConformance, exactly

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


class TestOneRedis(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_server, prefix):
        with RedisContextStore(redis_server.url, prefix=prefix) as store:
            yield store


class TestOneRedisWithALifetime(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_server, prefix):
        with RedisContextStore(redis_server.url, prefix=prefix, ttl=3600) as store:
            yield store


class TestCluster(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_cluster, prefix):
        with RedisContextStore(redis_cluster.url, prefix=prefix) as store:
            yield store


class TestOneNodeOfACluster(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_cluster, prefix):
        with RedisContextStore(redis_cluster.url, prefix=f"{{{prefix}}}") as store:
            yield store


@pytest.mark.parametrize("kind", ["redis_server", "redis_cluster"])
def test_all_keys_and_values_are_there_for_another_client(request, kind, prefix):
    url = request.getfixturevalue(kind).url
    with RedisContextStore(url, prefix=prefix) as store:
        store.set_many((key, VALUES[number % len(VALUES)]) for number, key in enumerate(KEYS))
    with RedisContextStore(url, prefix=prefix) as other:
        assert exactly(other.list_keys()) == exactly(KEYS)
        found = other.get_many(KEYS)
        assert exactly(found) == exactly([VALUES[number % len(VALUES)] for number in range(len(KEYS))])


class OnRedis(InMemory):
    """Also from two clients in turn, each with connections that come and go."""

    url = ""

    def open(self):
        prefix = f"test:{uuid.uuid4().hex}:"
        self.other = RedisContextStore(self.url, prefix=prefix)
        return RedisContextStore(self.url, prefix=prefix)

    @rule()
    def use_the_other_client(self):
        self.store, self.other = self.other, self.store

    @rule()
    def close(self):
        self.store.close()

    def teardown(self):
        self.store.close()
        self.other.close()


@pytest.mark.parametrize("kind", ["redis_server", "redis_cluster"])
def test_any_sequence_of_calls_leaves_it_as_it_leaves_a_dict(request, kind):
    server = request.getfixturevalue(kind)
    machine = type("Machine", (OnRedis,), {"url": server.url}).TestCase
    machine.settings = bounded_on_servers
    machine().runTest()
