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
    """One table as a reader found it: ``sheet`` is its name in a workbook, ``notes`` are one-line remarks."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    sheet: str = ""
