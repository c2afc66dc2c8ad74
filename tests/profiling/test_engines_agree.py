"""Random tables, profiled by every engine that can hold them: the same counts, extremes and moments."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling import profile

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
dd = pytest.importorskip("dask.dataframe")

ROWS = 40
numbers = st.floats(-1e9, 1e9, allow_subnormal=False) | st.sampled_from([0.0, -0.0, 1e300, -1e300])
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)
moments = st.datetimes(pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01"))
kinds: dict[str, st.SearchStrategy[Any]] = {
    "integers": st.integers(-(2**53), 2**53),
    "small": st.integers(0, 3),
    "numbers": numbers | st.none() | st.sampled_from([math.inf, -math.inf]),
    "words": words | st.none(),
    "flags": st.booleans(),
    "moments": moments | st.none(),
}
DTYPES = {"integers": "int64", "small": "int64", "numbers": "float64", "words": "str", "flags": "bool"}


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, ROWS))
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=4))
    columns = {
        f"{kind} {number}": pd.Series(
            draw(st.lists(kinds[kind], min_size=rows, max_size=rows)), dtype=DTYPES.get(kind, "M8[us]")
        )
        for number, kind in enumerate(chosen)
    }
    return pd.DataFrame(columns)


def every_engine(frame: pd.DataFrame, folder: Path) -> dict[str, Any]:
    frame.to_parquet(folder / "table.parquet")
    return {
        "polars": pl.from_pandas(frame),
        "polars (lazy)": pl.from_pandas(frame).lazy(),
        "pyarrow": pa.Table.from_pandas(frame, preserve_index=False),
        "duckdb": duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False)),
        "parquet": folder / "table.parquet",
        "dask": dd.from_pandas(frame, npartitions=3),
    }


def close(ours: float | None, theirs: float | None, scale: float) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-6, abs_tol=1e-9 * scale)


def check(ours: ColumnProfile, theirs: ColumnProfile, engine: str) -> None:
    at = f"{engine}, {theirs.name}"
    assert (ours.count, ours.missing) == (theirs.count, theirs.missing), at
    assert (ours.minimum, ours.maximum) == (theirs.minimum, theirs.maximum), at
    assert (ours.zeros, ours.negatives) == (theirs.zeros, theirs.negatives), at
    slack = ours.errors.get("distinct", 0.0) * (ours.distinct or 0) + 1e-9
    assert abs((ours.distinct or 0) - (theirs.distinct or 0)) <= slack, at
    scale = max(abs(theirs.minimum), abs(theirs.maximum)) if theirs.mean is not None else 1.0
    assert close(ours.mean, theirs.mean, scale), at
    if scale < 1e150:  # beyond, squares are infinite
        assert close(ours.std, theirs.std, scale), at
    assert ours.semantic_type == theirs.semantic_type, at


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_engines_agree_on_random_tables(frame: pd.DataFrame) -> None:
    known = profile(frame)
    with tempfile.TemporaryDirectory() as folder:
        for engine, table in every_engine(frame, Path(folder)).items():
            found = profile(table)
            assert (found.engine, found.row_count) == (engine, len(frame))
            for ours, theirs in zip(found.columns, known.columns, strict=True):
                check(ours, theirs, engine)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), numbers), min_size=3, max_size=ROWS))
def test_a_csv_file_tells_what_its_table_does(rows: list[tuple[int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["whole", "part"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        frame.to_csv(path, index=False)
        whole, part = profile(path).columns
    known = profile(frame)
    check(whole, known.columns[0], "csv")
    assert (part.count, part.minimum, part.maximum) == (len(rows), frame["part"].min(), frame["part"].max())
    assert np.isclose(part.mean or 0.0, frame["part"].mean(), atol=1e-9 * np.abs(frame["part"]).max())
