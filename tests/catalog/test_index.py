"""An index answers as a look at every record would, on any store, whoever wrote."""

import logging
import random
import threading

import pytest

from autodash_jupyter.catalog.index import RecordIndex
from autodash_jupyter.stores import ContextStoreError, InMemoryContextStore, TinyDBContextStore
from autodash_jupyter.stores.tinydb import change_log

KIND = "person"


class FourMethods:
    """A store as a person may write one: it tells neither revisions nor tokens."""

    def __init__(self, store):
        for name in ("set", "get", "delete", "list_keys"):
            setattr(self, name, getattr(store, name))


class WithRevisions(FourMethods):
    """A store that tells revisions, but no token."""

    def __init__(self, store):
        super().__init__(store)
        self.revisions = store.revisions


@pytest.fixture(params=["memory", "tinydb", "revisions", "four methods"])
def store(request, tmp_path):
    if request.param == "tinydb":
        return TinyDBContextStore(tmp_path / "context.json")
    store = InMemoryContextStore()
    return {"memory": lambda each: each, "revisions": WithRevisions, "four methods": FourMethods}[
        request.param
    ](store)


def parse(value):
    if "name" not in value:
        raise ValueError("name is missing\nand more")
    return (value["name"], *value.get("tags", []))


def make_index(store):
    return RecordIndex(store, KIND, parse, {"initial": lambda person: [person[0][0]], "tag": lambda p: p[1:]})


def test_records_are_found_by_each_of_their_answers_until_they_change_or_go(store):
    index = make_index(store)
    assert index.find("initial", "A") == index.all() == []
    store.set((KIND, "1"), {"name": "Ada", "tags": ["x", "y", "x"]})
    store.set((KIND, "2"), {"name": "Anna", "tags": ["y"]})
    assert index.find("initial", "A") == index.find("tag", "y") == [("Ada", "x", "y", "x"), ("Anna", "y")]
    assert index.find("tag", "x") == [("Ada", "x", "y", "x")]
    store.set((KIND, "1"), {"name": "Grace", "tags": ["y"]})
    assert index.find("tag", "x") == []
    assert index.find("initial", "A") == [("Anna", "y")]
    assert index.answers("tag") == ({"y"}, [])
    store.delete((KIND, "1"))
    assert index.find("initial", "G") == []
    assert index.all() == index.find("tag", "y") == [("Anna", "y")]


def test_records_of_other_kinds_are_left_alone(store):
    index = make_index(store)
    for key in (KIND, (KIND,), (KIND, 1), (KIND, "1", "2"), ("other", "1"), None, frozenset({KIND})):
        store.set(key, {"name": "no person"})
    assert index.all() == []


def test_a_record_that_cannot_be_read_is_left_out_and_named(store, caplog):
    index = make_index(store)
    store.set((KIND, "good"), {"name": "Ada"})
    store.set((KIND, "bad\n"), {"no": "name"})
    assert index.all() == [("Ada",)]
    assert index.answers("initial") == ({"A"}, ["bad\n"])
    assert r"the record of person 'bad\n' is left out: name is missing" in caplog.text
    assert "and more" not in caplog.text
    store.set((KIND, "bad\n"), {"name": "Grace"})
    assert index.find("initial", "G") == [("Grace",)]


def test_a_damaged_record_is_left_out_among_many_and_warned_of_once(tmp_path, caplog):
    store = TinyDBContextStore(tmp_path / "context.json")
    store.set_many(((KIND, str(number)), {"name": f"A{number}"}) for number in range(30))
    store.database.table("records").update({"value": {"$unknown": 1}}, lambda record: record["key"][1] == "7")
    index = make_index(store)
    with caplog.at_level(logging.WARNING, logger="autodash_jupyter.catalog"):
        for _ in range(3):
            assert [name for (name,) in index.all()] == [f"A{number}" for number in range(30) if number != 7]
            store.set("something else", {})
    assert caplog.text.count("the record of person '7' is left out") == 1


def test_any_sequence_of_writes_by_two_leaves_the_index_as_a_look_at_all_would(tmp_path, monkeypatch):
    monkeypatch.setattr(change_log, "KEPT", 3)
    chance = random.Random(7)
    stores = [TinyDBContextStore(tmp_path / "context.json") for _ in range(2)]
    indexes = [make_index(store) for store in stores]
    for _ in range(300):
        writer = chance.choice(stores)
        keys = [(KIND, str(chance.randrange(6))) for _ in range(chance.choice([1, 1, 1, 5]))]
        match chance.randrange(6):
            case 0 | 1 | 2:
                writer.set_many((key, {"name": chance.choice(["Ada", "Bob", "Cy"])}) for key in keys)
            case 3 | 4:
                writer.delete_many(keys)
            case 5:
                writer.compact()
        if chance.random() < 0.5:
            index = chance.choice(indexes)
            everyone = [parse(writer.get(key)) for key in writer.list_keys()]
            assert sorted(index.all()) == sorted(everyone)
            for initial in "ABC":
                expected = sorted(person for person in everyone if person[0][0] == initial)
                assert sorted(index.find("initial", initial)) == expected


def test_nothing_is_read_where_nothing_changed_and_only_what_changed_else(tmp_path, monkeypatch):
    one, other = TinyDBContextStore(tmp_path / "context.json"), TinyDBContextStore(tmp_path / "context.json")
    one.set_many(((KIND, str(number)), {"name": f"A{number}"}) for number in range(100))
    index = make_index(one)
    assert len(index.all()) == 100
    read, fetch = [], one._fetch
    monkeypatch.setattr(one, "_fetch", lambda addresses: read.extend(addresses) or fetch(addresses))
    monkeypatch.setattr(one, "revisions", lambda: pytest.fail("all were listed"))
    for _ in range(3):
        assert len(index.find("initial", "A")) == 100
    other.set((KIND, "5"), {"name": "B5"})
    other.delete((KIND, "6"))
    assert index.find("initial", "B") == [("B5",)]
    assert len(index.all()) == 99
    assert read == ['["person", "5"]']


def test_a_store_that_fails_is_an_error_and_then_right_again(tmp_path):
    path = tmp_path / "context.json"
    store = TinyDBContextStore(path)
    index = make_index(store)
    store.set((KIND, "1"), {"name": "Ada"})
    assert index.all() == [("Ada",)]
    store.compact()
    base = path.read_bytes()
    path.write_bytes(b"damaged")
    with pytest.raises(ContextStoreError, match="is damaged"):
        index.all()
    path.write_bytes(base.replace(b"Ada", b"Eva"))
    assert index.all() == [("Eva",)]


def test_threads_may_ask_while_others_write(store):
    index, failures = make_index(store), []

    def write(name):
        for number in range(20):
            store.set((KIND, f"{name} {number}"), {"name": f"{name}{number}"})
            if (f"{name}{number}",) not in index.find("initial", name):
                failures.append((name, number))

    threads = [threading.Thread(target=write, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index.all()) == 80
