"""What every reader returns: a frame, and remarks on how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

__all__ = ["ArrowColumn", "ReadTable"]

# A pyarrow.ChunkedArray; pyarrow ships no types, and those others wrote for it cover its functions in part.
ArrowColumn: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table as a reader found it: ``sheet`` is its name in a workbook, ``notes`` are one-line remarks.

    ``left_out`` says which of a workbook's sheets are no tables, and why; the first table has it. ``apart``
    are the rows that were too long for the table, as text, each with its line.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    sheet: str = ""
    left_out: tuple[str, ...] = ()
    apart: tuple[tuple[int, str], ...] = ()
