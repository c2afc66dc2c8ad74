"""Operations by an SQL expression over the columns, run by DuckDB in its sandbox: never Python's eval."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import duckdb
import pandas as pd
import pyarrow as pa

from autodash_jupyter.expressions import ExpressionError, ExpressionTable
from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.kinds import Label, Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import counted, one_line_text

__all__ = ["OPERATIONS", "rows_of"]


def filter_rows(
    frame: pd.DataFrame,
    *,
    expression: Annotated[
        str, Parameter("an SQL condition, such as price > 10 AND status = 'open'", "expression")
    ],
) -> pd.DataFrame:
    """Keep the rows that meet a condition; where it is unknown (a value is missing) a row is left out.

    >>> filter_rows(pd.DataFrame({"price": [5, 20, None]}), expression="price > 10")["price"].tolist()
    [20.0]
    """
    met = rows_of(frame, expression, is_condition=True)
    kept: pd.DataFrame = frame[met.fill_null(False).to_numpy(zero_copy_only=False)]
    return kept


def apply_custom(
    frame: pd.DataFrame,
    *,
    column: Annotated[Label, Parameter("the column to make, or to replace")],
    expression: Annotated[
        str, Parameter("an SQL expression, such as price * qty or upper(city)", "expression")
    ],
) -> pd.DataFrame:
    """Compute a column from others.

    >>> frame = pd.DataFrame({"price": [2.0, 3.0], "qty": [1, 2]})
    >>> apply_custom(frame, column="total", expression="price * qty")["total"].tolist()
    [2.0, 6.0]
    """
    values = rows_of(frame, expression, is_condition=False)
    return with_column(frame, column, values)


def rows_of(frame: Any, expression: str, *, is_condition: bool) -> Any:
    """Return what an expression gives for each row of a pandas or polars frame, as an Arrow array."""
    try:
        with ExpressionTable(frame) as table:
            return table.rows(expression, is_condition=is_condition)
    except ExpressionError as error:
        msg = f"The expression {one_line_text(expression)!r} doesn't work: {error}"
        raise OperationError(msg) from None


def with_column(frame: pd.DataFrame, column: Label, values: Any) -> pd.DataFrame:
    """Return a frame with a column made of an Arrow array."""
    result = frame.copy(deep=False)
    plain = values.cast("float64") if pa.types.is_decimal(values.type) else values
    result[column] = plain.to_pandas().set_axis(frame.index)
    return result


def filter_rows_by_duckdb(frame: pd.DataFrame, *, expression: str) -> pd.DataFrame:
    """Keep the rows that meet a condition."""
    met = evaluate(frame, f"coalesce(({expression}), false)")
    kept: pd.DataFrame = frame[met.to_numpy(zero_copy_only=False)]
    return kept


def apply_custom_by_duckdb(frame: pd.DataFrame, *, column: Label, expression: str) -> pd.DataFrame:
    """Compute a column from others."""
    return with_column(frame, column, evaluate(frame, expression))


def evaluate(frame: pd.DataFrame, expression: str) -> Any:
    """Return what an SQL expression gives for each row, as an Arrow array."""
    columns = {}
    for label in frame.columns:
        try:
            columns[str(label)] = pa.array(frame[label], from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            columns[str(label)] = pa.array(frame[label].astype("str"), from_pandas=True)
    with duckdb.connect() as connection:
        for setting in (
            "ieee_floating_point_ops = false",
            "error_on_division_by_zero = false",
            "TimeZone = 'UTC'",
        ):
            with contextlib.suppress(duckdb.Error):  # not known to every version
                connection.execute(f"SET {setting}")
        connection.register("data", pa.table(columns or {"rows": pa.nulls(len(frame))}))
        found = connection.sql(f"SELECT ({expression}\n) FROM data")
        fetch = getattr(found, "to_arrow_table", None) or found.fetch_arrow_table
        return fetch().column(0).combine_chunks()


OPERATIONS = (
    TableOperation(
        filter_rows,
        "select",
        says=lambda _before, after, given: (
            f"kept {counted(len(after), 'row')} where {one_line_text(given['expression'])}"
        ),
        exported=filter_rows_by_duckdb,
    ),
    TableOperation(
        apply_custom,
        "compute",
        says=lambda _before, _after, given: (
            f"computed {one_line_text(given['column'])} = {one_line_text(given['expression'])}"
        ),
        exported=apply_custom_by_duckdb,
    ),
)
