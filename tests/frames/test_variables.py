"""Variables that hold tables, of pandas and of others; and those that don't."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import as_dataframe, is_table


class Hostile:
    """An object that answers no question about itself."""

    @property
    def __class__(self):
        raise RuntimeError("no class")

    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        raise RuntimeError("no equality")

    def __bool__(self):
        raise RuntimeError("no truth")

    __hash__ = None


class Sales(pd.DataFrame):
    pass


def test_a_frame_comes_back_as_the_same_object():
    for frame in (pd.DataFrame({"a": [1]}), pd.DataFrame(), Sales({"a": [1]})):
        assert as_dataframe(frame) is frame


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (pd.Series([1, 2], name="n"), {"n": [1, 2]}),
        (pd.Series([1, 2]), {"value": [1, 2]}),
        (pa.table({"n": [1, 2]}), {"n": [1, 2]}),
        (pa.record_batch({"n": [1, 2]}), {"n": [1, 2]}),
        ([{"n": 1}, {"n": 2}], {"n": [1, 2]}),
        ({"n": [1, 2], "m": (3, 4), "k": np.array([5, 6])}, {"n": [1, 2], "m": [3, 4], "k": [5, 6]}),
    ],
)
def test_tables_of_other_kinds_become_frames(obj, expected):
    assert is_table(obj)
    assert as_dataframe(obj).to_dict("list") == expected


@pytest.mark.parametrize("obj", [42, None, "text", [], {}, [1, 2], {"a": 1}, object(), pd.DataFrame, len])
def test_what_is_no_table_is_refused_by_its_type(obj):
    assert not is_table(obj)
    with pytest.raises(SourceError, match=f"An object of type '{type(obj).__name__}' is no table"):
        as_dataframe(obj)


def test_an_object_that_answers_nothing_is_refused():
    assert not is_table(Hostile())
    with pytest.raises(SourceError, match="An object of type 'Hostile' is no table"):
        as_dataframe(Hostile())


def test_columns_of_unequal_length_are_refused_with_the_reason():
    with pytest.raises(SourceError, match=r"This object of type 'dict' can't become a table: .*same length"):
        as_dataframe({"a": [1], "b": [1, 2]})


def test_polars_frames_are_converted():
    polars = pytest.importorskip(
        "polars", reason="polars is no dependency; its frames are taken where it is used"
    )
    frame = polars.DataFrame({"n": [1, 2], "s": ["x", None]})
    assert is_table(frame)
    assert as_dataframe(frame)["n"].tolist() == [1, 2]
    assert as_dataframe(frame["n"]).to_dict("list") == {"n": [1, 2]}
