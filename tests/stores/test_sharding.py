"""Several stores as one: who has which key, what moves, and what happens while it moves."""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from stores.test_conformance import RevisionConformance
from stores.test_stateful import InMemory, bounded, keys, typed, values

from autodash_jupyter.stores import (
    CachedContextStore,
    ContextStoreError,
    DamagedRecordError,
    DatabaseContextStore,
    InMemoryContextStore,
    ObservedStore,
    RedisContextStore,
    ShardManager,
    TinyDBContextStore,
)
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.sharding.copies import wrap
from autodash_jupyter.stores.sharding.moves import Moved, rebalance
from autodash_jupyter.stores.sharding.rendezvous import home_of
from autodash_jupyter.stores.testing import ContextStoreConformance, exactly


class TestOverMemory(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        return ShardManager([InMemoryContextStore(), InMemoryContextStore(), InMemoryContextStore()])


class TestOverTinyDBAndMemory(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path):
        with ShardManager([TinyDBContextStore(tmp_path / "context.json"), InMemoryContextStore()]) as store:
            yield store


class TestOverRedisSQLiteAndTinyDB(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path, redis_server, prefix):
        stores = [
            RedisContextStore(redis_server.url, prefix=prefix),
            DatabaseContextStore(tmp_path / "context.db"),
            TinyDBContextStore(tmp_path / "context.json"),
        ]
        with ShardManager(stores) as store:
            yield store


class TestOverShards(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        inner = ShardManager([InMemoryContextStore(), InMemoryContextStore()])
        return ShardManager([inner, InMemoryContextStore()])


class TestWhileRecordsMayBeAnywhere(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        store = ShardManager([InMemoryContextStore(), InMemoryContextStore()])
        store.add("late", InMemoryContextStore())
        return store


class OnlyTheFour:
    """A store with the four methods and no more."""

    def __init__(self):
        self.inner = InMemoryContextStore()
        self.set, self.get = self.inner.set, self.inner.get
        self.delete, self.list_keys = self.inner.delete, self.inner.list_keys


class TestOverStoresOfFourMethods(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        return ShardManager([OnlyTheFour(), OnlyTheFour()])


KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "8"))
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


class Broken(InMemoryContextStore):
    """Fails while ``is_down``."""

    is_down = False

    def fail(self):
        if self.is_down:
            raise OSError("connection refused")

    def _put(self, entries):
        self.fail()
        super()._put(entries)

    def _fetch(self, addresses):
        self.fail()
        return super()._fetch(addresses)

    def _remove(self, addresses):
        self.fail()
        super()._remove(addresses)

    def _list(self):
        self.fail()
        return super()._list()

    def __repr__(self):
        return "Broken()"


def three():
    return {name: Broken() for name in ("north", "east", "south")}


def fill(store, count=300):
    store.set_many((number, {"number": number}) for number in range(count))


def places(shards):
    return {key: name for name, shard in shards.items() for key in shard.list_keys()}


def test_the_home_of_a_key_is_the_same_in_every_process_and_version():
    pinned = {"a": "east", 1: "south", 1.5: "east", ("column", "a"): "north", b"x": "north", None: "south"}
    names = ["north", "east", "south"]
    assert {key: home_of(key_address(key), names) for key in pinned} == pinned
    assert home_of(key_address(True), names) == "east"
    assert ShardManager(three()).shard_of(("column", "a")) == "north"


def test_keys_are_spread_evenly_and_each_is_in_one_shard():
    shards = three()
    fill(ShardManager(shards), 3000)
    counts = [len(shard.list_keys()) for shard in shards.values()]
    assert sum(counts) == 3000
    assert min(counts) > 900


def test_a_new_shard_takes_its_own_keys_and_no_others_move():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    before = places(shards)
    late = InMemoryContextStore()
    store.add("west", late)
    seen = []
    report = store.rebalance(lambda done, total: seen.append((done, total)))
    after = places({**shards, "west": late})
    assert {key for key in before if before[key] != after[key]} == set(late.list_keys())
    assert report.moved == len(late.list_keys()) > 40
    assert report.moved + report.kept == 300
    assert report.is_complete
    assert seen[-1] == (report.moved, report.moved)
    assert store.list_keys() == list(range(300))
    assert all(store.get(number) == {"number": number} for number in range(300))


def test_a_removed_shard_is_drained_first_and_only_its_keys_move():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    before = places(shards)
    report = store.remove("east")
    assert report.is_complete
    assert report.moved == list(before.values()).count("east")
    assert shards["east"].list_keys() == []
    assert store.names == ("north", "south")
    after = places(shards)
    assert all(after[key] == before[key] for key in before if before[key] != "east")
    assert store.list_keys() == list(range(300))


def test_another_manager_finds_keys_that_are_not_at_home_yet():
    shards = three()
    fill(ShardManager({name: shards[name] for name in ("north", "east")}))
    store = ShardManager(shards)
    assert store.get_many(range(300)) == [{"number": number} for number in range(300)]
    store.set(5, {"number": 500})
    store.delete(6)
    assert store.list_keys() == [number for number in range(300) if number != 6]
    assert store.rebalance().is_complete
    assert store.get(5) == {"number": 500}
    assert store.get(6) is None
    assert sum(len(shard.list_keys()) for shard in shards.values()) == 299


def test_a_rebalance_of_what_is_at_home_moves_nothing():
    store = ShardManager(three())
    fill(store)
    report = store.rebalance()
    assert (report.moved, report.kept, report.errors, report.is_complete) == (0, 300, (), True)


def test_names_come_from_the_files_and_hide_nothing_but_the_password(tmp_path):
    one, other = TinyDBContextStore(tmp_path / "one.json"), TinyDBContextStore(tmp_path / "other.json")
    assert ShardManager([one, other]).names == (str(tmp_path / "one.json"), str(tmp_path / "other.json"))
    assert ShardManager([InMemoryContextStore(), one]).names == ("0", str(tmp_path / "one.json"))
    store = ShardManager([one, other])
    fill(store, 30)
    again = ShardManager([other, one])
    assert again.get(7) == {"number": 7}
    assert again.rebalance().moved == 0


def test_a_failing_shard_fails_its_own_keys_and_says_which():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    shards["east"].is_down = True
    for number in range(300):
        if store.shard_of(number) != "east":
            store.set(number, {"number": -number})
            assert store.get(number) == {"number": -number}
            store.delete(number)
            assert store.get(number) is None
            continue
        for call in (lambda n: store.set(n, {}), store.get, store.delete):
            with pytest.raises(ContextStoreError, match=r"shard 'east'.*connection refused") as caught:
                call(number)
            assert isinstance(caught.value.__cause__, ContextStoreError)
            assert isinstance(caught.value.__cause__.__cause__, OSError)


def test_a_list_that_would_lack_keys_is_refused_and_what_can_be_reached_is_offered():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    shards["east"].is_down = True
    for call in (store.list_keys, store.revisions):
        with pytest.raises(ContextStoreError, match=r"shard 'east'.*reachable_keys"):
            call()
    found = store.reachable_keys()
    assert found.keys == [number for number in range(300) if store.shard_of(number) != "east"]
    assert list(found.errors) == ["east"]


def test_of_many_those_of_a_failing_shard_stay_and_the_others_are_kept():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    shards["east"].is_down = True
    with pytest.raises(ContextStoreError, match="shard 'east'"):
        store.set_many((number, {"new": number}) for number in range(300))
    with pytest.raises(ContextStoreError, match="shard 'east'"):
        store.get_many(range(300))
    shards["east"].is_down = False
    for number in range(300):
        is_new = store.shard_of(number) != "east"
        assert store.get(number) == ({"new": number} if is_new else {"number": number})


def test_a_manager_that_starts_while_a_shard_is_down_serves_the_others(caplog):
    shards = three()
    shards["east"].is_down = True
    store = ShardManager(shards)
    mine = [number for number in range(30) if store.shard_of(number) != "east"]
    for number in mine:
        assert store.get(number) is None
        store.set(number, {})
        store.delete(number)
    assert "shard 'east'" in caplog.text


def test_while_records_move_a_miss_that_a_failing_shard_may_cause_is_an_error():
    shards = three()
    fill(ShardManager(shards))
    store = ShardManager(shards)
    store.add("west", InMemoryContextStore())
    mine = [number for number in range(300) if home_of(key_address(number), three()) == "east"]
    shards["east"].is_down = True
    moving = next(number for number in mine if store.shard_of(number) == "west")
    with pytest.raises(ContextStoreError, match="shard 'east'"):
        store.get(moving)
    with pytest.raises(ContextStoreError, match="shard 'east'"):
        store.delete(moving)
    store.set(moving, {"number": "new"})
    report = store.rebalance()
    assert not report.is_complete
    assert any("shard 'east'" in error for error in report.errors)
    shards["east"].is_down = False
    assert store.get(moving) == {"number": "new"}
    assert store.rebalance().is_complete
    assert store.get(moving) == {"number": "new"}
    assert sorted(store.list_keys()) == list(range(300))


def test_a_shard_that_can_not_be_drained_stays_until_it_can():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    shards["east"].is_down = True
    report = store.remove("east")
    assert not report.is_complete
    assert "east" in store.names
    shards["east"].is_down = False
    assert all(store.get(number) for number in range(300))
    assert store.remove("east").is_complete
    assert store.names == ("north", "south")
    assert store.list_keys() == list(range(300))


def test_a_shard_that_leaves_from_the_start_is_drained_by_a_rebalance():
    shards = three()
    fill(ShardManager(shards))
    store = ShardManager(shards, leaving=["east"])
    store.set(5, {"number": "new"})
    assert store.list_keys() == list(range(300))
    assert store.rebalance().is_complete
    assert store.names == ("north", "south")
    assert shards["east"].list_keys() == []
    assert store.get(5) == {"number": "new"}
    assert store.list_keys() == list(range(300))


def test_a_lost_shard_can_be_let_go_with_its_keys():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    shards["east"].is_down = True
    store.remove("east", drain=False)
    left = [number for number in range(300) if home_of(key_address(number), three()) != "east"]
    assert store.list_keys() == left


def test_a_home_that_fails_loses_nothing_and_gets_its_keys_later():
    shards = three()
    store = ShardManager(shards)
    fill(store)
    west = Broken()
    store.add("west", west)
    west.is_down = True
    seen = []
    report = store.rebalance(lambda done, total: seen.append((done, total)))
    assert report.moved == 0
    assert all(done <= total for done, total in seen)
    assert any("to shard 'west'" in error for error in report.errors)
    west.is_down = False
    assert store.list_keys() == list(range(300))
    assert store.rebalance().is_complete


def test_what_arrives_otherwise_than_it_was_sent_is_not_deleted():
    class Forgetful(InMemoryContextStore):
        def _put(self, entries):
            super()._put(entries[1:])

    shards = three()
    store = ShardManager(shards)
    fill(store)
    store.add("west", Forgetful())
    report = store.rebalance()
    assert any("nothing was deleted" in error for error in report.errors)
    store.remove("west", drain=False)
    assert store.list_keys() == list(range(300))


def test_mistakes_are_told():
    store = ShardManager(three())
    with pytest.raises(ContextStoreError, match="Did you mean 'north'"):
        store.remove("nroth")
    with pytest.raises(ContextStoreError, match="'east' already"):
        store.add("east", InMemoryContextStore())
    with pytest.raises(ContextStoreError, match="'west' is no store"):
        store.add("west", {})
    for stores, leaving in (([], []), (three(), ["north", "east", "south"])):
        with pytest.raises(ContextStoreError, match="at least one"):
            ShardManager(stores, leaving=leaving)
    with pytest.raises(ContextStoreError, match="Did you mean 'east'"):
        ShardManager(three(), leaving=["esat"])
    with pytest.raises(ContextStoreError, match="1 is no store under a name"):
        ShardManager({1: InMemoryContextStore()})
    store.remove("north")
    store.remove("east")
    with pytest.raises(ContextStoreError, match="'south' is the last"):
        store.remove("south")


def test_keys_keep_their_order_when_the_clock_goes_back(monkeypatch):
    shards = three()
    store = ShardManager(shards)
    fill(store, 10)
    with monkeypatch.context() as patched:
        patched.setattr(time, "time_ns", lambda: 1_000_000_000)
        store.set("later", {})
        again = ShardManager(shards)  # which knows no more than is stored
        again.set("last", {})
        again.add("west", InMemoryContextStore())
        again.rebalance()
        assert again.list_keys() == [*range(10), "later", "last"]


def test_the_clock_may_go_back_after_a_rebalance(monkeypatch):
    shards = {**three(), "west": InMemoryContextStore()}
    store = ShardManager({name: shards[name] for name in ("north", "east")})
    fill(store, 100)
    assert ShardManager(shards).rebalance().moved
    with monkeypatch.context() as patched:
        patched.setattr(time, "time_ns", lambda: 1_000_000_000)
        store = ShardManager(shards)
        store.set("last", {})
        assert store.list_keys() == [*range(100), "last"]


def test_a_store_that_holds_records_may_become_a_shard():
    old = InMemoryContextStore()
    old.set("a", {"value": 1})
    old.set("b", {"value": 2})
    store = ShardManager({"old": old})
    store.add("new", InMemoryContextStore())
    store.set("c", {"value": 3})
    store.set("a", {"value": 4})
    store.rebalance()
    assert store.list_keys() == ["a", "b", "c"]
    assert store.get_many("abc") == [{"value": 4}, {"value": 2}, {"value": 3}]


def test_a_revision_stays_the_same_when_a_record_moves(tmp_path):
    store = ShardManager({"file": TinyDBContextStore(tmp_path / "context.json")})
    fill(store, 20)
    before = store.revisions()
    store.add("memory", InMemoryContextStore())
    assert store.rebalance().moved
    assert store.revisions() == before


def test_listing_again_reads_only_what_changed():
    class Counting(InMemoryContextStore):
        read = 0

        def _fetch(self, addresses):
            self.read += len(addresses)
            return super()._fetch(addresses)

    shards = [Counting(), Counting()]
    store = ShardManager(shards)
    fill(store)
    store.list_keys()
    for shard in shards:
        shard.read = 0
    store.set(5, {"number": "changed"})
    store.list_keys()
    assert sum(shard.read for shard in shards) == 2  # once to write, once to list


def test_a_damaged_record_spoils_no_other_and_can_be_written_anew(tmp_path):
    file = TinyDBContextStore(tmp_path / "context.json")
    store = ShardManager({"file": file})
    fill(store, 20)
    file.database.table("records").update({"value": {"$unknown": 1}}, lambda record: record["key"] == 3)
    assert set(store.list_keys()) == set(range(20))
    with pytest.raises(DamagedRecordError, match="shard"):
        store.get(3)
    store.add("memory", InMemoryContextStore())
    report = store.rebalance()
    assert len(report.errors) <= 1
    assert all(store.get(number) for number in range(20) if number != 3)
    store.set(3, {"number": "new"})
    assert store.get(3) == {"number": "new"}
    assert store.rebalance().is_complete


@pytest.mark.parametrize("newest", [0, 1, 2])
@pytest.mark.parametrize("is_home_last", [True, False])
def test_the_newest_copy_counts_wherever_a_crash_left_others(newest, is_home_last):
    shards = three()
    store = ShardManager(shards)
    home = store.shard_of("a")
    away = [name for name in shards if name != home]
    for number, name in enumerate([*away, home] if is_home_last else [home, *away]):
        written = 9 if number == newest else number + 1
        value = {"is newest": number == newest}
        shards[name].set("a", wrap(value, order=1, written=written, arrived=10 - number))
    assert store.get("a") == {"is newest": True}
    assert store.list_keys() == ["a"]
    assert store.rebalance().is_complete
    assert store.get("a") == {"is newest": True}
    assert places(shards) == {"a": home}
    store.delete("a")
    assert store.get("a") is None


def test_statistics_and_tokens_of_all_shards_come_together():
    shards = three()
    with ShardManager(shards) as store:
        fill(store, 30)
        store.get(1)
        stats = store.stats()
        assert (stats.by_method["set_many"].calls, stats.by_method["get"].calls) == (1, 1)
        assert stats.size_bytes == sum(each.size_bytes for each in store.shard_stats().values()) > 0
        assert isinstance(store, ObservedStore)
        before = store.change_token()
        store.get(1)
        assert before == store.change_token()
        store.set(1, {"number": "new"})
        assert before != store.change_token()


def test_a_cache_in_front_sees_what_moves_and_what_changes():
    store = ShardManager(three())
    with CachedContextStore(store) as cached:
        fill(cached, 30)
        assert [cached.get(number) for number in range(30)] == store.get_many(range(30))
        store.add("west", InMemoryContextStore())
        assert store.rebalance().moved
        assert [cached.get(number) for number in range(30)] == store.get_many(range(30))
        store.delete(7)
        store.set(8, {"number": "new"})
        assert (cached.get(7), cached.get(8)) == (None, {"number": "new"})
        assert cached.list_keys() == store.list_keys()


def test_a_shard_whose_records_expire_is_not_cached(redis_server, prefix):
    expiring = RedisContextStore(redis_server.url, prefix=prefix, ttl=3600)
    with ShardManager({"redis": expiring, "memory": InMemoryContextStore()}) as store:
        assert store.change_token() is None


def test_two_equal_keys_in_one_call_give_two_copies():
    store = ShardManager(three())
    store.set("a", {"list": []})
    one, other = store.get_many(["a", "a"])
    one["list"].append(1)
    assert other == {"list": []}


class Interleaved(InMemory):
    """Also while a rebalance stands still after any of its steps, and while shards come and go."""

    def open(self):
        self.shards = three()
        self.steps = iter(())
        self.number = 0
        return ShardManager(self.shards)

    @rule()
    def step(self):
        if next(self.steps, None) is None:
            self.steps = rebalance(self.store._current, Moved())

    @rule()
    def crash(self):
        self.steps = iter(())
        self.store = ShardManager(self.shards)

    @rule()
    def add_a_shard(self):
        if len(self.shards) < 5:
            self.number += 1
            self.shards[f"new {self.number}"] = shard = Broken()
            self.store.add(f"new {self.number}", shard)

    @rule(number=st.integers(0, 10))
    def remove_a_shard(self, number):
        name = list(self.shards)[number % len(self.shards)]
        if len(self.shards) > 1 and name in self.store.names:
            assert self.store.remove(name).is_complete
            assert self.shards.pop(name).list_keys() == []

    @rule()
    def finish(self):
        self.steps = iter(())
        assert self.store.rebalance().is_complete
        held = [typed(key) for shard in self.shards.values() for key in shard.list_keys()]
        assert len(held) == len(set(held)) == len(self.expected)

    @rule(items=st.lists(st.tuples(keys, values), max_size=4))
    def set_many(self, items):
        self.store.set_many(items)
        self.expected.update({typed(key): value for key, value in items})


class Mixed(InMemory):
    """Over a file and memory."""

    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        file = TinyDBContextStore(Path(self.folder.name) / "context.json")
        return ShardManager({"file": file, "memory": InMemoryContextStore()})

    def teardown(self):
        self.folder.cleanup()


class Failing(RuleBasedStateMachine):
    """Shards fail at times; what was acknowledged is there as soon as they are back."""

    known = Bundle("known")

    def __init__(self):
        super().__init__()
        self.shards = three()
        self.store = ShardManager(self.shards)
        self.expected = {}
        self.steps = iter(())

    @rule(target=known, key=st.integers(0, 30))
    def think_of(self, key):
        return key

    @rule(name=st.sampled_from(["north", "east", "south", "west"]), is_down=st.booleans())
    def fail(self, name, is_down):
        if name in self.shards:
            self.shards[name].is_down = is_down

    @rule()
    def add(self):
        if "west" not in self.shards:
            self.shards["west"] = Broken()
            self.store.add("west", self.shards["west"])

    @rule()
    def step(self):
        if next(self.steps, None) is None:
            self.steps = rebalance(self.store._current, Moved())

    @rule(key=known, number=st.integers())
    def set(self, key, number):
        before = self.expected.get(key, {None})
        try:
            self.store.set(key, {"number": number})
            self.expected[key] = {number}
        except ContextStoreError:
            self.expected[key] = before | {number}

    @rule(key=known)
    def delete(self, key):
        before = self.expected.get(key, {None})
        try:
            self.store.delete(key)
            self.expected[key] = {None}
        except ContextStoreError:
            self.expected[key] = before | {None}

    @rule(key=known)
    def get(self, key):
        try:
            value = self.store.get(key)
        except ContextStoreError:
            return
        assert (value and value["number"]) in self.expected.get(key, {None})

    @invariant()
    def all_is_there_when_all_are_back(self):
        down = {name: shard.is_down for name, shard in self.shards.items()}
        for shard in self.shards.values():
            shard.is_down = False
        for key, allowed in self.expected.items():
            value = self.store.get(key)
            assert (value and value["number"]) in allowed
        for name, shard in self.shards.items():
            shard.is_down = down[name]


TestInterleaved = Interleaved.TestCase
TestInterleaved.settings = bounded
TestMixed = Mixed.TestCase
TestMixed.settings = bounded
TestFailing = Failing.TestCase
TestFailing.settings = bounded


def test_threads_write_read_and_delete_while_shards_come_and_go():
    store = ShardManager(three())
    stop = threading.Event()
    failures = []

    def work(name):
        number = 0
        while not stop.is_set():
            number += 1
            key = (name, number % 40)
            store.set(key, {"number": number})
            if store.get(key) != {"number": number}:
                failures.append(("lost", key))
            if number % 3 == 0:
                store.delete(key)
                if store.get(key) is not None:
                    failures.append(("resurrected", key))
            if store.get("still") != {"there": True}:
                failures.append(("lost", "still"))
            if number % 20 == 0 and "still" not in store.list_keys():
                failures.append(("not listed", "still"))

    store.set("still", {"there": True})
    fill(store, 200)
    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        store.add(f"new {number}", InMemoryContextStore())
        assert store.rebalance().is_complete
        assert store.remove(store.names[0]).is_complete
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {key for key in store.list_keys() if isinstance(key, int)} == set(range(200))


REBALANCE = """
import sys
from pathlib import Path
from filelock import FileLock
from autodash_jupyter.stores import ShardManager, TinyDBContextStore
from autodash_jupyter.stores.sharding import moves
moves.BATCH = 3
folder, names, leaving = Path(sys.argv[1]), sys.argv[2].split(), sys.argv[3].split()
stores = {name: TinyDBContextStore(folder / f"{name}.json") for name in names}
store = ShardManager(stores, leaving=leaving, lock=FileLock(folder / "shards.lock"))
print("opened", flush=True)
def tell(done, total):
    print(done, flush=True)
report = store.rebalance(tell)
print("complete" if report.is_complete else report.errors, flush=True)
"""


def start_rebalance(folder, names, leaving=()):
    return subprocess.Popen(
        [sys.executable, "-c", REBALANCE, str(folder), " ".join(names), " ".join(leaving)],
        stdout=subprocess.PIPE,
        text=True,
    )


def open_files(folder, names, leaving=()):
    stores = {name: TinyDBContextStore(folder / f"{name}.json") for name in names}
    return ShardManager(stores, leaving=leaving, lock=FileLock(folder / "shards.lock"))


@pytest.mark.faults
@pytest.mark.parametrize("batches", [0, 1, 4, 9])
def test_a_process_killed_while_it_moves_records_loses_none_and_another_goes_on(tmp_path, batches):
    fill(open_files(tmp_path, ["north", "east"]), 150)
    process = start_rebalance(tmp_path, ["north", "east", "south"])
    for _ in range(batches + 1):
        process.stdout.readline()
    process.kill()
    process.communicate()
    store = open_files(tmp_path, ["north", "east", "south"])
    assert [store.get(number) for number in range(150)] == [{"number": number} for number in range(150)]
    assert store.list_keys() == list(range(150))
    store.delete(3)
    process = start_rebalance(tmp_path, ["north", "east", "south"])
    assert process.communicate()[0].splitlines()[-1] == "complete"
    assert store.list_keys() == [number for number in range(150) if number != 3]
    shards = [TinyDBContextStore(tmp_path / f"{name}.json") for name in ("north", "east", "south")]
    assert sum(len(shard.list_keys()) for shard in shards) == 149
    assert len(shards[2].list_keys()) > 20


@pytest.mark.faults
@pytest.mark.timeout(60 + 5 * KILLS)
def test_records_survive_processes_that_are_killed_again_and_again_while_they_move_them(tmp_path):
    names = ["north", "east", "south", "west"]
    chance = random.Random(1)
    fill(open_files(tmp_path, names), 200)
    expected = {number: number for number in range(200)}
    for kill in range(KILLS):
        leaving = chance.choice([[], ["north"], ["south"], ["north", "west"]])
        process = start_rebalance(tmp_path, names, leaving)
        process.stdout.readline()
        store = open_files(tmp_path, names, leaving)
        ends = time.monotonic() + chance.uniform(0, 0.3)
        while time.monotonic() < ends:
            number = chance.randrange(200)
            expected[number] = kill * 1000 + number
            store.set(number, {"number": expected[number]})
            assert store.get(number) == {"number": expected[number]}
        process.kill()
        process.communicate()
        if kill % 2:
            store = open_files(tmp_path, names, leaving)
        assert {number: store.get(number)["number"] for number in range(200)} == expected
        assert store.list_keys() == list(range(200))
    assert open_files(tmp_path, names).rebalance().is_complete


@pytest.mark.faults
def test_what_one_process_writes_is_safe_while_another_moves_it(tmp_path):
    fill(open_files(tmp_path, ["north", "east"]), 200)
    store = open_files(tmp_path, ["north", "east", "south", "west"])
    assert store.get(0) == {"number": 0}
    process = start_rebalance(tmp_path, ["north", "east", "south", "west"])
    process.stdout.readline()
    for number in range(0, 200, 2):
        store.set(number, {"number": -number})
        store.delete(number + 1)
        assert store.get(number) == {"number": -number}
        assert store.get(number + 1) is None
    assert process.communicate()[0].splitlines()[-1] == "complete"
    assert store.rebalance().is_complete
    assert store.list_keys() == list(range(0, 200, 2))
    assert all(store.get(number) == {"number": -number} for number in range(0, 200, 2))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_a_fork_can_go_on_with_its_parents_shards(tmp_path):
    store = open_files(tmp_path, ["north", "east"])
    fill(store, 10)
    child = os.fork()
    if child == 0:
        store.set_many((number, {"by": "child"}) for number in range(10))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert store.get_many(range(10)) == [{"by": "child"}] * 10


def test_hostile_names_and_values_pass_through_exactly():
    store = ShardManager(three())
    value = wrap({"looks": "like ours"}, order=1, written=2, arrived=3)
    store.set("a", value)
    assert exactly(store.get("a")) == exactly(value)
