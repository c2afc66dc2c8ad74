"""A person has the last word: what regenerating replaces, and what it leaves."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.context.comparison import compare
from autodash_jupyter.context.merging import credit, merge_generated
from autodash_jupyter.documents import ContextDocument


def _document(author: str | None, **changes: Any) -> ContextDocument:
    values: dict[str, Any] = {
        "name": "sales",
        "description": "Orders.",
        "datasets": [
            {
                "dataset_id": "d",
                "columns": [
                    {"name": name, "description": f"{name} holds.", "written_by": author} for name in "ab"
                ],
            }
        ],
        "metrics": [{"name": "n", "expression": "COUNT(*)", "written_by": author}],
        "glossary": [{"term": "order", "definition": "A purchase.", "written_by": author}],
        "questions": ["How many?"],
        "body": "## Quality\n\nGood.",
    }
    if author:
        values["written_by"] = dict.fromkeys(("description", "questions", "body"), author)
    return ContextDocument(**(values | changes))


def test_what_is_generated_anew_replaces_all_that_was_generated() -> None:
    model = _document("model", description="Better.", metrics=[])
    merged = merge_generated(_document("profile"), model)
    assert merged == model


def test_what_a_person_wrote_stays_each_part_by_itself() -> None:
    before = _document("profile")
    columns = [
        column.model_copy(update={"description": "Mine."}) for column in before.datasets[0].columns[:1]
    ]
    dataset = before.datasets[0].model_copy(update={"columns": columns + before.datasets[0].columns[1:]})
    edited = before.model_copy(update={"datasets": [dataset], "description": "My orders.", "owner": "Ada"})
    mine = credit(before, edited, "person")
    merged = merge_generated(mine, _document("model", description="Theirs.", name="other"))
    assert (merged.name, merged.owner, merged.description) == ("sales", "Ada", "My orders.")
    first, second = merged.datasets[0].columns
    assert (first.description, first.written_by) == ("Mine.", None)
    assert second.written_by == "model"
    assert merged.written_by == {"questions": "model", "body": "model"}


def test_a_document_written_by_hand_is_never_overwritten() -> None:
    mine = _document(None)
    assert merge_generated(mine, _document("model", description="Theirs.", metrics=[])) == mine


def test_columns_keep_the_order_of_the_table() -> None:
    mine = _document("profile")
    last = mine.datasets[0].columns[1].model_copy(update={"written_by": None, "description": "Mine."})
    mine = mine.model_copy(update={"datasets": [mine.datasets[0].model_copy(update={"columns": [last]})]})
    merged = merge_generated(mine, _document("model"))
    assert [column.name for column in merged.datasets[0].columns] == ["a", "b"]
    assert merged.datasets[0].columns[1].description == "Mine."


def test_saving_what_nobody_changed_credits_nobody() -> None:
    generated = _document("model")
    assert credit(generated, generated, "person") == generated


def test_differences_name_parts_by_their_ids_and_tell_of_a_new_order() -> None:
    before = _document(None, tags=["a", "b"])
    after = _document(None, tags=["b", "a"], metrics=[{"name": "n", "expression": "COUNT(id)"}], owner="Ada")
    assert [str(difference) for difference in compare(before, after)] == [
        "tags: a, b → b, a",
        "+ owner: Ada",
        "metrics[n].expression: COUNT(*) → COUNT(id)",
    ]
    assert compare(before, before) == []
