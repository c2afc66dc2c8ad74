"""What a metric comes to, and what a person is told where it can't be computed."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from autodash_jupyter.expressions import (
    ExpressionError,
    ExpressionTable,
    check_metric,
    columns_of,
    evaluate_metric,
)


@pytest.fixture
def orders() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [10.0, 20.0, None, 40.0],
            "qty": [1, 2, 3, 4],
            "region": ["north", "south", "north", None],
            "status": ["open", "done", "open", "done"],
            "day": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-01", "2025-03-01"]),
            "unit price": [1, 1, 2, 2],
            "paid": [True, False, True, True],
        }
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("AVG(price)", 70 / 3),
        ("avg(PRICE)", 70 / 3),
        ("SUM(qty*price)/COUNT(*)", 52.5),
        ("COUNT(*)", 4),
        ("COUNT(price)", 3),
        ("COUNT(DISTINCT region)", 2),
        ('SUM("unit price")', 6),
        ("SUM(qty) FILTER (WHERE status = 'open')", 4),
        ("SUM(CASE WHEN status = 'open' THEN price ELSE 0 END)", 10.0),
        ("COUNT(*) FILTER (WHERE region IS NULL) * 100.0 / COUNT(*)", 25.0),
        ("MAX(day)", dt.datetime(2025, 3, 1)),
        ("COUNT(DISTINCT date_trunc('month', day))", 3),
        ("MAX(EXTRACT(year FROM day))", 2025),
        ("date_diff('day', MIN(day), MAX(day))", 421),
        ("MEDIAN(qty)", 2.5),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY qty)", 2.5),
        ("quantile_cont(qty, 0.5)", 2.5),
        ("MIN(region)", "north"),
        ("SUM(paid::INT)", 3),
        ("ROUND(AVG(qty), 1)", 2.5),
        ("SUM(qty) / NULLIF(COUNT(*) - 4, 0)", None),
        ("SUM(qty) / (COUNT(*) - 4)", None),
        ("SUM(price) FILTER (WHERE price > 1000)", None),
        ("SUM(COALESCE(price, 0))", 70.0),
        ("COUNT(*) /* all rows */ -- yes", 4),
        ("MODE(status) = 'open' OR TRUE", True),
        ("SUM(CAST(price AS DECIMAL(10, 2)))", 70.0),
    ],
)
def test_a_metric_comes_to_one_plain_value(orders: pd.DataFrame, expression: str, value: object) -> None:
    found = evaluate_metric(orders, expression)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)
    assert type(found) is type(value)


def test_a_metric_over_no_rows_has_no_value_but_a_count(orders: pd.DataFrame) -> None:
    assert evaluate_metric(orders.head(0), "AVG(price)") is None
    assert evaluate_metric(orders.head(0), "COUNT(*)") == 0
    assert evaluate_metric(pd.DataFrame({"price": []}), "SUM(price)") is None
    assert evaluate_metric(pd.DataFrame(), "COUNT(*)") == 0


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("AVG(prise)", "No column 'prise'. Did you mean 'price'?"),
        ("AVGG(price)", "There is no function 'avgg' for expressions. Did you mean 'avg'?"),
        ("price", "'price' has a value in each row, and a metric is one value for the table; summarise it"),
        ("SUM(qty) * price", "'price' has a value in each row"),
        ("1 + 1", "It is the same whatever the data"),
        ("SUM(AVG(qty))", "AVG can't be used inside SUM"),
        ("AVG(region)", "AVG can't be used on text; convert it first"),
        ("SUM(region || qty) + 'x'", "can't be used on text"),
        ("SUM(qty) OVER ()", "A window (OVER) gives one value for each row"),
        ("", "It is empty"),
        ("   ", "It is empty"),
        ("SUM(qty", "It can't be read|It ends too early"),
        ("SUM(qty) AS total", "An expression has no name of its own; leave 'total' out"),
        ("SUM(qty), SUM(price)", "One expression is wanted, not 2"),
        ("SUM(orders.qty)", "An expression sees one table: write qty instead of orders.qty."),
        ('COUNT(*) FILTER (WHERE status = "open")', "Text is written in single quotes: 'open'"),
        ("qty.sum()", "Write SUM(qty) rather than qty.sum()"),
        ("SUM(qty::geometry)", "Nothing can be converted to 'geometry' here.|Type with name"),
        ("SUM(region::INT)", "A value can't be read as numbers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(orders: pd.DataFrame, expression: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_metric(orders, expression)
    message = str(caught.value)
    assert any(each in message for each in said.split("|"))
    assert "\n" not in message
    assert not {"SELECT", "LINE 1", "json"} & set(message.split())
    assert "column_" not in message


def test_values_of_the_data_are_not_in_messages() -> None:
    frame = pd.DataFrame({"contact": ["ada@example.com", "grace@example.com"]})
    for expression in ("SUM(contact::INT)", "MAX(strptime(contact, '%Y'))", "MAX(CAST(contact AS DATE))"):
        with pytest.raises(ExpressionError) as caught:
            evaluate_metric(frame, expression)
        assert "example.com" not in str(caught.value)


def test_a_name_in_other_letters_is_found_and_said() -> None:
    checked = check_metric("AVG(PRICE)", pd.DataFrame({"Price": [1.0]}))
    assert checked.columns == ("Price",)
    assert checked.notes == ("Column 'Price' is written 'PRICE'.",)
    assert check_metric("AVG(Price)", ["Price"]).notes == ()


def test_an_exact_name_wins_over_the_same_in_other_letters() -> None:
    frame = pd.DataFrame({"Price": [1.0], "price": [5.0]})
    assert evaluate_metric(frame, "AVG(price) - AVG(Price)") == 4.0
    with pytest.raises(ExpressionError, match="'PRICE' may mean 'Price' and 'price'"):
        evaluate_metric(frame, "AVG(PRICE)")


def test_the_columns_used_are_found_in_their_order() -> None:
    assert columns_of("SUM(qty * price) FILTER (WHERE \"Sales Region\" = 'x') / COUNT(DISTINCT qty)") == (
        "qty",
        "price",
        "Sales Region",
    )
    assert columns_of("SUM(QTY) + COUNT(*)", ["qty", "price"]) == ("qty",)
    assert columns_of("COUNT(*) FILTER (WHERE day < current_date)", ["day"]) == ("day",)
    with pytest.raises(ExpressionError, match="Did you mean 'qty'"):
        columns_of("SUM(qtyy)", ["qty"])


def test_with_names_alone_nothing_runs() -> None:
    checked = check_metric("SUM(qty * price)", ["qty", "price"])
    assert checked.columns == ("qty", "price")
    assert checked.value is None


def test_the_tables_own_name_may_stand_before_a_column(orders: pd.DataFrame) -> None:
    assert check_metric("SUM(orders.qty)", orders, name="orders").value == 10
    with pytest.raises(ExpressionError, match="write qty instead of customers"):
        check_metric("SUM(customers.qty)", orders, name="orders")


def test_today_is_a_value_unless_a_column_has_its_name(orders: pd.DataFrame) -> None:
    assert evaluate_metric(orders, "COUNT(*) FILTER (WHERE day < current_date)") == 4
    frame = pd.DataFrame({"current_date": [7]})
    assert evaluate_metric(frame, "MAX(current_date)") == 7


def test_one_table_takes_many_expressions_and_survives_wrong_ones(orders: pd.DataFrame) -> None:
    with ExpressionTable(orders) as table:
        assert table.metric("SUM(qty)").value == 10
        for wrong in ("SUM(nothing)", "SUM(region::INT)", "SUM(", "SUM(region)"):
            with pytest.raises(ExpressionError):
                table.metric(wrong)
        assert table.condition("qty > 1").value == 3
        assert table.metric("AVG(qty)").value == 2.5
