"""Datasets go by their names in what a person is told of contexts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import UnknownContextError
from autodash_jupyter.models import Dataset
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore
from autodash_jupyter.widgets import context_view

JOINED = """\
---
name: orders
datasets: [orders]
relationships:
  - left_dataset: orders
    left_columns: [customer]
    right_dataset: {right}
    right_columns: [{column}]
---
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.chdir(tmp_path)
    tables = {"orders": pd.DataFrame({"customer": [1, 2]}), "customers": pd.DataFrame({"id": [1, 2, 3]})}
    opened = Session(tables, store=InMemoryContextStore())
    for name in tables:
        opened.load(name, write_context=False)
    yield opened
    opened.close()


@pytest.fixture
def orders(session: Session) -> Dataset:
    return session.resolve("orders")


def told(session: Session, dataset: Dataset, text: str) -> list[str]:
    return [str(one) for one in session.named_contexts.set(dataset, text).validation.findings]


def test_a_relationship_may_name_any_dataset_of_the_person(session: Session, orders: Dataset) -> None:
    assert told(session, orders, JOINED.format(right="customers", column="id")) == []


def test_a_relationship_is_checked_against_the_table_that_it_joins(session: Session, orders: Dataset) -> None:
    assert told(session, orders, JOINED.format(right="customers", column="idd")) == [
        "failed, line 8: Relationship: dataset 'customers' has no column 'idd'. Did you mean 'id'?"
    ]


def test_a_page_calls_datasets_by_their_names(session: Session, orders: Dataset) -> None:
    told(session, orders, JOINED.format(right="customers", column="id"))
    assert (
        "`customer` of `orders` refers to `id` of `customers`"
        in context_view(session, orders.dataset_id).text
    )


def test_a_misspelt_dataset_gets_the_nearest_name(session: Session, orders: Dataset) -> None:
    assert told(session, orders, JOINED.format(right="custmers", column="id")) == [
        "warning, line 7: A relationship names dataset 'custmers', which isn't known. "
        "Did you mean 'customers'?"
    ]


def test_a_finding_calls_a_dataset_by_its_name(session: Session, orders: Dataset) -> None:
    text = "---\nname: orders\ndatasets:\n  - dataset_id: orders\n    columns: [{name: custmer}]\n---\n"
    [finding] = told(session, orders, text)
    assert "dataset 'orders' has no column 'custmer'. Did you mean 'customer'?" in finding


def test_an_unknown_context_is_said_of_the_dataset_by_its_name(session: Session, orders: Dataset) -> None:
    session.named_contexts.set(orders, "---\nname: orders\n---\n")
    with pytest.raises(UnknownContextError, match=r"speaks of dataset 'orders'.*Did you mean 'orders'"):
        session.named_contexts.use(orders, "ordrs")


def test_only_one_revision_is_said_so(session: Session, orders: Dataset) -> None:
    session.named_contexts.set(orders, "---\nname: orders\n---\n")
    with pytest.raises(UnknownContextError, match=r"'orders' has no revision 9; it has only 1\."):
        session.named_contexts.restore(orders, 9)


def test_metrics_of_one_dataset_are_told_apart_by_their_own_ids(session: Session, orders: Dataset) -> None:
    metric = "  - {{name: {name}, expression: COUNT(*), dataset_id: orders}}\n"
    first, second = (metric.format(name=name) for name in ("Rows", "Lines"))
    head = "---\nname: orders\nmetrics:\n"
    session.named_contexts.set(orders, f"{head}{first}---\n")
    session.named_contexts.set(orders, f"{head}{second}{first}---\n")
    found = session.named_contexts.difference(orders, 1, 2)
    assert [(one.path, one.kind) for one in found] == [("metrics[lines]", "added")]


def test_showing_a_context_counts_as_using_it(session: Session, orders: Dataset) -> None:
    session.named_contexts.set(orders, "---\nname: orders\n---\n")
    session.named_contexts.active(orders, used_by="magic")
    session.named_contexts.active(orders)
    assert [one.uses for one in session.contexts.get_usage(session.settings.user_id)] == [{"magic": 1}]


def test_a_generated_context_names_a_file_without_its_folder(session: Session, tmp_path: Path) -> None:
    pd.DataFrame({"price": [1.5, 2.5]}).to_csv(tmp_path / "prices of may.csv", index=False)
    [loaded] = session.load("prices of may.csv", target="prices")
    session.wait_for_context(loaded.dataset.dataset_id)
    written = session.named_contexts.export_file(loaded.dataset, tmp_path).path.read_text("utf-8")
    assert "loaded from `prices of may.csv`" in " ".join(written.split())
    assert str(tmp_path) not in written
