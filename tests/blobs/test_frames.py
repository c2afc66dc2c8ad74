"""Any frame comes back exactly, and each of its columns is stored once."""

import datetime
import json
import pickle
import string

import hypothesis.extra.pandas as pdst
import numpy as np
import pandas as pd
import pytest
from blobs.hard_frames import FRAMES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.blobs import DiskBlobStore, InMemoryBlobStore, load_frame, referenced_blobs, save_frame
from autodash_jupyter.blobs.identical import same_array, same_index

KEY = b"k" * 32
SHARED = [1, 2]


def save_and_load(frame):
    blobs = InMemoryBlobStore()
    name = save_frame(blobs, frame, KEY)
    return json.loads(blobs.get(name).split(b"\n")[1]), load_frame(blobs, name, KEY)


def assert_comes_back(frame):
    content, back = save_and_load(frame)
    pd.testing.assert_frame_equal(back, frame, check_freq=True, check_flags=True)
    assert type(back) is type(frame)
    assert back.attrs == frame.attrs
    assert pickle.dumps(back.index.names) == pickle.dumps(frame.index.names)
    for position in range(frame.shape[1]):
        one, other = back.iloc[:, position], frame.iloc[:, position]
        assert repr(one.dtype) == repr(other.dtype)
        if one.dtype == object:
            assert [(type(cell), repr(cell)) for cell in one] == [(type(cell), repr(cell)) for cell in other]
    return content, back


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_an_awkward_frame_comes_back_exactly(frame):
    assert_comes_back(frame)


PICKLED = {
    "integers as objects",
    "sparse",
    "nested",
    "equal lists",
    "mixed",
    "surrogates",
    "strange attrs",
    "subclass",
    "decimals",
}


@pytest.mark.parametrize("name", FRAMES)
def test_only_what_arrow_cannot_hold_is_pickled(name):
    content, _ = save_and_load(FRAMES[name])
    assert (content["kind"] == "pickle" or bool(content["pickles"])) == (name in PICKLED)


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


def test_no_two_different_arrays_or_indexes_are_the_same():
    # Those that hold mutable objects are the same as none: a doubt is a no.
    arrays = [
        frame.iloc[:, position].array for frame in FRAMES.values() for position in range(frame.shape[1])
    ]
    indexes = [index for frame in FRAMES.values() for index in (frame.index, frame.columns)]
    for same, values in ((same_array, arrays), (same_index, indexes)):
        for one in values:
            for other in values:
                if same(one, other):
                    assert repr(list(one)) == repr(list(other))
                    assert repr(one.dtype) == repr(other.dtype)


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


def test_saving_leaves_the_frame_as_it_was():
    frame = pd.DataFrame(
        {"a": [1, 2]}, pd.date_range("2024", periods=2, name="day"), pd.Index(["a"], name="n")
    )
    frame.attrs = {"k": [1]}
    before = pickle.dumps(frame)
    save_and_load(frame)
    assert pickle.dumps(frame) == before


def test_cells_that_hold_themselves_or_are_very_deep_come_back():
    itself: list[object] = []
    itself.append(itself)
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    for cells in ([itself, itself], [deep], [{"a": itself}]):
        frame = pd.DataFrame({"a": pd.Series(cells, dtype=object), "b": range(len(cells))})
        content, back = save_and_load(frame)
        assert content["pickles"] == {"column 0": 1}
        assert len(back) == len(frame)


def test_a_frame_that_holds_itself_comes_back_so():
    frame = pd.DataFrame({"a": pd.Series([None], dtype=object), "b": [1]})
    frame.loc[:, "a"] = pd.Series([[frame]], dtype=object)
    content, back = save_and_load(frame)
    assert content["kind"] == "pickle"
    assert back.loc[0, "b"] == 1
    assert isinstance(back.loc[0, "a"][0], pd.DataFrame)


def test_columns_that_share_no_objects_are_pickled_apart_and_those_that_do_together():
    frame = pd.DataFrame({"a": [SHARED], "b": [[1, 2]], "c": [{"k": SHARED}], "d": [(1, "x")]})
    content, back = save_and_load(frame)
    places = content["pickles"]
    assert places["column 0"] == places["column 2"]
    assert len(set(places.values())) == 3
    assert back.loc[0, "a"] is back.loc[0, "c"]["k"]
    assert back.loc[0, "a"] is not back.loc[0, "b"]


def test_a_list_shared_by_a_cell_and_attrs_stays_shared():
    frame = pd.DataFrame({"a": [SHARED]})
    frame._attrs = {"list": SHARED}  # the public setter copies
    _, back = save_and_load(frame)
    assert back.attrs["list"] is back.loc[0, "a"]


def test_a_cell_that_raises_when_it_is_looked_at_is_stored_all_the_same():
    _, back = save_and_load(pd.DataFrame({"a": pd.Series([Hostile(), Hostile()], dtype=object)}))
    assert [type(cell) for cell in back["a"]] == [Hostile, Hostile]


class Hostile:
    def __eq__(self, other):
        raise RuntimeError("compared")

    def __repr__(self):
        raise RuntimeError("shown")

    __hash__ = None


LARGE = {
    "random": np.random.default_rng(0).random(20_000),
    "prices": np.round(np.random.default_rng(0).lognormal(3, 1, 20_000), 2),
    "counter": np.arange(20_000),
    "wide": np.arange(20_000) + 1j,
    "flags": np.arange(20_000) % 3 == 0,
    "days": pd.date_range("1990", periods=20_000).to_numpy(),
    "zoned": pd.date_range("1990", periods=20_000, tz="Europe/Berlin"),
    "names": [f"customer {number % 777}" for number in range(20_000)],
    "gaps": pd.Series(["x", np.nan] * 10_000, dtype=object),
    "nones": pd.Series(["x", None] * 10_000, dtype=object),
    "whole": pd.array([1, None] * 10_000, dtype="Int32"),
    "kinds": pd.Categorical(["b", "a"] * 10_000),
}


def test_columns_of_some_size_come_back_exactly_and_can_be_written_in_place():
    content, back = assert_comes_back(pd.DataFrame(LARGE))
    assert any("plain" in part for part in content["parts"])  # compressed
    assert any("blob" in part and "plain" not in part for part in content["parts"])
    for position in range(back.shape[1]):
        back.iloc[0, position] = back.iloc[1, position]
    assert repr(back.iloc[0].tolist()) == repr(back.iloc[1].tolist())


def test_two_loads_share_no_memory():
    blobs = InMemoryBlobStore()
    name = save_frame(blobs, pd.DataFrame(LARGE), KEY)
    one, other = load_frame(blobs, name, KEY), load_frame(blobs, name, KEY)
    one.loc[:, "random"] = 0.0
    assert other["random"].tolist() == LARGE["random"].tolist()


def test_equal_columns_are_stored_once_in_a_frame_across_frames_and_across_saves():
    blobs = InMemoryBlobStore()
    frame = pd.DataFrame({"a": LARGE["random"], "b": LARGE["random"], "c": LARGE["counter"]})
    first = save_frame(blobs, frame, KEY)
    assert len(list(blobs.names())) == 3
    assert save_frame(blobs, frame, KEY) == first
    save_frame(blobs, frame[["c", "a"]].rename(columns={"c": 7}), KEY)
    assert len(list(blobs.names())) == 4


@pytest.mark.parametrize("named", [True, False])
def test_a_save_with_one_column_changed_writes_that_column_and_a_manifest(named):
    blobs = InMemoryBlobStore()
    frame = pd.DataFrame(LARGE)
    first = save_frame(blobs, frame, KEY)
    before = set(blobs.names())
    frame["random"] = frame["random"] + 1
    second = save_frame(blobs, frame, KEY, previous=first if named else None)
    assert len(set(blobs.names()) - before) == 2
    assert referenced_blobs(blobs, second) - before == set(blobs.names()) - before
    pd.testing.assert_frame_equal(load_frame(blobs, second, KEY), frame)


def test_a_part_of_the_earlier_save_that_is_gone_or_damaged_is_written_again(tmp_path):
    blobs = DiskBlobStore(tmp_path)
    frame = pd.DataFrame(LARGE)
    first = save_frame(blobs, frame, KEY)
    gone, damaged, *_ = referenced_blobs(blobs, first) - {first}
    blobs.delete(gone)
    (tmp_path / damaged[:2] / damaged).write_bytes(b"nonsense")
    assert save_frame(blobs, frame, KEY, previous=first) == first
    pd.testing.assert_frame_equal(load_frame(blobs, first, KEY), frame)


def test_an_earlier_save_that_cannot_be_read_is_no_obstacle():
    blobs = InMemoryBlobStore()
    for previous in ("0" * 32, blobs.put(b"no manifest")):
        name = save_frame(blobs, FRAMES["plain"], KEY, previous=previous)
        assert load_frame(blobs, name, KEY).equals(FRAMES["plain"])


def test_much_that_has_to_be_pickled_is_pickled_together_and_stays_shared():
    long = [["x" * 20, [number]] for number in range(30_000)]
    content, back = save_and_load(pd.DataFrame({"a": long, "b": long[::-1], "c": 1}))
    assert len(set(content["pickles"].values())) == 1
    assert back.loc[0, "a"] is back.loc[29_999, "b"]
