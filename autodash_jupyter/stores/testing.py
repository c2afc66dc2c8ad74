"""What every store must do, as tests: subclass ``ContextStoreConformance`` and give it a store.

It needs pytest, which AutoDash itself doesn't install::

    class TestMyStore(ContextStoreConformance):
        @pytest.fixture
        def store(self):
            return MyStore()
"""

# ruff: noqa: D102 - a test's name is the sentence that documents it

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from autodash_jupyter.stores import (
    BatchStore,
    Changes,
    ConditionalStore,
    ContextStore,
    ContextStoreError,
    Key,
    ObservedStore,
    Read,
    Value,
    delete_many,
    get_many,
    get_many_with_revisions,
    set_many,
    set_many_if,
    update_many,
)

__all__ = ["BAD_KEYS", "BAD_VALUES", "ContextStoreConformance", "KEYS", "VALUES", "one_more"]

KEYS: list[Key] = [
    *(1, 1.0, True, "1", 0, -0.5, False, None, "", "None", b"", b"1", 10**400, -(10**400)),
    *(float("inf"), float("-inf"), (), (1,), ((1,),), ("column", "a"), ("row", 3, "column", ("a", None))),
    *(frozenset(), frozenset({1, "1", (True,)}), frozenset({1.0}), "\ud83d\ude00", "😀", "a\nb\x00", "$date"),
    *(date(2024, 2, 29), datetime(2024, 2, 29), datetime(2024, 2, 29, tzinfo=UTC), "2024-02-29"),
    datetime(2024, 6, 1, 12, 0, 0, 1, tzinfo=ZoneInfo("Europe/Berlin")),
    UUID("12345678-1234-5678-1234-567812345678"),
]
VALUES: list[Value] = [
    {},
    {"": None, "a\x00b": "\ud83d\ude00", "\udcff": "😀", "$date": {"$date": "x", "$dict": []}, "$": 1},
    {"numbers": [0, 1, True, False, 1.0, -0.0, 1e308, 5e-324, 10**400, float("inf"), float("-inf")]},
    {"nested": {"a": [[], {}, [{"b": [None, "1", 1]}]]}},
    {"day": date(1, 1, 1), "naive": datetime(9999, 12, 31, 23, 59, 59, 999999)},
    {
        "utc": datetime(2024, 1, 1, tzinfo=UTC),
        "offset": datetime(2024, 1, 1, tzinfo=timezone(timedelta(0, 61))),
    },
    {"zone": datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)},
]
BAD_KEYS = [
    [1],
    {"a": 1},
    {1},
    object(),
    1j,
    ("a", [1]),
    frozenset({range(2)}),
    type("Name", (str,), {})("a"),
]
BAD_VALUES: list[Any] = [
    *("text", None, ["list"], (("a", 1),), {1: "a"}, {None: 1}, {"a": (1,)}, {"a": {1}}, {"a": b"bytes"}),
    *({"a": [object()]}, {"a": 1j}, {"a": type("Number", (int,), {})(1)}, {"a": timedelta(1)}),
]


class ContextStoreConformance:
    """The promises of ``ContextStore``; a subclass has a fixture ``store``, empty and new each time."""

    def test_is_a_context_store(self, store: ContextStore) -> None:
        assert isinstance(store, ContextStore)

    def test_a_missing_key_is_none_and_deleting_it_is_no_error(self, store: ContextStore) -> None:
        store.delete("missing")
        assert store.get("missing") is None
        assert store.list_keys() == []

    def test_keys_of_different_types_are_different_and_come_back_exactly(self, store: ContextStore) -> None:
        for number, key in enumerate(KEYS):
            store.set(key, {"number": number})
        assert [store.get(key) for key in KEYS] == [{"number": number} for number in range(len(KEYS))]
        assert [exactly(key) for key in store.list_keys()] == [exactly(key) for key in KEYS]
        for number, key in enumerate(KEYS):
            store.delete(key)
            assert store.get(key) is None
            assert len(store.list_keys()) == len(KEYS) - number - 1

    @pytest.mark.parametrize("value", VALUES, ids=ascii)
    def test_a_value_comes_back_exactly(self, store: ContextStore, value: Value) -> None:
        store.set("key", value)
        assert exactly(store.get("key")) == exactly(value)

    def test_nan_comes_back_and_is_one_key(self, store: ContextStore) -> None:
        store.set(float("nan"), {"nan": float("nan")})
        store.set(float("nan"), {"nan": float("nan"), "again": True})
        assert [repr(key) for key in store.list_keys()] == ["nan"]
        assert exactly(store.get(float("nan"))) == exactly({"nan": float("nan"), "again": True})

    def test_equal_keys_of_the_same_types_are_one_key(self, store: ContextStore) -> None:
        noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
        pairs: list[tuple[Key, Key]] = [(0.0, -0.0), (noon, noon.astimezone(ZoneInfo("Asia/Tokyo")))]
        for one, other in pairs:
            store.set(one, {"set": "first"})
            store.set((one,), {"set": "first"})
            assert store.get(other) == store.get((other,)) == {"set": "first"}

    def test_set_overwrites_and_keeps_the_order(self, store: ContextStore) -> None:
        for key in ("b", "a", "c"):
            store.set(key, {"value": 1})
        store.set("a", {"value": 2})
        assert store.get("a") == {"value": 2}
        assert store.list_keys() == ["b", "a", "c"]

    def test_what_goes_in_and_what_comes_out_are_copies(self, store: ContextStore) -> None:
        value = {"list": [1]}
        store.set("key", value)
        value["list"].append(2)
        got = store.get("key")
        assert got == {"list": [1]}
        got["list"].append(3)
        assert store.get("key") == {"list": [1]}

    @pytest.mark.parametrize("key", BAD_KEYS, ids=lambda key: type(key).__name__)
    def test_a_key_of_another_type_is_refused(self, store: ContextStore, key: Key) -> None:
        with pytest.raises(ContextStoreError, match="a key can't hold"):
            store.set(key, {})
        with pytest.raises(ContextStoreError, match="a key can't hold"):
            store.get(key)
        with pytest.raises(ContextStoreError, match="a key can't hold"):
            store.delete(key)
        assert store.list_keys() == []

    @pytest.mark.parametrize("value", BAD_VALUES, ids=lambda value: type(value).__name__)
    def test_a_value_of_another_type_is_refused_before_it_is_written(
        self, store: ContextStore, value: Value
    ) -> None:
        store.set("key", {"value": 1})
        with pytest.raises(ContextStoreError, match="a value"):
            store.set("key", value)
        assert store.get("key") == {"value": 1}

    def test_endless_keys_and_values_are_refused(self, store: ContextStore) -> None:
        value: Value = {}
        value["self"] = [value]
        deep: Key = ()
        for _ in range(5000):
            deep = (deep,)
        with pytest.raises(ContextStoreError, match="levels"):
            store.set("key", value)
        with pytest.raises(ContextStoreError, match="levels"):
            store.set(deep, {})
        assert store.list_keys() == []

    def test_many_at_once_are_as_one_after_the_other(self, store: ContextStore) -> None:
        pairs: list[tuple[Key, Value]] = [(1, {"a": 1}), (True, {"a": 2}), ("x", {"a": 3}), (1, {"a": 4})]
        set_many(store, pairs)
        assert get_many(store, ["x", True, "missing", 1]) == [{"a": 3}, {"a": 2}, None, {"a": 4}]
        assert [exactly(key) for key in store.list_keys()] == [exactly(key) for key in (1, True, "x")]
        delete_many(store, [True, "missing", True])
        assert [exactly(key) for key in store.list_keys()] == [exactly(key) for key in (1, "x")]
        set_many(store, {})
        delete_many(store, [])
        assert get_many(store, []) == []
        assert store.get("x") == {"a": 3}

    def test_of_many_one_that_is_refused_refuses_all(self, store: ContextStore) -> None:
        if not isinstance(store, BatchStore):
            pytest.skip("this store takes one record in a call")
        store.set("a", {"value": 1})
        with pytest.raises(ContextStoreError, match="a value can't hold"):
            store.set_many([("a", {"value": 2}), ("b", {"value": {1}})])
        with pytest.raises(ContextStoreError, match="a key can't hold"):
            store.delete_many(["a", [1]])  # type: ignore[list-item]
        assert store.list_keys() == ["a"]
        assert store.get("a") == {"value": 1}

    def test_a_write_on_a_condition_is_done_where_nothing_changed(self, store: ContextStore) -> None:
        set_many(store, [(1, {"a": 1}), ("gone", {"a": 2})])
        assert get_many_with_revisions(store, ["missing"]) == [(None, None)]
        (one, first), (gone, second) = get_many_with_revisions(store, [1, "gone"])
        assert (one, gone) == ({"a": 1}, {"a": 2})
        items: list[tuple[Key, Value | None]] = [(1, {"a": 3}), (True, {"a": 4}), ("gone", None)]
        assert set_many_if(store, items, [(1, first), (True, None), ("gone", second)])
        assert get_many(store, [1, True, "gone"]) == [{"a": 3}, {"a": 4}, None]
        assert [exactly(key) for key in store.list_keys()] == [exactly(key) for key in (1, True)]

    @pytest.mark.parametrize("why", ["changed", "deleted", "made", "changed elsewhere"])
    def test_a_write_on_a_condition_does_nothing_where_something_changed(
        self, store: ContextStore, why: str
    ) -> None:
        set_many(store, {"a": {"value": 1}, "b": {"value": 1}, "seen": {"value": 1}})
        keys = ["a", "b", "seen", "new"]
        seen = zip(keys, get_many_with_revisions(store, keys), strict=True)
        expected: dict[Key, str | None] = {key: revision for key, (_, revision) in seen}
        if why == "deleted":
            store.delete("b")
        else:
            store.set({"changed": "b", "made": "new", "changed elsewhere": "seen"}[why], {"value": 2})
        before = [(exactly(key), store.get(key)) for key in store.list_keys()]
        assert not set_many_if(store, {"a": {"value": 3}, "b": None, "new": {"value": 3}}, expected)
        assert [(exactly(key), store.get(key)) for key in store.list_keys()] == before

    def test_revisions_of_records_read_are_those_listed(self, store: ContextStore) -> None:
        if not isinstance(store, ConditionalStore) or not isinstance(store, ObservedStore):
            pytest.skip("this store can't write on a condition")
        keys: list[Key] = ["a", ("b", 1)]
        set_many(store, [(key, {"value": [1.5, "é"]}) for key in keys])
        listed = dict(store.revisions())
        assert [(key, listed[key]) for key in keys] == [
            (key, revision)
            for key, (_, revision) in zip(keys, store.get_many_with_revisions(keys), strict=True)
        ]

    def test_a_write_on_a_condition_refuses_what_is_unfit(self, store: ContextStore) -> None:
        store.set("a", {"value": 1})
        with pytest.raises(ContextStoreError, match="a value can't hold"):
            set_many_if(store, [("a", {"value": 2}), ("b", {"value": {1}})], {})
        with pytest.raises(ContextStoreError, match="a key can't hold"):
            set_many_if(store, [("a", {"value": 2})], [([1], None)])  # type: ignore[list-item]
        assert set_many_if(store, {}, {"a": get_many_with_revisions(store, ["a"])[0][1]})
        assert not set_many_if(store, {}, {"a": None})
        assert store.get("a") == {"value": 1}

    def test_writers_at_once_lose_none_of_eight_counters(self, store: ContextStore) -> None:
        def count(number: int) -> None:
            for turn in range(10):
                update_many(store, partial(one_more, key=("count", (number + turn) % 8)))

        threads = [threading.Thread(target=count, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = get_many(store, [("count", key) for key in range(8)])
        assert sum(value["count"] for value in found if value is not None) == 40
        total = store.get("total")
        assert total is not None
        assert total["count"] == 40

    def test_a_change_token_changes_with_every_write_where_there_is_one(self, store: ContextStore) -> None:
        if not isinstance(store, ObservedStore) or store.change_token() is None:
            pytest.skip("this store can't tell cheaply whether anything changed")
        seen = [store.change_token()]
        writes: list[Callable[[], None]] = [
            lambda: store.set("a", {"value": 1}),
            lambda: store.set("a", {"value": 2}),
            lambda: set_many(store, {"b": {}, "c": {}}),
            lambda: store.delete("a"),
            lambda: delete_many(store, ["b", "c"]),
            lambda: update_many(store, lambda _: {"d": {}}),
            lambda: update_many(store, lambda _: {"d": None}),
        ]
        for write in writes:
            write()
            assert store.change_token() not in seen
            seen.append(store.change_token())
            store.get("a")
            store.list_keys()
            assert store.change_token() == seen[-1]

    def test_the_changes_since_a_token_lead_to_what_is_there(self, store: ContextStore) -> None:
        if not isinstance(store, ObservedStore) or store.change_token() is None:
            pytest.skip("this store can't tell cheaply whether anything changed")
        set_many(store, {"a": {"value": 1}, "b": {"value": 1}})
        before, token = dict(store.revisions()), store.change_token()
        store.set("a", {"value": 2})
        store.delete("b")
        set_many(store, [(("c", 1), {}), ("d", {}), ("e", {})])
        update_many(store, lambda _: {"a": {"value": 3}, "e": None, "f": {}})
        changes = store.changes_since(token)
        if changes is None:
            pytest.skip("this store can't tell what changed")
        for key, revision in changes:
            before.pop(key, None)
            if revision is not None:
                before[key] = revision
        assert before == dict(store.revisions())

    def test_threads_may_write_and_read_at_once(self, store: ContextStore) -> None:
        def work(name: int) -> None:
            for number in range(10):
                store.set((name, number), {"number": number})
                if store.get((name, number)) != {"number": number} or not store.list_keys():
                    failures.append((name, number))

        failures: list[Key] = []
        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(store.list_keys()) == {(name, number) for name in range(4) for number in range(10)}


def one_more(read: Read, key: Key) -> Changes:
    """Count one more under a key, and in total: what ``update_many`` may do.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> update_many(store, lambda read: one_more(read, "a"))
    >>> store.get("a"), store.get("total")
    ({'count': 1}, {'count': 1})
    """
    return {
        each: {"count": found["count"] + 1 if found else 1}
        for each, found in zip((key, "total"), read(key, "total"), strict=True)
    }


def exactly(value: object) -> object:
    """Return a value with its types, so that ``==`` tells apart all that a store must.

    >>> exactly(1) == exactly(True), exactly([0.0]) == exactly([-0.0])
    (False, False)
    """
    if isinstance(value, tuple | list):
        return type(value).__name__, [exactly(item) for item in value]
    if isinstance(value, frozenset):
        return "frozenset", {repr(exactly(item)) for item in value}
    if isinstance(value, dict):
        return "dict", [(exactly(key), exactly(item)) for key, item in value.items()]
    return type(value).__name__, value if isinstance(value, int) else repr(value)
