"""Sessions in files: private, small, and gone when they have expired."""

import time

import numpy as np
import pandas as pd
import pytest
from session_backends import head

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.sessions import TableSessions, UnknownSessionError
from autodash_jupyter.sessions.frame_shelves import BlobShelf, MemoryShelf
from autodash_jupyter.sessions.stored import StoredSessions
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import InMemoryContextStore


def test_what_sessions_write_is_for_their_owner_alone(tmp_path):
    sessions = TableSessions("ada", Settings(tmp_path / "home"))
    sessions.initialize_table(sessions.create(), pd.DataFrame({"a": range(100_000)}), "t")
    paths = list((tmp_path / "home" / "sessions").rglob("*"))
    assert paths
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}


def test_an_operation_writes_only_the_columns_that_it_changed(tmp_path):
    sessions = TableSessions("ada", Settings(tmp_path / "home"))
    session_id, random = sessions.create(), np.random.default_rng(1)
    frame = pd.DataFrame({name: random.random(100_000) for name in "abcde"})
    sessions.initialize_table(session_id, frame, "t")

    def size():
        return sum(path.stat().st_size for path in (tmp_path / "home/sessions/blobs").rglob("*"))

    before = size()
    sessions.commit_dataframe(session_id, "t", frame.assign(a=frame["a"] + 1), head(1))
    assert size() - before < 0.3 * before


def test_another_process_of_the_same_home_sees_the_session_and_a_home_of_its_own_does_not(tmp_path):
    session_id = TableSessions("ada", Settings(tmp_path / "one")).create()
    assert TableSessions("ada", Settings(tmp_path / "one")).exists(session_id)
    with pytest.raises(UnknownSessionError):
        TableSessions("ada", Settings(tmp_path / "two")).list_tables(session_id)


def test_nothing_stays_of_a_session_that_expired_or_was_deleted():
    records, shelf = InMemoryContextStore(), MemoryShelf()
    sessions = TableSessions("ada", store=StoredSessions(records, shelf, ttl_seconds=0.2))

    def fill(session_id):
        for rows in (3, 2, 1):
            sessions.initialize_table(session_id, pd.DataFrame({"a": range(rows)}), "t")
        sessions.set_metadata(session_id, "context", "what it means", table="t")
        sessions.set_metadata(session_id, "title", "x")

    expired = sessions.create()
    fill(expired)
    time.sleep(0.3)
    sessions.create(expired)
    assert records.list_keys() == [("session", expired)]
    fill(expired)
    sessions.delete(expired)
    assert records.list_keys() == []
    assert not shelf._frames


def test_a_change_that_fails_leaves_no_cells_behind(monkeypatch):
    shelf, store = MemoryShelf(), InMemoryContextStore()
    sessions = TableSessions("ada", store=StoredSessions(store, shelf, ttl_seconds=60))
    session_id = sessions.create()
    sessions.initialize_table(session_id, pd.DataFrame({"a": [1]}), "t")

    def fail(*_):
        raise ContextStoreError("the disk is full")

    monkeypatch.setattr(store, "set_many_if", fail)
    with pytest.raises(ContextStoreError, match="the disk is full"):
        sessions.commit_dataframe(session_id, "t", pd.DataFrame({"a": [2]}), head(1))
    assert len(shelf._frames) == 1


def test_a_shelf_that_cannot_be_swept_says_so_and_goes_on(tmp_path, caplog):
    from autodash_jupyter.blobs import DiskBlobStore

    blobs = DiskBlobStore(tmp_path / "blobs")
    sessions = TableSessions("ada", store=StoredSessions(InMemoryContextStore(), BlobShelf(blobs), 60))
    damaged, other = sessions.create(), sessions.create()
    for session_id in (damaged, other):
        sessions.initialize_table(session_id, pd.DataFrame({session_id: range(10)}), "t")
    for path in (tmp_path / "blobs").glob("*/*"):
        path.write_bytes(b"damaged")
    sessions.delete(other)
    assert "What sessions no longer need stays" in caplog.text
    assert [session.session_id for session in sessions.live()] == [damaged]
