"""Writers in several processes change the same records by what they find, and lose nothing."""

import random
import subprocess
import sys
import threading
import time
from functools import partial

import pytest
import redis
from servers import running_redis
from stores.test_cached import FourMethods

from autodash_jupyter.stores import (
    ConditionalStore,
    ContextStoreError,
    DatabaseContextStore,
    InMemoryContextStore,
    RedisContextStore,
    ShardManager,
    TinyDBContextStore,
    set_many_if,
    update_many,
)
from autodash_jupyter.stores.testing import one_more

COUNTERS, TURNS, PROCESSES = 8, 40, 3

COUNTER = """
import sys
from functools import partial
from autodash_jupyter.stores import *
from autodash_jupyter.stores import DatabaseContextStore, RedisContextStore
from autodash_jupyter.stores.testing import one_more
kind, place, prefix, first, turns = sys.argv[1:]
store = {"tinydb": TinyDBContextStore, "database": DatabaseContextStore,
         "redis": partial(RedisContextStore, prefix=prefix)}[kind](place)
for turn in range(int(turns)):
    update_many(store, partial(one_more, key=("count", (int(first) + turn) % 8)))
    print(turn, flush=True)
store.close()
"""


def start(kind, place, prefix, first, turns=TURNS):
    command = [sys.executable, "-c", COUNTER, kind, str(place), prefix, str(first), str(turns)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counts(store):
    return sum((store.get(("count", number)) or {"count": 0})["count"] for number in range(COUNTERS))


@pytest.fixture
def place(request, tmp_path, prefix):
    """A kind of store, where it is, and that store, opened here."""
    kind = request.param
    if kind == "tinydb":
        where, store = tmp_path / "context.json", TinyDBContextStore(tmp_path / "context.json")
    elif kind == "sqlite":
        where, store = tmp_path / "context.db", DatabaseContextStore(tmp_path / "context.db")
    elif kind in ("postgresql", "mariadb"):
        where = request.getfixturevalue(kind).url
        store = DatabaseContextStore(where)
    else:
        where = request.getfixturevalue(kind).url
        store = RedisContextStore(where, prefix=prefix)
    name = {"sqlite": "database", "postgresql": "database", "mariadb": "database", "tinydb": "tinydb"}
    yield name.get(kind, "redis"), where, store
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    ["tinydb", "sqlite", "postgresql", "mariadb", "redis_server", "redis_cluster"],
    indirect=True,
)
def test_processes_and_threads_that_count_lose_no_count(place, prefix):
    kind, where, store = place
    before = counts(store)
    processes = [start(kind, where, prefix, first) for first in range(PROCESSES)]

    def count():
        for turn in range(TURNS):
            update_many(store, partial(one_more, key=("count", turn % COUNTERS)))

    thread = threading.Thread(target=count)
    thread.start()
    for process in processes:
        process.communicate(timeout=100)
        assert process.returncode == 0
    thread.join()
    assert counts(store) - before == TURNS * (PROCESSES + 1)
    assert store.get("total")["count"] == counts(store)


@pytest.mark.faults
@pytest.mark.parametrize("place", ["tinydb", "sqlite", "redis_server"], indirect=True)
def test_a_kill_leaves_a_write_on_a_condition_whole(place, prefix):
    kind, where, store = place
    acknowledged = 0
    for seed in range(5):
        process = start(kind, where, prefix, seed, turns=100_000)
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.0, 0.1))
        process.kill()
        acknowledged += 1 + len(process.communicate()[0].split("\n")[:-1])
        # Each write changes a counter and the total: one without the other would show here.
        assert store.get("total")["count"] == counts(store)
    assert acknowledged <= counts(store) <= acknowledged + 5


def test_a_write_on_a_condition_that_redis_did_before_it_stopped_answering_counts_as_done():
    with running_redis(durable=True) as server, RedisContextStore(server.url, timeout=0.5) as store:
        store.set("a", {"value": 1})
        [(_, revision)] = store.get_many_with_revisions(["a"])
        client, dropped = store._client, []
        run = client._run

        def run_and_drop(*arguments):
            answer = run(*arguments)
            if not dropped:
                dropped.append(answer)
                raise redis.exceptions.ConnectionError("the answer was lost")
            return answer

        client._run = run_and_drop
        assert store.set_many_if({"a": {"value": 2}}, {"a": revision})
        assert dropped
        assert store.get("a") == {"value": 2}


def test_of_all_our_stores_each_can_write_on_a_condition(tmp_path):
    memory = InMemoryContextStore()
    stores = [memory, TinyDBContextStore(tmp_path / "context.json"), ShardManager([memory])]
    assert all(isinstance(store, ConditionalStore) for store in stores)
    assert not isinstance(FourMethods(), ConditionalStore)


def test_a_store_of_four_methods_is_written_under_a_lock():
    store = FourMethods()
    threads = [
        threading.Thread(
            target=lambda: [update_many(store, lambda read: one_more(read, "a")) for _ in range(50)]
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("a") == {"count": 200}
    assert not set_many_if(store, {"a": {"count": 0}}, {"a": None})


def test_what_an_update_raises_is_raised_and_nothing_is_written():
    store = InMemoryContextStore()
    with pytest.raises(ZeroDivisionError):
        update_many(store, lambda read: {"a": {"share": 1 / len([each for each in read("a") if each])}})
    assert store.list_keys() == []


def test_an_update_that_never_finds_a_moment_says_so(monkeypatch):
    from autodash_jupyter.stores import conditional

    monkeypatch.setattr(conditional, "PATIENCE", 0.05)
    store = InMemoryContextStore()

    def disturbed(read):
        [value] = read("a")
        store.set("a", {"count": (value or {"count": 0})["count"] + 1})
        return {"a": {"count": 0}}

    with pytest.raises(ContextStoreError, match="others have kept changing"):
        update_many(store, disturbed)
