"""Real kernels that are killed amid writes, interrupted at any moment, and two on one notebook."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kernel_client import NotebookKernel, Ran

pytestmark = [pytest.mark.kernel, pytest.mark.faults, pytest.mark.slow]

SETUP = """
import numpy as np, pandas as pd
frame = pd.DataFrame(np.zeros((200_000, 5)), columns=list("abcde")); alias = frame
words = pd.DataFrame({"w": ["0"] * 1_000}); n = 0; log = [0]; held = {"log": log, "frame": frame}
"""
CHANGE = """
n = {n}; log.append({n})
frame.loc[:, "a"] = {n}; frame["b"] = frame["a"] * 2; words = pd.DataFrame({{"w": ["{n}"] * 1_000}})
"""
WHOLE = """
if "n" in globals():
    print("whole", n, all(frame["a"] == n), all(frame["b"] == 2 * n), set(words["w"]) == {str(n)},
        log == list(range(n + 1)), alias is frame, held["frame"] is frame, held["log"] is log)
else:
    print("whole", -1, *(name not in globals() for name in "frame words log alias held np pd".split()))
"""


STORED = """
print(__import__("autodash_jupyter.extension").extension.current().session._history.wait(60))
"""


@contextmanager
def kernel(folder: Path, notebook: str = "n.ipynb") -> Iterator[NotebookKernel]:
    one = NotebookKernel(folder, {**os.environ, "JPY_SESSION_NAME": str(folder / notebook)})
    try:
        assert one.run("%load_ext autodash_jupyter").error == ""
        yield one
    finally:
        one.close()


def _process(one: NotebookKernel) -> int:
    return int(one.run("print(__import__('os').getpid())").text)


def _require_whole(one: NotebookKernel) -> int:
    ran = one.run(WHOLE)
    assert ran.error == "", ran.error
    words = next(line for line in ran.text.splitlines() if line.startswith("whole")).split()
    assert words[2:] == ["True"] * 7, ran.text
    return int(words[1])


def _text(ran: Ran) -> str:
    return ran.text + ran.error


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_amid_writes_leaves_a_whole_state_to_go_back_to(working_folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    with kernel(working_folder) as first:
        process = _process(first)
        first.run(SETUP)
        assert "True" in first.run(STORED).text
        for n in range(1, 30):
            first.send(CHANGE.format(n=n))
        time.sleep(chance.random() * 2)
        os.kill(process, signal.SIGKILL)
    with kernel(working_folder) as second:
        said = second.run("%timeline --restore")
        assert said.error == "", said.error
        n = _require_whole(second)
        assert n >= 0, said.text
        if n < 29 and "not stored" in said.text:
            assert "run" in said.text
        for _ in range(min(n, 5)):
            assert second.run("%undo").error == ""
            n -= 1
            assert _require_whole(second) == n
        second.run(CHANGE.format(n=n + 1))
        assert _require_whole(second) == n + 1


@pytest.mark.parametrize("seed", range(3))
def test_an_interrupt_at_any_moment_leaves_a_whole_state(working_folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    with kernel(working_folder) as one:
        process = _process(one)
        one.run(SETUP)
        for n in range(1, 8):
            one.run(CHANGE.format(n=n))
        for _ in range(25):
            cell = one.send(
                chance.choice(["%undo", "%redo", "%undo 2", "%timeline --goto 3", "%timeline --goto 8"])
            )
            time.sleep(chance.random() * 0.02)
            os.kill(process, signal.SIGINT)
            one.finish(cell)
            _require_whole(one)
        one.run("%timeline --goto 8")
        assert _require_whole(one) == 7


def test_an_interrupted_restore_can_be_done_again(working_folder: Path) -> None:
    with kernel(working_folder) as first:
        first.run(SETUP)
        for n in range(1, 6):
            first.run(CHANGE.format(n=n))
        first.run("%unload_ext autodash_jupyter")
    with kernel(working_folder) as second:
        process = _process(second)
        second.run("mine = [1]")
        for wait in (0.0, 0.005, 0.01, 0.02, 0.04):
            cell = second.send("%timeline --restore")
            time.sleep(wait)
            os.kill(process, signal.SIGINT)
            ran = second.finish(cell)
            if "KeyboardInterrupt" not in _text(ran):
                break
        assert second.run("print(mine)").text.startswith("[1]")
        again = _text(second.run("%timeline --restore"))
        assert "is back" in again or "no earlier history" in again, again
        assert _require_whole(second) == 5
        second.run("%undo")
        assert second.run("print(mine)").text.startswith("[1]")


def test_two_kernels_on_one_notebook_keep_and_restore_each_their_own(working_folder: Path) -> None:
    with kernel(working_folder) as one, kernel(working_folder) as other:
        processes = _process(one), _process(other)
        for step in range(6):
            one.send(SETUP if step == 0 else CHANGE.format(n=step))
            other.send(SETUP if step == 0 else CHANGE.format(n=step))
        assert _require_whole(one) == _require_whole(other) == 5
        one.run("mine = 'one'")
        other.run("mine = 'other'")
        time.sleep(2.0)
        for process in processes:
            os.kill(process, signal.SIGKILL)
    with kernel(working_folder) as third, kernel(working_folder) as fourth:
        cells = third.send("%timeline --restore"), fourth.send("%timeline --restore")
        said = _text(third.finish(cells[0])), _text(fourth.finish(cells[1]))
        for kernel_, text in zip((third, fourth), said, strict=True):
            if "is back" not in text:
                assert "taken" in text
                assert "is back" in _text(kernel_.run("%timeline --restore"))
        assert _require_whole(third) == _require_whole(fourth) == 5
        names = {kernel_.run("print(mine)").text.split()[0] for kernel_ in (third, fourth)}
        assert names == {"one", "other"}
        for kernel_ in (third, fourth):
            kernel_.run("%undo 2")
            assert _require_whole(kernel_) == 4
