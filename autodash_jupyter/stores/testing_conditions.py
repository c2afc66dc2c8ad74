"""What every store must do with ``set_many_if`` and ``update_many``, as tests."""

# ruff: noqa: D102 - a test's name is the sentence that documents it

from __future__ import annotations

import threading
from functools import partial

import pytest

from autodash_jupyter.stores import (
    Changes,
    ConditionalStore,
    ContextStore,
    ContextStoreError,
    Key,
    ObservedStore,
    Read,
    Value,
    get_many,
    get_many_with_revisions,
    set_many,
    set_many_if,
    update_many,
)
from autodash_jupyter.stores.testing_values import exactly

__all__ = ["ConditionalWriteConformance", "one_more"]


class ConditionalWriteConformance:
    """The promises of writes on a condition; they are a part of ``ContextStoreConformance``."""

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
