"""How long it takes to write the contexts of a hundred tables offline, beside pandas describing the same.

The documents are drafted, their metrics run in DuckDB, and saved as revisions in memory. Run:
    python benchmarks/context_generation.py [TABLES] [ROWS]
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

import numpy as np
import pandas as pd

from autodash_jupyter.services import DatasetService
from autodash_jupyter.stores import InMemoryContextStore


def make_table(number: int, rows: int) -> pd.DataFrame:
    """Return a table of eight columns as they come in files: keys, words, amounts, moments, gaps."""
    random = np.random.default_rng(number)
    return pd.DataFrame(
        {
            "order_id": np.arange(rows) + 10_000 * number,
            "customer": random.choice([f"C{each:04d}" for each in range(500)], rows),
            "region": random.choice(["north", "south", "east", "west"], rows),
            "status": random.choice(["open", "sent", "returned"], rows),
            "price": random.gamma(2, 20, rows).round(2),
            "quantity": random.integers(1, 20, rows),
            "discount": pd.Series(random.random(rows)).where(random.random(rows) > 0.1),
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 365, rows), "D"),
        }
    )


async def generate_all(service: DatasetService, tables: dict[str, pd.DataFrame]) -> None:
    """Write the contexts of all tables, one after the other."""
    for dataset_id, table in tables.items():
        await service.generate_context_async(dataset_id, table, 1)


def main() -> None:
    """Print the seconds of both, for each table, and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000
    tables = {f"upload_{number}": make_table(number, rows) for number in range(count)}
    service = DatasetService(InMemoryContextStore())
    for dataset_id, table in tables.items():
        service.store_dataset(1, dataset_id, table, f"{dataset_id}.csv")
    warm = make_table(count, 100)
    service.store_dataset(1, "warm", warm, "warm.csv")
    asyncio.run(generate_all(service, {"warm": warm}))
    warm.describe(include="all")

    began = perf_counter()
    for table in tables.values():
        table.describe(include="all")
    described = perf_counter() - began
    began = perf_counter()
    asyncio.run(generate_all(service, tables))
    generated = perf_counter() - began

    statuses = {service.get_context_status(1, dataset_id) for dataset_id in tables}
    print(f"{count} tables of {rows:,} rows and {len(warm.columns)} columns; statuses: {', '.join(statuses)}")
    for name, seconds in (("pandas describe(include='all')", described), ("contexts, offline", generated)):
        print(f"{name:32} {seconds:7.2f} s   {1000 * seconds / count:7.1f} ms each")
    print(f"a context takes {generated / described:.1f} times as long as a describe")


if __name__ == "__main__":
    main()
