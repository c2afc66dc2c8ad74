"""Where records are kept: ``ContextStore``, a mapping of keys to dicts, and the media behind it.

It may import ``errors`` only, and its own drivers (tinydb, filelock) where they are first needed.
It never knows what a record means: no datasets, no contexts, no users.
"""

from __future__ import annotations

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.batches import delete_many, get_many, set_many
from autodash_jupyter.stores.database import DatabaseContextStore
from autodash_jupyter.stores.encoded import EncodedStore, Entry
from autodash_jupyter.stores.memory import InMemoryContextStore
from autodash_jupyter.stores.protocol import (
    BatchStore,
    ContextStore,
    DamagedRecordError,
    Items,
    Key,
    RevisionedStore,
    Value,
)
from autodash_jupyter.stores.statistics import CallStats, StoreStats
from autodash_jupyter.stores.tinydb_store import TinyDBContextStore

__all__ = [
    "ContextStore",
    "BatchStore",
    "RevisionedStore",
    "Key",
    "Value",
    "Items",
    "ContextStoreError",
    "DamagedRecordError",
    "EncodedStore",
    "Entry",
    "StoreStats",
    "CallStats",
    "InMemoryContextStore",
    "TinyDBContextStore",
    "DatabaseContextStore",
    "set_many",
    "get_many",
    "delete_many",
]
