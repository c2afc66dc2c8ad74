"""What is estimated stays within the error it states, over random columns longer than the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling import counting, profile
from autodash_jupyter.profiling.distinct import estimate_distinct_numbers
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


def check_exact(found: ColumnProfile, present: pd.Series) -> None:
    assert (found.count, found.missing) == (len(present), ROWS - len(present))
    if present.dtype == "str":  # numbers kept as text are read in a sample
        numbers = pd.to_numeric(present)
        for name, exact in (("mean", numbers.mean()), ("std", numbers.std())):
            if found.mean is not None:
                assert abs(getattr(found, name) - exact) <= found.errors.get(name, 1e-9 * abs(exact)), name
        return
    assert (found.minimum, found.maximum) == (present.min(), present.max())
    if found.mean is not None:
        assert found.mean == pytest.approx(present.mean(), rel=1e-9)
        assert found.std == pytest.approx(present.std(), rel=1e-9)


def check(found: ColumnProfile, values: pd.Series) -> None:
    present = values.dropna()
    numbers = pd.to_numeric(present) if present.dtype == "str" else present
    distinct = found.distinct or 0
    assert abs(distinct - present.nunique()) <= found.errors.get("distinct", 0.0) * distinct
    check_exact(found, present)
    if found.histogram and found.granularity is None:
        bins = np.histogram(numbers, len(found.histogram), (found.minimum, found.maximum))[0]
        apart = np.abs(np.cumsum(bins) - np.cumsum(found.histogram)) / len(present)
        assert apart.max() <= found.errors.get("histogram", 0.0) + 1e-5 * len(bins)
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
    st.sampled_from(["all", "few or distinct", "none"]),
)
def test_every_estimate_is_within_its_stated_error(
    kind: str, spread: int, seed: int, sorted_columns: str
) -> None:
    values = draw(kind, spread, seed)
    with pytest.MonkeyPatch.context() as patch:
        if sorted_columns != "all":
            patch.setattr(counting, "SORTED_ANYWAY", 0)
        if sorted_columns == "none":
            patch.setattr(counting, "SORTED_ROWS", 0)
        (found,) = profile(pd.DataFrame({"x": values})).columns
    check(found, values)


@pytest.mark.parametrize("kind", ["float", "gaps", "moments"])
def test_numbers_of_a_quarter_of_a_million_rows_are_told_exactly(kind: str) -> None:
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


STEPS = [1, 7, 60, 256, 1_000, 86_400, 2**20, 10**9, 86_400 * 10**9, 2**40]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("made", ["integers", "floats", "moments"])
def test_distinct_numbers_at_even_steps_are_estimated_within_the_stated_error(step: int, made: str) -> None:
    numbers = np.arange(1_000_000) * (step if made != "floats" else 1)
    values = {
        "integers": lambda: numbers,
        "floats": lambda: (numbers - 500_000) / step,
        "moments": lambda: numbers.view("M8[ns]"),
    }[made]()
    found, error = estimate_distinct_numbers(np.concatenate([values, values[::3]]), len(values) * 4 // 3)
    assert 0 < error < 0.015
    assert abs(found - len(values)) <= error * found


def test_a_long_column_of_no_two_equal_integers_is_told_apart_from_one_with_a_repeat() -> None:
    keys = np.random.default_rng(3).permutation(700_000)
    repeated = keys.copy()
    repeated[5] = repeated[600_000]
    key, almost = profile(pd.DataFrame({"key": keys, "almost": repeated})).columns
    assert (key.distinct, almost.distinct) == (700_000, 699_999)
    assert "distinct" not in key.errors | almost.errors


def test_a_counter_that_was_stopped_refuses_to_go_on() -> None:
    with ValueCounter() as counter:
        assert counter.estimate_distinct(np.arange(1000), 1000) == (1000, 0.0)
        counter.stop()
        with pytest.raises(RuntimeError, match="stopped"):
            counter.tally(np.arange(3))


@pytest.mark.parametrize("is_sorted", [False, True])
def test_strided_and_rare_number_types_are_counted_too(
    is_sorted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in () if is_sorted else ("SORTED_ROWS", "SORTED_ANYWAY"):
        monkeypatch.setattr(counting, limit, 0)
    table = np.random.default_rng(0).random((ROWS, 3))
    frame = pd.DataFrame({"strided": table[:, 1], "half": (np.arange(ROWS) % 60_000).astype("float16")})
    strided, half = profile(frame).columns
    assert strided.distinct == pytest.approx(ROWS, rel=strided.errors.get("distinct", 0.0))
    assert half.distinct == frame["half"].replace(np.inf, np.nan).nunique()
