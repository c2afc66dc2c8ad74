"""Turns a table, wherever it is, into a ``FrameProfile``: what its columns mean, and what to beware of.

It may import ``errors``, ``models`` and ``frames``. It never changes a frame, never fails on a column,
and never keeps or sends anything.
"""

from __future__ import annotations

from autodash_jupyter.profiling.card import render_card
from autodash_jupyter.profiling.foreign_keys import ForeignKey, find_foreign_keys
from autodash_jupyter.profiling.profiler import profile, profile_columns, summarize
from autodash_jupyter.profiling.stream import ProfileUpdate, profile_stream
from autodash_jupyter.profiling.summary import columns_info

__all__ = [
    "ForeignKey",
    "ProfileUpdate",
    "columns_info",
    "find_foreign_keys",
    "profile",
    "profile_columns",
    "profile_stream",
    "render_card",
    "summarize",
]
