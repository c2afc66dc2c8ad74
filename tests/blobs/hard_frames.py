"""Frames that are hard to store: every dtype, every kind of label, and what pandas has beyond cells."""

import datetime
import decimal
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["FRAMES"]


class Measurements(pd.DataFrame):
    """A frame of somebody's own class, with an attribute of its own."""

    _metadata: ClassVar = ["station"]

    @property
    def _constructor(self):
        return Measurements


def make_frames():
    frame = pd.DataFrame
    berlin = pd.date_range("2024-10-27", periods=3, freq="h", tz="Europe/Berlin")
    with_attrs = frame({"a": [1]})
    with_attrs.attrs = {"source": "a.csv", "when": datetime.datetime(2024, 1, 1), "n": [1, True, 1.0]}
    strange_attrs = frame({"a": [1]})
    strange_attrs.attrs = {("a", 1): {1, 2}}
    station = Measurements({"a": [1]})
    station.station = "Dream"
    return {
        "plain": frame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan], "d": [True, False]}),
        "int names": frame([[1, 2]], columns=[7, 5]),
        "no header": frame([[1, 2]]),
        "duplicate names": frame([[1, 2.5, "x"]], columns=["a", "a", "b"]),
        "None, NaN, int, tuple names": frame([[1, 2, 3, 4]], columns=pd.Index([None, 1.5, 1, ("a", 1)])),
        "MultiIndex columns": frame(
            [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None])
        ),
        "datetime columns": frame([[1, 2]], columns=pd.date_range("2024", periods=2)),
        "category columns": frame([[1]], columns=pd.CategoricalIndex(["a"], ["b", "a"])),
        "columns with a name": frame([[1]], columns=pd.Index(["a"], name=("x", 1))),
        "MultiIndex": frame(
            {"a": [1, 2]}, pd.MultiIndex.from_product([["b", "a"], [1]], names=["level", None])
        ),
        "unused levels": frame({"a": [1, 2]}, pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])).iloc[:1],
        "index name like a column": frame({"0": [1]}, pd.Index(["x"], name="0")),
        "range index": frame({"a": [1, 2]}, pd.RangeIndex(10, 4, -3, name="r")),
        "daily index": frame({"a": [1, 2]}, pd.date_range("2024", periods=2, name="day")),
        "utc index": frame({"a": [1, 2]}, pd.date_range("2024", periods=2, tz="UTC", freq="h")),
        "duplicate index": frame({"a": [1, 2]}, ["x", "x"]),
        "period index": frame({"a": [1, 2]}, pd.period_range("2024", periods=2, freq="M")),
        "interval index": frame({"a": [1, 2]}, pd.interval_range(0, 2, closed="left")),
        "ordered categories": frame({"c": pd.Categorical(["a", None], ["b", "a", "z"], ordered=True)}),
        "unordered categories": frame({"c": pd.Categorical(["a", "b"], ["b", "a"])}),
        "time zone": frame({"t": berlin}),
        "utc": frame({"t": pd.date_range("2024", periods=2, tz="UTC")}),
        "fixed offset": frame({"t": pd.to_datetime(["2024-01-01T00:00:00+02:00"])}),
        "seconds": frame({"t": np.array(["2024-01-01", "NaT"], "M8[s]"), "d": np.array([1, 2], "m8[s]")}),
        "period": frame({"p": pd.period_range("2024", periods=2, freq="Q")}),
        "interval": frame({"i": pd.interval_range(0, 2)}),
        "sparse": frame({"s": pd.arrays.SparseArray([0, 0, 1])}),
        "complex": frame({"z": [1 + 2j, np.nan]}),
        "nullable": frame(
            {"i": pd.array([1, None], "Int8"), "b": pd.array([True, None], "boolean")}
        ).assign(s=pd.array(["x", None], "string"), f=pd.array([0.5, None], "Float32")),
        "python strings": frame({"s": pd.array(["x", None], "string[python]")}),
        "Arrow": frame(
            {
                "i": pd.array([1, None], "int64[pyarrow]"),
                "d": pd.Series([decimal.Decimal("1.20")], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
                "l": pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
            }
        ),
        "nested": frame({"a": [[1], {"x": [2]}, {3}, (4, [5])]}),
        "equal lists": frame({"a": [[1, 2], [1, 2]]}),
        "mixed": frame({"a": [1, "1", 1.0, True, None, np.nan, pd.NaT, pd.NA, b"1"]}),
        "integers as objects": frame({"a": [1, 2**70], "b": [1, 2]}, dtype=object),
        "texts as objects": frame({"a": ["x", None], "b": ["x", "y"]}, dtype=object),
        "surrogates": frame({"a": pd.Series(["\ud800"], dtype=object)}),
        "bytes": frame({"a": [b"\x00\xff", None]}),
        "decimals": frame({"a": [decimal.Decimal("1.0"), decimal.Decimal("1.00"), decimal.Decimal("NaN")]}),
        "dates and times": frame({"d": [datetime.date(1, 1, 1), None], "t": [datetime.time(1), None]}),
        "signed zeros": frame({"f": np.array([0.0, -0.0], "f4"), "g": [-0.0, np.inf]}),
        "small numbers": frame({kind: np.array([1, 0], kind) for kind in ("i1", "u8", "f2")}),
        "nothing": frame(),
        "no rows": frame({"a": pd.Series([], dtype="i8"), "b": pd.Series([], dtype="str")}),
        "no columns": frame(index=[1, 2]),
        "attrs": with_attrs,
        "strange attrs": strange_attrs,
        "flags": frame({"a": [1]}).set_flags(allows_duplicate_labels=False),
        "subclass": station,
        "not contiguous": frame(np.arange(12.0).reshape(3, 4)).iloc[::2, ::2],
    }  # fmt: skip


FRAMES = make_frames()
