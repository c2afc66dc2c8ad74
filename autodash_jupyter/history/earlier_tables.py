"""Makes a frame of what a snapshot recorded of one: a new object, which shares memory where it can."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.arrays import memory_at
from autodash_jupyter.history.frames import FrameState
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
    cells = [_cells_at(snapshot, cells) for _, cells in state.table.columns()]
    index = pd.Index(state.table.axes[-1])
    table = pd.DataFrame(dict(enumerate(cells)), index=index, copy=False)
    table.columns = labels
    return table


def _cells_at(snapshot: Snapshot, cells: Any) -> Any:
    """Return one column's cells as they were, where somebody wrote past copy-on-write."""
    node = snapshot.node(id(cells)) if not isinstance(cells, np.ndarray) else None
    if node is not None:
        earlier = copy.copy(cells)
        node.adapter.restore(earlier, node.state)
        return earlier
    return (
        memory_at(cells, lambda owner: snapshot.node(bytes_key(owner)))
        if isinstance(cells, np.ndarray)
        else cells
    )
