"""Two server processes with homes of their own work on one session, through one Redis."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

# Does what it is told, line by line, as a server does for its clients; answers in JSON.
INSTANCE = """
import json, sys
import pandas as pd
from autodash_jupyter import (
    commit_dataframe, initialize_table, load_current_dataframe, get_operation_history, redo_operation,
    undo_operation,
)
for line in sys.stdin:
    told = json.loads(line)
    try:
        if told["do"] == "initialize":
            answer = initialize_table(told["session"], pd.DataFrame(told["data"]), "sales").rows
        elif told["do"] == "load":
            answer = load_current_dataframe(told["session"], "sales").to_dict("list")
        elif told["do"] == "commit":
            frame = load_current_dataframe(told["session"], "sales").head(told["rows"])
            operation = {"action": "head", "params": {"rows": told["rows"]}, "actor": told["actor"]}
            answer = commit_dataframe(told["session"], "sales", frame, operation).version
        elif told["do"] == "undo":
            answer = undo_operation(told["session"], "sales")[0].actor
        elif told["do"] == "redo":
            answer = redo_operation(told["session"], "sales")[0].actor
        else:
            history = get_operation_history(told["session"], "sales")
            answer = [[each.operation.actor, each.undone] for each in history]
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def instances(redis_server, tmp_path, user):
    """Two programs that share nothing but the address of a Redis, and the user."""
    environments = [
        {
            **os.environ,
            "AUTODASH_HOME": str(tmp_path / name / "home"),
            "XDG_CONFIG_HOME": str(tmp_path / name / "config"),
            "STORAGE_BACKEND": "redis",
            "REDIS_URL": redis_server.url,
            "AUTODASH_USER": user,
            "AUTODASH_SIGNING_KEY": "shared by both",
        }
        for name in ("one", "two")
    ]
    with ExitStack() as stack:

        def started(number, **changes):
            process = subprocess.Popen(
                [sys.executable, "-c", INSTANCE],
                env={**environments[number], **changes},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.wait, 20)
            stack.callback(process.stdin.close)

            def tell(do, session, **more):
                process.stdin.write(json.dumps({"do": do, "session": session, **more}) + "\n")
                process.stdin.flush()
                return json.loads(process.stdout.readline())

            return tell

        yield started


def test_two_instances_work_on_one_session_and_undo_each_others_steps(instances):
    session, other = "0c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e", "1c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e"
    one, two = instances(0), instances(1)
    assert one("initialize", session, data={"price": [1, 2, 3]}) == 3
    assert two("load", session) == {"price": [1, 2, 3]}
    assert two("commit", session, rows=2, actor="two") == 2
    assert one("load", session) == {"price": [1, 2]}
    assert one("commit", session, rows=1, actor="one") == 3
    assert two("undo", session) == "one"
    assert one("undo", session) == "two"
    assert two("load", session) == {"price": [1, 2, 3]}
    assert two("redo", session) == "two"
    assert one("history", session) == [["two", False], ["one", True]]
    mixed = {"cell": [{"a": 1}, ["b"], None]}  # which only a pickle can keep, signed with the key of both
    assert one("initialize", other, data=mixed) == 3
    assert two("load", other) == mixed
    stranger = instances(1, AUTODASH_USER="eve", AUTODASH_SIGNING_KEY="another")
    said = stranger("load", session)
    assert said.startswith(f"UnknownSessionError: You have no live session {session}")
    assert "You have no live sessions: put a table into a new one." in said
