"""The cache keeps the promises of the store behind it, and never tells what is no longer so."""

import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import pytest
import redis
from hypothesis.stateful import rule
from servers import running_redis
from stores.test_conformance import RevisionConformance
from stores.test_stateful import InMemory, bounded, bounded_on_servers

from autodash_jupyter.stores import (
    ContextStoreError,
    DatabaseContextStore,
    InMemoryContextStore,
    RedisContextStore,
    TinyDBContextStore,
)
from autodash_jupyter.stores.caching.store import CachedContextStore
from autodash_jupyter.stores.testing import ContextStoreConformance

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


class FourMethods:
    """A store of somebody else's, who wrote the four methods and no more."""

    def __init__(self):
        self._kept = InMemoryContextStore()
        self.set, self.get = self._kept.set, self._kept.get
        self.delete, self.list_keys = self._kept.delete, self._kept.list_keys


class TestOverMemory(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        return CachedContextStore(InMemoryContextStore())


class TestOverFourMethods(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        return CachedContextStore(FourMethods())

    def test_of_many_one_that_is_refused_refuses_all(self):
        """A store that takes one record in a call can't promise it, and nor can a cache before it."""


class TestOverTinyDB(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path):
        return CachedContextStore(TinyDBContextStore(tmp_path / "context.json"))


class TestOverSQLite(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path):
        with CachedContextStore(DatabaseContextStore(tmp_path / "context.db")) as store:
            yield store


class TestOverRedis(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_server, prefix):
        with CachedContextStore(RedisContextStore(redis_server.url, prefix=prefix)) as store:
            yield store


class TestOverACluster(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, redis_cluster, prefix):
        with CachedContextStore(RedisContextStore(redis_cluster.url, prefix=prefix)) as store:
            yield store


class TestTiny(ContextStoreConformance, RevisionConformance):
    """With room for two records, so that most of what is read was forgotten."""

    @pytest.fixture
    def store(self):
        return CachedContextStore(InMemoryContextStore(), size=2)


class Cached(InMemory):
    """Also when the store behind is written to past the cache, and through another cache."""

    def open(self):
        self.behind = self.open_behind()
        self.caches = [CachedContextStore(self.behind, size=5), CachedContextStore(self.behind)]
        return self.caches[0]

    def open_behind(self):
        return InMemoryContextStore()

    @rule()
    def use_the_other_cache(self):
        self.caches.reverse()
        self.store = self.caches[0]

    @rule()
    def write_past_the_cache(self):
        self.store = self.behind

    @rule()
    def use_a_cache(self):
        self.store = self.caches[0]


class CachedTinyDB(Cached):
    def open_behind(self):
        self.folder = tempfile.TemporaryDirectory()
        return TinyDBContextStore(Path(self.folder.name) / "context.json")

    def teardown(self):
        self.folder.cleanup()


TestCached, TestCachedTinyDB = Cached.TestCase, CachedTinyDB.TestCase
TestCached.settings = TestCachedTinyDB.settings = bounded


class CachedRedis(InMemory):
    url = ""

    def open(self):
        return CachedContextStore(RedisContextStore(self.url, prefix=f"test:{uuid.uuid4().hex}:"), size=5)

    def teardown(self):
        self.store.close()


def test_any_sequence_of_calls_leaves_it_as_it_leaves_a_dict(redis_server):
    machine = type("Machine", (CachedRedis,), {"url": redis_server.url}).TestCase
    machine.settings = bounded_on_servers
    machine().runTest()


@pytest.fixture(params=["redis_server", "redis_cluster"])
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def behind(redis_server, prefix):
    return RedisContextStore(redis_server.url, prefix=prefix)


@pytest.fixture
def cache(behind):
    with CachedContextStore(behind) as cache:
        yield cache


@pytest.fixture
def other(redis_server, prefix):
    with RedisContextStore(redis_server.url, prefix=prefix) as other:
        yield other


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def hits(cache, *calls):
    """How many of the calls the cache answers."""
    before = cache.cache_stats().hits
    for call in calls:
        call()
    return cache.cache_stats().hits - before


def test_what_was_read_is_not_read_again(cache, behind):
    cache.set("a", {"value": 1})
    calls = [
        lambda: cache.get("a"),
        lambda: cache.get("missing"),
        cache.list_keys,
        lambda: cache.get_many("ab"),
    ]
    for call in calls:
        call()
    before = behind.stats().calls
    assert hits(cache, *calls) == 5
    assert behind.stats().calls == before
    assert cache.get("missing") is None


def test_it_holds_no_more_than_it_was_told(tmp_path):
    cache = CachedContextStore(InMemoryContextStore(), size=10, size_bytes=20_000)
    cache.set_many((number, {"number": number}) for number in range(100))
    for number in range(100):
        cache.get(number)
        cache.get(0)
    assert cache.cache_stats().entries == 10
    assert hits(cache, lambda: cache.get(0)) == 1  # the one that is used stays
    for number in range(100):
        cache.set(number, {"text": "x" * 6_000})
        cache.get(number)
    assert 1 <= cache.cache_stats().entries <= 3
    assert cache.cache_stats().bytes <= 20_000
    cache.set("large", {"text": "x" * 30_000})
    cache.get("large")
    assert hits(cache, lambda: cache.get("large")) == 0


def test_of_a_store_that_tells_no_changes_nothing_is_kept():
    behind = FourMethods()
    cache = CachedContextStore(behind)
    cache.set("a", {"value": 1})
    assert cache.get("a") == {"value": 1}
    behind.set("a", {"value": 2})
    assert cache.get("a") == {"value": 2}
    assert cache.cache_stats().entries == 0


def test_a_write_past_the_cache_forgets_that_record_only(tmp_path):
    behind = TinyDBContextStore(tmp_path / "context.json")
    cache = CachedContextStore(behind)
    cache.set_many([("a", {"value": 1}), ("b", {"value": 1})])
    assert cache.get_many("abc") == [{"value": 1}, {"value": 1}, None]
    TinyDBContextStore(tmp_path / "context.json").set("a", {"value": 2})
    assert hits(cache, lambda: cache.get("b"), lambda: cache.get("c")) == 2
    assert cache.get("a") == {"value": 2}


WRITER = """
import sys
from autodash_jupyter.stores import DatabaseContextStore, RedisContextStore, TinyDBContextStore
kind, where, prefix = sys.argv[1:]
store = {
    "tinydb": lambda: TinyDBContextStore(where),
    "sqlite": lambda: DatabaseContextStore(where),
    "redis": lambda: RedisContextStore(where, prefix=prefix),
}[kind]()
for line in sys.stdin:
    number = int(line)
    store.set("a", {"number": number})
    if number % 2:
        store.delete("b")
    else:
        store.set("b", {"number": number})
    print(number, flush=True)
"""


@pytest.mark.parametrize("kind", ["tinydb", "sqlite", "redis"])
def test_a_write_of_one_process_is_seen_by_the_cache_of_another(tmp_path, redis_server, prefix, kind):
    where = redis_server.url if kind == "redis" else str(tmp_path / f"context.{kind}")
    stores = {
        "tinydb": lambda: TinyDBContextStore(where),
        "sqlite": lambda: DatabaseContextStore(where),
        "redis": lambda: RedisContextStore(where, prefix=prefix),
    }
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, kind, where, prefix],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with CachedContextStore(stores[kind](), staleness=60) as cache:
        cache.get("warm")
        for number in range(1, 40):
            writer.stdin.write(f"{number}\n")
            writer.stdin.flush()
            assert int(writer.stdout.readline()) == number
            expected = {"number": number}, None if number % 2 else {"number": number}
            keys = {"a"} if number % 2 else {"a", "b"}
            if kind == "redis":  # the message may still be on its way, but no more
                wait_for(lambda: (cache.get("a"), cache.get("b")) == expected, seconds=5)  # noqa: B023
                wait_for(lambda: set(cache.list_keys()) == keys, seconds=5)  # noqa: B023
            assert (cache.get("a"), cache.get("b")) == expected
            assert set(cache.list_keys()) == keys
            assert hits(cache, lambda: cache.get("a"), lambda: cache.get("b"), cache.list_keys) == 3
    writer.stdin.close()
    assert writer.wait(20) == 0


@pytest.mark.parametrize("writes", ["through the cache", "past the cache"])
def test_a_read_that_a_write_overtakes_is_not_kept(redis_server, prefix, other, writes):
    class Slow(RedisContextStore):
        def get_with_lifetimes(self, keys):
            found = super().get_with_lifetimes(keys)
            if keys == ["a"] and not written.is_set():
                reading.set()
                written.wait(10)
            return found

    reading, written = threading.Event(), threading.Event()
    with CachedContextStore(Slow(redis_server.url, prefix=prefix)) as cache:
        other.set_many([("a", {"value": "old"}), ("b", {"value": "old"})])
        cache.get("b")
        reader = threading.Thread(target=cache.get, args=("a",))
        reader.start()
        reading.wait(10)
        (cache if writes == "through the cache" else other).set("a", {"value": "new"})
        other.set("b", {"value": "new"})
        wait_for(lambda: cache.get("b") == {"value": "new"})  # so what came before was heard, too
        written.set()
        reader.join()
        assert cache.get("a") == {"value": "new"}


def test_a_listener_that_is_held_up_is_not_believed(behind, other):
    def forget(names):
        if names is not None:
            held_up.wait(20)

    held_up = threading.Event()
    watch = behind.watch(forget, staleness=0.4)
    assert watch.is_current()
    other.set("a", {"value": 1})
    wait_for(lambda: not watch.is_current())
    held_up.set()
    wait_for(watch.is_current)
    watch.close()
    assert not watch.is_current()


def test_threads_that_write_and_read_never_read_what_is_older_than_their_write(cache, other):
    def work(name):
        for number in range(200):
            cache.set(name, {"number": number})
            if cache.get(name) != {"number": number}:
                failures.append((name, number))
            cache.get((name + 1) % 4)

    failures = []
    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    wait_for(lambda: cache.get_many(range(4)) == other.get_many(range(4)))


def listeners(client):
    return [each for each in client.client_list() if "t" in each["flags"] or "B" in each["flags"]]


def test_a_lost_connection_empties_the_cache_until_it_is_back(redis_server, cache, other):
    cache.set("a", {"value": 0})
    with redis.Redis(host="127.0.0.1", port=redis_server.port) as client:
        for number in range(1, 20):
            cache.get("a")
            assert hits(cache, lambda: cache.get("a")) == 1
            (listener,) = listeners(client)
            client.client_kill(listener["addr"])
            other.set("a", {"value": number})
            wait_for(lambda: listeners(client))
            wait_for(lambda: cache.get("a") == {"value": number}, seconds=5)  # noqa: B023
            wait_for(lambda: hits(cache, lambda: cache.get("a")))


def test_a_restart_of_redis_leaves_nothing_stale(prefix):
    with running_redis(durable=True) as server:
        behind = RedisContextStore(server.url, prefix=prefix, retries=0)
        with CachedContextStore(behind) as cache, RedisContextStore(server.url, prefix=prefix) as other:
            cache.set("a", {"value": 1})
            assert hits(cache, lambda: cache.get("a"), lambda: cache.get("a"), cache.list_keys) == 1
            server.stop()
            wait_for(lambda: cache.cache_stats().entries == 0)
            with pytest.raises(ContextStoreError, match="set REDIS_URL"):
                cache.get("a")
            server.start()
            other.set("a", {"value": 2})
            assert cache.get("a") == {"value": 2}
            wait_for(lambda: hits(cache, lambda: cache.get("a")))
            assert cache.get("a") == {"value": 2}


def test_while_redis_hangs_an_answer_grows_no_older_than_was_said(prefix):
    with running_redis() as server:
        behind = RedisContextStore(server.url, prefix=prefix, retries=0, timeout=0.2)
        with CachedContextStore(behind, staleness=0.4) as cache:
            cache.set("a", {"value": 1})
            cache.get("a")
            server.freeze()
            wait_for(lambda: not answers(cache), seconds=10)
            for _ in range(3):
                assert not answers(cache)
            server.thaw()
            assert cache.get("a") == {"value": 1}
            wait_for(lambda: hits(cache, lambda: cache.get("a")))


def answers(cache):
    try:
        return cache.get("a") is not None
    except ContextStoreError:
        return False


def test_a_record_is_kept_no_longer_than_it_lives(redis_server, prefix):
    with CachedContextStore(RedisContextStore(redis_server.url, prefix=prefix, ttl=0.3)) as cache:
        cache.set("a", {"value": 1})
        RedisContextStore(redis_server.url, prefix=prefix).set("stays", {"value": 1})
        start = time.monotonic()
        while time.monotonic() - start < 0.25 and cache.get("a") is not None:
            assert set(cache.list_keys()) <= {"a", "stays"}
        time.sleep(max(0, start + 0.31 - time.monotonic()))
        assert cache.get("a") is None
        assert cache.list_keys() == ["stays"]
        assert cache.get("stays") == {"value": 1}
        calls = lambda: cache.get("a"), lambda: cache.get("stays"), cache.list_keys
        wait_for(lambda: hits(cache, *calls) == 3)  # once the server has told that it expired, too


def test_deleting_all_of_a_server_empties_the_cache(prefix):
    with running_redis() as server, CachedContextStore(RedisContextStore(server.url, prefix=prefix)) as cache:
        cache.set("a", {"value": 1})
        cache.get("a")
        cache.list_keys()
        with redis.Redis(host="127.0.0.1", port=server.port) as client:
            client.flushall()
        wait_for(lambda: cache.get("a") is None, seconds=5)
        assert cache.list_keys() == []


def test_there_is_one_listener_from_the_first_read_until_it_is_closed(behind):
    def listening():
        return [thread for thread in threading.enumerate() if thread.name == "autodash-redis-cache"]

    before = len(listening())
    cache = CachedContextStore(behind)
    cache.set("a", {"value": 1})
    assert len(listening()) == before
    for _ in range(3):
        cache.get("a")
    assert len(listening()) == before + 1
    assert all(thread.daemon for thread in listening())
    cache.close()
    cache.close()
    assert len(listening()) == before
    assert cache.get("a") == {"value": 1}  # it may be used again
    cache.close()


FORKING = """
import os, sys, time
from autodash_jupyter.stores import RedisContextStore
from autodash_jupyter.stores.caching.store import CachedContextStore
cache = CachedContextStore(RedisContextStore(sys.argv[1], prefix=sys.argv[2]), staleness=60)
cache.set("a", {"value": 1})
cache.get("a")
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
status = 1
try:
    assert cache.get("a") == {"value": 1}
    assert cache.get("a") == {"value": 1}
    assert cache.cache_stats().hits == 1
    RedisContextStore(sys.argv[1], prefix=sys.argv[2]).set("a", {"value": 2})
    until = time.monotonic() + 5
    while cache.get("a") != {"value": 2}:
        assert time.monotonic() < until
    status = 0
finally:
    os._exit(status)
"""


def test_a_forked_process_listens_for_itself(redis_server, prefix):
    subprocess.run([sys.executable, "-c", FORKING, redis_server.url, prefix], check=True, timeout=60)
