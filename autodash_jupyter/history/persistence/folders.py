"""Where histories are: a folder for each notebook, and in it one for each kernel that ran it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import xxhash

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.history.branches import counted
from autodash_jupyter.history.persistence.ledger import Contents, Ledger
from autodash_jupyter.processes import is_running

__all__ = [
    "Past",
    "SECONDS_KEPT",
    "folder_of",
    "histories",
    "new_folder",
    "notebook_of",
    "problem_in",
    "remove_old",
    "size_of",
]

SECONDS_KEPT = 14 * 24 * 3600.0
"""How long a history is kept that nobody opens."""

_UNNAMED = "kernel"


@dataclass(frozen=True, slots=True)
class Past:
    """A history that was found: its name and folder, what its journal says, and when it was last written."""

    name: str
    folder: Path
    contents: Contents
    written_at: float

    @property
    def has_states(self) -> bool:
        """Whether the variables after some step were stored."""
        return any(entry["op"] != "drop" for entry in self.contents.states)

    @property
    def line(self) -> str:
        """The history in one line: its name, its number of steps, and when the last was written."""
        at = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.written_at))
        return f"{self.name} ({counted(len(self.contents.steps))}, last written {at})"


def notebook_of(environ: Mapping[str, str], namespace: Mapping[str, Any]) -> str:
    """Return the path of the notebook, as the server or VS Code tells it; ``""`` where nobody does.

    >>> notebook_of({"JPY_SESSION_NAME": "/home/me/sales.ipynb"}, {})
    '/home/me/sales.ipynb'
    """
    told = namespace.get("__vsc_ipynb_file__")
    return environ.get("JPY_SESSION_NAME", "").strip() or (told if type(told) is str else "")


def folder_of(home: Path, notebook: str) -> Path:
    """Return the folder of a notebook's histories; kernels without a notebook share one."""
    if not notebook:
        return home / "history" / _UNNAMED
    name = re.sub(r"[^\w.-]+", "_", PurePath(notebook).stem)[:40]
    return home / "history" / f"{name}-{xxhash.xxh3_64_hexdigest(notebook.encode())[:8]}"


def new_folder(notebook_folder: Path) -> Path:
    """Return a folder for a new history; it is not made yet."""
    return notebook_folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"


def histories(folder: Path) -> Iterator[Past]:
    """Yield the histories of a notebook that no running kernel owns, newest first; none that is damaged."""
    found = sorted(folder.glob("*/journal"), key=_written_at, reverse=True)
    for journal in found:
        try:
            contents = Ledger(journal.parent).read()
        except (AutoDashError, OSError, ValueError, KeyError):
            continue
        if not is_running(contents.owner):
            yield Past(journal.parent.name, journal.parent, contents, _written_at(journal))


def problem_in(folder: Path) -> str:
    """Return why the newest history of a notebook that can't be read can't be; ``""`` where all can."""
    for journal in sorted(folder.glob("*/journal"), key=_written_at, reverse=True):
        try:
            Ledger(journal.parent).read()
        except AutoDashError as error:
            return str(error)
        except (OSError, ValueError, KeyError):
            return f"{journal.parent.name} is damaged"
    return ""


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a folder have."""
    found = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # a temporary file may be gone already
                found += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 - many files
    return found


def remove_old(home: Path, seconds: float = SECONDS_KEPT) -> list[Path]:
    """Remove the histories nobody opened for that long; return their folders."""
    removed = []
    for journal in (home / "history").glob("*/*/journal"):
        if time.time() - _written_at(journal) < seconds:
            continue
        try:
            owner = Ledger(journal.parent).read().owner
        except (AutoDashError, OSError, ValueError, KeyError):
            owner = ""
        if not is_running(owner):
            shutil.rmtree(journal.parent, ignore_errors=True)
            removed.append(journal.parent)
    return removed


def touch(folder: Path) -> None:
    """Count a history as opened just now."""
    os.utime(folder / "journal")
