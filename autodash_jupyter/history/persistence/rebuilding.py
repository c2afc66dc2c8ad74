"""What pickles of the history name to make values again: their paths are part of the format."""

from __future__ import annotations

import contextvars
import functools
import marshal
import pickle
import sys
import types
import typing
import weakref
from importlib import import_module
from typing import Any

import numpy as np

from autodash_jupyter.errors import BlobError
from autodash_jupyter.history.introspection import vars_of_type

__all__ = [
    "arrow",
    "array",
    "cached",
    "code",
    "context_variable",
    "descriptor",
    "fill_function",
    "function",
    "module",
    "named",
    "record",
    "reference",
    "seed_sequence",
    "type_variable",
    "view",
    "whole",
]


def view(
    owner: np.ndarray[Any, Any],
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    dtype: np.dtype[Any],
    writeable: bool,
) -> np.ndarray[Any, Any]:
    """Return a view of the memory another array owns."""
    if offset == 0 and shape == owner.shape and strides == owner.strides and dtype == owner.dtype:
        found = owner.view()
    else:
        flat = np.ndarray.view(owner, np.ndarray).ravel(order="K").view(np.uint8)
        found = np.ndarray(shape, dtype, buffer=flat, offset=offset, strides=strides)
    if found.flags.writeable and not writeable:
        found.setflags(write=False)
    return found


def array(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return an array with a copy of these bytes."""
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()


def code(data: bytes, version: tuple[int, int]) -> types.CodeType:
    """Return compiled code; raises BlobError where another version of Python compiled it."""
    if version != sys.version_info[:2]:
        msg = f"its code was compiled by Python {version[0]}.{version[1]}; define it again"
        raise BlobError(msg)
    found: types.CodeType = marshal.loads(data)
    return found


def function(made_of: types.CodeType, module_name: str, name: str, cells: int) -> types.FunctionType:
    """Return a function of a library that no name leads to, its closure still empty."""
    closure = tuple(types.CellType() for _ in range(cells))
    return types.FunctionType(made_of, vars(import_module(module_name)), name, None, closure)


def fill_function(made: types.FunctionType, state: tuple[Any, ...]) -> None:
    """Put in what a function holds."""
    made.__qualname__, made.__defaults__, made.__kwdefaults__, attributes, contents = state
    made.__dict__.update(attributes)
    for cell, content in zip(made.__closure__ or (), contents, strict=True):
        cell.cell_contents = content


def module(name: str) -> types.ModuleType:
    """Import a module."""
    return import_module(name)


def named(module_name: str, name: str) -> Any:
    """Return what a module has under a name, such as ``dataclasses.MISSING``."""
    return vars(import_module(module_name))[name]


def descriptor(kind: type, name: str) -> Any:
    """Return the descriptor a class has under a name, such as that of a slot."""
    return vars_of_type(kind)[name]


class _Gone:
    """What a dead weak reference referred to."""


def reference(*target: Any) -> weakref.ref[Any]:
    """Return a weak reference to an object; without one, a dead reference."""
    return weakref.ref(target[0]) if target else weakref.ref(_Gone())


def arrow(kind: str, data: bytes) -> Any:
    """Return Arrow's array, chunked array or table from an IPC stream, without copying the bytes."""
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(data)) as stream:
        table = stream.read_all()
    table.validate(full=True)
    if kind == "Table":
        return table
    column = table.column(0)
    return column if kind == "ChunkedArray" else column.combine_chunks()


def type_variable(name: str, constraints: tuple[Any, ...], bound: Any, *variances: bool) -> Any:
    """Return a type variable like one typed into the notebook."""
    covariant, contravariant = variances
    return typing.TypeVar(name, *constraints, bound=bound, covariant=covariant, contravariant=contravariant)


def seed_sequence(
    entropy: Any, spawn_key: tuple[int, ...], pool_size: int, spawned: int
) -> np.random.SeedSequence:
    """Return a seed sequence that has spawned so many others."""
    return np.random.SeedSequence(
        entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=spawned
    )


def cached(wrapped: Any, maxsize: int | None, typed: bool) -> Any:
    """Return a function with an empty cache of the results, as ``functools.lru_cache`` makes it."""
    return functools.lru_cache(maxsize, typed)(wrapped)


def context_variable(name: str, *default: Any) -> contextvars.ContextVar[Any]:
    """Return a context variable, with its default where it had one."""
    return contextvars.ContextVar(name, default=default[0]) if default else contextvars.ContextVar(name)


def record(row: np.ndarray[Any, Any]) -> Any:
    """Return the one row of a structured array as a record."""
    return row.reshape(-1)[0]


def whole(data: bytes) -> Any:
    """Return a value that was pickled by itself."""
    return pickle.loads(data)  # whose bytes this installation signed
