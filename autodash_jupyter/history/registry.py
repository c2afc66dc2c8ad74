"""Chooses the adapter of an object: by its exact type, its bases, or what its class was made of."""

from __future__ import annotations

import io
import types
from collections import OrderedDict
from typing import Any

import numpy as np

from autodash_jupyter.history.arrays import ARRAYS, RECORDS
from autodash_jupyter.history.boundaries import is_own_class, is_own_function, reason_to_stay_out, top_package
from autodash_jupyter.history.containers import CONTAINERS
from autodash_jupyter.history.definitions import CELLS, CLASSES, HOLDERS, Functions
from autodash_jupyter.history.frames import pandas_adapter
from autodash_jupyter.history.introspection import inherits, mro
from autodash_jupyter.history.library_objects import library_adapter
from autodash_jupyter.history.modules import GLOBALS, is_globals, module_adapter
from autodash_jupyter.history.objects import InstanceAdapter, has_own_state
from autodash_jupyter.history.opaque import Opaque, opaque_adapter, unseen
from autodash_jupyter.history.patches import PATCHES, Patch
from autodash_jupyter.history.polars_tables import polars_adapter
from autodash_jupyter.history.randomness import random_adapter
from autodash_jupyter.history.states import ATOMS, INERT, Adapter

__all__ = ["Registry"]

_EXACT = {
    id(kind): adapter
    for kind, adapter in (CONTAINERS | HOLDERS | {types.CellType: CELLS, Patch: PATCHES}).items()
}
_WITH_ATTRIBUTES = frozenset(map(id, (OrderedDict, io.StringIO, io.BytesIO)))
"""Builtin containers whose instances have attributes as well."""
_VALUES = frozenset(("pyarrow", "typing", "zoneinfo", "ipaddress", "pathlib", "operator", "_struct", "enum"))
"""Packages whose objects are values: immutable, or with caches for their only change."""
_IMMUTABLE_WHERE_COMPILED = frozenset(("pandas", "polars"))


class Registry:
    """Finds adapters, and remembers them by the id of the type until told to ``forget``.

    What is remembered keeps classes alive, so whoever drops old states calls ``forget`` as well.
    """

    def __init__(self, namespace_ids: frozenset[int] = frozenset()) -> None:
        self._functions = Functions(namespace_ids)
        self._by_type: dict[int, tuple[type, Adapter]] = {}
        self._of_pandas: dict[int, tuple[type, Adapter]] = {}  # whose classes stay anyway

    def forget(self) -> None:
        """Let go of every class met so far."""
        self._by_type = {}

    def is_inert(self, obj: Any) -> bool:
        """Whether an object can neither change nor refer to anything."""
        return self.adapter_of(obj) is INERT

    def adapter_of(self, obj: Any) -> Adapter:
        """Return the adapter for this object; never fails, and runs nothing of the user's."""
        kind = type(obj)
        if id(kind) in ATOMS:
            return INERT
        if (found := _EXACT.get(id(kind))) and id(kind) not in _WITH_ATTRIBUTES:
            return GLOBALS if kind is dict and is_globals(obj) else found
        if remembered := self._by_type.get(id(kind)) or self._of_pandas.get(id(kind)):
            return remembered[1]
        return self._of_definition(obj, kind) or self._remember(kind)

    def _of_definition(self, obj: Any, kind: type) -> Adapter | None:
        """Return the adapter of a function, class or module, which depends on where it is from."""
        if kind is types.FunctionType:
            return self._functions if is_own_function(obj) else INERT
        if inherits(kind, type):
            return CLASSES if is_own_class(obj) else INERT
        return module_adapter(obj) if inherits(kind, types.ModuleType) else None

    def _remember(self, kind: type) -> Adapter:
        adapter = _adapter_for(kind)
        lasts = top_package(kind) == "pandas" and not is_own_class(kind)
        (self._of_pandas if lasts else self._by_type)[id(kind)] = kind, adapter
        return adapter


def _adapter_for(kind: type) -> Adapter:
    if found := pandas_adapter(kind) or polars_adapter(kind) or opaque_adapter(kind):
        return found
    reason = reason_to_stay_out(kind)
    if reason is not None:
        return Opaque(reason) if reason else INERT
    own = is_own_class(kind)
    if inherits(kind, np.dtype) or (not own and top_package(kind) in _VALUES):
        return INERT
    content = _content_adapter(kind)
    if content and not has_own_state(kind) and not own:
        return content
    if content or has_own_state(kind) or own:
        return InstanceAdapter(kind, content, walks_class=own)
    return INERT if top_package(kind) in _IMMUTABLE_WHERE_COMPILED else unseen(kind)


def _content_adapter(kind: type) -> Adapter | None:
    """Return the adapter for what a builtin base holds, the most derived one first."""
    if found := random_adapter(kind) or library_adapter(kind):
        return found
    for base in mro(kind):
        if base is np.ndarray:
            return ARRAYS
        if base is np.void:
            return RECORDS
        if found := _EXACT.get(id(base)):
            return found
    return None
