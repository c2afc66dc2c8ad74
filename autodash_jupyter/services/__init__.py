"""What the product does with datasets and contexts, whatever the surface: register, describe, find, delete.

Services may import the stores, blobs, catalog, frames, profiling and context rooms; they keep the
catalog and memory in step and publish what happened on the bus. They never print, draw, start a
thread, or touch a notebook's namespace.
"""

from autodash_jupyter.services.context_writer import Progress
from autodash_jupyter.services.contexts import ContextService
from autodash_jupyter.services.datasets import DatasetService

__all__ = ["ContextService", "DatasetService", "Progress"]
