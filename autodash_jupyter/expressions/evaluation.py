"""Check a metric or a condition against a table, and say what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autodash_jupyter.expressions.columns import ColumnNames
from autodash_jupyter.expressions.expression_table import TIME_LIMIT, CheckedExpression, ExpressionTable
from autodash_jupyter.expressions.parsing import parse
from autodash_jupyter.expressions.sandbox import open_sandbox, time_limited

__all__ = ["check_condition", "check_metric", "columns_of", "evaluate_condition", "evaluate_metric"]


def check_metric(
    expression: str, table: Any, *, name: str = "", time_limit: float = TIME_LIMIT
) -> CheckedExpression:
    """Check a metric against a table (run on it) or against the names of its columns alone.

    ``time_limit`` is in seconds. Raises ExpressionError where it isn't SQL, names no such column, doesn't
    summarise to one value, or fails on the data.

    >>> check_metric("SUM(qty * price) / COUNT(*)", ["qty", "price"]).columns
    ('qty', 'price')
    >>> check_metric("AVG(prize)", ["qty", "price"])
    Traceback (most recent call last):
    autodash_jupyter.expressions.failures.ExpressionError: No column 'prize'. Did you mean 'price'?
    """
    with ExpressionTable(table, name=name, time_limit=time_limit) as opened:
        return opened.metric(expression)


def check_condition(
    expression: str, table: Any, *, name: str = "", time_limit: float = TIME_LIMIT
) -> CheckedExpression:
    """Check a condition against a table (run on it) or against the names of its columns alone.

    ``time_limit`` is in seconds. Raises ExpressionError where it isn't SQL, names no such column, doesn't say
    yes or no of each row, or fails on the data.

    >>> check_condition("price > 10 AND region IN ('north')", ["price", "region"]).columns
    ('price', 'region')
    """
    with ExpressionTable(table, name=name, time_limit=time_limit) as opened:
        return opened.condition(expression)


def evaluate_metric(frame: Any, expression: str, *, time_limit: float = TIME_LIMIT) -> Any:
    """Return what a metric comes to on a table, as a plain Python value; ``None`` where there is none.

    Raises ExpressionError as :func:`check_metric` does; ``time_limit`` is in seconds.

    >>> import pandas as pd
    >>> evaluate_metric(pd.DataFrame({"price": [1.0, 2.0, None]}), "AVG(price)")
    1.5
    """
    return check_metric(expression, frame, time_limit=time_limit).value


def evaluate_condition(frame: Any, expression: str, *, time_limit: float = TIME_LIMIT) -> int:
    """Return how many rows of a table meet a condition; rows where it is unknown (NULL) don't.

    Raises ExpressionError as :func:`check_condition` does; ``time_limit`` is in seconds.

    >>> import pandas as pd
    >>> evaluate_condition(pd.DataFrame({"status": ["open", "done", None]}), "status = 'open'")
    1
    """
    return int(check_condition(expression, frame, time_limit=time_limit).value or 0)


def columns_of(expression: str, columns: Iterable[object] | None = None) -> tuple[str, ...]:
    """Return the names of the columns that an expression uses, each once, in the order they are written.

    With ``columns``, these are the table's own names and an unknown one raises ExpressionError; without, the
    names as written. Raises ExpressionError where the text is no expression.

    >>> columns_of("SUM(qty * price) FILTER (WHERE Region = 'north')")
    ('qty', 'price', 'Region')
    """
    with open_sandbox() as connection, time_limited(connection, TIME_LIMIT):
        parsed = parse(expression, connection)
    if columns is None:
        return tuple(dict.fromkeys(path[0] for path in parsed.columns))
    names = ColumnNames(columns)
    found = (names.find(path) for path in parsed.columns)
    return tuple(dict.fromkeys(names.names[each.position] for each in found if each is not None))
