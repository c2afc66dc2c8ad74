"""Turns a table, wherever it is, into a ``FrameProfile``: what its columns mean, and what to beware of.

It may import ``errors``, ``models`` and ``frames``. It never changes a frame, never fails on a column,
and never keeps or sends anything.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

# Imported when first asked for: a package that imports its modules while another thread imports one of them
# gets it half made.
_HOMES = {
    "ForeignKey": "foreign_keys",
    "ProfileUpdate": "stream",
    "columns_info": "summary",
    "find_foreign_keys": "foreign_keys",
    "profile": "profiler",
    "profile_columns": "profiler",
    "profile_stream": "stream",
    "render_card": "card",
    "summarize": "profiler",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.profiling.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.profiling' has no attribute {name!r}"
    raise AttributeError(msg)
