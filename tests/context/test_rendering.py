"""A document as Markdown: what a reader meets, in which order, and what can't pass for mark-up."""

from __future__ import annotations

from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.rendering import render_markdown
from autodash_jupyter.documents import ContextDocument


def test_the_summary_stands_right_below_the_title() -> None:
    text = render_markdown(
        ContextDocument(name="sales", description="One row is one order.", body="## More\n\nText.")
    )
    assert text == "# sales\n\nOne row is one order.\n\n## More\n\nText.\n"


def test_every_part_is_shown() -> None:
    document = ContextDocument(
        name="sales",
        status="draft",
        datasets=[
            {"dataset_id": "d1", "columns": [{"name": "price", "business_name": "Net price", "unit": "EUR"}]},
            {"dataset_id": "d2", "columns": ["id"]},
        ],
        relationships=[
            {"left_dataset": "d1", "left_columns": "customer", "right_dataset": "d2", "right_columns": "id"}
        ],
        metrics=[{"name": "Revenue", "expression": "SUM(price)", "unit": "EUR", "synonyms": ["turnover"]}],
        filters=[{"name": "Open", "condition": "status = 'open'"}],
        business_rules=["A price is never negative."],
        glossary=[{"term": "Churn", "synonyms": ["attrition"], "definition": "Who left.", "examples": ["x"]}],
        questions=["Which customers left?"],
        body="Plain words.",
    )
    text = render_markdown(
        document, metric_values={"revenue": "1,204"}, findings=["Line 3: no column `pice`."]
    )
    for said in (
        "*This context is a draft.*",
        "- Line 3: no column `pice`.",
        "## Columns of `d1`",
        "| `price` | (EUR) | **Net price** |",
        "- `customer` of `d1` refers to `id` of `d2`",
        "- **Revenue** (also turnover): `SUM(price)` = 1,204 EUR",
        "- **Open**: `status = 'open'`",
        "- A price is never negative.",
        "- **Churn** (also attrition): Who left. For example x.",
        "- Which customers left?",
        "Plain words.",
    ):
        assert said in text


def test_columns_that_say_the_same_are_one_row() -> None:
    columns = [{"name": f"x{number}", "description": "A reading."} for number in range(50)]
    text = render_markdown(ContextDocument(name="a", datasets=[{"dataset_id": "d", "columns": columns}]))
    assert "| `x0` … `x49` | A reading. |" in text
    assert "`x25`" not in text


def test_hostile_names_stay_words() -> None:
    evil = "<script>alert(1)</script> | [x](javascript:alert(1)) `"
    document = ContextDocument(
        name=evil,
        datasets=[
            {"dataset_id": evil, "columns": [{"name": evil, "business_name": evil, "description": evil}]}
        ],
        metrics=[{"name": evil, "expression": evil}],
        glossary=[{"term": evil, "definition": evil}],
        body=evil,
    )
    html = render_html(render_markdown(document))
    assert "<script" not in html
    assert 'href="javascript:' not in html
