"""What it takes to commit, load and undo a session's table on Redis, beside plain SET and GET.

    python benchmarks/sessions.py [--sizes 1 100] [--sessions 100] [--url redis://localhost:6379/0]

Sizes are MB in memory. The peer keeps the same table as Parquet by redis-py: ``SET`` is only to send the
bytes, under a new key as every state has one; ``Parquet`` is to make them, too, as a commit must. A ratio is
how many times as long the peer takes as ours, taking turns in one run: over 1 is faster than the peer.
Without ``--url``, a redis-server is started on a free port, and all is left out where there is none.
"""

from __future__ import annotations

import argparse
import io
import statistics
import threading
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import redis
from peers.redis_server import redis_url

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.sessions.redis.store import RedisSessions

TURNS = {1: 100, 100: 7}
OPERATION = {"action": "benchmark"}


def table(megabytes: float, seed: int = 0) -> pd.DataFrame:
    """Return numbers, moments and texts of about so many MB in memory; no column is as with another seed."""
    random, rows = np.random.default_rng(seed), int(megabytes * (1 << 20) / 40)
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 10**6, rows), unit="s")
    return pd.DataFrame(
        {
            "id": np.arange(seed, rows + seed),
            "price": random.random(rows).round(2),
            "value": random.random(rows),
            "sold": moments,
            "region": random.choice(["north", "south", "east", "west"], rows),
        }
    )


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def take_turns(
    turns: int, prepare: Callable[[int], None], calls: dict[str, Callable[[], object]]
) -> dict[str, float]:
    """Return the median of each call in milliseconds, without what prepares its turn."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(turns):
        prepare(turn)
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


class Compared:
    """One table in a session of ours, and as the peer keeps it; each turn begins with other cells."""

    def __init__(self, url: str, megabytes: int) -> None:
        self.client, self.megabytes = redis.Redis.from_url(url), megabytes
        self.ours = TableSessions("benchmark", store=RedisSessions(url, ttl_seconds=600))
        self.other = TableSessions("benchmark", store=RedisSessions(url, ttl_seconds=600, recent_bytes=0))
        self.session_id = self.ours.create()
        self.ours.initialize_table(self.session_id, table(megabytes), "t")

    def prepare(self, turn: int) -> None:
        self.frame = table(self.megabytes, turn + 1)
        self.step = self.frame.assign(price=self.frame["price"] + 1)
        self.data, self.key = parquet(self.frame), f"benchmark:{self.session_id}:{turn}"

    def calls(self) -> dict[str, Callable[[], object]]:
        ours, session_id = self.ours, self.session_id
        return {
            "set": lambda: self.client.set(self.key, self.data, ex=600),
            "parquet": lambda: self.client.set(f"{self.key}:p", parquet(self.frame), ex=600),
            "commit": lambda: ours.commit_dataframe(session_id, "t", self.frame, OPERATION),
            "step": lambda: ours.commit_dataframe(session_id, "t", self.step, OPERATION),
            "get": lambda: pd.read_parquet(io.BytesIO(self.client.get(self.key) or b"")),
            "load": lambda: self.other.load(session_id, "t"),
            "again": lambda: ours.load(session_id, "t"),
            "undo": lambda: ours.undo(session_id, "t"),
            "redo": lambda: ours.redo(session_id, "t"),
        }

    def close(self) -> None:
        self.ours.delete(self.session_id)
        for key in self.client.scan_iter(f"benchmark:{self.session_id}:*"):
            self.client.unlink(key)


def measure_size(url: str, megabytes: int) -> None:
    """Print what one table of a size takes."""
    turns = TURNS.get(megabytes, 5)
    compared = Compared(url, megabytes)
    took = take_turns(turns, compared.prepare, compared.calls())
    size = len(compared.data) / (1 << 20)
    print(f"\n{megabytes} MB, {len(compared.frame):,} rows; as Parquet {size:.1f} MB; medians of {turns}")
    line("SET of the Parquet bytes", took["set"])
    line("write Parquet and SET", took["parquet"])
    line("commit, all columns changed", took["commit"], SET=took["set"], Parquet=took["parquet"])
    line("commit, one of five changed", took["step"], SET=took["set"], Parquet=took["parquet"])
    line("GET and read Parquet", took["get"])
    line("load, from Redis", took["load"], Parquet=took["get"])
    line("load, just committed here", took["again"], Parquet=took["get"])
    line("undo", took["undo"], SET=took["set"], Parquet=took["parquet"])
    line("redo", took["redo"], SET=took["set"], Parquet=took["parquet"])
    compared.close()


def line(what: str, milliseconds: float, **peers: float) -> None:
    ratios = "".join(f"   {peer} {took / milliseconds:.2f}x" for peer, took in peers.items())
    print(f"  {what:<28}{milliseconds:>9.2f} ms{ratios}")


def measure_many(url: str, count: int) -> None:
    """Print what the calls of many sessions at once take, each in a thread that does one after the other."""
    frame = table(0.05)
    data = parquet(frame)
    store = RedisSessions(url, ttl_seconds=600)
    sessions = TableSessions("benchmark", store=store)
    ids = [sessions.create() for _ in range(count)]
    for session_id in ids:
        sessions.initialize_table(session_id, frame, "t")
    client = redis.Redis(
        connection_pool=redis.BlockingConnectionPool.from_url(url, max_connections=16, timeout=20)
    )

    def ours(session_id: str) -> None:
        current, version = sessions.load(session_id, "t")
        sessions.commit_dataframe(session_id, "t", current, OPERATION, expected_version=version)

    def peer(session_id: str) -> None:
        pd.read_parquet(io.BytesIO(client.get(f"benchmark:{session_id}") or data))
        client.set(f"benchmark:{session_id}", parquet(frame), ex=600)

    print(f"\n{count} sessions at once, a table of {len(frame):,} rows, load and commit")
    for name, call in (("Parquet, GET and SET", peer), ("load and commit", ours)):
        taken = at_once(ids, call)
        cuts = statistics.quantiles(taken, n=100)
        print(f"  {name:<28}p50 {cuts[49] * 1000:7.1f} ms   p99 {cuts[98] * 1000:7.1f} ms")
    taken = at_once(ids, lambda session_id: sessions.undo(session_id, "t"))
    cuts = statistics.quantiles(taken, n=100)
    print(f"  {'undo':<28}p50 {cuts[49] * 1000:7.1f} ms   p99 {cuts[98] * 1000:7.1f} ms")
    for session_id in ids:
        sessions.delete(session_id)


def at_once(ids: list[str], call: Callable[[str], object], times: int = 5) -> list[float]:
    """Return the seconds of every call, each session in a thread of its own."""
    taken: list[float] = []
    start = threading.Barrier(len(ids))

    def work(session_id: str) -> None:
        start.wait()
        for _ in range(times):
            begin = time.perf_counter()
            call(session_id)
            taken.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=work, args=(session_id,)) for session_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--url", help="a Redis to use, instead of one started for it")
    options = parser.parse_args()
    with redis_url(options.url) as url:
        if url is None:
            print("left out: redis-server is not installed; give --url")
            return
        for megabytes in options.sizes:
            measure_size(url, megabytes)
        measure_many(url, options.sessions)


if __name__ == "__main__":
    main()
