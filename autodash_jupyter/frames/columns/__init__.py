"""Columns of text, as files have them, to columns of numbers, dates, durations, flags or text.

The rule is to lose nothing: a column changes its type only if every value in it survives the change, and what
had to be decided is a remark. May import ``naming`` and ``tables``; never opens a file and never drops a row.
"""

from autodash_jupyter.frames.columns.inference import frame_of, parse_date_columns, type_column, type_texts
from autodash_jupyter.frames.columns.values import TypedColumn

__all__ = ["TypedColumn", "frame_of", "parse_date_columns", "type_column", "type_texts"]
