"""Opens what the settings choose: the store of records, and the blobs that lie beside it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from autodash_jupyter.blobs import BlobStore, DiskBlobStore, InMemoryBlobStore
from autodash_jupyter.home import prepare_home
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import ContextStore, InMemoryContextStore, TinyDBContextStore

__all__ = ["open_blobs", "open_store"]

logger = logging.getLogger(__name__)
STORE_FILE = "context.json"


def open_store(settings: Settings | None = None) -> ContextStore:
    """Open the store the settings name; where another folder has to take its place, a warning says so.

    Raises:
        SettingsError: No folder can be written.
        ContextStoreError: The store's file can't be read.
    """
    chosen = settings or Settings.from_environment()
    if chosen.storage_backend == "memory":
        return InMemoryContextStore()
    home, note = prepare_home(chosen.home, os.environ)
    if note is not None:
        logger.warning(note)
    return TinyDBContextStore(home / STORE_FILE)


def open_blobs(store: ContextStore) -> BlobStore:
    """Open the blobs that belong to a store: beside its file, or in memory where it has none."""
    path = getattr(store, "path", None)
    return InMemoryBlobStore() if path is None else DiskBlobStore(Path(path).parent / "blobs")
