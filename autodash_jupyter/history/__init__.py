"""Undo and redo for everything a kernel's variables reach: ``Timeline`` records steps and goes between them.

It may import models, events, errors and blobs, plus pandas and numpy, and nothing of the kernel it serves.
It never calls a method the user wrote, never walks into modules or the shell, and never writes the notebook.

How it works, from the bottom up:

- ``states`` has the words, ``introspection`` reads types without running anything of the user's.
- ``containers``, ``objects``, ``definitions``, ``modules``, ``arrays``, ``frames``, ``polars_tables``,
  ``library_objects``, ``randomness``, ``patches`` and ``opaque`` have an adapter for each family of types,
  which captures an object's own state and puts it back in place.
- ``boundaries`` says where a walk ends; ``registry`` chooses the adapter of an object.
- ``heap`` holds everything reachable from the variables as last recorded, ``comparing`` asks it whether it
  still is so; ``scanner`` finds what differs, and ``reachability`` who reaches that.
- ``ways_round`` reads from code whether it may write past pandas' copy-on-write, against which
  ``second_copies`` keeps the bytes of large tables once more, in the background.
- ``remarks`` remembers what a record had no time for, and what of it a move has to tell.
- ``snapshots`` keeps, for each step, only what differs from the one before; ``restoring`` puts it back.
- ``changes`` and ``describe`` say in words what a step did; ``differences`` compares any two states, with
  ``earlier_tables`` and ``preview`` to show them.
- ``branches`` knows the steps and the position, ``cursors`` the variables that were moved on their own,
  ``checkpoints`` the names of steps.
- ``recording`` makes steps, ``timeline`` goes between them and states the semantics in full.

``pandas_internals`` is the only file that touches what pandas doesn't promise.
"""

from __future__ import annotations

from autodash_jupyter.history.differences import (
    CellChange,
    Difference,
    TableDifference,
    VariableDifference,
)
from autodash_jupyter.history.scan import Budget
from autodash_jupyter.history.timeline import Timeline

__all__ = ["Budget", "CellChange", "Difference", "TableDifference", "Timeline", "VariableDifference"]
