"""What keeping a history costs: time in the cell, bytes on the disk, and bringing it back, beside Feather.

Run ``python benchmarks/restore.py``. A frame of 1,000,000 × 10 (86 MB: eight numbers, a date, a short text)
is recorded with and without a history on the disk, one of its columns is changed, and another process brings
it back. Feather writes and reads the same frame in the same run; compare the ratios.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history import Timeline
from autodash_jupyter.history.persistence import History

ROWS = 1_000_000
RUNS = 5
CELL = "df['c0'] = df['c0'] + 1"


def make_frame() -> pd.DataFrame:
    """Return the frame."""
    chance = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{number}": chance.random(ROWS) for number in range(8)})
    frame["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(ROWS), unit="s")
    frame["kind"] = chance.choice(["ab", "cd", "ef"], ROWS)
    return frame


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def keep(variables: dict[str, Any], timeline: Timeline, home: Path) -> History:
    """Keep a timeline's history on the disk."""

    def made() -> Path:
        home.mkdir(exist_ok=True)
        return home

    return History(timeline, variables, home, "", lambda _line: None, made)


def cell_times(*, home: Path | None) -> tuple[float, History | None]:
    """Return the best time, in ms, of recording a cell that changes a column, with a history or without."""
    variables: dict[str, Any] = {"df": make_frame()}
    timeline = Timeline(variables)
    history = None if home is None else keep(variables, timeline, home)
    times = []
    for _ in range(RUNS):
        exec(CELL, variables)
        started = perf_counter()
        timeline.record(CELL)
        if history is not None:
            history.follow()
        times.append(perf_counter() - started)
        if history is not None:
            history.wait(60)
    if history is None:
        timeline.close()
    return min(times) * 1_000, history


RESTORE = """
import sys
from pathlib import Path
from time import perf_counter
from autodash_jupyter.history import Timeline
sys.path.insert(0, {here!r})
from restore import keep
import pandas as pd
pd.DataFrame({{"a": ["x"]}})
variables = {{}}
history = keep(variables, Timeline(variables), Path({home!r}))
started = perf_counter()
history.restore()
print((perf_counter() - started) * 1000, len(variables["df"]))
"""
READ = """
from time import perf_counter
import pandas as pd
pd.DataFrame({{"a": ["x"]}}); import pyarrow.feather
started = perf_counter()
frame = pd.read_feather({path!r})
print((perf_counter() - started) * 1000, len(frame))
"""


def in_new_process(program: str) -> float:
    """Return the best time a program prints, in ms, each in a process of its own."""
    times = []
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        times.append(float(ran.stdout.split()[0]))
    return min(times)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        home = Path(folder) / "home"
        without, _ = cell_times(home=None)
        kept, history = cell_times(home=home)
        assert history is not None
        first = size_of(home)
        exec(CELL, history._namespace)  # noqa: SLF001 - one more cell, to see what it writes
        history._timeline.record(CELL)  # noqa: SLF001
        history.follow()
        history.wait(60)
        grown = size_of(home) - first
        frame, path = history._namespace["df"], Path(folder) / "frame.feather"  # noqa: SLF001
        started = perf_counter()
        frame.to_feather(path, compression="uncompressed")
        written = (perf_counter() - started) * 1_000
        history.close(60)
        restored = in_new_process(RESTORE.format(here=str(Path(__file__).parent), home=str(home)))
        read = in_new_process(READ.format(path=str(path)))
        size, times = frame.memory_usage().sum() / 1e6, written / max(kept, 0.001)
        print(f"recording a changed column: {without:.2f} ms in memory, {kept:.2f} ms with a history on disk")
        print(f"writing Feather in the cell instead: {written:.1f} ms, {times:,.0f} times as long")
        print(f"written for one 8 MB column of a frame of {size:.0f} MB: {grown / 1e6:.1f} MB")
        print(
            f"back in a new process: {restored:.1f} ms, {restored / read:.1f} times Feather's {read:.1f} ms"
        )


if __name__ == "__main__":
    main()
