"""Bytes under the name of their content, and frames and other objects kept as such bytes.

It may import ``errors`` and, for durable files and exact labels, ``stores``.
It never unpickles what this installation did not sign, and never knows whose a blob is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    from autodash_jupyter.blobs.disk import DiskBlobStore
    from autodash_jupyter.blobs.frames import DamagedColumnsError, load_frame, save_frame
    from autodash_jupyter.blobs.manifest import referenced_blobs
    from autodash_jupyter.blobs.memory import InMemoryBlobStore
    from autodash_jupyter.blobs.objects import load_object, save_object
    from autodash_jupyter.blobs.protocol import BlobStore
    from autodash_jupyter.blobs.redis import RedisBlobStore
    from autodash_jupyter.blobs.shared import SharedBlobStore
    from autodash_jupyter.blobs.signing import signing_key
    from autodash_jupyter.blobs.sweeping import SweepReport, sweep

__all__ = [
    "BlobStore",
    "DiskBlobStore",
    "InMemoryBlobStore",
    "RedisBlobStore",
    "SharedBlobStore",
    "BlobError",
    "DamagedColumnsError",
    "load_frame",
    "save_frame",
    "load_object",
    "save_object",
    "referenced_blobs",
    "sweep",
    "SweepReport",
    "signing_key",
]

# Imported when they are first asked for: a package that imported its modules itself would wait for ever for a
# thread that imports one of them.
_HOMES = {
    "DiskBlobStore": "disk",
    "DamagedColumnsError": "frames",
    "load_frame": "frames",
    "save_frame": "frames",
    "referenced_blobs": "manifest",
    "InMemoryBlobStore": "memory",
    "load_object": "objects",
    "save_object": "objects",
    "BlobStore": "protocol",
    "RedisBlobStore": "redis",
    "SharedBlobStore": "shared",
    "signing_key": "signing",
    "SweepReport": "sweeping",
    "sweep": "sweeping",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.blobs.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.blobs' has no attribute {name!r}"
    raise AttributeError(msg)
