"""Makes a frame of what a snapshot recorded of one: a new object, which shares memory where it can."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.arrays import memory_at
from autodash_jupyter.history.frames import ColumnState, FrameState
from autodash_jupyter.history.pandas_internals import originals_of, put_backing
from autodash_jupyter.history.polars_tables import PolarsState
from autodash_jupyter.history.snapshots import Snapshot
from autodash_jupyter.history.states import Node, bytes_key

__all__ = ["table_at"]


def table_at(snapshot: Snapshot, node: Node) -> pd.DataFrame | None:
    """Return the table a node recorded as it was then, or None for what is no table."""
    state = node.state
    if isinstance(state, PolarsState):
        return pd.DataFrame({column.name: column.series.to_list() for column in state.columns})
    if not isinstance(state, FrameState):
        return None
    labels = state.table.axes[0] if len(state.table.axes) > 1 else pd.Index([state.attributes.get("_name")])
    originals = originals_of(state.table)
    columns = (cells for _, cells in state.table.columns())
    cells = [_cells_at(snapshot, originals.get(id(cells), cells)) for cells in columns]
    index = pd.Index(state.table.axes[-1])
    table = pd.DataFrame(dict(enumerate(cells)), index=index, copy=False)
    table.columns = labels
    return table


def _cells_at(snapshot: Snapshot, cells: Any) -> Any:
    """Return one column's cells as they were, also where somebody wrote past copy-on-write."""

    def earlier(values: Any) -> Any:
        if not isinstance(values, np.ndarray):
            return values
        return memory_at(values, lambda owner: snapshot.node(bytes_key(owner)))

    node = None if isinstance(cells, np.ndarray) else snapshot.node(id(cells))
    if node is None or not isinstance(node.state, ColumnState):
        return earlier(cells)
    column = copy.copy(cells)
    for name, value in node.state.attributes.items():
        object.__setattr__(column, name, earlier(value))
    if node.state.backing:
        put_backing(column, earlier(node.state.backing[0]), node.state.backing[1])
    return column
