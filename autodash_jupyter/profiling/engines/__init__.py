"""Where tables live: each engine reads the columns of one kind of table into ``Reading`` records.

An engine may import the readers of ``profiling`` and its own library, the library only inside functions.
It never judges what a column means, and never changes or loads what it was given.
"""

from __future__ import annotations

from autodash_jupyter.profiling.engines.opening import open_engine
from autodash_jupyter.profiling.engines.protocol import Engine

__all__ = ["Engine", "open_engine"]
