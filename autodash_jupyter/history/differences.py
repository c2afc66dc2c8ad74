"""What differs between two recorded states: variables, and of tables their columns, rows and cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.history.changes import View, changes_between
from autodash_jupyter.history.earlier_tables import table_at
from autodash_jupyter.history.preview import preview
from autodash_jupyter.history.snapshots import Snapshot
from autodash_jupyter.models import Change

__all__ = ["CellChange", "Difference", "TableDifference", "VariableDifference", "difference_between"]

_SAMPLE = 8


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, by its row's label and its column, with what it was and what it is."""

    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What differs between two states of a table.

    ``changed_cells`` counts by column, over the rows both have; ``sample`` is the first few of those cells.
    """

    shape_before: tuple[int, int]
    shape_after: tuple[int, int]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_retyped: tuple[tuple[str, str, str], ...] = ()
    rows_added: int = 0
    rows_removed: int = 0
    changed_cells: tuple[tuple[str, int], ...] = ()
    sample: tuple[CellChange, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableDifference:
    """What became of one variable: its change in words, its values, and for a table the details."""

    change: Change
    before: str = ""
    after: str = ""
    table: TableDifference | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between the states after two steps; ``end`` is None for the variables as they are now."""

    start: int
    end: int | None
    variables: tuple[VariableDifference, ...]


def difference_between(one: Snapshot, other: Snapshot, end: int | None) -> Difference:
    """Return what became of each variable on the way from one state to another, which is called ``end``."""
    before, after = View(one.roots, one.node), View(other.roots, other.node)
    nodes: dict[int, Any] = {}
    for value in other.roots.values():
        nodes.update(other.reachable(value))
    changed = {key for key, node in nodes.items() if (was := one.node(key)) is not None and was is not node}
    changes = changes_between(
        before, after, [node for node in nodes.values() if node.children or node.buffers], changed
    )
    return Difference(one.step_id, end, tuple(_variable(each, one, other) for each in changes))


def _variable(change: Change, start: Snapshot, end: Snapshot) -> VariableDifference:
    was, now = start.roots.get(change.name), end.roots.get(change.name)
    old, new = start.node(id(was)), end.node(id(now))
    if old is not None and new is not None:
        one, other = table_at(start, old), table_at(end, new)
        if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
            return VariableDifference(change, table=_compare(one, other))
    before = "" if change.kind == "added" else preview(was, old, change.name)
    after = "" if change.kind == "removed" else preview(now, new, change.name)
    return VariableDifference(change, before, after)


def _compare(before: pd.DataFrame, after: pd.DataFrame) -> TableDifference:
    plain = TableDifference(before.shape, after.shape)
    try:
        return _compare_by_labels(before, after)
    except Exception:  # noqa: BLE001 - labels and cells can be anything; then only the shapes are told
        return plain


def _compare_by_labels(before: pd.DataFrame, after: pd.DataFrame) -> TableDifference:
    old, new = [*map(str, before.columns)], [*map(str, after.columns)]
    rows, at, now_at = _rows_of_both(before, after)
    counts, sample, retyped = [], [], []
    for name in new:
        if old.count(name) != 1 or new.count(name) != 1:
            continue
        was, now = before.iloc[:, old.index(name)], after.iloc[:, new.index(name)]
        if was.dtype != now.dtype:
            retyped.append((name, str(was.dtype), str(now.dtype)))
        one, other = was.iloc[at].array, now.iloc[now_at].array
        differ = np.flatnonzero(_differing(one, other))
        if len(differ):
            counts.append((name, len(differ)))
            sample += [
                CellChange(_text(rows[i]), name, _text(one[i]), _text(other[i])) for i in differ[:_SAMPLE]
            ]
    return TableDifference(
        before.shape,
        after.shape,
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(retyped),
        len(after) - len(rows),
        len(before) - len(rows),
        tuple(counts),
        tuple(sample[:_SAMPLE]),
    )


def _rows_of_both(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.Index, Any, Any]:
    """Return the labels of the rows both have, and where they are in each; by position where not unique."""
    if before.index.equals(after.index):
        return before.index, slice(None), slice(None)
    if before.index.is_unique and after.index.is_unique:
        rows = after.index[after.index.isin(before.index)]
        return rows, before.index.get_indexer(rows), after.index.get_indexer(rows)
    both = min(len(before), len(after))
    return after.index[:both], slice(both), slice(both)


def _differing(before: Any, after: Any) -> Any:
    """Return where two columns differ; missing equals missing, objects are compared by text."""
    one, other = pd.Series(before), pd.Series(after)
    missing, now_missing = one.isna().to_numpy(), other.isna().to_numpy()
    if object in (one.dtype, other.dtype):
        differ = np.array(
            [a is not b and _text(a) != _text(b) for a, b in zip(before, after, strict=True)], bool
        )
    else:
        differ = (one != other).fillna(True).to_numpy(dtype=bool)
    return (differ & ~(missing & now_missing)) | (missing ^ now_missing)


def _text(value: Any) -> str:
    return preview(value, None)
