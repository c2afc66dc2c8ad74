"""How an agent's program is told of this notebook: the lines to paste into it."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

__all__ = ["invitation"]


def invitation(connection_file: str, notebook: str = "") -> list[str]:
    """Return what lets an agent work on a notebook's tables: a command, and the entry of a settings file.

    ``notebook`` is its path; without one it is the ``connection_file`` of its kernel that counts, which a new
    kernel doesn't share.

    >>> print(*invitation("kernel-1.json", "/home/me/sales.ipynb"), sep="\\n")  # doctest: +ELLIPSIS
    An agent that runs this command works on the tables of this notebook:
      ...autodash mcp --notebook /home/me/sales.ipynb
    ...
    """
    which = ["--notebook", notebook] if notebook else ["--kernel", connection_file]
    command, words = _autodash()
    words = [*words, "mcp", *which]
    entry = {"mcpServers": {"autodash": {"command": command, "args": words}}}
    lines = [
        "An agent that runs this command works on the tables of this notebook:",
        f"  {' '.join(map(_quoted, [command, *words]))}",
        "Most programs want it in their configuration as:",
        *(f"  {line}" for line in json.dumps(entry, indent=2).splitlines()),
        "What it does are steps under its name, which %undo takes back.",
    ]
    if find_spec("mcp") is None:
        lines.append("First install what it needs: pip install 'autodash-jupyter[mcp]'")
    return lines


def _autodash() -> tuple[str, list[str]]:
    """Return how ``autodash`` of this very installation is run, whatever the agent's own path is."""
    script = Path(sys.executable).with_name("autodash.exe" if sys.platform == "win32" else "autodash")
    return (str(script), []) if script.exists() else (sys.executable, ["-m", "autodash_jupyter.cli"])


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)
