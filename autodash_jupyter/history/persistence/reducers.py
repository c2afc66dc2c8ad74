"""How what pickle itself can't write is written: modules, code, functions of libraries, Arrow."""

from __future__ import annotations

import marshal
import struct
import sys
import types
import weakref
from collections.abc import Callable
from typing import Any

from autodash_jupyter.history.introspection import name_of_type
from autodash_jupyter.history.persistence import rebuilding
from autodash_jupyter.history.persistence.columns import CredentialError, refuse_arrow
from autodash_jupyter.history.persistence.constants import has_secret

__all__ = ["REDUCERS", "Large", "reduce_arrow"]


class Large:
    """Stands for bytes that are a blob of their own."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[Any]) -> None:
        self.pieces = pieces


def _reduce_module(obj: types.ModuleType) -> Any:
    return rebuilding.module, (obj.__name__,)


def _reduce_code(obj: types.CodeType) -> Any:
    if has_secret(obj):
        raise CredentialError
    return rebuilding.code, (bytearray(marshal.dumps(obj)), sys.version_info[:2])


def _reduce_reference(obj: weakref.ref[Any]) -> Any:
    target = obj()
    return rebuilding.reference, () if target is None else (target,)


def _reduce_descriptor(obj: Any) -> Any:
    return rebuilding.descriptor, (obj.__objclass__, obj.__name__)


def _reduce_weak(obj: Any) -> Any:
    return type(obj), (list(obj) if isinstance(obj, weakref.WeakSet) else list(obj.items()),)


def reduce_arrow(obj: Any) -> Any:
    """Return how what pyarrow holds is made again; raises CredentialError for texts that look like some."""
    import pyarrow as pa

    kind = name_of_type(type(obj))
    if kind == "RecordBatch":
        return NotImplemented
    table = obj if kind == "Table" else pa.table({"": obj})
    refuse_arrow(table)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return rebuilding.arrow, (kind, Large([sink.getvalue()]))


def _reduce_function(obj: types.FunctionType) -> Any:
    """Return a function by value where no name leads to it, as with one a library defined within another."""
    name = obj.__globals__.get("__name__")
    if type(name) is not str or _is_importable(obj):
        return NotImplemented
    cells = [cell.cell_contents for cell in obj.__closure__ or ()]
    state = obj.__qualname__, obj.__defaults__, obj.__kwdefaults__, dict(obj.__dict__), cells
    arguments = obj.__code__, name, obj.__name__, len(cells)
    return rebuilding.function, arguments, state, None, None, rebuilding.fill_function


def _is_importable(function: types.FunctionType) -> bool:
    if function.__module__ == "__main__":
        return False  # the next kernel's has it not, until it is restored
    found: Any = sys.modules.get(function.__module__)
    for name in function.__qualname__.split("."):
        found = getattr(found, "__dict__", {}).get(name)
    return found is function


REDUCERS: dict[type, Callable[[Any], Any]] = {
    types.ModuleType: _reduce_module,
    types.CodeType: _reduce_code,
    types.FunctionType: _reduce_function,
    weakref.ref: _reduce_reference,
    **dict.fromkeys((weakref.WeakSet, weakref.WeakValueDictionary, weakref.WeakKeyDictionary), _reduce_weak),
    types.MappingProxyType: lambda obj: (types.MappingProxyType, (dict(obj),)),
    struct.Struct: lambda obj: (struct.Struct, (obj.format,)),
    types.MemberDescriptorType: _reduce_descriptor,
    types.GetSetDescriptorType: _reduce_descriptor,
}
