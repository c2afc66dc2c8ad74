"""Where records are kept: ``ContextStore``, a mapping of keys to dicts, and the media behind it.

It may import ``errors`` only, and its own drivers (tinydb, filelock) where they are first needed.
It never knows what a record means: no datasets, no contexts, no users.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import ContextStoreError

if TYPE_CHECKING:
    from autodash_jupyter.stores.batches import delete_many, get_many, set_many
    from autodash_jupyter.stores.caching.entries import CacheStats
    from autodash_jupyter.stores.caching.store import CachedContextStore
    from autodash_jupyter.stores.conditional import (
        ConditionalEncodedStore,
        Read,
        get_many_with_revisions,
        set_many_if,
        update_many,
    )
    from autodash_jupyter.stores.database.store import DatabaseContextStore
    from autodash_jupyter.stores.encoded import EncodedStore, Entry
    from autodash_jupyter.stores.memory import InMemoryContextStore
    from autodash_jupyter.stores.protocol import (
        BatchStore,
        Changes,
        ConditionalStore,
        ContextStore,
        DamagedRecordError,
        Expected,
        Items,
        Key,
        ObservedStore,
        RevisionedStore,
        Value,
    )
    from autodash_jupyter.stores.redis.store import RedisContextStore
    from autodash_jupyter.stores.sharding.manager import ReachableKeys, RebalanceReport, ShardManager
    from autodash_jupyter.stores.statistics import CallStats, StoreStats
    from autodash_jupyter.stores.tinydb.store import TinyDBContextStore

__all__ = [
    "ContextStore",
    "BatchStore",
    "RevisionedStore",
    "ObservedStore",
    "ConditionalStore",
    "Key",
    "Value",
    "Items",
    "Changes",
    "Expected",
    "Read",
    "ContextStoreError",
    "DamagedRecordError",
    "EncodedStore",
    "ConditionalEncodedStore",
    "Entry",
    "StoreStats",
    "CallStats",
    "InMemoryContextStore",
    "TinyDBContextStore",
    "DatabaseContextStore",
    "RedisContextStore",
    "CachedContextStore",
    "CacheStats",
    "ShardManager",
    "RebalanceReport",
    "ReachableKeys",
    "set_many",
    "get_many",
    "delete_many",
    "get_many_with_revisions",
    "set_many_if",
    "update_many",
]

# Imported when they are first asked for: most sessions use one kind of store. And a package that imported
# its modules itself would wait for ever for a thread that imports one of them.
_HOMES = {
    "delete_many": "batches",
    "get_many": "batches",
    "set_many": "batches",
    "ConditionalEncodedStore": "conditional",
    "Read": "conditional",
    "get_many_with_revisions": "conditional",
    "set_many_if": "conditional",
    "update_many": "conditional",
    "EncodedStore": "encoded",
    "Entry": "encoded",
    "InMemoryContextStore": "memory",
    "BatchStore": "protocol",
    "Changes": "protocol",
    "ConditionalStore": "protocol",
    "ContextStore": "protocol",
    "DamagedRecordError": "protocol",
    "Expected": "protocol",
    "Items": "protocol",
    "Key": "protocol",
    "ObservedStore": "protocol",
    "RevisionedStore": "protocol",
    "Value": "protocol",
    "CallStats": "statistics",
    "StoreStats": "statistics",
    "TinyDBContextStore": "tinydb.store",
    "DatabaseContextStore": "database.store",
    "RedisContextStore": "redis.store",
    "CachedContextStore": "caching.store",
    "CacheStats": "caching.entries",
    "ShardManager": "sharding.manager",
    "RebalanceReport": "sharding.manager",
    "ReachableKeys": "sharding.manager",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.stores.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.stores' has no attribute {name!r}"
    raise AttributeError(msg)
