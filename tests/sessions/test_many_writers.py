"""Threads and processes that change one session at once: nothing is lost, nothing torn, losers are told."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from session_backends import BACKENDS, settings_for

from autodash_jupyter.sessions import SessionConflictError, TableSessions
from autodash_jupyter.sessions.redis import cells

THREADS, PROCESSES, EACH = 16, 4, 5

# Adds one to a counter in a table, again where another writer was first, and puts a table of its own.
COUNTER = """
import sys
import pandas as pd
from pathlib import Path
from autodash_jupyter.sessions import SessionConflictError, TableSessions
from autodash_jupyter.sessions.redis import cells
from autodash_jupyter.settings import Settings
folder, backend, url, user, session_id, number, times = sys.argv[1:]
settings = Settings(Path(folder), storage_backend=backend, redis_url=url)
sessions, cells.APART_FROM = TableSessions(user, settings), int(number) % 2 * 1_000_000 + 1
sessions.initialize_table(session_id, pd.DataFrame({"writer": [number]}), f"own {number}")
conflicts = 0
for turn in range(int(times)):
    while True:
        frame, version = sessions.load(session_id, "t")
        operation = {"action": "add", "writer": number, "turn": turn}
        try:
            sessions.commit_dataframe(session_id, "t", frame + 1, operation, expected_version=version)
            break
        except SessionConflictError:
            conflicts += 1
print(conflicts)
"""


@pytest.fixture(autouse=True)
def _by_columns(monkeypatch, all_fetched):
    """Let every column be sent by itself."""
    monkeypatch.setattr(cells, "APART_FROM", 1)


def whole(writer, turn):
    return pd.DataFrame({"writer": [writer] * 500, "turn": [turn] * 500})


@pytest.fixture(params=BACKENDS)
def settings(request, tmp_path):
    return settings_for(request.param, request, tmp_path)


def test_sixteen_threads_lose_nothing_and_tear_nothing(settings, user):
    session_id = TableSessions(user, settings).create()
    TableSessions(user, settings).initialize_table(session_id, whole(-1, -1), "t")

    def write(writer):
        sessions = TableSessions(user, settings)
        for turn in range(3):
            sessions.commit_dataframe(
                session_id, "t", whole(writer, turn), {"action": "write", "writer": writer, "turn": turn}
            )
            frame = sessions.load_current_dataframe(session_id, "t")
            assert len(frame) == 500
            assert len(frame.drop_duplicates()) == 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    sessions = TableSessions(user, settings)
    log = [each.operation.params for each in sessions.operations(session_id, "t")]
    assert {(each["writer"], each["turn"]) for each in log} == {
        (writer, turn) for writer in range(THREADS) for turn in range(3)
    }
    assert len(log) == sessions.table(session_id, "t").version - 1
    for params in reversed(log):
        frame = sessions.load_current_dataframe(session_id, "t")
        assert (frame["writer"].unique().tolist(), frame["turn"].unique().tolist()) == (
            [params["writer"]],
            [params["turn"]],
        )
        assert dict(sessions.undo(session_id, "t")[0].params) == params


def test_of_threads_that_start_from_one_version_exactly_one_wins(settings, user):
    sessions = TableSessions(user, settings)
    session_id = sessions.create()
    sessions.initialize_table(session_id, pd.DataFrame({"number": [0]}), "t")

    def attempt(writer):
        try:
            TableSessions(user, settings).commit_dataframe(
                session_id, "t", pd.DataFrame({"number": [writer]}), {"action": "set"}, expected_version=1
            )
        except SessionConflictError:
            return None
        return writer

    with ThreadPoolExecutor(THREADS) as pool:
        winners = [writer for writer in pool.map(attempt, range(THREADS)) if writer is not None]
    assert sessions.load_current_dataframe(session_id, "t")["number"].tolist() == winners
    assert len(sessions.operations(session_id, "t")) == 1


def test_threads_that_undo_and_redo_and_commit_leave_one_history(settings, user):
    session_id = TableSessions(user, settings).create()
    TableSessions(user, settings).initialize_table(session_id, whole(-1, -1), "t")

    def disturb(writer):
        sessions = TableSessions(user, settings)
        for turn in range(3):
            sessions.commit_dataframe(
                session_id, "t", whole(writer, turn), {"action": "write", "writer": writer, "turn": turn}
            )
            for step in (sessions.undo, sessions.redo):
                try:
                    step(session_id, "t")
                except Exception as error:  # noqa: BLE001 - which are allowed is checked
                    assert type(error).__name__ == "NothingToRestoreError"  # noqa: PT017

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(disturb, range(8)))
    sessions = TableSessions(user, settings)
    log = sessions.operations(session_id, "t")
    assert len(log) == 24
    in_force = [each.operation.params for each in log if not each.undone]
    for params in reversed(in_force):
        frame = sessions.load_current_dataframe(session_id, "t")
        assert frame.drop_duplicates().values.tolist() == [[params["writer"], params["turn"]]]
        sessions.undo(session_id, "t")
    assert sessions.load_current_dataframe(session_id, "t")["writer"].iloc[0] == -1


@pytest.mark.parametrize("backend", ["tinydb", "redis"])
def test_four_processes_count_together_and_none_is_lost(request, backend, tmp_path, user):
    settings = settings_for(backend, request, tmp_path)
    sessions = TableSessions(user, settings)
    session_id = sessions.create()
    sessions.initialize_table(session_id, pd.DataFrame({"number": [0] * 100}), "t")
    given = [settings.home, settings.storage_backend, settings.redis_url, user, session_id]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTER, *map(str, [*given, number, EACH])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for process in processes:
        _, said = process.communicate(timeout=100)
        assert process.returncode == 0, said
    assert sessions.load_current_dataframe(session_id, "t")["number"].unique().tolist() == [PROCESSES * EACH]
    log = [each.operation.params for each in sessions.operations(session_id, "t")]
    assert len(log) == PROCESSES * EACH
    assert {(each["writer"], each["turn"]) for each in log} == {
        (str(writer), turn) for writer in range(PROCESSES) for turn in range(EACH)
    }
    for number in range(PROCESSES):
        own = sessions.load_current_dataframe(session_id, f"own {number}")
        assert own["writer"].tolist() == [str(number)]
