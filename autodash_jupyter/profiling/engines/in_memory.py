"""Tables in this process's memory: pandas, polars and Arrow; a column at a time becomes a pandas Series."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.profiling.columns import read_column
from autodash_jupyter.profiling.counting import count_values
from autodash_jupyter.profiling.sampling import sample_positions

if TYPE_CHECKING:
    from autodash_jupyter.profiling.frequencies import ValueCounter
    from autodash_jupyter.profiling.reading import Reading

__all__ = ["ArrowTable", "InMemoryTable", "PandasTable", "PolarsTable"]


class InMemoryTable(ABC):
    """A table whose columns can all be read as pandas Series without loading anything."""

    name = "memory"
    notes: Sequence[str] = ()
    labels: Sequence[object]
    row_count: int

    @property
    def held_rows(self) -> int:
        """How many rows ``column`` gives: all."""
        return self.row_count

    def dtype(self, position: int) -> str:
        """Return a column's type as its own library writes it."""
        return str(self.column(position).dtype)

    def read(self, position: int, counter: ValueCounter) -> Reading:
        """Read one column: all its rows, and the frequencies of a sample or of all."""
        reading = read_column(self.column(position), sample_positions(self.row_count))
        if reading.approximate or reading.texts is not None:
            reading = count_values(reading, counter)
        return reading if reading.texts is None else replace(reading, texts=None)

    @property
    @abstractmethod
    def memory_bytes(self) -> int:
        """How much the table takes."""

    @abstractmethod
    def column(self, position: int) -> pd.Series[Any]:
        """Return a whole column."""


class PandasTable(InMemoryTable):
    """A pandas DataFrame."""

    def __init__(self, frame: pd.DataFrame, name: str = "pandas", notes: Sequence[str] = ()) -> None:
        self.name = name
        self.notes = notes
        self._frame = frame
        self.row_count = len(frame)
        self.labels = list(frame.columns)
        self._dtypes = list(frame.dtypes)

    @property
    def memory_bytes(self) -> int:
        """What the columns hold; the cells of object columns are weighed on a few of them."""
        objects = (position for position, dtype in enumerate(self._dtypes) if dtype == np.dtype(object))
        return self._buffers() + sum(self._weigh_cells(position) for position in objects)

    def _buffers(self) -> int:
        try:
            return int(self._frame.memory_usage(index=False, deep=False).sum())
        except Exception:  # noqa: BLE001 - an array of somebody's own may not know; the sum is an estimate
            return 0

    def _weigh_cells(self, position: int) -> int:
        try:
            cells = self.column(position).to_numpy()
            few = cells[:: max(1, len(cells) // 200)]
            return int(sum(sys.getsizeof(cell) for cell in few) / max(len(few), 1) * len(cells))
        except Exception:  # noqa: BLE001 - a cell's own __sizeof__ may raise
            return 0

    def dtype(self, position: int) -> str:
        """Return a column's type as pandas writes it."""
        return str(self._dtypes[position])

    def column(self, position: int) -> pd.Series[Any]:
        """Return a whole column."""
        return self._frame.iloc[:, position]


class ArrowTable(InMemoryTable):
    """A pyarrow Table or RecordBatch."""

    name = "pyarrow"

    def __init__(self, table: Any) -> None:
        self._table = table
        self.row_count = table.num_rows
        self.labels = list(table.schema.names)

    @property
    def memory_bytes(self) -> int:
        """What Arrow's buffers hold."""
        return int(self._table.nbytes)

    def dtype(self, position: int) -> str:
        """Return a column's Arrow type."""
        return str(self._table.schema.field(position).type)

    def column(self, position: int) -> pd.Series[Any]:
        """Return a whole column, over Arrow's own memory."""
        return as_series(self._table.column(position))


class PolarsTable(InMemoryTable):
    """A polars DataFrame."""

    name = "polars"

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.row_count = frame.height
        self.labels = list(frame.columns)

    @property
    def memory_bytes(self) -> int:
        """What polars reckons its buffers hold."""
        return int(self._frame.estimated_size())

    def dtype(self, position: int) -> str:
        """Return a column's polars type."""
        return str(self._frame.dtypes[position])

    def column(self, position: int) -> pd.Series[Any]:
        """Return a whole column; numbers share polars' memory, texts are copied."""
        series = self._frame.to_series(position).alias(
            ""
        )  # a name with a null character can't be handed over
        if series.dtype.__class__.__name__ == "Object" or str(series.dtype) == "Object":
            return pd.Series(series.to_list(), dtype=object)
        return as_series(series.to_arrow())


def as_series(array: Any) -> pd.Series[Any]:
    """Return an Arrow array as a Series over the same memory, wherever pandas has a way to."""
    import pyarrow as pa

    chunked = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    if not chunked.null_count and chunked.num_chunks == 1 and _is_plain(chunked.type):
        return pd.Series(chunked.chunk(0).to_numpy(), copy=False)
    return pd.Series(pd.arrays.ArrowExtensionArray(chunked), copy=False)


def _is_plain(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
