"""What it costs to read files, beside pandas, polars and DuckDB: a large CSV file and a workbook.

Run ``python benchmarks/reading.py [MEGABYTES] [ROWS]``; by default the CSV file has 1,000 MB and the workbook
200,000 rows. Every reader gives a pandas frame, with its own inference of types; ours looks at every value
before it chooses one. Each runs in a process of its own, so that its peak of memory is its own; the best of
some runs counts. Compare the ratios, which say how many times as long ours takes, of this run alone.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from autodash_jupyter.frames import read_source

RUNS = 3


def mixed_frame(rows: int) -> pd.DataFrame:
    """Return whole numbers, prices, words, moments and flags."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "price": np.round(random.lognormal(3, 1, rows), 2),
            "region": random.choice(["north", "south", "east", "west"], rows),
            "customer": [f"customer {number % 97_331}" for number in range(rows)],
            "moment": pd.Timestamp("2024") + pd.to_timedelta(random.integers(0, 31_536_000, rows), unit="s"),
            "paid": random.random(rows) > 0.5,
        }
    )


def write_csv(path: Path, megabytes: int) -> None:
    """Write a file of about this size."""
    chunk = mixed_frame(200_000)
    text = chunk.to_csv(index=False)
    header, _, body = text.partition("\n")
    with path.open("w") as file:
        file.write(header + "\n")
        for _ in range(max(1, megabytes * 1_000_000 // len(body))):
            file.write(body)


def ours(path: Path) -> object:
    """Read with this package."""
    return read_source(path)


def by_pandas(path: Path) -> object:
    """Read with pandas: its C engine, or calamine for a workbook."""
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="calamine")
    return pd.read_csv(path, parse_dates=["moment"])


def by_polars(path: Path) -> object:
    """Read with polars, and convert."""
    if path.suffix == ".xlsx":
        return None
    return pl.read_csv(path, try_parse_dates=True).to_pandas()


def by_duckdb(path: Path) -> object:
    """Read with DuckDB, and convert."""
    if path.suffix == ".xlsx":
        return None
    duckdb.execute("SET enable_progress_bar = false")
    return duckdb.sql(f"FROM read_csv('{path}')").df()


READERS: dict[str, Callable[[Path], object]] = {
    "ours": ours,
    "pandas": by_pandas,
    "polars": by_polars,
    "DuckDB": by_duckdb,
}


def measured(name: str, path: Path) -> tuple[float, float]:
    """Return the shortest time of some runs in seconds, and what the peak of memory rose by in MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(RUNS):
        started = perf_counter()
        READERS[name](path)
        times.append(perf_counter() - started)
    return min(times), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def show(what: str, path: Path, names: Sequence[str]) -> None:
    """Print each reader's time and memory, and how many times as long ours takes."""
    found = {}
    for name in names:
        with get_context("spawn").Pool(1) as process:
            found[name] = process.apply(measured, (name, path))
    print(what)
    for name, (seconds, megabytes) in found.items():
        ratio = found["ours"][0] / seconds
        print(f"  {name:<8} {seconds:6.2f} s {megabytes:7,.0f} MB   ours takes {ratio:.2f} times as long")


def main(megabytes: int = 1_000, rows: int = 200_000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        csv, workbook = Path(folder, "table.csv"), Path(folder, "table.xlsx")
        write_csv(csv, megabytes)
        show(f"a CSV file of {csv.stat().st_size / 1e6:.0f} MB", csv, list(READERS))
        mixed_frame(rows).to_excel(workbook, index=False)
        show(f"a workbook of {rows:,} rows", workbook, ["ours", "pandas"])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
