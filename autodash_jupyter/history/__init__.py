"""Undo and redo for everything a kernel's variables reach: ``Timeline`` records steps and goes between them.

It may import models, events, errors and blobs, plus pandas and numpy, and nothing of the kernel it serves.
It never calls a method the user wrote, never walks into modules or the shell, and never writes the notebook.

How it works, from the bottom up:

- ``states`` has the words; ``containers``, ``objects``, ``arrays``, ``frames``, ``randomness`` and ``opaque``
  have an adapter for each family of types, which captures an object's own state and puts it back in place.
- ``boundaries`` says where a walk ends; ``registry`` chooses the adapter of an object.
- ``heap`` holds everything reachable from the variables as last recorded; ``scan`` finds what differs.
- ``remarks`` remembers what a record had no time for, and what of it a move has to tell.
- ``snapshots`` keeps, for each step, only what differs from the one before; ``restoring`` puts it back.
- ``changes`` and ``describe`` say in words what a step did.
- ``branches`` knows the steps and the position, ``cursors`` the variables that were moved on their own.
- ``timeline`` puts them together, and states the semantics in full.

``pandas_internals`` is the only file that touches what pandas doesn't promise.
"""

from __future__ import annotations

from autodash_jupyter.history.scan import Budget
from autodash_jupyter.history.timeline import Timeline

__all__ = ["Budget", "Timeline"]
