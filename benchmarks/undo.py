"""What undo costs: recording a cell and going back, beside a deep copy, a pickle, and Kishu where it is.

Run ``python benchmarks/undo.py``; ``--small`` leaves the 400 MB frame out. Times are in milliseconds, the
best of several runs (of one for Kishu, and for copies of big frames); compare the ratios, which say how many
times as long the other way takes in this run. Kishu joins after ``pip install kishu`` in the same place:
its hooks before and after a cell and its checkout are timed, not its saving of the notebook, which needs a
browser. Its times include writing to disk, which the timeline doesn't do.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history import Timeline

Row = tuple[str, float, float, float, float | None]


def best(act: Callable[[], object], *, before: Callable[[], object] = lambda: None, runs: int = 7) -> float:
    """Return the shortest time of some runs, in milliseconds; ``before`` is done each time, untimed."""
    times = []
    for _ in range(runs):
        before()
        started = perf_counter()
        act()
        times.append(perf_counter() - started)
    return min(times) * 1_000


def copied_and_pickled(variables: dict[str, Any], runs: int = 2) -> tuple[float, float]:
    data = {name: value for name, value in variables.items() if not callable(value)}
    return (
        best(lambda: copy.deepcopy(data), runs=runs),
        best(lambda: pickle.loads(pickle.dumps(data, protocol=5)), runs=runs),
    )


def usual_variables(count: int) -> dict[str, Any]:
    """Return numbers, texts, lists, dicts, arrays and small frames, as a notebook has them."""
    kinds: list[Callable[[int], Any]] = [
        lambda n: n,
        lambda n: f"text {n}",
        lambda n: [n, f"x{n}", [1, 2, 3]],
        lambda n: {"a": n, "b": {"c": n}},
        lambda _: np.arange(50.0),
        lambda n: n / 7,
        lambda n: pd.DataFrame({"a": np.arange(100), "b": [f"t{n}"] * 100}),
        lambda n: (n, "pair"),
        lambda n: lambda x=n: x,
        lambda _: None,
    ]
    return {f"v{n}": kinds[n % len(kinds)](n) for n in range(count)}


def frame_of_86_megabytes() -> pd.DataFrame:
    random = np.random.default_rng(0)
    columns: dict[str, Any] = {f"f{n}": random.random(1_000_000) for n in range(6)}
    columns |= {f"i{n}": random.integers(0, 1_000, 1_000_000) for n in range(3)}
    return pd.DataFrame({**columns, "name": random.choice(["north", "south", "east", "west"], 1_000_000)})


def frame_of_400_megabytes() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((10_000_000, 5)), columns=list("abcde"))


def kishu_times(variables: dict[str, Any], cells: list[str]) -> list[float | None]:
    """Return what Kishu adds to each cell, then its checkout of the state before the last; None: not here."""
    if importlib.util.find_spec("kishu") is None:
        return [None] * (len(cells) + 1)
    from IPython.core.interactiveshell import InteractiveShell

    kishu_for_jupyter = import_module("kishu.jupyterint").KishuForJupyter
    notebook, shell = (
        Path(tempfile.mkdtemp(dir=os.environ["KISHU_PATH_ROOT"])) / "cells.ipynb",
        InteractiveShell(),
    )
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    with contextlib.redirect_stdout(io.StringIO()):
        identity = import_module("kishu.notebook_id").NotebookId("benchmark", notebook, "kernel")
        kishu = kishu_for_jupyter(identity, ip=shell)
        kishu.set_session_id(1)
        shell.user_ns.update(variables)
        spent = {"pre_run_cell": 0.0, "post_run_cell": 0.0}
        for hook in spent:
            setattr(kishu, hook, timed(getattr(kishu, hook), hook, spent))
        kishu.install_kishu_hooks()
        times: list[float | None] = []
        for cell in ("first = 1", *cells):
            shell.run_cell(cell, store_history=True).raise_error()
            times.append(sum(spent.values()))
        log = import_module("kishu.commands").KishuCommand.log(notebook).commit_graph
        return [*times[1:], best(lambda: kishu.checkout(log[-2].commit_id, skip_notebook=True), runs=1)]


def timed(act: Callable[[Any], object], name: str, spent: dict[str, float]) -> Callable[[Any], None]:
    def run(argument: Any) -> None:
        started = perf_counter()
        act(argument)
        spent[name] = (perf_counter() - started) * 1_000

    return run


def untouched(count: int) -> Row:
    variables = usual_variables(count)
    recorded = best(Timeline(variables).record)
    kishu = kishu_times(variables, ["len('nothing')"])[0]
    return (
        f"cell that touches nothing, {count:,} variables",
        recorded,
        *copied_and_pickled(variables),
        kishu,
    )


def with_a_frame(name: str, frame: pd.DataFrame) -> list[Row]:
    variables = {**usual_variables(100), "big": frame}
    others = copied_and_pickled(variables, runs=1)
    timeline, column = Timeline(variables), frame.columns[0]

    def change() -> None:
        frame[column] = frame[column] + 1.0

    ours = [best(timeline.record), best(timeline.record, before=change, runs=5), best(timeline.undo, runs=3)]
    cells = ["len('nothing')", f"big[{column!r}] = big[{column!r}] + 1.0"]
    titles = ("cell that touches nothing", "one column changed", "undo")
    rows = zip(titles, ours, kishu_times(variables, cells), strict=True)
    return [(f"{name}: {title}", time, *others, kishu) for title, time, kishu in rows]


def with_many_frames() -> list[Row]:
    variables: dict[str, Any] = {"parts": []}
    timeline = Timeline(variables)

    def build() -> None:
        variables["parts"] = [pd.DataFrame({"a": np.arange(1_000) + n, "b": 1.0}) for n in range(50)]

    ours = [best(timeline.record, before=build, runs=5), best(timeline.undo, runs=3)]
    build()
    others, setup = copied_and_pickled(variables), {"pd": pd, "np": np, "parts": []}
    cell = "parts = [pd.DataFrame({'a': np.arange(1_000) + n, 'b': 1.0}) for n in range(50)]"
    rows = zip(("built", "undo"), ours, kishu_times(setup, [cell]), strict=True)
    return [(f"list of 50 frames: {title}", time, *others, kishu) for title, time, kishu in rows]


def main() -> None:
    rows = [untouched(count) for count in (10, 100, 1_000)]
    rows += with_a_frame("86 MB frame", frame_of_86_megabytes())
    if "--small" not in sys.argv:
        rows += with_a_frame("400 MB frame", frame_of_400_megabytes())
    rows += with_many_frames()
    print("| | Timeline, ms | deep copy, ms | ratio | pickle, ms | ratio | Kishu, ms | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, ours, *others in rows:
        told = (f"{time:,.1f} | {time / ours:,.1f}" if time is not None else "not here | " for time in others)
        print(f"| {name} | {ours:.3f} | {' | '.join(told)} |")
    if importlib.util.find_spec("kishu") is None:
        print("\nKishu is not installed here: `pip install kishu` adds its column.")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KISHU_PATH_ROOT": folder, "ENV_KISHU_TEST_MODE": "true"}
        main()
