"""Adapters for polars' frames and series, which a few methods change in place.

A clone costs nothing: polars never writes to memory that a clone shares. So an object is untouched while its
columns still have the clone's very buffers.
"""

from __future__ import annotations

import sys
from operator import is_
from typing import Any, NamedTuple

from autodash_jupyter.history.introspection import (
    copy_of_dict,
    dict_reader,
    inherits,
    module_of_type,
    name_of_type,
)
from autodash_jupyter.history.states import INERT, Adapter, same_values

__all__ = ["PolarsState", "polars_adapter"]

_INNER_TYPES = frozenset(
    {"PyDataFrame", "PySeries", "PyLazyFrame", "PyExpr", "PyLazyGroupBy", "PySQLContext"}
)


class Column(NamedTuple):
    """One column as it was, and where its memory is (None: polars makes it up each time it is asked)."""

    name: str
    dtype: Any
    length: int
    series: Any
    place: tuple[int, ...] | None


class PolarsState(NamedTuple):
    """A clone of polars' inner object, its columns, and the other attributes.

    ``objects`` are the cells of columns that hold Python's objects.
    """

    clone: Any
    columns: tuple[Column, ...]
    objects: tuple[Any, ...]
    attributes: dict[str, Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.columns[0].length if self.columns else 0), len(self.columns)


class _Polars(Adapter):
    """Frames or series; ``inner`` is the attribute that holds polars' own object."""

    def __init__(self, kind: type, inner: str) -> None:
        self._attributes_of: Any = dict_reader(kind)
        self._inner = inner

    def capture(self, obj: Any) -> PolarsState:
        attributes = copy_of_dict(self._attributes_of(obj))
        clone = attributes.pop(self._inner).clone()
        series = self._series_of(obj)
        objects = tuple([cell for each in series if _holds_objects(each) for cell in each.to_list()])
        columns = tuple(map(_column_of, series, self._series_of(obj)))
        return PolarsState(clone, columns, objects, attributes)

    def same(self, obj: Any, state: PolarsState) -> bool:
        attributes = self._attributes_of(obj)
        if len(attributes) != len(state.attributes) + 1:
            return False
        if any(attributes.get(name, obj) is not value for name, value in state.attributes.items()):
            return False
        series = self._series_of(obj)
        return len(series) == len(state.columns) and all(map(_is_untouched, series, state.columns))

    def equal(self, old: PolarsState, new: PolarsState) -> bool:
        """Whether polars only moved the memory."""
        if len(old.columns) != len(new.columns) or [*old.attributes] != [*new.attributes]:
            return False
        if not same_values([*old.attributes.values()], [*new.attributes.values()]):
            return False
        return all(_is_untouched(now.series, was) or _is_equal(now, was) for was, now in _pairs(old, new))

    def children(self, state: PolarsState) -> tuple[Any, ...]:
        return *state.objects, *state.attributes.values()

    def restore(self, obj: Any, state: PolarsState) -> None:
        attributes = self._attributes_of(obj)
        attributes.clear()
        attributes.update({self._inner: state.clone.clone(), **state.attributes})

    def _series_of(self, obj: Any) -> list[Any]:
        if self._inner == "_s":
            return [obj]
        return sys.modules["polars"].DataFrame.get_columns(obj)  # type: ignore[no-any-return]


def _pairs(old: PolarsState, new: PolarsState) -> zip[tuple[Column, Column]]:
    return zip(old.columns, new.columns, strict=True)


def _holds_objects(series: Any) -> bool:
    return str(series.dtype) == "Object"


def _column_of(series: Any, again: Any) -> Column:
    exports = [] if _holds_objects(series) else [_export(series), _export(again)]
    places = [_place_of(each) for each in exports]
    place = places[0] if exports and places[0] == places[1] else None
    return Column(series.name, series.dtype, len(series), series.clone(), place)


def _is_untouched(series: Any, column: Column) -> bool:
    if series.name != column.name or series.dtype != column.dtype or len(series) != column.length:
        return False
    if column.place is not None:
        return _place_of(_export(series)) == column.place
    if _holds_objects(series):
        return all(map(is_, series.to_list(), column.series.to_list()))
    return bool(series.equals(column.series, check_dtypes=True, null_equal=True))


def _is_equal(now: Column, was: Column) -> bool:
    header = now.name == was.name and now.dtype == was.dtype and now.length == was.length
    if not header or _holds_objects(now.series):
        return False
    return bool(now.series.equals(was.series, check_dtypes=True, null_equal=True))


def _export(series: Any) -> Any:
    import pyarrow as pa

    return pa.chunked_array(series)


def _place_of(column: Any) -> tuple[int, ...]:
    addresses = [0 if each is None else each.address for chunk in column.chunks for each in chunk.buffers()]
    return *addresses, *map(len, column.chunks)


def polars_adapter(kind: type) -> Adapter | None:
    """Return the adapter for a type of polars', or None for any other."""
    polars = sys.modules.get("polars")
    if polars is None:
        return None
    if inherits(kind, polars.DataFrame):
        return _Polars(kind, "_df")
    if inherits(kind, polars.Series):
        return _Polars(kind, "_s")
    is_inner = module_of_type(kind) == "builtins" and name_of_type(kind) in _INNER_TYPES
    return INERT if is_inner else None
