"""``autodash sessions`` lists the caller's own, renews none by it, and deletes what it is told to."""

from __future__ import annotations

import pandas as pd
import pytest

from autodash_jupyter.cli import main
from autodash_jupyter.sessions import TableSessions


def table(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"price": range(rows)})


def test_nothing_to_list_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions"]) == 0
    assert "local has no live sessions" in capsys.readouterr().out


def test_sessions_in_memory_are_said_to_be_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STORAGE_BACKEND", "memory")
    assert main(["sessions"]) == 0
    assert "each process has sessions of its own" in capsys.readouterr().out


def test_live_sessions_are_listed_with_their_tables_and_the_time_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sessions = TableSessions()
    session_id = sessions.create()
    sessions.initialize_table(session_id, table(1_234), "sales")
    sessions.initialize_table(session_id, table(2), "odd\nname" * 100)
    sessions.commit_dataframe(session_id, "sales", table(5), {"action": "head"})
    strangers = TableSessions("eve").create()
    assert main(["sessions"]) == 0
    said = capsys.readouterr().out
    first, second, third = said.splitlines()
    assert first == f"{session_id}  2 tables, 23 h 59 min left"
    assert second.split() == ["sales", "5", "×", "1,", "1", "to", "undo"]
    assert third.startswith("    odd?nameodd?name")
    assert len(third) < 80
    assert strangers not in said


def test_a_session_is_deleted_by_its_id_and_an_unknown_one_is_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sessions = TableSessions()
    session_id = sessions.create()
    sessions.initialize_table(session_id, table(2))
    assert main(["sessions", "--delete", session_id]) == 0
    assert "is deleted, with 1 table." in capsys.readouterr().out
    assert sessions.live() == []
    for wrong, says in ((session_id, "You have no live session"), ("x", "give a UUID")):
        assert main(["sessions", "--delete", wrong]) == 1
        assert says in capsys.readouterr().err
