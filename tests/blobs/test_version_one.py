"""Frames that AutoDash 0.1 stored are still read; the blobs beside this file are its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.blobs import (
    BlobError,
    InMemoryBlobStore,
    load_frame,
    load_object,
    referenced_blobs,
    sweep,
)

KEY = b"k" * 32
STORED = {
    kind: (Path(__file__).parent / "version_one" / f"{kind}.blob").read_bytes()
    for kind in ("arrow", "pickle")
}


@pytest.fixture
def blobs():
    return InMemoryBlobStore()


def test_an_arrow_frame_is_read_exactly_and_without_the_key(blobs):
    expected = pd.DataFrame(
        {"year": [2007, 2008], "species": ["Adelie", None], 7: [0.5, np.nan]},
        index=pd.date_range("2024", periods=2, name="day"),
    )
    name = blobs.put(STORED["arrow"])
    for load in (load_frame, load_object):
        back = load(blobs, name, b"another key")
        pd.testing.assert_frame_equal(back, expected, check_freq=True)
        assert back.attrs == {"source": "a.csv"}


def test_a_signed_frame_is_read_by_who_has_the_key(blobs):
    name = blobs.put(STORED["pickle"])
    assert load_frame(blobs, name, KEY)["a"].tolist() == [[1], {"x": 2}]
    with pytest.raises(BlobError, match="signed by another installation"):
        load_frame(blobs, name, b"another key")


def test_any_change_of_a_signed_frame_is_refused(blobs):
    data = STORED["pickle"]
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        with pytest.raises(BlobError):
            load_frame(blobs, blobs.put(changed), KEY)


def test_a_damaged_arrow_frame_is_an_error_or_a_frame_but_never_a_crash(blobs):
    data = STORED["arrow"]
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 0x41]) + data[position + 1 :]
        for damaged in (changed, data[:position]):
            try:
                assert isinstance(load_frame(blobs, blobs.put(damaged), KEY), pd.DataFrame)
            except BlobError:
                continue


def test_a_sweep_keeps_it_where_it_is_named(blobs):
    kept, dropped = blobs.put(STORED["arrow"]), blobs.put(STORED["pickle"])
    assert referenced_blobs(blobs, kept) == {kept}
    sweep(blobs, [kept], older_than_seconds=0)
    assert kept in blobs
    assert dropped not in blobs
