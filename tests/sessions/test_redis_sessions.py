"""What sessions are on Redis: which keys, how long they live, and what is left where something fails."""

import json
import time
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
import redis
from pandas.testing import assert_frame_equal
from servers import running_redis
from session_backends import head, numbers

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.sessions import TableSessions, deserialize_dataframe
from autodash_jupyter.sessions.redis.store import RedisSessions
from autodash_jupyter.stores.redis.connection import RedisTuning

DAY_MILLISECONDS = 86_400_000


@pytest.fixture
def client(redis_server):
    with redis.Redis.from_url(redis_server.url, decode_responses=False) as client:
        yield client


@pytest.fixture
def store(redis_server):
    store = RedisSessions(redis_server.url)
    yield store
    store.close()


@pytest.fixture
def sessions(store, user):
    return TableSessions(user, store=store)


def keys_of(client, session_id):
    return {key.decode().removeprefix(session_id) for key in client.keys(f"{session_id}:*")} - {
        key.decode().removeprefix(session_id) for key in client.keys(f"{session_id}::done:*")
    }


def listed(client, key):
    return [json.loads(text) for text in client.lrange(key, 0, -1)]


def test_the_keys_are_those_of_the_contract(sessions, client):
    session_id = sessions.create()
    assert keys_of(client, session_id) == {":metadata"}
    sessions.initialize_table(session_id, numbers(5), "sales", source={"path": "a.csv"})
    assert keys_of(client, session_id) == {":metadata", ":sales:data", ":sales:history_index"}
    for rows in (4, 3, 2):
        sessions.commit_dataframe(session_id, "sales", numbers(rows), head(rows))
    sessions.undo(session_id, "sales")
    table = f"{session_id}:sales"
    parts = ("data", "history:0", "history:1", "history:3", "history_index", "operations")
    assert keys_of(client, session_id) == {
        ":metadata",
        *(f":sales:{part}" for part in (*parts, "undo_stack", "redo_stack")),
    }
    assert client.get(f"{table}:history_index") == b"2"
    assert_frame_equal(deserialize_dataframe(client.get(f"{table}:data")), numbers(3))
    assert_frame_equal(deserialize_dataframe(client.get(f"{table}:history:0")), numbers(5))
    assert client.type(f"{session_id}:metadata") == b"hash"
    assert list(json.loads(client.hget(f"{session_id}:metadata", "tables"))) == ["sales"]
    assert [each["params"]["rows"] for each in listed(client, f"{table}:operations")] == [4, 3, 2]
    assert [each["undone"] for each in listed(client, f"{table}:operations")] == [False, False, True]
    assert [each["params"]["rows"] for each in listed(client, f"{table}:undo_stack")] == [4, 3]
    assert [each["params"]["rows"] for each in listed(client, f"{table}:redo_stack")] == [2]


def test_on_a_cluster_alone_the_id_stands_in_braces(redis_cluster, user):
    sessions = TableSessions(user, store=RedisSessions(redis_cluster.url))
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "sales")
    with redis.RedisCluster.from_url(redis_cluster.nodes[0].url) as client:
        found = {key.decode() for key in client.keys(f"*{session_id}*", target_nodes=client.PRIMARIES)}
    expected = {f"{{{session_id}}}:{part}" for part in ("metadata", "sales:data", "sales:history_index")}
    assert {key for key in found if ":done:" not in key} == expected


def test_nothing_stays_of_what_is_no_longer_needed(sessions, client):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    for rows in range(60):
        sessions.commit_dataframe(session_id, "t", numbers(rows), head(rows))
    assert len([key for key in keys_of(client, session_id) if ":history:" in key]) == 50
    for _ in range(10):
        sessions.undo(session_id, "t")
    sessions.commit_dataframe(session_id, "t", numbers(7), head(7))
    assert len([key for key in keys_of(client, session_id) if ":history:" in key]) == 41
    assert client.llen(f"{session_id}:t:undo_stack") == 41
    sessions.rename_table(session_id, "t", "u")
    assert not [key for key in keys_of(client, session_id) if key.startswith(":t:")]
    sessions.remove_table(session_id, "u")
    assert keys_of(client, session_id) == {":metadata"}
    sessions.delete(session_id)
    assert keys_of(client, session_id) == set()


def test_every_use_renews_the_time_of_every_key(sessions, client):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    for rows in (4, 3):
        sessions.commit_dataframe(session_id, "t", numbers(rows), head(rows))
    sessions.undo(session_id, "t")
    uses = (
        lambda: sessions.list_tables(session_id),
        lambda: sessions.load_current_dataframe(session_id, "t"),
        lambda: sessions.redo(session_id, "t"),
        lambda: sessions.operations(session_id, "t"),
        lambda: sessions.set_metadata(session_id, "title", "x"),
    )
    for use in uses:
        names = [f"{session_id}{name}" for name in keys_of(client, session_id)]
        for name in names:
            client.pexpire(name, 60_000)
        use()
        left = {client.pttl(f"{session_id}{name}") for name in keys_of(client, session_id)}
        assert min(left) > DAY_MILLISECONDS - 30_000, left
        assert max(left) - min(left) < 1_000


def test_a_big_table_lies_in_chunks_that_move_together(redis_server, client, user):
    sessions = TableSessions(user, store=RedisSessions(redis_server.url, chunk_bytes=100_000, recent_bytes=0))
    session_id = sessions.create()
    random = np.random.default_rng(7)
    frames = [pd.DataFrame({"value": random.random(count)}) for count in (100_000, 10, 50_000)]
    sessions.initialize_table(session_id, frames[0], "t")
    assert client.strlen(f"{session_id}:t:data") == 100_000
    assert f"{session_id}:t:data:8".encode() in client.keys(f"{session_id}:t:data:*")
    for frame in frames[1:]:
        sessions.commit_dataframe(session_id, "t", frame, head(1))
    for frame in (frames[1], frames[0]):
        sessions.undo(session_id, "t")
        assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), frame)
    assert sessions.rename_table(session_id, "t", "u").rows == 100_000
    assert_frame_equal(sessions.load_current_dataframe(session_id, "u"), frames[0])
    sessions.redo(session_id, "u")
    sessions.commit_dataframe(session_id, "u", frames[1], head(1))
    assert keys_of(client, session_id) == {
        *(":metadata", ":u:history_index", ":u:operations", ":u:undo_stack", ":u:data", ":u:history:1"),
        *(":u:history:0", *(f":u:history:0:{number}" for number in range(1, 9))),
    }


def test_a_big_column_is_sent_once_and_kept_as_long_as_a_state_has_it(redis_server, sessions, client):
    session_id, rows = sessions.create(), 200_000
    frame = pd.DataFrame({"a": np.arange(rows) * 0.5, "b": np.arange(rows), "c": ["x"] * rows})
    sessions.initialize_table(session_id, frame, "t")
    columns = client.keys(f"{session_id}:t:column:*")
    assert len(columns) == 3
    received = client.info("stats")["total_net_input_bytes"]
    states = [frame, frame.assign(a=7.5), frame.assign(a=7.5).drop(columns="b"), frame.assign(a=8.5)]
    for state in states[1:]:
        sessions.commit_dataframe(session_id, "t", state, head(1))
    assert client.info("stats")["total_net_input_bytes"] - received < 2_000_000
    assert len(client.keys(f"{session_id}:t:column:*")) == 5
    other = TableSessions(sessions.user_id, store=RedisSessions(redis_server.url))
    for state in reversed(states):
        assert_frame_equal(other.load_current_dataframe(session_id, "t"), state)
        if state is not frame:
            other.undo(session_id, "t")
    sessions.rename_table(session_id, "t", "u")
    sessions.commit_dataframe(session_id, "u", frame[["b"]], head(1))
    assert len(client.keys(f"{session_id}:u:column:*")) == 3
    assert {client.pttl(key) > DAY_MILLISECONDS - 60_000 for key in client.keys(f"{session_id}:u:*")} == {
        True
    }
    sessions.remove_table(session_id, "u")
    assert keys_of(client, session_id) == {":metadata"}


def test_a_column_that_another_writer_let_go_meanwhile_is_sent_after_all(redis_server, sessions, client):
    session_id, rows = sessions.create(), 200_000
    first, second = pd.DataFrame({"a": np.arange(rows)}), pd.DataFrame({"a": np.arange(rows) * 0.5})
    sessions.initialize_table(session_id, first, "t")
    sessions.commit_dataframe(session_id, "t", second, head(1))
    sessions.undo(session_id, "t")  # only what can be redone has the second's column
    store = RedisSessions(redis_server.url)
    apply, others = store.apply, [lambda: sessions.commit_dataframe(session_id, "t", numbers(3), head(3))]

    def apply_late(change):
        while others:
            others.pop()()
        return apply(change)

    store.apply = apply_late
    slow = TableSessions(sessions.user_id, store=store)
    slow.commit_dataframe(session_id, "t", second.assign(b=1), head(2))
    fresh = TableSessions(sessions.user_id, store=RedisSessions(redis_server.url))
    assert_frame_equal(fresh.load_current_dataframe(session_id, "t"), second.assign(b=1))
    assert not client.keys(f"{session_id}::upload:*")


def test_the_index_of_a_users_sessions_expires_with_the_last(redis_server, client):
    store = RedisSessions(redis_server.url, ttl_seconds=0.3)
    TableSessions("short-lived", store=store).create()
    assert client.zcard('autodash:sessions:"short-lived"') == 1
    until = time.monotonic() + 10
    while client.exists('autodash:sessions:"short-lived"') and time.monotonic() < until:
        time.sleep(0.05)
    assert not client.exists('autodash:sessions:"short-lived"')


def test_cells_that_redis_evicted_are_said_to_be_lost_and_an_undo_without_them_changes_nothing(
    redis_server, sessions, client
):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    for rows in (4, 3):
        sessions.commit_dataframe(session_id, "t", numbers(rows), head(rows))
    client.delete(f"{session_id}:t:history:1")
    before = {key: client.dump(key) for key in client.keys(f"{session_id}:t:*")}
    with pytest.raises(ContextStoreError, match="lost cells of this session"):
        sessions.undo(session_id, "t")
    assert {key: client.dump(key) for key in client.keys(f"{session_id}:t:*")} == before
    client.delete(f"{session_id}:t:data")
    other = TableSessions(sessions.user_id, store=RedisSessions(redis_server.url))
    with pytest.raises(ContextStoreError, match="lost cells of a table"):
        other.load_current_dataframe(session_id, "t")


def test_what_this_process_sent_or_fetched_is_not_fetched_again(redis_server, sessions, client):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    other = TableSessions(sessions.user_id, store=RedisSessions(redis_server.url))
    assert_frame_equal(other.load_current_dataframe(session_id, "t"), numbers(5))
    fetched = client.info("commandstats")["cmdstat_get"]["calls"]
    for each in (sessions, other):
        frame = each.load_current_dataframe(session_id, "t")
        frame.loc[:, "number"] = 9
        assert_frame_equal(each.load_current_dataframe(session_id, "t"), numbers(5))
    assert client.info("commandstats")["cmdstat_get"]["calls"] == fetched
    other.commit_dataframe(session_id, "t", numbers(4), head(4))
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(4))


def test_a_change_that_is_sent_twice_is_made_once(store, sessions, client):
    session_id = sessions.create()
    sessions.initialize_table(session_id, numbers(5), "t")
    write = store._client.write

    def write_twice(*arguments):
        assert write(*arguments)
        return write(*arguments)  # as a client does that didn't get the answer

    store._client.write = write_twice
    sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
    sessions.commit_dataframe(session_id, "t", numbers(3), head(3))
    sessions.undo(session_id, "t")
    assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(4))
    assert client.llen(f"{session_id}:t:operations") == 2


def test_a_server_that_comes_back_is_used_again_and_one_that_does_not_is_a_clear_error(user):
    with running_redis(durable=True) as server:
        store = RedisSessions(server.url, tuning=RedisTuning(timeout=1.0, retries=2))
        sessions = TableSessions(user, store=store)
        session_id = sessions.create()
        sessions.initialize_table(session_id, numbers(5), "t")
        server.kill()
        with pytest.raises(ContextStoreError, match="set REDIS_URL to where it does") as caught:
            sessions.commit_dataframe(session_id, "t", numbers(4), head(4))
        assert caught.value.__cause__ is not None
        server.start()
        assert_frame_equal(sessions.load_current_dataframe(session_id, "t"), numbers(5))
        assert sessions.commit_dataframe(session_id, "t", numbers(3), head(3)).version == 2
        assert sessions.undo(session_id, "t")[1].rows == 5


def test_a_full_server_is_a_clear_error_and_loses_nothing(user):
    with running_redis("--maxmemory", "8mb", "--maxmemory-policy", "noeviction") as server:
        sessions = TableSessions(user, store=RedisSessions(server.url))
        session_id = sessions.create()
        sessions.initialize_table(session_id, numbers(5), "t")
        big = pd.DataFrame({"value": np.random.default_rng(1).random(125_000)})
        done = 0
        with suppress(ContextStoreError):
            while done < 20:
                sessions.commit_dataframe(session_id, "t", big.tail(125_000 - done), head(done))
                done += 1
        assert 1 < done < 20
        with pytest.raises(ContextStoreError, match="give the server more memory") as caught:
            sessions.commit_dataframe(session_id, "t", big, head(done))
        assert len(str(caught.value)) < 300, "cells in the message"
        for rows in (*range(125_001 - done, 125_000), 125_000, 5):
            assert len(sessions.load_current_dataframe(session_id, "t")) == rows
            if rows != 5:
                sessions.undo(session_id, "t")
