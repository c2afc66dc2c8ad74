"""Frames and series as plain parts, and back: the other place that touches pandas' blocks.

The parts are the axes and, for each block, where its columns stand and their cells. Tables whose cells show
the same memory share one count of references again, so that pandas copies before it writes.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.arrays import owner_of
from autodash_jupyter.history.pandas_internals import CopiedTable, LazyTable

__all__ = ["TableParts", "References", "parts_of_table", "table_from_parts"]


@dataclass(frozen=True, slots=True)
class TableParts:
    """What a table is made of; ``places`` are the columns of each block (None: a series)."""

    axes: tuple[Any, ...]
    places: tuple[Any, ...]
    values: tuple[Any, ...]


class References:
    """pandas' counts of references, one for each array that owns memory, while that array is alive."""

    def __init__(self) -> None:
        self._by_owner: dict[int, tuple[weakref.ref[Any], Any]] = {}

    def of(self, values: Any) -> Any:
        """Return the count for an array, None for what isn't one: pandas then begins a new one."""
        if type(values) is not np.ndarray:
            return None
        from pandas._libs.internals import BlockValuesRefs  # type: ignore[import-not-found]

        owner = owner_of(values)
        known = self._by_owner.get(id(owner))
        if known is None or known[0]() is not owner:
            known = self._by_owner[id(owner)] = weakref.ref(owner), BlockValuesRefs()
        return known[1]


def parts_of_table(table: LazyTable | CopiedTable) -> TableParts | CopiedTable:
    """Return a table's parts; a copied table has none, and is a value by itself."""
    if isinstance(table, CopiedTable):
        return table
    if len(table.axes) == 1:
        return TableParts(table.axes, (None,), table.values)
    places = tuple(block.mgr_locs.as_array for block in table.manager.blocks)
    return TableParts(table.axes, places, table.values)


def table_from_parts(parts: TableParts | CopiedTable, references: References) -> LazyTable | CopiedTable:
    """Return the table of these parts, ready to be put into a frame or a series."""
    if isinstance(parts, CopiedTable):
        return parts
    from pandas._libs.internals import BlockPlacement
    from pandas.core.internals.blocks import new_block  # type: ignore[import-not-found]

    ndim = len(parts.axes)
    blocks = tuple(
        new_block(
            values,
            BlockPlacement(slice(0, len(values)) if place is None else place),
            ndim=ndim,
            refs=references.of(values),
        )
        for place, values in zip(parts.places, parts.values, strict=True)
    )
    sample: Any = pd.Series(dtype=object) if ndim == 1 else pd.DataFrame()
    make = type(sample._mgr)  # noqa: SLF001
    if ndim == 1:
        manager = make(blocks[0], parts.axes[0])
    else:
        manager = make(blocks, list(parts.axes), verify_integrity=False)
    return LazyTable(manager, manager.blocks, parts.values, parts.axes)
