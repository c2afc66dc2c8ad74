"""The one registry of operations, from which magics, Python and agents are served."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.wording import one_line_text

if TYPE_CHECKING:
    import pandas as pd
    from pydantic import BaseModel

__all__ = ["GROUPS", "Group", "TableOperation", "find_operation", "operations"]

Group = Literal["clean", "select", "shape", "compute", "summarise", "combine"]
GROUPS: tuple[Group, ...] = ("clean", "select", "shape", "compute", "summarise", "combine")
_MODULES = (
    "cleaning",
    "filling",
    "conversion",
    "selection",
    "shaping",
    "computed",
    "features",
    "binning",
    "summaries",
    "combining",
)


@dataclass(frozen=True, slots=True)
class TableOperation:
    """One operation: a pure function of a frame and named parameters, and how it is spoken of.

    ``says(before, after, parameters)`` tells what it did; ``check(frame, parameters)`` refuses what won't
    fit; ``read_only`` ones answer a question and replace no table; ``duplicates_allowed`` ones take a table
    in which column names occur twice; ``exported`` is what an exported script has in the function's place.

    >>> find_operation("drop_missing").summary
    'Remove the rows that lack a value.'
    """

    function: Callable[..., pd.DataFrame]
    group: Group
    says: Callable[[pd.DataFrame, pd.DataFrame, Mapping[str, Any]], str]
    name: str = ""
    check: Callable[[pd.DataFrame, Mapping[str, Any]], None] | None = None
    read_only: bool = False
    duplicates_allowed: bool = False
    exported: Callable[..., pd.DataFrame] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.function.__name__)

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def parameters(self) -> type[BaseModel]:
        """The model of its parameters, from which a JSON schema comes."""
        from autodash_jupyter.operations.parameters import model_of

        return model_of(self)


@functools.cache
def operations() -> Mapping[str, TableOperation]:
    """Return all operations by name, in the order in which they are listed.

    >>> len(operations()), next(iter(operations()))
    (40, 'drop_rows')
    """
    modules = [import_module(f"autodash_jupyter.operations.{name}") for name in _MODULES]
    found: list[TableOperation] = [each for module in modules for each in module.OPERATIONS]
    found.sort(key=lambda each: GROUPS.index(each.group))
    return MappingProxyType({each.name: each for each in found})


def find_operation(name: str) -> TableOperation:
    """Return the operation of a name; raises OperationError with the nearest where there is none.

    >>> find_operation("drop_mising")
    Traceback (most recent call last):
    autodash_jupyter.operations.failures.OperationError: There is no operation 'drop_mising'. Did you mean
    'drop_missing'?
    """
    known = operations()
    if name not in known:
        hint = did_you_mean(name, known) or " %op alone lists them."
        msg = f"There is no operation '{one_line_text(name)}'.{hint}"
        raise OperationError(msg)
    return known[name]
