"""Real database servers for tests: each on a free loopback port, in a folder of its own, ended by its handle.

``with running_postgresql() as server`` gives one whose ``url`` has a user and a password in it; the same
for ``running_mariadb``. What is not installed skips the test and says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from servers import free_port, needed

__all__ = ["PASSWORD", "DatabaseServer", "running_mariadb", "running_postgresql"]

PASSWORD = "not-to-be-shown-9f3"
START_SECONDS = 60.0


@dataclass
class DatabaseServer(ABC):
    """A server that can be stopped and started again on its port, with its data."""

    folder: Path
    account: str | None  # servers refuse to run as root
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is, with the user and the password."""

    @abstractmethod
    def create(self) -> None:
        """Make its data, once."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    @abstractmethod
    def connect(self) -> Any:
        """Open a connection of the driver's own."""

    def run(self, command: list[str]) -> None:
        """Run a tool as the server's account."""
        subprocess.run(command, check=True, capture_output=True, timeout=120, **self._as_account())

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self._as_account())
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
            except Exception:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it is gone."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _as_account(self) -> dict[str, Any]:
        # The folder that a test runs in may be closed to the other account.
        return {"cwd": self.folder} | ({"user": self.account, "extra_groups": []} if self.account else {})


class PostgreSQL(DatabaseServer):
    """One PostgreSQL, with the user ``ada``."""

    @property
    def url(self) -> str:
        """Where it is, with the user and the password."""
        return f"postgresql://ada:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make its data, once."""
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        self.run(
            [
                *(_postgresql("initdb"), "-D", str(self.folder / "data"), "-U", "ada", "-E", "UTF8", "-N"),
                *("--locale=C", "-A", "scram-sha-256", "--pwfile", str(secret)),
            ]
        )

    def command(self) -> list[str]:
        """What starts it."""
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        return [
            *(_postgresql("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)),
            *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
        ]

    def connect(self) -> Any:
        """Open a connection of the driver's own."""
        return pytest.importorskip("psycopg").connect(self.url, autocommit=True, connect_timeout=5)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it without waiting for its clients."""
        super().stop(how)


class MariaDB(DatabaseServer):
    """One MariaDB, which speaks MySQL's protocol, with the user ``ada`` and the database ``notes``."""

    @property
    def url(self) -> str:
        """Where it is, with the user and the password."""
        return f"mysql://ada:{PASSWORD}@127.0.0.1:{self.port}/notes"

    def create(self) -> None:
        """Make its data, once."""
        (self.folder / "first.sql").write_text(
            "CREATE DATABASE IF NOT EXISTS notes;\n"
            f"CREATE USER IF NOT EXISTS 'ada'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON notes.* TO 'ada'@'127.0.0.1';\n"
        )
        data = f"--datadir={self.folder / 'data'}"
        self.run([needed("mariadb-install-db"), "--no-defaults", data, "--skip-test-db"])

    def command(self) -> list[str]:
        """What starts it."""
        return [
            *(needed("mariadbd"), "--no-defaults", f"--datadir={self.folder / 'data'}"),
            *(f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve"),
            *(f"--socket={self.folder / 'socket'}", f"--init-file={self.folder / 'first.sql'}"),
            "--innodb-flush-log-at-trx-commit=0",
        ]

    def connect(self) -> Any:
        """Open a connection of the driver's own."""
        return pytest.importorskip("pymysql").connect(
            host="127.0.0.1",
            port=self.port,
            user="ada",
            password=PASSWORD,
            database="notes",
            connect_timeout=5,
        )


@contextmanager
def running_postgresql() -> Iterator[DatabaseServer]:
    """Run a PostgreSQL while the block lasts."""
    pytest.importorskip("psycopg")
    _postgresql("initdb")
    yield from _running(PostgreSQL, "postgres")


@contextmanager
def running_mariadb() -> Iterator[DatabaseServer]:
    """Run a MariaDB while the block lasts."""
    pytest.importorskip("pymysql")
    needed("mariadbd")
    yield from _running(MariaDB, "mysql")


def _running(kind: type[DatabaseServer], account: str) -> Iterator[DatabaseServer]:
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if root:
            import pwd  # which not every system has

            try:
                owner = pwd.getpwnam(account)
            except KeyError:
                pytest.skip(f"the server doesn't run as root, and there is no account {account!r}")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = kind(folder, account if root else None)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _postgresql(program: str) -> str:
    """Return the path of a program of PostgreSQL, which Debian keeps out of the way."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return needed(str(places[-1]) if shutil.which(program) is None and places else program)
