"""What undo costs: recording a cell and going back, beside a deep copy and a pickle of the same variables.

Run ``python benchmarks/undo.py``; ``--small`` leaves the 400 MB frame out. Times are the best of several
runs, in milliseconds; compare the ratios, which say how many times as long the other way takes in this run.
Kishu joins where it can be imported: ``pip install kishu`` into an environment of its own with this package.
"""

from __future__ import annotations

import copy
import importlib.util
import pickle
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history import Timeline

Row = tuple[str, float, float, float]


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


def untouched(count: int) -> Row:
    variables = usual_variables(count)
    timeline = Timeline(variables)
    return (
        f"cell that touches nothing, {count:,} variables",
        best(timeline.record),
        *copied_and_pickled(variables),
    )


def with_a_frame(name: str, frame: pd.DataFrame) -> list[Row]:
    variables = {**usual_variables(100), "big": frame}
    others = copied_and_pickled(variables, runs=1)
    timeline = Timeline(variables)
    column = frame.columns[0]

    def change() -> None:
        frame[column] = frame[column] + 1.0

    return [
        (f"{name}: cell that touches nothing", best(timeline.record), *others),
        (f"{name}: one column changed", best(timeline.record, before=change, runs=5), *others),
        (f"{name}: undo", best(timeline.undo, runs=3), *others),
        (f"{name}: redo", best(timeline.redo, runs=3), *others),
    ]


def with_many_frames() -> list[Row]:
    variables: dict[str, Any] = {"parts": []}
    timeline = Timeline(variables)

    def build() -> None:
        variables["parts"] = [pd.DataFrame({"a": np.arange(1_000) + n, "b": 1.0}) for n in range(50)]

    recorded = best(timeline.record, before=build, runs=5)
    others = copied_and_pickled(variables)
    name = "list of 50 frames"
    return [(f"{name}: built", recorded, *others), (f"{name}: undo", best(timeline.undo, runs=3), *others)]


def main() -> None:
    rows = [untouched(count) for count in (10, 100, 1_000)]
    rows += with_a_frame("86 MB frame", frame_of_86_megabytes())
    if "--small" not in sys.argv:
        rows += with_a_frame("400 MB frame", frame_of_400_megabytes())
    rows += with_many_frames()
    print("| | Timeline, ms | deep copy, ms | ratio | pickle, ms | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, ours, copied, pickled in rows:
        others = f"{copied:.1f} | {copied / ours:,.1f} | {pickled:.1f} | {pickled / ours:,.1f}"
        print(f"| {name} | {ours:.3f} | {others} |")
    if importlib.util.find_spec("kishu") is None:
        print("\nKishu is not installed here; see the top of this file for how to add it.")


if __name__ == "__main__":
    main()
