"""What is captured stays as it was, whatever happens to the frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.services.frame_keeper import capture


@pytest.mark.parametrize(
    "cells",
    [
        ["x", None],
        [pd.Timestamp("2000"), pd.Timestamp("2001")],
        [1, "one"],
        ["\ud800", "b"],
        [[1], {"a": 2}],
        [np.int64(1), True],
    ],
    ids=["text", "timestamps", "mixed", "surrogate", "nested", "numbers"],
)
def test_object_columns_keep_their_type_and_every_cell(cells: list[object]) -> None:
    frame = pd.DataFrame({"a": pd.Series(cells, dtype=object, index=[7, 7])})
    held = capture(frame)
    assert held["a"].dtype == object
    assert all(one is other for one, other in zip(held["a"].array, cells, strict=True))
    assert held.index.equals(frame.index)


def test_a_cell_exchanged_later_is_not_seen() -> None:
    frame = pd.DataFrame({"a": pd.Series(["x", None], dtype=object)})
    held = capture(frame)
    frame["a"].to_numpy()
    frame.loc[0, "a"] = "changed"
    assert held["a"].tolist() == ["x", None]


def test_a_write_to_memory_somebody_else_holds_is_not_seen() -> None:
    cells = np.arange(4.0)
    frame = pd.DataFrame(cells.reshape(2, 2), columns=["a", "b"], copy=False)
    held = capture(frame)
    cells[0] = 99.0
    assert held["a"].tolist() == [0.0, 2.0]


def test_columns_of_one_name_are_captured_each() -> None:
    frame = pd.DataFrame([["x", 1], ["y", 2]], columns=["a", "a"], dtype=object)
    pd.testing.assert_frame_equal(capture(frame), frame)
