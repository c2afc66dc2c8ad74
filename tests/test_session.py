"""The rules of names, bindings and jobs, without a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import InvalidNameError, LanguageModelError, SourceError, UnknownDatasetError
from autodash_jupyter.processes import process_name
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore


@pytest.fixture
def session(working_folder: Path) -> Iterator[Session]:
    opened = Session({}, store=InMemoryContextStore())
    yield opened
    opened.close()


def write_csv(folder: Path, name: str, text: str = "a,b\n1,x\n2,y\n") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_file_becomes_a_variable_a_record_and_a_context(session: Session, working_folder: Path) -> None:
    write_csv(working_folder, "My sales (final).csv")
    [loaded] = session.load("My sales (final).csv")
    name = loaded.dataset.name
    assert name.isidentifier()
    assert session.namespace[name].shape == (2, 2)
    assert loaded.dataset.dataset_id.startswith("upload_")
    assert session.wait_for_context(loaded.dataset.dataset_id, 60) == "completed"
    assert session.datasets.get_context("local", loaded.dataset.dataset_id)


def test_loading_the_same_source_again_keeps_the_dataset(session: Session, working_folder: Path) -> None:
    write_csv(working_folder, "sales.csv")
    [first] = session.load("sales.csv")
    [second] = session.load("sales.csv")
    assert first.dataset.dataset_id == second.dataset.dataset_id
    assert len(session.list_datasets()) == 1


def test_another_source_of_the_same_name_gets_a_number_and_says_so(
    session: Session, working_folder: Path
) -> None:
    write_csv(working_folder, "sales.csv")
    write_csv(working_folder, "old/sales.csv", "c\n1\n")
    session.load("sales.csv")
    [second] = session.load("old/sales.csv")
    assert second.dataset.name == "sales_2"
    assert any("sales_2" in note for note in second.notes)
    assert list(session.namespace["sales"].columns) == ["a", "b"]


def test_a_variable_of_the_users_own_is_not_overwritten(session: Session, working_folder: Path) -> None:
    write_csv(working_folder, "total.csv")
    session.namespace["total"] = 42
    [loaded] = session.load("total.csv")
    assert loaded.dataset.name == "total_2"
    assert session.namespace["total"] == 42


def test_a_name_given_replaces_the_variable_and_undo_brings_it_back(
    session: Session, working_folder: Path
) -> None:
    write_csv(working_folder, "sales.csv")
    session.namespace["total"] = 42
    session.record()
    session.load("sales.csv", name="total")
    session.record("load")
    assert session.namespace["total"].shape == (2, 2)
    session.undo()
    assert session.namespace["total"] == 42


def test_a_variable_is_registered_when_its_context_is_asked_for(session: Session) -> None:
    session.namespace["table"] = pd.DataFrame({"a": [1]})
    dataset = session.resolve("table")
    assert dataset.name == "table"
    assert session.resolve("table").dataset_id == dataset.dataset_id
    assert list(session.namespace["table"].columns) == ["a"]


def test_rebinding_the_variable_keeps_the_binding(session: Session) -> None:
    session.namespace["table"] = pd.DataFrame({"a": [1]})
    first = session.resolve("table").dataset_id
    session.namespace["table"] = pd.DataFrame({"b": [1, 2]})
    assert session.resolve("table").dataset_id == first


@pytest.mark.parametrize("name", ["2fast", "class", "list", "a b", ""])
def test_a_name_that_cannot_be_a_variable_changes_nothing(
    session: Session, working_folder: Path, name: str
) -> None:
    write_csv(working_folder, "sales.csv")
    with pytest.raises(InvalidNameError):
        session.load("sales.csv", name=name)
    assert session.list_datasets() == []
    assert session.namespace == {}


def test_a_missing_file_suggests_the_nearest_and_changes_nothing(
    session: Session, working_folder: Path
) -> None:
    write_csv(working_folder, "sales.csv")
    with pytest.raises(SourceError, match=r"sales\.csv"):
        session.load("sale.csv")
    assert session.namespace == {}


def test_an_unknown_name_suggests_the_nearest(session: Session) -> None:
    session.namespace["penguins"] = pd.DataFrame({"a": [1]})
    with pytest.raises(UnknownDatasetError, match="penguins"):
        session.resolve("pengiuns")


def test_a_variable_that_holds_no_table_is_named(session: Session) -> None:
    session.namespace["total"] = 42
    with pytest.raises(UnknownDatasetError, match="total holds no table"):
        session.resolve("total")


def test_deleting_leaves_the_variable_and_nothing_else(session: Session, working_folder: Path) -> None:
    write_csv(working_folder, "sales.csv")
    [loaded] = session.load("sales.csv")
    session.delete("sales")
    assert session.list_datasets() == []
    assert session.datasets.get_context_status("local", loaded.dataset.dataset_id) == "not_found"
    assert session.namespace["sales"].shape == (2, 2)


def test_a_frame_changed_after_loading_does_not_change_what_was_registered(
    session: Session, working_folder: Path
) -> None:
    write_csv(working_folder, "sales.csv")
    [loaded] = session.load("sales.csv", write_context=False)
    session.namespace["sales"].loc[0, "a"] = 999
    session.datasets.keep_frame(loaded.dataset.dataset_id)
    kept = session.datasets.get_dataframe("local", loaded.dataset.dataset_id)
    assert kept is not None
    assert kept["a"].tolist() == [1, 2]


def test_a_context_left_unfinished_by_a_dead_kernel_is_failed_and_can_be_retried() -> None:
    store = InMemoryContextStore()
    first = Session({}, store=store)
    [loaded] = first.load("sample:penguins", write_context=False)
    dataset_id = loaded.dataset.dataset_id
    gone = f"{process_name().rpartition(':')[0]}:never"
    first.datasets._update(dataset_id, context_status="generating", context_process=gone)
    first.close()
    second = Session({}, store=store)
    assert second.datasets.get_context_status("local", dataset_id) == "failed"
    second.close()


def test_a_context_that_another_machine_writes_is_left_to_it() -> None:
    store = InMemoryContextStore()
    first, second = Session({}, store=store), Session({}, store=store)
    [loaded] = first.load("sample:penguins", write_context=False)
    dataset_id = loaded.dataset.dataset_id
    elsewhere = f"not-{process_name()}"
    first.datasets._update(dataset_id, context_status="generating", context_process=elsewhere)
    second.ensure_context(dataset_id)
    assert second.is_writing(second.resolve(dataset_id))
    assert second.wait_for_context(dataset_id, 0.1) == "generating"
    first.close()
    second.close()


def test_users_do_not_see_each_others_datasets(session: Session) -> None:
    service = session.datasets
    info = service.store_dataset("ada", "upload_a", pd.DataFrame({"a": [1]}), "a.csv")
    assert service.get_dataset_info("grace", info["dataset_id"]) is None
    assert service.list_datasets("grace") == []
    assert service.delete_dataset("grace", info["dataset_id"]) is False
    assert service.get_dataset_info(None, "upload_a") is not None


def test_what_a_person_wrote_can_be_learned_and_forgotten(session: Session) -> None:
    with pytest.raises(LanguageModelError):
        session.learn()
    [loaded] = session.load("sample:penguins")
    session.wait_for_context(loaded.dataset.dataset_id, timeout=60)
    session.named_contexts.set(loaded.dataset, "---\ndescription: One row is one bird.\n---\n")
    assert session.learn().startswith("The next contexts follow 1 context that you wrote in;")
    assert session.forget_what_was_learned() == "What was learned is forgotten."
    assert session.forget_what_was_learned() == "Nothing was learned."
