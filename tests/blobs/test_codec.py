"""Any frame comes back exactly, and nothing that is not ours is ever executed."""

import datetime
import decimal
import json
import pickle
import string
import threading
from typing import ClassVar

import hypothesis.extra.pandas as pdst
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.blobs import BlobError, decode_frame, encode_frame
from autodash_jupyter.blobs.identical import identical_frames

KEY = b"k" * 32
SHARED = [1, 2]


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


def assert_comes_back(frame):
    data = encode_frame(frame, KEY)
    back = decode_frame(data, KEY)
    pd.testing.assert_frame_equal(back, frame, check_freq=True, check_flags=True)
    assert type(back) is type(frame)
    assert back.attrs == frame.attrs
    assert pickle.dumps(back.index.names) == pickle.dumps(frame.index.names)
    for position in range(frame.shape[1]):
        one, other = back.iloc[:, position], frame.iloc[:, position]
        assert repr(one.dtype) == repr(other.dtype)
        if one.dtype == object:
            assert [(type(cell), repr(cell)) for cell in one] == [(type(cell), repr(cell)) for cell in other]
    return data, back


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_an_awkward_frame_comes_back_exactly(frame):
    assert_comes_back(frame)


@pytest.mark.parametrize(
    "name", ["plain", "no header", "duplicate names", "ordered categories", "time zone", "utc", "daily index",
             "MultiIndex", "nullable", "range index", "attrs", "flags", "period", "bytes", "int names"]
)  # fmt: skip
def test_what_arrow_can_hold_is_not_pickled(name):
    assert encode_frame(FRAMES[name], KEY).startswith(b"autodash-frame 1 arrow\n")


def test_cells_that_are_one_list_are_one_list_again():
    _, back = assert_comes_back(pd.DataFrame({"a": [SHARED, SHARED], "b": [SHARED, [1, 2]]}))
    back.loc[0, "a"].append(3)
    assert back["a"].tolist() == [[1, 2, 3], [1, 2, 3]]
    assert back["b"].tolist() == [[1, 2, 3], [1, 2]]


@pytest.mark.parametrize("name", ["plain", "time zone", "small numbers", "no header"])
def test_a_decoded_frame_can_be_written_in_place(name):
    _, back = assert_comes_back(FRAMES[name])
    for position in range(back.shape[1]):
        back.iloc[0, position] = back.iloc[-1, position]
    assert repr(back.iloc[0].tolist()) == repr(back.iloc[-1].tolist())


@pytest.mark.parametrize("one", FRAMES)
def test_no_two_different_frames_are_identical(one):
    # Frames that hold shared or mutable objects are identical to none: a doubt is a no.
    assert [other for other in FRAMES if identical_frames(FRAMES[one], FRAMES[other])] in ([one], [])


labels = st.one_of(
    st.integers(-3, 3), st.text(string.ascii_lowercase, max_size=2), st.none(), st.tuples(st.integers(0, 1))
)
cells = st.sampled_from(
    [
        *(st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), st.text(max_size=4)),
        *(st.none() | st.text(max_size=2), st.binary(max_size=3), st.dates(), st.decimals(allow_nan=False)),
        st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2200, 1, 1)),
        st.lists(st.integers(), max_size=2),
        st.one_of(st.integers(), st.text(max_size=2), st.none(), st.floats(), st.booleans()),
    ]
)


@st.composite
def frames(draw):
    length = draw(st.integers(0, 5))
    columns = [
        draw(st.lists(draw(cells), min_size=length, max_size=length)) for _ in range(draw(st.integers(0, 4)))
    ]
    as_objects = [draw(st.booleans()) for _ in columns]
    index = draw(
        pdst.indexes(
            dtype=draw(st.sampled_from(["i8", "f8", "M8[ns]", "m8[ns]"])), min_size=length, max_size=length
        )
    )
    series = [
        pd.Series(values, index, dtype=object if objects else None)
        for values, objects in zip(columns, as_objects, strict=True)
    ]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=index)
    frame.columns = pd.Index([draw(labels) for _ in columns], dtype=object, tupleize_cols=False)
    return frame  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames())
def test_any_frame_comes_back_exactly(frame):
    assert_comes_back(frame)


class Bomb:
    """Unpickled, it calls ``exploded.append``."""

    def __reduce__(self):
        return record_explosion, ("boom",)


exploded = []


def record_explosion(text):
    exploded.append(text)


def test_a_hostile_pickle_is_never_executed():
    hostile = pickle.dumps(Bomb())
    pickle.loads(hostile)
    assert exploded.pop() == "boom"
    for line in (b"autodash-frame 1 pickle\n", b"autodash-frame 1 arrow\n", b"autodash-frame 1 other\n", b""):
        for signature in (b"", b"\0" * 32, KEY):
            with pytest.raises(BlobError):
                decode_frame(line + signature + hostile, KEY)
    assert exploded == []


def test_a_pickle_that_another_installation_signed_is_never_executed():
    data = encode_frame(pd.DataFrame({"a": [Bomb()]}), b"another key")
    with pytest.raises(BlobError, match="signed by another installation"):
        decode_frame(data, KEY)
    assert exploded == []
    decode_frame(data, b"another key")
    assert exploded.pop() == "boom"


def test_an_arrow_frame_needs_no_key():
    data = encode_frame(FRAMES["plain"], KEY)
    assert decode_frame(data, b"another").equals(FRAMES["plain"])


def test_any_change_of_a_signed_frame_is_refused():
    data = encode_frame(FRAMES["nested"], KEY)
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        with pytest.raises(BlobError):
            decode_frame(changed, KEY)


def test_a_damaged_arrow_frame_is_an_error_or_a_frame_but_never_a_crash():
    data = encode_frame(FRAMES["plain"], KEY)
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 0x41]) + data[position + 1 :]
        for damaged in (changed, data[:position]):
            try:
                assert isinstance(decode_frame(damaged, KEY), pd.DataFrame)
            except BlobError:
                continue


def test_a_newer_version_is_refused():
    data = encode_frame(FRAMES["plain"], KEY).replace(b"autodash-frame 1 ", b"autodash-frame 2 ", 1)
    with pytest.raises(BlobError, match="newer version"):
        decode_frame(data, KEY)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"a,b\n1,2\n", b"autodash-frame\n", b"autodash-frame x arrow\n"]
)
def test_bytes_that_are_no_frame_are_refused(data):
    with pytest.raises(BlobError, match="holds no frame"):
        decode_frame(data, KEY)


def test_a_frame_that_only_lives_in_memory_is_a_clear_error():
    with pytest.raises(BlobError, match="can't be stored"):
        encode_frame(pd.DataFrame({"lock": [threading.Lock()]}), KEY)


def test_a_cell_that_raises_when_it_is_looked_at_is_stored_all_the_same():
    _, back = decode_and_keep(pd.DataFrame({"a": pd.Series([Hostile(), Hostile()], dtype=object)}))
    assert [type(cell) for cell in back["a"]] == [Hostile, Hostile]


def decode_and_keep(frame):
    data = encode_frame(frame, KEY)
    return data, decode_frame(data, KEY)


class Hostile:
    def __eq__(self, other):
        raise RuntimeError("compared")

    def __repr__(self):
        raise RuntimeError("shown")

    __hash__ = None


def test_encoding_leaves_the_frame_as_it_was():
    frame = pd.DataFrame(
        {"a": [1, 2]}, pd.date_range("2024", periods=2, name="day"), pd.Index(["a"], name="n")
    )
    frame.attrs = {"k": [1]}
    before = pickle.dumps(frame)
    encode_frame(frame, KEY)
    assert pickle.dumps(frame) == before
    assert json.dumps(frame.attrs) == '{"k": [1]}'


def test_cells_that_hold_themselves_or_are_very_deep_are_stored_without_arrow() -> None:
    itself: list[object] = []
    itself.append(itself)
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    for cells in ([itself, itself], [deep], [{"a": itself}]):
        frame = pd.DataFrame({"a": pd.Series(cells, dtype=object)})
        data = encode_frame(frame, b"key")
        assert data.startswith(b"autodash-frame 1 pickle")
        assert len(decode_frame(data, b"key")) == len(frame)
