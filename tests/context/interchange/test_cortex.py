"""Cortex Analyst's files come in with nothing lost in silence, and go out as they came."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodash_jupyter.context.interchange import detect_format, read_cortex, write_cortex
from autodash_jupyter.context.validation import validate
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.errors import InvalidContextError
from autodash_jupyter.expressions import evaluate_condition, evaluate_metric

SALES = """
name: sales
description: What was sold.
tables:
  - name: orders
    description: One row is one order.
    synonyms: [purchases]
    base_table: {database: PROD, schema: SALES, table: ORDERS}
    primary_key: {columns: [ORDER_ID]}
    dimensions:
      - name: status
        expr: status
        data_type: VARCHAR
        description: Where the order stands.
        synonyms: [state]
        sample_values: [open, done]
        is_enum: true
        cortex_search_service: {service: status_search}
      - name: is_large
        expr: amount > 100
        data_type: BOOLEAN
      - name: customer_id
        expr: customer_id
        data_type: NUMBER
    time_dimensions:
      - name: order_date
        expr: ordered_at
        data_type: DATE
        synonyms: [Order date, day]
    facts:
      - name: amount
        expr: amount
        data_type: NUMBER
      - name: net_amount
        expr: amount - tax
        data_type: NUMBER
        access_modifier: private_access
    metrics:
      - name: total_net
        expr: SUM(net_amount)
        synonyms: [Total net, net]
        description: What stays.
      - name: large_share
        expr: AVG(CASE WHEN is_large THEN 1 ELSE 0 END)
        access_modifier: private_access
    filters:
      - name: open_orders
        expr: orders.status = 'open'
        synonyms: [in flight]
      - name: broken
  - name: customers
    base_table: {database: PROD, schema: SALES, table: CUSTOMERS}
    dimensions:
      - {name: id, expr: id, data_type: NUMBER}
    measures:
      - {name: customer_count, expr: COUNT(DISTINCT id), data_type: NUMBER}
relationships:
  - name: orders_to_customers
    left_table: orders
    right_table: customers
    relationship_columns:
      - {left_column: customer_id, right_column: id}
    join_type: left_outer
    relationship_type: many_to_one
metrics:
  - {name: net_per_large, expr: orders.total_net / orders.large_share}
  - {name: net_per_customer, expr: orders.total_net / customers.customer_count}
verified_queries:
  - name: by_status
    question: How many orders are there by status?
    sql: SELECT status, COUNT(*) FROM orders GROUP BY 1
    verified_by: ada
custom_instructions: Round to two digits.
module_custom_instructions:
  sql_generation: Never select all columns.
  tone: friendly
colour: blue
"""
ORDERS = pd.DataFrame(
    {
        "order_id": [1, 2],
        "status": ["open", "done"],
        "ordered_at": pd.to_datetime(["2024-01-01", "2024-02-01"]),
        "amount": [50.0, 150.0],
        "tax": [10.0, 30.0],
        "customer_id": [1, 2],
    }
)
CUSTOMERS = pd.DataFrame({"id": [1, 2, 3]})


def test_a_file_comes_in_and_its_expressions_run_on_the_tables() -> None:
    document = read_cortex(SALES).document
    assert document.name == "sales"
    assert document.dataset_ids == ["orders", "customers"]
    metrics = {metric.id: metric for metric in document.metrics}
    assert list(metrics) == ["total_net", "large_share", "customer_count", "net_per_large"]
    assert metrics["total_net"].name == "Total net"
    assert metrics["total_net"].synonyms == ["net"]
    assert evaluate_metric(ORDERS, metrics["total_net"].expression) == 160.0
    assert evaluate_metric(ORDERS, metrics["large_share"].expression) == 0.5
    assert evaluate_metric(ORDERS, metrics["net_per_large"].expression) == 320.0
    assert evaluate_metric(CUSTOMERS, metrics["customer_count"].expression) == 3
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    assert validate(document, tables).findings == ()


def test_columns_have_the_tables_own_names_and_the_business_names_beside() -> None:
    orders = read_cortex(SALES).document.datasets[0]
    date = orders.column("ordered_at")
    assert date is not None
    assert (date.business_name, date.synonyms) == ("Order date", ["day"])
    status = orders.column("status")
    assert status is not None
    assert (status.description, status.synonyms) == ("Where the order stands.", ["state"])
    assert (status.model_extra or {})["sample_values"] == ["open", "done"]
    assert [column.name for column in orders.columns] == ["status", "customer_id", "ordered_at", "amount"]


def test_relationships_questions_and_instructions_have_their_place() -> None:
    document = read_cortex(SALES).document
    assert document.relationships[0].identity == "orders(customer_id) - customers(id)"
    assert document.relationships[0].kind == "many_to_one"
    assert document.questions == ["How many orders are there by status?"]
    assert [rule.description for rule in document.business_rules] == [
        "Round to two digits.",
        "Never select all columns.",
    ]


def test_what_has_no_counterpart_is_listed() -> None:
    assert sorted(read_cortex(SALES).unmapped) == [
        "colour",
        "metrics[net_per_customer]: a metric over several tables",
        "module_custom_instructions.tone",
        "tables[orders].dimensions[is_large]: no column of its own; metrics and filters hold its expression",
        "tables[orders].dimensions[status].cortex_search_service",
        "tables[orders].facts[net_amount].access_modifier",
        "tables[orders].facts[net_amount]: no column of its own; metrics and filters hold its expression",
        "tables[orders].filters[broken]: no name or no expr",
        "tables[orders].metrics[large_share].access_modifier: whoever reads the document sees it",
    ]


def test_out_and_in_again_gives_the_same_document() -> None:
    first = read_cortex(SALES).document
    written = write_cortex(first)
    assert detect_format(written.text) == "cortex"
    again = read_cortex(written.text)
    assert again.unmapped == ()
    assert sorted(again.document.metrics, key=lambda metric: metric.id) == sorted(
        first.metrics, key=lambda metric: metric.id
    )
    assert again.document.model_copy(update={"metrics": first.metrics}) == first
    assert written.left_out == ()


def test_what_cortex_has_no_place_for_is_listed() -> None:
    document = ContextDocument(
        name="sales",
        version="2",
        owner="Ada",
        body="Prose.",
        datasets=[{"dataset_id": "orders", "columns": [{"name": "amount", "unit": "EUR", "personal": True}]}],
        metrics=[
            {"name": "Revenue", "expression": "SUM(amount) FILTER (WHERE amount > 0)", "unit": "EUR"},
        ],
        glossary=[{"term": "Order"}],
        questions=["Why?"],
        business_rules=[{"name": "Positive", "condition": "amount > 0"}],
    )
    left_out = write_cortex(document).left_out
    for expected in (
        "version", "owner", "body", "glossary[Order]", "questions[0]", "metrics[revenue].unit",
        "datasets[orders].columns[amount].unit", "datasets[orders].columns[amount].personal",
        "business_rules[positive].condition",
    ):  # fmt: skip
        assert expected in left_out
    assert any("FILTER" in each for each in left_out)
    assert any("database" in each for each in left_out)


def test_a_logical_name_never_stands_for_another_column() -> None:
    document = ContextDocument(
        name="sales",
        datasets=[{"dataset_id": "orders", "columns": [{"name": "unit", "business_name": "Price"}, "price"]}],
        metrics=[{"name": "m", "expression": "SUM(price) - SUM(unit)", "dataset_id": "orders"}],
    )
    written = write_cortex(document)
    again = read_cortex(written.text).document
    assert again.metrics[0].expression == "SUM(price) - SUM(unit)"
    assert any("business_name" in each for each in written.left_out)


@pytest.mark.parametrize(
    "text",
    [
        "tables: 3",
        "tables: [3]",
        "tables:\n  - description: no name",
        "tables:\n  - name: a\n    dimensions: {x: 1}",
        "- a\n- b",
        "name: !!python/object/apply:os.system ['echo']",
        "tables: [",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)),
        "a: " + "[" * 500 + "]" * 500,
    ],
)
def test_a_text_that_is_no_such_file_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InvalidContextError) as caught:
        read_cortex(text)
    assert "\n" not in str(caught.value)


def test_a_filter_runs_after_its_names_are_the_tables_own() -> None:
    document = read_cortex(SALES).document
    assert evaluate_condition(ORDERS.rename(columns=str.upper), "STATUS = 'open'") == 1
    assert document.filters[0].condition == "orders.status = 'open'"


_WORDS = st.text(alphabet="abcXYZ 0123456789_äß-$", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)
_COLUMNS = st.lists(_WORDS, min_size=1, max_size=5, unique_by=str.casefold)


@settings(max_examples=60, deadline=None)
@given(columns=_COLUMNS, description=st.text(max_size=40), metric=_WORDS)
def test_any_columns_metrics_and_filters_come_back(columns: list[str], description: str, metric: str) -> None:
    quoted = '"' + columns[0] + '"'
    document = ContextDocument(
        name="d",
        datasets=[
            {"dataset_id": "t", "columns": [{"name": name, "description": description} for name in columns]}
        ],
        metrics=[{"name": metric, "expression": f"SUM({quoted}) / COUNT(*)", "dataset_id": "t"}],
        filters=[{"name": metric, "condition": f"{quoted} = 'x'", "dataset_id": "t"}],
    )
    written = write_cortex(document)
    again = read_cortex(written.text).document
    assert {column.name: column.description for column in again.datasets[0].columns} == {
        name: description.strip() for name in columns
    }
    assert again.metrics[0].expression == document.metrics[0].expression
    assert again.filters[0].condition == document.filters[0].condition
    renamed = any(".name" in each for each in written.left_out)
    assert renamed or again.metrics[0].name == metric
