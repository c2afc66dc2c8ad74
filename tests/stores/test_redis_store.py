"""What the Redis store adds to the conformance suite: its keys in Redis, a time to live, other programs."""

import subprocess
import sys
import threading
import time

import pytest
import redis

from autodash_jupyter.stores import ContextStoreError, DamagedRecordError
from autodash_jupyter.stores.redis.store import RedisContextStore


@pytest.fixture
def store(redis_server, prefix):
    with RedisContextStore(redis_server.url, prefix=prefix) as store:
        yield store


@pytest.fixture
def client(redis_server):
    with redis.Redis(host="127.0.0.1", port=redis_server.port) as client:
        yield client


def keys_in_redis(client, prefix):
    return sorted(key.decode() for key in client.scan_iter(f"{prefix}*", count=1000))


def record_key(client, prefix):
    (found,) = client.scan_iter(f"{prefix}store:record:*", count=1000)
    return found


def test_prefixes_dont_see_each_other_even_where_one_begins_with_the_other(redis_server, client, prefix):
    first = RedisContextStore(redis_server.url, prefix=prefix)
    first.set("a", {"by": "first"})
    prefixes = [
        name[:end] for name in keys_in_redis(client, prefix) for end in range(len(prefix) + 1, len(name))
    ]
    for other in [*prefixes, f"{prefix}*", f"{prefix}[a-z]?\\", f"{prefix}{{}}", f"{prefix}}}{{"]:
        with RedisContextStore(redis_server.url, prefix=other) as store:
            assert store.list_keys() == []
            store.set("a", {"by": other})
            store.delete("b")
            assert store.get("a") == {"by": other}
            store.delete("a")
    assert first.list_keys() == ["a"]
    assert first.get("a") == {"by": "first"}


@pytest.mark.parametrize("prefix", ["", "line\nbreak", "zero\x00", "\ud800", None, b"bytes"])
def test_a_prefix_that_is_none_is_refused(prefix):
    with pytest.raises(ContextStoreError, match="prefix="):
        RedisContextStore(prefix=prefix)


@pytest.mark.parametrize("prefix", ["{}", "a{}b{c}", "a{b"])
def test_on_a_cluster_a_prefix_with_half_a_hash_tag_is_refused(prefix):
    with pytest.raises(ContextStoreError, match="hash tag"):
        RedisContextStore("redis+cluster://localhost:7000", prefix=prefix)


def test_a_cluster_spreads_records_over_its_nodes(redis_cluster, prefix):
    with RedisContextStore(redis_cluster.url, prefix=prefix) as store:
        store.set_many((number, {"number": number}) for number in range(200))
        assert store.list_keys() == list(range(200))
        for node in redis_cluster.nodes:
            with redis.Redis(host="127.0.0.1", port=node.port) as client:
                assert len(list(client.scan_iter(f"{prefix}*:record:*"))) > 20


def test_a_cluster_can_be_given_by_its_nodes(redis_cluster, prefix):
    nodes = [("127.0.0.1", node.port) for node in redis_cluster.nodes]
    with RedisContextStore(cluster_nodes=nodes, prefix=prefix) as store:
        store.set("a", {"value": 1})
    with RedisContextStore(redis_cluster.url, prefix=prefix) as store:
        assert store.get("a") == {"value": 1}


def test_keys_may_be_long_and_values_large(store):
    key = ("column", "x" * 100_000)
    value = {"text": "é" * 3_000_000, "numbers": list(range(100_000))}
    store.set_many([(key, value), ("other", value)])
    assert store.get(key) == value
    assert store.list_keys() == [key, "other"]
    assert store.stats().size_bytes > 2 * 3_000_000


def test_listing_transfers_no_values_and_never_walks_all_keys_of_the_server(store, client):
    client.config_resetstat()
    store.set_many((number, {"text": "x" * 100_000}) for number in range(100))
    before = client.info("stats")["total_net_output_bytes"]
    assert len(store.revisions()) == 100
    assert store.change_token() == store.change_token()
    assert client.info("stats")["total_net_output_bytes"] - before < 50_000
    used = set(client.info("commandstats"))
    assert "cmdstat_evalsha" in used
    assert not used & {"cmdstat_keys", "cmdstat_flushdb", "cmdstat_flushall"}


def test_the_change_token_tells_every_change_and_nothing_else(redis_server, store, prefix, client):
    with RedisContextStore(redis_server.url, prefix=prefix) as other:
        tokens = [store.change_token()]
        for change in (
            lambda: other.set("a", {"value": 1}),
            lambda: other.set("a", {"value": 2}),
            lambda: other.set_many([("b", {}), ("c", {})]),
            lambda: other.delete("a"),
            lambda: other.delete_many(["b", "c"]),
        ):
            change()
            tokens.append(store.change_token())
            other.get("a")
            other.list_keys()
            other.delete("missing")
            assert store.change_token() == tokens[-1]
        assert len(set(tokens)) == len(tokens)
        # A server that lost everything and counts anew tells other tokens.
        client.delete(*keys_in_redis(client, prefix))
        store.set("a", {"value": 1})
        assert store.change_token() not in tokens


def test_changes_are_told_by_key_as_long_as_they_are_known(redis_server, store, prefix, client):
    store.set_many([("a", {"value": 1}), (("b", 1), {"value": 1})])
    token = store.change_token()
    assert store.changes_since(token) == []
    store.set("a", {"value": 2})
    store.set("c", {"value": 3})
    store.delete(("b", 1))
    store.delete("missing")
    store.set("a", {"value": 4})
    revisions = dict(store.revisions())
    expected = [("a", revisions["a"]), ("c", revisions["c"]), (("b", 1), None), ("a", revisions["a"])]
    assert store.changes_since(token) == expected
    store.delete("c")
    assert store.changes_since(token)[-1] == ("c", None)
    with RedisContextStore(redis_server.url, prefix=prefix) as other:
        assert other.changes_since(token) == store.changes_since(token)
    token = store.change_token()
    for _ in range(3):
        store.set_many((number, {}) for number in range(1_000))
    assert store.changes_since(token) is None  # too long ago
    assert client.llen(f"{prefix}store:log") == 2_000
    for foreign in (None, (), ((b"id", b"1"),), ((None, None),), "token", 5):
        assert store.changes_since(foreign) is None


def test_while_records_are_about_to_expire_no_token_says_that_all_is_as_it_was(redis_server, store, prefix):
    store.set("stays", {})
    before = store.change_token()
    with RedisContextStore(redis_server.url, prefix=prefix, ttl=0.2) as brief:
        brief.set("goes", {})
        assert store.change_token() is brief.change_token() is None
        time.sleep(0.25)
        assert store.list_keys() == ["stays"]
        assert store.change_token() not in (None, before)
        assert store.changes_since(before) is None


def test_a_record_with_a_lifetime_vanishes_and_is_swept_from_the_index(redis_server, client, prefix):
    lasting = RedisContextStore(redis_server.url, prefix=prefix)
    lasting.set("stays", {"value": 1})
    brief = RedisContextStore(redis_server.url, prefix=prefix, ttl=0.3)
    brief.set("goes", {"value": 1})
    brief.set("renewed", {"value": 1})
    assert brief.list_keys() == lasting.list_keys() == ["stays", "goes", "renewed"]
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        brief.get("goes")  # reading doesn't prolong it
        brief.set("renewed", {"value": 2})
        time.sleep(0.02)
    assert brief.get("goes") is None
    assert brief.list_keys() == lasting.list_keys() == ["stays", "renewed"]
    assert client.hlen(f"{prefix}store:index") == 2
    brief.set("goes", {"value": 3})
    lasting.set("renewed", {"value": 3})
    assert lasting.list_keys() == ["stays", "renewed", "goes"]  # what had expired is new again
    time.sleep(0.4)
    assert lasting.list_keys() == ["stays", "renewed"]
    assert lasting.get("renewed") == {"value": 3}


@pytest.mark.parametrize("ttl", [0, -1, float("nan"), float("inf"), "10"])
def test_a_lifetime_that_is_none_is_refused(ttl):
    with pytest.raises(ContextStoreError, match="ttl="):
        RedisContextStore(ttl=ttl)


def test_a_damaged_record_spoils_no_other(store, client, prefix, caplog):
    store.set("bad", {"value": 1})
    bad = record_key(client, prefix)
    store.set("good", {"value": 1})
    for damage in (b"\xff\xfe", b"{", b'{"$unknown": 1}', b"[]", b"[" * 100_000):
        client.set(bad, damage)
        with pytest.raises(DamagedRecordError, match="can't be read"):
            store.get("bad")
    client.delete(bad)
    client.rpush(bad, "a list")
    with pytest.raises(DamagedRecordError, match="something else under its name"):
        store.get("bad")
    assert store.get("good") == {"value": 1}
    assert store.list_keys() == ["bad", "good"]
    store.set("bad", {"value": 2})
    assert store.get("bad") == {"value": 2}
    client.hset(f"{prefix}store:index", "foreign", "by another program")
    client.hset(f"{prefix}store:index", b"\xff", b"1:0:1:r:\xff")
    client.hset(f"{prefix}store:index", "0" * 32, "9:0:1:r:{broken")
    assert store.list_keys() == ["bad", "good"]
    assert caplog.text.count("left out") == 3


def test_an_index_that_is_no_index_is_a_clear_error(store, client, prefix):
    client.set(f"{prefix}store:index", "by another program")
    with pytest.raises(ContextStoreError, match="something else under its name"):
        store.list_keys()
    with pytest.raises(ContextStoreError, match=r"can't write .*WRONGTYPE"):
        store.set("a", {})
    assert client.get(f"{prefix}store:index") == b"by another program"


@pytest.mark.parametrize("version", ["2", "10", "soon"])
def test_a_newer_layout_is_refused_and_left_alone(redis_server, store, client, prefix, version):
    store.set("a", {"value": 1})
    client.hset(f"{prefix}store:state", "version", version)
    before = {key: client.dump(key) for key in keys_in_redis(client, prefix)}
    opened_later = RedisContextStore(redis_server.url, prefix=prefix)
    calls = [
        lambda: store.set("a", {"value": 2}),
        lambda: store.delete("a"),
        lambda: opened_later.set("b", {"value": 2}),
        lambda: opened_later.get("a"),
        opened_later.list_keys,
    ]
    for call in calls:
        with pytest.raises(ContextStoreError, match="newer version of AutoDash: update"):
            call()
    assert {key: client.dump(key) for key in keys_in_redis(client, prefix)} == before


def test_more_threads_than_connections_wait_for_one(redis_server, prefix):
    def work(name):
        for number in range(50):
            store.set((name, number), {"number": number})
            if store.get((name, number)) != {"number": number}:
                failures.append((name, number))

    failures = []
    with RedisContextStore(redis_server.url, prefix=prefix, pool_size=2) as store:
        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(store.list_keys()) == {(name, number) for name in range(8) for number in range(50)}


FORKING = """
import os, sys
from autodash_jupyter.stores.redis.store import RedisContextStore
store = RedisContextStore(sys.argv[1], prefix=sys.argv[2])
store.set("parent", {"before": True})
children = []
for name in range(3):
    child = os.fork()
    if not child:
        for number in range(100):
            store.set((name, number), {"number": number})
            assert store.get((name, number)) == {"number": number}
        os._exit(0)
    children.append(child)
for number in range(100):
    store.set(("parent", number), {"number": number})
    assert store.get(("parent", number)) == {"number": number}
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
assert len(store.list_keys()) == 401, len(store.list_keys())
"""


@pytest.mark.parametrize("kind", ["redis_server", "redis_cluster"])
def test_a_forked_process_may_go_on_with_the_store(request, kind, prefix):
    server = request.getfixturevalue(kind)
    subprocess.run([sys.executable, "-c", FORKING, server.url, prefix], check=True, timeout=60)


def test_a_missing_library_is_named(prefix):
    script = (
        "import sys; sys.modules['redis'] = None\n"
        "from autodash_jupyter.stores.redis.store import RedisContextStore\n"
        "RedisContextStore()"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert 'ContextStoreError: Redis needs the library redis; run: pip install "autodash-jupyter[redis]"' in (
        done.stderr
    )
