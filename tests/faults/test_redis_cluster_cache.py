"""A cache before a Redis Cluster, while nodes stop and slots move; it never tells what is no longer so."""

import time

import pytest
import redis
from servers import running_cluster_node, running_redis_cluster

from autodash_jupyter.stores import ContextStoreError, RedisContextStore
from autodash_jupyter.stores.caching.store import CachedContextStore

pytestmark = [pytest.mark.faults, pytest.mark.timeout(90)]


@pytest.fixture(autouse=True)
def _no_redis_of_the_environment(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("REDIS_PASSWORD", raising=False)


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def answered_from_memory(cache, key):
    before = cache.cache_stats().hits
    try:
        cache.get(key)
    except ContextStoreError:
        return False
    return cache.cache_stats().hits > before


def could_write(store, items):
    try:
        store.set_many(items)
    except ContextStoreError as error:  # the nodes have yet to find each other
        if "see whether all nodes of the cluster run" not in str(error):
            raise
        return False
    return True


def test_all_nodes_tell_of_writes_and_a_node_that_stops_empties_the_cache():
    with (
        running_redis_cluster("--appendonly", "yes", "--appendfsync", "always") as cluster,
        CachedContextStore(RedisContextStore(cluster.url, retries=1, timeout=1)) as cache,
        RedisContextStore(cluster.url) as other,
    ):
        for round_number in range(3):
            other.set_many((number, {"round": round_number}) for number in range(50))
            expected = [{"round": round_number}] * 50
            wait_for(lambda: cache.get_many(range(50)) == expected, seconds=5)  # noqa: B023
            wait_for(lambda: all(answered_from_memory(cache, number) for number in range(50)))
        cluster.nodes[1].stop()
        wait_for(lambda: cache.cache_stats().entries == 0)
        cluster.nodes[1].start()
        wait_for(lambda: answered_from_memory(cache, 7))
        wait_for(lambda: could_write(other, [(number, {"round": "last"}) for number in range(50)]))
        wait_for(lambda: cache.get_many(range(50)) == [{"round": "last"}] * 50, seconds=5)


def move_slot(slot, source, target, others):
    """Move a slot with its keys to another node, as redis-cli would."""
    name = {node: node.execute_command("CLUSTER MYID").decode() for node in (source, target)}
    target.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", name[source])
    source.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", name[target])
    port = target.connection_pool.connection_kwargs["port"]
    for key in source.execute_command("CLUSTER GETKEYSINSLOT", slot, 1000):
        source.execute_command("MIGRATE", "127.0.0.1", port, key, 0, 5000)
    for node in (target, source, *others):
        node.execute_command("CLUSTER SETSLOT", slot, "NODE", name[target])


def state(client):
    told = client.execute_command("CLUSTER INFO")
    return told["cluster_state"], told["cluster_known_nodes"]


def test_a_slot_that_moves_to_a_new_node_is_followed():
    with running_redis_cluster() as cluster, running_cluster_node() as newcomer:
        clients = [redis.Redis(host="127.0.0.1", port=node.port) for node in (*cluster.nodes, newcomer)]
        target = clients[-1]
        target.execute_command("CLUSTER MEET", "127.0.0.1", cluster.nodes[0].port)
        wait_for(lambda: {state(client) for client in clients} == {("ok", "4")})
        behind = RedisContextStore(cluster.url, prefix="{team}:")
        with (
            CachedContextStore(behind, staleness=1) as cache,
            RedisContextStore(cluster.url, prefix="{team}:") as other,
        ):
            cache.set("a", {"value": 1})
            cache.get("a")
            wait_for(lambda: answered_from_memory(cache, "a"))
            slot = clients[0].execute_command("CLUSTER KEYSLOT", "{team}:")
            (source,) = [each for each in clients if each.execute_command("CLUSTER COUNTKEYSINSLOT", slot)]
            move_slot(slot, source, target, [each for each in clients[:-1] if each is not source])
            assert target.dbsize()
            for number in range(5):
                other.set("a", {"value": number})
                wait_for(lambda: cache.get("a") == {"value": number}, seconds=10)  # noqa: B023
                wait_for(lambda: answered_from_memory(cache, "a"))
            assert other.list_keys() == cache.list_keys() == ["a"]
