"""Which column of a table a name in an expression means, as SQL reads names: upper or lower case alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions.failures import ExpressionError
from autodash_jupyter.expressions.functions import CURRENT_VALUES

__all__ = ["ColumnNames", "Named"]

_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A column that a name means: its position, the parts of the name it took, and a remark or ``""``."""

    position: int
    parts: tuple[int, int]
    note: str = ""


class ColumnNames:
    """The names of a table's columns, in their order; ``table`` may stand before a column's name, with a dot.

    >>> names = ColumnNames(["Price", "qty"], table="orders")
    >>> names.find(("price",))
    Named(position=0, parts=(0, 1), note="Column 'Price' is written 'price'.")
    >>> names.find(("orders", "qty")).position
    1
    >>> names.find(("pricee",))
    Traceback (most recent call last):
    autodash_jupyter.expressions.failures.ExpressionError: No column 'pricee'. Did you mean 'Price'?
    """

    def __init__(self, labels: Iterable[object], table: str = "") -> None:
        self.names: Sequence[str] = [str(label) for label in labels]
        self._table = table
        self._exact: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        for position, name in enumerate(self.names):
            self._exact.setdefault(name, []).append(position)
            self._folded.setdefault(name.casefold(), []).append(position)

    def find(self, path: Sequence[str]) -> Named | None:
        """Return the column a path means, ``None`` for a value such as ``current_date``, or raise.

        A path of several parts is a column and its fields, or the table's own name and a column.
        """
        positions, note = self._matching(path[0])
        start = 0
        if not positions and len(path) > 1 and self._is_table(path[0]):
            positions, note = self._matching(path[1])
            start = 1
        if len(positions) > 1:
            raise self._ambiguous(path[start], positions)
        if positions:
            return Named(positions[0], (start, start + 1), note)
        if len(path) == 1 and path[0].casefold() in CURRENT_VALUES:
            return None
        raise self._missing(path, start)

    def _matching(self, name: str) -> tuple[list[int], str]:
        exact = self._exact.get(name)
        if exact:
            return exact, ""
        folded = self._folded.get(name.casefold(), [])
        return folded, f"Column '{self.names[folded[0]]}' is written '{name}'." if folded else ""

    def _is_table(self, name: str) -> bool:
        return bool(self._table) and name.casefold() == self._table.casefold()

    def _ambiguous(self, name: str, positions: Sequence[int]) -> ExpressionError:
        spelt = list(dict.fromkeys(self.names[position] for position in positions))
        if len(spelt) == 1:
            return ExpressionError(
                f"{len(positions)} columns are named '{spelt[0]}'; rename them to tell them apart."
            )
        shown = " and ".join(f"'{each}'" for each in spelt)
        return ExpressionError(f"'{name}' may mean {shown}; write it as the column is.")

    def _missing(self, path: Sequence[str], start: int) -> ExpressionError:
        wanted = path[start] if start < len(path) else path[-1]
        if len(path) > 1 and not start:
            inner = self._matching(path[1])[0]
            if inner:
                return ExpressionError(
                    f"An expression sees one table: write {self.names[inner[0]]} instead of {'.'.join(path)}."
                )
        guess = did_you_mean(wanted, self.names)
        if not guess:
            shown = ", ".join(self.names[:_MOST_SHOWN])
            more = ", …" if len(self.names) > _MOST_SHOWN else ""
            guess = f" The columns are {shown}{more}." if shown else " The table has no columns."
        return ExpressionError(f"No column '{wanted}'.{guess}")
