"""Whose a session is, how long it lives, and what it and its tables may be called, in every store."""

import time
import uuid

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from session_backends import head, numbers

from autodash_jupyter.sessions import (
    InvalidSessionIdError,
    SessionError,
    TableSessions,
    UnknownSessionError,
    UnknownTableError,
)
from autodash_jupyter.settings import Settings

pytestmark = pytest.mark.usefixtures("all_fetched")


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


def test_a_stranger_with_the_id_learns_only_that_it_is_not_theirs(sessions, session_id, settings):
    stranger = TableSessions(f"eve-{uuid.uuid4().hex}", settings)
    with pytest.raises(UnknownSessionError) as known:
        stranger.list_tables(session_id)
    unused = str(uuid.uuid4())
    with pytest.raises(UnknownSessionError) as unknown:
        stranger.list_tables(unused)
    assert str(known.value).replace(session_id, "") == str(unknown.value).replace(unused, "")


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


def test_what_is_no_frame_of_pandas_is_refused(sessions, session_id):
    polars = pytest.importorskip("polars")
    unused = str(uuid.uuid4())
    for wrong in (polars.DataFrame({"a": [1]}), {"a": [1]}, None):
        with pytest.raises(SessionError, match="frames of pandas"):
            sessions.initialize_table(unused, wrong, "t")
        sessions.initialize_table(session_id, numbers(1), "t")
        with pytest.raises(SessionError, match="frames of pandas"):
            sessions.commit_dataframe(session_id, "t", wrong, head(1))
    assert not sessions.exists(unused)


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
