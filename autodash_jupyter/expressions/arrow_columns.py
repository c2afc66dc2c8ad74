"""A pandas, polars or Arrow table as Arrow columns, of which only those are read that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autodash_jupyter.expressions.failures import ExpressionError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableColumns"]


class TableColumns:
    """The columns of a table by their position; a column is turned into Arrow when it is first asked for.

    >>> import pandas as pd
    >>> table = TableColumns(pd.DataFrame({"price": [1.5, None]}))
    >>> table.labels, table.rows, table.column(0).null_count
    (['price'], 2, 1)
    """

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._kind = _kind_of(frame)
        self._columns: dict[int, tuple[Any, str]] = {}
        columns = frame.column_names if self._kind == "arrow" else frame.columns
        self.labels: list[object] = list(columns)
        self.rows: int = frame.num_rows if self._kind == "arrow" else len(frame)

    def column(self, position: int) -> Any:
        """Return a column as an Arrow array; raises ExpressionError where expressions can't read it."""
        return self._read(position)[0]

    def note(self, position: int) -> str:
        """Return what is worth saying of how a column was read, or ``""``."""
        return self._read(position)[1]

    def _read(self, position: int) -> tuple[Any, str]:
        if position not in self._columns:
            label = str(self.labels[position])
            if self._kind == "pandas":
                self._columns[position] = _read_pandas(self._frame.iloc[:, position], label)
            else:
                self._columns[position] = (_read_other(self._frame, position, label, self._kind), "")
        return self._columns[position]


def _kind_of(frame: Any) -> str:
    kind = type(frame)
    modules = {base.__module__.partition(".")[0] for base in kind.__mro__}
    names = {base.__name__ for base in kind.__mro__}
    if "pandas" in modules and "DataFrame" in names:
        return "pandas"
    if "polars" in modules and "DataFrame" in names:
        return "polars"
    if "pyarrow" in modules and names & {"Table", "RecordBatch"}:
        return "arrow"
    msg = f"Expressions run on pandas, polars and Arrow tables, not on {kind.__name__}; convert it first."
    raise ExpressionError(msg)


def _read_other(frame: Any, position: int, label: str, kind: str) -> Any:
    try:
        return frame.to_series(position).to_arrow() if kind == "polars" else frame.column(position)
    except Exception as error:
        raise _unreadable(label, "values of Python's own") from error


def _read_pandas(column: pd.Series[Any], label: str) -> tuple[Any, str]:
    import pandas as pd
    import pyarrow as pa

    dtype = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        column = cast("Any", column).sparse.to_dense()
    elif isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype):
        return _as_text(column, label), ""
    elif getattr(dtype, "kind", "") == "c":
        raise _unreadable(label, "complex numbers")
    elif str(dtype) == "float16":
        column = column.astype("float32")
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _as_text(
            column, label
        ), f"Column '{label}' holds mixed kinds of values; they are read as text."
    # An extension type is pandas' own: DuckDB knows what it is made of.
    return (array.storage if isinstance(array, pa.ExtensionArray) else array), ""


def _as_text(column: pd.Series[Any], label: str) -> Any:
    import pyarrow as pa

    missing = column.isna().to_numpy()
    try:
        texts = [None if gone else _text(value) for gone, value in zip(missing, column.array, strict=True)]
    except Exception as error:
        raise _unreadable(label, "objects that can't be written as text") from error
    return pa.array(texts, type=pa.large_string())


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _unreadable(label: str, what: str) -> ExpressionError:
    return ExpressionError(f"Column '{label}' holds {what}, which expressions can't read.")
