"""Contexts by the names that people type, and the files they lie in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import (
    ContextConflictError,
    InvalidContextError,
    SourceError,
    UnknownContextError,
)
from autodash_jupyter.models import Dataset
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore

SALES = pd.DataFrame({"price": [1.0, 2.5], "qty": [3, 4], "status": ["open", "paid"]})
DOCUMENT = """\
---
name: sales
datasets:
  - dataset_id: sales   # by its name
    columns:
      - name: price     # net
        unit: EUR
metrics:
  - name: Revenue
    expression: SUM(price * qty)
---

One row is one order.
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.chdir(tmp_path)
    opened = Session({"sales": SALES.copy()}, store=InMemoryContextStore())
    yield opened
    opened.close()


@pytest.fixture
def sales(session: Session) -> Dataset:
    [loaded] = session.load("sales", write_context=False)
    return loaded.dataset


def test_a_text_is_saved_checked_and_in_force(session: Session, sales: Dataset) -> None:
    saved = session.named_contexts.set(sales, DOCUMENT)
    assert (saved.validation.status, saved.is_new) == ("passed", True)
    assert saved.record.linked == (sales.dataset_id,)
    active = session.named_contexts.active(sales)
    assert active is not None
    assert "# net" in active.text
    assert session.named_contexts.metric_values(active, sales) == {"revenue": "13"}
    info = session.datasets.get_dataset_info(session.settings.user_id, sales.dataset_id)
    assert info is not None
    assert info["context_id"] == active.context_id
    assert "SUM(price * qty)" in info["context"]


def test_saving_the_same_text_again_makes_no_revision(session: Session, sales: Dataset) -> None:
    session.named_contexts.set(sales, DOCUMENT)
    again = session.named_contexts.set(sales, DOCUMENT)
    assert (again.record.revision, again.is_new) == (1, False)


def test_a_wrong_column_is_said_with_its_line_in_the_text_that_was_typed(
    session: Session, sales: Dataset
) -> None:
    saved = session.named_contexts.set(sales, DOCUMENT.replace("SUM(price", "SUM(pice"))
    assert saved.validation.status == "failed"
    [finding] = saved.validation.findings
    assert finding.line == 10
    assert "Did you mean 'price'?" in str(finding)


def test_what_cannot_be_read_changes_nothing(session: Session, sales: Dataset) -> None:
    session.named_contexts.set(sales, DOCUMENT)
    with pytest.raises(InvalidContextError, match="Line 3"):
        session.named_contexts.set(sales, "---\nname: sales\nmetrics: [\n---\n")
    assert session.named_contexts.require(sales).revision == 1


def test_plain_markdown_takes_the_place_of_prose_and_leaves_the_parts(
    session: Session, sales: Dataset
) -> None:
    session.named_contexts.set(sales, DOCUMENT)
    record = session.named_contexts.set(sales, "Only words.").record
    assert (record.revision, record.document.body) == (2, "Only words.")
    assert [metric.name for metric in record.document.metrics] == ["Revenue"]


def test_another_name_is_another_context_and_either_can_be_used(session: Session, sales: Dataset) -> None:
    contexts = session.named_contexts
    contexts.set(sales, DOCUMENT)
    contexts.set(sales, DOCUMENT.replace("name: sales\n", "name: finance\n", 1))
    assert contexts.require(sales).name == "finance"
    contexts.use(sales, "sales")
    assert contexts.require(sales).name == "sales"
    with pytest.raises(UnknownContextError, match="Did you mean 'finance'"):
        contexts.use(sales, "finace")


def test_a_second_writer_gets_a_conflict_with_both_texts(session: Session, sales: Dataset) -> None:
    contexts = session.named_contexts
    contexts.set(sales, DOCUMENT)
    contexts.set(sales, DOCUMENT.replace("one order", "an order"))
    with pytest.raises(ContextConflictError) as caught:
        contexts.set(sales, DOCUMENT.replace("one order", "my order"), expected_revision=1)
    assert "an order" in caught.value.theirs
    assert "my order" in caught.value.yours
    assert contexts.require(sales).revision == 2


def test_revisions_are_listed_compared_and_restored(session: Session, sales: Dataset) -> None:
    contexts = session.named_contexts
    contexts.set(sales, DOCUMENT)
    contexts.set(sales, DOCUMENT.replace("SUM(price * qty)", "SUM(price)"))
    assert [version.revision for version in contexts.versions(sales)] == [2, 1]
    assert [one.path for one in contexts.difference(sales, 1, 2)] == ["metrics[revenue].expression"]
    assert contexts.restore(sales, 1).revision == 3
    assert contexts.require(sales).document.metrics[0].expression == "SUM(price * qty)"
    with pytest.raises(UnknownContextError):
        contexts.restore(sales, 9)


def test_an_exported_file_names_datasets_and_comes_back_the_same(
    session: Session, sales: Dataset, tmp_path: Path
) -> None:
    contexts = session.named_contexts
    contexts.set(sales, DOCUMENT)
    path = contexts.export_file(sales, tmp_path).path
    assert path.name == "sales.context.md"
    assert path.read_text("utf-8").split() == DOCUMENT.split()  # comments may stand a little farther right
    assert contexts.import_file(sales, path).is_new is False
    path.write_text(DOCUMENT, "utf-8")
    contexts.export_file(sales, tmp_path)
    assert path.read_text("utf-8") == DOCUMENT


def test_a_file_beside_the_notebook_is_taken_in_and_again_when_it_changes(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "sales.context.md"
    path.write_text(DOCUMENT, "utf-8")
    [loaded] = session.load("sales", write_context=False)
    assert session.notes == ["The context of sales is from sales.context.md: passed."]
    session.notes.clear()
    session.look_for_context_files()
    assert session.notes == []
    path.write_text(DOCUMENT.replace("one order", "an order"), "utf-8")
    session.look_for_context_files()
    assert len(session.notes) == 1
    assert "an order" in session.named_contexts.require(loaded.dataset).text


def test_a_file_of_any_name_can_be_given_when_loading(session: Session, tmp_path: Path) -> None:
    (tmp_path / "words.md").write_text(DOCUMENT, "utf-8")
    [loaded] = session.load("sales", write_context=False, context_file="words.md")
    assert session.named_contexts.require(loaded.dataset).document.metrics[0].name == "Revenue"
    session.load("sales", write_context=False, context_file="wods.md")
    assert session.notes[-1] == (
        "There is no file wods.md, so the context of sales is written as ever. Did you mean 'words.md'?"
    )


def test_loading_again_leaves_what_was_written_after_the_file(session: Session, tmp_path: Path) -> None:
    (tmp_path / "sales.context.md").write_text(DOCUMENT, "utf-8")
    [loaded] = session.load("sales", write_context=False)
    session.named_contexts.set(loaded.dataset, DOCUMENT.replace("one order", "mine"))
    session.load("sales", write_context=False)
    assert "mine" in session.named_contexts.require(loaded.dataset).text


def test_a_broken_file_is_said_and_loading_goes_on(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "sales.context.md"
    path.write_text("---\nname: [\n---\n", "utf-8")
    session.load("sales", write_context=False)
    assert session.notes[0].startswith("sales.context.md was not taken in: Line 2")
    path.write_bytes(b"# caf\xe9")
    session.look_for_context_files()
    assert "isn't UTF-8" in session.notes[1]


def test_loading_a_table_with_other_columns_says_what_changed_and_what_is_stale(
    session: Session, sales: Dataset
) -> None:
    session.named_contexts.set(sales, DOCUMENT)
    session.namespace["sales"] = SALES.rename(columns={"qty": "quantity"}).assign(tax=0.19)
    session.load("sales", write_context=False)
    assert [line for line in session.notes if "columns" in line or line.startswith("  ")] == [
        "The columns of sales changed since it was last loaded:",
        "  − qty",
        "  + quantity",
        "  + tax",
        "  stale: Metric 'Revenue' uses column 'qty', which is gone; correct it or take it out.",
    ]
    assert session.named_contexts.require(sales).revision == 1


def test_a_file_that_cannot_be_written_leaves_no_empty_one(
    session: Session, sales: Dataset, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    session.named_contexts.set(sales, DOCUMENT)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(SourceError, match="can't be written"):
            session.named_contexts.export_file(sales, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.glob("*.md")) == []


def test_a_pipe_in_place_of_a_file_is_refused_without_waiting(
    session: Session, sales: Dataset, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="no regular file"):
        session.named_contexts.import_file(sales, tmp_path / "pipe")


CORTEX = """\
name: sales_model
tables:
  - name: orders
    base_table: {database: db, schema: public, table: orders}
    dimensions:
      - name: status
        expr: status
        data_type: TEXT
        synonyms: [state]
    facts:
      - name: price
        expr: price
        data_type: NUMBER
    metrics:
      - name: revenue
        expr: SUM(price)
"""


def test_what_a_team_keeps_for_cortex_comes_in_and_goes_out_and_what_is_lost_is_named(
    session: Session, sales: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "model.yaml").write_text(CORTEX, "utf-8")
    saved = session.named_contexts.import_file(sales, tmp_path / "model.yaml")
    assert saved.record.linked == (sales.dataset_id,)
    assert [metric.expression for metric in saved.record.document.metrics] == ["SUM(price)"]
    assert saved.validation.status != "failed"
    written = session.named_contexts.export_file(sales, tmp_path / "back.cortex.yaml")
    assert "SUM(price)" in written.path.read_text("utf-8")
    dbt = session.named_contexts.export_file(sales, tmp_path / "back.dbt.yml")
    assert "semantic_models" in dbt.path.read_text("utf-8")
    with pytest.raises(InvalidContextError, match=r"back\.dbt\.yml or back\.cortex\.yml"):
        session.named_contexts.export_file(sales, tmp_path / "back.yml")


def test_a_document_of_other_datasets_only_is_refused_before_it_is_saved(
    session: Session, sales: Dataset
) -> None:
    session.namespace["refunds"] = SALES.copy()
    session.load("refunds", write_context=False)
    with pytest.raises(InvalidContextError, match=r"Line 3: .* speaks of refunds, not of sales"):
        session.named_contexts.set(sales, "---\nname: sales\ndatasets: [refunds]\n---\n")
    assert session.contexts.list_contexts(session.settings.user_id) == []


def test_a_first_text_gets_a_conflict_where_a_context_was_written_meanwhile(
    session: Session, sales: Dataset
) -> None:
    contexts = session.named_contexts
    text, revision = contexts.text(sales)
    contexts.set(sales, DOCUMENT)
    with pytest.raises(ContextConflictError):
        contexts.set(sales, f"{text}My words.", expected_revision=revision)
    assert contexts.require(sales).text == contexts.versions(sales)[0].text
    assert contexts.require(sales).revision == 1


def test_plain_markdown_leaves_a_description_that_a_person_wrote(session: Session, sales: Dataset) -> None:
    contexts = session.named_contexts
    contexts.set(sales, DOCUMENT.replace("metrics:", "description: As booked.\nmetrics:"))
    assert contexts.set(sales, "Only words.").record.document.description == "As booked."


def test_an_empty_cell_takes_nothing_away(session: Session, sales: Dataset) -> None:
    session.named_contexts.set(sales, DOCUMENT)
    with pytest.raises(InvalidContextError, match="empty"):
        session.named_contexts.set(sales, "  \n")
    assert session.named_contexts.require(sales).revision == 1


def test_a_stored_document_that_cannot_be_read_is_set_anew(session: Session, sales: Dataset) -> None:
    contexts, store = session.named_contexts, session.datasets.store
    record = contexts.set(sales, DOCUMENT).record
    key = ("context", record.context_id)
    store.set(key, (store.get(key) or {}) | {"document": {"name": "sales", "datasets": [{}]}})
    saved = contexts.set(sales, DOCUMENT)
    assert (saved.record.revision, saved.validation.status, saved.missing) == (2, "passed", ())
