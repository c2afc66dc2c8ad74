"""What a put and a get cost, by the number of records, beside stock TinyDB and SQLite in the same run.

    python benchmarks/stores.py [--full] [--folder FOLDER]

Records are 2 KB. Compare ratios, not times: a sync takes 0.1 ms on one disk and 5 ms on the next. Stock
TinyDB rewrites its file at each put, so it is measured up to 1,000 records; ``--full`` goes on to 10,000.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tinydb import TinyDB, where

from autodash_jupyter.stores import TinyDBContextStore
from autodash_jupyter.stores.encoded import encode_entry
from autodash_jupyter.stores.journaled_tables import JournaledTables
from autodash_jupyter.stores.tinydb_store import put_change

SIZES = (10, 100, 1_000, 10_000)
SECONDS = 1.0  # for each figure, or 300 calls
Record = dict[str, Any]


def record(number: int) -> Record:
    columns = {f"column_{n}": {"dtype": "float64", "missing": n * number, "mean": n / 7} for n in range(20)}
    return {"name": f"table_{number}", "rows": number, "columns": columns, "context": "x" * 600}


class Peer(Protocol):
    def put(self, number: int) -> None: ...
    def get(self, number: int) -> Record: ...


class Ours:
    def __init__(self, folder: Path, count: int) -> None:
        path = folder / "context.json"
        with TinyDBContextStore(path) as store:
            store.set(("dataset", 0), record(0))
        fill(path, count)
        self._store = TinyDBContextStore(path)

    def put(self, number: int) -> None:
        self._store.set(("dataset", number), record(number))

    def get(self, number: int) -> Record:
        return self._store.get(("dataset", number)) or {}


def fill(path: Path, count: int) -> None:
    """Put many records at the price of one sync."""
    tables = JournaledTables(path)
    keys = [("dataset", number) for number in range(count)]
    tables.apply([put_change(encode_entry(key, record(key[1]))) for key in keys])
    tables.compact()


class StockTinyDB:
    def __init__(self, folder: Path, count: int) -> None:
        self._db = TinyDB(folder / "stock.json")
        self._db.insert_multiple({"key": number, "value": record(number)} for number in range(count))

    def put(self, number: int) -> None:
        self._db.update({"value": record(number)}, doc_ids=[number + 1])

    def get(self, number: int) -> Record:
        found = self._db.get(where("key") == number)
        return found["value"] if isinstance(found, dict) else {}


class SQLite:
    def __init__(self, folder: Path, count: int) -> None:
        self._db = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE records (key TEXT PRIMARY KEY, value TEXT)")
        rows = ((str(number), json.dumps(record(number))) for number in range(count))
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO records VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def put(self, number: int) -> None:
        row = str(number), json.dumps(record(number))
        self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", row)

    def get(self, number: int) -> Record:
        query = "SELECT value FROM records WHERE key = ?"
        found: Record = json.loads(self._db.execute(query, (str(number),)).fetchone()[0])
        return found


def milliseconds(call: Callable[[int], object], count: int) -> float:
    """Return the median of many calls, each on another record."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    while len(times) < 5 or (len(times) < 300 and time.perf_counter() < until):
        number = len(times) * 7919 % count
        start = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def measure(peer: type[Any], count: int, folder: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        opened: Peer = peer(Path(name), count)
        assert opened.get(count - 1) == record(count - 1)
        return milliseconds(opened.put, count), milliseconds(opened.get, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="stock TinyDB at 10,000 records too")
    parser.add_argument(
        "--folder", type=Path, help="where to write (default: the folder for temporary files)"
    )
    options = parser.parse_args()
    figures: dict[tuple[str, int], tuple[float, float]] = {}
    print(f"{'records':>8} {'store':<18} {'put, ms':>9} {'get, ms':>9} {'put, ratio':>10} {'get, ratio':>10}")
    for count in SIZES:
        for peer in (Ours, SQLite, StockTinyDB):
            if peer is StockTinyDB and count > 1_000 and not options.full:
                continue
            put, get = figures[peer.__name__, count] = measure(peer, count, options.folder)
            ours = figures["Ours", count]
            print(
                f"{count:>8,} {peer.__name__:<18} {put:>9.3f} {get:>9.4f} "
                f"{put / ours[0]:>9.2f}x {get / ours[1]:>9.2f}x"
            )
    flat = figures["Ours", SIZES[-1]][0] / figures["Ours", SIZES[0]][0]
    print(f"ours, a put at {SIZES[-1]:,} records beside one at {SIZES[0]}: {flat:.2f}x")


if __name__ == "__main__":
    main()
