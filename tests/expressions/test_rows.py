"""What an expression gives for each row: all of them, in their order, and only where it is asked of a row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.expressions import ExpressionError, ExpressionTable


def test_the_rows_of_a_long_table_come_in_their_order() -> None:
    numbers = np.random.default_rng(0).permutation(300_000)
    with ExpressionTable(pd.DataFrame({"n": numbers})) as table:
        assert (table.rows("n + 1").to_numpy() == numbers + 1).all()
        assert (table.rows("n > 7", is_condition=True).to_numpy(zero_copy_only=False) == (numbers > 7)).all()


def test_a_value_without_columns_is_there_for_each_row() -> None:
    with ExpressionTable(pd.DataFrame({"n": [1, 2]})) as table:
        assert table.rows("1 = 1").to_pylist() == [True, True]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("n", "yes or no"),
        ("sum(n) > 1", "SUM summarises"),
        ("m > 1", "No column 'm'"),
        ("n > 1; n < 2", "can't be read"),
    ],
)
def test_what_is_no_condition_on_a_row_is_refused(expression: str, said: str) -> None:
    with ExpressionTable(pd.DataFrame({"n": [1, 2]})) as table, pytest.raises(ExpressionError, match=said):
        table.rows(expression, is_condition=True)
