"""Delimited text of every layout: what separates its cells, where its table begins and ends, and its rows.

May import ``columns``, ``text_files`` and what lies beside them; never types a value itself, and leaves out
nothing without a remark that says which line.
"""

from __future__ import annotations

from autodash_jupyter.frames.delimited.layouts import FIXED
from autodash_jupyter.frames.delimited.reading import TextTable, is_delimited, read_delimited, read_text_table

__all__ = ["FIXED", "TextTable", "is_delimited", "read_delimited", "read_text_table"]
