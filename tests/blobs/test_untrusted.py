"""What comes from a stranger, or from a bad disk, is an error: nothing is executed, and nothing crashes."""

import contextlib
import json
import pickle
import random
import threading

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.blobs import (
    BlobError,
    DamagedColumnsError,
    InMemoryBlobStore,
    load_frame,
    load_object,
    referenced_blobs,
    save_frame,
    save_object,
)
from autodash_jupyter.blobs.pickles import FIRST_LINE, sign

KEY = b"k" * 32
LONG = np.random.default_rng(0).random(5_000)
exploded = []


class Bomb:
    """Unpickled, it calls ``exploded.append``."""

    def __reduce__(self):
        return record_explosion, ("boom",)


def record_explosion(text):
    exploded.append(text)


@pytest.fixture
def blobs():
    return InMemoryBlobStore()


def manifest_of(content, tail=b""):
    return b"autodash-frame 2 manifest\n" + json.dumps(content).encode() + b"\n" + tail


def various_frame():
    return pd.DataFrame(
        {
            "number": [1, 2],
            "text": ["x", None],
            "kind": pd.Categorical(["b", "a"]),
            "when": pd.date_range("2024", periods=2, tz="Europe/Berlin"),
            "part": pd.array([1, None], dtype="Int8"),
            "list": [[1], {"x": 2}],
            "bytes": [b"x", None],
            "month": pd.period_range("2024", periods=2, freq="M"),
            "range": pd.interval_range(0, 2),
            "arrow": pd.array([1, None], dtype="int64[pyarrow]"),
        },
        index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]),
    )


def test_a_hostile_pickle_is_never_executed(blobs):
    hostile = pickle.dumps(Bomb())
    pickle.loads(hostile)
    assert exploded.pop() == "boom"
    for signature in (b"", b"\0" * 32, KEY):
        for part in (hostile, signature + hostile, FIRST_LINE + signature + hostile):
            whole = {"kind": "pickle", "parts": [{"at": [0, len(part)]}]}
            cell = {
                "kind": "frame",
                "index": {"pickled": "x"},
                "labels": {"labels": ["a"], "dtype": "object", "names": [None]},
                "columns": [{"pickled": "x"}],
                "attrs": {"pickled": "x"},
                "allows_duplicate_labels": True,
                "pickles": {"x": 0},
                "parts": [{"at": [0, len(part)]}],
            }
            for data in (part, manifest_of(whole, part), manifest_of(cell, part)):
                for load in (load_frame, load_object):
                    with pytest.raises(BlobError):
                        load(blobs, blobs.put(data), KEY)
    assert exploded == []


def test_what_another_installation_signed_is_never_executed(blobs):
    frame = pd.DataFrame({"a": [Bomb()], "b": [1]})
    name = save_frame(blobs, frame, b"another key")
    with pytest.raises(BlobError, match=r"signed by another installation.*AUTODASH_SIGNING_KEY"):
        load_frame(blobs, name, KEY)
    assert load_frame(blobs, name, KEY, skip_damaged=True).columns.tolist() == ["b"]
    assert exploded == []
    load_frame(blobs, name, b"another key")
    assert exploded.pop() == "boom"
    with pytest.raises(BlobError, match="signed by another installation"):
        load_object(blobs, save_object(blobs, [1], b"another key"), KEY)


def test_a_frame_in_arrow_needs_no_key(blobs):
    frame = various_frame().drop(columns="list")
    pd.testing.assert_frame_equal(load_frame(blobs, save_frame(blobs, frame, KEY), b"another"), frame)


def test_any_change_of_a_signed_pickle_is_refused(blobs):
    data = b"".join(sign(pickle.dumps([1]), KEY))
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        manifest = manifest_of({"kind": "pickle", "parts": [{"at": [0, len(data)]}]}, changed)
        with pytest.raises(BlobError):
            load_object(blobs, blobs.put(manifest), KEY)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_manifest_with_any_byte_changed_is_an_error_or_a_frame_but_never_a_crash(blobs):
    name = save_frame(blobs, various_frame(), KEY)
    data, chance = blobs.get(name), random.Random(0)
    for position in range(chance.randrange(3), len(data), 3):
        byte = bytes([data[position] ^ chance.choice([1, 0x10, 0x41, 0x80])])
        changed = data[:position] + byte + data[position + 1 :]
        with contextlib.suppress(BlobError):
            assert isinstance(load_frame(blobs, blobs.put(changed), KEY), pd.DataFrame)
        if position % 16 < 3:
            with pytest.raises(BlobError):
                load_frame(blobs, blobs.put(data[: min(position, len(data) - 1)]), KEY)


NOTHINGS = [None, -1, 10**9, 10**30, "", "x", "object", [], {}, [None], {"a": 1}, 0.5, True, {"$str": 1}]


def places(node, way=()):
    yield way
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, item in items:
        yield from places(item, (*way, name))


@pytest.mark.slow
def test_a_manifest_with_any_value_exchanged_is_an_error_or_a_frame_but_never_a_crash(blobs):
    data = blobs.get(save_frame(blobs, various_frame(), KEY))
    line, text, tail = data.split(b"\n", 2)
    chance = random.Random(0)
    for way in list(places(json.loads(text))):
        for value in chance.sample(NOTHINGS, 5):
            content = json.loads(text)
            node = content
            for name in way[:-1]:
                node = node[name]
            if way:
                node[way[-1]] = value
            else:
                content = value
            changed = b"\n".join([line, json.dumps(content).encode(), tail])
            for load in (load_frame, load_object):
                try:
                    load(blobs, blobs.put(changed), KEY)
                except BlobError:
                    continue


def test_deep_nesting_is_an_error(blobs):
    deep = b'{"kind":' + b"[" * 100_000 + b"]" * 100_000 + b',"parts":[]}'
    with pytest.raises(BlobError, match="damaged"):
        load_frame(blobs, blobs.put(b"autodash-frame 2 manifest\n" + deep + b"\n"), KEY)
    for node in ({"values": None}, {"categories": None, "ordered": False, "cells": 0}):
        index = {"range": [0, 1, 1], "names": [None]}
        for _ in range(300):
            index = {**node, next(iter(node)): index, "frequency": None, "names": [None]}
        content = {"kind": "index", "index": index, "parts": []}
        with pytest.raises(BlobError):
            load_object(blobs, blobs.put(manifest_of(content)), KEY)


def test_a_newer_version_is_refused(blobs):
    data = blobs.get(save_frame(blobs, various_frame(), KEY))
    newer = data.replace(b"autodash-frame 2 ", b"autodash-frame 3 ", 1)
    with pytest.raises(BlobError, match="newer version"):
        load_frame(blobs, blobs.put(newer), KEY)
    with pytest.raises(BlobError, match="newer version"):
        referenced_blobs(blobs, blobs.put(newer))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"a,b\n1,2\n", b"autodash-frame\n", b"autodash-frame x arrow\n"]
)
def test_bytes_that_are_no_frame_are_refused(blobs, data):
    with pytest.raises(BlobError, match="holds no frame"):
        load_frame(blobs, blobs.put(data), KEY)


def test_an_object_that_is_no_frame_is_refused_as_one(blobs):
    for value in ([1], pd.Series([1]), np.arange(3)):
        with pytest.raises(BlobError, match="holds no frame"):
            load_frame(blobs, save_object(blobs, value, KEY), KEY)


@pytest.fixture
def damaged(blobs):
    """A frame of which the blobs of two columns are lost."""
    frame = pd.DataFrame({"a": LONG, "b": LONG + 1, "c": LONG + 2, "d": range(len(LONG))})
    name = save_frame(blobs, frame, KEY)
    parts = json.loads(blobs.get(name).split(b"\n")[1])["parts"]
    for position in (0, 2):
        blobs.delete(parts[position]["blob"])
    return name, frame


def test_damaged_columns_are_named_and_the_others_stay_readable(blobs, damaged):
    name, frame = damaged
    with pytest.raises(
        DamagedColumnsError, match=r"'a', 'c' .*missing.*the other 2 columns.*skip_damaged"
    ) as caught:
        load_frame(blobs, name, KEY)
    assert caught.value.labels == ("a", "c")
    pd.testing.assert_frame_equal(load_frame(blobs, name, KEY, skip_damaged=True), frame[["b", "d"]])


def test_a_damaged_index_becomes_row_numbers(blobs):
    frame = pd.DataFrame({"a": LONG}, index=LONG * 2)
    name = save_frame(blobs, frame, KEY)
    blobs.delete(json.loads(blobs.get(name).split(b"\n")[1])["parts"][0]["blob"])
    with pytest.raises(DamagedColumnsError, match="its index"):
        load_frame(blobs, name, KEY)
    rest = load_frame(blobs, name, KEY, skip_damaged=True)
    pd.testing.assert_frame_equal(rest, frame.reset_index(drop=True))


def test_a_column_of_arrow_bytes_with_any_byte_changed_never_crashes(blobs):
    # The checksum finds this on a disk; a stranger can name the changed bytes as they are.
    for column in (["x", "yy", None], pd.Categorical(["b", "a", "b"]), [1.5, 2.5, None], [b"x", b"", None]):
        name = save_object(blobs, pd.Series(column), KEY)
        line, text, tail = blobs.get(name).split(b"\n", 2)
        for position in range(len(tail)):
            changed = tail[:position] + bytes([tail[position] ^ 0xFF]) + tail[position + 1 :]
            try:
                repr(load_object(blobs, blobs.put(b"\n".join([line, text, changed])), KEY))
            except BlobError:
                continue


def test_what_only_lives_in_memory_is_one_line_that_names_the_column(blobs):
    with pytest.raises(BlobError, match=r"^column 0 can't be stored \(TypeError\): it holds"):
        save_frame(blobs, pd.DataFrame({"lock": [threading.Lock()]}), KEY)
    with pytest.raises(BlobError, match=r"^this generator can't be stored"):
        save_object(blobs, (number for number in range(3)), KEY)
