"""Tables as they come: names twice, names that are no texts, values of all kinds, very wide, empty."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.expressions import (
    ExpressionError,
    ExpressionTable,
    check_metric,
    evaluate_condition,
    evaluate_metric,
)


def test_a_name_that_two_columns_have_is_refused_where_it_is_used() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["x", "x", "y"])
    assert evaluate_metric(frame, "SUM(y)") == 3
    with pytest.raises(ExpressionError, match="2 columns are named 'x'"):
        evaluate_metric(frame, "SUM(x)")


def test_names_that_are_no_texts_are_written_in_double_quotes() -> None:
    frame = pd.DataFrame(
        {2024: [1, 2], None: [3, 4], ("a", "b"): [5, 6], "": [7, 8], 'q"q': [9, 9], "a\0b": [1, 1]}
    )
    assert evaluate_metric(frame, 'SUM("2024")') == 3
    assert evaluate_metric(frame, 'SUM("None")') == 7
    assert evaluate_metric(frame, "SUM(\"('a', 'b')\")") == 11
    assert evaluate_metric(frame, 'SUM("q""q")') == 18


def test_names_that_sql_reserves_are_written_in_double_quotes() -> None:
    frame = pd.DataFrame({"select": [1, 2], "order": [3, 4], "data": [1, 1], "column_0": [9, 9]})
    assert evaluate_metric(frame, 'SUM("select") + SUM("order") + SUM(data) + SUM(column_0)') == 30


def test_only_the_columns_used_are_read() -> None:
    frame = pd.DataFrame({"good": [1, 2], "bad": [object(), 3 + 4j], "complex": [1j, 2j]})
    assert evaluate_metric(frame, "SUM(good)") == 3
    with pytest.raises(ExpressionError, match="Column 'complex' holds complex numbers"):
        evaluate_metric(frame, "COUNT(complex)")


def test_mixed_values_are_read_as_texts_and_said_so() -> None:
    frame = pd.DataFrame({"mixed": [1, "two", None, [3], dt.date(2024, 1, 1)]})
    checked = check_metric("COUNT(mixed)", frame)
    assert checked.value == 4
    assert checked.notes == ("Column 'mixed' holds mixed kinds of values; they are read as text.",)
    assert evaluate_condition(frame, "mixed = 'two'") == 1
    assert evaluate_metric(frame, "SUM(TRY_CAST(mixed AS DOUBLE))") == 1.0


def test_an_object_that_cant_be_a_text_is_no_crash() -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("no")

        __repr__ = __str__

    frame = pd.DataFrame({"x": [Hostile(), "a"], "y": [1, 2]})
    assert evaluate_metric(frame, "SUM(y)") == 3
    with pytest.raises(ExpressionError, match="can't be written as text"):
        evaluate_metric(frame, "COUNT(x)")


@pytest.mark.parametrize(
    ("values", "expression", "wanted"),
    [
        (pd.Categorical(["a", "b", "a"]), "COUNT(*) FILTER (WHERE x = 'a')", 2),
        (pd.array([1, None, 3], dtype="Int64"), "SUM(x)", 4),
        (pd.array([True, None, False], dtype="boolean"), "COUNT(*) FILTER (WHERE x)", 1),
        (pd.array(["a", None, "b"], dtype="string"), "MAX(x)", "b"),
        (pd.arrays.SparseArray([0, 0, 5]), "SUM(x)", 5),
        (pd.period_range("2024-01", periods=3, freq="M"), "MAX(x)", "2024-03"),
        (pd.IntervalIndex.from_breaks([0, 1, 2, 3]), "COUNT(DISTINCT x)", 3),
        (pd.to_timedelta([1, 2, 3], unit="h"), "MAX(x)", dt.timedelta(hours=3)),
        (pd.date_range("2024-01-01", periods=3, tz="UTC"), "MAX(x)", dt.datetime(2024, 1, 3, tzinfo=dt.UTC)),
        ([decimal.Decimal("1.50"), None, decimal.Decimal("2.50")], "SUM(x)", 4.0),
        ([dt.date(2024, 1, 1), None, dt.date(2024, 5, 1)], "MAX(x)", dt.date(2024, 5, 1)),
        ([uuid.UUID(int=1), uuid.UUID(int=2), None], "COUNT(DISTINCT x)", 2),
        ([10**30, 1, None], "COUNT(x)", 2),
        (np.array([1, 2, 3], dtype="float16"), "SUM(x)", 6.0),
        (np.array([1, 2, 2**64 - 1], dtype="uint64"), "MAX(x)", 2**64 - 1),
        ([{"city": "Ulm"}, {"city": "Bonn"}, None], "MAX(x.city)", "Ulm"),
        ([[1, 2], [3], None], "SUM(len(x))", 3),
        (np.array(["\ud800", "a", None], dtype=object), "COUNT(x)", 2),
        ([b"a", b"b", None], "COUNT(DISTINCT x)", 2),
        ([None, None, None], "COUNT(x)", 0),
        ([np.nan, np.inf, 1.0], "COUNT(x)", 2),
    ],
    ids=str,
)
def test_every_kind_of_column_can_be_asked(values: object, expression: str, wanted: object) -> None:
    assert (
        evaluate_metric(pd.DataFrame({"x": values}, dtype=getattr(values, "dtype", None)), expression)
        == wanted
    )


def test_polars_and_arrow_tables_are_asked_the_same_way() -> None:
    values = {"price": [1.0, 2.0, None], "name": ["a", "b", "c"]}
    for frame in (pl.DataFrame(values), pa.table(values), pa.record_batch(values)):
        assert evaluate_metric(frame, "AVG(price)") == 1.5
        assert evaluate_condition(frame, "name LIKE 'a%'") == 1


def test_other_kinds_of_tables_are_named() -> None:
    with pytest.raises(ExpressionError, match="not on int"):
        evaluate_metric(3, "COUNT(*)")


def test_a_metric_that_is_a_list_is_no_single_value() -> None:
    frame = pd.DataFrame({"x": [[1], [2]]})
    with pytest.raises(ExpressionError, match="It gives several values"):
        evaluate_metric(frame, "MAX(x)")


def test_the_table_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"x": [3, 1, 2], "y": ["a", None, "c"]}, index=[7, 7, 9])
    before = frame.copy()
    evaluate_metric(frame, "SUM(x) + COUNT(y)")
    pd.testing.assert_frame_equal(frame, before)


def test_five_hundred_columns_are_no_matter() -> None:
    frame = pd.DataFrame({f"c{number}": [number, number + 1] for number in range(500)})
    with ExpressionTable(frame) as table:
        assert [table.metric(f"SUM(c{number})").value for number in range(0, 500, 50)] == [
            2 * number + 1 for number in range(0, 500, 50)
        ]


@pytest.mark.slow
def test_ten_million_rows_are_asked_in_place() -> None:
    frame = pd.DataFrame({"x": np.arange(10_000_000), "y": np.arange(10_000_000) % 7 * 1.5})
    assert evaluate_metric(frame, "SUM(x) / COUNT(*)") == pytest.approx(4_999_999.5)
    assert evaluate_metric(frame, "COUNT(DISTINCT x)") == 10_000_000
    assert evaluate_condition(frame, "y > 3") == int((frame["y"] > 3).sum())


_NUMBERS = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=20)
_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=_NUMBERS, name=_NAMES)
def test_a_sum_is_what_pandas_says_whatever_the_columns_name(values: list[float | None], name: str) -> None:
    frame = pd.DataFrame({name: pd.array(values, dtype="Float64")})
    quoted = '"' + name.replace('"', '""') + '"'
    found = evaluate_metric(frame, f"SUM({quoted})")
    wanted = frame[name].sum(min_count=1)
    assert (found is None and wanted is pd.NA) or found == pytest.approx(float(wanted), rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_gives_a_value_or_one_line(text: str) -> None:
    frame = pd.DataFrame({"price": [1.0], "name": ["a"]})
    for ask in (evaluate_metric, evaluate_condition):
        try:
            ask(frame, text)
        except ExpressionError as error:
            assert "\n" not in str(error)  # noqa: PT017 - it may also succeed
