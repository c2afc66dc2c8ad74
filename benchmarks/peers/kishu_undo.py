"""Runs the notebooks of ``undo.py`` under Kishu and prints its times as JSON, in milliseconds.

Its hooks before and after a cell are timed, and its checkouts of the state before and after; not its saving
of the notebook, which needs a browser. ``undo.py --kishu`` calls this in an environment of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from undo_workloads import Workload, workloads

HOOKS = ("pre_run_cell", "post_run_cell")


def timed(act: Callable[..., object], name: str, spent: dict[str, float]) -> Callable[..., None]:
    def run(*arguments: object, **options: object) -> None:
        started = perf_counter()
        act(*arguments, **options)
        spent[name] = (perf_counter() - started) * 1_000

    return run


def measure(workload: Workload, folder: Path) -> dict[str, Any]:
    """Return milliseconds of a cell, an undo and a redo, and the bytes written for the cell."""
    from IPython.core.interactiveshell import InteractiveShell
    from kishu.commands import KishuCommand
    from kishu.jupyterint import KishuForJupyter
    from kishu.notebook_id import NotebookId

    shell = InteractiveShell()
    notebook = Path(tempfile.mkdtemp(dir=folder)) / "cells.ipynb"
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    kishu = KishuForJupyter(NotebookId("benchmark", notebook, "kernel"), ip=shell)
    kishu.set_session_id(1)
    shell.user_ns.update(workload.variables())
    spent: dict[str, float] = {}
    for hook in HOOKS:
        setattr(kishu, hook, timed(getattr(kishu, hook), hook, spent))
    kishu.install_kishu_hooks()
    shell.run_cell("first = 1", store_history=True).raise_error()
    written = size_of(folder)
    shell.run_cell(workload.cell, store_history=True).raise_error()
    found: dict[str, Any] = {"cell": sum(spent.values()), "written": size_of(folder) - written}
    if workload.moves:
        commits = KishuCommand.log(notebook).commit_graph
        for name, commit in (("undo", commits[-2]), ("redo", commits[-1])):
            timed(kishu.checkout, name, found)(commit.commit_id, skip_notebook=True)
    return found


def size_of(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KISHU_PATH_ROOT": folder, "ENV_KISHU_TEST_MODE": "true"}
        found = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for workload in workloads(small="--small" in sys.argv):
                found[workload.name] = measure(workload, Path(folder))
        print(json.dumps(found))


if __name__ == "__main__":
    main()
