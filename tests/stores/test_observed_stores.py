"""What a store tells of changes: a token that stays as long as nothing changes, and what changed since."""

import pytest

from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore
from autodash_jupyter.stores.protocol import ObservedStore
from autodash_jupyter.stores.tinydb import change_log


@pytest.fixture(params=["memory", "tinydb"])
def store(request, tmp_path):
    return InMemoryContextStore() if request.param == "memory" else TinyDBContextStore(tmp_path / "c.json")


def changed(store, token):
    changes = store.changes_since(token)
    return [(key, revision is not None) for key, revision in changes]


def test_the_token_changes_with_every_write_and_only_then(store):
    assert isinstance(store, ObservedStore)
    seen = [store.change_token()]
    for write in (
        lambda: store.set("a", {"value": 1}),
        lambda: store.set("a", {"value": 2}),
        lambda: store.set_many({"b": {}, "c": {}}),
        lambda: store.delete("a"),
        lambda: store.delete_many(["b", "c"]),
    ):
        write()
        assert store.change_token() not in seen
        seen.append(store.change_token())
        store.get("a")
        store.list_keys()
        assert store.change_token() == seen[-1]
    store.delete("missing")
    store.set_many({})
    assert store.change_token() == seen[-1]


def test_the_changes_since_a_token_are_the_keys_in_order_with_their_revisions(store):
    store.set(("old", 1), {"value": 1})
    token = store.change_token()
    assert store.changes_since(token) == []
    store.set(("new", b"1"), {"value": 1})
    store.set_many([(1, {}), (True, {})])
    middle = store.change_token()
    store.delete(("old", 1))
    store.set(("new", b"1"), {"value": 2})
    assert changed(store, token) == [
        *((("new", b"1"), True), (1, True), (True, True)),
        *((("old", 1), False), (("new", b"1"), True)),
    ]
    assert [type(key) for key, _ in store.changes_since(token)][1:3] == [int, bool]
    assert changed(store, middle) == [(("old", 1), False), (("new", b"1"), True)]
    assert store.changes_since(middle)[-1][1] == dict(store.revisions())[("new", b"1")]


def test_who_is_too_far_behind_or_has_another_ones_token_is_told_so(store):
    token = store.change_token()
    store.set("a", {})
    for strange in (None, 5, "token", (0, 0, 0)):
        assert store.changes_since(strange) is None
    store.set_many({number: {} for number in range(change_log.KEPT + 1)})
    assert store.changes_since(token) is None
    token = store.change_token()
    store.set("b", {})
    assert changed(store, token) == [("b", True)]


def test_what_another_instance_wrote_is_told_by_the_journals_new_end(tmp_path):
    one, other = TinyDBContextStore(tmp_path / "c.json"), TinyDBContextStore(tmp_path / "c.json")
    one.set("a", {})
    token = other.change_token()
    one.set("b", {})
    one.delete("a")
    assert other.change_token() != token
    assert changed(other, token) == [("b", True), ("a", False)]
    one.compact()
    assert other.changes_since(token) is None
    assert other.change_token() != token
    assert other.list_keys() == ["b"]


def test_own_compaction_changes_nothing(tmp_path):
    store = TinyDBContextStore(tmp_path / "c.json")
    store.set("a", {})
    token = store.change_token()
    store.compact()
    assert store.change_token() == token
