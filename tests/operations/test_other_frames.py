"""The same operations on polars and Dask: the answers that pandas gives, or one line that says why not."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autodash_jupyter.operations import OperationError, operations, run_operation
from autodash_jupyter.operations.other_frames import available_elsewhere

polars = pytest.importorskip("polars")
SALES = pd.DataFrame(
    {
        "price": [1.0, None, 3.0, 4.0],
        "qty": [1, 2, 3, 4],
        "city": [" Bonn", "Rome", None, "Rome"],
        "same": [5.0] * 4,
    }
)
SHOPS = pd.DataFrame({"city": ["Bonn", "Rome"], "country": ["DE", "IT"]})
ALIKE: list[tuple[str, dict[str, Any]]] = [
    ("drop_missing", {"columns": ["price"]}),
    ("drop_missing", {"how": "all"}),
    ("fill_missing", {"columns": ["price"], "value": 0}),
    ("fill_missing", {"columns": ["price"], "method": "mean"}),
    ("replace_values", {"columns": ["city"], "old": ["Rome"], "new": "Roma"}),
    ("clean_strings", {"case": "upper"}),
    ("convert_types", {"types": {"qty": "number"}}),
    ("select_columns", {"columns": ["qty"]}),
    ("head", {"rows": 2}),
    ("rename", {"columns": {"qty": "pieces"}}),
    ("reorder", {"columns": ["city"]}),
    ("sort", {"columns": ["qty"], "descending": True}),
    ("group_by_agg", {"by": ["city"], "aggregations": {"price": "sum"}}),
    ("interaction", {"columns": ["price", "qty"]}),
    ("merge", {"other": "shops", "on": ["city"]}),
    ("scale", {"columns": ["qty", "same"]}),
    ("scale", {"columns": ["qty"], "method": "minmax"}),
    ("value_counts", {"columns": ["qty"]}),
]
ORDERED: list[tuple[str, dict[str, Any]]] = [
    ("filter_rows", {"expression": "price > 1 and city = 'Rome'"}),
    ("apply_custom", {"column": "total", "expression": "price * qty"}),
    ("drop_rows", {"rows": [0, -1]}),
    ("drop_duplicates", {"columns": ["city"], "keep": "first"}),
    ("tail", {"rows": 1}),
    ("slice", {"start": 1, "step": 2}),
    ("lag", {"column": "price"}),
    ("rolling", {"column": "price", "window": 2}),
    ("difference", {"other": "shops", "on": ["city"]}),
    ("melt", {"id_columns": ["qty"], "value_columns": ["price"]}),
]


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert_frame_equal(
        found.reset_index(drop=True),
        wanted.reset_index(drop=True),
        check_dtype=False,
        check_column_type=False,
    )


@pytest.mark.parametrize(("action", "given"), ALIKE + ORDERED)
def test_polars_frames_come_out_as_pandas_frames_do(action: str, given: dict[str, Any]) -> None:
    frame, shops = polars.from_pandas(SALES), polars.from_pandas(SHOPS)
    before = frame.clone()
    applied = run_operation(action, frame, given, table_of=lambda _: shops)
    assert isinstance(applied.frame, polars.DataFrame)
    assert frame.equals(before)
    wanted = run_operation(action, SALES, given, table_of=lambda _: SHOPS)
    same(applied.frame.to_pandas(), wanted.frame)
    assert applied.operation.rows_after == wanted.operation.rows_after


@pytest.mark.parametrize(("action", "given"), ALIKE)
def test_dask_frames_come_out_as_pandas_frames_do_and_stay_lazy(action: str, given: dict[str, Any]) -> None:
    dask = pytest.importorskip("dask.dataframe")
    frame, shops = dask.from_pandas(SALES, npartitions=2), dask.from_pandas(SHOPS, npartitions=1)
    applied = run_operation(action, frame, given, table_of=lambda _: shops)
    assert isinstance(applied.frame, dask.DataFrame)
    assert applied.operation.rows_after is None
    same(applied.frame.compute(), run_operation(action, SALES, given, table_of=lambda _: SHOPS).frame)


def test_what_cant_be_expressed_is_said_in_one_line() -> None:
    for action in set(operations()) - available_elsewhere():
        required = operations()[action].parameters.model_json_schema().get("required", ())
        given = {
            name: {"window": 2, "column": "qty", "values": "qty"}.get(name, ["qty"]) for name in required
        }
        given |= {"other": "x"} if "other" in required else {}
        with pytest.raises(OperationError, match="can't be done so on a polars table"):
            run_operation(action, polars.from_pandas(SALES), given, table_of=lambda _: None)


def test_a_lazy_frame_stays_lazy_and_refuses_what_needs_an_order() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        applied = run_operation("sort", polars.from_pandas(SALES).lazy(), {"columns": ["qty"]})
    assert isinstance(applied.frame, polars.LazyFrame)
    with pytest.raises(OperationError, match="convert it to pandas first"):
        run_operation("tail", polars.from_pandas(SALES).lazy(), {})
