"""What is estimated stays within the error it states, over random columns longer than the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling import counting, profile
from autodash_jupyter.profiling.frequencies import ValueCounter
from autodash_jupyter.profiling.moments import compute_moments
from autodash_jupyter.profiling.sampling import EXACT_ROWS

ROWS = EXACT_ROWS + 61_000


def draw(kind: str, spread: int, seed: int) -> pd.Series:
    random = np.random.default_rng(seed)
    numbers = {
        "uniform": lambda: random.integers(0, spread, ROWS),
        "skewed": lambda: np.minimum(random.zipf(1.3, ROWS), 2**62),
        "float": lambda: np.round(random.lognormal(3, 2, ROWS), 2),
        "sorted": lambda: np.sort(random.integers(0, spread, ROWS)),
        "blocks": lambda: np.repeat(random.integers(0, spread, ROWS // 100 + 1), 100)[:ROWS],
        "gaps": lambda: np.where(random.random(ROWS) < 0.3, np.nan, random.normal(size=ROWS)),
        "moments": lambda: np.datetime64("2020-01-01", "s") + random.integers(0, spread, ROWS),
        "texts": lambda: pd.Series(random.integers(0, spread, ROWS)).astype("str"),
    }
    return pd.Series(numbers[kind]())


def check(found: ColumnProfile, values: pd.Series) -> None:
    present = values.dropna()
    numbers = pd.to_numeric(present) if present.dtype == "str" else present
    distinct = found.distinct or 0
    assert abs(distinct - present.nunique()) <= found.errors.get("distinct", 0.0) * distinct
    for name, quantile in found.quantiles.items():
        share, slack = float(name.rstrip("%")) / 100, found.errors.get("quantiles", 0.0) + 1e-5
        assert (numbers < quantile).mean() - slack <= share <= (numbers <= quantile).mean() + slack
    texts = present.astype(str).str.removesuffix(".0")
    for text, count in found.top_values[:3]:
        if found.granularity is None:
            slack = found.errors.get("top_values", 0.0) * len(present)
            assert abs(int((texts == text).sum()) - count) <= slack


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["uniform", "skewed", "float", "sorted", "blocks", "gaps", "moments", "texts"]),
    st.sampled_from([2, 40, 3_000, 60_000, 10**6, 10**9]),
    st.integers(0, 10**6),
    st.sampled_from([0, counting.SORTED_ROWS]),
)
def test_every_estimate_is_within_its_stated_error(
    kind: str, spread: int, seed: int, sorted_up_to: int
) -> None:
    values = draw(kind, spread, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SORTED_ROWS", sorted_up_to)
        (found,) = profile(pd.DataFrame({"x": values})).columns
    check(found, values)


@pytest.mark.parametrize("kind", ["float", "gaps", "moments"])
def test_numbers_of_a_million_rows_are_told_exactly(kind: str) -> None:
    values = draw(kind, 10**9, seed=1)
    (found,) = profile(pd.DataFrame({"x": values})).columns
    assert set(found.errors) <= {"top_values"}
    assert found.distinct == values.nunique()
    assert sum(found.histogram) == values.count()
    for name, quantile in found.quantiles.items():
        assert quantile == pytest.approx(values.quantile(float(name.rstrip("%")) / 100))


@given(st.lists(st.floats(width=32) | st.none(), min_size=1, max_size=80), st.integers(0, 3))
def test_moments_are_those_of_numpy_whatever_is_missing(cells: list[float | None], copies: int) -> None:
    values = np.array([np.nan if cell is None else cell for cell in cells] * 10**copies, dtype=np.float64)
    finite = values[np.isfinite(values)]
    with np.errstate(all="ignore"):
        found = compute_moments(values)
    assert (found.count, found.missing) == (len(finite), int(np.isnan(values).sum()))
    if len(finite):
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), abs=1e-9 * np.abs(finite).max())
        assert found.rising == bool((np.diff(finite) >= 0).all())


def test_a_counter_that_was_stopped_refuses_to_go_on() -> None:
    with ValueCounter() as counter:
        assert counter.estimate_distinct(np.arange(1000), 1000) == (1000, 0.0)
        counter.stop()
        with pytest.raises(RuntimeError, match="stopped"):
            counter.tally(np.arange(3))


@pytest.mark.parametrize("sorted_up_to", [0, counting.SORTED_ROWS])
def test_strided_and_rare_number_types_are_counted_too(
    sorted_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SORTED_ROWS", sorted_up_to)
    table = np.random.default_rng(0).random((ROWS, 3))
    frame = pd.DataFrame({"strided": table[:, 1], "half": (np.arange(ROWS) % 60_000).astype("float16")})
    strided, half = profile(frame).columns
    assert strided.distinct == pytest.approx(ROWS, rel=strided.errors.get("distinct", 0.0))
    assert half.distinct == frame["half"].replace(np.inf, np.nan).nunique()
