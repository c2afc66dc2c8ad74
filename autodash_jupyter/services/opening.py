"""Opens what the settings choose: the store of records, its blobs, and the language model."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autodash_jupyter.blobs import BlobStore, DiskBlobStore, InMemoryBlobStore, SharedBlobStore
from autodash_jupyter.errors import ContextStoreError, one_line
from autodash_jupyter.home import prepare_home
from autodash_jupyter.settings import REDIS, STORE_PLUGINS, Settings, public_url
from autodash_jupyter.stores import (
    CachedContextStore,
    ContextStore,
    DatabaseContextStore,
    InMemoryContextStore,
    RedisContextStore,
    TinyDBContextStore,
)
from autodash_jupyter.stores.database.store import DEFAULT_PREFIX

if TYPE_CHECKING:
    from autodash_jupyter.language_model import LanguageModel

__all__ = ["describe_store", "open_blobs", "open_language_model", "open_store", "prepared_home"]

logger = logging.getLogger(__name__)
STORE_FILE = "context.json"
SQLITE_FILE = "context.db"


def open_store(settings: Settings | None = None) -> ContextStore:
    """Open the store the settings name; where another folder has to take its place, a warning says so.

    A store on a server is read through a cache, which sees at once what others write.

    Raises:
        SettingsError: No folder can be written.
        ContextStoreError: The store's file can't be read, or its server can't be reached. No other store
            takes its place.
    """
    chosen = settings or Settings.from_environment()
    backend = chosen.storage_backend
    scheme, is_url, _ = backend.partition("://")
    if backend == "memory":
        return InMemoryContextStore()
    if backend == "tinydb":
        return TinyDBContextStore(prepared_home(chosen) / STORE_FILE)
    if backend == "sqlite":
        return DatabaseContextStore(prepared_home(chosen) / SQLITE_FILE)
    if backend == "redis" or (is_url and scheme in REDIS):
        return CachedContextStore(_open_redis(backend if is_url else chosen.redis_url, chosen))
    if is_url:
        database = DatabaseContextStore(backend)
        return database if hasattr(database, "path") else CachedContextStore(database)
    return _open_plugin(backend, chosen)


def open_blobs(store: ContextStore, settings: Settings | None = None) -> BlobStore:
    """Open the blobs that belong to a store.

    They are in memory for a store in memory, on Redis for one there, beside the file of one that has a
    ``path``, and for a database on a server in a folder of AutoDash that is named for it. No two stores
    share these, since a store removes the blobs that its own records don't name. Any other store's are in
    a folder where nothing is ever removed.

    Raises:
        SettingsError: No folder can be written.
    """
    inner = store.store if isinstance(store, CachedContextStore) else store
    if isinstance(inner, InMemoryContextStore):
        return InMemoryBlobStore()
    if isinstance(inner, RedisContextStore):
        return _redis_blobs(inner)
    if (path := getattr(inner, "path", None)) is not None:
        return DiskBlobStore(_folder_beside(Path(path), inner))
    home = prepared_home(settings or Settings.from_environment())
    if isinstance(inner, DatabaseContextStore):
        return DiskBlobStore(home / f"blobs-{inner.identity}")
    return SharedBlobStore(home / "blobs-shared")


def open_language_model(settings: Settings | None = None) -> LanguageModel | None:
    """Return the language model that the settings name, or ``None``; nothing is sent to it yet.

    Raises ``SettingsError`` where a setting is wrong.
    """
    from autodash_jupyter.language_model import LanguageModel

    return LanguageModel.from_settings(settings or Settings.from_environment())


def describe_store(settings: Settings) -> str:
    """Say where the records are kept, without any secret.

    >>> describe_store(Settings(Path("notes/.autodash"), storage_backend="mysql://ada:secret@localhost/x"))
    'mysql://ada:***@localhost/x'
    """
    backend = settings.storage_backend
    if backend == "redis":
        return public_url(settings.redis_url)
    known = {
        "memory": "in memory only",
        "tinydb": str(settings.home),
        "sqlite": str(settings.home / SQLITE_FILE),
    }
    return known.get(backend) or public_url(backend)


def prepared_home(settings: Settings) -> Path:
    """Make the folder of AutoDash and return it; where another has to take its place, a warning says so.

    Raises ``SettingsError`` where no folder can be written.
    """
    home, note = prepare_home(settings.home, os.environ)
    if note is not None:
        logger.warning(note)
    return home


def _folder_beside(path: Path, store: ContextStore) -> Path:
    """Return the folder for the tables of the store in a file; stores that share the file have others."""
    if isinstance(store, TinyDBContextStore) and path.name == STORE_FILE:
        return path.with_name("blobs")
    prefix = store.prefix if isinstance(store, DatabaseContextStore) else DEFAULT_PREFIX
    return path.with_name(f"{path.name}-{'' if prefix == DEFAULT_PREFIX else prefix}blobs")


def _open_redis(url: str, settings: Settings) -> RedisContextStore:
    has_password = bool(urlsplit(url).password)
    store = RedisContextStore(url, password=None if has_password else settings.redis_password)
    store.change_token()  # a server that isn't there is said at once, not at the first cell that needs it
    return store


def _redis_blobs(store: RedisContextStore) -> BlobStore:
    from autodash_jupyter.blobs.redis import RedisBlobStore

    try:
        return RedisBlobStore(store.connect(), prefix=f"{store.prefix}blob:")
    except store.driver_errors as error:
        msg = f"can't reach {store!r}: {one_line(error)}; set REDIS_URL to where it is"
        raise ContextStoreError(msg) from error


def _open_plugin(name: str, settings: Settings) -> ContextStore:
    from importlib.metadata import entry_points

    for entry in entry_points(group=STORE_PLUGINS, name=name):
        try:
            store = entry.load()(settings)
        except ContextStoreError:
            raise
        except Exception as error:
            msg = f"STORAGE_BACKEND={name}: {entry.value} can't open its store: {one_line(error)}"
            raise ContextStoreError(msg) from error
        if isinstance(store, ContextStore):
            return store
        msg = f"STORAGE_BACKEND={name}: {entry.value} gave {type(store).__name__}, which is no ContextStore"
        raise ContextStoreError(msg)
    msg = f"STORAGE_BACKEND={name}: no installed package offers a store of that name; set it to tinydb"
    raise ContextStoreError(msg)
