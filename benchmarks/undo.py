"""What undo costs: recording a cell and going back and forth, beside a deep copy, a pickle, and Kishu.

Run ``python benchmarks/undo.py``; ``--small`` leaves the 400 MB frame out, ``--kishu`` installs Kishu from
PyPI into an environment of its own (kept in the user's cache folder) and runs the same notebooks under it
afterwards. Times are in milliseconds, the best of several runs (of one for Kishu, and for copies of big
frames); compare the ratios, which say how many times as long the other way takes. Kishu's times include
writing to disk.
"""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from undo_workloads import Workload, workloads

from autodash_jupyter.history import Timeline

HERE = Path(__file__).parent
KISHU = Path.home() / ".cache" / "autodash-benchmarks" / "kishu"


def best(act: Callable[[], object], *, before: Callable[[], object] = lambda: None, runs: int = 7) -> float:
    """Return the shortest time of some runs, in milliseconds; ``before`` is done each time, untimed."""
    times = []
    for _ in range(runs):
        before()
        started = perf_counter()
        act()
        times.append(perf_counter() - started)
    return min(times) * 1_000


def measure(workload: Workload) -> dict[str, float]:
    """Return milliseconds of recording the cell, of undo and of redo."""
    variables = workload.variables()
    timeline = Timeline(variables)
    timeline._second_copies.wait()  # noqa: SLF001 - a person's next cell comes later than this one's

    def run() -> None:
        timeline.expect(workload.cell)
        exec(workload.cell, variables)

    found = {"cell": best(lambda: timeline.record(workload.cell), before=run)}
    if workload.moves:
        found["undo"] = best(timeline.undo, runs=3)
        found["redo"] = best(timeline.redo, runs=3)
    timeline.close()
    return found


def measure_copies(workload: Workload) -> tuple[float, float]:
    """Return milliseconds of a deep copy, and of a pickle and back."""
    variables = workload.variables()
    exec(workload.cell, variables)
    data = {name: value for name, value in variables.items() if name not in ("pd", "np", "__builtins__")}
    return (
        best(lambda: copy.deepcopy(data), runs=2),
        best(lambda: pickle.loads(pickle.dumps(data, protocol=5)), runs=2),
    )


def measure_kishu() -> dict[str, dict[str, float]]:
    """Return Kishu's times by notebook, from its own environment, which is made where it isn't there."""
    python = KISHU / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(KISHU, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "kishu"], check=True)
    options = ["--small"] if "--small" in sys.argv else []
    ran = subprocess.run(
        [python, HERE / "peers" / "kishu_undo.py", *options], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(ran.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def main() -> None:
    chosen = workloads(small="--small" in sys.argv)
    ours = {workload.name: measure(workload) for workload in chosen}
    copies = {workload.name: measure_copies(workload) for workload in chosen}
    kishu: dict[str, dict[str, Any]] = measure_kishu() if "--kishu" in sys.argv else {}
    print("| | Timeline, ms | deep copy, ms | ratio | pickle, ms | ratio | Kishu, ms | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, times in ours.items():
        for action, time in times.items():
            others = (*copies[name], kishu.get(name, {}).get(action))
            told = (f"{other:,.1f} | {other / time:,.0f}" if other is not None else " | " for other in others)
            print(f"| {name if action == 'cell' else action} | {time:.3f} | {' | '.join(told)} |")
    for name, times in kishu.items():
        print(f"\nKishu wrote {times['written'] / 1e6:,.1f} MB for: {name}", end="")
    print("" if kishu else "\n--kishu adds Kishu's column.")


if __name__ == "__main__":
    main()
