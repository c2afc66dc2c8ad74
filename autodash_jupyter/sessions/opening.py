"""Opens what keeps sessions, as the settings choose; once for each choice in a process."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path

from autodash_jupyter.home import prepare_home
from autodash_jupyter.sessions.protocol import SessionStore
from autodash_jupyter.settings import REDIS, Settings

__all__ = ["open_session_store"]

logger = logging.getLogger(__name__)
FOLDER = "sessions"


def open_session_store(settings: Settings) -> SessionStore:
    """Return what keeps the sessions: Redis, memory, or for all other backends files in ``AUTODASH_HOME``.

    Whoever asks in this process by the same settings gets the same one.

    Raises:
        SettingsError: No folder can be written.
        ContextStoreError: The store can't be used, or its server can't be reached.
    """
    return _open(
        settings.storage_backend,
        settings.home,
        settings.redis_url,
        settings.redis_password,
        settings.session_ttl_seconds,
    )


@cache
def _open(backend: str, home: Path, url: str, password: str | None, ttl: float) -> SessionStore:
    from autodash_jupyter.blobs import DiskBlobStore
    from autodash_jupyter.sessions.frame_shelves import BlobShelf, MemoryShelf
    from autodash_jupyter.sessions.stored import StoredSessions
    from autodash_jupyter.stores import DatabaseContextStore, InMemoryContextStore, TinyDBContextStore

    scheme, is_url, _ = backend.partition("://")
    if backend == "redis" or (is_url and scheme in REDIS):
        from autodash_jupyter.sessions.redis.store import RedisSessions

        return RedisSessions(backend if is_url else url, password=password, ttl_seconds=ttl)
    if backend == "memory":
        return StoredSessions(InMemoryContextStore(), MemoryShelf(), ttl)
    folder = _prepared(home)
    is_sqlite = backend.startswith("sqlite")
    store = (
        DatabaseContextStore(folder / "sessions.db")
        if is_sqlite
        else TinyDBContextStore(folder / "sessions.json")
    )
    return StoredSessions(store, BlobShelf(DiskBlobStore(folder / "blobs")), ttl)


def _prepared(home: Path) -> Path:
    made, note = prepare_home(home, os.environ)
    if note is not None:
        logger.warning(note)
    folder = made / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
