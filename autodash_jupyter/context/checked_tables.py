"""The tables that a document is checked against: their columns, and the expressions asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions import ExpressionError, ExpressionTable

if TYPE_CHECKING:
    from types import TracebackType

    from autodash_jupyter.context.document_expressions import DocumentExpression

__all__ = ["CheckedTables"]


class CheckedTables:
    """Tables by dataset id, each opened for expressions when first needed; for use by ``with``.

    ``tables`` holds ``None`` where a dataset is known and its table isn't at hand.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._tables = tables
        self._opened: dict[str, ExpressionTable] = {}
        self._columns: dict[str, dict[str, str]] = {}  # a column's name by its name in small letters
        self._exact: dict[str, frozenset[str]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> CheckedTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def dataset_ids(self) -> list[str]:
        """The ids of the datasets that are known."""
        return list(self._tables)

    def knows(self, dataset_id: str) -> bool:
        """Whether there is such a dataset."""
        return dataset_id in self._tables

    def has_table(self, dataset_id: str) -> bool:
        """Whether its table is at hand, so that columns and expressions can be checked."""
        return self._tables.get(dataset_id) is not None

    def row_count(self, dataset_id: str) -> int:
        """Return the number of rows of a table at hand."""
        table = self._tables[dataset_id]
        return int(table.num_rows if hasattr(table, "num_rows") else len(table))

    def columns(self, dataset_id: str) -> list[str]:
        """Return the names of the columns of a table at hand, as text."""
        table = self._tables[dataset_id]
        labels = table.column_names if hasattr(table, "column_names") else table.columns
        return [str(label) for label in labels]

    def problem(self, dataset_id: str, column: str) -> tuple[bool, str] | None:
        """Return whether a column is missing (or else misspelt), and what to say; ``None``: it is fine."""
        if dataset_id not in self._exact:
            names = self.columns(dataset_id)
            self._exact[dataset_id] = frozenset(names)
            self._columns[dataset_id] = {name.casefold(): name for name in names}
        if column in self._exact[dataset_id]:
            return None
        known = self._columns[dataset_id].get(column.casefold())
        if known is not None:
            return False, f"the data spell it '{known}', not '{column}'; write it that way."
        hint = did_you_mean(column, self._exact[dataset_id]) or " Correct the name, or take it out."
        return True, f"dataset '{dataset_id}' has no column '{column}'.{hint}"

    def open(self, dataset_id: str | None) -> ExpressionTable:
        """Return a dataset's table to ask expressions of; without its table, only their syntax is checked.

        Raises ExpressionError where it is a kind of table that can't be asked.
        """
        key = dataset_id if dataset_id is not None and self.has_table(dataset_id) else ""
        if key not in self._opened:
            table = ExpressionTable(self._tables.get(key) if key else None, name=key)
            self._opened[key] = self._stack.enter_context(table)
        return self._opened[key]

    def with_columns(self, names: Iterable[str], dataset_ids: Iterable[str]) -> list[str]:
        """Return those datasets whose table has all of these columns."""
        wanted = list(names)
        return [
            dataset_id
            for dataset_id in dataset_ids
            if self.has_table(dataset_id)
            and not any((found := self.problem(dataset_id, name)) and found[0] for name in wanted)
        ]

    def used_columns(self, expression: DocumentExpression) -> tuple[str, ...]:
        """Return the columns that an expression names, whatever table it is of; raises ExpressionError."""
        return expression.check(self.open(None)).columns

    def can_be_asked(self, dataset_id: str) -> bool:
        """Whether a table at hand is of a kind that expressions run on."""
        try:
            self.open(dataset_id)
        except ExpressionError:
            return False
        return True
