"""Pickles in which every recorded object is a number, and large immutable memory a blob.

So a state can be written without the objects it refers to, and read back into objects that are there
already, or not yet filled. Nothing recorded is ever pickled by methods of its own.
"""

from __future__ import annotations

import io
import mmap
import pickle
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from autodash_jupyter.history.arrays import owner_of
from autodash_jupyter.history.credentials import REASON, is_secret_text
from autodash_jupyter.history.introspection import inherits, module_of_type, name_of_type
from autodash_jupyter.history.persistence import rebuilding
from autodash_jupyter.history.persistence.columns import CredentialError, refuse_polars, refuse_texts
from autodash_jupyter.history.persistence.lost import Lost
from autodash_jupyter.history.persistence.reducers import REDUCERS, Large, reduce_arrow
from autodash_jupyter.history.states import SCALARS, UNSET, bytes_key

__all__ = ["Blobs", "HIDDEN", "Pickled", "Recorded", "Source", "StoredBlobs", "pickled", "unpickled"]

_LARGE = 1 << 16
"""From how many bytes on texts and arrays are blobs of their own."""

_UNSET, _NAMESPACE, _OBJECT, _MEMORY, _BLOB = "unset", "namespace", "object", "memory", "blob"
_TEXT, _SECRET, _TYPE_VARIABLE = "text", "secret", "type variable"
_ARROW_TABLES = frozenset({"ChunkedArray", "Table", "RecordBatch"})
_UNMAPPED = "its values are in memory now, and no longer tied to the file that was mapped"


HIDDEN = object()
"""Stands for a credential in what is to be pickled."""


class Blobs(Protocol):
    """Where large values are put."""

    def put(self, pieces: Sequence[Any]) -> str:
        """Keep the pieces, one after the other, as one blob, and return its name."""
        ...


class StoredBlobs(Protocol):
    """Where large values come back from."""

    def get(self, blob: str) -> bytes:
        """Return a blob's bytes; raises BlobError where it is missing or damaged."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a pickle may refer to instead of containing it: objects by key, the namespace, and blobs.

    ``secret`` are the numbers of objects whose texts are credentials, because of what they are called;
    ``gone`` those of objects that can't be reached any more, ``imported`` those that were recorded as their
    modules' files have them.
    """

    serials: Mapping[int, int]
    namespace: Any
    blobs: Blobs
    secret: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    imported: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Source:
    """Where a pickle's references lead: ``find`` gives each recorded object by its number.

    ``modules`` are the variables of modules, and the classes in them, as they were met in this process.
    """

    namespace: Any
    blobs: StoredBlobs
    find: Callable[[int], Any] = lambda serial: serial
    sentinels: dict[int, object] = field(default_factory=dict)
    modules: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pickled:
    """A pickle, the numbers of the objects it refers to, and why parts of it were lost."""

    data: bytes
    references: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()


class _Owner:
    """Stands for the bytes of an array, which are recorded on their own."""

    __slots__ = ("array",)

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, recorded: Recorded, *, careful: bool) -> None:
        super().__init__(file, protocol=5)
        self._recorded = recorded
        self._careful = careful
        self.references: dict[int, None] = {}
        self.lost: dict[str, None] = {}

    def persistent_id(self, obj: Any) -> Any:  # noqa: PLR0911 - a line for each family
        kind = type(obj)
        if id(kind) in SCALARS:
            return self._text(obj) if kind is str or kind is bytes else None
        serial = self._recorded.serials.get(id(obj))
        if serial is not None and (
            kind is not tuple or len(obj)
        ):  # all empty tuples are one, pickle's own too
            self.references[serial] = None
            return serial
        if kind is _Owner:
            serial = self._recorded.serials[bytes_key(obj.array)]
            self.references[serial] = None
            return _MEMORY, serial
        if kind is Large:
            return _BLOB, self._recorded.blobs.put(obj.pieces)
        if obj is UNSET:
            return (_UNSET,)
        if obj is HIDDEN:
            self.lost[REASON] = None
            return (_SECRET,)
        if obj is self._recorded.namespace:
            return (_NAMESPACE,)
        if kind is typing.TypeVar and obj.__module__ == "__main__":
            made_of = obj.__constraints__, obj.__bound__, obj.__covariant__, obj.__contravariant__
            return _TYPE_VARIABLE, id(obj), obj.__name__, *made_of
        return (_OBJECT, id(obj)) if kind is object else None

    def _text(self, obj: str | bytes) -> Any:
        if is_secret_text(obj):
            self.lost[REASON] = None
            return (_SECRET,)
        if len(obj) <= _LARGE:
            return None
        if isinstance(obj, bytes):
            return _BLOB, self._recorded.blobs.put([obj])
        try:
            return _TEXT, self._recorded.blobs.put([obj.encode()])
        except UnicodeEncodeError:
            return None

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind is np.ndarray:
            return NotImplemented if obj.dtype.hasobject or obj.dtype.char == "T" else self._reduce_array(obj)
        if (reduce := REDUCERS.get(kind)) is not None:
            return reduce(obj)
        if module_of_type(kind).partition(".")[0] == "pyarrow" and (
            name_of_type(kind) in _ARROW_TABLES or hasattr(obj, "buffers")
        ):
            return reduce_arrow(obj)
        if name_of_type(kind) == "Series" and module_of_type(kind).startswith("polars"):
            refuse_polars(obj)
            return rebuilding.whole, (Large([pickle.dumps(obj, protocol=5)]),)
        return self._reduce_or_lose(obj) if self._careful else NotImplemented

    def _reduce_array(self, values: np.ndarray[Any, Any]) -> Any:
        owner = owner_of(values)
        if values.size and bytes_key(owner) in self._recorded.serials:  # an empty view keeps no memory
            offset = values.ctypes.data - owner.ctypes.data
            header = values.shape, values.strides, values.dtype, values.flags.writeable
            return rebuilding.view, (_Owner(owner), offset, *header)
        refuse_texts(values)
        if values.nbytes <= _LARGE:
            return NotImplemented
        flat = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        return rebuilding.array, (Large([flat.data]), values.shape, values.dtype)

    def _reduce_or_lose(self, obj: Any) -> Any:
        if type(obj) is mmap.mmap:
            self.lost[_UNMAPPED] = None
            return Lost, (_UNMAPPED,)
        try:
            pickle.dumps(obj, protocol=5)
        except Exception as error:  # noqa: BLE001 - whatever it refuses with, the rest is worth keeping
            if any(inherits(type(obj), base) for base in (type, tuple, dict, list)):
                return NotImplemented  # what it holds is at fault, not the thing itself
            reason = f"a {name_of_type(type(obj))} can't be stored ({name_of_type(type(error))})"
            self.lost[reason] = None
            return Lost, (reason,)
        return NotImplemented


def pickled(value: Any, recorded: Recorded) -> Pickled:
    """Return a value as a pickle; what can't be pickled within it becomes ``Lost``, with the reason.

    Raises CredentialError for a column of credentials, and whatever the value itself refuses with.
    """
    for careful in (False, True):
        file = io.BytesIO()
        pickler = _Pickler(file, recorded, careful=careful)
        try:
            pickler.dump(value)
        except CredentialError:
            raise
        except Exception:
            if careful:
                raise
            continue
        return Pickled(file.getvalue(), tuple(pickler.references), tuple(pickler.lost))
    raise AssertionError


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, source: Source) -> None:
        super().__init__(io.BytesIO(data))
        self._source = source

    def persistent_load(self, pid: Any) -> Any:  # noqa: PLR0911 - a line for each family
        source = self._source
        if type(pid) is int:
            return source.find(pid)
        kind, *rest = pid
        if kind == _MEMORY:
            return source.find(rest[0])
        if kind == _BLOB:
            return source.blobs.get(rest[0])
        if kind == _TEXT:
            return source.blobs.get(rest[0]).decode()
        if kind == _OBJECT:
            return source.sentinels.setdefault(rest[0], object())
        if kind == _SECRET:
            return Lost(REASON)
        if kind == _TYPE_VARIABLE:
            return source.sentinels.setdefault(rest[0], rebuilding.type_variable(*rest[1:]))
        return UNSET if kind == _UNSET else source.namespace


def unpickled(data: bytes, source: Source) -> Any:
    """Return the value of a pickle, whose bytes must be trusted.

    Raises whatever a class refuses with that is no longer as it was.
    """
    return _Unpickler(data, source).load()
