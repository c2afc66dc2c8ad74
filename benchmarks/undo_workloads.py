"""The notebooks of ``undo.py``: variables and cells, the same for every way of undoing that is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Workload", "workloads"]

NOTHING = "len('nothing')"
BUILD = "parts = [pd.DataFrame({'a': np.arange(1_000) + n, 'b': 1.0}) for n in range(50)]"


@dataclass(frozen=True, slots=True)
class Workload:
    """A notebook's variables, one cell that is measured, and whether going back from it is as well."""

    name: str
    variables: Callable[[], dict[str, Any]]
    cell: str
    moves: bool = False


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
        lambda n: [f"t{k}" for k in range(n % 20)],
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


def _beside(build: Callable[[], pd.DataFrame]) -> Callable[[], dict[str, Any]]:
    return lambda: {**usual_variables(100), "big": build()}


def workloads(*, small: bool = False) -> list[Workload]:
    """Return all notebooks; ``small`` leaves the 400 MB frame out."""
    found = [
        Workload(
            f"cell that touches nothing, {count:,} variables", lambda n=count: usual_variables(n), NOTHING
        )
        for count in (10, 100, 1_000)
    ]
    frames = [("86 MB frame", frame_of_86_megabytes, "f0"), ("400 MB frame", frame_of_400_megabytes, "a")]
    for name, build, column in frames[: 1 if small else 2]:
        change = f"big[{column!r}] = big[{column!r}] + 1.0"
        found.append(Workload(f"{name}: cell that touches nothing", _beside(build), NOTHING))
        found.append(Workload(f"{name}: one column changed", _beside(build), change, moves=True))
    found.append(
        Workload("list of 50 frames built", lambda: {"pd": pd, "np": np, "parts": []}, BUILD, moves=True)
    )
    return found
