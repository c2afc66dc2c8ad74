"""What an operation costs beside the pandas call one would write: checks, summary and record included.

    python benchmarks/operations.py            # 1,000,000 rows
    python benchmarks/operations.py --rows N

Each is run once to warm up, then three times, of which the best counts; ratios are to pandas in the same run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.operations import run_operation


def table(rows: int) -> pd.DataFrame:
    """Return numbers with gaps, codes and texts, always the same for the same size."""
    random = np.random.default_rng(0)
    price = np.where(random.random(rows) < 0.02, np.nan, random.random(rows))
    words = np.array(["north", "south ", "  east"])
    return pd.DataFrame(
        {"price": price, "code": random.integers(0, 1000, rows), "city": words[random.integers(0, 3, rows)]}
    )


def best(action: Callable[[], Any]) -> float:
    """Return the least of three times, in seconds."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times[1:])


def pairs(frame: pd.DataFrame) -> list[tuple[str, dict[str, Any], Callable[[], Any]]]:
    """Return operations, their parameters, and what one would write in pandas."""
    return [
        ("drop_missing", {"columns": ["price"]}, lambda: frame.dropna(subset=["price"])),
        ("fill_missing", {"value": 0}, lambda: frame.fillna({"price": 0})),
        ("filter_rows", {"expression": "price > 0.5"}, lambda: frame[frame["price"] > 0.5]),
        ("clean_strings", {}, lambda: frame.assign(city=frame["city"].str.strip())),
        ("sort", {"columns": ["price"]}, lambda: frame.sort_values("price", kind="stable")),
        (
            "group_by_agg",
            {"by": ["code"], "aggregations": {"price": "mean"}},
            lambda: frame.groupby("code", as_index=False).agg({"price": "mean"}),
        ),
        ("one_hot", {"columns": ["city"]}, lambda: pd.get_dummies(frame, columns=["city"])),
        ("drop_duplicates", {"columns": ["code"]}, lambda: frame.drop_duplicates("code")),
    ]


def main() -> None:
    """Print a line for each operation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    frame = table(parser.parse_args().rows)
    for action, given, peer in pairs(frame):
        ours, theirs = best(lambda: run_operation(action, frame, given)), best(peer)  # noqa: B023 - called at once
        print(f"{action:16} {ours * 1e3:8.1f} ms   pandas {theirs * 1e3:8.1f} ms   x {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
