"""Contexts over the sidebar's comms, in a real kernel: read, saved, compared, restored, chosen."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytestmark = pytest.mark.kernel

OURS = "---\nname: penguins\n---\n\nOur words.\n"
WRONG = """\
---
name: penguins
metrics:
  - name: Mass
    expression: AVG(body_mas_g)
---
"""


class Sidebar:
    """A page's end of the comms of one kernel."""

    def __init__(self, kernel: NotebookKernel) -> None:
        self._kernel = kernel
        self._page = kernel.open_comm("autodash.requests", {"protocol": 1})
        state = kernel.wait_for_comm(self._page, lambda data: data["type"] == "state")
        self.events = state["events_comm_id"]
        self.dataset_id = state["state"]["datasets"][0]["dataset_id"]
        self._numbers = itertools.count()

    def send(self, action: str, **params: object) -> str:
        request_id = f"{action}-{next(self._numbers)}"
        params = {"dataset_id": self.dataset_id, **params}
        data = {"type": "request", "request_id": request_id, "action": action, "params": params}
        self._kernel.send_comm(self._page, data)
        return request_id

    def answer(self, request_id: str) -> Any:
        """Return what came on the page's own comm: a result, or why there is none."""
        return self._kernel.wait_for_comm(self._page, lambda data: data.get("request_id") == request_id)

    def ask(self, action: str, **params: object) -> Any:
        return self.answer(self.send(action, **params))["result"]

    def outcome(self, request_id: str) -> Any:
        return self.event(lambda data: data["type"] == "request" and data["request_id"] == request_id)

    def do(self, action: str, **params: object) -> Any:
        return self.outcome(self.send(action, **params))

    def event(self, wanted: Callable[[Any], bool]) -> Any:
        return self._kernel.wait_for_comm(self.events, wanted)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(tmp_path, dict(os.environ)) as running:
        running.run("%load_ext autodash_jupyter")
        running.run("%load_dataset sample:penguins")
        running.run("%context penguins --wait")
        yield running


@pytest.fixture
def sidebar(kernel: NotebookKernel) -> Sidebar:
    return Sidebar(kernel)


def test_the_text_is_given_with_its_revision(sidebar: Sidebar) -> None:
    given = sidebar.ask("context_text")
    assert given["revision"] == 1
    assert given["text"].startswith("---\n")
    assert "written_by: profile" in given["text"]
    assert given["findings"] == []


def test_a_saved_text_is_in_force_and_every_page_hears_of_it(
    kernel: NotebookKernel, sidebar: Sidebar
) -> None:
    saved = sidebar.do("save_context", text=OURS, revision=1)
    assert (saved["status"], saved["result"]) == ("done", {"revision": 2, "findings": []})
    sidebar.event(lambda data: data["type"] == "context_changed")
    told = sidebar.event(
        lambda data: data["type"] == "dataset" and "Our words." in (data["dataset"]["context"] or "")
    )
    assert told["dataset"]["dataset_id"] == sidebar.dataset_id
    known = sidebar.ask("context_revisions")
    assert (known["revision"], known["names"], known["authors"]) == (2, ["penguins"], "a person")
    assert [one["revision"] for one in known["revisions"]] == [2, 1]
    assert known["revisions"][0]["cause"] == "edited"
    assert "Our words." in kernel.run("%context penguins").plain


def test_saving_is_no_step_of_the_timeline(kernel: NotebookKernel, sidebar: Sidebar) -> None:
    before = kernel.run("%timeline").plain
    sidebar.do("save_context", text=OURS, revision=1)
    assert kernel.run("%timeline").plain == before


def test_a_wrong_column_is_found_with_its_line(sidebar: Sidebar) -> None:
    [finding] = sidebar.do("save_context", text=WRONG, revision=1)["result"]["findings"]
    assert (finding["severity"], finding["line"]) == ("failed", 5)
    assert "Did you mean 'body_mass_g'?" in finding["message"]
    assert sidebar.ask("context_text")["findings"] == [finding]
    assert sidebar.ask("context_revisions")["findings"] == [finding]


def test_a_text_that_cannot_be_read_saves_nothing_and_names_the_line(sidebar: Sidebar) -> None:
    failed = sidebar.do("save_context", text="---\nname: penguins\nmetrics: [\n---\n", revision=1)
    assert failed["status"] == "failed"
    [finding] = failed["result"]["findings"]
    assert finding["line"] in (3, 4)
    assert sidebar.ask("context_text")["revision"] == 1


def test_the_second_writer_gets_both_texts_and_may_save_over_the_first(
    kernel: NotebookKernel, sidebar: Sidebar
) -> None:
    kernel.run("%%context penguins\nTheir words.")
    failed = sidebar.do("save_context", text=OURS, revision=1)
    assert failed["status"] == "failed"
    conflict = failed["result"]["conflict"]
    assert conflict["revision"] == 2
    assert "Their words." in conflict["text"]
    assert "Their words." in kernel.run("%context penguins").plain
    saved = sidebar.do("save_context", text=OURS, revision=conflict["revision"])
    assert saved["result"]["revision"] == 3
    assert "Our words." in kernel.run("%context penguins").plain


def test_a_first_text_does_not_replace_one_that_was_written_meanwhile(sidebar: Sidebar) -> None:
    failed = sidebar.do("save_context", text=OURS, revision=0)
    assert failed["result"]["conflict"]["revision"] == 1


def test_revisions_are_compared_and_restored(kernel: NotebookKernel, sidebar: Sidebar) -> None:
    sidebar.do("save_context", text=WRONG, revision=1)
    compared = sidebar.ask("compare_revisions", before=1, after=2)
    assert (compared["before"], compared["after"], compared["left_out"]) == (1, 2, 0)
    kinds = {one["path"]: one["kind"] for one in compared["differences"]}
    assert kinds["metrics[mass]"] == "added"
    assert [path for path in kinds if sidebar.dataset_id in path] == []
    restored = sidebar.do("restore_revision", revision=1)
    assert restored["message"] == "penguins: revision 1 is in force again, as revision 3."
    assert sidebar.ask("context_text")["text"].count("Mass") == 0
    assert "written_by: profile" in sidebar.ask("context_text")["text"]
    assert kernel.run("print(penguins.shape)").text == "(344, 8)\n"


def test_an_unknown_revision_is_refused_in_one_line(sidebar: Sidebar) -> None:
    refused = sidebar.answer(sidebar.send("compare_revisions", before=1, after=9))
    assert refused["type"] == "refused"
    assert "9" in refused["message"]
    assert sidebar.do("restore_revision", revision=9)["status"] == "failed"


def test_a_missing_parameter_is_refused(sidebar: Sidebar) -> None:
    assert sidebar.answer(sidebar.send("save_context", text=OURS))["type"] == "refused"
    assert sidebar.answer(sidebar.send("context_text", dataset_id="nobody"))["type"] == "refused"


def test_another_context_is_chosen(kernel: NotebookKernel, sidebar: Sidebar) -> None:
    sidebar.do("save_context", text=OURS, revision=1)
    kernel.run("%%context penguins\n---\nname: weights\n---\n\nAbout weights.")
    assert sidebar.ask("context_revisions")["names"][0] == "weights"
    chosen = sidebar.do("use_context", name="penguins")
    assert chosen["message"] == "penguins is the context that counts for penguins."
    assert sidebar.ask("context_revisions")["names"] == ["penguins", "weights"]
    assert "Our words." in kernel.run("%context penguins").plain


def test_metrics_are_shown_with_their_present_values(kernel: NotebookKernel, sidebar: Sidebar) -> None:
    kernel.run(
        "%%context penguins\n---\nname: penguins\nmetrics:\n  - name: Rows\n    expression: COUNT(*)\n---\n"
    )
    assert "`COUNT(*)` = 344" in sidebar.ask("context_revisions")["page"]
