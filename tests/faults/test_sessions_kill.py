"""Workers are killed while they change a session: what they were told is done is there, and nothing is torn.

``AUTODASH_TEST_KILLS`` sets how many are killed for each kind of store; the default is short.
"""

import os
import random
import subprocess
import sys
import time
import uuid

import pandas as pd
import pytest
from servers import running_redis

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "3"))

# Commits tables that are one number over and over, and now and then undoes; says what is done after each.
WORKER = """
import random, sys
import numpy as np, pandas as pd
from pathlib import Path
from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.sessions.redis import cells
from autodash_jupyter.settings import Settings
folder, backend, url, session_id, start = sys.argv[1:]
cells.APART_FROM = 1_000
sessions = TableSessions("ada", Settings(Path(folder), storage_backend=backend, redis_url=url))
for number in range(int(start), int(start) + 100_000):
    frame = pd.DataFrame({"number": np.full(20_000, number), "copy": np.full(20_000, number)})
    sessions.commit_dataframe(session_id, "t", frame, {"action": "put", "number": number})
    print(number, flush=True)
    if random.random() < 0.3:
        sessions.undo(session_id, "t")
        print("undo", flush=True)
"""


@pytest.fixture(params=["tinydb", "sqlite", "redis"])
def settings(request, tmp_path):
    if request.param != "redis":
        yield Settings(tmp_path, storage_backend=request.param)
        return
    with running_redis() as server:
        yield Settings(tmp_path, storage_backend="redis", redis_url=server.url)


def killed_worker(settings, session_id, start):
    """Return what a worker said it had done before it was killed."""
    given = [settings.home, settings.storage_backend, settings.redis_url, session_id, start]
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, *map(str, given)], stdout=subprocess.PIPE, text=True
    )
    first = process.stdout.readline()
    time.sleep(random.uniform(0, 0.3))
    process.kill()
    said = first + process.communicate()[0]
    return said[: said.rfind("\n")].splitlines()


def check(sessions, session_id):
    """Check that the log, the states and the cells of a table agree; return the numbers in the log."""
    log = sessions.operations(session_id, "t")
    assert [each.position for each in log] == list(range(len(log)))
    in_force = [each.operation.params["number"] for each in log if not each.undone]
    undone = 0
    while sessions.table(session_id, "t").can_undo:
        frame = sessions.load_current_dataframe(session_id, "t")
        assert frame["number"].unique().tolist() == [in_force[-1 - undone]]
        assert frame["copy"].equals(frame["number"])
        sessions.undo(session_id, "t")
        undone += 1
    for _ in range(undone):
        sessions.redo(session_id, "t")
    return [each.operation.params["number"] for each in log]


def test_what_a_killed_worker_did_is_whole_and_what_it_said_is_there(settings):
    sessions = TableSessions("ada", settings)
    session_id = sessions.create(str(uuid.uuid4()))
    sessions.initialize_table(session_id, pd.DataFrame({"number": [-1], "copy": [-1]}), "t")
    acknowledged = []
    for kill in range(KILLS):
        said = killed_worker(settings, session_id, kill * 100_000)
        acknowledged += [int(line) for line in said if line != "undo"]
        assert set(acknowledged) <= set(check(sessions, session_id))
    sessions.commit_dataframe(
        session_id, "t", pd.DataFrame({"number": [7], "copy": [7]}), {"action": "put", "number": 7}
    )
    check(sessions, session_id)
