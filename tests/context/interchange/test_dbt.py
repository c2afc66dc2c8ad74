"""dbt's semantic models come in with nothing lost in silence, and go out as dbt knows them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodash_jupyter.context.interchange import detect_format, read_dbt, write_dbt
from autodash_jupyter.context.validation import validate
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.errors import InvalidContextError
from autodash_jupyter.expressions import evaluate_metric

ORDERS = """
version: 2
semantic_models:
  - name: orders
    description: One row is one order.
    model: ref('fct_orders')
    defaults: {agg_time_dimension: ordered_at}
    entities:
      - {name: order, type: primary, expr: order_id}
      - {name: customer, type: foreign, expr: customer_id, description: Who bought.}
    dimensions:
      - name: ordered_at
        label: Order date
        type: time
        type_params: {time_granularity: day}
      - {name: is_food, type: categorical, expr: food}
      - {name: is_bulk, type: categorical, expr: qty > 10}
    measures:
      - {name: revenue, agg: sum, expr: price * qty, create_metric: false}
      - {name: order_count, agg: sum, expr: 1}
      - {name: buyers, agg: count_distinct, expr: customer_id}
      - {name: bulk_orders, agg: sum_boolean, expr: is_bulk}
      - {name: p90, agg: percentile, expr: price, agg_params: {percentile: 0.9}}
      - {name: balance, agg: sum, expr: price, non_additive_dimension: {name: ordered_at}}
  - name: customers
    model: ref('customers')
    entities:
      - {name: customer, type: primary, expr: id}
    dimensions:
      - {name: country, type: categorical}
    measures:
      - {name: customer_count, agg: count, expr: "1"}
metrics:
  - name: revenue
    label: Revenue
    description: What came in.
    type: simple
    type_params: {measure: revenue}
    config: {meta: {synonyms: [sales], unit: EUR, team: finance}}
  - name: food_revenue
    type: simple
    type_params:
      measure:
        name: revenue
        filter: "{{ Dimension('order__is_food') }} = true"
        fill_nulls_with: 0
  - name: revenue_per_order
    type: ratio
    type_params: {numerator: revenue, denominator: order_count}
  - name: order_count
    type: simple
    type_params: {measure: order_count}
  - name: food_share
    type: derived
    type_params:
      expr: 100 * food / total
      metrics:
        - {name: food_revenue, alias: food}
        - {name: revenue, alias: total}
  - name: january_share
    type: ratio
    filter: "{{ TimeDimension('order__ordered_at', 'month') }} = '2024-01-01'"
    type_params: {numerator: food_revenue, denominator: revenue}
  - name: all_time
    type: cumulative
    type_params: {measure: revenue}
  - name: last_month
    type: cumulative
    type_params: {measure: revenue, cumulative_type_params: {window: 1 month}}
  - name: growth
    type: derived
    type_params:
      expr: revenue - before
      metrics: [{name: revenue}, {name: revenue, alias: before, offset_window: 1 month}]
  - name: conversion
    type: conversion
    type_params: {conversion_type_params: {entity: customer}}
  - name: revenue_per_customer
    type: ratio
    type_params: {numerator: revenue, denominator: customer_count}
  - name: customer_count
    type: simple
    type_params: {measure: customer_count}
  - name: by_country
    type: simple
    filter: "{{ Dimension('order__customer__country') }} = 'de'"
    type_params: {measure: revenue}
  - name: balance
    type: simple
    type_params: {measure: balance}
  - name: circle
    type: derived
    type_params: {expr: circle + 1, metrics: [circle]}
saved_queries:
  - name: weekly
"""
FRAME = pd.DataFrame(
    {
        "order_id": [1, 2, 3],
        "customer_id": [1, 1, 2],
        "ordered_at": pd.to_datetime(["2024-01-05", "2024-01-06", "2024-02-01"]),
        "food": [True, False, True],
        "qty": [1, 20, 3],
        "price": [10.0, 1.0, 10.0],
    }
)
CUSTOMERS = pd.DataFrame({"id": [1, 2], "country": ["de", "fr"]})


def test_metrics_become_sql_that_runs_on_the_table() -> None:
    document = read_dbt(ORDERS).document
    values = {
        metric.id: evaluate_metric(FRAME, metric.expression)
        for metric in document.metrics
        if metric.dataset_id == "orders"
    }
    assert values == {
        "revenue": 60.0,
        "food_revenue": 40.0,
        "revenue_per_order": 20.0,
        "order_count": 3,
        "food_share": pytest.approx(100 * 40 / 60),
        "january_share": pytest.approx(10 / 30),
        "all_time": 60.0,
        "buyers": 2,
        "bulk_orders": 1,
        "p90": 10.0,
    }
    assert validate(document, {"orders": FRAME, "customers": CUSTOMERS}).findings == ()


def test_a_ratio_may_name_measures_and_a_measure_of_no_readable_metric_is_kept() -> None:
    text = (
        "semantic_models:\n  - name: orders\n    measures:\n"
        "      - {name: food, agg: sum, expr: price}\n      - {name: all, agg: sum, expr: qty}\n"
        "      - {name: visits, agg: sum, expr: seen}\nmetrics:\n"
        "  - {name: share, type: ratio, type_params: {numerator: food, denominator: all}}\n"
        "  - {name: lately, type: cumulative, type_params: {measure: visits, window: 7 days}}\n"
    )
    read = read_dbt(text)
    metrics = {metric.name: metric.expression for metric in read.document.metrics}
    assert metrics == {"share": "SUM(price) / SUM(qty)", "visits": "SUM(seen)"}
    assert [each.partition(":")[0] for each in read.unmapped] == ["metrics[lately]"]


def test_names_descriptions_and_own_words_are_kept() -> None:
    document = read_dbt(ORDERS).document
    revenue = document.metrics[0]
    assert (revenue.name, revenue.description, revenue.synonyms, revenue.unit) == (
        "Revenue",
        "What came in.",
        ["sales"],
        "EUR",
    )
    orders = document.datasets[0]
    assert {column.name for column in orders.columns} == {"order_id", "customer_id", "ordered_at", "food"}
    date = orders.column("ordered_at")
    assert date is not None
    assert date.business_name == "Order date"
    assert [each.identity for each in document.relationships] == ["orders(customer_id) - customers(id)"]


def test_what_has_no_counterpart_is_listed_with_the_reason() -> None:
    assert sorted(read_dbt(ORDERS).unmapped) == [
        "metrics[balance]: its measure 'balance' isn't in the file, or has no counterpart",
        "metrics[by_country]: its filter reaches beyond the model's own columns",
        "metrics[circle]: it leads back to itself, by 'circle'",
        "metrics[conversion]: a metric of type 'conversion' is no single value",
        "metrics[food_revenue].type_params.measure.fill_nulls_with",
        "metrics[growth]: it compares with another time (an offset), which no single value can",
        "metrics[last_month]: it runs over a window of time, which no single value can",
        "metrics[revenue].config.meta.team",
        "metrics[revenue_per_customer]: it spans several models, and an expression sees one table",
        "saved_queries",
        "semantic_models[orders].dimensions[is_bulk]: no column of its own; metrics hold its expression",
        "semantic_models[orders].measures[balance].non_additive_dimension: "
        "its metrics are left out, since a plain total would be wrong",
    ]


LATEST = """
models:
  - name: orders
    description: One row is one order.
    semantic_model: {enabled: true}
    agg_time_dimension: ordered_at
    columns:
      - name: order_id
        entity: {type: primary, name: order}
        data_tests: [unique]
      - name: ordered_at
        granularity: day
        dimension: {type: time, label: Order date}
      - name: food
        dimension: {type: categorical, name: is_food}
      - {name: note, description: Free text.}
    metrics:
      - {name: revenue, type: simple, label: Revenue, agg: sum, expr: price * qty}
      - {name: orders, agg: count, expr: 1}
      - {name: p50, agg: percentile, expr: price, percentile: 50.0, percentile_type: discrete}
      - name: revenue_per_order
        type: ratio
        numerator: {name: revenue, filter: "{{ Dimension('order__is_food') }}"}
        denominator: orders
      - name: doubled
        type: derived
        expr: 2 * r
        input_metrics: [{name: revenue, alias: r}]
  - name: plain
    columns: [{name: x}]
metrics:
  - {name: running, type: cumulative, input_metric: revenue, grain_to_date: month}
  - {name: total, type: cumulative, input_metric: revenue}
"""


def test_the_newer_spelling_is_read_alike() -> None:
    read = read_dbt(LATEST)
    values = {metric.id: evaluate_metric(FRAME, metric.expression) for metric in read.document.metrics}
    assert values == {
        "revenue": 60.0,
        "orders": 3,
        "p50": 10.0,
        "revenue_per_order": pytest.approx(40 / 3),
        "doubled": 120.0,
        "total": 60.0,
    }
    note = read.document.datasets[0].column("note")
    assert note is not None
    assert note.description == "Free text."
    assert sorted(read.unmapped) == [
        "metrics[running]: it runs over a window of time, which no single value can",
        "models[orders].entities[order].data_tests",
        "models[plain]: it has no semantic model",
    ]


DOCUMENT = ContextDocument(
    name="orders",
    datasets=[
        {
            "dataset_id": "upload_Abc12345",
            "description": "One row is one order.",
            "columns": [
                {"name": "order_id", "description": "Its key."},
                {"name": "Unit price", "business_name": "Price", "synonyms": ["cost"], "unit": "EUR"},
                {"name": "unit_price", "description": "Another one."},
                {"name": "day", "semantic_type": "date", "personal": False},
            ],
        },
        {"dataset_id": "lines", "columns": ["order"]},
    ],
    relationships=[
        {
            "left_dataset": "lines",
            "left_columns": ["order"],
            "right_dataset": "upload_Abc12345",
            "right_columns": ["order_id"],
            "kind": "many_to_one",
        }
    ],
    metrics=[
        {"name": "Mean price", "expression": 'avg("Unit price")', "synonyms": ["average"], "unit": "EUR"},
        {"name": "Share", "expression": "SUM(unit_price)/COUNT(*)", "description": "A ratio."},
        {
            "name": "Mixed",
            "expression": "100 * COUNT(*) FILTER (WHERE day > '2024-01-01') / COUNT(DISTINCT day)",
        },
        {"id": "Odd id!", "name": "Odd", "expression": "MAX(unit_price) - MIN(unit_price)"},
    ],
    filters=[{"name": "Recent", "condition": "day > '2024-01-01' AND unit_price > 3", "synonyms": ["new"]}],
)


def test_out_and_in_again_gives_the_same_columns_metrics_and_filters() -> None:
    owner = "upload_Abc12345"
    whole = DOCUMENT.model_copy(
        update={
            "metrics": [each.model_copy(update={"dataset_id": owner}) for each in DOCUMENT.metrics],
            "filters": [each.model_copy(update={"dataset_id": owner}) for each in DOCUMENT.filters],
        }
    )
    written = write_dbt(whole)
    assert written.left_out == ()
    assert detect_format(written.text) == "dbt"
    again = read_dbt(written.text)
    assert again.unmapped == ()
    assert again.document.metrics == whole.metrics
    assert [(each.name, each.condition, each.synonyms) for each in again.document.filters] == [
        (each.name, each.condition, each.synonyms) for each in whole.filters
    ]
    assert again.document.relationships == whole.relationships
    for before in whole.datasets:
        after = again.document.dataset(before.dataset_id)
        assert after is not None
        assert after.description == before.description
        known = ("name", "business_name", "description", "synonyms", "unit", "semantic_type", "personal")
        assert sorted(str(one.model_dump(include=set(known))) for one in after.columns) == sorted(
            str(one.model_dump(include=set(known))) for one in before.columns
        )


def test_a_name_in_capitals_goes_out_in_small_letters_without_a_number() -> None:
    columns = ["Kunde", "Menge", "menge", "Order No"]
    orders = {"dataset_id": "orders", "columns": columns}
    written = write_dbt(ContextDocument.model_validate({"name": "orders", "datasets": [orders]}))
    for name, column in {"kunde": "Kunde", "menge_2": "Menge", "order_no": "'\"Order No\"'"}.items():
        assert f"- name: {name}\n        type: categorical\n        expr: {column}\n" in written.text
    after = read_dbt(written.text).document.dataset("orders")
    assert after is not None
    assert sorted(one.name for one in after.columns) == sorted(columns)


def test_parts_without_a_name_are_listed() -> None:
    read = read_dbt(
        "semantic_models:\n  - name: a\n    dimensions: [{type: categorical}]\n    measures: [{agg: sum}]\n"
        "metrics: [{type: simple}]\n"
    )
    assert [each.rpartition(":")[2].strip() for each in read.unmapped] == [
        "no name", "no name", "no name, or one that another metric has",
    ]  # fmt: skip


def test_a_file_that_was_edited_counts_more_than_what_it_was_made_of() -> None:
    text = write_dbt(DOCUMENT).text
    edited = text.replace("agg: average", "agg: max")
    assert read_dbt(edited).document.metrics[0].expression == 'MAX("Unit price")'


def test_what_dbt_has_no_place_for_is_listed() -> None:
    document = ContextDocument(
        name="sales",
        description="Sold.",
        body="Prose.",
        datasets=[{"dataset_id": "orders", "columns": ["price"]}],
        metrics=[
            {"name": "Spread", "expression": "STDDEV(price)"},
            {"name": "Mixed", "expression": "SUM(price) / STDDEV(price)"},
            {"name": "N", "expression": "COUNT(*)"},
        ],
        glossary=[{"term": "Order"}],
        business_rules=["Never delete."],
        questions=["Why?"],
    )
    left_out = write_dbt(document).left_out
    for expected in (
        "description", "body", "glossary[Order]", "questions[0]", "business_rules[never_delete]",
        "metrics[spread]: dbt has no such aggregation", "metrics[mixed]: dbt has no such aggregation",
        "datasets[orders]: dbt wants a time dimension, and none is known",
    ):  # fmt: skip
        assert expected in left_out


@pytest.mark.parametrize(
    "text",
    [
        "semantic_models: 3",
        "semantic_models: [3]",
        "semantic_models:\n  - model: ref('x')",
        "semantic_models:\n  - name: a\n    config: 3",
        "just text",
        "a: !!python/name:os.system x",
        "",
    ],
)
def test_a_text_that_is_no_such_file_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InvalidContextError) as caught:
        read_dbt(text)
    assert "\n" not in str(caught.value)


def test_derived_metrics_that_double_each_other_are_not_written_out() -> None:
    metrics = "".join(
        f"  - name: m{n}\n    type: derived\n    type_params:\n      expr: a + b\n      metrics:\n"
        f"        - {{name: m{n - 1}, alias: a, filter: x > {n}}}\n        - {{name: m{n - 1}, alias: b}}\n"
        for n in range(1, 20)
    )
    text = (
        "semantic_models:\n  - name: a\n    measures: [{name: x, agg: sum, expr: x}]\n"
        "metrics:\n  - {name: m0, type: simple, type_params: {measure: x}}\n" + metrics
    )
    read = read_dbt(text)
    assert any("too long" in each for each in read.unmapped)
    assert all(len(metric.expression) <= 4_000 for metric in read.document.metrics)


_NAMES = st.text(alphabet="abcXYZ 0123456789_äß-", min_size=1, max_size=10).filter(
    lambda text: text.strip() == text
)
_TERMS = st.sampled_from(["SUM({})", "MAX({})", "COUNT(DISTINCT {})", "AVG({} * 2)", "COUNT(*)"])


@settings(max_examples=60, deadline=None)
@given(
    columns=st.lists(_NAMES, min_size=1, max_size=5, unique_by=str.casefold),
    metric=_NAMES,
    terms=st.lists(_TERMS, min_size=1, max_size=3),
    joint=st.sampled_from([" / ", "-", " * 2 + "]),
)
def test_any_columns_metrics_and_filters_come_back(
    columns: list[str], metric: str, terms: list[str], joint: str
) -> None:
    quoted = '"' + columns[-1] + '"'
    document = ContextDocument(
        name="d",
        datasets=[{"dataset_id": "t", "columns": columns}],
        metrics=[{"name": metric, "expression": joint.join(terms).format(*[quoted] * 3), "dataset_id": "t"}],
        filters=[{"name": metric, "condition": f"{quoted} = 'x'", "dataset_id": "t"}],
    )
    again = read_dbt(write_dbt(document).text).document
    assert {column.name for column in again.datasets[0].columns} == set(columns)
    assert again.metrics == document.metrics
    assert [(each.id, each.name, each.condition) for each in again.filters] == [
        (each.id, each.name, each.condition) for each in document.filters
    ]
