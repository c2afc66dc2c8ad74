"""Which running kernel an agent's server is attached to: the one of a notebook, or of a connection file."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Iterable
from pathlib import Path, PurePath

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.mcp.kernel_channels import NotebookGoneError
from autodash_jupyter.mcp.kernel_line import KernelLine

__all__ = ["kernel_of_file", "kernel_of_notebook"]

SECONDS_TO_CONNECT = 1.0
SECONDS_TO_ANSWER = 3.0


def kernel_of_file(name: str) -> Path:
    """Return a kernel's connection file, given by its path, its name in Jupyter's runtime folder, or a part.

    Raises:
        NotebookGoneError: There is none, or it isn't the person's own, readable by nobody else.
    """
    from jupyter_client.connect import find_connection_file

    try:
        path = Path(find_connection_file(name))
    except OSError:
        msg = (
            f"There is no connection file '{name}': its kernel has ended. %autodash mcp prints the "
            f"present one."
        )
        raise NotebookGoneError(msg) from None
    if not _is_own(path):
        msg = f"'{path}' isn't a file of yours that nobody else can read, so it isn't trusted."
        raise NotebookGoneError(msg)
    return path


def kernel_of_notebook(notebook: str) -> Path:
    """Return the connection file of the running kernel of a notebook, given by its path or name.

    The person's own kernels are asked, the youngest first; one that doesn't answer, or has no AutoDash, is
    none.

    Raises:
        NotebookGoneError: There is none, or there are several.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    files = sorted(Path(jupyter_runtime_dir()).glob("kernel-*.json"), key=_age)
    known: dict[Path, str] = {}
    for file in filter(_is_listening, filter(_is_own, files)):
        known[file] = _notebook_of(file)
        if known[file] and _same_path(known[file], notebook):
            return file
    found = [file for file, path in known.items() if path and _is_called(path, notebook)]
    if len(found) == 1:
        return found[0]
    raise NotebookGoneError(_none_or_several(notebook, [path for path in known.values() if path], found))


def _none_or_several(notebook: str, known: Iterable[str], found: list[Path]) -> str:
    names = [PurePath(path).name for path in known]
    if found:
        return f"{len(found)} running notebooks are called '{notebook}'; give the whole path."
    hint = did_you_mean(notebook, names)
    if not hint and names:
        hint = f" Those where it is: {', '.join(sorted(set(names)))}."
    return (
        f"No running notebook '{notebook}' has AutoDash loaded; run %load_ext autodash_jupyter in it.{hint}"
    )


def _notebook_of(file: Path) -> str:
    try:
        line = KernelLine(file, seconds=SECONDS_TO_ANSWER, waits_for_cells=False)
    except (NotebookGoneError, OSError, ValueError):
        return ""
    line.close()
    return line.notebook


def _is_called(path: str, wanted: str) -> bool:
    """Tell whether a notebook is meant by a name: the last parts of its path, with or without its ending.

    >>> _is_called("/home/me/sales.ipynb", "sales"), _is_called("/home/me/sales.ipynb", "ales.ipynb")
    (True, False)
    """
    parts = PurePath(wanted).parts
    return bool(parts) and (PurePath(path).parts[-len(parts) :] == parts or PurePath(path).stem == wanted)


def _same_path(path: str, wanted: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(os.path.expanduser(wanted))  # noqa: PTH111 - both as text


def _age(file: Path) -> float:
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0


def _is_own(file: Path) -> bool:
    """Tell whether a file is the person's own and closed to others, as Jupyter makes connection files."""
    if os.name == "nt":
        return file.is_file()  # the folder's own rights keep others out there
    try:
        found = file.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _is_listening(file: Path) -> bool:
    """Tell whether anybody listens where a connection file points; dead kernels leave theirs behind."""
    try:
        info = json.loads(file.read_text(encoding="utf-8"))
        if info.get("transport") == "ipc":
            return True
        with socket.create_connection((info["ip"], int(info["control_port"])), SECONDS_TO_CONNECT):
            return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
