"""What all tests share: a home of their own, and shells and kernels that end with the test."""

from __future__ import annotations

from pathlib import Path

import pytest


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
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
