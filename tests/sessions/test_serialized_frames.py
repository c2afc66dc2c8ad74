"""Frames as bytes: what comes back is what went in, others can read it, and nothing runs that isn't ours."""

import io
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from autodash_jupyter.errors import BlobError
from autodash_jupyter.sessions import deserialize_dataframe, serialize_dataframe


def mixed(rows):
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "text": random.choice(["north", "south", None, "ü"], rows),
            "date": pd.Timestamp("2024-02-29") + pd.to_timedelta(random.integers(0, 10**9, rows), unit="s"),
            "day": pd.Series(pd.date_range("2024-01-01", periods=rows, freq="min")).dt.date,
            "count": pd.array(random.integers(0, 9, rows), dtype="Int64"),
            "price": np.where(random.random(rows) < 0.1, np.nan, random.random(rows)),
            "kind": pd.Categorical(random.choice(["x", "y"], rows)),
            "flag": random.random(rows) < 0.5,
        }
    )


@pytest.mark.parametrize("rows", [0, 1, 7, 50_000])
def test_text_dates_gaps_and_large_tables_come_back_exactly(rows):
    frame = mixed(rows)
    assert_frame_equal(deserialize_dataframe(serialize_dataframe(frame)), frame)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1, 2]], columns=[0, None]),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        pd.DataFrame({"z": [1 + 2j, 3j]}),
        pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_product([["x"], [1, 2]], names=["k", None])),
        pd.DataFrame({"p": pd.period_range("2024", periods=3), "i": pd.interval_range(0, 3)}),
        pd.DataFrame({"cells": [[1], {"a": {2}}, "text", None]}),
        pd.DataFrame({"big": [2**70, -1]}),
        pd.DataFrame([[1]], columns=pd.Index(["\ud800"], dtype=object)),
    ],
    ids=lambda frame: f"{frame.shape}",
)
def test_awkward_tables_come_back_exactly(frame):
    frame.attrs["source"] = "made up"
    back = deserialize_dataframe(serialize_dataframe(frame))
    assert_frame_equal(back, frame)
    assert back.attrs == {"source": "made up"}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.text(max_size=5) | st.none(), st.floats() | st.none(), st.datetimes(), st.booleans()),
        max_size=20,
    )
)
def test_any_table_comes_back_exactly(rows):
    frame = pd.DataFrame(rows, columns=["text", "number", "moment", "flag"])
    assert_frame_equal(deserialize_dataframe(serialize_dataframe(frame)), frame)


def test_what_comes_back_can_be_written_to_and_is_nobody_elses():
    data = serialize_dataframe(mixed(1_000))
    first, second = deserialize_dataframe(data), deserialize_dataframe(data)
    first.loc[:, "price"] = 0.0
    first.loc[0, "text"] = "changed"
    assert_frame_equal(second, mixed(1_000))


def test_other_programs_read_the_columns_by_their_names():
    table = pa.ipc.open_stream(serialize_dataframe(mixed(100))).read_all()
    assert table.column_names == ["text", "date", "day", "count", "price", "kind", "flag"]
    assert table.column("text").to_pylist() == mixed(100)["text"].replace({np.nan: None}).tolist()


def test_what_other_programs_wrote_is_read():
    frame = mixed(100)
    parquet, stream, file = io.BytesIO(), io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    table = pa.Table.from_pandas(frame)
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    for buffer in (parquet, stream, file):
        assert_frame_equal(deserialize_dataframe(buffer.getvalue()), frame)


@pytest.mark.parametrize(
    "data", [b"", b"nothing", pickle.dumps(pd.DataFrame({"a": [1]})), b"PAR1", b"ARROW1"]
)
def test_what_is_no_table_is_refused(data):
    with pytest.raises(BlobError):
        deserialize_dataframe(data)


def test_damaged_bytes_are_refused_or_read_but_never_crash():
    data = bytearray(serialize_dataframe(mixed(300)))
    random = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(data)
        for position in random.integers(0, len(data), 4):
            damaged[position] ^= int(random.integers(1, 256))
        try:
            deserialize_dataframe(bytes(damaged))
        except BlobError as error:
            assert "\n" not in str(error)  # noqa: PT017
    for length in range(0, len(data), 997):
        with pytest.raises(BlobError):
            deserialize_dataframe(bytes(data[:length]))


class Dangerous:
    """Runs something when it is unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


def test_a_pickle_is_read_only_with_the_key_that_signed_it(monkeypatch):
    frame = pd.DataFrame({"cells": [[1], {"a": 1}]})
    monkeypatch.setenv("AUTODASH_SIGNING_KEY", "ours")
    data = serialize_dataframe(frame)
    assert_frame_equal(deserialize_dataframe(data), frame)
    monkeypatch.setenv("AUTODASH_SIGNING_KEY", "theirs")
    with pytest.raises(BlobError, match="AUTODASH_SIGNING_KEY"):
        deserialize_dataframe(data)
    trap = serialize_dataframe(pd.DataFrame({"cells": [Dangerous()]}))
    monkeypatch.setenv("AUTODASH_SIGNING_KEY", "ours")
    with pytest.raises(BlobError, match="signed by another installation"):
        deserialize_dataframe(trap)


def test_a_table_of_plain_columns_needs_no_key(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert_frame_equal(deserialize_dataframe(serialize_dataframe(mixed(10))), mixed(10))
