"""Names for running processes that stay right when a process id is used again, or the clock is set.

A name is ``host:pid:start``; so a kernel that was killed is told from a newer one with the same id.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

__all__ = ["is_running", "process_name"]

_PROCESSES = Path("/proc")
_DEAD = "ZX"
"""Linux's letters for a process that has ended, but which its parent hasn't taken note of yet."""


def process_name() -> str:
    """Return the name of this process.

    >>> is_running(process_name())
    True
    """
    return _name_of(os.getpid()) or f"{_host()}:{os.getpid()}:0"


def is_running(name: str | None) -> bool:
    """Tell whether the process of this name runs; one of another machine is taken to be gone.

    >>> is_running(None), is_running("elsewhere:1:0")
    (False, False)
    """
    if not name:
        return False
    process_id = name.split(":")[-2] if name.count(":") >= 2 else ""
    return process_id.isdecimal() and _name_of(int(process_id)) == name


def _name_of(process_id: int) -> str | None:
    is_linux = (_PROCESSES / "self/stat").exists()
    started = _started_on_linux(process_id) if is_linux else _started(process_id)
    return f"{_host()}:{process_id}:{started}" if started else None


def _started_on_linux(process_id: int) -> str | None:
    """Return in ticks since which start of the machine a process began; setting the clock changes neither."""
    try:
        told = (_PROCESSES / str(process_id) / "stat").read_text(errors="replace")
        state, *_, started = told.rpartition(")")[2].split()[:20]
    except (OSError, ValueError):
        return None
    return None if state in _DEAD else f"{_machine_start()}.{started}"


def _started(process_id: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(process_id)
        is_dead = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return None if is_dead else f"{process.create_time():.2f}"
    except (psutil.Error, ValueError, OverflowError):
        return None


@cache
def _machine_start() -> str:
    try:
        return (_PROCESSES / "sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return "0"


@cache
def _host() -> str:
    return socket.gethostname()
