"""A kernel is killed at any moment; the next one brings back what it had, and undo goes on from there."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kernel_client import NotebookKernel

pytestmark = [pytest.mark.kernel, pytest.mark.faults, pytest.mark.slow]

SHOW = """
import json as _json
print(_json.dumps([
    [frame.to_dict("list")], frame.index.tolist(), alias is frame, held[0] is frame, held[1:], array.tolist(),
    bool(view.base is array), thing.value, thing.frame is frame, shift(1), sorted(settings.items())]))
"""
FIRST = """
import pandas as pd, numpy as np
frame = pd.DataFrame({"a": range(50), "b": 1.5, "c": list("abcde") * 10}); alias = frame; held = [frame]
array = np.arange(20); view = array[5:]
class Thing: pass
thing = Thing(); thing.value = [1]; thing.frame = frame
offset = 1
def shift(n): return n + offset
settings = {"n": 0}
"""
CHANGES = [
    "frame.loc[{n} % 50, 'a'] = {n}",
    "frame['new{n}'] = frame['a'] * {n}",
    "held.append({n})",
    "view[{n} % 15] = {n}",
    "thing.value.append({n})",
    "offset = {n}",
    "settings['k{n}'] = 'v' * {n}",
    "frame['b'].array[{n} % 50] = {n}",
    "frame.drop(index=frame.index[-1], inplace=True)",
]


@contextmanager
def kernel(folder: Path) -> Iterator[NotebookKernel]:
    one = NotebookKernel(folder, {**os.environ, "JPY_SESSION_NAME": str(folder / "crash.ipynb")})
    try:
        assert one.run("%load_ext autodash_jupyter").error == ""
        yield one
    finally:
        one.close()


def _shown(one: NotebookKernel) -> list[Any]:
    ran = one.run(SHOW)
    assert ran.error == ""
    return list(json.loads(next(line for line in ran.text.splitlines() if line.startswith("[["))))


@pytest.mark.parametrize("seed", range(4))
def test_every_state_that_was_stored_comes_back(working_folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    with kernel(working_folder) as first:
        process = int(first.run("import os; print(os.getpid())").text)
        first.run("del os")
        first.run(FIRST)
        shown = {_position(first): _shown(first)}
        for n in range(1, chance.randint(6, 14)):
            first.run(chance.choice(CHANGES).format(n=n))
            shown[_position(first)] = _shown(first)
        time.sleep(chance.random() * 1.5)
        os.kill(process, signal.SIGKILL)
    with kernel(working_folder) as second:
        said = second.run("%timeline --restore")
        assert said.error == ""
        at = _position(second)
        assert at in shown
        assert max(shown) - at <= 2 + len(CHANGES)
        for step in [at, *(each for each in sorted(shown, reverse=True) if each < at), at]:
            moved = second.run(f"%timeline --goto {step}")
            assert moved.error == "", moved.error
            assert _shown(second) == shown[step]


def test_a_step_older_than_a_second_is_never_lost(working_folder: Path) -> None:
    with kernel(working_folder) as first:
        process = int(first.run("import os; print(os.getpid())").text)
        first.run(FIRST)
        first.run("frame['b'] = 2")
        expected = _shown(first)
        time.sleep(1.5)
        os.kill(process, signal.SIGKILL)
    with kernel(working_folder) as second:
        assert second.run("%timeline --restore").error == ""
        assert _shown(second) == expected
        assert second.run("%undo frame").error == ""
        assert _shown(second)[0][0]["b"] == [1.5] * 50


def test_a_running_kernels_history_is_not_taken(working_folder: Path) -> None:
    with kernel(working_folder) as first, kernel(working_folder) as second:
        first.run(FIRST)
        time.sleep(1.0)
        refused = second.run("%timeline --restore")
        assert "no earlier history" in refused.text + refused.error
        second.run("mine = 1")
        time.sleep(1.0)
        assert first.run("%undo").error == ""


def _position(one: NotebookKernel) -> int:
    code = "from autodash_jupyter.extension import current as _c; print(_c().session.timeline.position)"
    return int(next(line for line in one.run(code).text.splitlines() if line.isdigit()))
