"""A frame as bytes that any program with Arrow can read, and from which the same frame comes back.

The bytes are an Arrow IPC stream of the frame's columns under their labels. Its schema's metadata holds what
Arrow has no place for: ``autodash`` describes each column, the index and the labels in JSON, and
``autodash.parts`` has columns of another length than the table (categories, levels) and pickles. A pickle
carries a signature, and is read only where that was made with the reader's own ``AUTODASH_SIGNING_KEY``.
Plain Arrow and Parquet, as other programs write them, are read too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs.exact import Describer, read_whole
from autodash_jupyter.blobs.frames import damage_reported, describe_frame, rebuild_frame
from autodash_jupyter.blobs.pickles import pickle_one, pickle_slots, sign
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

__all__ = ["deserialize_dataframe", "frame_from", "frame_pieces", "serialize_dataframe"]

CONTENT, PARTS = b"autodash", b"autodash.parts"
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
    return b"".join(frame_pieces(frame))


def deserialize_dataframe(data: bytes) -> pd.DataFrame:
    """Return the frame of an Arrow stream, or of an Arrow or Parquet file; its memory is the caller's own.

    Raises ``BlobError`` for bytes that are damaged, of another kind, or signed by another installation.
    """
    import numpy as np

    return frame_from(np.frombuffer(data, np.uint8).copy())


def frame_pieces(frame: pd.DataFrame) -> list[Piece]:
    """Return what ``serialize_dataframe`` does, in pieces; the big ones are the frame's own memory."""
    import pandas as pd
    import pyarrow as pa

    describer, packed = Describer(), _Packing()
    content: dict[str, Any] = {"kind": "pickle"}
    pickles = None
    if type(frame) is pd.DataFrame:
        content = describe_frame(frame, describer)
        pickles = pickle_slots(describer.pickled, frame)
    if pickles is None:
        packed.add(sign(pickle_one(frame, f"this {type(frame).__name__}"), signing_key()))
        return packed.finish({"kind": "pickle"}, pa.table({}))
    names = _names_of_columns(content, frame.columns, len(describer.columns))
    inside = [position for position, column in enumerate(describer.columns) if len(column) == len(frame)]
    for position, column in enumerate(describer.columns):
        if position in inside:
            packed.parts.append({"column": inside.index(position)})
        else:
            packed.add(stream_of(column, None))
    positions: dict[str, int] = {}
    for slots, pickled in pickles:
        positions |= dict.fromkeys(slots, packed.add(sign(pickled, signing_key())))
    table = pa.Table.from_arrays(
        [describer.columns[position] for position in inside], names=[names[position] for position in inside]
    )
    return packed.finish({**content, "pickles": positions}, table)


def frame_from(memory: NDArray[np.uint8]) -> pd.DataFrame:
    """Return the frame in memory that is nobody else's; ``BlobError`` as ``deserialize_dataframe`` does."""
    with damage_reported():
        start = memory[: len(ARROW_FILE)].tobytes()
        if start.startswith((PARQUET, ARROW_FILE)):
            return _frame_of_file(memory, is_parquet=start.startswith(PARQUET))
        if not start.startswith(ARROW_STREAM):
            msg = "these bytes hold no frame: they are neither Arrow nor Parquet"
            raise BlobError(msg)
        table = read_table(memory)
        metadata = table.schema.metadata or {}
        if CONTENT not in metadata:
            return _own(table.to_pandas())
        parts = _Packed(json.loads(metadata[CONTENT]), table, memory, metadata.get(PARTS, b""))
        if parts.content["kind"] == "pickle":
            return _own(read_whole(parts, signing_key()))
        return rebuild_frame(parts, signing_key())


class _Packing:
    """Collects what is beside the table, and describes which part is where."""

    def __init__(self) -> None:
        self.parts: list[dict[str, Any]] = []
        self._beside: list[bytes] = []

    def add(self, pieces: Sequence[Piece]) -> int:
        """Add a part that lies beside the table; return its position."""
        data = b"".join(pieces)
        self.parts.append({"at": [sum(map(len, self._beside)), len(data)]})
        self._beside.append(data)
        return len(self.parts) - 1

    def finish(self, content: dict[str, Any], table: pa.Table) -> list[Piece]:
        """Return the stream of the table with all that was added."""
        text = json.dumps({**content, "parts": self.parts}, separators=(",", ":"), allow_nan=False)
        table = table.replace_schema_metadata({CONTENT: text.encode("ascii"), PARTS: b"".join(self._beside)})
        return stream_of_table(table, compression_for(*table.columns, worth_while=WORTH_WHILE))


@dataclass(frozen=True, slots=True)
class _Packed:
    """The parts of a frame, in a table and beside it."""

    content: dict[str, Any]
    table: pa.Table
    own: NDArray[np.uint8]
    beside: bytes

    def __getitem__(self, position: int) -> LoadedColumn:
        part = self.content["parts"][position]
        if "column" in part:
            return LoadedColumn(self.table.column(part["column"]), self.own)
        return read_stream(self.memory(position))

    def memory(self, position: int) -> NDArray[np.uint8]:
        import numpy as np

        start, length = self.content["parts"][position]["at"]
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
