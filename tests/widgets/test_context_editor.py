"""A context edited in place, in a real kernel: what a page sends, and what it is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytestmark = pytest.mark.kernel

WIDGET = "application/vnd.jupyter.widget-view+json"
LOAD = """
%load_ext autodash_jupyter
import pandas as pd
sales = pd.DataFrame({"price": [1.0, 2.5], "qty": [3, 4]})
%load_dataset sales
"""
TEXT = """\
---
name: sales
metrics:
  - name: Revenue
    expression: SUM(price * qty)
---

One order a row.
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(tmp_path, dict(os.environ)) as running:
        assert running.run(LOAD).error == ""
        assert running.run("%context sales --wait").error == ""
        yield running


def show(kernel: NotebookKernel) -> tuple[str, dict[str, Any]]:
    """Show the context; return its widget's comm, and what is kept beside it."""
    kept, live = kernel.run("%context sales").displays
    return str(live["data"][WIDGET]["model_id"]), kept["data"]


def ask(kernel: NotebookKernel, comm: str, action: str, request: str, **more: Any) -> dict[str, Any]:
    content = {"action": action, "request": request, **more}
    kernel.send_comm(comm, {"method": "custom", "content": content})
    answered = kernel.wait_for_comm(comm, lambda data: data.get("state", {}).get("answered") == request)
    return dict(answered["state"])


def test_a_text_is_edited_saved_and_checked_in_place(kernel: NotebookKernel) -> None:
    comm, kept = show(kernel)
    assert "# sales" in kept["text/plain"]
    told = ask(kernel, comm, "edit", "a")
    assert told["editing"] is True
    assert "dataset_id: sales" in told["text"]
    saved = ask(kernel, comm, "save", "b", text=TEXT, revision=told["revision"])
    assert (saved["editing"], saved.get("failed", False)) == (False, False)
    assert saved["note"].startswith(f"Saved as revision {told['revision'] + 1}. No longer in it: ")
    assert "SUM(price * qty)" in saved["html"]
    assert saved["revisions"][0]["revision"] == told["revision"] + 1


def test_what_is_wrong_is_said_and_the_text_stays_open(kernel: NotebookKernel) -> None:
    comm, _ = show(kernel)
    told = ask(kernel, comm, "edit", "a")
    refused = ask(kernel, comm, "save", "b", text="---\nname: [\n---\n", revision=told["revision"])
    assert refused["failed"] is True
    assert refused["note"].startswith("Line 2")
    assert "editing" not in refused
    wrong = ask(kernel, comm, "save", "c", text=TEXT.replace("price", "pice"), revision=told["revision"])
    assert "Did you mean 'price'" in wrong["note"]


def test_a_second_writer_sees_both_texts_and_can_save_over_it(kernel: NotebookKernel) -> None:
    comm, _ = show(kernel)
    told = ask(kernel, comm, "edit", "a")
    kernel.run("%%context sales\n" + TEXT.replace("One order", "Their order"))
    conflict = ask(kernel, comm, "save", "b", text=TEXT, revision=told["revision"])
    assert conflict["failed"] is True
    assert "Their order" in conflict["theirs"]
    saved = ask(kernel, comm, "save", "c", text=TEXT, revision=conflict["their_revision"])
    assert (saved["editing"], saved["theirs"]) == (False, "")
    their, mine = conflict["their_revision"], conflict["their_revision"] + 1
    assert "Their order" in kernel.run(f"%context sales --diff {their} {mine}").plain


def test_revisions_are_compared_and_restored_by_a_click(kernel: NotebookKernel) -> None:
    kernel.run("%%context sales\n" + TEXT)
    comm, _ = show(kernel)
    compared = ask(kernel, comm, "compare", "a", revision=1)
    assert "metrics[revenue]" in compared["difference"]
    restored = ask(kernel, comm, "restore", "b", revision=1)
    assert "Revision 1 is in force again" in restored["note"]
    assert "SUM(price * qty)" not in restored["html"]
