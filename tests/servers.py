"""Real servers for tests: each on a free loopback port, in a folder of its own, ended by its own handle.

``with running_redis() as server`` gives one Redis, ``running_redis_cluster`` a cluster of three. What is
not installed skips the test and says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

__all__ = [
    "RedisCluster",
    "RedisServer",
    "free_port",
    "running_cluster_node",
    "running_redis",
    "running_redis_cluster",
]

START_SECONDS = 20.0
BUS = 10_000  # a cluster's nodes talk to each other this far above their port


def free_port(*, also: Sequence[int] = (), below: int = 65_535) -> int:
    """Return a loopback port that nobody listens on; ``also`` are distances from it that must be free too."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < below and all(_is_free(port + distance) for distance in also):
            return port
    raise RuntimeError("no free port on loopback")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def needed(program: str) -> str:
    """Return a program's path; skip the test where it isn't installed, or AUTODASH_TEST_SERVERS is no."""
    if os.environ.get("AUTODASH_TEST_SERVERS") == "no":
        pytest.skip("servers are left out of the quick tests")
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@dataclass
class RedisServer:
    """One redis-server, which can be stopped and started again on its port, with its data."""

    folder: Path
    options: tuple[str, ...] = ()
    password: str | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, without the password."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = needed("redis-server")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        if self.password is not None:
            command += ["--requirepass", self.password]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([*command, *self.options], stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError((self.folder / "redis.log").read_text()[-2000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as an administrator would, and wait until it is gone."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End it at once, as a failing machine would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        """Tell whether it takes commands; one with a password answers by asking for it."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False


@contextmanager
def running_redis(
    *options: str, password: str | None = None, durable: bool = False, port: int | None = None
) -> Iterator[RedisServer]:
    """Run a Redis while the block lasts; ``durable``: what it acknowledged is on the disk.

    ``options`` go to redis-server as they are.
    """
    safety = ("--appendonly", "yes", "--appendfsync", "always") if durable else ("--appendonly", "no")
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(
            Path(folder), ("--save", "", *safety, *options), password, port if port else free_port()
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass(frozen=True)
class RedisCluster:
    """Primaries that share the slots, without replicas."""

    nodes: tuple[RedisServer, ...]

    @property
    def url(self) -> str:
        """Where it is: two of its nodes, which know the others."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:2])


def running_cluster_node(*options: str) -> AbstractContextManager[RedisServer]:
    """Run a Redis that may become a node of a cluster."""
    cluster = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
    return running_redis(*cluster, *options, port=free_port(also=(BUS,), below=65_535 - BUS))


@contextmanager
def running_redis_cluster(*options: str, nodes: int = 3) -> Iterator[RedisCluster]:
    """Run a Redis Cluster while the block lasts; ``options`` go to each redis-server as they are."""
    client = needed("redis-cli")
    with ExitStack() as stack:
        servers = [stack.enter_context(running_cluster_node(*options)) for _ in range(nodes)]
        addresses = [f"127.0.0.1:{server.port}" for server in servers]
        create = [client, "--cluster", "create", *addresses, "--cluster-replicas", "0", "--cluster-yes"]
        subprocess.run(create, check=True, capture_output=True, timeout=60)
        until = time.monotonic() + START_SECONDS
        while not all(_is_whole(client, server) for server in servers):
            if time.monotonic() > until:
                raise RuntimeError("the cluster's nodes didn't find each other")
            time.sleep(0.05)
        yield RedisCluster(tuple(servers))


def _is_whole(client: str, server: RedisServer) -> bool:
    command = [client, "-p", str(server.port), "cluster", "info"]
    told = subprocess.run(command, check=True, capture_output=True, timeout=10, text=True).stdout
    return "cluster_state:ok" in told
