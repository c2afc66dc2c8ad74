"""What other programs wrote in place of sessions on Redis: told in a line, and nobody else is held up."""

import pytest
import redis
from session_backends import head, numbers

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.sessions import TableSessions, UnknownSessionError
from autodash_jupyter.sessions.names import new_session_id
from autodash_jupyter.settings import Settings

DEEP = b"[" * 200_000 + b"]" * 200_000


@pytest.fixture
def sessions(redis_server, user, tmp_path):
    return TableSessions(user, Settings(tmp_path, storage_backend="redis", redis_url=redis_server.url))


@pytest.fixture
def client(redis_server):
    with redis.Redis.from_url(redis_server.url) as client:
        yield client


@pytest.mark.parametrize(
    ("field", "planted"),
    [
        ("tables", b"\xff{"),
        ("tables", b"[1]"),
        ("tables", b'{"t": {"name": 1}}'),
        ("tables", DEEP),
        ("tables", None),
        ("revision", b"many"),
        ("created_at", b"yesterday"),
        ("notes", b"7"),
    ],
)
def test_a_damaged_session_says_so_and_the_others_live_on(sessions, client, field, planted):
    whole, damaged = sessions.create(), sessions.create()
    for session_id in (whole, damaged):
        sessions.initialize_table(session_id, numbers(5), "t")
    if planted is None:
        client.hdel(f"{damaged}:metadata", field)
    else:
        client.hset(f"{damaged}:metadata", field, planted)
    for use in (sessions.list_tables, sessions.create, lambda each: sessions.load(each, "t")):
        with pytest.raises(
            ContextStoreError, match=f"{damaged} is damaged .*load its tables into a new session"
        ):
            use(damaged)
    assert [each.session_id for each in sessions.live()] == [whole]
    with pytest.raises(UnknownSessionError, match=whole):
        sessions.list_tables(new_session_id())


@pytest.mark.parametrize("planted", [b"{", DEEP, b"\xff"])
def test_a_damaged_log_says_so_and_the_table_is_there(sessions, client, planted):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    sessions.commit_dataframe(session_id, "t", numbers(3), head(3))
    client.lset(f"{session_id}:t:operations", 0, planted)
    with pytest.raises(ContextStoreError, match="is damaged"):
        sessions.operations(session_id, "t")
    with pytest.raises(ContextStoreError, match="is damaged"):
        sessions.undo(session_id, "t")
    assert len(sessions.load_current_dataframe(session_id, "t")) == 3
