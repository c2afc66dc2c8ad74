"""Bytes under the name of their content, and frames and other objects kept as such bytes.

It may import ``errors`` and, for durable files and exact labels, ``stores``.
It never unpickles what this installation did not sign, and never knows whose a blob is.
"""

from __future__ import annotations

from autodash_jupyter.blobs.disk import DiskBlobStore
from autodash_jupyter.blobs.frames import DamagedColumnsError, load_frame, save_frame
from autodash_jupyter.blobs.manifest import referenced_blobs
from autodash_jupyter.blobs.memory import InMemoryBlobStore
from autodash_jupyter.blobs.objects import load_object, save_object
from autodash_jupyter.blobs.protocol import BlobStore
from autodash_jupyter.blobs.redis import RedisBlobStore
from autodash_jupyter.blobs.shared import SharedBlobStore
from autodash_jupyter.blobs.signing import signing_key
from autodash_jupyter.blobs.sweep import SweepReport, sweep
from autodash_jupyter.errors import BlobError

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
