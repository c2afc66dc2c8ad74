"""The records kept in a store, each kind under its own keys: so far, datasets.

It may import ``errors``, ``models`` and ``stores``.
It never touches frames or files, and never tells anyone what changed: that is for ``services``.
"""

from __future__ import annotations

from autodash_jupyter.catalog.datasets import DatasetCatalog, same_user

__all__ = ["DatasetCatalog", "same_user"]
