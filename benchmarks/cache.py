"""What a read costs through the cache beside without, from TinyDB, SQLite and Redis in the same run.

    python benchmarks/cache.py [--records 1000] [--url redis://localhost:6379/0]

Records are 2 KB. Without ``--url``, a redis-server is started on a free port, and left out where there is
none. Compare ratios, not times.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from peers.redis_server import redis_url

from autodash_jupyter.stores import (
    ContextStoreError,
    DatabaseContextStore,
    RedisContextStore,
    TinyDBContextStore,
)
from autodash_jupyter.stores.caching.store import CachedContextStore

CALLS = 2_000
LISTINGS = 20


def record(number: int) -> dict[str, Any]:
    columns = {f"column_{n}": {"dtype": "float64", "missing": n * number, "mean": n / 7} for n in range(20)}
    return {"name": f"table_{number}", "rows": number, "columns": columns, "context": "x" * 600}


def milliseconds(call: Callable[[int], object], count: int) -> float:
    """Return the median time of many calls."""
    times = []
    for number in range(count):
        start = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def seen_by_another(store: Any, cache: Any) -> tuple[float, float]:
    """Return how long after a write past the cache the cache tells it, median and 99 %, in milliseconds."""
    times = []
    for number in range(200):
        cache.get(("dataset", 0))
        store.set(("dataset", 0), {"number": number})
        start = time.perf_counter()
        while cache.get(("dataset", 0)) != {"number": number}:
            time.sleep(0)  # lets the listener have its turn
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000, sorted(times)[-2] * 1000


def measure(name: str, open_store: Callable[[], Any], count: int) -> None:
    with open_store() as store, CachedContextStore(open_store(), size=2 * count) as cache:
        store.set_many((("dataset", number), record(number)) for number in range(count))
        for number in range(count):
            assert cache.get(("dataset", number)) == store.get(("dataset", number)) == record(number)
        cases = {
            "get": (lambda each, n: each.get(("dataset", n * 7919 % count)), CALLS),
            "get of nothing": (lambda each, _: each.get("missing"), CALLS),
            "list_keys": (lambda each, _: each.list_keys(), LISTINGS),
        }
        for case, (call, calls) in cases.items():
            without = milliseconds(lambda n, call=call: call(store, n), calls)  # type: ignore[misc]
            through = milliseconds(lambda n, call=call: call(cache, n), calls)  # type: ignore[misc]
            print(f"{name:<8} {case:<16} {without:>12.4f} {through:>12.4f} {without / through:>8.1f}x")
        median, most = seen_by_another(store, cache)
        print(f"{name:<8} a write past the cache is seen after {median:.3f} ms, 99 % within {most:.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--url", help="a Redis to use (default: one is started)")
    options = parser.parse_args()
    print(f"{'store':<8} {options.records:,} records {'without, ms':>16} {'through, ms':>12} {'faster':>9}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measure("TinyDB", lambda: TinyDBContextStore(folder / "context.json"), options.records)
        try:
            measure("SQLite", lambda: DatabaseContextStore(folder / "context.db"), options.records)
        except ContextStoreError as error:
            print(f"SQLite: left out: {error}")
        url = stack.enter_context(redis_url(options.url))
        if url is None:
            print("Redis: left out: redis-server is not installed; give --url")
            return
        prefix = f"benchmark:{uuid.uuid4().hex}:"
        measure("Redis", lambda: RedisContextStore(url, prefix=prefix), options.records)
        with RedisContextStore(url, prefix=prefix) as store:
            store.delete_many(store.list_keys())


if __name__ == "__main__":
    main()
