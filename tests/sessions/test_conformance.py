"""What every store of sessions does alike with tables: in memory, in files, on Redis, on a cluster."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from session_backends import head, numbers

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.sessions import (
    SessionConflictError,
    SessionError,
    UnknownTableError,
)

pytestmark = pytest.mark.usefixtures("all_fetched")

AWKWARD = pd.DataFrame(
    {
        "text": ["a", None, "ü", ""],
        "date": pd.to_datetime(["2024-02-29", None, "1999-12-31", "2030-01-01"]),
        "zoned": pd.to_datetime(["2024-02-29", None, "1999-12-31", "2030-01-01"]).tz_localize(
            "Europe/Berlin"
        ),
        "count": pd.array([1, None, 2**60, -1], dtype="Int64"),
        "share": [0.5, float("nan"), float("inf"), -0.0],
        "kind": pd.Categorical(["x", None, "y", "x"]),
        "cells": [[1, 2], {"a": 1}, None, "mixed"],
    },
    index=pd.Index([10, 20, 30, 40], name="row"),
)


def test_a_table_comes_back_as_it_was_put(sessions, session_id):
    told = sessions.initialize_table(session_id, AWKWARD, "t", source={"path": "a.csv", "rows": 4})
    assert (told.name, told.rows, told.columns, told.version) == ("t", 4, 7, 1)
    assert told.source == {"path": "a.csv", "rows": 4}
    loaded = sessions.load_current_dataframe(session_id, "t")
    assert_frame_equal(loaded, AWKWARD)
    assert sessions.list_tables(session_id) == [told]


def test_what_is_loaded_is_the_callers_own(sessions, session_id):
    frame = AWKWARD.assign(cells=[[1, 2], {"a": 1}, None, "mixed"])
    sessions.initialize_table(session_id, frame, "t")
    frame["cells"].iloc[0].append(3)
    frame.loc[10, "share"] = 9
    loaded = sessions.load_current_dataframe(session_id, "t")
    loaded["cells"].iloc[0].append(4)
    loaded.loc[20, "share"] = 9
    again = sessions.load_current_dataframe(session_id, "t")
    assert again["cells"].iloc[0] == [1, 2]
    assert again["share"].iloc[0] == 0.5
    assert pd.isna(again["share"].iloc[1])


def test_two_undos_and_two_redos_go_back_and_forth_in_order(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    sessions.commit_dataframe(session_id, "t", numbers(3), head(3))
    for step, rows, undone in (("undo", 4, 3), ("undo", 5, 4), ("redo", 4, 4), ("redo", 3, 3)):
        operation, table = getattr(sessions, step)(session_id, "t")
        assert (operation.params["rows"], table.rows) == (undone, rows)
        assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(rows))


def test_there_is_an_end_to_undo_and_to_redo(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    with pytest.raises(NothingToRestoreError, match="nothing to undo in 't'"):
        sessions.undo(session_id, "t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    with pytest.raises(NothingToRestoreError, match="nothing to redo in 't'"):
        sessions.redo(session_id, "t")
    sessions.undo(session_id, "t")
    with pytest.raises(NothingToRestoreError):
        sessions.undo(session_id, "t")
    assert len(sessions.load_current_dataframe(session_id, "t")) == 5


def test_a_new_operation_empties_what_could_be_redone_and_the_log_stays_whole(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    sessions.commit_dataframe(session_id, "t", numbers(3), head(3))
    sessions.undo(session_id, "t")
    sessions.undo(session_id, "t")
    sessions.redo(session_id, "t")
    sessions.commit_dataframe(session_id, "t", numbers(1), head(1))
    with pytest.raises(NothingToRestoreError):
        sessions.redo(session_id, "t")
    log = sessions.operations(session_id, "t")
    assert [(each.operation.params["rows"], each.undone) for each in log] == [
        (4, False),
        (3, True),
        (1, False),
    ]
    assert [each.position for each in log] == [0, 1, 2]
    assert log[2].operation.rows_before == 4
    sessions.undo(session_id, "t")
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(4))


def test_fifty_states_are_kept_and_every_operation(sessions, session_id):
    sessions.initialize_table(session_id, numbers(1), "t")
    for count in range(2, 56):
        sessions.commit_dataframe(session_id, "t", numbers(count), head(count))
    assert len(sessions.operations(session_id, "t")) == 54
    for count in range(54, 4, -1):
        assert sessions.undo(session_id, "t")[1].rows == count
    with pytest.raises(NothingToRestoreError, match="last 50 states"):
        sessions.undo(session_id, "t")
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(5))
    for count in range(6, 56):
        assert sessions.redo(session_id, "t")[1].rows == count
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(55))


def test_three_tables_are_independent(sessions, session_id):
    for name in ("a", "b", "c"):
        sessions.initialize_table(session_id, numbers(3), name)
    sessions.commit_dataframe(session_id, "a", numbers(1), head(1))
    sessions.commit_dataframe(session_id, "b", numbers(2), head(2))
    sessions.undo(session_id, "a")
    assert [table.rows for table in sessions.list_tables(session_id)] == [3, 2, 3]
    assert [len(sessions.operations(session_id, name)) for name in ("a", "b", "c")] == [1, 1, 0]
    with pytest.raises(NothingToRestoreError):
        sessions.undo(session_id, "c")
    assert sessions.redo(session_id, "a")[1].rows == 1


def test_a_change_made_from_an_older_version_is_refused_and_changes_nothing(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    frame, version = sessions.load(session_id, "t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4), expected_version=version)
    with pytest.raises(SessionConflictError, match=r"version 2.*from version 1") as caught:
        sessions.commit_dataframe(session_id, "t", frame.head(1), head(1), expected_version=version)
    assert (caught.value.expected, caught.value.found) == (1, 2)
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(4))
    assert len(sessions.operations(session_id, "t")) == 1


def test_going_back_and_forth_is_no_old_version_again(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    _, version = sessions.load(session_id, "t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    sessions.undo(session_id, "t")
    with pytest.raises(SessionConflictError):
        sessions.commit_dataframe(session_id, "t", numbers(1), head(1), expected_version=version)


def test_a_table_put_under_a_name_that_is_taken_can_be_undone(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), source={"path": "a.csv"})
    told = sessions.initialize_table(session_id, numbers(2), source={"path": "b.csv"}, actor="agent")
    assert (told.rows, told.source) == (2, {"path": "b.csv"})
    operation, table = sessions.undo(session_id)
    assert (operation.action, operation.actor, table.rows) == ("initialize_table", "agent", 5)
    assert_frame_equal(sessions.load_current_dataframe(session_id), numbers(5))


def test_an_operation_may_be_a_dict(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    given = {
        "action": "filter",
        "where": "number > 3",
        "since": pd.Timestamp("2024-01-01"),
        "share": float("nan"),
    }
    sessions.commit_dataframe(session_id, "t", numbers(1), given)
    operation = sessions.operations(session_id, "t")[0].operation
    assert operation.action == "filter"
    assert operation.params == {"where": "number > 3", "since": "2024-01-01T00:00:00", "share": "nan"}
    assert (operation.rows_before, operation.rows_after) == (5, 1)
    for wrong in ({}, {"action": ""}, {"action": 7}, {"action": "x", "actor": 7}, "head", None):
        with pytest.raises(SessionError, match="operation"):
            sessions.commit_dataframe(session_id, "t", numbers(1), wrong)
    assert len(sessions.operations(session_id, "t")) == 1


def test_a_renamed_table_keeps_its_operations_and_its_undo(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "a")
    sessions.initialize_table(session_id, numbers(9), "b")
    sessions.set_metadata(session_id, "context", "what it means", table="a")
    for rows in (4, 3, 2):
        sessions.commit_dataframe(session_id, "a", numbers(rows), head(rows))
    sessions.undo(session_id, "a")
    assert sessions.rename_table(session_id, "a", "c").rows == 3
    assert [table.name for table in sessions.list_tables(session_id)] == ["c", "b"]
    with pytest.raises(UnknownTableError, match="no table 'a'"):
        sessions.load_current_dataframe(session_id, "a")
    assert len(sessions.operations(session_id, "c")) == 3
    assert sessions.get_metadata(session_id, "context", table="c") == "what it means"
    assert sessions.redo(session_id, "c")[1].rows == 2
    for rows in (3, 4, 5):
        assert sessions.undo(session_id, "c")[1].rows == rows
    assert_frame_equal(sessions.load_current_dataframe(session_id, "c"), numbers(5))
    with pytest.raises(SessionError, match="has a table 'b' already"):
        sessions.rename_table(session_id, "c", "b")


def test_a_removed_table_leaves_nothing_to_a_new_one_of_its_name(sessions, session_id):
    sessions.initialize_table(session_id, numbers(5), "t")
    sessions.set_metadata(session_id, "context", "old", table="t")
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    sessions.remove_table(session_id, "t")
    assert sessions.list_tables(session_id) == []
    with pytest.raises(UnknownTableError):
        sessions.undo(session_id, "t")
    sessions.initialize_table(session_id, numbers(2), "t")
    assert sessions.operations(session_id, "t") == []
    assert sessions.get_metadata(session_id, "context", table="t") is None
    with pytest.raises(NothingToRestoreError):
        sessions.undo(session_id, "t")


def test_tables_are_copied_from_session_to_session_under_new_names(sessions, session_id):
    for name, rows in (("a", 3), ("b", 4)):
        sessions.initialize_table(session_id, numbers(rows), name, source={"path": name})
    sessions.commit_dataframe(session_id, "a", numbers(1), head(1))
    sessions.set_metadata(session_id, "context", "what it means", table="a")
    other = sessions.create()
    copied = sessions.copy_tables(session_id, other, {"a": "x", "b": "b"})
    assert [(table.name, table.rows, table.source) for table in copied] == [
        ("x", 1, {"path": "a"}),
        ("b", 4, {"path": "b"}),
    ]
    sessions.commit_dataframe(other, "b", numbers(2), head(2))
    assert len(sessions.load_current_dataframe(session_id, "b")) == 4
    assert sessions.operations(other, "x") == []
    assert sessions.get_metadata(other, "context", table="x") == "what it means"
    assert len(sessions.copy_tables(session_id, sessions.create())) == 2


def test_a_copy_that_would_hide_a_table_copies_none(sessions, session_id):
    for name in ("a", "b"):
        sessions.initialize_table(session_id, numbers(3), name)
    other = sessions.create()
    sessions.initialize_table(other, numbers(9), "b")
    with pytest.raises(SessionError, match="has a table 'b' already"):
        sessions.copy_tables(session_id, other)
    with pytest.raises(SessionError, match="same name"):
        sessions.copy_tables(session_id, other, {"a": "x", "b": "x"})
    with pytest.raises(UnknownTableError, match="'aa'"):
        sessions.copy_tables(session_id, other, ["a", "aa"])
    assert [(table.name, table.rows) for table in sessions.list_tables(other)] == [("b", 9)]


def test_notes_are_kept_on_sessions_and_tables(sessions, session_id):
    sessions.initialize_table(session_id, numbers(3), "t")
    sessions.set_metadata(session_id, "title", {"text": "Quarterly"})
    sessions.set_metadata(session_id, "context", "one row is a sale" * 1_000, table="t")
    sessions.set_metadata(session_id, "title:t", "no other")
    assert sessions.get_metadata(session_id, "title") == {"text": "Quarterly"}
    assert sessions.get_metadata(session_id, "context", table="t") == "one row is a sale" * 1_000
    assert sessions.get_metadata(session_id, "context") is None
    sessions.set_metadata(session_id, "title", None)
    assert sessions.get_metadata(session_id, "title") is None
    assert sessions.get_metadata(session_id, "title:t") == "no other"
