"""The one place that touches what pandas doesn't promise: managers, blocks, and their shared memory.

A lazy copy of a manager costs microseconds at any size, and makes pandas copy a block before it next
writes to it. So a table that was not written to still has the very blocks it had. ``take`` keeps such a
copy, ``is_untouched`` compares block identities, ``put_back`` swaps a manager into the same object.

Where a pandas behaves otherwise (``works`` tries it once), ``CopiedTable`` does the same with deep copies
and public methods only: right, but slower.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import attrgetter, is_, itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from autodash_jupyter.history.cells import PARTS, same_cells
from autodash_jupyter.history.states import all_identical

__all__ = [
    "CopiedTable",
    "Indexer",
    "LazyTable",
    "ManyTables",
    "backing_of",
    "has_foreign_memory",
    "originals_of",
    "put_backing",
    "take",
    "works",
]

_manager_in, _axes_in, _blocks_in = itemgetter("_mgr"), attrgetter("axes"), attrgetter("blocks")


@dataclass(slots=True, eq=False)
class LazyTable:
    """A frame's or series' cells and axes, sharing memory with it under copy-on-write.

    ``blocks`` are the object's present ones, known by identity; ``values`` are the arrays they held
    when taken, and ``axes`` the very Index objects.
    """

    manager: Any
    blocks: tuple[Any, ...]
    values: tuple[Any, ...]
    axes: tuple[pd.Index, ...]
    _columns: list[tuple[Any, Any]] | None = None

    def is_untouched(self, obj: Any) -> bool:
        """Whether the object still has the blocks and axes it had."""
        manager = obj._mgr  # noqa: SLF001
        if manager.blocks is not self.blocks and (
            len(manager.blocks) != len(self.blocks) or not all_identical(manager.blocks, self.blocks)
        ):
            return False
        return all_identical(manager.axes, self.axes)

    def put_back(self, obj: Any) -> None:
        """Give the object these cells and axes again; the arrays are the ones it had."""
        manager = _shallow_copy(self.manager)
        for block, values in zip(manager.blocks, self.values, strict=True):
            block.values = values
        manager.axes = list(self.axes)
        object.__setattr__(obj, "_mgr", manager)
        self.blocks = manager.blocks

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and columns where it is a frame."""
        rows = len(self.axes[-1])
        return (rows,) if len(self.axes) == 1 else (rows, len(self.manager.blknos))

    def columns(self) -> list[tuple[Any, Any]]:
        """Return one (key, cells) pair for each column in order; equal keys mean the same memory."""
        if self._columns is None:
            self._columns = list(self._each_column())
        return self._columns

    def _each_column(self) -> Iterator[tuple[Any, Any]]:
        blocks = self.manager.blocks
        if len(self.axes) == 1:
            yield _memory_key(blocks[0].values), blocks[0].values
            return
        keys = [_memory_key(block.values) for block in blocks]
        for number, row in zip(self.manager.blknos.tolist(), self.manager.blklocs.tolist(), strict=True):
            values = blocks[number].values
            if values.ndim == 1:
                yield keys[number], values
            elif isinstance(values, np.ndarray):
                address, (across, along), dtype, _ = keys[number]
                yield (address + row * across, (along,), dtype, values.shape[1]), values[row]
            else:
                yield _memory_key(values[row]), values[row]


@dataclass(slots=True, eq=False)
class CopiedTable:
    """The same by deep copy and public methods, for a pandas whose inside is not as expected."""

    copy: Any
    axes: tuple[pd.Index, ...]
    values: tuple[Any, ...] = ()

    def is_untouched(self, obj: Any) -> bool:
        """Whether axes are the same and all cells equal; object cells are compared by identity."""
        if not all_identical(_axes(obj), self.axes):
            return False
        now = take_copy(obj, deep=False).columns()
        return all(same_cells(a[1], b[1]) for a, b in zip(now, self.columns(), strict=True))

    def put_back(self, obj: Any) -> None:
        """Build the object anew, in place, from a copy of the copy."""
        initialize: Any = pd.DataFrame.__init__ if isinstance(obj, pd.DataFrame) else pd.Series.__init__
        initialize(obj, self.copy.copy(deep=True))
        if isinstance(obj, pd.DataFrame):
            obj.columns = self.axes[0]
        obj.index = self.axes[-1]

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and columns where it is a frame."""
        return tuple(len(axis) for axis in reversed(self.axes))

    def columns(self) -> list[tuple[Any, Any]]:
        """Return one (key, cells) pair for each column; keys are never equal between two copies."""
        if isinstance(self.copy, pd.Series):
            return [(id(self.copy), self.copy.array)]
        return [((id(self.copy), i), self.copy.iloc[:, i].array) for i in range(self.copy.shape[1])]


class ManyTables(NamedTuple):
    """The blocks and axes of many tables, to ask at once whether any was written to."""

    blocks: tuple[Any, ...]
    axes: tuple[pd.Index, ...]

    @classmethod
    def of(cls, tables: Sequence[LazyTable | CopiedTable]) -> ManyTables:
        """Return those of lazy copies; fails where there is another among them."""
        axes = chain.from_iterable(map(_axes_in, tables))
        return cls(tuple(map(_blocks_in, tables)), tuple(axes))

    def are_untouched(self, attributes: Sequence[dict[str, Any]]) -> bool:
        """Whether tables of these attributes have the very blocks; says no where each has to be asked."""
        managers = [*map(_manager_in, attributes)]
        axes = [*chain.from_iterable(map(_axes_in, managers))]
        has_blocks = all(map(is_, map(_blocks_in, managers), self.blocks))
        return has_blocks and len(axes) == len(self.axes) and all_identical(axes, self.axes)


def originals_of(table: LazyTable | CopiedTable) -> dict[int, Any]:
    """Return the extension arrays the object itself had, by the id of what stands for each in the table."""
    if isinstance(table, CopiedTable):
        return {}
    pairs = zip(table.manager.blocks, table.values, strict=True)
    return {id(block.values): own for block, own in pairs if own.ndim == 1 or not isinstance(own, np.ndarray)}


def take(obj: pd.DataFrame | pd.Series) -> LazyTable | CopiedTable:
    """Return the object's cells and axes as they are now."""
    if not works():
        return take_copy(obj)
    manager = obj._mgr  # noqa: SLF001
    blocks = manager.blocks
    values = tuple([block.values for block in blocks])
    return LazyTable(_shallow_copy(manager), blocks, values, tuple(manager.axes))


def _shallow_copy(manager: Any) -> Any:
    """Return a manager with blocks that share the memory, and the very axes, of which pandas makes views."""
    copied = type(manager).from_blocks([block.copy(deep=False) for block in manager.blocks], [*manager.axes])
    if len(manager.axes) > 1 and manager._blknos is not None:  # noqa: SLF001
        copied._blknos, copied._blklocs = manager._blknos.copy(), manager._blklocs.copy()  # noqa: SLF001
    return copied


def take_copy(obj: pd.DataFrame | pd.Series, *, deep: bool = True) -> CopiedTable:
    """Return a copy made by public methods."""
    plain = pd.DataFrame(obj) if isinstance(obj, pd.DataFrame) else pd.Series(obj)
    table = CopiedTable(plain.copy(deep=deep), _axes(obj))
    columns = [cells for _, cells in table.columns() if str(cells.dtype) == "object"]
    table.values = tuple(np.asarray(cells) for cells in columns)  # their cells may be lists and the like
    return table


def _axes(obj: Any) -> tuple[pd.Index, ...]:
    return (obj.columns, obj.index) if isinstance(obj, pd.DataFrame) else (obj.index,)


@cache
def works() -> bool:
    """Whether this pandas is one whose inside is as expected: tried once, on a table of two columns."""
    if int(pd.__version__.partition(".")[0]) != 3:
        return False
    try:
        frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
        alias, manager = frame, frame._mgr  # noqa: SLF001
        kept = LazyTable(
            _shallow_copy(manager),
            manager.blocks,
            tuple(block.values for block in manager.blocks),
            tuple(manager.axes),
        )
        untouched = kept.is_untouched(frame)
        frame.loc[0, "a"] = 9
        frame["c"] = 1
        noticed = not kept.is_untouched(frame)
        kept.put_back(frame)
        restored = frame.columns.tolist() == ["a", "b"] and frame["a"].tolist() == [1, 2]
        return untouched and noticed and restored and kept.is_untouched(alias)
    except Exception:  # noqa: BLE001 - whatever is different, the slower way is right
        return False


def _memory_key(cells: Any) -> tuple[Any, ...]:
    """Return what tells whether two columns are the same memory, while both are alive."""
    if isinstance(cells, np.ndarray):
        return cells.__array_interface__["data"][0], cells.strides, cells.dtype, len(cells)
    inner = [getattr(cells, name, None) for name in PARTS]
    arrays = [_memory_key(part) for part in inner if isinstance(part, np.ndarray)]
    arrow = getattr(cells, "_pa_array", None)
    return (*arrays, id(arrow if arrow is not None else cells) if not arrays else 0, str(cells.dtype))


def has_foreign_memory(frame: pd.DataFrame, position: int) -> bool:
    """Whether something outside pandas may write to the memory of the column at a position; copies nothing.

    True for an array given with ``copy=False`` that somebody still refers to, a mapped file, or another
    object's writeable buffer. In doubt True: whoever else holds the memory, reading only, counts as well, a
    timeline that recorded the frame too, so ask before it does.

    >>> has_foreign_memory(pd.DataFrame({"a": [1, 2]}), 0)
    False
    """
    if not works():
        return True
    manager: Any = frame._mgr  # noqa: SLF001
    block = manager.blocks[manager.blknos[position]]
    sharing = [shared for reference in block.refs.referenced_blocks if (shared := reference()) is not None]
    held = [array for each in (block, *sharing) for array in _arrays_of(each.values)]
    return any(_is_held_elsewhere(array, held) for array in _arrays_of(block.values))


def _arrays_of(cells: Any) -> list[np.ndarray[Any, Any]]:
    if isinstance(cells, np.ndarray):
        return [cells]
    return [part for name in PARTS if isinstance(part := getattr(cells, name, None), np.ndarray)]


def _is_held_elsewhere(array: np.ndarray[Any, Any], held: Sequence[np.ndarray[Any, Any]]) -> bool:
    """Whether an array's memory belongs to more than these arrays: counted by references to its owner."""
    if array.base is None:
        return False  # in a block of pandas: it hands out views
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if owner.base is not None:
        return owner.flags.writeable and "arrow" not in repr(owner.base)
    if any(each is owner for each in held):
        return False
    views = {id(each) for each in held if each.base is owner}
    return sys.getrefcount(owner) - 2 > len(views)  # here it is a variable and an argument


# The compiled base of dates, categoricals and plain numpy columns, found without naming its module.
_NumpyBacked: Any = next((base for base in pd.Categorical.__mro__ if base.__name__ == "NDArrayBacked"), ())


# The compiled base of ``frame.loc`` and its like, found without naming its module.
Indexer: type = type(pd.Series([0]).loc).__mro__[-2]


def backing_of(array: Any) -> tuple[Any, Any] | None:
    """Return the numpy array and dtype an extension array has compiled in, or None where it has none."""
    return (array._ndarray, array._dtype) if isinstance(array, _NumpyBacked) else None  # noqa: SLF001


def put_backing(array: Any, values: np.ndarray[Any, Any], dtype: Any) -> None:
    """Give an extension array its numpy array and dtype again."""
    _NumpyBacked.__init__(array, values, dtype)
