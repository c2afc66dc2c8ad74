"""Runs an example notebook headless, and tells what it produced and how to open it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"


def run(name: str) -> Any:
    """Execute a notebook from its first cell to its last, and return it with its outputs."""
    notebook = nbformat.read(HERE / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": HERE}})
    client.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
    client.store_widget_state = False
    client.execute()
    return notebook


def tell(notebook: Any) -> None:
    """Print each cell's code and what it gave."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            print("\n" + "\n".join(f">>> {line}" for line in cell.source.strip().splitlines()))
            print("\n".join(filter(None, map(text_of, cell.outputs))))


def save(notebook: Any, path: Path) -> None:
    """Write a notebook without what differs from run to run for no reason."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    path.parent.mkdir(exist_ok=True)
    text = nbformat.writes(notebook)
    for folder, name in ((os.environ.get("AUTODASH_HOME"), ".autodash"), (str(HERE), HERE.name)):
        text = text.replace(folder, name) if folder else text  # no folder of this machine
    path.write_text(text + "\n", encoding="utf-8")


def text_of(output: Any) -> str:
    """Return an output as a terminal would show it."""
    if output.output_type == "stream":
        return str(output.text).rstrip()
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return str(output.get("data", {}).get("text/plain", "")).rstrip()


def main(arguments: list[str]) -> None:
    """Run one notebook and tell; with ``--renew``, run them all and save their outputs in place."""
    if arguments == ["--renew"]:
        for path in sorted(HERE.glob("*.ipynb")):
            with tempfile.TemporaryDirectory() as home:  # what one remembers is nothing to another
                os.environ["AUTODASH_HOME"] = home
                (Path(home) / "history").mkdir()  # where it is said only once, in whichever cell comes to it
                save(run(path.name), path)
        return
    name = arguments[0] if arguments else "quickstart.ipynb"
    notebook = run(name)
    tell(notebook)
    save(notebook, BUILD / name)
    print(
        f"\n{name} ran from the first cell to the last. With all outputs it is build/{name}."
        f"\nTo use it in JupyterLab: make lab, then open {name} and run its cells; the sidebar's AutoDash"
        "\npanel (left) shows the dataset, its context and the timeline as they change."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
