"""What the profiler asks of a table, wherever it lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.profiling.frequencies import ValueCounter
    from autodash_jupyter.profiling.reading import Reading

__all__ = ["Engine"]


class Engine(Protocol):
    """One table of ``row_count`` rows, of which ``column`` gives all or a sample."""

    name: str
    row_count: int
    labels: Sequence[object]
    notes: Sequence[str]
    """What was guessed or left out when the table was read, in a line each."""

    @property
    def held_rows(self) -> int:
        """How many rows ``column`` gives."""

    @property
    def memory_bytes(self) -> int:
        """How much the table takes, in memory or on disk; 0 where it isn't known."""

    def dtype(self, position: int) -> str:
        """Return a column's type as its own library writes it."""

    def read(self, position: int, counter: ValueCounter) -> Reading:
        """Read one column; raises whatever stands in the way, and the caller makes a finding of it."""

    def column(self, position: int) -> pd.Series[Any]:
        """Return a column's values, or those of a bounded sample of rows that all columns share."""
