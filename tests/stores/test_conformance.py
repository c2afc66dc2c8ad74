"""Both stores keep the promises of ``ContextStore``."""

import pytest

from autodash_jupyter.stores import InMemoryContextStore, RevisionedStore, TinyDBContextStore
from autodash_jupyter.stores.testing import KEYS, VALUES, ContextStoreConformance, exactly


class RevisionConformance:
    def test_a_revision_changes_with_the_value_and_only_then(self, store):
        assert isinstance(store, RevisionedStore)
        store.set("a", {"value": 1})
        store.set("b", {"value": 1})
        before = dict(store.revisions())
        store.set("a", {"value": True})
        store.set("b", {"value": 1})
        after = dict(store.revisions())
        assert after["a"] != before["a"]
        assert after["b"] == before["b"]


class TestInMemoryContextStore(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self):
        return InMemoryContextStore()


class TestTinyDBContextStore(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path):
        return TinyDBContextStore(tmp_path / "context.json")


@pytest.mark.parametrize("compacted", [False, True])
def test_all_keys_and_values_are_there_after_reopening(tmp_path, compacted):
    path = tmp_path / "context.json"
    store = TinyDBContextStore(path)
    for number, key in enumerate(KEYS):
        store.set(key, VALUES[number % len(VALUES)])
    if compacted:
        store.compact()
    reopened = TinyDBContextStore(path)
    assert exactly(reopened.list_keys()) == exactly(KEYS)
    for number, key in enumerate(KEYS):
        assert exactly(reopened.get(key)) == exactly(VALUES[number % len(VALUES)])
