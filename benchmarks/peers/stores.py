"""The stores that ``benchmarks/stores.py`` measures beside ours, each used as its own documentation says.

A peer is opened on an empty folder with a number of records. It puts and gets the record of a number, and
finds one by its name; ``MissingError`` where a library or a server isn't installed.
"""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any, Protocol

from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from autodash_jupyter.catalog.index import RecordIndex
from autodash_jupyter.stores import TinyDBContextStore

__all__ = ["PEERS", "MissingError", "Ours", "Peer", "name_of", "record"]

Record = dict[str, Any]


class MissingError(Exception):
    """A library or a server isn't installed: there is a row less."""


class Peer(Protocol):
    def put(self, number: int) -> object: ...
    def get(self, number: int) -> Record: ...
    def find(self, name: str) -> Record: ...
    def close(self) -> object: ...


def record(number: int) -> Record:
    """Return a record of about 2 KB."""
    columns = {f"column_{n}": {"dtype": "float64", "missing": n * number, "mean": n / 7} for n in range(20)}
    return {"name": name_of(number), "rows": number, "columns": columns, "context": "x" * 600}


def name_of(number: int) -> str:
    return f"table_{number}"


class Ours:
    title = "ours"

    def __init__(self, folder: Path, count: int) -> None:
        self._store = TinyDBContextStore(folder / "context.json")
        self._store.set_many((("dataset", str(number)), record(number)) for number in range(count))
        self._store.compact()
        self._index = RecordIndex(self._store, "dataset", dict, {"name": lambda value: [value["name"]]})

    def put(self, number: int) -> None:
        self._store.set(("dataset", str(number)), record(number))

    def get(self, number: int) -> Record:
        return self._store.get(("dataset", str(number))) or {}

    def find(self, name: str) -> Record:
        return self._index.find("name", name)[0]

    def close(self) -> None:
        self._store.close()


class StockTinyDB:
    title = "TinyDB"

    def __init__(self, folder: Path, count: int) -> None:
        self._db = self._open(folder)
        self._db.insert_multiple({"key": number, "value": record(number)} for number in range(count))

    def _open(self, folder: Path) -> TinyDB:
        return TinyDB(folder / "stock.json")

    def put(self, number: int) -> None:
        self._db.update({"value": record(number)}, doc_ids=[number + 1])

    def get(self, number: int) -> Record:
        found = self._db.get(doc_id=number + 1)
        return found["value"] if isinstance(found, dict) else {}

    def find(self, name: str) -> Record:
        found = self._db.get(where("value").name == name)
        return found["value"] if isinstance(found, dict) else {}

    def close(self) -> None:
        self._db.close()


class CachingTinyDB(StockTinyDB):
    title = "TinyDB, caching (loses)"

    def _open(self, folder: Path) -> TinyDB:
        return TinyDB(folder / "stock.json", storage=CachingMiddleware(JSONStorage))


class SQLiteFull:
    title = "SQLite WAL, FULL"
    synchronous = "FULL"

    def __init__(self, folder: Path, count: int) -> None:
        self._db = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(f"PRAGMA synchronous={self.synchronous}")
        self._db.execute("CREATE TABLE records (key TEXT PRIMARY KEY, name TEXT, value TEXT)")
        self._db.execute("CREATE INDEX by_name ON records (name)")
        rows = ((str(number), name_of(number), json.dumps(record(number))) for number in range(count))
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO records VALUES (?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def put(self, number: int) -> None:
        row = str(number), name_of(number), json.dumps(record(number))
        self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row)

    def get(self, number: int) -> Record:
        return self._first("SELECT value FROM records WHERE key = ?", str(number))

    def find(self, name: str) -> Record:
        return self._first("SELECT value FROM records WHERE name = ?", name)

    def _first(self, query: str, wanted: str) -> Record:
        found: Record = json.loads(self._db.execute(query, (wanted,)).fetchone()[0])
        return found

    def close(self) -> None:
        self._db.close()


class SQLiteNormal(SQLiteFull):
    title = "SQLite WAL, NORMAL"  # a put is in the system's hands, not yet on the disk
    synchronous = "NORMAL"


class DiskCache:
    title = "diskcache"  # SQLite with NORMAL, values pickled; it has no index but the key, so names are keys

    def __init__(self, folder: Path, count: int) -> None:
        try:
            import diskcache
        except ImportError as error:
            raise MissingError("diskcache isn't installed: pip install diskcache") from error
        self._cache = diskcache.Cache(folder)
        with self._cache.transact():
            for number in range(count):
                self.put(number)

    def put(self, number: int) -> None:
        with self._cache.transact():
            self._cache[str(number)] = record(number)
            self._cache[name_of(number)] = str(number)

    def get(self, number: int) -> Record:
        found: Record = self._cache[str(number)]
        return found

    def find(self, name: str) -> Record:
        return self.get(int(self._cache[name]))

    def close(self) -> None:
        self._cache.close()


class Redis:
    title = "Redis, loopback"  # in memory: a put is on no disk; names are keys of keys

    def __init__(self, folder: Path, count: int) -> None:
        if (program := shutil.which("redis-server")) is None:
            raise MissingError("redis-server isn't installed")
        try:
            import redis
        except ImportError as error:
            raise MissingError("redis-py isn't installed: pip install autodash-jupyter[redis]") from error
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self._server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        self._redis = redis.Redis(port=port)
        while not self._answers(redis.ConnectionError):
            time.sleep(0.05)
        for number in range(count):
            self.put(number)

    def _answers(self, error: type[Exception]) -> bool:
        try:
            return bool(self._redis.ping())
        except error:
            return False

    def put(self, number: int) -> None:
        self._redis.mset({str(number): json.dumps(record(number)), name_of(number): str(number)})

    def get(self, number: int) -> Record:
        found: Record = json.loads(self._redis.get(str(number)))
        return found

    def find(self, name: str) -> Record:
        return self.get(int(self._redis.get(name)))

    def close(self) -> None:
        self._redis.close()
        self._server.terminate()
        self._server.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


PEERS: tuple[type[Any], ...] = (SQLiteFull, SQLiteNormal, StockTinyDB, CachingTinyDB, DiskCache, Redis)
