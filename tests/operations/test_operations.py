"""What each operation does to a table, in results and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autodash_jupyter.operations import OperationError, operations, run_operation


def sales() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [1.0, None, 3.0, 400.0, 2.0, 2.5, 1.5],
            "qty": pd.array([1, 2, None, 4, 5, 6, 7], dtype="Int64"),
            "city": ["Bonn", " bonn", None, "Rome", "Rome", "Bonn", "Rome"],
            "size": pd.Categorical(
                ["S", "M", "S", None, "L", "M", "S"], categories=["S", "M", "L"], ordered=True
            ),
            "day": pd.to_datetime(["2024-02-29", None, *["2024-03-02"] * 5]),
        }
    )


def run(action: str, frame: pd.DataFrame | None = None, **parameters: Any) -> pd.DataFrame:
    result: pd.DataFrame = run_operation(action, sales() if frame is None else frame, parameters).frame
    return result


def says(action: str, **parameters: Any) -> str:
    return run_operation(action, sales(), parameters).operation.change_summary


def test_a_summary_tells_what_went_and_how_many_rows_stay() -> None:
    assert says("drop_missing", columns=["price"]) == "removed 1 row with a missing price; 7 → 6 rows"
    assert says("fill_missing", columns=["qty"], value=0) == "filled 1 missing value in qty (0)"
    assert says("rename", columns={"qty": "pieces"}) == "renamed qty to pieces"
    assert says("one_hot", columns=["size"]).endswith("; 5 → 7 columns")
    assert says("clean_strings", case="title") == "changed 1 value in city"


def test_a_record_holds_what_was_given_and_both_shapes() -> None:
    done = run_operation("head", sales(), {"rows": 2}, actor="agent").operation
    assert (done.action, dict(done.params), done.actor) == ("head", {"rows": 2}, "agent")
    assert (done.rows_before, done.rows_after, done.columns_before, done.columns_after) == (7, 2, 5, 5)


@pytest.mark.parametrize(
    ("method", "filled"),
    [("mean", 68.333), ("median", 2.25), ("ffill", 1.0), ("bfill", 3.0), ("interpolate", 2.0)],
)
def test_missing_numbers_are_filled(method: str, filled: float) -> None:
    assert run("fill_missing", columns=["price"], method=method)["price"][1] == pytest.approx(
        filled, abs=0.001
    )


def test_filling_keeps_types_and_adds_a_category() -> None:
    filled = run("fill_missing", columns=["size"], value="XL")
    assert filled["size"].tolist()[3] == "XL"
    assert list(filled["size"].cat.categories) == ["S", "M", "L", "XL"]
    assert run("fill_missing", value=0)["qty"].dtype == "Int64"
    assert run("fill_missing", columns=["city"], method="mode")["city"][2] == "Rome"
    with pytest.raises(OperationError, match="'city'"):
        run("fill_missing", columns=["city"], method="mean")


def test_values_are_replaced_whole_and_by_type() -> None:
    assert run("replace_values", columns=["city"], old=["Rome"], new="Roma")["city"].tolist()[3] == "Roma"
    assert run("replace_values", old=["S"], new="M")["size"].cat.categories.tolist() == ["M", "L"]
    assert run("replace_values", columns=["qty"], old=[7], new=None)["qty"].isna().sum() == 2
    flags = pd.DataFrame({"a": [True, False], "b": [1, 0]})
    assert run("replace_values", flags, old=[1], new=5).to_dict("list") == {"a": [True, False], "b": [5, 0]}


def test_outliers_go_and_missing_values_stay() -> None:
    assert run("remove_outliers", columns=["price"])["price"].max() == 3.0
    assert len(run("remove_outliers", columns=["price"])) == 6
    assert len(run("remove_outliers", columns=["price"], method="z", threshold=2)) == 6


def test_types_are_converted_or_refused() -> None:
    frame = pd.DataFrame(
        {"a": ["1", "2", "x"], "b": ["yes", "no", None], "c": ["2024-02-29", "2024-02-30", ""]}
    )
    with pytest.raises(OperationError, match=r"1 values of 'a'.*'x'"):
        run("convert_types", frame, types={"a": "integer"})
    converted = run(
        "convert_types", frame, types={"a": "integer", "b": "boolean", "c": "date"}, unreadable="missing"
    )
    assert converted["a"].tolist()[:2] == [1, 2]
    assert converted["b"].tolist()[:2] == [True, False]
    assert converted["c"].isna().tolist() == [False, True, True]


def test_a_date_that_may_mean_two_days_is_refused_until_it_is_said_which() -> None:
    frame = pd.DataFrame({"day": ["3/4/2024", "25/12/2024"]})
    with pytest.raises(OperationError, match="may mean two days"):
        run("convert_types", frame, types={"day": "date"})
    read = run("convert_types", frame, types={"day": "date"}, day_first=True)
    assert read["day"].dt.month.tolist() == [4, 12]


def test_rows_are_filtered_by_sql_and_nothing_else_is_run() -> None:
    assert run("filter_rows", expression="price > 2 AND city = 'Rome'").index.tolist() == [3]
    for hostile in (
        "__import__('os').system('x')",
        "read_csv('/etc/passwd')",
        "(SELECT 1)",
        "price; DROP TABLE data",
    ):
        with pytest.raises(OperationError):
            run("filter_rows", expression=hostile)


def test_a_column_is_computed_row_by_row_under_any_index() -> None:
    frame = sales().set_index(pd.Index([1, 1, 2, 2, 3, 3, 4]))
    made = run("apply_custom", frame, column="total", expression="price * qty")
    assert made["total"].tolist()[3] == 1600.0
    assert made.index.equals(frame.index)
    with pytest.raises(OperationError, match="SUM"):
        run("apply_custom", column="x", expression="sum(price)")


def test_a_sorted_table_keeps_ties_in_order_and_puts_missing_last() -> None:
    assert run("sort", columns=["price"])["price"].isna().tolist()[-1]
    assert run("sort", columns=["city", "price"]).index.tolist()[0] == 1


def test_groups_are_summed_up() -> None:
    grouped = run("group_by_agg", by=["city"], aggregations={"price": "sum", "qty": "max"})
    assert grouped.to_dict("list") == {
        "city": [" bonn", "Bonn", "Rome"],
        "price": [0.0, 3.5, 403.5],
        "qty": [2, 6, 7],
    }
    assert run("group_by_agg", by=["size"])["rows"].tolist() == [3, 2, 1]
    with pytest.raises(OperationError, match="holds str"):
        run("group_by_agg", by=["size"], aggregations={"city": "mean"})


def test_wide_becomes_long_and_back() -> None:
    frame = pd.DataFrame({"id": [1, 2], "a": [3, 4], "b": [5, 6]})
    long = run("melt", frame, id_columns=["id"])
    wide = run("pivot_table", long, index=["id"], columns=["variable"], values="value", aggregate="first")
    assert_frame_equal(wide, frame)
    assert run("transpose", frame, names="id")["1"].tolist() == [3, 5]


def test_an_index_is_made_and_taken_back() -> None:
    indexed = run("set_index", columns=["city", "size"])
    assert indexed.index.names == ["city", "size"]
    assert_frame_equal(run("reset_index", indexed)[list(sales())], sales())


def test_columns_are_made_of_columns() -> None:
    dates = run("date_features", column="day", parts=["year", "weekday", "is_weekend"])
    assert dates["day_year"].tolist()[0] == 2024
    assert dates["day_is_weekend"].tolist()[2]
    assert run("bin", column="price", bins=2, method="quantile")["price_bin"].value_counts().tolist() == [
        3,
        3,
    ]
    assert run("scale", columns=["qty"], method="minmax")["qty"].tolist()[0] == 0.0
    assert run("interaction", columns=["price", "qty"], how="divide")["price_per_qty"].tolist()[0] == 1.0
    assert run("rolling", column="price", window=2, minimum_rows=1)["price_mean_2"].tolist()[:2] == [1.0, 1.0]
    shifted = run("lag", column="price", by=["city"])["price_lag_1"]
    assert (shifted[4], shifted[5]) == (400.0, 1.0)
    with pytest.raises(OperationError, match="no dates; convert_types"):
        run("date_features", column="city")


def test_tables_are_combined() -> None:
    other = pd.DataFrame({"city": ["Bonn", "Rome"], "country": ["DE", "IT"]})

    def combined(action: str, frame: pd.DataFrame, **parameters: Any) -> pd.DataFrame:
        result: pd.DataFrame = run_operation(action, frame, parameters, table_of=lambda _: other).frame
        return result

    assert combined("merge", sales(), other="o", how="left")["country"].tolist()[3] == "IT"
    assert combined("merge", sales(), other="o", left_on=["city"], right_on=["city"]).shape == (5, 6)
    assert combined("merge_on_index", sales(), other="o", how="inner").shape == (2, 7)
    assert len(combined("concat", other, others=["o", "p"])) == 6
    assert len(combined("union", other, other="o")) == 2
    assert combined("difference", sales(), other="o", on=["city"])["city"].tolist()[0] == " bonn"
    with pytest.raises(OperationError, match="Only one of the tables has a column 'price'"):
        combined("union", sales(), other="o")


def test_categories_survive_being_put_under_each_other() -> None:
    one, two = (pd.DataFrame({"a": pd.Categorical([value])}) for value in "xy")
    stacked = run_operation("concat", one, {"others": ["two"]}, table_of=lambda _: two).frame
    assert stacked["a"].cat.categories.tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        ("drop_mising", {}, "Did you mean 'drop_missing'"),
        ("drop_missing", {"colums": ["a"]}, "Did you mean 'columns'"),
        ("drop_missing", {"columns": ["prise"]}, "Did you mean 'price'"),
        ("drop_missing", {"how": "anny"}, "Did you mean 'any'"),
        ("sort", {}, "sort needs columns="),
        ("head", {"rows": -1}, "greater than or equal to 0"),
        ("drop_rows", {"rows": [99]}, "There is no row 99"),
        ("merge", {"other": "nope"}, "There is no table 'nope'"),
        ("rename", {"columns": {"price": "qty"}}, "Two columns would be named 'qty'"),
        ("correlation", {"columns": ["city"]}, "holds no numbers"),
    ],
)
def test_a_mistake_is_one_line_with_what_was_meant(
    action: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(OperationError, match=message) as caught:
        run_operation(action, sales(), parameters)
    assert "\n" not in str(caught.value)


def test_column_names_that_occur_twice_are_refused_but_rows_can_be_taken() -> None:
    twice = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    with pytest.raises(OperationError, match="2 columns are named 'a'"):
        run_operation("sort", twice, {"columns": ["a"]})
    assert run("head", twice, rows=1).shape == (1, 2)


@pytest.mark.parametrize("name", sorted(operations()))
def test_an_empty_table_gives_a_table_or_one_line(name: str) -> None:
    required = operations()[name].parameters.model_json_schema().get("required", ())
    given = {each: {"rows": [], "columns": ["a"], "expression": "a > 1"}.get(each, "a") for each in required}
    try:
        result = run_operation(name, pd.DataFrame({"a": []}), given).frame
    except OperationError as error:
        message = str(error)
        assert "\n" not in message
    else:
        assert isinstance(result, pd.DataFrame)


def test_what_would_not_fit_is_refused_before_it_is_made() -> None:
    many = pd.DataFrame({"a": np.arange(200_000), "b": np.zeros(200_000)})
    for action, given in {
        "transpose": {},
        "one_hot": {"columns": ["a"]},
        "pivot_table": {"index": ["b"], "columns": ["a"], "values": "b"},
    }.items():
        fixed = many.assign(c=1) if action == "pivot_table" else many
        wanted = {**given, "values": "c"} if action == "pivot_table" else given
        with pytest.raises(OperationError, match="are allowed"):
            run_operation(action, fixed, wanted)
    with pytest.raises(OperationError, match="are free"):
        run_operation("merge", many, {"other": "m", "on": ["b"]}, table_of=lambda _: many)
    repeating = many.set_index("b")
    with pytest.raises(OperationError, match="are free"):
        run_operation("merge_on_index", repeating, {"other": "m"}, table_of=lambda _: repeating)


def test_labels_that_are_numbers_are_found_as_they_are_typed() -> None:
    frame = pd.DataFrame({0: [1, 2], 1: [3, 4]})
    assert run("select_columns", frame, columns=["1"]).columns.tolist() == [1]
