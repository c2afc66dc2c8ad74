"""The tables of %datasets and %timeline, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.completion import candidates
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore
from autodash_jupyter.widgets import datasets_table, difference_view, timeline_table
from autodash_jupyter.widgets.timeline_rows import timeline_rows
from autodash_jupyter.widgets.timeline_views import live_timeline_html


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


def test_steps_left_behind_by_a_branch_are_marked_as_a_branch(session: Session) -> None:
    for value in (1, 2, 3):
        set_to(session, value)
    session.goto(1)
    set_to(session, 4)
    assert marks(session) == {"4": "→", "3": "branch", "2": "branch", "1": "", "0": ""}
    session.undo()
    assert marks(session) == {"4": "undone", "3": "branch", "2": "branch", "1": "→", "0": ""}


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


def test_a_difference_shows_tables_by_cells_and_other_variables_by_value(session: Session) -> None:
    session.namespace.update(df=pd.DataFrame({"<b>": [1, 2]}), x=[1])
    session.checkpoint("before")
    session.namespace["df"].loc[1, "<b>"] = 5
    session.namespace["x"].append("<script>")
    view = difference_view(session.diff("before"))
    assert "1 cell changed in <b>" in view.text
    assert "[1] → [1, '<script>']" in view.text
    assert "<script>" not in view.html
    assert "<b>" not in view.html
    assert "Nothing differs" in difference_view(session.diff(1, 1)).text


def test_checkpoints_and_what_is_left_out_are_in_the_timeline(session: Session) -> None:
    set_to(session, 1)
    session.checkpoint("first")
    session.namespace["big"] = [1]
    session.ignore("big")
    text = timeline_table(session).text
    assert "1 first" in text
    assert "Left out: big." in text
    assert candidates(session, "%timeline --goto fi", "fi") == ["first"]
    assert candidates(session, "%timeline --watch ", "") == ["big"]
    assert "x" in candidates(session, "%timeline --ignore ", "")


def test_names_are_completed_where_they_may_stand(session: Session) -> None:
    session.load("sample:penguins", write_context=False)
    session.record("load")
    assert candidates(session, "%context pen", "pen") == ["penguins"]
    assert candidates(session, "%undo ", "") == ["penguins"]
    assert "sample:seattle_weather" in candidates(session, "%load_dataset sam", "sam")
    assert "seattle_weather" in candidates(session, "%load_dataset sample:", "")
    assert candidates(session, "%load_dataset sample:pen", "sample:pen") == ["sample:penguins"]


def test_the_live_table_names_its_buttons_and_offers_none_for_the_present(session: Session) -> None:
    for value in (1, 2):
        set_to(session, value)
    session.checkpoint("<b>")
    html = live_timeline_html(session, 20, "id")
    assert 'aria-label="Go to step 1"' in html
    assert 'aria-label="Go to step 2"' not in html
    assert 'aria-label="Go to the start"' in html
    assert 'aria-label="Undo step 2: x = 2"' in html
    assert 'aria-label="Nothing to redo" disabled' in html
    assert "<b>" not in html


def test_a_button_says_hostile_code_as_text(session: Session) -> None:
    session.namespace["x"] = 1
    session.record('x = 1 # "><script>alert(1)</script> \u202e onclick="')
    html = live_timeline_html(session, 20, "id")
    assert "<script>" not in html
    assert '# "' not in html
    assert 'dir="ltr"' in html


def test_the_present_is_shown_however_old_and_what_is_between_is_counted(session: Session) -> None:
    for value in range(60):
        set_to(session, value)
    session.goto(20)
    html = live_timeline_html(session, 20, "id")
    assert html.count("<tr class=") == 22
    assert 'data-step="20" aria-current="step"' in html
    assert "39 older steps not shown" in html
    assert 'aria-label="Show 20 older steps"' in html
    assert "39 older not shown." in timeline_table(session, 20).text


def test_a_state_that_is_no_longer_kept_is_said_so_instead_of_offered(session: Session) -> None:
    for value in range(60):
        set_to(session, value)
    html = live_timeline_html(session, 60, "id")
    assert 'aria-label="Go to step 10"' in html
    assert 'aria-label="Go to step 5"' not in html
    assert "no longer kept" in html


def test_a_branch_of_a_branch_is_indented_twice(session: Session) -> None:
    for value in (1, 2, 3):
        set_to(session, value)
    session.goto(2)
    set_to(session, 4)
    session.goto(0)
    set_to(session, 5)
    depths = {row.step_id: row.depth for row in timeline_rows(session.timeline).rows}
    assert depths == {5: 0, 4: 2, 3: 1, 2: 1, 1: 1, 0: 0}
