"""What a profile costs beside what one would run instead, in wall time and in memory beyond the frame.

    python benchmarks/profile.py            # 1,000,000 x 20, and growth from 1e5 to 1e6 rows
    python benchmarks/profile.py --full     # also 10,000,000 x 10, 1,000,000 x 200, and growth to 1e7
    python benchmarks/profile.py --peers    # also polars, skrub, ydata-profiling, LIDA, in their own venvs
    python benchmarks/profile.py --dask     # also a Dask cluster of one and two workers (needs distributed)

Each contender runs alone in a fresh process, on the same made-up table (numbers, texts, dates, flags,
categories): once to warm up on a hundredth of the rows, then ``--runs`` times, of which the best counts.
Seconds of all cores are the steadier measure where other programs run beside. ``profile`` finds out much
more than the others do; ``polars statistics`` is one select of null count, extremes, mean, standard
deviation and approximate distinct. Ratios are to ``profile``; the last line of each table is the least that
anything can take: one touch of the memory.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PEERS = {"peers": ["polars", "skrub", "ydata-profiling"], "lida": ["lida"]}  # a venv each
SLOWEST = 1_500  # seconds
KINDS = ("key", "normal", "code", "region", "when", "flag", "amount", "word", "big", "grade")


def mixed_table(rows: int, columns: int) -> pd.DataFrame:
    """Return a table of ten kinds of columns in turn, always the same for the same size."""
    random = np.random.default_rng(0)
    words = np.array([f"word {n:05d}" for n in range(20_000)])
    regions = np.array(["north", "south", "east", "west"])
    make: dict[str, Callable[[], Any]] = {
        "key": lambda: np.arange(rows),
        "normal": lambda: random.normal(100, 15, rows),
        "code": lambda: random.integers(0, 1_000, rows),
        "region": lambda: regions[random.integers(0, 4, rows)],
        "when": lambda: np.datetime64("2020-01-01", "s") + random.integers(0, 10**8, rows).astype("m8[s]"),
        "flag": lambda: random.random(rows) < 0.3,
        "amount": lambda: np.where(random.random(rows) < 0.1, np.nan, random.gamma(2, 10, rows)),
        "word": lambda: words[random.integers(0, 20_000, rows)],
        "big": lambda: random.integers(0, 10**9, rows),
        "grade": lambda: pd.Categorical.from_codes(random.integers(0, 5, rows), list("abcde")),
    }
    return pd.DataFrame({f"{KINDS[n % 10]}_{n}": make[KINDS[n % 10]]() for n in range(columns)})


def touch(frame: pd.DataFrame) -> None:
    for name in frame:
        series = frame[name]
        if isinstance(series.dtype, np.dtype):
            series.to_numpy().view(np.uint8).max()
        elif isinstance(series.dtype, pd.CategoricalDtype):
            series.cat.codes.to_numpy().max()
        else:
            chunks = import_module("pyarrow").array(series.array)
            for buffer in (chunks.chunk(0) if hasattr(chunks, "chunk") else chunks).buffers():
                if buffer is not None:
                    np.frombuffer(buffer, dtype=np.uint8).max()


def ours(frame: pd.DataFrame) -> None:
    import_module("autodash_jupyter.profiling").profile(frame)


def ours_first_result(frame: pd.DataFrame) -> None:
    import asyncio

    async def first() -> None:
        stream = import_module("autodash_jupyter.profiling").profile_stream(frame)
        await anext(stream)
        await stream.aclose()

    asyncio.run(first())


def duckdb_summarize(frame: pd.DataFrame) -> None:
    connection = import_module("duckdb").connect()
    connection.register("frame", frame)
    connection.execute("SUMMARIZE frame").fetchall()


def pandas_describe(frame: pd.DataFrame) -> None:
    frame.describe(include="all")
    frame.nunique()
    frame.isna().sum()


def polars_statistics(frame: Any) -> None:
    pl = import_module("polars")
    asked = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        asked += [
            column.null_count().alias(f"{name} null"),
            column.approx_n_unique().alias(f"{name} distinct"),
        ]
        if not isinstance(kind, pl.Categorical | pl.Enum):
            asked += [column.min().alias(f"{name} min"), column.max().alias(f"{name} max")]
        if kind.is_numeric():
            asked += [column.mean().alias(f"{name} mean"), column.std().alias(f"{name} std")]
    frame.select(asked)


def skrub_report(frame: pd.DataFrame) -> None:
    import_module("skrub").TableReport(frame, verbose=0).json()


def ydata_minimal(frame: pd.DataFrame) -> None:
    report = import_module("ydata_profiling").ProfileReport(frame, minimal=True, progress_bar=False)
    report.get_description()


def lida_summary(frame: pd.DataFrame) -> None:
    summarizer = import_module("lida.components.summarizer").Summarizer()
    summarizer.summarize(frame, text_gen=None, file_name="table", n_samples=3, summary_method="default")


CONTENDERS: dict[str, Callable[[Any], None]] = {
    "profile": ours,
    "profile_stream, first result": ours_first_result,
    "DuckDB SUMMARIZE": duckdb_summarize,
    "pandas describe+nunique+isna": pandas_describe,
    "polars statistics": polars_statistics,
    "polars describe": lambda frame: frame.describe(),
    "skrub TableReport": skrub_report,
    "LIDA summarizer": lida_summary,
    "ydata-profiling minimal": ydata_minimal,
    "one touch of the memory": touch,
}
OF_PEERS = {
    "polars statistics": "polars",
    "polars describe": "polars",
    "skrub TableReport": "skrub",
    "LIDA summarizer": "lida",
    "ydata-profiling minimal": "ydata_profiling",
}
MOST_CELLS = {"ydata-profiling minimal": 20_000_000}  # beyond, it needs more memory than most machines have


def run_one(contender: str, rows: int, columns: int, runs: int) -> None:
    """Time one contender in this process, and print the result as JSON."""
    act = CONTENDERS[contender]
    tables = [mixed_table(max(rows // 100, 1_000), columns), mixed_table(rows, columns)]
    if contender.startswith("polars"):
        tables = [import_module("polars").from_pandas(table) for table in tables]
    act(tables[0])
    gc.collect()
    peak = PeakMemory()
    best = worked = float("inf")
    for _ in range(runs):
        started, busy = time.perf_counter(), time.process_time()
        act(tables[1])
        best = min(best, time.perf_counter() - started)
        worked = min(worked, time.process_time() - busy)
    print(json.dumps({"seconds": best, "processor": worked, "memory": peak.stop()}))


class PeakMemory:
    """Watches how far this process's resident memory rises above what it is now."""

    def __init__(self) -> None:
        self._before = self._highest = resident_bytes()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.003):
            self._highest = max(self._highest, resident_bytes())

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._highest - self._before


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(python: str, contender: str, rows: int, columns: int, runs: int) -> dict[str, float] | None:
    """Run one contender in a fresh process; ``None`` where it failed or took too long."""
    command = [python, __file__, "--one", contender, str(rows), str(columns), str(runs)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SLOWEST, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(rows: int, columns: int, runs: int, peers: dict[str, str]) -> None:
    print(f"\n### {rows:,} × {columns}\n")
    print("| | seconds | × profile | seconds of all cores | × profile | memory beyond the frame, MB |")
    print("|---|---:|---:|---:|---:|---:|")
    base: dict[str, float] | None = None
    for contender in CONTENDERS:
        python = python_for(contender, peers)
        if python is None or rows * columns > MOST_CELLS.get(contender, rows * columns):
            continue
        found = measure(python, contender, rows, columns, runs)
        if found is None:
            print(f"| {contender} | failed, or took over {SLOWEST:,} s | | | | |")
            continue
        base = base or found
        times = [f"{found[key]:.3f} | {found[key] / base[key]:.2f}" for key in ("seconds", "processor")]
        print(f"| {contender} | {' | '.join(times)} | {found['memory'] / 1e6:,.0f} |", flush=True)


def python_for(contender: str, peers: dict[str, str]) -> str | None:
    """Return the interpreter that has what a contender needs: this one, that of the peers, or none."""
    module = OF_PEERS.get(contender)
    if module is not None and peers:
        return peers.get("lida" if module == "lida" else "peers")
    return sys.executable if module is None or importlib.util.find_spec(module) else None


def grow(sizes: list[int], runs: int) -> None:
    print("\n### Growth, 10 columns\n")
    print("| rows | seconds | × the size before | memory beyond the frame, MB |")
    print("|---:|---:|---:|---:|")
    before = None
    for rows in sizes:
        found = measure(sys.executable, "profile", rows, 10, runs)
        if found is None:
            continue
        ratio = f"{found['seconds'] / before:.1f}" if before else ""
        print(f"| {rows:,} | {found['seconds']:.3f} | {ratio} | {found['memory'] / 1e6:,.0f} |", flush=True)
        before = found["seconds"]


def peers_pythons() -> dict[str, str]:
    """Return the interpreters of venvs with the peers, built in a temporary place at the first time."""
    return {name: python for name, wanted in PEERS.items() if (python := venv_python(name, wanted))}


def venv_python(name: str, wanted: list[str]) -> str | None:
    python = Path(tempfile.gettempdir()) / f"autodash-benchmark-{name}" / "bin" / "python"
    if not python.exists():
        venv.create(python.parent.parent, with_pip=True)
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", "pyarrow", *wanted], check=False)
    return str(python) if done.returncode == 0 else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the large tables too")
    parser.add_argument("--peers", action="store_true", help="polars, skrub, ydata-profiling, LIDA too")
    parser.add_argument("--dask", action="store_true", help="a local cluster of one and of two workers too")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", nargs=4, metavar=("CONTENDER", "ROWS", "COLUMNS", "RUNS"))
    arguments = parser.parse_args()
    if arguments.one:
        contender, *numbers = arguments.one
        run_one(contender, *map(int, numbers))
        return
    peers = peers_pythons() if arguments.peers else {}
    sizes = [(1_000_000, 20), (10_000_000, 10), (1_000_000, 200)] if arguments.full else [(1_000_000, 20)]
    for rows, columns in sizes:
        compare(rows, columns, arguments.runs, peers)
    if not peers:
        print("\nWithout --peers, what is not installed of polars, skrub, ydata-profiling, LIDA is left out.")
    grow([10**5, 10**6, 10**7] if arguments.full else [10**5, 10**6], arguments.runs)
    if arguments.dask:
        import_module("profile_dask").scale(partial(mixed_table, columns=10), ours, arguments.runs)


if __name__ == "__main__":
    main()
