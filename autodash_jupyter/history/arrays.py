"""Adapters for numpy arrays: a header (shape, strides, dtype), cells of object arrays, and the bytes.

The bytes belong to the array that owns them, however many views and frames look at them: ``owner_of``
finds it, and its content is one node of its own. Content is kept in pieces of 1 MiB, each with its
fingerprint, so that a version shares what didn't change with the version before it.

Arrays are held by reference, since names must get the same array back, and numpy refuses ``resize`` on an
array that has a weak reference just as on one that has a second strong one. So ``a.resize(n)`` in a later
cell says what numpy always says then: use ``refcheck=False`` (which undo takes back) or ``np.resize``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, NamedTuple

import numpy as np

from autodash_jupyter.history.array_memory import (
    PIECE_BYTES,
    fingerprint_of,
    flat_view,
    is_small_and_plain,
    memory_of_array,
    owner_of,
    pieces_of,
    plain_view,
    writing,
)
from autodash_jupyter.history.states import Adapter, CannotRestoreError, Node

__all__ = [
    "ARRAYS",
    "BYTES",
    "Content",
    "PIECE_BYTES",
    "RECORDS",
    "is_one_piece",
    "memory_at",
    "memory_of_array",
    "owner_of",
]

_TEXT = "T"
"""The code of numpy's texts of any length, whose memory has pointers in it."""

AnyArray = np.ndarray[Any, Any]
_dtype_of = attrgetter("dtype")
_layout_of = attrgetter("shape", "strides", "flags.writeable", "dtype.names")


class Header(NamedTuple):
    """What can be set on an array itself, and ``cells``: a copy of what isn't plain bytes.

    Those are the pointers of an object array, with their ``fingerprint``, and texts of any length; such an
    array's cells are all its value, so it has no ``strides`` here.
    """

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype[Any]
    writeable: bool
    owner: AnyArray
    cells: AnyArray | None
    fingerprint: int
    names: tuple[str, ...] | None = None


def _is_shared_and_readonly(owner: AnyArray) -> bool:
    """Whether nobody can write the memory: read-only and borrowed from an object such as ``bytes``."""
    return owner.base is not None and not owner.flags.writeable


class _Arrays(Adapter):
    """The array itself; its bytes, where they aren't pointers to objects, are compared by ``BYTES``."""

    exposed = True

    def capture(self, obj: Any) -> Header:
        plain = plain_view(obj)
        cells, fingerprint = None, 0
        if plain.dtype.hasobject:
            cells = np.array(plain, order="C", copy=True)
            fingerprint = fingerprint_of(cells)
        elif plain.dtype.char == _TEXT:
            cells = plain.copy()
        dtype, writeable, owner = plain.dtype, plain.flags.writeable, owner_of(obj)
        strides = _strides(plain) if cells is None else ()
        return Header(plain.shape, strides, dtype, writeable, owner, cells, fingerprint, dtype.names)

    def same(self, obj: Any, state: Header) -> bool:
        plain = plain_view(obj)
        if plain.shape != state.shape or plain.dtype is not state.dtype:
            return False
        if state.cells is None and _strides(plain) != state.strides:
            return False
        if plain.flags.writeable != state.writeable or plain.dtype.names != state.names:
            return False
        if state.cells is None:
            return True
        if plain.dtype.char == _TEXT:
            return bool(plain.tolist() == state.cells.tolist())
        return fingerprint_of(np.ascontiguousarray(plain)) == state.fingerprint

    def prepare(self, states: Sequence[Header]) -> Any:
        """Return layouts and dtypes, where those are all there is."""
        if any(state.cells is not None for state in states):
            return states
        layouts = [(state.shape, state.strides, state.writeable, state.names) for state in states]
        return layouts, [state.dtype for state in states]

    def all_same(self, objects: Sequence[Any], prepared: Any) -> bool:
        """Whether all are as captured; arrays of objects, and those of subclasses, are asked one by one."""
        if type(prepared) is list:
            return super().all_same(objects, prepared)
        layouts, dtypes = prepared
        has_layouts = [*map(_layout_of, objects)] == layouts
        are_plain = all(map(is_, map(type, objects), repeat(np.ndarray)))
        return has_layouts and are_plain and all(map(is_, map(_dtype_of, objects), dtypes))

    def equal(self, old: Header, new: Header) -> bool:
        """Whether only an equal dtype object was set."""
        return old[:2] == new[:2] and old.dtype == new.dtype and old[3:] == new[3:] and old.cells is None

    def children(self, state: Header) -> Any:
        if state.cells is None or state.dtype.char == _TEXT:
            return ()
        cells = state.cells.ravel().tolist()
        if state.dtype == object:
            return cells
        return [part for row in cells for part in (row if type(row) is tuple else (row,))]

    def buffers(self, state: Header) -> tuple[AnyArray, ...]:
        if state.cells is not None or _is_shared_and_readonly(state.owner):
            return ()
        return (state.owner,)

    def restore(self, obj: Any, state: Header) -> None:
        plain = plain_view(obj)
        if plain.shape != state.shape or plain.dtype != state.dtype:
            _restore_layout(obj, state)
            plain = plain_view(obj)
        if plain.dtype.names != state.names:
            plain.dtype.names = state.names  # the array's own, which other arrays may share
        if state.cells is not None:
            with writing(plain):
                plain[...] = state.cells
        if plain.flags.writeable != state.writeable:
            np.ndarray.setflags(obj, write=state.writeable)


def _strides(plain: AnyArray) -> tuple[int, ...]:
    return plain.strides if plain.size else ()  # those of an empty array say nothing


def _restore_layout(obj: AnyArray, state: Header) -> None:
    if np.ndarray.__dict__["nbytes"].__get__(obj) != state.dtype.itemsize * int(np.prod(state.shape)):
        if obj.base is not None:
            msg = "the array was resized, and is a view of another"
            raise CannotRestoreError(msg)
        np.ndarray.resize(obj, state.shape, refcheck=False)
    set_dtype, set_shape = np.ndarray.__dict__["dtype"].__set__, np.ndarray.__dict__["shape"].__set__
    set_dtype(obj, state.dtype)
    set_shape(obj, state.shape)


class Content(NamedTuple):
    """The bytes of one owner: their fingerprints, and copies (None: only the fingerprints are known)."""

    fingerprints: tuple[int, ...]
    pieces: tuple[bytes, ...] | None


class _Bytes(Adapter):
    """The content of an array that owns its memory; the state is None where it was never looked at."""

    def capture(self, obj: Any) -> Content:
        return self.recapture(obj, None, keep=True)

    def recapture(self, obj: AnyArray, previous: Content | None, *, keep: bool) -> Content:
        """Return the content, sharing what equals ``previous``; ``keep`` says whether bytes are copied."""
        if previous is None and obj.nbytes and is_small_and_plain(obj):
            return Content((fingerprint_of(obj),), (obj.tobytes(),) if keep else None)
        fingerprints: list[int] = []
        pieces: list[bytes] = []
        for number, part in enumerate(pieces_of(obj)):
            fingerprint = fingerprint_of(part)
            fingerprints.append(fingerprint)
            if not keep:
                continue
            known = previous and previous.pieces and number < len(previous.pieces)
            unchanged = known and previous and previous.fingerprints[number] == fingerprint
            pieces.append(
                previous.pieces[number] if unchanged and previous and previous.pieces else bytes(part)
            )
        return Content(tuple(fingerprints), tuple(pieces) if keep else None)

    def capture_slowly(self, obj: AnyArray, pause: Callable[[], object]) -> Content:
        """Return the content, with a pause after each piece, in which others may run."""
        found: list[tuple[int, bytes]] = []
        for part in pieces_of(obj):
            found.append((fingerprint_of(part), bytes(part)))
            pause()
        return Content(tuple(each for each, _ in found), tuple(piece for _, piece in found))

    def same(self, obj: Any, state: Content | None) -> bool:
        if state is None:
            return True
        if len(state.fingerprints) == 1 and is_small_and_plain(obj):
            return fingerprint_of(obj) == state.fingerprints[0]
        parts = pieces_of(obj)
        return len(parts) == len(state.fingerprints) and all(
            fingerprint_of(part) == known for part, known in zip(parts, state.fingerprints, strict=True)
        )

    def prepare(self, states: Sequence[Content]) -> list[tuple[int, ...]]:
        """Return the fingerprints, which stay those of the state when its bytes are copied, or let go."""
        return [state.fingerprints for state in states]

    def all_same(self, objects: Sequence[Any], prepared: list[tuple[int, ...]]) -> bool:
        """Whether all are as recorded, where each is one piece."""
        return list(zip(map(fingerprint_of, objects), strict=False)) == prepared

    def restore(self, obj: Any, state: Content) -> None:
        if state.pieces is None:
            msg = "its memory was written past pandas' copy-on-write, and only its fingerprint was kept"
            raise CannotRestoreError(msg)
        plain = plain_view(obj)
        with writing(plain):
            if plain.size and not np.may_share_memory(flat_view(plain), plain):
                plain[...] = np.frombuffer(b"".join(state.pieces), plain.dtype).reshape(plain.shape)
                return
            for part, known, piece in zip(pieces_of(obj), state.fingerprints, state.pieces, strict=True):
                if fingerprint_of(part) != known:
                    part[:] = piece


def is_one_piece(owner: AnyArray, content: Content | None) -> bool:
    """Whether an array's bytes can be compared together with others': they are few, plain, and copied."""
    if content is None or content.pieces is None or len(content.fingerprints) != 1:
        return False
    return is_small_and_plain(owner)


def memory_at(values: AnyArray, node_of: Callable[[AnyArray], Node | None]) -> AnyArray:
    """Return an array's values as they were recorded; ``node_of`` gives the recorded bytes of an owner.

    It is the array itself where nobody wrote to it, or nobody knows what was written.
    """
    owner = owner_of(values)
    node = node_of(owner)
    content: Content | None = node.state if node is not None else None
    if content is None or content.pieces is None or BYTES.same(owner, content):
        return values
    start = values.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    memory = b"".join(content.pieces)
    return np.ndarray(values.shape, values.dtype, memory, start, values.strides)


class _Records(Adapter):
    """Rows of structured arrays: they show an array's memory, or have their own, which is copied."""

    def capture(self, obj: Any) -> tuple[Any, bytes]:
        base = np.generic.base.__get__(obj)
        return base, b"" if base is not None else np.void.tobytes(obj)

    def same(self, obj: Any, state: tuple[Any, bytes]) -> bool:
        base, memory = self.capture(obj)
        return base is state[0] and memory == state[1]

    def children(self, state: tuple[Any, bytes]) -> tuple[Any, ...]:
        return () if state[0] is None else state[:1]

    def restore(self, obj: Any, state: tuple[Any, bytes]) -> None:
        if state[0] is not None:
            return  # its memory is the array's
        if obj.dtype.hasobject:
            msg = "a record of its own that holds objects can't be put back"
            raise CannotRestoreError(msg)
        np.void.setfield(obj, np.frombuffer(state[1], dtype=obj.dtype)[0], obj.dtype)


ARRAYS = _Arrays()
RECORDS = _Records()
BYTES = _Bytes()
