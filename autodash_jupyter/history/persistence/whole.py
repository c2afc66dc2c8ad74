"""Values of compiled types as pickles of their own, but for the notebook's classes and functions in them.

Those are recorded objects, which a pickle by name would not find in the next kernel.
"""

from __future__ import annotations

import io
import pickle
import types
from typing import Any

from autodash_jupyter.history.introspection import inherits, module_of_type

__all__ = ["pickled_whole", "whole"]


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=5)
        self.parts: list[Any] = []

    def persistent_id(self, obj: Any) -> int | None:
        is_class = inherits(type(obj), type)
        if not is_class and type(obj) is not types.FunctionType:
            return None
        if (module_of_type(obj) if is_class else obj.__module__) != "__main__":
            return None
        self.parts.append(obj)
        return len(self.parts) - 1


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, parts: tuple[Any, ...]) -> None:
        super().__init__(io.BytesIO(data))
        self._parts = parts

    def persistent_load(self, pid: Any) -> Any:
        return self._parts[pid]


def pickled_whole(obj: Any) -> tuple[Any, ...]:
    """Return a pickle, and the notebook's classes and functions in it; raises whatever the value raises.

    >>> data, *parts = pickled_whole({"a": 1})
    >>> whole(data, *parts)
    {'a': 1}
    """
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(obj)
    return file.getvalue(), *pickler.parts


def whole(data: bytes, *parts: Any) -> Any:
    """Return the value ``pickled_whole`` was given; the bytes must be trusted."""
    return _Unpickler(data, parts).load()
