"""What it takes to find the context of a dataset, by the number of contexts, beside a scan in the same run.

    python benchmarks/context_lookup.py [--sizes 10 1000 10000] [--stores tinydb sqlite redis]

A context says something of 20 columns, with 5 metrics and 5 terms: about 5 KB. *first* is a look-up of a
dataset that wasn't looked up before, *again* one that was, *written* one after another process wrote
something; a scan reads every context until one names the dataset. Redis is a server on loopback, read
through the cache, as the settings open it. Compare ratios, not times; each look-up takes turns with a scan.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autodash_jupyter import ContextService
from autodash_jupyter.catalog import ContextCatalog, ContextRecord
from autodash_jupyter.services.given_documents import plain_values, read_given
from autodash_jupyter.stores import (
    CachedContextStore,
    ContextStore,
    DatabaseContextStore,
    RedisContextStore,
    TinyDBContextStore,
    set_many,
)

TURNS = 300
SECONDS_OF_SCANS = 2.0
BATCH = 1_000


def document(number: int) -> dict[str, Any]:
    """Return a document of about 5 KB about one dataset."""
    columns = [
        {
            "name": f"column_{each}",
            "business_name": f"Column number {each}",
            "description": "What a value of this column says about the order of which the row tells.",
        }
        for each in range(20)
    ]
    return {
        "name": f"context_{number}",
        "description": "One row is one order line. " * 10,
        "datasets": [{"dataset_id": f"upload_{number}", "columns": columns}],
        "metrics": [{"name": f"Metric {each}", "expression": f"SUM(column_{each})"} for each in range(5)],
        "glossary": [{"term": f"Term {each}", "definition": "What people mean by it."} for each in range(5)],
    }


def fill(store: ContextStore, count: int) -> None:
    """Put contexts and their links into a store, as the service writes them."""
    given = read_given(document(0))
    document_values = plain_values(given.document)
    template = ContextRecord("", "ada", "{}", given.text).as_record()
    now = datetime.now(UTC)
    for start in range(0, count, BATCH):
        items: dict[Any, Any] = {}
        for number in range(start, min(start + BATCH, count)):
            context_id, dataset_id = f"ctx_{number}", f"upload_{number}"
            values = document_values | {
                "name": f"context_{number}",
                "datasets": [document_values["datasets"][0] | {"dataset_id": dataset_id}],
            }
            changes = {
                "context_id": context_id,
                "document": json.dumps(values),
                "links": [dataset_id],
                "updated_at": now.isoformat(),
            }
            items["context", context_id] = template | changes
            items["link", dataset_id] = {
                "dataset_id": dataset_id,
                "user_id": "ada",
                "context_ids": [context_id],
            }
        set_many(store, items)


def scan(store: ContextStore, dataset_id: str) -> ContextRecord | None:
    """Find a context as one does without links: by reading one after another."""
    for key in store.list_keys():
        if isinstance(key, tuple) and key[0] == "context":
            value = store.get(key)
            if value is not None and dataset_id in value["links"]:
                return ContextRecord.from_record(value)
    return None


def median_ms(call: Callable[[int], object], turns: int, seconds: float = 60.0) -> float:
    """Return the median of what calls take, each given its number."""
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while len(taken) < 3 or (len(taken) < turns and time.perf_counter() < until):
        start = time.perf_counter()
        call(len(taken))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def measure(store: ContextStore, other: ContextStore, count: int) -> tuple[float, float, float, float]:
    """Return what a first look-up takes, another one, one after a write, and a scan, in milliseconds."""
    service = ContextService(store)

    def look_up(turn: int) -> None:
        number = turn * 7919 % count
        found = service.find_active_context_by_dataset("ada", f"upload_{number}")
        assert found is not None
        assert found.context_id == f"ctx_{number}"

    service.find_active_context_by_dataset("ada", "nobody's")  # connects
    first = median_ms(look_up, min(count, TURNS))
    again = median_ms(lambda turn: look_up(turn % min(count, TURNS)), TURNS)
    after: list[float] = []
    for turn in range(20):
        other.set("written", {"turn": turn})
        start = time.perf_counter()
        look_up(turn)
        after.append(1000 * (time.perf_counter() - start))
    by_scan = median_ms(lambda turn: scan(store, f"upload_{turn * 7919 % count}"), 20, SECONDS_OF_SCANS)
    return first, again, statistics.median(after), by_scan


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[tuple[ContextStore, ContextStore]]:
    """Open a store of this kind twice, as two processes would."""
    if kind == "redis":
        with (
            running_redis(folder) as url,
            CachedContextStore(RedisContextStore(url)) as cached,
            RedisContextStore(url) as other,
        ):
            yield cached, other
        return
    make: Any = {"tinydb": TinyDBContextStore, "sqlite": DatabaseContextStore}[kind]
    with make(folder / "context") as one, make(folder / "context") as other:
        yield one, other


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Run a Redis on loopback."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(["redis-server", *options], stdout=log, stderr=log)
    try:
        time.sleep(1)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1_000, 10_000])
    parser.add_argument("--stores", nargs="+", default=["tinydb", "sqlite", "redis"])
    options = parser.parse_args()
    kinds = [kind for kind in options.stores if kind != "redis" or shutil.which("redis-server")]
    for kind in sorted(set(options.stores) - set(kinds)):
        print(f"{kind} is left out: it isn't installed", file=sys.stderr)
    heads = ("first, ms", "again, ms", "written, ms", "scan, ms", "scan/again", "scan/first")
    print(f"{'store':<8}{'contexts':>10}" + "".join(f"{head:>13}" for head in heads))
    for kind in kinds:
        for count in options.sizes:
            with tempfile.TemporaryDirectory() as name, opened(kind, Path(name)) as (store, other):
                fill(other, count)
                assert ContextCatalog(other).active("upload_0") is not None
                first, again, written, by_scan = measure(store, other, count)
            times = "".join(f"{each:>13.4f}" for each in (first, again, written, by_scan))
            print(f"{kind:<8}{count:>10,}{times}{by_scan / again:>13,.0f}{by_scan / first:>13,.0f}")


if __name__ == "__main__":
    main()
