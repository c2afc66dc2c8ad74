"""What it costs to read files, beside pandas, polars and DuckDB: a large CSV file and a workbook.

Run ``python benchmarks/reading.py [MEGABYTES] [ROWS]``; by default the CSV file has 200 MB and the workbook
200,000 rows. Every reader gives a pandas frame, with its own inference of types; ours looks at every value
before it chooses one. The best of some runs counts; compare the ratios, which say how many times as long ours
takes, of this run alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
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


def best(read: Callable[[], object]) -> float:
    """Return the shortest time of some runs, in seconds."""
    times = []
    for _ in range(RUNS):
        started = perf_counter()
        read()
        times.append(perf_counter() - started)
    return min(times)


def show(what: str, readers: dict[str, Callable[[], object]]) -> None:
    """Print each reader's time and how many times as long ours takes."""
    times = {name: best(read) for name, read in readers.items()}
    print(what)
    for name, seconds in times.items():
        print(f"  {name:<12} {seconds:6.2f} s   ours takes {times['ours'] / seconds:.2f} times as long")


def main(megabytes: int = 200, rows: int = 200_000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        csv, workbook = Path(folder, "table.csv"), Path(folder, "table.xlsx")
        write_csv(csv, megabytes)
        show(
            f"a CSV file of {csv.stat().st_size / 1e6:.0f} MB",
            {
                "ours": lambda: read_source(csv),
                "pandas": lambda: pd.read_csv(csv, parse_dates=["moment"]),
                "polars": lambda: pl.read_csv(csv, try_parse_dates=True).to_pandas(),
                "DuckDB": lambda: duckdb.sql(f"FROM read_csv('{csv}')").df(),
            },
        )
        mixed_frame(rows).to_excel(workbook, index=False)
        show(
            f"a workbook of {rows:,} rows",
            {
                "ours": lambda: read_source(workbook),
                "pandas": lambda: pd.read_excel(workbook, engine="calamine"),
            },
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
