"""Saving a context says what it took away, and which other context it takes the place of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autodash_jupyter.context_magics import ContextMagics
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore

WHOLE = """\
---
name: orders
description: One row is one order.
datasets:
  - dataset_id: orders
    columns: [customer, price]
metrics:
  - {name: Revenue, expression: SUM(price)}
questions: [Who buys most?]
---
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.chdir(tmp_path)
    orders = pd.DataFrame({"customer": [1, 2], "price": [1.5, 2.5]})
    opened = Session({"orders": orders}, store=InMemoryContextStore())
    opened.load("orders", write_context=False)
    yield opened
    opened.close()


@pytest.fixture
def magics(session: Session) -> ContextMagics:
    return ContextMagics(InteractiveShell(), session)


def test_a_text_that_leaves_parts_out_says_which_and_how_to_see_them(
    magics: ContextMagics, capsys: pytest.CaptureFixture[str]
) -> None:
    magics.context("orders", WHOLE)
    assert capsys.readouterr().out == "orders: passed, saved as revision 1.\n"
    magics.context("orders", "---\nname: orders\ndatasets: [{id: orders, columns: [price]}]\n---\n")
    assert capsys.readouterr().out.splitlines() == [
        "orders: passed, saved as revision 2.",
        "  no longer in it: 1 column, 1 metric, 1 question, the description.",
        "  %context orders --diff 1 2 shows what; "
        "%context orders --regenerate brings back what was generated.",
    ]


def test_a_text_that_only_changes_parts_takes_nothing_away(
    magics: ContextMagics, capsys: pytest.CaptureFixture[str]
) -> None:
    magics.context("orders", WHOLE)
    magics.context("orders", WHOLE.replace("SUM", "AVG").replace("One row", "A row"))
    assert capsys.readouterr().out.splitlines()[1:] == ["orders: passed, saved as revision 2."]


def test_another_context_says_in_whose_place_it_counts(
    magics: ContextMagics, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    magics.context("orders", WHOLE)
    magics.context("orders", WHOLE.replace("name: orders", "name: for finance", 1))
    assert capsys.readouterr().out.splitlines()[1:] == [
        "for finance: passed, saved as revision 1.",
        "  it counts for orders now, in place of orders.",
        "  %context orders --use orders brings that back.",
    ]
    magics.context("orders --use orders")
    assert session.named_contexts.require(session.resolve("orders")).name == "orders"
    magics.context("orders", WHOLE.replace("name: orders", "name: later\nstatus: draft", 1))
    assert "in place of" not in capsys.readouterr().out
