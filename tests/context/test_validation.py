"""What is said of a document that isn't true of its data, or contradicts itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest

from autodash_jupyter.context.document_text import read_document
from autodash_jupyter.context.validation import Validation, validate
from autodash_jupyter.documents import ContextDocument

ORDERS = pd.DataFrame(
    {
        "order_id": [1, 2, 3, 4],
        "price": [10.0, 20.0, -1.0, 40.0],
        "qty": [1, 2, 3, 4],
        "status": ["open", "done", "open", None],
        "customer": [1, 1, 2, 2],
    }
)
CUSTOMERS = pd.DataFrame({"customer_id": [1, 2], "region": ["north", "south"]})


def check(document: dict[str, Any], tables: dict[str, Any] | None = None, **options: Any) -> Validation:
    whole = {"name": "sales", "datasets": ["orders"]} | document
    return validate(ContextDocument(**whole), {"orders": ORDERS} if tables is None else tables, **options)


def only(found: Validation) -> tuple[str, str, str]:
    (finding,) = found.findings
    return finding.severity, finding.path, finding.message


def test_a_document_that_is_true_passes() -> None:
    found = check(
        {
            "datasets": [
                {
                    "dataset_id": "orders",
                    "columns": ["price", {"name": "status", "description": "open or done"}],
                },
                {"dataset_id": "customers", "columns": ["region"]},
            ],
            "relationships": [
                {
                    "left_dataset": "orders",
                    "left_columns": ["customer"],
                    "right_dataset": "customers",
                    "right_columns": ["customer_id"],
                }
            ],
            "metrics": [
                {"name": "Revenue", "expression": "SUM(qty*price)/COUNT(*)"},
                {"name": "Regions", "expression": "COUNT(DISTINCT region)"},
            ],
            "filters": [{"name": "Open", "condition": "status = 'open'", "dataset_id": "orders"}],
            "business_rules": [
                "Orders are never deleted.",
                {"name": "Whole", "condition": "qty = round(qty)"},
            ],
            "glossary": [
                {"term": "Order", "synonyms": ["sale"], "related_columns": ["order_id", "orders.price"]}
            ],
        },
        {"orders": ORDERS, "customers": CUSTOMERS},
    )
    assert found.findings == ()
    assert found.status == "passed"


def test_a_column_that_isnt_there_fails_with_the_nearest_name() -> None:
    found = check({"datasets": [{"dataset_id": "orders", "columns": ["price", "statuss"]}]})
    assert found.status == "failed"
    assert only(found) == (
        "failed",
        "datasets[orders].columns[statuss].name",
        "Column 'statuss': dataset 'orders' has no column 'statuss'. Did you mean 'status'?",
    )


def test_a_column_in_other_letters_is_a_warning() -> None:
    found = check({"datasets": [{"dataset_id": "orders", "columns": ["Price"]}]})
    assert found.status == "warnings"
    assert "the data spell it 'price'" in found.findings[0].message


def test_a_dataset_that_isnt_known_is_a_warning() -> None:
    found = check({"datasets": ["order"]}, {"orders": ORDERS})
    assert found.status == "warnings"
    message = "Dataset 'order' isn't known, so it isn't linked. Did you mean 'orders'?"
    assert only(found) == ("warning", "datasets[order].dataset_id", message)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("SUM(prize)", "Metric 'M': No column 'prize'. Did you mean 'price'?"),
        ("SUM(price", "Metric 'M': It can't be read"),
        ("AVGG(price)", "Did you mean 'avg'?"),
        ("price", "Metric 'M': 'price' has a value in each row"),
        ("SUM(status)", "Metric 'M': SUM can't be used on text"),
        ("SUM(status::INT)", "Metric 'M': A value can't be read as numbers"),
        ("(SELECT 1)", "Metric 'M': A subquery can't be used here"),
    ],
)
def test_a_metric_has_to_parse_and_run(expression: str, said: str) -> None:
    found = check({"metrics": [{"name": "M", "expression": expression}]})
    severity, path, message = only(found)
    assert (severity, path) == ("failed", "metrics[m].expression")
    assert said in message
    assert "\n" not in message


def test_filters_and_rules_have_to_run_and_a_broken_rule_is_counted() -> None:
    found = check(
        {
            "filters": [{"name": "Cheap", "condition": "prise < 3"}],
            "business_rules": [
                {"name": "Positive", "condition": "price > 0"},
                {"name": "Odd", "condition": "AVG(price) > 0"},
                "A rule without a condition",
            ],
        }
    )
    assert [(each.severity, each.path) for each in found.findings] == [
        ("failed", "filters[cheap].condition"),
        ("warning", "business_rules[positive].condition"),
        ("failed", "business_rules[odd].condition"),
    ]
    assert found.findings[1].message == "Rule 'Positive' doesn't hold in 1 of 4 rows of 'orders'."


def test_a_metric_of_no_dataset_is_tried_on_the_one_that_has_its_columns() -> None:
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    two = {"datasets": ["orders", "customers"]}
    fine = check(two | {"metrics": [{"name": "R", "expression": "COUNT(DISTINCT Region)"}]}, tables)
    assert fine.status == "warnings"
    assert "Column 'region' is written 'Region'" in fine.findings[0].message
    gone = check(two | {"metrics": [{"name": "R", "expression": "SUM(pricee)"}]}, tables)
    assert "no dataset has a column 'pricee'. Did you mean 'price'?" in gone.findings[0].message
    across = check(two | {"metrics": [{"name": "R", "expression": "SUM(price) / COUNT(region)"}]}, tables)
    assert "no one dataset has all of price, region" in across.findings[0].message
    assert across.status == "failed"
    named = check(
        two | {"metrics": [{"name": "R", "expression": "SUM(price)", "dataset_id": "customers"}]}, tables
    )
    assert named.status == "failed"


def test_a_metric_of_an_unknown_dataset_is_read_but_not_run() -> None:
    found = check({"metrics": [{"name": "M", "expression": "SUM(x)", "dataset_id": "order"}]})
    assert only(found)[0] == "warning"
    assert "Did you mean 'orders'?" in found.findings[0].message
    worse = check({"metrics": [{"name": "M", "expression": "SUM(x", "dataset_id": "order"}]})
    assert worse.status == "failed"


def test_without_its_table_a_datasets_expressions_are_read_only() -> None:
    document = {
        "datasets": [{"dataset_id": "orders", "columns": ["anything"]}],
        "metrics": [{"name": "M", "expression": "SUM(anything)"}],
    }
    found = check(document, {"orders": None})
    assert found.status == "warnings"
    assert "isn't here" in only(found)[2]
    wrong = check(document | {"metrics": [{"name": "M", "expression": "anything"}]}, {"orders": None})
    assert wrong.status == "failed"


def test_relationships_name_datasets_and_as_many_columns_on_both_sides() -> None:
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    found = check(
        {
            "datasets": ["orders", "customers"],
            "relationships": [
                {
                    "left_dataset": "orders",
                    "left_columns": ["custmer"],
                    "right_dataset": "customer",
                    "right_columns": ["customer_id", "region"],
                },
                {"left_dataset": "orders", "left_columns": ["customer"], "right_columns": ["customer_id"]},
            ],
        },
        tables,
    )
    messages = [str(each) for each in found.findings]
    assert messages == [
        "failed: A relationship joins 1 columns to 2; name as many on both sides.",
        "failed: Relationship: dataset 'orders' has no column 'custmer'. Did you mean 'customer'?",
        "warning: A relationship names dataset 'customer', which isn't known. Did you mean 'customers'?",
        "failed: A relationship names no dataset on its right; write right_dataset.",
    ]


def test_parts_that_are_there_twice_fail() -> None:
    found = check(
        {
            "datasets": [{"dataset_id": "orders", "columns": ["price", "price"]}],
            "metrics": [{"name": "N", "expression": "COUNT(*)"}, {"name": "n", "expression": "SUM(qty)"}],
            "filters": [
                {"name": "F", "condition": "qty > 1"},
                {"id": "f", "name": "G", "condition": "qty > 2"},
            ],
            "glossary": [{"term": "Net  revenue"}, {"term": "net revenue"}],
        }
    )
    assert [(each.severity, each.path) for each in found.findings] == [
        ("failed", "metrics[n]"),
        ("failed", "filters[f]"),
        ("failed", "glossary[net revenue]"),
        ("failed", "datasets[orders].columns[price]"),
    ]


def test_synonyms_in_a_circle_are_found_once_however_long_it_is() -> None:
    two = check(
        {"glossary": [{"term": "Sales", "synonyms": ["revenue"]}, {"term": "Revenue", "synonyms": ["SALES"]}]}
    )
    assert [each.message for each in two.findings] == [
        "Synonyms go in a circle: 'Sales' → 'Revenue' → 'Sales'; "
        "keep one term, and the others as its synonyms."
    ]
    three = check(
        {
            "glossary": [
                {"term": "a", "synonyms": ["b"]},
                {"term": "b", "synonyms": ["c"]},
                {"term": "c", "synonyms": ["a"]},
            ]
        }
    )
    assert "'a' → 'b' → 'c' → 'a'" in " ".join(each.message for each in three.findings)
    assert sum("circle" in each.message for each in three.findings) == 1
    assert {each.severity for each in three.findings} == {"warning"}


def test_a_synonym_of_two_terms_is_a_warning() -> None:
    found = check(
        {
            "glossary": [
                {"term": "Sales", "synonyms": ["turnover"]},
                {"term": "Income", "synonyms": ["Turnover"]},
            ]
        }
    )
    assert only(found)[0] == "warning"
    assert "synonym of both 'Sales' and 'Income'" in found.findings[0].message
    own = check({"glossary": [{"term": "Sales", "synonyms": ["income"]}, {"term": "Income"}]})
    assert "a term of its own" in only(own)[2]


def test_a_terms_columns_have_to_be_in_some_dataset() -> None:
    found = check({"glossary": [{"term": "Sales", "related_columns": ["price", "prise"]}]})
    assert only(found) == (
        "failed",
        "glossary[Sales].related_columns[prise]",
        "Term 'Sales' is about column 'prise', which no dataset has. Did you mean 'price'?",
    )
    unseen = {"orders": ORDERS, "customers": None}
    silent = check(
        {"datasets": ["orders", "customers"], "glossary": [{"term": "Sales", "related_columns": ["prise"]}]},
        unseen,
    )
    assert silent.findings == ()


def test_a_taken_name_fails_and_an_empty_one() -> None:
    assert check({}, taken={("sales", "1.0.0")}).status == "failed"
    assert check({"version": "2"}, taken={("sales", "1.0.0")}).status == "passed"
    assert check({}, taken=lambda name, version: name == "sales").status == "failed"
    assert "has no name" in only(check({"name": "  "}))[2]


def test_a_status_that_isnt_one_fails() -> None:
    document = ContextDocument(name="sales").model_copy(update={"status": "activ"})
    assert "Did you mean 'active'?" in only(validate(document, {}))[2]


def test_findings_say_their_lines_in_the_texts_order() -> None:
    text = read_document(
        "---\nname: sales\nglossary:\n  - term: a\n  - term: A\ndatasets:\n  - dataset_id: orders\n"
        "    columns:\n      - name: price\n      - name: prise\nmetrics:\n  - name: M\n"
        "    expression: SUM(prise)\n---\n\nText.\n"
    )
    found = validate(text.document, {"orders": ORDERS}, text=text)
    assert [each.line for each in found.findings] == [5, 10, 13]
    assert str(found.findings[2]).startswith("failed, line 13: Metric 'M': No column 'prise'.")


def test_polars_tables_are_checked_alike_and_odd_kinds_are_named() -> None:
    document = {
        "metrics": [{"name": "M", "expression": "SUM(price)"}],
        "datasets": [{"id": "orders", "columns": ["qty"]}],
    }
    assert check(document, {"orders": pl.from_pandas(ORDERS)}).status == "passed"

    class Distant:
        columns = ("price", "qty")

    found = check(document, {"orders": Distant()})
    assert found.status == "warnings"
    assert "of a kind that expressions don't run on" in only(found)[2]


def test_a_document_without_datasets_is_tried_on_the_only_table() -> None:
    document = ContextDocument(name="sales", metrics=[{"name": "M", "expression": "SUM(price)"}])
    assert validate(document, {"orders": ORDERS}).status == "passed"
    assert validate(document, {}).status == "passed"


def test_five_hundred_columns_and_metrics_are_checked_at_once() -> None:
    names = [f"c{number}" for number in range(500)]
    frame = pd.DataFrame([range(500)] * 3, columns=names)
    document = {
        "datasets": [{"dataset_id": "orders", "columns": names}],
        "metrics": [{"name": f"m {name}", "expression": f"SUM({name})"} for name in names[::10]],
    }
    assert check(document, {"orders": frame}).status == "passed"
