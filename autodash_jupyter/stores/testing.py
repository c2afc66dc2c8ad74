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
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autodash_jupyter.stores import (
    BatchStore,
    ContextStore,
    ContextStoreError,
    Key,
    ObservedStore,
    Value,
    delete_many,
    get_many,
    set_many,
    update_many,
)
from autodash_jupyter.stores.testing_conditions import ConditionalWriteConformance, one_more
from autodash_jupyter.stores.testing_values import BAD_KEYS, BAD_VALUES, KEYS, VALUES, exactly

__all__ = [
    "BAD_KEYS",
    "BAD_VALUES",
    "KEYS",
    "VALUES",
    "ContextStoreConformance",
    "exactly",
    "one_more",
]


class ContextStoreConformance(ConditionalWriteConformance):
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
