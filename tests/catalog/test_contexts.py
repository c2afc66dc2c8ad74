"""The catalog of contexts: saved with revisions and links at once, found by two reads, beside others."""

from datetime import UTC, datetime

import pytest
from catalog.test_datasets import FourMethods

from autodash_jupyter.catalog import ContextCatalog, DatasetCatalog, NameTakenError, Save
from autodash_jupyter.models import Dataset
from autodash_jupyter.stores import (
    CachedContextStore,
    ContextStoreError,
    DatabaseContextStore,
    InMemoryContextStore,
    TinyDBContextStore,
)

KINDS = ["memory", "tinydb", "sqlite", "cached", "four methods"]


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    made = {
        "memory": InMemoryContextStore,
        "tinydb": lambda: TinyDBContextStore(tmp_path / "context.json"),
        "sqlite": lambda: DatabaseContextStore(tmp_path / "context.db"),
        "cached": lambda: CachedContextStore(InMemoryContextStore()),
        "four methods": FourMethods,
    }[request.param]()
    yield made
    getattr(made, "close", lambda: None)()


@pytest.fixture
def catalog(store):
    datasets = DatasetCatalog(store)
    for user_id, dataset_id in [("ada", "a"), ("ada", "b"), (1, "one"), (True, "true"), ("1", "text")]:
        datasets.save(Dataset(dataset_id=dataset_id, user_id=user_id, name=dataset_id, filename="t.csv"))
    return ContextCatalog(store)


def wanted(name, *dataset_ids, **values):
    version = values.pop("version", "1.0.0")
    is_first = values.pop("is_first", False)
    document = {"name": name, "version": version, "datasets": [{"dataset_id": one} for one in dataset_ids]}
    return Save(document | values, f"# {name}", dataset_ids, "ada", "saved", is_first)


def save(catalog, context_id, *args, user_id="ada", **values):
    return catalog.save(user_id, context_id, lambda _: wanted(*args, **values))


def test_a_saved_context_comes_back_equal_with_its_links(catalog):
    saved = save(catalog, "ctx_1", "sales", "a", "b")
    assert catalog.get("ctx_1") == catalog.active("a") == catalog.active("b") == saved
    assert (saved.revision, saved.linked, saved.skipped, saved.author) == (1, ("a", "b"), (), "ada")
    assert catalog.list("ada") == [saved] == [catalog.find_by_name("ada", "sales")]


def test_an_update_unlinks_what_it_no_longer_names_and_counts_revisions(catalog):
    first = save(catalog, "ctx_1", "sales", "a")
    second = save(catalog, "ctx_1", "sales", "b")
    assert catalog.active("a") is None
    assert catalog.link("a") is None
    assert catalog.active("b") == second
    assert second.created_at == first.created_at <= second.updated_at
    assert catalog.revisions(second) == [first, second]


def test_deleting_sets_the_links_to_null_and_leaves_nothing_behind(catalog, store):
    before = store.list_keys()
    save(catalog, "ctx_1", "sales", "a", "b")
    save(catalog, "ctx_1", "sales_2", "a")
    catalog.delete("ctx_1")
    assert catalog.active("a") is None
    assert catalog.get("ctx_1") is None
    assert catalog.list("ada") == []
    assert catalog.delete("ctx_1") is None
    assert store.list_keys() == before


def test_only_datasets_of_the_same_user_are_linked(catalog):
    saved = save(catalog, "ctx_1", "sales", "a", "one", "nobody's", "true", "text")
    assert (saved.linked, saved.skipped) == (("a",), ("one", "nobody's", "true", "text"))
    for user_id, own in [(1, "one"), (True, "true"), ("1", "text")]:
        other = save(catalog, f"ctx_{own}", "sales", "one", "true", "text", user_id=user_id)
        assert other.linked == (own,)
        assert catalog.list(user_id) == [other]


def test_of_several_contexts_the_newest_active_one_speaks(catalog):
    save(catalog, "ctx_1", "one", "a")
    save(catalog, "ctx_2", "two", "a")
    assert catalog.active("a").name == "two"
    save(catalog, "ctx_3", "three", "a", status="draft")
    save(catalog, "ctx_4", "four", "a", is_first=True)
    assert catalog.active("a").name == "two"
    save(catalog, "ctx_2", "two", "a", status="archived")
    assert catalog.active("a").name == "one"
    catalog.choose("a", "ctx_4")
    assert catalog.active("a").name == "four"
    with pytest.raises(ContextStoreError, match="no active context"):
        catalog.choose("a", "ctx_3")
    with pytest.raises(ContextStoreError, match="no active context"):
        catalog.choose("b", "ctx_1")
    catalog.delete("ctx_4")
    assert catalog.active("a").name == "one"


def test_a_name_and_version_is_one_context_s_of_a_user(catalog):
    save(catalog, "ctx_1", "sales")
    with pytest.raises(NameTakenError):
        save(catalog, "ctx_2", "sales")
    assert catalog.get("ctx_2") is None
    save(catalog, "ctx_2", "sales", version="2")
    save(catalog, "ctx_3", "sales", user_id=1)
    save(catalog, "ctx_1", "orders")
    save(catalog, "ctx_4", "sales")
    with pytest.raises(NameTakenError):
        save(catalog, "ctx_1", "sales")
    catalog.delete("ctx_4")
    assert save(catalog, "ctx_1", "sales").revision == 3


def test_who_saves_second_builds_on_what_the_first_one_saved(catalog, store):
    other = ContextCatalog(store)
    save(catalog, "ctx_1", "sales", "a")
    seen = []

    def edit(current):
        seen.append(current.revision)
        if len(seen) == 1:
            save(other, "ctx_2", "other", "a")  # changes the same link
            save(other, "ctx_1", "sales", "a", "b")
        return wanted("sales", "a", tags=[str(current.revision)])

    saved = catalog.save("ada", "ctx_1", edit)
    assert seen == [1, 2]
    assert saved.revision == 3
    assert catalog.link("a").context_ids == ("ctx_1", "ctx_2")
    assert catalog.active("b") is None


def test_an_edit_that_changes_nothing_writes_nothing(catalog, store):
    saved = save(catalog, "ctx_1", "sales", "a")
    assert catalog.save("ada", "ctx_1", lambda current: None) == saved
    assert len(catalog.revisions(saved)) == 1


def test_a_record_of_an_older_version_gets_defaults(catalog, store):
    store.set(
        ("context", "ctx_old"), {"context_id": "ctx_old", "user_id": "ada", "document": {"name": "old"}}
    )
    found = catalog.get("ctx_old")
    assert (found.name, found.revision, found.linked, found.text) == ("old", 1, (), "")
    assert save(catalog, "ctx_old", "old", "a").revision == 2


def test_a_record_of_a_newer_version_is_refused_and_left_alone(catalog, store, caplog):
    record = {"format": 99, "context_id": "ctx_new", "user_id": "ada", "document": {"name": "new"}}
    store.set(("context", "ctx_new"), record)
    with pytest.raises(ContextStoreError, match="newer version"):
        catalog.get("ctx_new")
    with pytest.raises(ContextStoreError, match="newer version"):
        save(catalog, "ctx_new", "mine")
    assert catalog.list("ada") == []
    assert "newer version" in caplog.text
    assert store.get(("context", "ctx_new")) == record


@pytest.mark.parametrize(
    "record", [{}, {"context_id": 1}, {"context_id": "x", "user_id": [], "document": {}}, {"user_id": 1}]
)
def test_a_record_that_is_no_context_is_left_out_with_a_warning(catalog, store, record, caplog):
    store.set(("context", "x"), record)
    assert catalog.get("x") is None
    assert catalog.list("ada") == []
    assert "x" in caplog.text


def test_a_link_to_nothing_leads_nowhere(catalog, store):
    save(catalog, "ctx_1", "sales", "a")
    store.set(("link", "a"), {**store.get(("link", "a")), "context_ids": ["gone"], "active": "gone"})
    assert catalog.active("a") is None
    store.set(("link", "a"), {"context_ids": 7})
    assert catalog.active("a") is None


class Counting(FourMethods):
    """Counts the records that are read."""

    def __init__(self):
        super().__init__()
        self.read, self.listed = 0, 0
        get, list_keys = self.get, self.list_keys

        def counting_get(key):
            self.read += 1
            return get(key)

        def counting_list():
            self.listed += 1
            return list_keys()

        self.get, self.list_keys = counting_get, counting_list


def test_the_records_read_for_a_look_up_are_as_many_at_10_and_at_10_000_contexts():
    reads = []
    for count in (10, 10_000):
        counting = Counting()
        record = ContextCatalog(counting).save("ada", "ctx_0", lambda _: wanted("sales"))
        moment = datetime.now(UTC)
        for number in range(count):
            context = record.as_record() | {"context_id": f"ctx_{number}", "links": [f"d{number}"]}
            counting.set(("context", f"ctx_{number}"), context | {"updated_at": moment})
            link = {"dataset_id": f"d{number}", "user_id": "ada", "context_ids": [f"ctx_{number}"]}
            counting.set(("link", f"d{number}"), link)
        catalog, counting.read = ContextCatalog(counting), 0
        assert catalog.active(f"d{count - 1}").context_id == f"ctx_{count - 1}"
        assert counting.listed == 0
        reads.append(counting.read)
    assert reads == [2, 2]


def test_a_store_that_can_tell_is_not_read_again_until_something_changes(tmp_path):
    store = TinyDBContextStore(tmp_path / "context.json")
    DatasetCatalog(store).save(Dataset(dataset_id="a", user_id="ada", name="a", filename="t.csv"))
    catalog, other = ContextCatalog(store), ContextCatalog(TinyDBContextStore(tmp_path / "context.json"))
    save(catalog, "ctx_1", "sales", "a")
    first = catalog.active("a")
    calls = store.stats().by_method["get"].calls
    assert catalog.active("a") is first
    assert store.stats().by_method["get"].calls == calls
    save(other, "ctx_1", "orders", "a")
    assert catalog.active("a").name == "orders"
    assert store.stats().by_method["get"].calls == calls + 2
