"""Redis stops, hangs, starts again, and its clients are killed; nothing acknowledged may be lost."""

import random
import subprocess
import sys
import threading
import time

import pytest
from servers import running_redis, running_redis_cluster

from autodash_jupyter.stores import ContextStoreError
from autodash_jupyter.stores.redis.store import RedisContextStore

pytestmark = [pytest.mark.faults, pytest.mark.timeout(90)]


@pytest.fixture(autouse=True)
def _no_redis_of_the_environment(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("REDIS_PASSWORD", raising=False)


@pytest.fixture
def server():
    with running_redis(durable=True) as server:
        yield server


class Writers:
    """Threads that write running numbers through one store, and keep which were acknowledged."""

    def __init__(self, store, count):
        self.store, self.acknowledged, self.errors = store, {}, []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(name,)) for name in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self, name):
        number = 0
        while not self.is_over.is_set():
            number += 1
            try:
                self.store.set((name, number % 50), {"number": number})
                self.acknowledged[name, number % 50] = number
            except ContextStoreError as error:
                self.errors.append(error)
                self.acknowledged.pop((name, number % 50), None)

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("writers", [1, 8])
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_was_acknowledged_outlives_a_restart_and_the_store_goes_on(server, writers, end):
    with RedisContextStore(server.url, retries=1, timeout=2) as store:
        running = Writers(store, writers)
        wait_for(lambda: len(running.acknowledged) > 20)
        getattr(server, end)()
        wait_for(lambda: running.errors)
        server.start()
        seen = sum(running.acknowledged.values())
        wait_for(lambda: sum(running.acknowledged.values()) > seen + 100)
        running.end()
        assert all("set REDIS_URL" in str(error) and error.__cause__ for error in running.errors)
        found = {key: store.get(key)["number"] for key in running.acknowledged}
        assert found == running.acknowledged


def test_a_call_waits_for_a_server_that_comes_back_soon(server):
    with RedisContextStore(server.url, retries=8) as store:
        store.set("a", {"value": 1})
        server.stop()
        starting = threading.Timer(0.5, server.start)
        starting.start()
        assert store.get("a") == {"value": 1}
        starting.join()


def test_a_server_that_hangs_is_waited_for_no_longer_than_was_said(server):
    with RedisContextStore(server.url, retries=1, timeout=0.3) as store:
        store.set("a", {"value": 1})
        server.freeze()
        for call in (lambda: store.get("a"), lambda: store.set("a", {}), lambda: store.delete("a")):
            with pytest.raises(ContextStoreError, match="set REDIS_URL"):
                call()
        server.thaw()
        assert store.get("a") == {"value": 1}


@pytest.mark.parametrize("call", ["set", "set_many", "delete"])
def test_a_write_that_was_given_up_is_not_done_after_all(server, call):
    with RedisContextStore(server.url, retries=1, timeout=0.3) as store:
        store.set_many([("a", {"value": 1}), ("b", {})])
        store.delete("b")  # the server now knows all scripts
        server.freeze()
        with pytest.raises(ContextStoreError, match="set REDIS_URL"):
            {
                "set": lambda: store.set("a", {"value": "given up"}),
                "set_many": lambda: store.set_many([("a", {"value": "given up"}), ("b", {})]),
                "delete": lambda: store.delete("a"),
            }[call]()
        server.thaw()
        with RedisContextStore(server.url) as other:
            for _ in range(10):
                assert other.get("a") == {"value": 1}
                assert other.list_keys() == ["a"]
                time.sleep(0.02)
        store.set("a", {"value": 2})
        assert store.get("a") == {"value": 2}


MANY = """
import sys
from autodash_jupyter.stores.redis.store import RedisContextStore
store = RedisContextStore(sys.argv[1])
for number in range(1_000_000):
    store.set_many((key, {"number": number, "padding": "x" * 500}) for key in range(500))
    if not number:
        print("writing", flush=True)
"""


def test_a_client_killed_while_it_writes_many_leaves_all_or_none(server):
    chance = random.Random(4)
    with RedisContextStore(server.url) as store:
        for _ in range(10):
            writer = subprocess.Popen([sys.executable, "-c", MANY, server.url], stdout=subprocess.PIPE)
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.2))
            writer.kill()
            writer.communicate()
            assert store.list_keys() == list(range(500))
            assert len({value["number"] for value in store.get_many(range(500))}) == 1


COUNTING = """
import sys
from autodash_jupyter.stores.redis.store import RedisContextStore
store = RedisContextStore(sys.argv[1])
for number in range(300):
    store.set((sys.argv[2], number), {"number": number})
"""


def test_processes_writing_at_once_lose_no_update(server):
    names = ["one", "other", "third"]
    writers = [subprocess.Popen([sys.executable, "-c", COUNTING, server.url, name]) for name in names]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    with RedisContextStore(server.url) as store:
        assert set(store.list_keys()) == {(name, number) for name in names for number in range(300)}
        assert all(
            value["number"] == key[1]
            for key, value in zip(store.list_keys(), store.get_many(store.list_keys()), strict=True)
        )


def test_a_node_of_a_cluster_that_stops_fails_its_own_keys_and_comes_back():
    options = ["--appendonly", "yes", "--cluster-require-full-coverage", "no"]
    with running_redis_cluster(*options) as cluster:  # noqa: SIM117
        with RedisContextStore(cluster.url, retries=1, timeout=1) as store:
            store.set_many((number, {"number": number}) for number in range(60))
            cluster.nodes[0].stop()
            told = []
            for number in range(60):
                try:
                    assert store.get(number) == {"number": number}
                except ContextStoreError as error:
                    told.append(str(error))
                if len(told) == 3:
                    break
            assert told
            assert all("set REDIS_URL" in text for text in told)
            cluster.nodes[0].start()
            wait_for(lambda: answers(store))
            assert store.get_many(range(60)) == [{"number": number} for number in range(60)]
            assert store.list_keys() == list(range(60))


def answers(store):
    try:
        return len(store.list_keys()) == 60
    except ContextStoreError:
        return False
