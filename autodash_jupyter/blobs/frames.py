"""Frames kept column by column: equal columns once, and a changed one alone is written again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs import version_one
from autodash_jupyter.blobs.exact import Describer, Rebuilder, read_whole, write_whole
from autodash_jupyter.blobs.manifest import PartWriter, known_parts, parse_manifest
from autodash_jupyter.blobs.protocol import BlobStore
from autodash_jupyter.blobs.streams import Parts
from autodash_jupyter.errors import AutoDashError, BlobError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DamagedColumnsError",
    "damage_reported",
    "describe_frame",
    "load_frame",
    "rebuild_frame",
    "save_frame",
]

MOST_NAMED = 5
"""Columns named in a message."""


class DamagedColumnsError(BlobError):
    """Some columns of a stored frame can't be read; ``labels`` tells which, the others can be."""

    def __init__(self, message: str, labels: Sequence[object]) -> None:
        super().__init__(message)
        self.labels = tuple(labels)


def save_frame(blobs: BlobStore, frame: pd.DataFrame, key: bytes, *, previous: str | None = None) -> str:
    """Store a frame durably, exactly, and return the name to load it by; ``key`` signs what needs trust.

    ``previous`` names an earlier save: columns it has too are recognised before they are compressed.
    Raises ``BlobError`` where the medium fails, and for a frame that holds what can't be stored at all,
    an open file for example.

    >>> import pandas as pd
    >>> from autodash_jupyter.blobs import InMemoryBlobStore
    >>> blobs = InMemoryBlobStore()
    >>> frame = pd.DataFrame({"year": [2007, 2008]})
    >>> load_frame(blobs, save_frame(blobs, frame, b"key"), b"key").equals(frame)
    True
    """
    import pandas as pd

    known = known_parts(blobs, previous)
    with blobs.batch() as batch:
        parts = PartWriter(blobs, batch, known)
        if type(frame) is not pd.DataFrame:
            return write_whole(parts, frame, key)
        describer = Describer()
        return describer.write(parts, describe_frame(frame, describer), frame, key)


def load_frame(blobs: BlobStore, name: str, key: bytes, *, skip_damaged: bool = False) -> pd.DataFrame:
    """Return a stored frame; its memory is nobody else's.

    Where columns are damaged or missing, ``DamagedColumnsError`` names them. ``skip_damaged=True``
    returns the others then; a damaged index becomes row numbers. Raises ``BlobError`` where nothing
    can be read, or what would have to be unpickled is not signed with ``key``.
    """
    import pandas as pd

    data = blobs.get(name)
    if data.startswith((version_one.ARROW, version_one.PICKLE)):
        return version_one.decode_frame(data, key)
    manifest = parse_manifest(blobs, data)
    with damage_reported():
        whole = manifest.content["kind"] == "pickle"
        frame = (
            read_whole(manifest, key) if whole else rebuild_frame(manifest, key, skip_damaged=skip_damaged)
        )
    if not isinstance(frame, pd.DataFrame):
        msg = f"this blob holds no frame, but a {type(frame).__name__}: read it with load_object"
        raise BlobError(msg)
    return frame


def describe_frame(frame: pd.DataFrame, describer: Describer) -> dict[str, Any]:
    """Return all of a frame but the columns in the describer's hands."""
    return {
        "kind": "frame",
        "index": describer.index("the index", frame.index),
        "labels": describer.labels("the column labels", frame.columns),
        "columns": [
            describer.array(f"column {position}", frame.iloc[:, position].array)
            for position in range(frame.shape[1])
        ],
        "attrs": describer.attrs(frame.attrs),
        "allows_duplicate_labels": frame.flags.allows_duplicate_labels,
    }


def rebuild_frame(parts: Parts, key: bytes, *, skip_damaged: bool = False) -> pd.DataFrame:
    """Return the frame made of these parts, as ``load_frame`` does; raises whatever is wrong with them."""
    import pandas as pd

    content, rebuilder = parts.content, Rebuilder(parts, key)
    if content["kind"] != "frame":
        msg = f"this blob holds no frame, but another kind of object ({content['kind']!a})"
        raise BlobError(msg)
    labels = rebuilder.index(content["labels"])
    if len(labels) != len(content["columns"]):
        msg = "another number of labels than of columns"
        raise ValueError(msg)
    columns, damaged = _read_columns(content["columns"], rebuilder)
    index = _read_index(content["index"], rebuilder, columns, damaged)
    if damaged and not skip_damaged:
        raise _what_is_damaged(damaged, labels, len(columns))
    series = {
        position: pd.Series(array, index, dtype=array.dtype, copy=False)
        for position, array in columns.items()
    }
    frame = pd.DataFrame(series, index=index, copy=False)
    frame.columns = labels if not damaged else labels[list(columns)]
    frame.attrs = rebuilder.attrs(content["attrs"])
    flags: Any = frame.flags
    flags.allows_duplicate_labels = bool(content["allows_duplicate_labels"])
    return frame


@contextmanager
def damage_reported() -> Iterator[None]:
    """Turn whatever pandas or pyarrow object to in a stored object into a ``BlobError`` of one line."""
    try:
        yield
    except AutoDashError as error:
        raise error if isinstance(error, BlobError) else BlobError(str(error)) from error
    except Exception as error:
        msg = f"a stored frame is damaged ({type(error).__name__}): load its source again"
        raise BlobError(msg) from error


def _read_columns(
    descriptions: list[dict[str, Any]], rebuilder: Rebuilder
) -> tuple[dict[int, Any], dict[int | None, BlobError]]:
    """Return the columns that can be read, and why the others can't, by position."""
    columns, damaged = {}, dict[int | None, BlobError]()
    for position, description in enumerate(descriptions):
        try:
            with damage_reported():
                columns[position] = rebuilder.array(description)
        except BlobError as error:
            damaged[position] = error
    return columns, damaged


def _read_index(
    description: dict[str, Any],
    rebuilder: Rebuilder,
    columns: dict[int, Any],
    damaged: dict[int | None, BlobError],
) -> pd.Index:
    """Return the index; row numbers, and ``None`` among the damaged, where it can't be read."""
    import pandas as pd

    try:
        with damage_reported():
            return rebuilder.index(description)
    except BlobError as error:
        damaged[None] = error
        return pd.RangeIndex(max(map(len, columns.values()), default=0))


def _what_is_damaged(damaged: dict[int | None, BlobError], labels: pd.Index, count: int) -> BlobError:
    affected = ["its index" if position is None else repr(labels[position]) for position in damaged]
    named = ", ".join(affected[:MOST_NAMED]) + (", ..." if len(affected) > MOST_NAMED else "")
    reason = next(iter(damaged.values()))
    msg = (
        f"a stored frame can't be read whole: {named} ({reason}); the other {count} columns can, with "
        "skip_damaged=True"
    )
    return DamagedColumnsError(msg, [labels[position] for position in damaged if position is not None])
