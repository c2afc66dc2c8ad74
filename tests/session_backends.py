"""What sessions are kept in: each store by its settings, with a real server; and tables to keep there."""

from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.settings import Settings

__all__ = ["BACKENDS", "head", "numbers", "settings_for"]

BACKENDS = ("memory", "tinydb", "redis", "cluster")


def settings_for(backend: str, request: pytest.FixtureRequest, folder: Path, ttl: int = 86_400) -> Settings:
    """Return settings that choose a backend; what they name is running."""
    url = ""
    if backend in ("redis", "cluster"):
        url = request.getfixturevalue("redis_server" if backend == "redis" else "redis_cluster").url
    return Settings(
        folder / "home",
        storage_backend="redis" if url else backend,
        redis_url=url or "redis://localhost:6379/0",
        session_ttl_seconds=ttl,
    )


def numbers(count: int) -> pd.DataFrame:
    """Return a table of so many rows."""
    return pd.DataFrame({"number": range(count)})


def head(rows: int) -> Operation:
    """Return the record of an operation."""
    return Operation(action="head", params={"rows": rows}, change_summary=f"kept {rows} rows")
