"""Notes on a frame: which keys fit, what is kept under which, and what the frame may become meanwhile."""

import enum
import math
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import running_redis

from autodash_jupyter.adapters import ContextKeyError, PandasContextAdapter
from autodash_jupyter.errors import AutoDashError, SourceError
from autodash_jupyter.stores import (
    ContextStoreError,
    DatabaseContextStore,
    InMemoryContextStore,
    RedisContextStore,
    ShardManager,
    TinyDBContextStore,
)
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.testing import exactly

NAN = float("nan")


@pytest.fixture(params=["memory", "tinydb", "database", "shards"])
def store(request, tmp_path):
    kinds = {
        "memory": InMemoryContextStore,
        "tinydb": lambda: TinyDBContextStore(tmp_path / "context.json"),
        "database": lambda: DatabaseContextStore(tmp_path / "context.db"),
        "shards": lambda: ShardManager([InMemoryContextStore(), InMemoryContextStore()]),
    }
    with kinds[request.param]() as opened:
        yield opened


@pytest.fixture
def frame():
    return pd.DataFrame({"ColumnA": [1, 2, 3], "ColumnB": [4, 5, 6]})


def run_the_example(store):
    """The example of the Context Store reference, as it is written there."""
    adapter = PandasContextAdapter(
        pd.DataFrame({"ColumnA": [1, 2, 3], "ColumnB": [4, 5, 6]}), context_store=store
    )
    adapter.add_context(("column", "ColumnA"), {"desc": "Integer values"})
    assert adapter.get_context(("column", "ColumnA")) == {"desc": "Integer values"}
    assert store.list_keys() == [("column", "ColumnA")]


def test_the_reference_example_runs(store):
    run_the_example(store)


def test_the_reference_example_runs_with_a_database_in_the_working_folder(working_folder):
    run_the_example(DatabaseContextStore(db_path="context.db"))
    assert (working_folder / "context.db").is_file()


def test_the_reference_example_runs_with_a_real_redis():
    with running_redis() as server:
        run_the_example(RedisContextStore(host="localhost", port=server.port))


def test_each_kind_of_key_keeps_its_own_note(frame, store):
    adapter = PandasContextAdapter(frame, store)
    keys = [("dataframe",), ("column", "ColumnA"), ("row", 1), ("row", 1, "column", "ColumnB")]
    for number, key in enumerate(keys):
        assert adapter.get_context(key) is None
        adapter.remove_context(key)
        adapter.add_context(key, {"number": number})
    assert [adapter.get_context(key) for key in keys] == [{"number": number} for number in range(4)]
    assert adapter.list_context_keys() == store.list_keys() == keys
    adapter.add_context(("row", 1), {"number": "new"})
    adapter.remove_context(("dataframe",))
    assert adapter.get_context(("row", 1)) == {"number": "new"}
    assert adapter.list_context_keys() == keys[1:]


def test_many_notes_are_kept_in_one_call_and_none_if_one_does_not_fit(frame, store):
    adapter = PandasContextAdapter(frame, store)
    adapter.add_contexts({("column", "ColumnA"): {"desc": "a"}, ("row", 0): {"desc": "first"}})
    with pytest.raises(ContextKeyError, match="ColumnC"):
        adapter.add_contexts([(("row", 1), {}), (("column", "ColumnC"), {})])
    with pytest.raises(ContextStoreError, match="a value"):
        adapter.add_contexts([(("row", 1), {}), (("row", 2), {"a": {1}})])
    assert adapter.list_context_keys() == [("column", "ColumnA"), ("row", 0)]


def test_without_a_store_notes_are_in_memory(frame):
    adapter = PandasContextAdapter(frame)
    adapter.add_context(("dataframe",), {"desc": "mine"})
    assert adapter.get_context(("dataframe",)) == {"desc": "mine"}
    assert PandasContextAdapter(frame).get_context(("dataframe",)) is None


def test_a_column_that_is_not_there_is_told_with_the_nearest(frame):
    adapter = PandasContextAdapter(frame)
    with pytest.raises(ContextKeyError) as caught:
        adapter.add_context(("column", "columa"), {})
    assert str(caught.value) == "the frame has no column 'columa'. Did you mean 'ColumnA'?"
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, AutoDashError)
    with pytest.raises(ContextKeyError, match=r"no column 'ColumnBB'\. Did you mean 'ColumnB'"):
        adapter.get_context(("row", 1, "column", "ColumnBB"))
    with pytest.raises(ContextKeyError, match=r"no column 'zzz'\. It has 'ColumnA', 'ColumnB'\."):
        adapter.remove_context(("column", "zzz"))
    with pytest.raises(ContextKeyError, match="It has no columns"):
        PandasContextAdapter(pd.DataFrame()).add_context(("column", "a"), {})
    with pytest.raises(ContextKeyError, match=r"no column '2019'\. Did you mean 2019"):
        PandasContextAdapter(pd.DataFrame({2019: [1]})).add_context(("column", "2019"), {})


def test_a_row_that_is_not_there_is_told_with_those_there_are(frame):
    adapter = PandasContextAdapter(frame)
    for row in (3, -1, "0", 0.5, None, True, NAN):
        with pytest.raises(ContextKeyError, match=r"no row .*the first is 0, the last 2"):
            adapter.add_context(("row", row), {})
    with pytest.raises(ContextKeyError, match="no row 0"):
        PandasContextAdapter(frame.iloc[:0]).add_context(("row", 0), {})


@pytest.mark.parametrize(
    "key",
    [
        *("ColumnA", 1, None, (), ("column",), ("column", "ColumnA", 1), ("columns", "ColumnA"), ("row",)),
        *(("row", 0, "ColumnA"), ("row", 0, "col", "ColumnA"), ("dataframe", 1), ["column", "ColumnA"]),
        *(("column", "ColumnA", "row", 0), (1, "a"), (np.array([1, 2]), 1), ("dataset", "x"), {"a": 1}),
    ],
    ids=repr,
)
def test_what_is_no_key_of_a_note_is_told_how_to_write_one(frame, key):
    adapter = PandasContextAdapter(frame)
    for call in (adapter.get_context, adapter.remove_context, lambda key: adapter.add_context(key, {})):
        with pytest.raises(ContextKeyError, match=r"write \('column', name\)"):
            call(key)


def test_hints_say_what_was_probably_meant(frame):
    adapter = PandasContextAdapter(frame)
    with pytest.raises(ContextKeyError, match=r"Did you mean \('column', 'ColumnA'\)"):
        adapter.add_context("ColumnA", {})
    with pytest.raises(ContextKeyError, match="Did you mean 'column'"):
        adapter.add_context(("columns", "ColumnA"), {})


def test_rows_are_labels_and_stay_with_their_row():
    frame = pd.DataFrame({"a": [3, 1, 2]}, index=["x", "y", "z"])
    adapter = PandasContextAdapter(frame)
    adapter.add_context(("row", "x"), {"desc": "the highest"})
    adapter.df = frame.sort_values("a")
    assert adapter.get_context(("row", "x")) == {"desc": "the highest"}
    with pytest.raises(ContextKeyError, match="no row 0: rows are named by the labels of its index"):
        adapter.add_context(("row", 0), {})
    filtered = PandasContextAdapter(pd.DataFrame({"a": range(5)}).iloc[3:])
    with pytest.raises(ContextKeyError, match="the first is 3, the last 4"):
        filtered.add_context(("row", 0), {})


LABELS = [
    *("a", "", "it's", 'a"b', "a\nb\x00", "😀", 0, 1, -5, 10**30, 1.5, float("inf"), True, None, b"bytes"),
    *((), ("a",), ("a", 1), ("a", ("b", None)), frozenset({"a"}), date(2024, 2, 29), "$date", "column"),
    *(datetime(2024, 2, 29, 12), datetime(2024, 2, 29, tzinfo=UTC), UUID(int=7)),
]


@pytest.mark.parametrize("label", LABELS, ids=repr)
def test_a_label_of_any_kind_that_a_store_can_keep_comes_back_exactly(store, label):
    index = pd.Index([label, "other"], dtype=object, tupleize_cols=False)
    adapter = PandasContextAdapter(pd.DataFrame([[1, 2], [3, 4]], columns=index, index=index), store)
    keys = [("column", label), ("row", label), ("row", label, "column", label)]
    adapter.add_contexts([(key, {"kind": len(key)}) for key in keys])
    assert exactly(adapter.list_context_keys()) == exactly(keys)
    assert [adapter.get_context(key) for key in keys] == [{"kind": 2}, {"kind": 2}, {"kind": 4}]
    assert adapter.stale_keys() == []


def test_labels_that_are_equal_are_one_and_true_is_not_one():
    adapter = PandasContextAdapter(pd.DataFrame([[1, 2]], columns=[0, 1], index=[7]))
    adapter.add_context(("column", np.int64(1)), {"by": "numpy"})
    adapter.add_context(("row", np.uint8(7)), {"by": "numpy"})
    assert exactly(adapter.list_context_keys()) == exactly([("column", 1), ("row", 7)])
    assert adapter.get_context(("column", 1.0)) == adapter.get_context(("row", 7.0)) == {"by": "numpy"}
    for key in (("column", True), ("column", "1"), ("row", "7"), ("row", 7, "column", False)):
        with pytest.raises(ContextKeyError):
            adapter.get_context(key)
    both = pd.Index([True, 1, "1"], dtype=object)
    adapter = PandasContextAdapter(pd.DataFrame([[1, 2, 3]] * 3, columns=both, index=both))
    keys = [(kind, label) for label in both for kind in ("column", "row")]
    adapter.add_contexts([(key, {"number": number}) for number, key in enumerate(keys)])
    assert [adapter.get_context(key) for key in keys] == [{"number": number} for number in range(6)]


def test_times_are_kept_as_datetimes():
    days = pd.date_range("2024-01-01", periods=3)
    adapter = PandasContextAdapter(pd.DataFrame([[1, 2, 3]] * 3, columns=days, index=days))
    adapter.add_context(("column", pd.Timestamp("2024-01-02")), {"desc": "holiday"})
    adapter.add_context(("row", np.datetime64("2024-01-03")), {"desc": "monday"})
    assert exactly(adapter.list_context_keys()) == exactly(
        [("column", datetime(2024, 1, 2)), ("row", datetime(2024, 1, 3))]
    )
    assert adapter.get_context(("column", datetime(2024, 1, 2))) == {"desc": "holiday"}
    for key in (("row", "2024-01-03"), ("row", "2024"), ("column", "2024-01-02"), ("row", pd.NaT)):
        with pytest.raises(ContextKeyError):
            adapter.get_context(key)


def test_labels_that_no_store_can_keep_are_told():
    odd = pd.Index([pd.Timestamp("2024-01-01 00:00:00.000000001")])
    spans = pd.interval_range(0, 2)
    frame = pd.DataFrame([[1, 2]], columns=spans, index=odd)
    adapter = PandasContextAdapter(frame)
    with pytest.raises(ContextKeyError, match=r"no store can keep the row label .*reset_index"):
        adapter.add_context(("row", odd[0]), {})
    with pytest.raises(ContextKeyError, match="column"):
        adapter.add_context(("column", spans[0]), {})
    with pytest.raises(ContextKeyError, match="column"):
        adapter.add_context(("column", 0.5), {})
    adapter.add_context(("dataframe",), {})
    assert adapter.stale_keys() == []


def test_columns_and_rows_of_several_levels_are_tuples():
    columns = pd.MultiIndex.from_product([["a", "b"], [1, NAN]])
    rows = pd.MultiIndex.from_tuples([("x", 1), ("x", 2), ("y", 1)])
    adapter = PandasContextAdapter(pd.DataFrame(np.zeros((3, 4)), columns=columns, index=rows))
    adapter.add_context(("column", ("a", 1)), {})
    adapter.add_context(("column", ("b", NAN)), {})
    adapter.add_context(("row", ("x", np.int64(2))), {})
    assert len(adapter.list_context_keys()) == 3
    for key in (("column", "a"), ("column", ("a",)), ("row", "x"), ("row", ("x",)), ("row", ("x", True))):
        with pytest.raises(ContextKeyError):
            adapter.add_context(key, {})


def test_equal_names_and_labels_share_their_note():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"], index=["x", "x"])
    adapter = PandasContextAdapter(frame)
    adapter.add_context(("column", "a"), {"desc": "both"})
    adapter.add_context(("row", "x", "column", "a"), {"desc": "all four"})
    assert adapter.list_context_keys() == [("column", "a"), ("row", "x", "column", "a")]


def test_a_missing_value_is_a_label_too():
    frame = pd.DataFrame([[1, 2]], columns=pd.Index([None, NAN], dtype=object), index=[NAN])
    adapter = PandasContextAdapter(frame)
    adapter.add_context(("column", None), {"desc": "none"})
    adapter.add_context(("column", NAN), {"desc": "nan"})
    adapter.add_context(("row", NAN), {"desc": "row"})
    assert adapter.get_context(("column", None)) == {"desc": "none"}
    assert adapter.get_context(("column", math.nan)) == {"desc": "nan"}
    assert adapter.get_context(("row", math.nan)) == {"desc": "row"}


def test_a_name_may_be_the_member_of_an_enum(frame):
    class Name(enum.StrEnum):
        A = "ColumnA"

    adapter = PandasContextAdapter(frame)
    adapter.add_context(("column", Name.A), {})
    assert exactly(adapter.list_context_keys()) == exactly([("column", "ColumnA")])


def test_a_column_that_is_renamed_leaves_its_note_to_be_seen_read_and_removed(frame, store):
    adapter = PandasContextAdapter(frame, store)
    adapter.add_contexts([(("column", "ColumnA"), {"desc": "old"}), (("row", 2), {}), (("dataframe",), {})])
    frame.columns = ["New", "ColumnB"]
    frame.index = [0, 1, 9]
    adapter.add_context(("column", "New"), {"desc": "new"})
    assert adapter.stale_keys() == [("column", "ColumnA"), ("row", 2)]
    assert adapter.get_context(("column", "ColumnA")) == {"desc": "old"}
    with pytest.raises(ContextKeyError, match="no column 'ColumnA'"):
        adapter.add_context(("column", "ColumnA"), {})
    adapter.remove_context(("column", "ColumnA"))
    adapter.remove_context(("row", 2))
    assert adapter.list_context_keys() == [("dataframe",), ("column", "New")]
    with pytest.raises(ContextKeyError, match="no column 'ColumnA'"):
        adapter.get_context(("column", "ColumnA"))


def test_notes_on_several_frames_share_a_store_by_their_ids(frame, store):
    store.set(("dataset", "sample_1"), {"name": "not a note"})
    plain = PandasContextAdapter(frame, store)
    one = PandasContextAdapter(frame, store, dataset_id="one")
    other = PandasContextAdapter(frame, store, dataset_id="other")
    key = ("column", "ColumnA")
    for number, adapter in enumerate((plain, one, other)):
        adapter.add_context(key, {"number": number})
    assert [adapter.get_context(key) for adapter in (plain, one, other)] == [{"number": n} for n in range(3)]
    assert plain.list_context_keys() == one.list_context_keys() == other.list_context_keys() == [key]
    one.remove_context(key)
    assert (plain.get_context(key), other.get_context(key)) == ({"number": 0}, {"number": 2})
    assert store.get(("dataset", "sample_1")) == {"name": "not a note"}
    assert ("notes", "other", *key) in store.list_keys()


def test_notes_are_on_pandas_frames_only():
    with pytest.raises(SourceError, match="not on a list"):
        PandasContextAdapter([1, 2])


label_kinds = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3)),
    *(st.dates(), st.datetimes(), st.uuids(), st.tuples(st.text(max_size=2), st.integers())),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.filterwarnings("error")
@given(st.lists(label_kinds, min_size=1, max_size=5), st.data())
def test_every_label_of_a_frame_takes_a_note_and_gives_it_back(labels, data):
    index = pd.Index(labels, dtype=object, tupleize_cols=False)
    frame = pd.DataFrame(np.zeros((len(labels), len(labels))), columns=index, index=index)
    adapter = PandasContextAdapter(frame)
    column, row = data.draw(st.sampled_from(labels)), data.draw(st.sampled_from(labels))
    for key in (("column", column), ("row", row), ("row", row, "column", column)):
        adapter.add_context(key, {"len": len(key)})
        assert adapter.get_context(key) == {"len": len(key)}
    assert len(adapter.list_context_keys()) == 3
    assert adapter.stale_keys() == []
    assert key_address(adapter.list_context_keys()[0]) == key_address(("column", column))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.filterwarnings("error")
@given(label_kinds)
def test_a_label_that_is_not_in_the_frame_is_always_a_context_key_error(label):
    for index in (
        pd.RangeIndex(2),
        pd.date_range("2024", periods=2),
        pd.Index(["a", "zz"]),
        pd.Index([0.5, 2]),
    ):
        adapter = PandasContextAdapter(pd.DataFrame(np.zeros((2, 2)), columns=index, index=index))
        if any(type(label) is not bool and label == each for each in index):
            continue
        for key in (("column", label), ("row", label)):
            with pytest.raises(ContextKeyError) as caught:
                adapter.add_context(key, {})
            assert "\n" not in str(caught.value)
