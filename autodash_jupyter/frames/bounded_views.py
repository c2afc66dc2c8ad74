"""Rows of views in database files, up to where they can only be meant to fill the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from autodash_jupyter.errors import SourceError

__all__ = ["MOST_BYTES", "bounded_rows", "bounded_table"]

MOST_BYTES = 1 << 30
CELL_BYTES = 64  # about what a number or a short text takes as an object of Python
ROWS_AT_ONCE = 10_000


def bounded_rows(cursor: sqlite3.Cursor, most_bytes: float) -> Iterator[tuple[Any, ...]]:
    """Yield rows of SQLite; ``SourceError`` once they take more than ``most_bytes``.

    >>> connection = sqlite3.connect(":memory:")
    >>> list(bounded_rows(connection.execute("VALUES (1), (2)"), 1_000))
    [(1,), (2,)]
    """
    left = most_bytes
    for row in cursor:
        left -= sum(CELL_BYTES + (len(cell) if isinstance(cell, str | bytes) else 0) for cell in row)
        if left < 0:
            raise _too_much(most_bytes)
        yield row


def bounded_table(relation: Any, most_bytes: float) -> Any:
    """Return what a relation of DuckDB gives as an Arrow table; ``SourceError`` beyond ``most_bytes``.

    >>> import duckdb
    >>> bounded_table(duckdb.sql("SELECT 1 AS n"), 1_000).to_pylist()
    [{'n': 1}]
    """
    import pyarrow as pa

    reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    left, batches = most_bytes, []
    with reader(ROWS_AT_ONCE) as rows:
        for batch in rows:
            left -= batch.nbytes
            if left < 0:
                raise _too_much(most_bytes)
            batches.append(batch)
        return pa.Table.from_batches(batches, schema=rows.schema)


def _too_much(most_bytes: float) -> SourceError:
    msg = f"it is a view that gives more than {most_bytes / 2**30:.1f} GB; store it, or a part, as a table"
    return SourceError(msg)
