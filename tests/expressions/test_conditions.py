"""What a condition says of rows."""

from __future__ import annotations

import pandas as pd
import pytest

from autodash_jupyter.expressions import ExpressionError, check_condition, evaluate_condition


@pytest.fixture
def orders() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [5.0, 20.0, None, 40.0],
            "region": ["north", "south", "north", None],
            "status": ["open", "done", "open", "done"],
            "day": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-01", "2025-03-01"]),
            "paid": [True, False, True, True],
        }
    )


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("status = 'open'", 2),
        ("price > 10 AND region IN ('north', 'south')", 1),
        ("region LIKE 'n%'", 2),
        ("region ILIKE 'N%'", 2),
        ("region NOT LIKE 'n%'", 1),
        ("price BETWEEN 5 AND 20", 2),
        ("price NOT BETWEEN 5 AND 20", 1),
        ("region IS NULL", 1),
        ("price IS NOT NULL", 3),
        ("day >= '2024-02-01'", 2),
        ("day < DATE '2024-02-01'", 2),
        ("year(day) = 2024", 3),
        ("day > current_date - INTERVAL 100 YEAR", 4),
        ("day BETWEEN '2024-01-01' AND '2024-01-31'", 2),
        ("paid", 3),
        ("NOT paid OR price > 30", 2),
        ("paid IS TRUE", 3),
        ("upper(status) = 'OPEN'", 2),
        ("status NOT IN ('open')", 2),
        ("length(region) = 5", 3),
        ("regexp_matches(region, '^s')", 1),
        ("TRUE", 4),
        ("1 = 0", 0),
    ],
)
def test_rows_that_meet_a_condition_are_counted(orders: pd.DataFrame, condition: str, rows: int) -> None:
    assert evaluate_condition(orders, condition) == rows


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("price", "It doesn't say yes or no of a row"),
        ("status", "It doesn't say yes or no of a row"),
        ("NULL", "It doesn't say yes or no of a row"),
        ("AVG(price) > 10", "A condition is asked of each row, and AVG summarises all of them"),
        ("statu = 'open'", "No column 'statu'. Did you mean 'status'?"),
        ("price > 'cheap'", "A value can't be read as numbers"),
        ("status LIKE", "It can't be read|ends too early"),
        ("price LIKE 'x'", "LIKE can't be used on numbers and text"),
        ("WHERE price > 1", "It can't be read"),
        ("price > 1 ORDER BY price", "One expression is wanted"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(orders: pd.DataFrame, condition: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_condition(orders, condition)
    assert any(each in str(caught.value) for each in said.split("|"))
    assert "\n" not in str(caught.value)


def test_on_no_rows_none_meet_it(orders: pd.DataFrame) -> None:
    assert evaluate_condition(orders.head(0), "price > 1") == 0


def test_with_names_alone_columns_are_checked() -> None:
    assert check_condition("price > 10 AND Region = 'x'", ["price", "region"]).columns == ("price", "region")
    with pytest.raises(ExpressionError, match="Did you mean 'region'"):
        check_condition("regio = 'x'", ["price", "region"])
