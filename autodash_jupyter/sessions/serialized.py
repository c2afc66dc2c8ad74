"""A frame as bytes that any program with Arrow can read, and from which the same frame comes back.

The bytes are an Arrow IPC stream of the frame's columns under their labels. Its schema's metadata holds what
Arrow has no place for: ``autodash`` describes each column, the index and the labels in JSON, and
``autodash.parts`` has columns of another length than the table (categories, levels) and pickles. A pickle
carries a signature, and is read only where that was made with the reader's own ``AUTODASH_SIGNING_KEY``.
Plain Arrow and Parquet, as other programs write them, are read too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs.exact import Describer, read_whole
from autodash_jupyter.blobs.frames import damage_reported, describe_frame, rebuild_frame
from autodash_jupyter.blobs.pickles import pickle_one, pickle_slots, sign
from autodash_jupyter.blobs.protocol import content_hash
from autodash_jupyter.blobs.signing import signing_key
from autodash_jupyter.blobs.streams import (
    LoadedColumn,
    compression_for,
    read_stream,
    read_table,
    stream_of,
    stream_of_table,
)
from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from autodash_jupyter.blobs.protocol import Piece

__all__ = [
    "PackedFrame",
    "column_pieces",
    "deserialize_dataframe",
    "pack",
    "serialize_dataframe",
    "unpack",
]

CONTENT, PARTS = b"autodash", b"autodash.parts"
DIGITS = 20  # of a column's hash, of which a table has some hundreds at most
# To compress 100 MB of mixed columns (benchmarks/sessions.py) to two thirds takes 130 ms, and to send 1 MB to
# a Redis on the same machine 1 ms: only what is halved is worth it.
WORTH_WHILE = 0.5
ARROW_STREAM, ARROW_FILE, PARQUET = b"\xff\xff\xff\xff", b"ARROW1", b"PAR1"


def serialize_dataframe(frame: pd.DataFrame) -> bytes:
    """Return a frame as an Arrow stream, from which ``deserialize_dataframe`` makes the same one.

    Raises ``BlobError`` for a frame that holds what can't be stored at all, an open file for example.

    >>> import pandas as pd, pyarrow as pa
    >>> data = serialize_dataframe(pd.DataFrame({"island": ["Dream", None]}))
    >>> deserialize_dataframe(data)["island"].tolist()
    ['Dream', nan]
    >>> pa.ipc.open_stream(data).read_all().to_pydict()
    {'island': ['Dream', None]}
    """
    return b"".join(pack(frame).head)


def deserialize_dataframe(data: bytes) -> pd.DataFrame:
    """Return the frame of an Arrow stream, or of an Arrow or Parquet file; its memory is the caller's own.

    Raises ``BlobError`` for bytes that are damaged, of another kind, or signed by another installation.
    """
    import numpy as np

    return unpack(np.frombuffer(data, np.uint8).copy(), {})


@dataclass(frozen=True, slots=True)
class PackedFrame:
    """A frame as an Arrow stream in pieces, and by their names the big columns that are kept apart from it.

    The pieces are the frame's own memory where they are big. Columns of one name are equal.
    """

    head: list[Piece]
    columns: Mapping[str, pa.ChunkedArray]


def pack(frame: pd.DataFrame, *, apart_from: int | None = None) -> PackedFrame:
    """Return a frame's bytes; columns of ``apart_from`` bytes or more are kept apart, else none is.

    Raises ``BlobError`` as ``serialize_dataframe`` does.
    """
    import pandas as pd

    describer = Describer()
    content = describe_frame(frame, describer) if type(frame) is pd.DataFrame else {}
    pickles = pickle_slots(describer.pickled, frame) if content else None
    if pickles is None:
        whole = _Packing([])
        whole.add(sign(pickle_one(frame, f"this {type(frame).__name__}"), signing_key()))
        return PackedFrame(whole.finish({"kind": "pickle"}), {})
    names = _names_of_columns(content, frame.columns, len(describer.columns))
    packing = _Packing(names)
    for column in describer.columns:
        packing.add_column(column, len(frame), apart_from)
    positions: dict[str, int] = {}
    for slots, pickled in pickles:
        positions |= dict.fromkeys(slots, packing.add(sign(pickled, signing_key())))
    return PackedFrame(packing.finish({**content, "pickles": positions}), packing.apart)


def column_pieces(column: pa.ChunkedArray) -> list[Piece]:
    """Return a column that is kept apart as pieces, compressed if that is worth it."""
    return stream_of(column, compression_for(column))


def unpack(head: NDArray[np.uint8], columns: Mapping[str, NDArray[np.uint8]]) -> pd.DataFrame:
    """Return the frame in memory that is nobody else's; ``BlobError`` as ``deserialize_dataframe`` does."""
    with damage_reported():
        start = head[: len(ARROW_FILE)].tobytes()
        if start.startswith((PARQUET, ARROW_FILE)):
            return _frame_of_file(head, is_parquet=start.startswith(PARQUET))
        if not start.startswith(ARROW_STREAM):
            msg = "these bytes hold no frame: they are neither Arrow nor Parquet"
            raise BlobError(msg)
        table = read_table(head)
        metadata = table.schema.metadata or {}
        if CONTENT not in metadata:
            return _own(table.to_pandas())
        parts = _Packed(json.loads(metadata[CONTENT]), table, head, metadata.get(PARTS, b""), columns)
        if parts.content["kind"] == "pickle":
            return _own(read_whole(parts, signing_key()))
        return rebuild_frame(parts, signing_key())


class _Packing:
    """Collects the columns of the table, what lies beside it, and what is kept apart."""

    def __init__(self, names: list[str]) -> None:
        self.apart: dict[str, pa.ChunkedArray] = {}
        self._names = names  # of the columns, in the order in which they come
        self._parts: list[dict[str, Any]] = []
        self._inside: dict[int, pa.ChunkedArray] = {}
        self._beside: list[bytes] = []

    def add_column(self, column: pa.ChunkedArray, rows: int, apart_from: int | None) -> None:
        """Add a column: apart if it is big, beside the table if it has another length than its rows."""
        if apart_from is not None and column.nbytes >= apart_from:
            name = content_hash(*stream_of(column, None))[:DIGITS]
            self.apart[name] = column
            self._parts.append({"apart": name})
        elif len(column) == rows:
            self._parts.append({"column": len(self._inside)})
            self._inside[len(self._parts) - 1] = column
        else:
            self.add(stream_of(column, None))

    def add(self, pieces: Sequence[Piece]) -> int:
        """Add a part that lies beside the table; return its position."""
        data = b"".join(pieces)
        self._parts.append({"at": [sum(map(len, self._beside)), len(data)]})
        self._beside.append(data)
        return len(self._parts) - 1

    def finish(self, content: dict[str, Any]) -> list[Piece]:
        """Return the stream of the table with all that was added."""
        import pyarrow as pa

        names = [self._names[position] for position in self._inside]
        table = pa.Table.from_arrays(list(self._inside.values()), names=names)
        text = json.dumps({**content, "parts": self._parts}, separators=(",", ":"), allow_nan=False)
        table = table.replace_schema_metadata({CONTENT: text.encode("ascii"), PARTS: b"".join(self._beside)})
        return stream_of_table(table, compression_for(*table.columns, worth_while=WORTH_WHILE, samples=1))


@dataclass(frozen=True, slots=True)
class _Packed:
    """The parts of a frame, in a table and beside it."""

    content: dict[str, Any]
    table: pa.Table
    own: NDArray[np.uint8]
    beside: bytes
    apart: Mapping[str, NDArray[np.uint8]]

    def __getitem__(self, position: int) -> LoadedColumn:
        part = self.content["parts"][position]
        if "column" in part:
            return LoadedColumn(self.table.column(part["column"]), self.own)
        return read_stream(self.memory(position))

    def memory(self, position: int) -> NDArray[np.uint8]:
        import numpy as np

        part = self.content["parts"][position]
        if "apart" in part:
            if part["apart"] not in self.apart:
                msg = "big columns are kept apart from these bytes: load the table through its session"
                raise BlobError(msg)
            return self.apart[part["apart"]]
        start, length = part["at"]
        if not 0 <= start <= start + length <= len(self.beside):
            msg = "a part that leads outside"
            raise ValueError(msg)
        return np.frombuffer(self.beside, np.uint8, length, start).copy()


def _names_of_columns(content: dict[str, Any], labels: pd.Index, count: int) -> list[str]:
    """Return the names by which other programs find the columns: labels, where one column is all of it."""
    names = [f"autodash.{position}" for position in range(count)]
    for label, description in zip(labels.tolist(), content["columns"], strict=True):
        if "cells" in description:
            names[description["cells"]] = str(label).encode(errors="replace").decode()
    return names


def _frame_of_file(memory: NDArray[np.uint8], *, is_parquet: bool) -> pd.DataFrame:
    import pyarrow as pa

    if is_parquet:
        from pyarrow import parquet

        return _own(parquet.read_table(pa.BufferReader(memory)).to_pandas())
    with pa.ipc.open_file(pa.py_buffer(memory)) as file:
        table = file.read_all()
    table.validate(full=True)
    return _own(table.to_pandas())


def _own(value: Any) -> pd.DataFrame:
    import pandas as pd

    if not isinstance(value, pd.DataFrame):
        msg = f"these bytes hold no frame, but a {type(value).__name__}"
        raise BlobError(msg)
    return value
