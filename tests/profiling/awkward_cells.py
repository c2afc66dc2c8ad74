"""Further frames that break profilers: cells of every type, odd labels, odd dtypes, odd sizes."""

from __future__ import annotations

import array
import collections
import datetime as dt
import enum
import ipaddress
import pathlib
import types
import uuid
import weakref
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["MORE_AWKWARD_FRAMES"]

BERLIN, NEPAL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Word(str, enum.Enum):  # noqa: UP042 - that a text has another text of its own is the point
    YES = "yes"
    NO = "no"


class Raises:
    """Raises in one method of one's choice, and is an ordinary object else."""

    def __init__(self, method: str, error: type[BaseException] = RuntimeError) -> None:
        self.method, self.error = method, error

    def _act(self, method: str, answer: Any) -> Any:
        if method == self.method:
            raise self.error(method)
        return answer

    def __repr__(self) -> str:
        return self._act("repr", "cell")

    def __str__(self) -> str:
        return self._act("str", "cell")

    def __eq__(self, other: object) -> bool:
        return self._act("eq", other is self)

    def __hash__(self) -> int:
        return self._act("hash", 1)

    def __lt__(self, other: object) -> bool:
        return self._act("lt", True)

    def __bool__(self) -> bool:
        return self._act("bool", True)

    def __float__(self) -> float:
        return self._act("float", 1.0)

    def __getattr__(self, name: str) -> Any:
        if self.__dict__.get("method") == "getattr":
            raise self.error(name)
        raise AttributeError(name)


class LongRepr:
    """Takes a hundred megabytes to print."""

    def __repr__(self) -> str:
        return "x" * 100_000_000


class LyingRepr:
    """Says something that is no text when it is printed."""

    def __repr__(self) -> str:
        return 5  # type: ignore[return-value]


class LyingArray:
    """Says it is an array, and breaks when it is taken at its word."""

    __array_interface__ = {"shape": "nonsense"}  # noqa: RUF012

    def __array__(self, *arguments: Any, **named: Any) -> Any:
        raise ValueError

    def __len__(self) -> int:
        return -1  # noqa: PLE0303 - it lies


class LoudDict(dict[str, int]):
    def __iter__(self) -> Any:
        raise RuntimeError

    items = keys = values = __iter__


class Money(Decimal):
    def __str__(self) -> str:
        raise RuntimeError


class Day(dt.datetime):
    def replace(self, *arguments: Any, **named: Any) -> Any:
        raise RuntimeError

    def isoformat(self, *arguments: Any, **named: Any) -> Any:
        raise RuntimeError


def _cells(*cells: Any, name: Any = "cells") -> pd.DataFrame:
    values = np.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        values[position] = cell
    return pd.DataFrame({name: pd.Series(values, dtype=object)})


def _arrow(values: list[Any], kind: pa.DataType) -> pd.DataFrame:
    return pd.DataFrame({"cells": pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, kind)))})


def _labelled(*labels: Any) -> pd.DataFrame:
    frame = pd.DataFrame([range(len(labels))] * 3)
    frame.columns = pd.Index(list(labels), dtype=object)
    return frame


def _deep(levels: int) -> Any:
    cell: Any = []
    for _ in range(levels):
        cell = [cell]
    return cell


def _masked() -> pd.DataFrame:
    return pd.DataFrame({"a": np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])})


def _read_only() -> pd.DataFrame:
    values = np.arange(12.0)
    values.setflags(write=False)
    return pd.DataFrame(values.reshape(3, 4), copy=False)


def _indexed(index: Any) -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3]}, index=index)


def _raising(method: str, error: type[BaseException] = RuntimeError) -> Callable[[], pd.DataFrame]:
    return lambda: _cells(Raises(method, error), Raises(method, error), None).assign(good=[1.5, 2.5, 3.5])


MORE_AWKWARD_FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    **{
        f"cells that raise at {method}": _raising(method)
        for method in ("repr", "str", "eq", "hash", "lt", "bool", "float", "getattr")
    },
    "cells that raise what is no Exception": _raising("str", RecursionError),
    "cells that run out of memory": _raising("repr", MemoryError),
    "a repr of a hundred megabytes": lambda: _cells(LongRepr(), LongRepr()),
    "a repr that is no text": lambda: _cells(LyingRepr()),
    "no array at all": lambda: _cells(LyingArray(), LyingArray()),
    "a dict that can't be walked": lambda: _cells(LoudDict(a=1), {"a": 1}),
    "decimals that can't be printed": lambda: _cells(Money("1.5"), Money("2.5")),
    "moments that can't be replaced": lambda: _cells(Day(2020, 1, 1), Day(2021, 1, 1)),
    "a text of a hundred megabytes": lambda: _cells("x" * 100_000_000, "y"),
    "bytes of a hundred megabytes": lambda: _cells(bytes(100_000_000), b"y"),
    "a list of ten million": lambda: _cells([0] * 10_000_000, [1]),
    "an array of ten million": lambda: _cells(np.zeros(10_000_000), np.zeros(1)),
    "lists ten thousand deep": lambda: _cells(_deep(10_000), _deep(3)),
    "enums": lambda: _cells(Colour.RED, Colour.BLUE, None),
    "numbers of enums": lambda: _cells(Level.LOW, Level.HIGH, Level.LOW),
    "texts of enums": lambda: _cells(Word.YES, Word.NO, Word.YES),
    "identifiers": lambda: _cells(uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=1)),
    "paths": lambda: _cells(pathlib.PurePosixPath("/a/b"), pathlib.PureWindowsPath("c:/d")),
    "addresses": lambda: _cells(ipaddress.ip_address("::1"), ipaddress.ip_address("1.2.3.4")),
    "fractions": lambda: _cells(Fraction(1, 3), Fraction(2, 3), Fraction(10**400, 3)),
    "views of memory": lambda: _cells(memoryview(b"abc"), memoryview(b"")),
    "arrays of bytes": lambda: _cells(bytearray(b"abc"), array.array("d", [1.5])),
    "sets": lambda: _cells({1, 2}, frozenset({"a"}), set()),
    "queues and counters": lambda: _cells(collections.deque([1]), collections.Counter("abc")),
    "named tuples": lambda: _cells(collections.namedtuple("P", "x y")(1, 2), (1, 2)),
    "mapping proxies": lambda: _cells(types.MappingProxyType({"a": 1}), types.SimpleNamespace(a=1)),
    "dead references": lambda: _cells(weakref.ref(type("T", (), {})()), weakref.ref(Colour)),
    "arrays of many shapes": lambda: _cells(np.zeros((2, 2)), np.array(5), np.array([]), np.array(["a"])),
    "arrays of one shape": lambda: _cells(*[np.arange(3.0)] * 3),
    "structured scalars": lambda: _cells(*np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")])),
    "numpy's own scalars": lambda: _cells(np.int8(1), np.float16(2.5), np.bool_(True), np.str_("a")),
    "numpy's own moments": lambda: _cells(
        np.datetime64("2020"), np.timedelta64(1, "D"), np.datetime64("NaT")
    ),
    "void": lambda: _cells(np.void(b"abc"), np.void(b"")),
    "frames, indexes and series": lambda: _cells(pd.DataFrame(), pd.Index([1]), pd.Series([None]), pd.NA),
    "frames within frames": lambda: _cells(_cells(_cells(1))),
    "intervals and periods as objects": lambda: _cells(
        pd.Interval(0, 1), pd.Period("2020"), pd.Interval(1, 2)
    ),
    "offsets": lambda: _cells(pd.offsets.MonthEnd(), pd.offsets.Hour(3)),
    "every way to be missing": lambda: _cells(None, np.nan, pd.NaT, pd.NA, float("nan"), Decimal("NaN"), 1),
    "only ways to be missing": lambda: _cells(None, np.nan, pd.NaT, pd.NA, np.datetime64("NaT")),
    "zones of many kinds": lambda: _cells(
        dt.datetime(2020, 1, 1, tzinfo=BERLIN), pd.Timestamp("2020-01-01"), dt.datetime(1, 1, 1, tzinfo=NEPAL)
    ),
    "a moment that comes twice": lambda: _cells(
        dt.datetime(2020, 10, 25, 2, 30, fold=0, tzinfo=BERLIN),
        dt.datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
    ),
    "dates, moments and times": lambda: _cells(dt.date(2020, 1, 1), dt.datetime(2020, 1, 1), dt.time(1)),
    "times of zones": lambda: _cells(dt.time(1, tzinfo=dt.UTC), dt.time(2)),
    "flags and numbers": lambda: _cells(True, 0, 1, False, 2),
    "flags as objects with gaps": lambda: _cells(True, None, False, np.nan),
    "negative zeros": lambda: pd.DataFrame({"a": [-0.0, 0.0, -0.0], "b": [-0.0, -0.0, -0.0]}),
    "numbers next to nothing": lambda: pd.DataFrame({"a": [5e-324, -5e-324, 2.2e-308], "b": [5e-324] * 3}),
    "numbers that overflow": lambda: pd.DataFrame({"a": [1.7e308, -1.7e308, 1.7e308, 0.0]}),
    "many kinds of NaN": lambda: pd.DataFrame(
        {"a": np.array([0x7FF8000000000001, 0xFFF8000000000000, 0], dtype="u8").view("f8")}
    ),
    "edges of integers": lambda: pd.DataFrame(
        {
            kind: np.array([np.iinfo(kind).min, np.iinfo(kind).max, 0], kind)
            for kind in ("i1", "i8", "u1", "u8")
        }
    ),
    "other byte orders": lambda: pd.DataFrame(
        {"a": np.arange(3, dtype=">i8"), "b": np.arange(3, dtype=">f4"), "c": np.arange(3).astype(">M8[s]")}
    ),
    "units of time": lambda: pd.DataFrame(
        {unit: np.array([0, 10, -10], dtype=f"M8[{unit}]") for unit in ("s", "ms", "us", "ns")}
        | {f"m{unit}": np.array([0, 2**62, -5], dtype=f"m8[{unit}]") for unit in ("s", "ns")}
    ),
    "the ends of time": lambda: pd.DataFrame(
        {"a": [pd.Timestamp.min, pd.Timestamp.max], "b": [pd.Timedelta.min, pd.Timedelta.max]}
    ),
    "masked": _masked,
    "read only": _read_only,
    "strided": lambda: pd.DataFrame(np.arange(60).reshape(6, 10)[::2, ::-3], copy=False),
    "fixed width": lambda: pd.DataFrame(
        {"a": np.array(["ab", "c"], "U5"), "b": np.array([b"ab", b"c"], "S5")}
    ),
    "sparse with another filling": lambda: pd.DataFrame(
        {
            "a": pd.arrays.SparseArray([1, 1, 2], fill_value=1),
            "b": pd.arrays.SparseArray([True, False, True]),
            "c": pd.arrays.SparseArray([None, "a", "b"], dtype=pd.SparseDtype(object)),
        }
    ),
    "periods of every length": lambda: pd.DataFrame(
        {unit: pd.period_range("2020-01-01", periods=3, freq=unit) for unit in ("Y", "Q", "W", "D", "h", "s")}
    ),
    "periods missing": lambda: pd.DataFrame({"a": pd.PeriodIndex(["2020", None, "2021"], freq="Y")}),
    "intervals of moments": lambda: pd.DataFrame(
        {"a": pd.interval_range(pd.Timestamp("2020-01-01"), periods=3), "b": pd.IntervalIndex([None] * 3)}
    ),
    "categories of what can't be ordered": lambda: pd.DataFrame(
        {
            "a": pd.Categorical([frozenset({1}), 1j, frozenset({1})]),
            "b": pd.Categorical([pd.Interval(0, 1), None, pd.Interval(1, 2)]),
            "c": pd.Categorical([np.nan] * 3),
            "d": pd.Categorical([True, False, None]),
            "e": pd.Categorical(pd.period_range("2020", periods=3, freq="Y")),
        }
    ),
    "fifty thousand categories": lambda: pd.DataFrame(
        {"a": pd.Categorical([f"c{n}" for n in range(50_000)])}
    ),
    "nullable of every size": lambda: pd.DataFrame(
        {
            kind: pd.array([1, None, 0], kind)
            for kind in ("Int8", "UInt64", "Float32", "Float64", "boolean", "Int64")
        }
    ),
    "nullable of nothing": lambda: pd.DataFrame(
        {kind: pd.array([None] * 3, kind) for kind in ("Int8", "Float64", "boolean", "string")}
    ),
    "a NaN that is not missing": lambda: pd.DataFrame({"a": pd.array([0.0, None, 1.0], "Float64") / 0}),
    "arrow floats": lambda: _arrow([1.5, float("nan"), float("inf"), None], pa.float32()),
    "arrow halves": lambda: _arrow([np.float16(1.5), None], pa.float16()),
    "arrow unsigned": lambda: _arrow([2**64 - 1, None, 0], pa.uint64()),
    "arrow flags": lambda: _arrow([True, None, False], pa.bool_()),
    "arrow wide decimals": lambda: _arrow([Decimal("1e60"), None], pa.decimal256(76, 2)),
    "arrow large texts": lambda: _arrow(["a", None], pa.large_string()),
    "arrow views of texts": lambda: _arrow(["a" * 40, None, "b"], pa.string_view()),
    "arrow fixed bytes": lambda: _arrow([b"abcd", None], pa.binary(4)),
    "arrow large bytes": lambda: _arrow([b"abcd", None], pa.large_binary()),
    "arrow fixed lists": lambda: _arrow([[1.0, 2.0], None], pa.list_(pa.float32(), 2)),
    "arrow nested lists": lambda: _arrow([[[1], []], None], pa.large_list(pa.list_(pa.int8()))),
    "arrow deep structs": lambda: _arrow(
        [{"a": {"b": [1]}}, None], pa.struct([("a", pa.struct([("b", pa.list_(pa.int8()))]))])
    ),
    "arrow dictionaries of numbers": lambda: _arrow([5, None, 5], pa.dictionary(pa.int32(), pa.int64())),
    "arrow distant moments": lambda: _arrow([-(2**60), 2**60, None], pa.timestamp("s")),
    "arrow dates far off": lambda: _arrow([-(10**6), 10**6, None], pa.date32()),
    "arrow days in milliseconds": lambda: _arrow([0, 86_400_000, None], pa.date64()),
    "arrow times of day": lambda: _arrow([1, None], pa.time32("s")),
    "arrow spans": lambda: _arrow([2**62, -1, None], pa.duration("us")),
    "arrow months and days": lambda: _arrow([(1, 2, 3), None], pa.month_day_nano_interval()),
    "arrow numbers in pieces": lambda: pd.DataFrame(
        {"a": pd.arrays.ArrowExtensionArray(pa.chunked_array([[1, None], [], [3]]))}
    ),
    "texts in pieces": lambda: pd.concat([pd.DataFrame({"a": ["x", None]}), pd.DataFrame({"a": ["y"]})]),
    "labels missing": lambda: _labelled(None, np.nan, pd.NaT, pd.NA),
    "labels that are containers": lambda: _labelled((1, 2), (), frozenset({1}), ("a", ("b",))),
    "labels that are moments": lambda: _labelled(
        dt.date(2020, 1, 1), pd.Timestamp("2020"), pd.Period("2020")
    ),
    "labels that are texts of odd kinds": lambda: _labelled(
        "", " ", "\n", "\ud800", "😀", "a" * 10_000, "\x00"
    ),
    "labels that say the same": lambda: _labelled(1, 1.0, True, "1", "1"),
    "labels that are classes": lambda: _labelled(int, len, Colour.RED, Ellipsis, NotImplemented),
    "labels that can't be printed": lambda: _labelled(Raises("str"), Raises("repr")),
    "labels of three levels": lambda: pd.DataFrame(
        [[1, 2, 3]] * 3, columns=pd.MultiIndex.from_product([["a"], [1, None], ["", "b"]])[:3]
    ),
    "labels that are intervals": lambda: pd.DataFrame([[1, 2]], columns=pd.interval_range(0, 2)),
    "labels that are categories": lambda: pd.DataFrame([[1, 2]], columns=pd.CategoricalIndex(["a", "b"])),
    "rows of several levels": lambda: _indexed(pd.MultiIndex.from_tuples([("a", 1), ("a", 1), (None, 2)])),
    "rows named alike": lambda: _indexed([None, None, None]),
    "rows named by moments": lambda: _indexed(pd.to_datetime(["2020", None, "2021"]).tz_localize("UTC")),
    "ten thousand columns": lambda: pd.DataFrame(np.arange(30_000).reshape(3, 10_000)),
    "ten thousand rows of ten kinds": lambda: _cells(
        *(
            [None, n, str(n), n * 0.5, [n], {"n": n}, Decimal(n), dt.date.fromordinal(n + 1), n * 1j, b"x"][
                n % 10
            ]
            for n in range(10_000)
        )
    ),
    "a table of one flag": lambda: pd.DataFrame({"": [True]}),
    "one missing cell": lambda: pd.DataFrame({None: [None]}),
}
