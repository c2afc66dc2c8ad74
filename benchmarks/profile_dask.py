"""How the profile of a Dask frame gets faster with workers; ``profile.py --dask`` runs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dask.dataframe as dd
import pandas as pd
from distributed import Client, LocalCluster, wait

ROWS = 500_000
PARTITIONS = 16


def scale(make: Callable[[int], pd.DataFrame], profile: Callable[[Any], None], runs: int) -> None:
    """Profile a frame that the workers of a local cluster hold in memory, with one worker and with two."""
    print(f"\n### Dask, {ROWS * PARTITIONS:,} × 10 in {PARTITIONS} partitions, one thread a worker\n")
    print("| workers | profile, seconds | × one worker | Dask's describe, seconds | × one worker |")
    print("|---:|---:|---:|---:|---:|")
    first: tuple[float, float] | None = None
    for workers in (1, 2):
        ours, theirs = measure(make, profile, workers, runs)
        first = first or (ours, theirs)
        print(f"| {workers} | {ours:.2f} | {ours / first[0]:.2f} | {theirs:.2f} | {theirs / first[1]:.2f} |")


def measure(
    make: Callable[[int], pd.DataFrame], profile: Callable[[Any], None], workers: int, runs: int
) -> tuple[float, float]:
    """Return the best seconds of a profile, and of Dask's own ``describe``."""
    options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster):
        frame = dd.from_map(make, [ROWS] * PARTITIONS).persist()
        wait(frame)
        profile(frame.partitions[:1])
        ours = min(timed(lambda: profile(frame)) for _ in range(runs))
        theirs = min(timed(lambda: frame.describe().compute()) for _ in range(runs))
    return ours, theirs


def timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
