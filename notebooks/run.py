"""Runs an example notebook headless, and tells what it produced and how to open it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"


def run(name: str) -> None:
    """Execute a notebook from its first cell to its last, print each cell's text, and save the copy."""
    notebook = nbformat.read(HERE / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": HERE}})
    client.execute(extra_arguments=["--IPKernelApp.log_level=ERROR"])
    for cell in notebook.cells:
        if cell.cell_type == "code":
            print("\n" + "\n".join(f">>> {line}" for line in cell.source.strip().splitlines()))
            print("\n".join(filter(None, map(text_of, cell.outputs))))
    BUILD.mkdir(exist_ok=True)
    nbformat.write(notebook, BUILD / name)


def text_of(output: Any) -> str:
    """Return an output as a terminal would show it."""
    if output.output_type == "stream":
        return str(output.text).rstrip()
    return str(output.get("data", {}).get("text/plain", "")).rstrip()


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "quickstart.ipynb"
    run(chosen)
    print(
        f"\n{chosen} ran from the first cell to the last. With all outputs it is build/{chosen}."
        f"\nTo use it in JupyterLab: make lab, then open {chosen} and run its cells; the sidebar's AutoDash"
        "\npanel (left) shows the dataset, its context and the timeline as they change."
    )
