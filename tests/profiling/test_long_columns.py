"""Columns longer than what is looked at cell by cell: every dtype is read, and counted as pandas counts."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from autodash_jupyter.profiling import profile, render_card
from autodash_jupyter.profiling.sampling import EXACT_ROWS

pytestmark = pytest.mark.slow

ROWS = EXACT_ROWS + 10_000


class Hostile:
    """Raises when it is printed or compared."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


def objects(cell: Callable[[int], Any]) -> pd.Series[Any]:
    cells = np.empty(ROWS, dtype=object)
    for number in range(ROWS):
        cells[number] = cell(number)
    return pd.Series(cells, dtype=object)


COLUMNS: dict[str, Callable[[], pd.Series[Any]]] = {
    "strings as objects": lambda: objects(lambda n: f"text {n}"),
    "lone surrogates": lambda: objects(lambda n: f"\ud800{n % 1000}"),
    "lists": lambda: objects(lambda n: [n]),
    "mixed": lambda: objects(lambda n: (n, str(n), 1.5, None, [n], dt.date(2020, 1, 1))[n % 6]),
    "hostile": lambda: objects(lambda n: Hostile()),
    "decimals": lambda: objects(lambda n: Decimal(n) / 7),
    "huge integers": lambda: objects(lambda n: 10**30 + n),
    "distant dates": lambda: objects(lambda n: dt.date(1 + n % 9000, 1, 1)),
    "complex": lambda: pd.Series(np.arange(ROWS) * 1j),
    "periods": lambda: pd.Series(pd.period_range("1990-01", periods=ROWS, freq="h")),
    "intervals": lambda: pd.Series(pd.cut(np.arange(ROWS), 30)),
    "sparse": lambda: pd.Series(pd.arrays.SparseArray(np.arange(ROWS) % 3)),
    "categories of numbers": lambda: pd.Series(pd.Categorical(np.arange(ROWS) % 1000)),
    "categories of dates": lambda: pd.Series(pd.Categorical(pd.to_datetime(np.arange(ROWS) % 99, unit="D"))),
    "nullable": lambda: pd.Series(pd.array([1, None, 2**62] * (ROWS // 3), "Int64")),
    "zones": lambda: pd.Series(pd.date_range("2020", periods=ROWS, freq="min", tz="Europe/Berlin")),
    "spans": lambda: pd.Series(pd.to_timedelta(np.arange(ROWS), unit="s")),
    "infinities": lambda: pd.Series(np.where(np.arange(ROWS) % 2, np.inf, np.arange(ROWS))),
    "unsigned": lambda: pd.Series(np.arange(ROWS).astype("u8") + 2**63),
    "foreign byte order": lambda: pd.Series(np.arange(ROWS).astype(">f8")),
    "Arrow lists": lambda: pd.Series([[1, 2]] * ROWS, dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
    "Arrow decimals": lambda: pd.Series(
        [Decimal("1.5"), None] * (ROWS // 2), dtype=pd.ArrowDtype(pa.decimal128(9, 2))
    ),
    "numbers as text": lambda: pd.Series([f"{n / 7:.3f}" for n in range(ROWS)]),
    "nothing": lambda: pd.Series([None] * ROWS, dtype="str"),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_long_column_of_any_kind_is_read_and_shown(kind: str) -> None:
    values = COLUMNS[kind]()
    frame = pd.DataFrame({"x": values})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = profile(frame)
    (column,) = found.columns
    assert not [finding for finding in found.all_findings if finding.kind == "unreadable"]
    assert (column.count, column.missing) == (int(values.notna().sum()), int(values.isna().sum()))
    assert render_card(found, kind).encode()
    assert repr(found)


def test_huge_integers_that_floats_can_not_tell_apart_are_no_constant() -> None:
    (column,) = profile(pd.DataFrame({"x": COLUMNS["huge integers"]()})).columns
    assert (column.distinct, column.semantic_type == "constant") == (ROWS, False)


def test_ten_thousand_columns_are_profiled_and_the_card_stays_small() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(20, 10_000)), columns=[f"c{n}" for n in range(10_000)])
    found = profile(frame)
    assert len(found.columns) == 10_000
    assert len(render_card(found, "wide")) < 400_000


def test_rows_repeated_in_a_long_table_are_counted_as_pandas_counts_them() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "a": random.integers(0, 900, ROWS),
            "b": random.choice(["x", "y", "z"], ROWS),
            "c": random.integers(0, 60, ROWS) / 4,
        }
    )
    assert profile(frame).duplicate_rows == int(frame.duplicated().sum())


def test_decimals_kept_as_text_are_no_phone_numbers() -> None:
    (column,) = profile(pd.DataFrame({"x": COLUMNS["numbers as text"]()})).columns
    assert (column.semantic_type, column.maximum) == ("measure", pytest.approx((ROWS - 1) / 7, rel=0.001))
