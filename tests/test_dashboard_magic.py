"""``%dashboard`` in a real IPython shell: shown, changed by sentence, undone, saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autodash_jupyter.charts.dashboard import Dashboard

pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")


@pytest.fixture
def shell(working_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("STORAGE_BACKEND", "memory")
    opened = InteractiveShell()
    opened.run_cell("%load_ext autodash_jupyter\nimport pandas as pd")
    opened.run_cell(
        "sales = pd.DataFrame({'region': ['north', 'south', 'west'] * 40, 'price': [2.0, 5.0, 9.0] * 40})"
    )
    yield opened
    opened.run_cell("%unload_ext autodash_jupyter")


def said(shell: InteractiveShell, line: str) -> str:
    """Return what a cell shows, prints and complains of, as text."""
    with capture_output() as captured:
        shell.run_cell(line)
    shown = [str(output.data.get("text/plain", "")) for output in captured.outputs]
    return "\n".join([*shown, captured.stdout, captured.stderr])


def test_it_is_shown_changed_and_the_change_undone(shell: InteractiveShell) -> None:
    first = said(shell, "%dashboard")
    assert first.startswith("sales\n")
    assert "north" in first or "west" in first
    assert "Rows by Region" in said(shell, "%dashboard replace chart 1 by a pie of rows by region")
    assert said(shell, "%dashboard sales --undo") == first
    assert "Rows by Region" in said(shell, "%dashboard --redo")
    assert said(shell, "%dashboard sales --new") == first
    assert said(shell, '%dashboard sales --title "Spring sales"').startswith("Spring sales\n")


def test_in_a_notebook_it_is_drawn_by_the_front_end_with_a_picture_beside(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        shell.run_cell("%dashboard sales")
    [output] = captured.outputs
    assert output.data["application/vnd.vegalite.v5+json"]["$schema"].endswith("v5.json")
    assert output.data["image/svg+xml"].startswith("<svg")


def test_it_shows_the_table_as_it_is_now(shell: InteractiveShell) -> None:
    assert "Rows 120" in said(shell, "%dashboard sales call it Now")
    shell.run_cell("sales = sales.head(60)")
    again = said(shell, "%dashboard sales")
    assert again.startswith("Now\n")
    assert "Rows 60" in again


def test_assigned_it_is_a_value_and_it_can_be_saved(shell: InteractiveShell, working_folder: Path) -> None:
    assert said(shell, "page = %dashboard sales").strip() == ""
    assert isinstance(shell.user_ns["page"], Dashboard)
    assert "Written: sales.html" in said(shell, "%dashboard sales --save sales.html")
    assert (working_folder / "sales.html").stat().st_size < 2_000_000
    assert "result =" in said(shell, "%dashboard sales --code")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("%dashboard slaes", "Did you mean 'sales'"),
        ("%dashboard sales make it nicer", "isn't understood"),
        ("%dashboard sales remove chart 99", "no place"),
        ("%dashboard sales --undo", "nothing to undo"),
        ("%dashboard sales --save sales.docx", "html, png, svg or json"),
        ("%dashboard sales --save nowhere/sales.html", "can't write"),
        ("%dashboard --sav x", "'--save'"),
        ("%dashboard --title", "needs a value"),
    ],
)
def test_mistakes_are_told_in_one_line(shell: InteractiveShell, line: str, told: str) -> None:
    complained = said(shell, line).strip()
    assert told in complained
    assert "Traceback" not in complained
    assert len(complained.splitlines()) == 1


def test_it_is_no_step_and_offers_its_options(shell: InteractiveShell) -> None:
    said(shell, "x = 1")
    before = said(shell, "%timeline").count("\n")
    said(shell, "%dashboard sales")
    assert said(shell, "%timeline").count("\n") == before
    assert "--undo" in shell.complete("--u", line="%dashboard sales --u")[1]


def test_a_change_is_taken_back_by_a_word_too(shell: InteractiveShell) -> None:
    said(shell, "%dashboard sales call it Prices")
    assert said(shell, "%dashboard undo").startswith("sales\n")
    assert said(shell, "%dashboard redo").startswith("Prices\n")
    assert said(shell, "%dashboard reset").startswith("sales\n")
    assert "There is no table 'nosuch'" in said(shell, "%dashboard nosuch")
