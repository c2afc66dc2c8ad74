"""The tables of %datasets and %timeline, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.completion import candidates
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore
from autodash_jupyter.widgets.tables import datasets_table, timeline_table


@pytest.fixture
def session(working_folder: Path) -> Iterator[Session]:
    opened = Session({}, store=InMemoryContextStore())
    yield opened
    opened.close()


def set_to(session: Session, value: int) -> None:
    session.namespace["x"] = value
    session.record(f"x = {value}")


def marks(session: Session) -> dict[str, str]:
    lines = timeline_table(session).text.splitlines()[1:]
    place = timeline_table(session).text.splitlines()[0].index("step")
    return {line[place:].split()[0]: line[:place].strip() for line in lines}


def test_steps_left_behind_by_a_branch_are_marked_undone(session: Session) -> None:
    for value in (1, 2, 3):
        set_to(session, value)
    session.goto(1)
    set_to(session, 4)
    assert marks(session) == {"4": "→", "3": "undone", "2": "undone", "1": "", "0": ""}


def test_the_start_is_a_row_and_can_be_the_present(session: Session) -> None:
    set_to(session, 1)
    session.goto(0)
    assert marks(session) == {"1": "undone", "0": "→"}


def test_hostile_names_and_cells_are_escaped(session: Session) -> None:
    session.namespace["x"] = "<script>alert(1)</script>"
    session.record("x = '<script>alert(1)</script>' # \ud800")
    service = session.datasets
    service.register("local", pd.DataFrame({"a": [1]}), name="<img src=x>", filename="<b>.csv")
    shown = timeline_table(session).html + datasets_table(session).html
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown
    shown.encode("utf-8")


def test_names_are_completed_where_they_may_stand(session: Session) -> None:
    session.load("sample:penguins", write_context=False)
    session.record("load")
    assert candidates(session, "%context pen", "pen") == ["penguins"]
    assert candidates(session, "%undo ", "") == ["penguins"]
    assert "sample:seattle_weather" in candidates(session, "%load_dataset sam", "sam")
    assert "seattle_weather" in candidates(session, "%load_dataset sample:", "")
    assert candidates(session, "%load_dataset sample:pen", "sample:pen") == ["sample:penguins"]
