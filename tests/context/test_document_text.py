"""Documents as text: what is read, what is refused, and what stays as it was."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodash_jupyter.context.document_text import read_document, write_document
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.errors import InvalidContextError

SALES = """\
---
# Owned by the finance team; ask before you change a metric.
name: sales
version: 1.10   # the label of the last review
tags: [finance, "emea"]
datasets:
- dataset_id: upload_abc12345
  columns:
  - name: price   # net, in euros
    business_name: Net price
    steward: Ada        # a field of our own
  - qty
metrics:
  - name: Revenue
    expression: SUM(price * qty)
    # agreed on 2024-03-01
    description: What was invoiced.
  - name: Orders
    expression: COUNT(*)
review: {by: Ada, on: 2024-03-01}
---

One row is one order line.

| a | b |
|---|---|
"""


def test_a_document_is_read_whole() -> None:
    document = read_document(SALES).document
    assert (document.name, document.version, document.tags) == ("sales", "1.10", ["finance", "emea"])
    dataset = document.datasets[0]
    assert [column.name for column in dataset.columns] == ["price", "qty"]
    assert dataset.columns[0].model_extra == {"steward": "Ada"}
    assert [metric.id for metric in document.metrics] == ["revenue", "orders"]
    assert document.model_extra == {"review": {"by": "Ada", "on": dt.date(2024, 3, 1)}}
    assert document.body.startswith("One row is one order line.\n\n| a | b |")


def test_an_entry_knows_its_line() -> None:
    read = read_document(SALES)
    lines = SALES.splitlines()
    assert read.line_of("name") == 3
    assert lines[read.line_of("metrics", 0, "expression") - 1].strip() == "expression: SUM(price * qty)"
    assert lines[read.line_of("datasets", 0, "columns", 1) - 1].strip() == "- qty"
    assert read.line_of("metrics", 1, "unit") == read.line_of("metrics", 1)


def test_a_document_nobody_changed_is_written_byte_for_byte() -> None:
    for text in (SALES, SALES.replace("\n", "\r\n"), "\ufeff" + SALES, "# Only Markdown\r\n\r\nText."):
        assert write_document(read_document(text, dataset_id="d").document, text) == text


def _changed(**changes: Any) -> str:
    document = read_document(SALES).document.model_copy(update=changes)
    text = write_document(document, SALES)
    assert read_document(text).document == document
    return text


def test_a_changed_entry_leaves_every_other_line_as_it_was() -> None:
    text = _changed(owner="Grace", version="1.11")
    assert text.splitlines()[:3] == SALES.splitlines()[:3]
    assert set(SALES.splitlines()) - set(text.splitlines()) == {
        "version: 1.10   # the label of the last review"
    }
    assert "# the label of the last review" in text
    assert "owner: Grace" in text


def test_a_changed_part_keeps_the_comments_and_unknown_fields_of_the_others() -> None:
    document = read_document(SALES).document
    price, qty = document.datasets[0].columns
    columns = [price.model_copy(update={"unit": "EUR"}), qty]
    text = _changed(datasets=[document.datasets[0].model_copy(update={"columns": columns})])
    assert "# net, in euros" in text
    assert "steward: Ada        # a field of our own" in text or "steward: Ada # a field of our own" in text
    assert "# agreed on 2024-03-01" in text
    assert "unit: EUR" in text


def test_parts_come_and_go_and_change_places() -> None:
    revenue, orders = read_document(SALES).document.metrics
    assert "agreed on" in _changed(metrics=[orders, revenue])
    assert "COUNT" not in _changed(metrics=[revenue])
    added = revenue.model_copy(update={"id": "n", "name": "n", "expression": "MAX(price)"})
    assert "agreed on" in _changed(metrics=[added, revenue, orders])
    assert "metrics" not in _changed(metrics=[])


def test_figures_of_one_dataset_keep_their_own_comments() -> None:
    text = (
        "---\nname: sales\nmetrics:\n"
        "  - name: a\n    expression: COUNT(*)  # all of them\n    dataset_id: s\n"
        "  - name: b\n    expression: SUM(b)  # net\n    dataset_id: s\n"
        "---\n"
    )
    document = read_document(text).document
    without_a = document.model_copy(update={"metrics": document.metrics[1:]})
    written = write_document(without_a, text)
    assert "# net" in written
    assert "# all of them" not in written


def test_a_part_says_what_it_is_called_first_and_who_wrote_it_last() -> None:
    column = {"written_by": "profile", "name": "price", "unit": "EUR"}
    document = ContextDocument(name="sales", datasets=[{"dataset_id": "d", "columns": [column]}])
    assert "      - name: price\n        unit: EUR\n        written_by: profile\n" in write_document(document)


def test_a_text_without_a_name_gets_the_documents() -> None:
    text = "---\n# ours\nowner: Ada\n---\n\nWords.\n"
    document = read_document(text, name="sales").document
    written = write_document(document, text)
    assert written == "---\n# ours\nowner: Ada\nname: sales\n---\n\nWords.\n"
    assert read_document(written).document == document


def test_a_changed_body_leaves_the_front_matter() -> None:
    text = _changed(body="Another text.")
    assert text.endswith("---\n\nAnother text.\n")
    assert text.split("---")[1] == SALES.split("---")[1]


def test_a_file_with_windows_line_ends_keeps_them() -> None:
    text = SALES.replace("\n", "\r\n")
    document = read_document(text).document.model_copy(update={"owner": "Grace"})
    written = write_document(document, text)
    assert "owner: Grace\r\n" in written
    assert not re.search(r"(?<!\r)\n", written)


def test_plain_markdown_is_a_document_of_a_dataset() -> None:
    document = read_document("# Our birds\n\nOne row is one bird.", dataset_id="sample_1").document
    assert (document.name, document.dataset_ids) == ("Our birds", ["sample_1"])
    assert document.body == "# Our birds\n\nOne row is one bird."
    assert read_document("Just words.", dataset_id="sample_1").document.name == "sample_1"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("---\nname: a\nmetrics: [\n---\n", 3, "can't be read"),
        ("---\nname: a\n  x: y: z\n---\n", 3, "can't be read"),
        ("---\nname: a\nname: b\n---\n", 3, "duplicate key"),
        ("---\nname: a\nmetrics:\n  - name: n\n---\n", 4, "metrics[1].expression is missing"),
        ("---\nname: a\nstatus: actve\n---\n", 3, "Did you mean 'active'?"),
        ("---\nname: a\nmetrics: 5\n---\n", 3, "metrics"),
        ("---\n- a\n---\n", 2, "entries"),
        ("---\nname: a\n", 1, "never ends"),
        ("---\nversion: 1\n---\n", None, "has no name"),
        ("no name at all", None, "has no name"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int | None, said: str) -> None:
    with pytest.raises(InvalidContextError) as caught:
        read_document(text)
    assert said in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_tag_makes_no_object_and_an_alias_bomb_is_refused() -> None:
    evil = "---\nname: a\nsettings:\n  x: !!python/object/apply:os.system ['exit 1']\n---\n"
    assert read_document(evil).document.settings == {"x": ["exit 1"]}
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    bomb = "---\nname: a\nsettings:\n" + "".join(f"  {level}\n" for level in levels) + "---\n"
    with pytest.raises(InvalidContextError, match="too many values"):
        read_document(bomb)
    with pytest.raises(InvalidContextError):
        read_document("---\nname: a\nsettings: " + "[" * 5_000 + "]" * 5_000 + "\n---\n")


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
NAMES = TEXTS.filter(bool)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=4,
)
COLUMNS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "business_name": TEXTS,
        "description": TEXTS,
        "synonyms": st.lists(TEXTS, max_size=2),
        "written_by": st.sampled_from(["profile", "model", "person"]),
        "steward": VALUES,
    },
)
DOCUMENTS = st.builds(
    ContextDocument,
    name=NAMES,
    version=NAMES,
    description=TEXTS,
    status=st.sampled_from(["draft", "active", "archived"]),
    context_type=st.sampled_from(["single_dataset", "multi_dataset"]),
    tags=st.lists(TEXTS, max_size=3),
    datasets=st.lists(
        st.fixed_dictionaries({"dataset_id": NAMES, "columns": st.lists(COLUMNS, max_size=3)}), max_size=2
    ),
    metrics=st.lists(
        st.fixed_dictionaries({"id": NAMES, "name": NAMES, "expression": NAMES, "unit": TEXTS}), max_size=3
    ),
    business_rules=st.lists(
        st.fixed_dictionaries({"id": NAMES, "name": NAMES, "description": TEXTS}), max_size=2
    ),
    glossary=st.lists(
        st.fixed_dictionaries({"term": NAMES, "examples": st.lists(TEXTS, max_size=2)}), max_size=2
    ),
    settings=st.dictionaries(NAMES, VALUES, max_size=3),
    body=TEXTS,
)


@given(DOCUMENTS)
@settings(deadline=None, max_examples=50)
def test_any_document_comes_back_from_its_text(document: ContextDocument) -> None:
    assert read_document(write_document(document)).document == document


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None, max_examples=50)
def test_any_document_can_be_edited_into_any_other(before: ContextDocument, after: ContextDocument) -> None:
    text = write_document(before)
    assert read_document(write_document(after, text)).document == after
