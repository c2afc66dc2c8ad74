"""Names for running processes that stay right when a process id is used again.

A name is ``host:pid:start``; so a kernel that was killed is told from a newer one with the same id.
"""

from __future__ import annotations

import os
import socket
from functools import cache

__all__ = ["is_running", "process_name"]


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
    import psutil

    try:
        started = psutil.Process(process_id).create_time()
    except (psutil.Error, ValueError, OverflowError):
        return None
    return f"{_host()}:{process_id}:{started:.2f}"


@cache
def _host() -> str:
    return socket.gethostname()
