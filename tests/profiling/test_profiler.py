"""What a profile says of counts, numbers, time and samples."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling import columns_info, counting, profile, profile_columns, summarize
from autodash_jupyter.profiling.sampling import SAMPLE_ROWS, sample_positions


def profile_column(values: object, name: str = "x") -> ColumnProfile:
    return profile(pd.DataFrame({name: values})).columns[0]


@pytest.fixture(scope="module")
def long_frame() -> pd.DataFrame:
    rows, random = 450_000, np.random.default_rng(7)
    return pd.DataFrame(
        {
            "key": np.arange(rows),
            "firm": np.tile(["a", "b", "c"], rows // 3),
            "amount": random.normal(100, 15, rows),
            "of_many": random.integers(0, 30_000, rows),
        }
    )


def test_moments_and_extremes_are_those_of_pandas() -> None:
    values = pd.Series([3.5, None, -1.25, 8.0, 4.0])
    found = profile_column(values)
    assert (found.count, found.missing, found.distinct) == (4, 1, 4)
    assert (found.minimum, found.maximum) == (-1.25, 8.0)
    assert found.mean == pytest.approx(values.mean())
    assert found.std == pytest.approx(values.std())
    assert found.quantiles["50%"] == pytest.approx(values.median())
    assert sum(found.histogram) == 4


def test_integers_beyond_what_floats_hold_keep_their_extremes() -> None:
    found = profile_column(pd.array([2**62 + 1, None, 3], dtype="Int64"))
    assert (found.minimum, found.maximum, found.missing) == (3, 2**62 + 1, 1)


def test_infinities_count_as_values_but_not_in_the_mean() -> None:
    found = profile_column([1.0, 3.0, np.inf])
    assert (found.count, found.missing, found.mean) == (3, 0, 2.0)
    assert [finding.kind for finding in found.findings] == ["infinite"]


def test_dates_have_datetimes_as_extremes_and_say_how_fine_they_are() -> None:
    found = profile_column(pd.to_datetime(["2020-01-01", "2021-06-01", None]))
    assert (found.minimum, found.maximum) == (dt.datetime(2020, 1, 1), dt.datetime(2021, 6, 1))
    assert (found.granularity, found.missing) == ("month", 1)


def test_dates_kept_as_text_are_described_as_dates() -> None:
    found = profile_column(["2020-01-31", "2020-02-29", "2020-03-31"])
    assert (found.semantic_type, found.minimum) == ("date", dt.datetime(2020, 1, 31))


def test_numbers_kept_as_text_with_decimal_commas_are_read() -> None:
    found = profile_column(["1,5 %", "2,25 %", "10,0 %"])
    assert (found.semantic_type, found.minimum, found.maximum, found.unit) == ("ratio", 1.5, 10.0, "%")


@pytest.mark.parametrize(
    ("texts", "seconds"), [(["1h 30m", "45m"], [2700, 5400]), (["2 days", "12 hours"], [43200, 172800])]
)
def test_spans_written_out_are_durations(texts: list[str], seconds: list[float]) -> None:
    found = profile_column(texts, "waiting")
    assert found.semantic_type == "duration"
    assert [found.minimum.total_seconds(), found.maximum.total_seconds()] == seconds


def test_a_long_table_is_exact_but_for_what_says_how_far_it_may_be_off(long_frame: pd.DataFrame) -> None:
    key, firm, amount, of_many = profile(long_frame).columns
    assert amount.mean == pytest.approx(long_frame["amount"].mean())
    assert amount.std == pytest.approx(long_frame["amount"].std())
    assert amount.maximum == long_frame["amount"].max()
    assert (key.distinct, firm.distinct, of_many.distinct) == (len(long_frame), 3, 30_000)
    assert dict(firm.top_values) == {"a": 150_000, "b": 150_000, "c": 150_000}
    assert of_many.quantiles["25%"] == long_frame["of_many"].quantile(0.25)
    assert [column.approximate for column in (key, firm, amount, of_many)] == [False] * 4
    assert amount.distinct == long_frame["amount"].nunique()
    assert (key.order, firm.order, amount.order) == ("ascending", None, None)


def test_what_a_column_says_of_its_method_is_what_was_done(
    long_frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {column.method for column in profile(long_frame).columns} == {"all rows"}
    monkeypatch.setattr(counting, "SORTED_ANYWAY", 0)
    amount = profile(long_frame[["amount"]]).columns[0]
    assert "sample of 100,000" in amount.method
    assert "hashes" in amount.method


def test_the_key_of_a_long_table_is_looked_for_in_all_rows(long_frame: pd.DataFrame) -> None:
    assert profile(long_frame[["key", "firm"]]).candidate_keys == (("key",),)
    twice = pd.concat([long_frame, long_frame.iloc[[0]]], ignore_index=True)[["key", "firm"]]
    found = profile(twice)
    assert ("key",) not in found.candidate_keys
    assert found.duplicate_rows == 1


def test_sampled_rows_are_in_order_spread_evenly_and_always_the_same() -> None:
    rows = sample_positions(1_000_003)
    assert rows is not None
    assert len(rows) == SAMPLE_ROWS
    assert (np.diff(rows) > 0).all()
    assert np.diff(rows).max() <= 2 * 1_000_003 / SAMPLE_ROWS + 1
    assert (rows == sample_positions(1_000_003)).all()


def test_columns_come_one_by_one_and_add_up_to_the_profile() -> None:
    frame = pd.DataFrame({"a": [1, 2, 2], "b": ["x", "y", "y"]})
    pending = profile_columns(frame)
    first = next(pending)
    assert first.name == "a"
    found = summarize(frame, [first, *pending], seconds=5.0)
    assert (found.row_count, found.column_count, found.duplicate_rows) == (3, 2, 1)
    assert found.seconds >= 5.0


@pytest.mark.parametrize("thing", [[1, 2], pd.Series([1]), None, np.zeros((2, 2))])
def test_what_is_no_frame_is_refused_at_once_with_what_to_do(thing: object) -> None:
    with pytest.raises(SourceError, match=r"reads tables.*; this is .*: pass"):
        profile_columns(thing)  # type: ignore[arg-type]


def test_column_records_are_strict_json_and_tell_labels_that_repeat_apart() -> None:
    frame = pd.DataFrame([[1.5, np.inf, "a"], [2.5, 1.0, "b"]])
    frame.columns = pd.Index(["x", "x", "\udc80"], dtype=object)
    info = columns_info(profile(frame))
    assert list(info) == ["x", "x_2", "\\udc80"]
    assert json.loads(json.dumps(info, allow_nan=False))["x"]["statistics"]["mean"] == 2.0
    assert set(info["x"]) == {"dtype", "semantic_type", "missing", "distinct", "samples", "statistics"}


def test_column_records_mask_personal_values() -> None:
    frame = pd.DataFrame(
        {"email": ["ann@example.org", "ben@example.org"], "note": ["call +49 30 1234567", "no"]}
    )
    text = json.dumps(columns_info(profile(frame)))
    assert "example.org" not in text
    assert "1234567" not in text
