"""The magics that keep, restore and forget a history, in a real kernel; unloading leaves nothing running."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytestmark = pytest.mark.kernel

THREADS = (
    "import threading as _t; print(sorted(t.name for t in _t.enumerate() if t.name == 'autodash-history'))"
)


@pytest.fixture
def kernel(working_folder: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(working_folder, dict(os.environ)) as one:
        assert one.run("%load_ext autodash_jupyter").error == ""
        yield one


def _home() -> Path:
    return Path(os.environ["AUTODASH_HOME"])


def test_loading_alone_writes_nothing(kernel: NotebookKernel) -> None:
    kernel.run("1 + 1")
    time.sleep(0.5)
    assert not (_home() / "history").exists()


def test_the_first_write_says_where(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    time.sleep(0.5)
    said = kernel.run("y = 1").text
    assert str(_home() / "history") in said
    time.sleep(0.3)
    assert "history" not in kernel.run("z = 1").text


def test_status_shows_what_the_history_costs(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    said = kernel.run("%autodash status").text
    for part in ("history: on, 1 step", "in memory, of at most", "on the disk, of at most"):
        assert part in said


def test_unloading_ends_the_writer_and_the_history_can_be_restored_after_loading(
    kernel: NotebookKernel,
) -> None:
    kernel.run("x = [1]")
    kernel.run("x.append(2)")
    kernel.run("%unload_ext autodash_jupyter")
    assert "[]" in kernel.run(THREADS).text
    kernel.run("del x, _t")
    kernel.run("%load_ext autodash_jupyter")
    assert kernel.run("%timeline --restore").error == ""
    assert kernel.run("print(x)").text.startswith("[1, 2]")
    kernel.run("%undo")
    assert kernel.run("print(x)").text.startswith("[1]")


def test_reloading_leaves_one_writer(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    kernel.run("%reload_ext autodash_jupyter")
    kernel.run("x = 2")
    time.sleep(0.3)
    assert kernel.run(THREADS).text.count("autodash-history") == 1


def test_history_can_be_turned_off_on_and_forgotten(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    assert "memory only" in kernel.run("%autodash history memory").text
    kernel.run("x = 2")
    assert "→ int 1" in kernel.run("%undo").text
    assert "off" in kernel.run("%autodash history off").text
    kernel.run("x = 3")
    assert "Nothing to undo" in kernel.run("%undo").error + kernel.run("%undo").text
    kernel.run("%autodash history on")
    kernel.run("x = 4")
    assert "→ int 3" in kernel.run("%undo").text
    assert "Forgotten" in kernel.run("%autodash forget --all").text
    time.sleep(0.5)
    assert list((_home() / "history").glob("*/*/journal")) == []


def test_a_wrong_word_is_one_line(kernel: NotebookKernel) -> None:
    wrong = kernel.run("%autodash history sometimes")
    assert "'sometimes' is none of on, memory, off" in wrong.text + wrong.error
    nothing = kernel.run("%timeline --restore nonsense")
    assert "no earlier history" in nothing.text + nothing.error


MISTAKES = {
    "%timeline 3": "did you mean %timeline --goto 3?",
    "%timeline diff 1": "did you mean %timeline --diff 1?",
    "%undo 1.5": "whole number of steps, of at least 1, not 1.5",
    "%undo -1": "whole number of steps, of at least 1, not -1",
    "%timeline --goto -2": "0 (the start) to 2",
    "%timeline --gotoo 1": "did you mean '--goto'",
    "%timeline --goto cleen": "Did you mean 'clean'?",
    "%autodash stattus": "did you mean 'status'",
    "%timeline --restore nonsense": "no earlier history",
}


def test_each_mistake_is_one_line_that_says_what_was_meant(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    kernel.run("%checkpoint clean")
    kernel.run("x = 2")
    for cell, hint in MISTAKES.items():
        ran = kernel.run(cell)
        said = (ran.text + ran.error).strip().splitlines()
        assert hint in said[-1], cell
        assert len([line for line in said if "UsageError" in line]) == 1, cell
        assert "Traceback" not in ran.error, cell
    assert "clean is step 2 now, no longer step 1" in kernel.run("%checkpoint clean").text
