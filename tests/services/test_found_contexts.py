"""What the context service says of contexts that are found, and of what can't be what was asked for."""

import pandas as pd
import pytest

from autodash_jupyter import ContextService, DatasetService
from autodash_jupyter.errors import AutoDashError, InvalidContextError
from autodash_jupyter.stores import InMemoryContextStore

FRAME = pd.DataFrame({"price": [1.5, 2.5], "qty": [2, 3]})
DOCUMENT = {
    "name": "sales",
    "description": "One row is one order.",
    "datasets": ["d1"],
    "metrics": [{"name": "Mean", "expression": "AVG(price)"}],
}


@pytest.fixture
def datasets():
    service = DatasetService(InMemoryContextStore())
    service.store_dataset(1, "d1", FRAME, "d1.csv")
    return service


@pytest.fixture
def contexts(datasets):
    return ContextService(datasets=datasets)


def test_a_found_context_says_what_is_wrong_with_it_now(contexts, datasets):
    saved = contexts.create_context(1, DOCUMENT)
    found = [contexts.get_context(1, saved), contexts.find_active_context_by_dataset(1, "d1")]
    assert [one.validation.status for one in found] == ["passed", "passed"]
    datasets.store_dataset(1, "d1", FRAME.rename(columns={"price": "cost"}), "d1.csv")
    assert [one["validation"].status for one in found] == ["failed", "failed"]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff\n"])
def test_an_empty_text_takes_nothing_away(contexts, text):
    saved = contexts.create_context(1, DOCUMENT | {"body": "Words."})
    with pytest.raises(InvalidContextError, match="empty"):
        contexts.update_context(1, saved, text)
    assert contexts.get_context(1, saved).document.body == "Words."


def test_plain_markdown_replaces_generated_prose_and_leaves_a_person_s(contexts, datasets):
    datasets.generate_context_sync("d1", user_id=1)
    generated = contexts.find_active_context_by_dataset(1, "d1")
    written = contexts.update_context(1, generated, "One row is one order.").document
    assert (written.description, written.body, written.written_by) == ("", "One row is one order.", {})
    assert written.datasets == generated.document.datasets
    described = contexts.create_context(1, DOCUMENT)
    assert contexts.update_context(1, described, "More.").document.description == DOCUMENT["description"]


@pytest.mark.parametrize("report", [None, {}, {"total": 1}, "report", 5])
def test_what_is_no_report_of_a_relink_undoes_nothing(contexts, report):
    contexts.create_context(1, DOCUMENT)
    with pytest.raises(AutoDashError, match="no report of a relink"):
        contexts.undo_relink(report)
    assert contexts.find_active_context_by_dataset(1, "d1").name == "sales"


def test_what_is_no_id_and_no_text_is_not_found(contexts):
    contexts.create_context(1, DOCUMENT | {"glossary": [{"term": "order"}]})
    assert [contexts.get_context(1, one) for one in ({}, None, 5, "", ("a",))] == [None] * 5
    assert [contexts.search_glossary(1, one) for one in (None, 5, "")] == [[], [], []]


def test_a_look_up_counts_as_a_use_unless_it_is_nobody_s(contexts):
    contexts.create_context(1, DOCUMENT)
    for used_by in ("chart", "", "chart"):
        contexts.find_active_context_by_dataset(1, "d1", used_by=used_by)
    contexts.find_active_context_by_dataset(1, "d1")
    [used] = contexts.get_usage(1)
    assert used.uses == {"chart": 2, "python": 1}


def test_a_difference_names_metrics_by_themselves(contexts):
    metric = {"name": "Mean", "expression": "AVG(price)", "dataset_id": "d1"}
    saved = contexts.create_context(1, DOCUMENT | {"metrics": [metric]})
    other = {"name": "Sum", "expression": "SUM(price)", "dataset_id": "d1"}
    changed = metric | {"expression": "MIN(price)"}
    contexts.update_context(1, saved, DOCUMENT | {"metrics": [changed, other]})
    paths = [one.path for one in contexts.diff(1, saved, 1, 2)]
    assert paths == ["metrics[mean].expression", "metrics[sum]"]
