"""A Redis to measure on: the one that was named, or one of our own on a free port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_TO_START = 20


@contextmanager
def redis_url(given: str | None) -> Iterator[str | None]:
    """Give the URL of a Redis: the one given, else one of our own while the block lasts, where installed."""
    program = shutil.which("redis-server")
    if given or not program:
        yield given
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(port)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


def wait_for(port: int) -> None:
    import redis

    until = time.monotonic() + SECONDS_TO_START
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return
