"""What a store tells about its calls."""

import logging

import pytest

from autodash_jupyter.stores import ContextStoreError, InMemoryContextStore, TinyDBContextStore


@pytest.fixture(params=["memory", "tinydb"])
def store(request, tmp_path):
    return InMemoryContextStore() if request.param == "memory" else TinyDBContextStore(tmp_path / "c.json")


def test_calls_and_errors_are_counted_by_method(store):
    store.set("a", {"x": 1})
    store.get("a")
    store.get("b")
    with pytest.raises(ContextStoreError):
        store.set("a", {"x": {1}})
    stats = store.stats()
    assert (stats.calls, stats.errors) == (4, 1)
    assert (stats.by_method["get"].calls, stats.by_method["get"].errors) == (2, 0)
    assert (stats.by_method["set"].calls, stats.by_method["set"].errors) == (2, 1)
    assert 0 < stats.by_method["get"].p50_ms <= stats.by_method["get"].p99_ms


def test_the_size_grows_with_what_is_stored(store):
    before = store.stats().size_bytes
    store.set("a", {"text": "x" * 1000})
    assert store.stats().size_bytes >= before + 1000


def test_the_log_has_neither_keys_nor_values(store, caplog):
    with caplog.at_level(logging.DEBUG, logger="autodash_jupyter"):
        store.set("secret key", {"secret name": "secret value"})
        store.get("secret key")
        store.list_keys()
        with pytest.raises(ContextStoreError):
            store.set("secret key", {"secret name": {"secret value"}})
    assert "get took" in caplog.text
    assert "set failed" in caplog.text
    assert "secret" not in caplog.text
