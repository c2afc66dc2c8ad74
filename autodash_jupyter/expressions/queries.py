"""Queries over several tables, answered in the sandbox: read-only, a page of rows at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions.arrow_columns import TableColumns
from autodash_jupyter.expressions.failures import ExpressionError, explain
from autodash_jupyter.expressions.query_parsing import ParsedQuery, parse_query
from autodash_jupyter.expressions.sandbox import one_value, open_sandbox, time_limited

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["QUERY_TIME_LIMIT", "QueryRows", "run_query"]

QUERY_TIME_LIMIT = 20.0  # seconds of wall clock
_DESERIALIZE = "SELECT json_deserialize_sql(CAST(? AS JSON))"
_NO_COLUMN = re.compile(r'(?:Referenced column|column named|does not have a column named) "(?P<name>[^"]+)"')


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Some rows that a query gives, from an offset on, as an Arrow table; ``more`` tells of further ones.

    ``notes`` say how columns were read, and which couldn't be.
    """

    table: pa.Table
    more: bool
    notes: tuple[str, ...] = ()


def run_query(
    text: str,
    tables: Mapping[str, Any],
    *,
    offset: int = 0,
    limit: int = 100,
    time_limit: float = QUERY_TIME_LIMIT,
) -> QueryRows:
    """Return rows of one SELECT over pandas, polars or Arrow tables; ``time_limit`` is in seconds.

    Only those of ``tables`` are read that it names; it reaches no file, no network and no setting.

    Raises:
        ExpressionError: It is no SELECT, uses what it may not, names no such table or column, or fails; as
            ExpressionTimeoutError where it takes too long.

    >>> import pandas as pd
    >>> sales = pd.DataFrame({"city": ["Oslo", "Bergen", "Oslo"], "price": [2.0, 3.0, 4.0]})
    >>> run_query("SELECT city, sum(price) AS total FROM sales GROUP BY city ORDER BY 1", {"sales": sales}
    ... ).table.to_pylist()
    [{'city': 'Bergen', 'total': 3.0}, {'city': 'Oslo', 'total': 6.0}]
    """
    import duckdb

    notes: list[str] = []
    labels: list[str] = []
    with open_sandbox() as connection:
        try:
            with time_limited(connection, time_limit):
                parsed = parse_query(text, list(tables), connection)
                for name in parsed.tables:
                    data = _as_arrow(name, tables[name], notes)
                    labels += data.column_names
                    connection.register(name, data)
                found = _rows(connection, parsed, offset, limit)
        except (duckdb.Error, MemoryError) as error:
            raise _explained(error, text, labels, time_limit) from None
    return QueryRows(found.slice(0, limit), found.num_rows > limit, tuple(notes))


def _rows(connection: Any, parsed: ParsedQuery, offset: int, limit: int) -> pa.Table:
    """Return one row more than wanted: it tells whether there are any further ones."""
    sql = str(one_value(connection, _DESERIALIZE, [json.dumps(parsed.tree)]))
    relation = connection.sql(f"SELECT * FROM ({sql}) LIMIT {limit + 1:d} OFFSET {offset:d}")
    fetch = getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
    return _with_far_moments_as_texts(connection, fetch())


def _with_far_moments_as_texts(connection: Any, rows: pa.Table) -> pa.Table:
    """Return rows whose dates and times beyond Python's years 1 to 9999 are texts, as DuckDB writes them."""
    import pyarrow as pa

    for position, name in enumerate(rows.column_names):
        column = rows.column(position)
        try:
            column.to_pylist()
        except (OverflowError, ValueError):
            far = connection.from_arrow(pa.table({"far": column})).project("CAST(far AS VARCHAR)")
            fetch = getattr(far, "to_arrow_table", None) or far.fetch_arrow_table
            rows = rows.set_column(position, name, fetch().column(0))
    return rows


def _as_arrow(name: str, frame: Any, notes: list[str]) -> pa.Table:
    """Return a table as Arrow; what can't be read is left out and told."""
    import pyarrow as pa

    table = TableColumns(frame)
    columns: dict[str, Any] = {}
    for position, label in enumerate(table.labels):
        free = _free_name(str(label), columns)
        try:
            columns[free] = table.column(position)
        except ExpressionError as error:
            notes.append(f"{name}: {error}")
            continue
        if free != str(label):
            notes.append(f"{name}: a second column '{label}' is read as '{free}'.")
        if remark := table.note(position):
            notes.append(f"{name}: {remark}")
    return pa.table(columns or {"rows": pa.nulls(table.rows)})


def _free_name(label: str, taken: Mapping[str, Any]) -> str:
    folded = {name.casefold() for name in taken}
    free, number = label, 1
    while free.casefold() in folded:
        number += 1
        free = f"{label}_{number}"
    return free


def _explained(error: Exception, text: str, labels: list[str], time_limit: float) -> ExpressionError:
    explained = explain(error, text, names={}, time_limit=time_limit)
    missing = _NO_COLUMN.search(str(error))
    if missing:
        hint = did_you_mean(missing["name"], labels)
        if not hint:
            hint = f" The columns are {', '.join(labels[:8])}{', …' if len(labels) > 8 else ''}."
        return ExpressionError(f"No column '{missing['name']}'.{hint}")
    said = str(explained).replace("an expression", "a query")
    return type(explained)(said.replace("try it on fewer rows", "filter its rows first"))
