"""The records kept in a store, each kind under its own keys: datasets, contexts, and the links between them.

It may import ``errors``, ``models``, ``documents`` and ``stores``.
It never touches frames or files, and never tells anyone what changed: that is for ``services``.
"""

from __future__ import annotations

from autodash_jupyter.catalog.context_changes import NameTakenError, Save
from autodash_jupyter.catalog.context_records import ContextRecord
from autodash_jupyter.catalog.contexts import ContextCatalog
from autodash_jupyter.catalog.datasets import DatasetCatalog, same_user
from autodash_jupyter.catalog.links import Link
from autodash_jupyter.catalog.relinking import Relinked

__all__ = [
    "ContextCatalog",
    "ContextRecord",
    "DatasetCatalog",
    "Link",
    "NameTakenError",
    "Relinked",
    "Save",
    "same_user",
]
