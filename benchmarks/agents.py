"""What it costs an agent to share a notebook's tables, beside a front end that runs a cell for the same.

    python benchmarks/agents.py            # 1,000,000 rows
    python benchmarks/agents.py --rows N

The peer is an ``execute_request`` over Jupyter's own protocol, from sending it to its reply. Each is done
once to warm up, then seven times, of which the middle one counts; ratios are to the peer in the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from autodash_jupyter.mcp.kernel_tables import KernelTables
from autodash_jupyter.mcp.tables import Caller

SETUP = """
%load_ext autodash_jupyter
import numpy as np, pandas as pd
made = np.random.default_rng(0)
sales = pd.DataFrame({{"price": made.random({rows}), "shop": made.integers(0, 100, {rows})}})
"""


def middle(action: Callable[[], Any]) -> float:
    """Return the median of seven times, in seconds."""
    times = []
    for _ in range(8):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Print a line for each thing that an agent does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=folder, env={**os.environ, "AUTODASH_HOME": f"{folder}/home"})
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        tables = KernelTables(lambda: Path(manager.connection_file))
        try:
            measure(client, tables, rows)
        finally:
            tables.close()
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def measure(client: Any, tables: KernelTables, rows: int) -> None:
    """Compare an agent's calls with cells that do the same."""

    def cell(code: str) -> None:
        reply = client.execute(code, reply=True, timeout=120)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(reply["content"]["evalue"])

    cell(SETUP.format(rows=rows))
    agent = Caller("agent: benchmark")
    ask = "notebook", "sales"
    pairs: list[tuple[str, Callable[[], Any], str]] = [
        ("read 20 rows", lambda: tables.rows(*ask, offset=0, limit=20, columns=()), "sales.head(20)"),
        (
            "query",
            lambda: tables.query("notebook", "SELECT max(price) FROM sales", offset=0, limit=1),
            "sales['price'].max()",
        ),
        (
            "sort",
            lambda: tables.run(*ask, "sort", {"columns": ["price"]}, caller=agent),
            "%op sales sort price",
        ),
        ("undo", lambda: undo_again(tables, agent), "%op sales head 10\n%undo sales"),
    ]
    for what, action, code in pairs:
        ours, theirs = middle(action), middle(lambda: cell(code))  # noqa: B023 - called at once
        print(f"{what:14} {ours * 1e3:8.1f} ms   cell {theirs * 1e3:8.1f} ms   x {ours / theirs:.1f}")


def undo_again(tables: KernelTables, agent: Caller) -> None:
    """Take ten rows, and take that back."""
    tables.run("notebook", "sales", "head", {"rows": 10}, caller=agent)
    tables.undo("notebook", "sales", 1, caller=agent)


if __name__ == "__main__":
    main()
