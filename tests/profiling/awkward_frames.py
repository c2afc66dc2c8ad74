"""Frames that break profilers: every dtype pandas has, and cells that misbehave."""

from __future__ import annotations

import datetime as dt
import fractions
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["AWKWARD_FRAMES", "Hostile"]


class Hostile:
    """Raises whatever is asked of it."""

    def __repr__(self) -> str:
        msg = "no repr"
        raise RuntimeError(msg)

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        msg = "no comparison"
        raise RuntimeError(msg)

    def __hash__(self) -> int:
        msg = "no hash"
        raise RuntimeError(msg)

    def __len__(self) -> int:
        msg = "no length"
        raise RuntimeError(msg)

    def __bool__(self) -> bool:
        msg = "no truth"
        raise RuntimeError(msg)

    def __sizeof__(self) -> int:
        msg = "no size"
        raise RuntimeError(msg)

    @property
    def __class__(self) -> type:  # type: ignore[override]
        msg = "no class"
        raise RuntimeError(msg)


class LyingText(str):
    """A text whose comparisons and hash raise."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        msg = "no comparison"
        raise RuntimeError(msg)

    def __hash__(self) -> int:
        msg = "no hash"
        raise RuntimeError(msg)

    def __str__(self) -> str:
        msg = "no text"
        raise RuntimeError(msg)


class OddFloat(float):
    """A number whose comparisons raise."""

    def __eq__(self, other: object) -> bool:
        msg = "no comparison"
        raise RuntimeError(msg)

    def __ne__(self, other: object) -> bool:
        msg = "no comparison"
        raise RuntimeError(msg)

    __hash__ = float.__hash__


def _objects(*cells: Any) -> pd.DataFrame:
    array = np.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        array[position] = cell
    return pd.DataFrame({"cells": pd.Series(array, dtype=object)})


def _arrow(values: list[Any], kind: pa.DataType) -> pd.DataFrame:
    return pd.DataFrame({"cells": pd.Series(values, dtype=pd.ArrowDtype(kind))})


def _itself() -> list[Any]:
    cell: list[Any] = [1]
    cell.append(cell)
    return cell


def _named(*labels: Any) -> pd.DataFrame:
    frame = pd.DataFrame([range(len(labels)), range(len(labels))])
    frame.columns = pd.Index(list(labels), dtype=object)
    return frame


AWKWARD_FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "nothing": pd.DataFrame,
    "no rows": lambda: pd.DataFrame({"a": [], "b": pd.Series([], dtype="str")}),
    "no columns": lambda: pd.DataFrame(index=range(5)),
    "one cell": lambda: pd.DataFrame({"a": [1]}),
    "all missing": lambda: pd.DataFrame(
        {"a": [None] * 4, "b": [np.nan] * 4, "c": [pd.NaT] * 4, "d": [pd.NA] * 4}
    ),
    "infinities": lambda: pd.DataFrame(
        {"a": [np.inf, -np.inf, 1.0], "b": [np.inf] * 3, "c": [1e308, -1e308, 1e308]}
    ),
    "complex": lambda: pd.DataFrame({"a": [1j, 2 + 1j, complex(np.nan, 0)], "b": [complex(np.inf, 1)] * 3}),
    "period": lambda: pd.DataFrame({"a": pd.period_range("2020-01", periods=3, freq="M")}),
    "distant period": lambda: pd.DataFrame({"a": pd.PeriodIndex(["9000-01", "0001-05"], freq="M")}),
    "interval": lambda: pd.DataFrame({"a": pd.interval_range(0, 3), "b": pd.cut([1, 2, 3], 2)}),
    "sparse": lambda: pd.DataFrame(
        {"a": pd.arrays.SparseArray([0, 0, 1]), "b": pd.arrays.SparseArray([1.5, np.nan, 2])}
    ),
    "categories of anything": lambda: pd.DataFrame(
        {
            "texts": pd.Categorical(["a", None, "b"]),
            "numbers": pd.Categorical([1, 2, None]),
            "dates": pd.Categorical(pd.to_datetime(["2020-01-01", "2020-01-02", None])),
            "mixed": pd.Categorical([1, "a", (1, 2)]),
            "ordered": pd.Categorical(["low", "high", "low"], ["low", "high"], ordered=True),
            "unused": pd.Categorical([None, None, None], ["x"]),
            "intervals": pd.cut([1.0, 2.0, 3.0], 3),
        }
    ),
    "nullable": lambda: pd.DataFrame(
        {
            "i": pd.array([1, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "f": pd.array([1.5, None], "Float32"),
        }
    ),
    "string kinds": lambda: pd.DataFrame(
        {
            "python": pd.array(["a", None], pd.StringDtype("python")),
            "arrow": pd.array(["a", None], pd.StringDtype("pyarrow")),
        }
    ),
    "arrow list": lambda: _arrow([[1, 2], None, []], pa.list_(pa.int64())),
    "arrow struct": lambda: _arrow([{"a": 1}, None], pa.struct([("a", pa.int64())])),
    "arrow map": lambda: _arrow([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    "arrow binary": lambda: _arrow([b"\xff", None], pa.binary()),
    "arrow decimal": lambda: _arrow([Decimal("1.50"), None], pa.decimal128(10, 2)),
    "arrow time": lambda: _arrow([dt.time(1, 2), None], pa.time64("us")),
    "arrow date": lambda: _arrow([dt.date(2020, 1, 1), None], pa.date32()),
    "arrow timestamp": lambda: _arrow([dt.datetime(2020, 1, 1), None], pa.timestamp("ns", "Europe/Berlin")),
    "arrow duration": lambda: _arrow([dt.timedelta(1), None], pa.duration("s")),
    "arrow null": lambda: _arrow([None, None], pa.null()),
    "arrow dictionary": lambda: _arrow(["a", "b", None], pa.dictionary(pa.int8(), pa.string())),
    "arrow integer": lambda: _arrow([2**62 + 1, None], pa.int64()),
    "nested": lambda: _objects([1, 2], {"a": 1}, (1,), {1, 2}, np.arange(3), None),
    "frames in cells": lambda: _objects(pd.DataFrame({"a": [1]}), pd.Series([1, 2])),
    "a list that holds itself": lambda: _objects(_itself(), [2]),
    "huge cells": lambda: _objects("x" * 1_000_000, list(range(1_000_000)), {n: n for n in range(100_000)}),
    "mixed": lambda: _objects(1, "a", 2.5, None, True, dt.date(2020, 1, 1), [1], b"bytes"),
    "numbers and texts": lambda: _objects(1, "nil", 2, "3", 4.5, 6, 7, 8),
    "iterators": lambda: _objects(iter([1, 2]), (n for n in range(3)), range(3)),
    "functions and classes": lambda: _objects(len, int, object(), fractions.Fraction(1, 3), ...),
    "hostile": lambda: _objects(Hostile(), Hostile(), None),
    "hostile beside good": lambda: _objects(Hostile(), 1, "a").assign(good=[1, 2, 3]),
    "texts that lie": lambda: _objects(LyingText("a"), LyingText("b"), "c"),
    "numbers that raise": lambda: _objects(OddFloat(1.5), OddFloat(2.5)),
    "decimals": lambda: _objects(Decimal("1.5"), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+400")),
    "signalling decimals": lambda: _objects(Decimal("sNaN"), Decimal(1)),
    "huge integers": lambda: _objects(10**30, -(10**25), 3),
    "gigantic integers": lambda: _objects(10**400, 10**5000, 1),
    "unsigned": lambda: pd.DataFrame({"a": np.array([2**64 - 1, 0, 2**63], dtype="uint64")}),
    "small floats": lambda: pd.DataFrame(
        {"a": np.array([65504, -65504, np.nan], dtype="float16"), "b": [5e-324, 0, -0.0]}
    ),
    "long double": lambda: pd.DataFrame({"a": np.array([1, 2, 3], dtype="longdouble")}),
    "distant dates": lambda: _objects(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    "distant datetimes": lambda: pd.DataFrame(
        {"a": np.array(["99999-01-01", "-5000-01-01", "NaT"], dtype="datetime64[s]")}
    ),
    "zones": lambda: pd.DataFrame(
        {
            "one": pd.to_datetime(["2020-03-29 02:30", "2020-10-25 02:30"])
            .tz_localize("UTC")
            .tz_convert("Europe/Berlin"),
            "many": pd.Series(
                [pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2020-01-01", tz="Asia/Tokyo")],
                dtype=object,
            ),
        }
    ),
    "times": lambda: _objects(dt.time(1, 2), dt.time(3, 4, 5, 6)),
    "spans": lambda: pd.DataFrame(
        {"a": pd.to_timedelta(["1h", None, "-2 days"]), "b": [dt.timedelta.max, dt.timedelta.min, None]}
    ),
    "lone surrogates": lambda: _objects("\ud800", "b\udfff", None).set_axis(
        pd.Index(["\udc80"], dtype=object), axis=1
    ),
    "control characters": lambda: pd.DataFrame(
        {"a\nb\x00": ["\x00", "\x1b[31m", "\u202eabc"], "c|d`e": ["|", "`", "<script>"]}
    ),
    "long texts": lambda: pd.DataFrame({"a" * 5000: ["x" * 100_000, "y" * 100_000]}),
    "labels that repeat": lambda: pd.DataFrame([[1, "a", 2.5], [2, "b", 3.5]], columns=["a", "a", "a"]),
    "labels of any type": lambda: _named("", None, np.nan, 1, 1.5, ("a", 1), dt.date(2020, 1, 1), b"x", True),
    "labels of two levels": lambda: pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
    ),
    "bytes": lambda: _objects(b"abc", b"\xff\xfe", None),
    "date-like words": lambda: pd.DataFrame(
        {"a": ["2020-13-45", "99/99/9999", "0000-00-00"], "b": ["Jan", "Feb", "Mar"]}
    ),
    "number-like words": lambda: pd.DataFrame(
        {"a": ["1e400", "1,2,3", "٣٤"], "b": ["$", "%", "-"], "c": ["²", "½", "1_000"]}
    ),
    "a subclass": lambda: type("Table", (pd.DataFrame,), {})({"a": [1, 2]}),
    "repeated rows": lambda: pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "y"]}),
    "repeated nested rows": lambda: pd.DataFrame({"a": [1, 1], "b": [[1], [1]]}),
}
