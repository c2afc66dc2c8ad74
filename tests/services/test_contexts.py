"""The context service: documents saved, linked, versioned, chosen and searched, in step with the datasets."""

import json
import logging
import subprocess
import sys

import pandas as pd
import pytest

from autodash_jupyter import ContextService, DatasetService
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.errors import (
    ContextConflictError,
    ContextStoreError,
    InvalidContextError,
    UnknownContextError,
    UnknownDatasetError,
)
from autodash_jupyter.events import ContextChanged, DatasetChanged
from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore

FRAME = pd.DataFrame({"price": [1.5, 2.5], "qty": [2, 3], "status": ["open", "paid"]})
TEXT = """\
---
name: sales  # as the finance team calls it
version: 1.0.0
datasets:
  - dataset_id: d1
metrics:
  - name: Revenue
    expression: SUM(price * qty)
glossary:
  - term: Revenue
    definition: What was booked.
    synonyms: [turnover]
reviewed: yes
---

# Sales

One row is one order.
"""


@pytest.fixture(params=["memory", "tinydb"])
def store(request, tmp_path):
    return InMemoryContextStore() if request.param == "memory" else TinyDBContextStore(tmp_path / "c.json")


@pytest.fixture
def datasets(store):
    service = DatasetService(store)
    for user_id, dataset_id in [(1, "d1"), (1, "d2"), ("1", "other"), (True, "true")]:
        service.store_dataset(user_id, dataset_id, FRAME, f"{dataset_id}.csv")
    return service


@pytest.fixture
def contexts(datasets):
    return ContextService(datasets=datasets)


def naming(*dataset_ids, **fields):
    return {"name": "sales", "datasets": [{"dataset_id": one} for one in dataset_ids], **fields}


# Creating and updating


def test_a_text_is_kept_byte_for_byte_and_linked_by_itself(contexts, datasets):
    record = contexts.create_context(1, TEXT)
    assert (record.text, record.revision, record.linked, record.skipped) == (TEXT, 1, ("d1",), ())
    assert record.document.metrics[0].expression == "SUM(price * qty)"
    assert record.validation.status == "passed"
    assert datasets.get_dataset_info(1, "d1")["context_id"] == record.context_id == record["context_id"]
    assert contexts.get_context(1, record.id) == contexts.get_context(1, "sales") == record


@pytest.mark.parametrize(
    "document", [naming("d1"), ContextDocument(**naming("d1")), "---\nname: sales\ndatasets: [d1]\n---\n"]
)
def test_a_document_may_be_a_dict_a_model_or_a_text(contexts, document):
    record = contexts.create_context(1, document)
    assert (record.name, record.linked) == ("sales", ("d1",))
    assert contexts.find_active_context_by_dataset(1, "d1") == record


def test_plain_markdown_needs_only_the_dataset_s_id(contexts):
    record = contexts.create_context(1, "# Orders\n\nOne row is one order.", dataset_id="d1")
    assert (record.name, record.linked) == ("Orders", ("d1",))
    again = contexts.update_context(1, record, "# Orders\n\nOne row is one order line.")
    assert (again.name, again.linked, again.revision) == ("Orders", ("d1",), 2)
    assert "order line" in again.document.body


def test_unknown_ids_and_those_of_others_are_skipped_with_a_warning(contexts, caplog):
    with caplog.at_level(logging.WARNING):
        record = contexts.create_context(1, naming("d1", "nobody", "other", "true"))
    assert (record.linked, record.skipped) == (("d1",), ("nobody", "other", "true"))
    assert "'nobody', 'other', 'true'" in caplog.text
    assert contexts.find_active_context_by_dataset("1", "other") is None
    assert contexts.find_active_context_by_dataset(True, "d1") is None


def test_an_update_unlinks_what_it_no_longer_names(contexts, datasets):
    record = contexts.create_context(1, naming("d1", "d2"))
    record = contexts.update_context(1, record.id, naming("d2"))
    assert contexts.find_active_context_by_dataset(1, "d1") is None
    assert datasets.get_dataset_info(1, "d1")["context_id"] is None
    assert datasets.get_dataset_info(1, "d2")["context_id"] == record.id


def test_an_edit_keeps_the_comments_and_unknown_fields_of_the_text(contexts):
    record = contexts.create_context(1, TEXT)
    record = contexts.update_context(1, record, record.document.model_copy(update={"category": "finance"}))
    assert "# as the finance team calls it" in record.text
    assert "reviewed: yes" in record.text
    assert "category: finance" in record.text


def test_deleting_a_context_sets_the_link_to_null(contexts, datasets):
    record = contexts.create_context(1, naming("d1"))
    assert contexts.delete_context(1, record.id)
    assert not contexts.delete_context(1, record.id)
    assert contexts.get_context(1, record.id) is None
    assert contexts.find_active_context_by_dataset(1, "d1") is None
    assert datasets.get_dataset_info(1, "d1")["context_id"] is None


def test_users_1_and_text_1_and_true_are_three(contexts):
    records = {user_id: contexts.create_context(user_id, naming()) for user_id in (1, "1")}
    third = contexts.create_context(True, naming())
    assert [one.id for one in contexts.list_contexts(1)] == [records[1].id]
    assert [one.id for one in contexts.list_contexts("1")] == [records["1"].id]
    assert [one.id for one in contexts.list_contexts(True)] == [third.id]
    assert contexts.get_context("1", records[1].id) is None
    assert not contexts.delete_context(True, records[1].id)
    with pytest.raises(UnknownContextError):
        contexts.update_context("1", records[1].id, naming())


def test_a_name_and_version_taken_proposes_the_next_free_name(contexts):
    contexts.create_context(1, TEXT)
    with pytest.raises(InvalidContextError, match=r"'sales' of version 1.0.0 already.*'sales_2'") as caught:
        contexts.create_context(1, TEXT)
    assert caught.value.line == 2
    contexts.create_context(1, naming(version="2"))
    contexts.create_context(1, naming() | {"name": "sales_2"})
    other = contexts.create_context(1, naming() | {"name": "orders"})
    with pytest.raises(InvalidContextError, match="'sales_3'"):
        contexts.update_context(1, other, naming())
    assert contexts.get_context(1, other.id).name == "orders"


def test_an_unknown_context_is_said_with_the_name_probably_meant(contexts):
    contexts.create_context(1, TEXT)
    with pytest.raises(UnknownContextError, match="Did you mean 'sales'"):
        contexts.update_context(1, "saels", TEXT)


@pytest.mark.parametrize(
    "document",
    [{"version": "1"}, {"name": "x", "metrics": [{"name": "m"}]}, {"name": "x", "status": "odd"}, 5, ""],
)
def test_a_document_that_can_t_be_read_saves_nothing_and_says_why(contexts, document):
    with pytest.raises(InvalidContextError, match=r"name|metrics|status|int"):
        contexts.create_context(1, document)
    assert contexts.list_contexts(1) == []


def test_a_stored_document_that_can_t_be_read_is_said_and_can_be_saved_anew(contexts, datasets, store):
    record = contexts.create_context(1, TEXT)
    key = ("context", record.id)
    store.set(key, store.get(key) | {"document": {"name": "sales", "datasets": [{}]}})
    found = contexts.get_context(1, "sales")
    with pytest.raises(InvalidContextError, match="can't be read"):
        found.document  # noqa: B018
    assert DatasetService(store).get_context(1, "d1") is None
    assert contexts.search_glossary(1, "revenue") == []
    assert contexts.update_context(1, found, TEXT).document.name == "sales"
    assert contexts.restore(1, found, 1).text == TEXT
    assert contexts.delete_context(1, found)


# Versions


def test_every_save_is_a_revision_with_author_time_and_cause(contexts):
    record = contexts.create_context(1, naming("d1"), author="Ada")
    contexts.update_context(1, record, naming("d1", tags=["q3"]), author="Grace", cause="review")
    contexts.update_context(1, record, naming("d1", tags=["q4"]))
    found = contexts.versions(1, "sales")
    assert [(one.revision, one.author, one.cause) for one in found] == [
        (1, "Ada", "created"),
        (2, "Grace", "review"),
        (3, "1", "updated"),
    ]
    assert found[0].updated_at <= found[1].updated_at <= found[2].updated_at
    assert [str(one) for one in contexts.diff(1, record, 2, 3)] == ["− tags[q3]: q3", "+ tags[q4]: q4"]
    assert len(contexts.diff(1, record, 1)) == 1


def test_saving_the_same_again_makes_no_revision(contexts):
    record = contexts.create_context(1, TEXT)
    assert contexts.update_context(1, record, TEXT).revision == 1
    assert contexts.update_context(1, record, record.document).revision == 1


def test_saving_the_same_again_links_a_dataset_that_came_meanwhile(contexts, datasets):
    record = contexts.create_context(1, naming("d1", "later"))
    assert contexts.update_context(1, record, naming("d1", "later")).revision == 1
    datasets.store_dataset(1, "later", FRAME, "later.csv")
    again = contexts.update_context(1, record, naming("d1", "later"))
    assert (again.revision, again.linked, again.skipped) == (1, ("d1", "later"), ())
    assert contexts.find_active_context_by_dataset(1, "later").id == record.id


def test_restoring_makes_a_new_revision_and_links_what_it_names(contexts):
    record = contexts.create_context(1, TEXT)
    contexts.update_context(1, record, naming("d2"))
    restored = contexts.restore(1, record, 1)
    assert (restored.revision, restored.text, restored.linked) == (3, TEXT, ("d1",))
    assert restored.cause == "restored revision 1"
    assert contexts.find_active_context_by_dataset(1, "d2") is None
    with pytest.raises(UnknownContextError, match="no revision 9; choose one of 1, 2, 3"):
        contexts.restore(1, record, 9)
    with pytest.raises(UnknownContextError, match="no revision 9"):
        contexts.diff(1, record, 1, 9)


def test_of_two_writers_the_second_gets_a_conflict_with_both_texts(contexts):
    record = contexts.create_context(1, TEXT)
    theirs = contexts.update_context(1, record, naming("d1", tags=["theirs"]), expected_revision=1)
    mine = TEXT.replace("One row", "Each row")
    with pytest.raises(ContextConflictError) as caught:
        contexts.update_context(1, record, mine, expected_revision=1)
    assert (caught.value.yours, caught.value.theirs, caught.value.revision) == (mine, theirs.text, 2)
    assert contexts.get_context(1, record.id).text == theirs.text
    last = contexts.update_context(1, record, mine)
    assert last.text == mine
    assert [one.text for one in contexts.versions(1, record)] == [TEXT, theirs.text, mine]


SAVER = """
import sys
from autodash_jupyter import ContextService
from autodash_jupyter.errors import ContextConflictError
from autodash_jupyter.stores import TinyDBContextStore
service = ContextService(TinyDBContextStore(sys.argv[1]))
record = service.find_context(1, "sales")
print("ready", flush=True)
sys.stdin.readline()
try:
    saved = service.update_context(1, record, {"tags": [sys.argv[2]]}, expected_revision=record.revision)
    print("saved", saved.revision)
except ContextConflictError as error:
    print("conflict", error.revision, sys.argv[2] in error.yours)
"""


@pytest.mark.slow
def test_of_two_processes_that_save_one_context_one_gets_the_conflict(tmp_path):
    path = tmp_path / "c.json"
    service = ContextService(TinyDBContextStore(path))
    service.create_context(1, {"name": "sales"})
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", SAVER, str(path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "other")
    ]
    for saver in savers:
        assert saver.stdout.readline() == "ready\n"
    for saver in savers:
        saver.stdin.write("go\n")
        saver.stdin.flush()
    said = sorted(saver.communicate(timeout=60)[0].strip() for saver in savers)
    assert said == ["conflict 2 True", "saved 2"]
    assert [one.revision for one in service.versions(1, "sales")] == [1, 2]


NAMER = """
import sys
from autodash_jupyter import ContextService
from autodash_jupyter.errors import InvalidContextError
from autodash_jupyter.stores import TinyDBContextStore
service = ContextService(TinyDBContextStore(sys.argv[1]))
print("ready", flush=True)
for number in range(20):
    sys.stdin.readline()
    try:
        service.create_context(1, {"name": f"sales {number}"})
        print("saved", flush=True)
    except InvalidContextError as error:
        print("taken", flush=True)
"""


@pytest.mark.slow
def test_of_two_processes_that_take_one_name_one_is_told(tmp_path):
    path = tmp_path / "c.json"
    namers = [
        subprocess.Popen(
            [sys.executable, "-c", NAMER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [namer.stdout.readline() for namer in namers] == ["ready\n"] * 2
    for _ in range(20):
        for namer in namers:
            namer.stdin.write("go\n")
            namer.stdin.flush()
        assert sorted(namer.stdout.readline() for namer in namers) == ["saved\n", "taken\n"]
    for namer in namers:
        namer.communicate(timeout=60)
    names = [one.name for one in ContextService(TinyDBContextStore(path)).list_contexts(1)]
    assert sorted(names) == sorted(f"sales {number}" for number in range(20))


# Active and chosen


def test_the_newest_active_context_speaks_until_another_is_chosen(contexts, datasets):
    first = contexts.create_context(1, naming("d1"))
    second = contexts.create_context(1, naming("d1") | {"name": "orders"})
    contexts.create_context(1, naming("d1", status="draft") | {"name": "draft"})
    assert contexts.find_active_context_by_dataset(1, "d1").id == second.id
    assert contexts.use(1, "d1", "sales").id == first.id
    assert datasets.get_dataset_info(1, "d1")["context_id"] == first.id
    assert [one.name for one in contexts.contexts_of_dataset(1, "d1")] == ["sales", "draft", "orders"]
    with pytest.raises(InvalidContextError, match="is draft"):
        contexts.use(1, "d1", "draft")
    with pytest.raises(UnknownContextError, match="Did you mean 'orders'"):
        contexts.use(1, "d1", "oders")
    contexts.update_context(1, first, naming("d1", status="archived"))
    assert contexts.find_active_context_by_dataset(1, "d1").id == second.id


def test_the_dataset_s_context_is_the_active_document_as_it_reads(contexts, datasets):
    assert datasets.get_context(1, "d1") is None
    contexts.create_context(1, TEXT)
    shown = datasets.get_context(1, "d1")
    assert shown.startswith("# sales")
    assert "SUM(price * qty)" in shown
    assert datasets.get_dataset_info(1, "d1")["context"] == shown
    assert datasets.get_context("1", "d1") is None


def test_lists_of_datasets_say_which_context_speaks_and_what(contexts, datasets):
    record = contexts.create_context(1, TEXT)
    [info] = [one for one in datasets.list_datasets(1) if one["dataset_id"] == "d1"]
    [listed] = [one for one in datasets.records(1) if one.dataset_id == "d1"]
    assert info["context_id"] == listed.context_id == record.id
    assert info["context"] == listed.context == datasets.get_context(1, "d1")


def test_deleting_a_dataset_leaves_its_contexts_and_takes_the_link(contexts, datasets):
    record = contexts.create_context(1, naming("d1", "d2"))
    assert datasets.delete_dataset(1, "d1")
    left = contexts.get_context(1, record.id)
    assert (left.linked, left.skipped, left.revision) == (("d2",), ("d1",), 1)
    assert contexts.find_active_context_by_dataset(1, "d1") is None
    assert contexts.find_active_context_by_dataset(1, "d2") == left
    assert contexts.validate(left).status != "passed"


def test_what_happens_is_told_on_the_bus(contexts, datasets):
    heard = []
    datasets.bus.subscribe(heard.append)
    record = contexts.create_context(1, naming("d1"))
    contexts.use(1, "d1", record)
    contexts.delete_context(1, record)
    assert heard == [ContextChanged(record.id, ("d1",)), DatasetChanged("d1")] * 3


# Generated documents


def generated(*dataset_ids, **fields):
    metric = {"name": "n", "expression": "COUNT(*)", "written_by": "model"}
    return ContextDocument(**{**naming(*dataset_ids), "metrics": [metric], **fields})


def test_what_is_generated_is_saved_once_and_keeps_what_a_person_wrote(contexts):
    record = contexts.save_generated(1, "d1", generated("d1"), author="profile")
    assert (record.author, record.cause, record.revision) == ("profile", "generated", 1)
    assert contexts.save_generated(1, "d1", generated("d1"), author="model-x").revision == 1
    contexts.update_context(1, record, naming("d1", description="Orders, as booked."))
    again = contexts.save_generated(
        1,
        "d1",
        generated("d1", description="A table.", written_by={"description": "model"}),
        author="model-x",
        cause="regenerated",
    )
    assert (again.id, again.document.description) == (record.id, "Orders, as booked.")
    assert again.document.metrics[0].written_by == "model"


def test_what_is_generated_takes_the_next_free_name_and_leaves_a_person_s_context_active(contexts):
    person = contexts.create_context(1, naming("d1", "d2"))
    record = contexts.save_generated(1, "d1", generated("d1"), author="model-x")
    assert record.name == "sales_2"
    assert contexts.find_active_context_by_dataset(1, "d1").id == person.id
    contexts.delete_context(1, person)
    assert contexts.find_active_context_by_dataset(1, "d1").id == record.id


def test_what_is_generated_for_a_dataset_that_was_deleted_is_not_saved(contexts, datasets):
    datasets.delete_dataset(1, "d1")
    with pytest.raises(UnknownDatasetError, match="'d1' was deleted"):
        contexts.save_generated(1, "d1", generated("d1"), author="profile")
    assert contexts.list_contexts(1) == []


class OvertakenStore(InMemoryContextStore):
    """A store in which somebody else writes first, once, just before a conditional write."""

    overtake = None

    def set_many_if(self, items, expected):
        somebody, self.overtake = self.overtake, None
        if somebody is not None:
            somebody()
        return super().set_many_if(items, expected)


def test_what_a_person_saves_while_something_generated_is_merged_stays():
    store = OvertakenStore()
    datasets = DatasetService(store)
    datasets.store_dataset(1, "d1", FRAME, "d1.csv")
    contexts = ContextService(datasets=datasets)
    contexts.save_generated(1, "d1", generated("d1"), author="profile")
    store.overtake = lambda: contexts.update_context(1, "sales", naming("d1", description="Orders."))
    newer = generated("d1", description="A table.", written_by={"description": "model"})
    assert contexts.save_generated(1, "d1", newer, author="model-x").document.description == "Orders."


def test_what_is_generated_finds_another_name_where_somebody_takes_its_own_meanwhile():
    store = OvertakenStore()
    datasets = DatasetService(store)
    datasets.store_dataset(1, "d1", FRAME, "d1.csv")
    contexts = ContextService(datasets=datasets)
    store.overtake = lambda: contexts.create_context(1, {"name": "sales"})
    assert contexts.save_generated(1, "d1", generated("d1"), author="profile").name == "sales_2"


def test_plain_markdown_goes_with_the_parts_that_somebody_saved_meanwhile():
    store = OvertakenStore()
    contexts = ContextService(store)
    contexts.create_context(1, {"name": "sales"})
    metric = {"name": "n", "expression": "COUNT(*)"}
    store.overtake = lambda: contexts.update_context(1, "sales", {"metrics": [metric]})
    saved = contexts.update_context(1, "sales", "One row is one order.")
    assert ([one.name for one in saved.document.metrics], saved.document.body) == (
        ["n"],
        "One row is one order.",
    )


# Searching


def test_glossaries_are_searched_with_slips_and_only_the_user_s(contexts):
    contexts.create_context(1, TEXT)
    contexts.create_context("1", TEXT.replace("Revenue", "Secret"))
    contexts.create_context(1, TEXT.replace("sales", "old").replace("---\n\n", "status: archived\n---\n\n"))
    found = contexts.search_glossary(1, "turnovr")
    assert [(one.term.term, one.document_name) for one in found] == [("Revenue", "sales")]


def test_metrics_are_those_of_the_active_context_for_that_dataset(contexts):
    metrics = [
        {"name": "a", "expression": "COUNT(*)"},
        {"name": "b", "expression": "SUM(qty)", "dataset_id": "d2"},
    ]
    contexts.create_context(1, naming("d1", "d2", metrics=metrics))
    assert [one.name for one in contexts.get_metrics_by_dataset(1, "d1")] == ["a"]
    assert [one.name for one in contexts.get_metrics_by_dataset(1, "d2")] == ["a", "b"]
    assert contexts.get_metrics_by_dataset(1, "nobody") == []


def test_statistics_count_what_the_user_has(contexts):
    contexts.create_context(1, TEXT)
    contexts.create_context(1, naming("d2", status="draft") | {"name": "x"})
    found = contexts.statistics(1)
    assert (found["contexts"], found["by_status"]["draft"], found["datasets_linked"]) == (2, 1, 2)
    assert (found["metrics"], found["glossary"]) == (1, 1)
    json.dumps(found)


def test_a_service_that_makes_its_own_datasets_agrees_with_another(store, contexts):
    record = contexts.create_context(1, naming("d1"))
    other = ContextService(store)
    assert other.find_active_context_by_dataset(1, {"dataset_id": "d1"}) == record
    assert other.datasets.get_dataset_info(1, "d1")["context_id"] == record.id


def test_use_is_counted_by_what_uses_it_and_kept(store, contexts):
    record = contexts.create_context(1, naming("d1"))
    for used_by in ("magic", "magic", "mcp", ""):
        contexts.find_active_context_by_dataset(1, "d1", used_by=used_by)
    contexts.usage.add_generation(record.id, 2.5, prompt_tokens=100, completion_tokens=40, cost=0.01)
    contexts.close()
    later = ContextService(store)
    later.find_active_context_by_dataset(1, "d1", used_by="chart")
    [used] = later.get_usage(1)
    assert (used.uses, used.count, used.name) == ({"magic": 2, "mcp": 1, "chart": 1}, 4, "sales")
    assert (used.generations, used.prompt_tokens, used.completion_tokens, used.cost) == (1, 100, 40, 0.01)
    assert 0 < used.mean_ms <= used.slowest_ms
    later.delete_context(1, record)
    later.close()
    assert [key for key in store.list_keys() if key[0] == "context_usage"] == []


def test_what_was_counted_is_not_lost_where_the_store_fails():
    store = OvertakenStore()
    contexts = ContextService(store)
    record = contexts.create_context(1, {"name": "sales"})
    contexts.usage.add(record.id, "magic", 0.5)

    def fail():
        contexts.usage.add(record.id, "chart", 0.25)
        raise ContextStoreError("the disk is full")

    store.overtake = fail
    with pytest.raises(ContextStoreError):
        contexts.close()
    [used] = contexts.get_usage(1)
    assert (used.uses, used.slowest_ms) == ({"magic": 1, "chart": 1}, 500)
    contexts.close()
    [used] = ContextService(store).get_usage(1)
    assert used.uses == {"magic": 1, "chart": 1}
