"""A table that metrics and conditions are asked of, in a sandbox of its own."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import decimal
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.expressions.arrow_columns import TableColumns
from autodash_jupyter.expressions.columns import ColumnNames
from autodash_jupyter.expressions.failures import ExpressionError, explain
from autodash_jupyter.expressions.functions import CURRENT_VALUES
from autodash_jupyter.expressions.parsing import ParsedExpression, nodes, parse, parse_select
from autodash_jupyter.expressions.sandbox import give_back_sandbox, one_value, take_sandbox, time_limited

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["TIME_LIMIT", "CheckedExpression", "ExpressionTable"]

_DESERIALIZE = "SELECT json_deserialize_sql(CAST(? AS JSON))"
_GROUP = "row_group"
TIME_LIMIT = 10.0  # seconds of wall clock, for one expression
_NO_CONDITION = (
    "It doesn't say yes or no of a row; compare it with something, as in price > 0 or status = 'open'."
)


@dataclass(frozen=True, slots=True)
class CheckedExpression:
    """An expression that is right: the table's columns it uses, and remarks that are no errors.

    ``value`` is the metric's value or the number of rows that meet the condition; ``None`` where only the
    names of the columns were known, or where there is no value.
    """

    text: str
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()
    value: Any = None


class ExpressionTable:
    """A table that many expressions are asked of: one sandbox, each column read once; for use by ``with``.

    ``table`` is a pandas, polars or Arrow table, or the names of its columns alone, against which nothing can
    run, or ``None`` where not even these are known. ``name`` may stand before a column, as in
    ``orders.price``. Not to be shared by threads.

    >>> import pandas as pd
    >>> with ExpressionTable(pd.DataFrame({"price": [2.0, 4.0], "status": ["open", "done"]})) as table:
    ...     table.metric("AVG(Price)").value, table.condition("status = 'open'").value
    (3.0, 1)
    """

    def __init__(self, table: Any, *, name: str = "", time_limit: float = TIME_LIMIT) -> None:
        is_names = isinstance(table, Sequence | set | frozenset | dict) or type(table).__name__ == "Index"
        self._table = None if is_names or table is None else TableColumns(table)
        labels = self._table.labels if self._table else table
        self._names = None if labels is None else ColumnNames(labels, name)
        self._time_limit = time_limit
        self._connection = take_sandbox()
        self._is_closed, self._is_whole = False, True

    def __enter__(self) -> ExpressionTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the sandbox's memory back; doing it twice does no harm."""
        if not self._is_closed:
            self._is_closed = True
            give_back_sandbox(self._connection, is_whole=self._is_whole)

    def metric(self, expression: str) -> CheckedExpression:
        """Check that an expression gives one value for the table, and compute it.

        Raises ExpressionError, in one line for a person; ExpressionTimeoutError if it takes too long.
        """
        parsed = self._parse(expression)
        used = self._resolve(parsed)
        _check_summarises(parsed, self._loose(parsed))
        if self._table is None:
            return self._checked(parsed, used)
        sql = self._statement(parsed, used, "SELECT NULL FROM data", "select_list")
        value, kind = self._run(sql, used, parsed)
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
            raise ExpressionError("It gives several values; a metric is one number, text or date.")
        return self._checked(parsed, used, value)

    def condition(self, expression: str) -> CheckedExpression:
        """Check that an expression says yes or no of each row, and count the rows it says yes of.

        Raises ExpressionError, in one line for a person; ExpressionTimeoutError if it takes too long.
        """
        parsed = self._parse(expression)
        used = self._resolve(parsed)
        if parsed.aggregates:
            raise ExpressionError(
                f"A condition is asked of each row, and {parsed.aggregates[0]} summarises all of them; "
                "compare columns instead."
            )
        if self._table is None:
            return self._checked(parsed, used)
        probe = self._statement(parsed, used, "SELECT NULL FROM data LIMIT 0", "select_list")
        _, kind = self._run(probe, used, parsed)
        if kind != "BOOLEAN":
            raise ExpressionError(_NO_CONDITION)
        sql = self._statement(parsed, used, "SELECT count(*) FROM data WHERE NULL", "where_clause")
        return self._checked(parsed, used, self._run(sql, used, parsed)[0])

    def rows(self, expression: str, *, is_condition: bool = False) -> Any:
        """Return what an expression gives for each row, in their order, as an Arrow array.

        Raises ExpressionError as :meth:`condition` does, also where a condition is wanted and it is none.

        >>> import pandas as pd
        >>> with ExpressionTable(pd.DataFrame({"price": [2.0, 4.0]})) as table:
        ...     table.rows("price * 2").to_pylist()
        [4.0, 8.0]
        """
        parsed = self._parse(expression)
        used = self._resolve(parsed)
        if parsed.aggregates:
            raise ExpressionError(
                f"It is asked of each row, and {parsed.aggregates[0]} summarises all of them; leave it out."
            )
        sql = self._statement(parsed, used, "SELECT NULL FROM data", "select_list")
        values, kind = self._run(sql, used, parsed, read=_all_values)
        if is_condition and kind != "BOOLEAN":
            raise ExpressionError(_NO_CONDITION)
        return values

    def metric_of_groups(self, expression: str, groups: Any) -> dict[int, Any]:
        """Return what a metric comes to in each group, by one query; ``groups`` tells each row's number.

        Raises ExpressionError as :meth:`metric` does.

        >>> import pandas as pd
        >>> with ExpressionTable(pd.DataFrame({"price": [2.0, 4.0, 6.0]})) as table:
        ...     table.metric_of_groups("SUM(price) / COUNT(*)", [0, 1, 0])
        {0: 4.0, 1: 4.0}
        """
        parsed = self._parse(expression)
        used = self._resolve(parsed)
        _check_summarises(parsed, self._loose(parsed))
        template = f"SELECT NULL, {_GROUP} FROM data GROUP BY {_GROUP} ORDER BY {_GROUP}"
        sql = self._statement(parsed, used, template, "select_list")
        values, _ = self._run(sql, used, parsed, read=_pairs, more={_GROUP: groups})
        return {int(group): _plain(value) for value, group in values}

    def _parse(self, expression: str) -> ParsedExpression:
        with self._guarded(str(expression)):
            return parse(expression, self._connection)

    def _resolve(self, parsed: ParsedExpression) -> dict[tuple[str, ...], tuple[int, str, tuple[str, ...]]]:
        """Return for each path: the column's position, a remark, and the path as it runs."""
        found: dict[tuple[str, ...], tuple[int, str, tuple[str, ...]]] = {}
        if self._names is None:
            return found
        for path in parsed.columns:
            try:
                named = self._names.find(path)
            except ExpressionError as error:
                raise _hint_at_quotes(error, path, parsed.text) from None
            if named is not None:
                rest = path[named.parts[1] :]
                found[path] = (named.position, named.note, (_registered(named.position), *rest))
        return found

    def _loose(self, parsed: ParsedExpression) -> list[str]:
        if self._names is None:
            return [".".join(path) for path in parsed.loose_columns if path[0].lower() not in CURRENT_VALUES]
        return [".".join(path) for path in parsed.loose_columns if self._names.find(path) is not None]

    def _checked(
        self, parsed: ParsedExpression, used: dict[Any, Any], value: Any = None
    ) -> CheckedExpression:
        if self._names is None:
            return CheckedExpression(parsed.text, tuple(dict.fromkeys(path[0] for path in parsed.columns)))
        positions = dict.fromkeys(position for position, _, _ in used.values())
        notes = [note for _, note, _ in used.values() if note]
        if self._table is not None:
            notes += [note for position in positions if (note := self._table.note(position))]
        columns = tuple(self._names.names[position] for position in positions)
        return CheckedExpression(parsed.text, columns, tuple(notes), value)

    def _statement(self, parsed: ParsedExpression, used: dict[Any, Any], template: str, place: str) -> str:
        tree = copy.deepcopy(parsed.tree)
        for node, _ in nodes(tree):
            if node["class"] == "COLUMN_REF" and tuple(node["column_names"]) in used:
                node["column_names"] = list(used[tuple(node["column_names"])][2])
        statement = dict(parse_select(template, self._connection))
        select = statement["statements"][0]["node"]
        select[place] = [tree, *select[place][1:]] if place == "select_list" else tree
        return str(one_value(self._connection, _DESERIALIZE, [json.dumps(statement)]))

    def _run(
        self,
        sql: str,
        used: dict[Any, Any],
        parsed: ParsedExpression,
        read: Callable[[Any, str], Any] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> tuple[Any, str]:
        import pyarrow as pa

        assert self._table is not None
        assert self._names is not None
        positions = {position for position, _, _ in used.values()}
        columns = {_registered(position): self._table.column(position) for position in positions}
        columns |= {name: pa.array(values) for name, values in (more or {}).items()}
        names = {_registered(position): str(self._names.names[position]) for position in positions}
        data = pa.table(columns or {"rows": pa.nulls(self._table.rows)})
        with self._guarded(parsed.text, names):
            self._connection.register("data", data)
            try:
                relation = self._connection.sql(sql)
                kind = str(relation.types[0])
                value = _plain(_first_value(relation, kind)) if read is None else read(relation, kind)
                del relation  # it keeps the table in use
            finally:
                self._connection.unregister("data")
        return value, kind

    @contextlib.contextmanager
    def _guarded(self, text: str, names: dict[str, str] | None = None) -> Any:
        import duckdb

        try:
            with time_limited(self._connection, self._time_limit):
                yield
        except BaseException as error:
            self._is_whole = False
            if isinstance(error, (duckdb.Error, MemoryError)):
                raise explain(error, text, names=names or {}, time_limit=self._time_limit) from None
            raise


def _registered(position: int) -> str:
    return f"column_{position}"


def _check_summarises(parsed: ParsedExpression, loose: Sequence[str]) -> None:
    if loose:
        raise ExpressionError(
            f"'{loose[0]}' has a value in each row, and a metric is one value for the table; "
            f"summarise it, as in AVG({loose[0]})."
        )
    if not parsed.aggregates:
        raise ExpressionError(
            "It is the same whatever the data; a metric summarises columns, as in AVG(price)."
        )


def _hint_at_quotes(error: ExpressionError, path: Sequence[str], text: str) -> ExpressionError:
    if len(path) == 1 and f'"{path[0]}"' in text and "Did you mean" not in str(error):
        said = str(error).partition(".")[0]
        return ExpressionError(f"{said}. Text is written in single quotes: '{path[0]}'.")
    return error


def _first_value(relation: Any, kind: str) -> Any:
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        # DuckDB's own conversion asks for a package of time zones; Arrow's doesn't.
        fetch = getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
        return next(iter(fetch().column(0).to_pylist()), None)
    return next((row[0] for row in relation.fetchall()), None)


def _all_values(relation: Any, _kind: str) -> Any:
    fetch = getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
    return fetch().column(0).combine_chunks()


def _pairs(relation: Any, _kind: str) -> list[tuple[Any, Any]]:
    return list(relation.fetchall())


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC)
    return value
