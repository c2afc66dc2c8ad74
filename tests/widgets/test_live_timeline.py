"""The live %timeline in a real kernel: clicks, what they cost, and what is left in a notebook without one."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from kernel_client import NotebookKernel, notebook_kernel
from nbclient import NotebookClient
from nbconvert import HTMLExporter

pytestmark = pytest.mark.kernel

WIDGET = "application/vnd.jupyter.widget-view+json"
SESSION = "from autodash_jupyter.extension import current\nsession = current().session"
COUNT = """
import gc, ipywidgets
gc.collect()
print(len(ipywidgets.widgets.widget._instances), sum(type(each).__name__ == "TimelineWidget"
    for each in gc.get_objects()), len(get_ipython().kernel.comm_manager.comms))
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(tmp_path, dict(os.environ)) as running:
        assert running.run("%load_ext autodash_jupyter\nimport time").error == ""
        yield running


def show(kernel: NotebookKernel) -> str:
    """Show the timeline, and return its widget's comm."""
    [_, live] = kernel.run("%timeline").displays
    return str(live["data"][WIDGET]["model_id"])


def send(kernel: NotebookKernel, comm: str, action: str, request: str, **more: Any) -> None:
    content = {"action": action, "request": request, **more}
    kernel.send_comm(comm, {"method": "custom", "content": content})


def click(kernel: NotebookKernel, comm: str, action: str, request: str, **more: Any) -> dict[str, Any]:
    """Click, and return what the widget is told once it is answered."""
    send(kernel, comm, action, request, **more)
    answered = kernel.wait_for_comm(comm, lambda data: data.get("state", {}).get("answered") == request)
    return dict(answered["state"])


def updates(kernel: NotebookKernel, comm: str) -> int:
    """Count what a widget was told so far; messages come in order, so a cell's end is waited for."""
    kernel.run("time.sleep(0.2)")
    kernel.run("")
    return sum(one["msg_type"] == "comm_msg" and one["content"]["comm_id"] == comm for one in kernel.heard)


def test_a_click_moves_the_variables_and_says_what_it_did(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    kernel.run("x = 2")
    comm = show(kernel)
    told = click(kernel, comm, "goto", "a", step=2)
    assert told["note"] == "x: int 2 → int 1"
    assert kernel.run("print(x)").text.startswith("1\n")
    assert 'data-step="2" aria-current="step"' in told["html"]
    assert click(kernel, comm, "redo", "b")["note"] == "x: int 1 → int 2"
    assert click(kernel, comm, "undo", "c")["note"] == "x: int 2 → int 1"
    compared = click(kernel, comm, "compare", "d", step=3)
    assert "From step 3 to now" in compared["difference"]


def test_what_cant_be_done_is_told_in_one_line_and_changes_nothing(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    comm = show(kernel)
    told = click(kernel, comm, "goto", "a", step=99)
    assert told["failed"]
    assert told["note"].startswith("There is no step 99.")
    assert "\n" not in told["note"]
    assert click(kernel, comm, "redo", "b")["note"] == "Nothing to redo."
    for nonsense in ({"action": "goto", "request": "c", "step": "1"}, {"action": "x"}, [1], None, "goto"):
        kernel.send_comm(comm, {"method": "custom", "content": nonsense})
    assert kernel.run("print(x)").text.startswith("1\n")


def test_a_click_during_a_cell_is_carried_out_after_it_unless_cancelled(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    kernel.run("x = 2")
    comm = show(kernel)
    running = kernel.send("time.sleep(0.5)")
    send(kernel, comm, "goto", "a", step=2)
    send(kernel, comm, "cancel", "a")
    kernel.finish(running)
    assert kernel.run("time.sleep(0.2); print(x)").text == "2\n"
    running = kernel.send("time.sleep(0.5); print(x)")
    assert click(kernel, comm, "goto", "b", step=2)["note"] == "x: int 2 → int 1"
    assert kernel.finish(running).text == "2\n"
    assert kernel.run("print(x)").text == "1\n"


def test_the_widget_and_the_table_beside_it_follow_the_cells(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    comm = show(kernel)
    kernel.run("newest = 1")
    told = kernel.wait_for_comm(comm, lambda data: "+newest: int 1" in data.get("state", {}).get("html", ""))
    assert "Undo step 3: newest = 1" in told["state"]["html"]
    table = kernel.wait_for(lambda one: one["msg_type"] == "update_display_data")["content"]["data"]
    assert "+newest: int 1" in table["text/plain"]
    assert "+newest: int 1" in table["text/html"]
    assert "<button" not in table["text/html"]


def test_a_timeline_that_another_replaces_keeps_no_more_steps_than_it_showed(kernel: NotebookKernel) -> None:
    kernel.run(f"{SESSION}\nfor number in range(60):\n    x = number\n    session.record(str(number))")
    show(kernel)
    show(kernel)
    kept = kernel.wait_for(lambda one: one["msg_type"] == "update_display_data")["content"]["data"]
    assert "older steps" in kept["text/html"]
    assert 0 < kept["text/html"].count("<tr") < 40


def test_nothing_is_sent_while_no_page_shows_it(kernel: NotebookKernel) -> None:
    comm = show(kernel)
    send(kernel, comm, "shown", "page")
    kernel.run("x = 1")
    kernel.wait_for_comm(comm, lambda data: "x = 1" in data.get("state", {}).get("html", ""))
    send(kernel, comm, "hidden", "page")
    before = updates(kernel, comm)
    kernel.run("x = 2")
    assert updates(kernel, comm) == before
    send(kernel, comm, "shown", "another page")
    kernel.wait_for_comm(comm, lambda data: "x = 2" in data.get("state", {}).get("html", ""))


def test_a_cell_that_runs_a_hundred_others_is_told_of_once_or_twice(kernel: NotebookKernel) -> None:
    comm = show(kernel)
    before = updates(kernel, comm)
    kernel.run(f"{SESSION}\nfor number in range(100):\n    x = number\n    session.record(str(number))")
    assert 1 <= updates(kernel, comm) - before <= 2


def test_a_thousand_timelines_and_cells_leave_one_widget_and_unloading_leaves_none(
    kernel: NotebookKernel,
) -> None:
    show(kernel)
    many = "for number in range({}):\n    get_ipython().run_cell('{}')"
    kernel.run(many.format(10, "%timeline"))
    first = kernel.run(COUNT).text
    kernel.run(many.format(1000, "%timeline"))
    assert kernel.run(COUNT).text == first
    kernel.run(many.format(1000, "x = 1"))
    assert kernel.run(COUNT).text == first
    assert kernel.run("%unload_ext autodash_jupyter").error == ""
    assert kernel.run(COUNT).text == "0 0 0\n"


def test_a_program_that_runs_a_notebook_gets_the_table_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cells = ["%load_ext autodash_jupyter", "x = '<script>alert(1)</script>'", "%timeline"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}})
    client.log = logging.getLogger("program")
    client.execute()
    assert "comm target" not in caplog.text
    [output] = [each for each in notebook.cells[-1].outputs if each.output_type == "display_data"]
    assert set(output.data) == {"text/html", "text/plain"}
    assert "widgets" not in notebook.metadata


def test_a_notebook_saved_while_it_was_live_converts_to_one_table(kernel: NotebookKernel) -> None:
    kernel.run("x = '<script>alert(1)</script>'")
    cell = nbformat.v4.new_code_cell("%timeline")
    for display in kernel.run("%timeline").displays:
        cell.outputs.append(nbformat.v4.new_output("display_data", data=display["data"]))
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('<table class="ad-steps">') == 1
    assert "<script>alert(1)" not in page
    assert "widget-view+json" not in page
