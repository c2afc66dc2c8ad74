"""What all tests share: a home of their own, and shells and kernels that end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from database_servers import DatabaseServer, running_mariadb, running_postgresql

DRIVES_PROCESSES = ("browser", "kernel", "faults")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a test that drives browsers, kernels or killed processes once more; the report lists it as rerun.

    On a busy machine these may meet a moment that a person wouldn't. All other tests have one try.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in DRIVES_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from this machine's own memory, configuration and language model."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AUTODASH_HOME", str(folder / ".autodash"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    for name in (
        "AUTODASH_LM",
        "AUTODASH_LM_API_BASE",
        "AUTODASH_USER",
        "JUPYTERHUB_USER",
        "STORAGE_BACKEND",
        "REDIS_URL",
        "REDIS_PASSWORD",
        "SESSION_TTL_SECONDS",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[DatabaseServer]:
    """A PostgreSQL for all tests; each uses tables of its own."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[DatabaseServer]:
    """A MariaDB for all tests; each uses tables of its own."""
    with running_mariadb() as server:
        yield server
