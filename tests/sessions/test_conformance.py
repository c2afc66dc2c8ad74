"""What every store of sessions does alike: in memory, in files, on Redis, on a cluster."""

import time
import uuid

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions import (
    InvalidSessionIdError,
    SessionConflictError,
    SessionError,
    TableSessions,
    UnknownSessionError,
    UnknownTableError,
)
from autodash_jupyter.sessions.redis import cells
from autodash_jupyter.sessions.redis.recent import RecentCells
from autodash_jupyter.settings import Settings


@pytest.fixture(autouse=True)
def _nothing_recent(monkeypatch, request):
    """Let all be fetched from Redis, also what this process sent; and on a cluster, column by column."""
    monkeypatch.setattr(RecentCells, "get", lambda self, content: None)
    if "[cluster" in request.node.name:
        monkeypatch.setattr(cells, "APART_FROM", 1)


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


def numbers(count, first=0):
    return pd.DataFrame({"number": range(first, first + count)})


def head(rows):
    return Operation(action="head", params={"rows": rows}, change_summary=f"kept {rows} rows")


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


def test_an_id_may_be_given_and_must_be_a_uuid(sessions):
    wanted = str(uuid.uuid4())
    assert sessions.create(wanted.upper()) == wanted
    assert sessions.create(wanted) == wanted
    assert sessions.exists(wanted)
    assert not sessions.exists(str(uuid.uuid4()))
    for wrong in ("", "x", "*", f"{wanted}:t", f"{{{wanted}}}", wanted.replace("-", ""), 7, None):
        with pytest.raises(InvalidSessionIdError, match="give a UUID"):
            sessions.load_current_dataframe(wrong, "t")


def test_an_unknown_session_names_the_callers_own_and_the_nearest(sessions, settings):
    first, second = sessions.create(), sessions.create()
    strangers = TableSessions(f"bob-{uuid.uuid4().hex}", settings)
    secret = strangers.create()
    almost = first[:-1] + ("0" if first[-1] != "0" else "1")
    with pytest.raises(UnknownSessionError) as caught:
        sessions.list_tables(almost)
    assert f"Did you mean '{first}'" in str(caught.value)
    assert second in str(caught.value)
    assert secret not in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(UnknownSessionError, match="You have no live sessions"):
        TableSessions(f"eve-{uuid.uuid4().hex}", settings).list_tables(almost)


def test_another_users_session_is_as_one_that_is_not_there(sessions, session_id, settings, user):
    sessions.initialize_table(session_id, numbers(3), "t")
    for other in (f"bob-{uuid.uuid4().hex}", user.upper(), 7):
        stranger = TableSessions(other, settings)
        with pytest.raises(UnknownSessionError):
            stranger.load_current_dataframe(session_id, "t")
        with pytest.raises(UnknownSessionError):
            stranger.commit_dataframe(session_id, "t", numbers(1), head(1))
        with pytest.raises(UnknownSessionError):
            stranger.initialize_table(session_id, numbers(1), "mine")
        with pytest.raises(UnknownSessionError):
            stranger.create(session_id)
        with pytest.raises(UnknownSessionError):
            stranger.delete(session_id)
        with pytest.raises(UnknownSessionError):
            stranger.copy_tables(session_id, stranger.create())
        assert session_id not in [session.session_id for session in stranger.live()]
    assert [table.name for table in sessions.list_tables(session_id)] == ["t"]


def test_a_number_and_its_text_are_two_users(settings):
    number = int(uuid.uuid4())
    session_id = TableSessions(str(number), settings).create()
    assert not TableSessions(number, settings).exists(session_id)
    assert TableSessions(str(number), settings).exists(session_id)


def test_live_sessions_are_listed_with_the_time_they_have_left(sessions):
    first, second = sessions.create(), sessions.create()
    sessions.initialize_table(first, numbers(3), "t")
    listed = {session.session_id: session for session in sessions.live()}
    assert set(listed) == {first, second}
    assert listed[first].tables == ("t",)
    assert 86_000 < listed[second].seconds_left <= 86_400
    sessions.delete(first)
    assert [session.session_id for session in sessions.live()] == [second]
    with pytest.raises(UnknownSessionError):
        sessions.load_current_dataframe(first, "t")


def test_a_session_expires_when_nobody_uses_it(short_lived, user):
    sessions = TableSessions(user, short_lived)
    used, unused = sessions.create(), sessions.create()
    for session_id in (used, unused):
        sessions.initialize_table(session_id, numbers(3), "t")
        sessions.commit_dataframe(session_id, "t", numbers(2), head(2))
    until = time.monotonic() + 20
    while unused in [session.session_id for session in sessions.live()] and time.monotonic() < until:
        time.sleep(0.2)
        assert len(sessions.load_current_dataframe(used, "t")) == 2
    with pytest.raises(UnknownSessionError, match=f"Live: {used}"):
        sessions.load_current_dataframe(unused, "t")
    assert sessions.undo(used, "t")[1].rows == 3
    sessions.create(unused)
    assert sessions.list_tables(unused) == []


@pytest.mark.parametrize(
    "names",
    [
        ("a:data", "a", "data", "metadata", "history", "a:history:0", "a:history", "operations"),
        ("*", "?", "[a]", "a*", "%2A", "%", "a%3Adata", "%~0", "{a}", "}{"),
        ("ü", "u\u0308", "表", "😀", "a\nb", "a b", " a", "\x00", "'; DROP TABLE x; --", "../../x"),
        ("x" * 10_000, "x" * 10_001, "y" * 10_000, "表" * 10_000),
        ("undo_stack", "redo_stack", "history_index", ":", "::", ":upload", ":done", "tables", "note:"),
    ],
)
def test_hostile_names_are_names_as_any_other(sessions, session_id, names):
    for count, name in enumerate(names):
        sessions.initialize_table(session_id, numbers(count), name)
    for count, name in enumerate(names):
        sessions.commit_dataframe(session_id, name, numbers(count + 20), head(count))
    assert [table.name for table in sessions.list_tables(session_id)] == list(names)
    for count, name in enumerate(names):
        assert len(sessions.load_current_dataframe(session_id, name)) == count + 20
        assert sessions.undo(session_id, name)[1].rows == count
        assert [each.operation.params["rows"] for each in sessions.operations(session_id, name)] == [count]
    sessions.remove_table(session_id, names[0])
    for count, name in list(enumerate(names))[1:]:
        assert_frame_equal(sessions.load_current_dataframe(session_id, name), numbers(count))


@pytest.mark.parametrize("name", ["", " ", None, 7, "\ud800"])
def test_what_is_no_name_is_refused(sessions, session_id, name):
    with pytest.raises(SessionError, match="name"):
        sessions.initialize_table(session_id, numbers(1), name)
    assert sessions.list_tables(session_id) == []


def test_an_unknown_table_names_the_nearest(sessions, session_id):
    sessions.initialize_table(session_id, numbers(3), "sales")
    with pytest.raises(UnknownTableError, match="Did you mean 'sales'"):
        sessions.load_current_dataframe(session_id, "sale")
    with pytest.raises(UnknownTableError) as caught:
        sessions.load_current_dataframe(session_id, "x" * 10_000)
    assert len(str(caught.value)) < 300


def test_a_frame_that_cannot_be_stored_changes_nothing(sessions, session_id, tmp_path):
    sessions.initialize_table(session_id, numbers(3), "t")
    with (tmp_path / "open").open("w") as file, pytest.raises(Exception, match="can't be stored"):
        sessions.commit_dataframe(session_id, "t", pd.DataFrame({"file": [file]}), head(1))
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(3))
    assert sessions.operations(session_id, "t") == []


def test_the_settings_name_the_user(settings, tmp_path):
    sessions = TableSessions(settings=Settings(tmp_path, user_id="from-settings", storage_backend="memory"))
    assert sessions.user_id == "from-settings"
