"""Bytes under the name of their content, and frames as such bytes.

It may import ``errors`` and, for durable files and exact labels, ``stores``.
It never unpickles what this installation did not sign, and never knows whose a blob is.
"""

from __future__ import annotations

from autodash_jupyter.blobs.codec import decode_frame, encode_frame
from autodash_jupyter.blobs.disk import DiskBlobStore
from autodash_jupyter.blobs.memory import InMemoryBlobStore
from autodash_jupyter.blobs.protocol import BlobStore
from autodash_jupyter.blobs.signing import signing_key
from autodash_jupyter.errors import BlobError

__all__ = [
    "BlobStore",
    "DiskBlobStore",
    "InMemoryBlobStore",
    "BlobError",
    "encode_frame",
    "decode_frame",
    "signing_key",
]
