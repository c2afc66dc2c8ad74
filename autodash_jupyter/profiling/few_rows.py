"""Some rows of a table, read once for all that compares its columns with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.sampling import sample_positions

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines import Engine
    from autodash_jupyter.profiling.reading import Array

__all__ = ["FewRows", "count_distinct"]

_ROWS = 5_000


class FewRows:
    """At most 5,000 rows of a table, spread evenly."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.positions = sample_positions(engine.held_rows, _ROWS, _ROWS)
        self.count = engine.held_rows if self.positions is None else len(self.positions)
        self.sampled = self.count < engine.row_count
        self._columns: dict[int, pd.Series[Any]] = {}
        self._levels: dict[int, Array] = {}

    def column(self, position: int) -> pd.Series[Any]:
        """Return a column's values in these rows; raises whatever the column's own code raises."""
        if position not in self._columns:
            self._columns[position] = self._read(position)
        return self._columns[position]

    def _read(self, position: int) -> pd.Series[Any]:
        series = self._engine.column(position)
        if self.positions is None:
            return series
        if isinstance(series.dtype, np.dtype):  # a tenth of the time that pandas takes
            return pd.Series(series.to_numpy()[self.positions], copy=False)
        return series.iloc[self.positions]

    def levels(self, position: int) -> Array:
        """Return a number for each distinct value of a column, row by row; -1 stands for a missing one."""
        if position not in self._levels:
            self._levels[position] = pd.factorize(self.column(position))[0].astype(np.int64, copy=False)
        return self._levels[position]


def count_distinct(codes: Array) -> int:
    """Return how many distinct numbers there are, by sorting: NumPy's own hashing takes five times longer.

    >>> count_distinct(np.array([3, 1, 3]))
    2
    """
    ordered = np.sort(codes)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + min(len(ordered), 1)
