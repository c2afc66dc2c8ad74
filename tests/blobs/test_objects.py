"""Series, indexes, arrays and anything that can be pickled come back exactly."""

import collections
import json

import hypothesis.extra.numpy as npst
import numpy as np
import pandas as pd
import pytest
from blobs.hard_frames import FRAMES
from hypothesis import HealthCheck, given, settings

from autodash_jupyter.blobs import InMemoryBlobStore, load_object, save_object
from autodash_jupyter.blobs.identical import same_array, same_index

KEY = b"k" * 32


def save_and_load(value):
    blobs = InMemoryBlobStore()
    name = save_object(blobs, value, KEY)
    return json.loads(blobs.get(name).split(b"\n")[1])["kind"], load_object(blobs, name, KEY)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_the_columns_and_indexes_of_an_awkward_frame_come_back_alone(frame):
    for position in range(frame.shape[1]):
        column = pd.Series(frame.iloc[:, position])
        kind, back = save_and_load(column)
        assert kind == "series"
        pd.testing.assert_series_equal(back, column, check_freq=True, check_flags=True)
        assert repr(back.name) == repr(column.name)
        assert back.attrs == column.attrs
    for index in (frame.index, frame.columns):
        _, back = save_and_load(index)
        assert same_index(back, index)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(npst.arrays(npst.scalar_dtypes(), npst.array_shapes(min_dims=0, min_side=0)))
def test_any_array_comes_back_exactly(array):
    for value in (array, array.T, array[..., ::2] if array.ndim else array):
        _, back = save_and_load(value)
        assert back.dtype == value.dtype
        assert back.shape == value.shape
        assert back.tobytes() == value.tobytes()
        assert back.flags.writeable


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_keeps_its_order(order):
    array = np.array(np.arange(6.0).reshape(2, 3), order=order)
    kind, back = save_and_load(array)
    assert kind == "array"
    assert back.flags.f_contiguous == array.flags.f_contiguous
    back[0, 0] = 9.0


@pytest.mark.parametrize(
    "value",
    [
        *(None, 1, "text", [1, [2]], {"a": {1, 2}}, collections.Counter("abc")),
        np.array([1, "x", None], dtype=object),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.ma.masked_array([1, 2], mask=[True, False]),
    ],
    ids=repr,
)
def test_anything_else_comes_back_by_a_signed_pickle(value):
    kind, back = save_and_load(value)
    assert kind == "pickle"
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_a_series_with_shared_cells_or_of_a_class_of_its_own_comes_back_so():
    class_of_its_own = Readings([1, 2])
    shared = [1]
    assert type(save_and_load(class_of_its_own)[1]) is Readings
    back = save_and_load(pd.Series([shared, shared]))[1]
    assert back[0] is back[1]


class Readings(pd.Series):
    """A series of somebody's own class."""

    @property
    def _constructor(self):
        return Readings


def test_a_column_of_a_frame_and_a_series_of_the_same_cells_share_a_blob():
    blobs, cells = InMemoryBlobStore(), np.random.default_rng(0).random(5_000)
    save_object(blobs, pd.DataFrame({"a": cells}), KEY)
    save_object(blobs, pd.Series(cells, name="x"), KEY)
    assert len(list(blobs.names())) == 3
    assert same_array(pd.Series(cells).array, pd.Series(cells.copy()).array)
