"""The catalog of datasets: on both stores, beside other processes, with old and broken records."""

from datetime import UTC, datetime, timedelta

import pytest

from autodash_jupyter.catalog import DatasetCatalog
from autodash_jupyter.models import Dataset
from autodash_jupyter.stores import ContextStoreError, InMemoryContextStore, TinyDBContextStore

START = datetime(2024, 1, 1, tzinfo=UTC)


class FourMethods:
    """A store without revisions, as a person may write one."""

    def __init__(self):
        self._store = InMemoryContextStore()
        for name in ("set", "get", "delete", "list_keys"):
            setattr(self, name, getattr(self._store, name))


@pytest.fixture(params=["memory", "tinydb", "four methods"])
def store(request, tmp_path):
    if request.param == "tinydb":
        return TinyDBContextStore(tmp_path / "context.json")
    return InMemoryContextStore() if request.param == "memory" else FourMethods()


@pytest.fixture
def catalog(store):
    return DatasetCatalog(store)


def dataset(number, user_id="ada", **fields):
    given = {"name": f"table_{number}", "filename": "t.csv", "created_at": START + timedelta(hours=number)}
    return Dataset(dataset_id=f"upload_{number}", user_id=user_id, **{**given, **fields})


def ids(datasets):
    return [found.dataset_id for found in datasets]


def test_a_saved_dataset_comes_back_equal(catalog):
    saved = dataset(
        1,
        columns=["a", "b"],
        columns_info={"a": {"missing": 0, "statistics": {"mean": 1.5, "levels": [1, None, True]}}},
        context="# Penguins",
        context_status="completed",
        context_generated_at=START,
        frame_blob="0" * 32,
    )
    catalog.save(saved)
    assert catalog.get("upload_1") == saved
    assert catalog.list("ada") == [saved]


def test_saving_again_replaces_the_record(catalog):
    catalog.save(dataset(1))
    catalog.list("ada")
    catalog.save(dataset(1, name="renamed"))
    assert [found.name for found in catalog.list("ada")] == ["renamed"]


def test_the_list_is_newest_first_and_then_by_id(catalog):
    for number in (2, 1, 3):
        catalog.save(dataset(number))
    catalog.save(dataset(4, created_at=START + timedelta(hours=2)))
    assert ids(catalog.list("ada")) == ["upload_3", "upload_4", "upload_2", "upload_1"]


def test_no_user_sees_another_ones_datasets(catalog):
    for number, user_id in enumerate(["ada", "1", 1, "grace"]):
        catalog.save(dataset(number, user_id, name="same"))
    assert ids(catalog.list("1")) == ["upload_1"]
    assert ids(catalog.list(1)) == ["upload_2"]
    assert catalog.find_by_name(1, "same").dataset_id == "upload_2"
    assert catalog.list("nobody") == []


def test_a_name_finds_the_newest_dataset_that_has_it(catalog):
    catalog.save(dataset(1, name="same"))
    catalog.save(dataset(2, name="same"))
    catalog.save(dataset(3))
    assert catalog.find_by_name("ada", "same").dataset_id == "upload_2"
    assert catalog.find_by_name("ada", "other") is None


def test_deleting_tells_whether_there_was_something(catalog):
    catalog.save(dataset(1))
    catalog.list("ada")
    assert catalog.delete("upload_1") is True
    assert catalog.delete("upload_1") is False
    assert catalog.get("upload_1") is None
    assert catalog.list("ada") == []


def test_other_records_of_the_store_are_no_datasets(catalog, store):
    catalog.save(dataset(1))
    for key in ("dataset", ("dataset",), ("dataset", 1), ("dataset", "a", "b"), ("context", "c"), None):
        store.set(key, {"name": "no dataset"})
    assert ids(catalog.list("ada")) == ["upload_1"]


def test_a_record_of_an_older_version_gets_the_defaults(catalog, store):
    store.set(("dataset", "old"), {"dataset_id": "old", "user_id": 7, "name": "t", "filename": "t.csv"})
    assert catalog.get("old").context_status == "pending"
    assert ids(catalog.list(7)) == ["old"]


def test_times_with_and_without_a_zone_are_sorted_together(catalog):
    catalog.save(dataset(1))
    catalog.save(dataset(2, created_at=datetime(2024, 1, 1, 2)))
    catalog.save(dataset(3))
    assert ids(catalog.list("ada")) == ["upload_3", "upload_2", "upload_1"]


@pytest.mark.parametrize(
    "record", [{}, {"dataset_id": "bad"}, {"dataset_id": "bad", "user_id": [], "name": 1, "filename": {}}]
)
def test_a_malformed_record_is_left_out_and_named(catalog, store, caplog, record):
    catalog.save(dataset(1))
    store.set(("dataset", "bad\n"), record)
    assert ids(catalog.list("ada")) == ["upload_1"]
    assert catalog.get("bad\n") is None
    assert r"the record of dataset 'bad\n' is left out" in caplog.text


def test_a_record_that_cannot_be_read_is_left_out_and_named(tmp_path, caplog):
    store = TinyDBContextStore(tmp_path / "context.json")
    catalog = DatasetCatalog(store)
    catalog.save(dataset(1))
    catalog.save(dataset(2))
    store.database.table("records").update({"value": "gone"}, lambda record: record["key"][1] == "upload_2")
    assert ids(catalog.list("ada")) == ["upload_1"]
    assert "upload_2" in caplog.text


def test_a_store_that_fails_is_an_error_not_an_empty_list(tmp_path):
    catalog = DatasetCatalog(TinyDBContextStore(tmp_path / "context.json"))
    catalog.save(dataset(1))
    (tmp_path / "context.json").write_bytes(b"damaged")
    for use in (
        lambda: catalog.list("ada"),
        lambda: catalog.get("upload_1"),
        lambda: catalog.save(dataset(2)),
    ):
        with pytest.raises(ContextStoreError, match="is damaged"):
            use()


def test_what_another_process_saved_and_deleted_is_seen(tmp_path):
    one, other = (DatasetCatalog(TinyDBContextStore(tmp_path / "context.json")) for _ in range(2))
    one.save(dataset(1))
    one.save(dataset(2))
    assert ids(other.list("ada")) == ["upload_2", "upload_1"]
    one.save(dataset(1, name="renamed"))
    one.delete("upload_2")
    assert [found.name for found in other.list("ada")] == ["renamed"]


def test_a_value_that_is_no_json_is_refused_and_the_record_stays(catalog):
    catalog.save(dataset(1))
    with pytest.raises(ContextStoreError, match=r"\['columns_info'\]\['a'\]"):
        catalog.save(dataset(1, columns_info={"a": {1, 2}}))
    assert catalog.get("upload_1") == dataset(1, updated_at=catalog.get("upload_1").updated_at,
                                              uploaded_at=catalog.get("upload_1").uploaded_at)  # fmt: skip


@pytest.mark.slow
def test_ten_thousand_datasets_are_read_once(monkeypatch):
    store = InMemoryContextStore()
    catalog = DatasetCatalog(store)
    for number in range(10_000):
        catalog.save(dataset(number, f"user {number % 10}"))
    assert len(catalog.list("user 3")) == 1000
    read = []
    fetch = store._fetch
    monkeypatch.setattr(store, "_fetch", lambda addresses: read.extend(addresses) or fetch(addresses))
    monkeypatch.setattr(store, "revisions", lambda: pytest.fail("all were listed, to find one that changed"))
    catalog.save(dataset(3, "user 3", name="renamed"))
    assert len(catalog.list("user 3")) == len(catalog.list("user 4")) == 1000
    assert read == ['["dataset", "upload_3"]']
    assert catalog.find_by_name("user 3", "renamed").dataset_id == "upload_3"
