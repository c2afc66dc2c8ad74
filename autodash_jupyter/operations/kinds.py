"""What a parameter stands for, beyond its Python type: a column, another table, an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Label", "Parameter", "Role", "Value"]

Role = Literal["plain", "column", "table", "expression"]
Label: TypeAlias = str | int
Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is for, in words; ``role`` tells that it names columns (in a dict: its keys do) or
    tables, or is an expression. Bounds are for numbers.

    >>> Parameter("how many rows", minimum=0).role
    'plain'
    """

    description: str
    role: Role = "plain"
    minimum: float | None = None
    maximum: float | None = None
