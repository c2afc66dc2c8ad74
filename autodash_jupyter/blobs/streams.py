"""Columns as Arrow IPC streams, and back, without a copy where there is a way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from autodash_jupyter.blobs.protocol import Piece

__all__ = [
    "Columns",
    "LoadedColumn",
    "Parts",
    "compression_for",
    "read_stream",
    "read_table",
    "stream_of",
    "stream_of_table",
]

FIELD = "values"
# For a million cells (benchmarks/frames.py): prices are 8.0 MB plain, 4.5 by lz4 in 16 ms and back in 3,
# 3.1 by zstd in 33 ms and back in 9; texts 27 MB plain, 10 by lz4 (19 and 8 ms), 2.5 by zstd (29 and 14).
# To write 8 MB takes 7 to 15 ms. So lz4 costs no more than it saves; random floats, which it can't
# shorten, stay plain.
CODEC = "lz4"
SAMPLE = 1 << 14  # bytes
SAMPLES = 4
SMALLEST_COMPRESSED = 1 << 14  # bytes
WORTH_WHILE = 0.85  # of the plain size


class Columns(Protocol):
    """Arrow columns by their position."""

    def __getitem__(self, position: int, /) -> LoadedColumn: ...


class Parts(Columns, Protocol):
    """What a stored object is made of: a description, and by their positions columns and other memory."""

    @property
    def content(self) -> dict[str, Any]:
        """The description."""
        ...

    def memory(self, position: int) -> NDArray[np.uint8]:
        """Return the bytes of a part, to write to."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedColumn:
    """An Arrow column, and the memory its stream lies in if that is the reader's own."""

    values: pa.ChunkedArray
    memory: NDArray[np.uint8] | None = None

    def to_numpy(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Return numbers without gaps as an array that may be written to; ``ValueError`` for others."""
        import numpy as np

        chunk = self.values.chunk(0) if self.values.num_chunks == 1 else self.values.combine_chunks()
        if chunk.null_count or dtype.hasobject:
            msg = f"a column of {dtype} with missing values"
            raise ValueError(msg)
        stored = np.dtype(chunk.type.to_pandas_dtype())
        buffer = chunk.buffers()[1]
        start, length = chunk.offset * stored.itemsize, len(chunk) * stored.itemsize
        if not length or stored.kind not in "iuf":
            return np.array(chunk.to_numpy(zero_copy_only=False), stored).view(dtype)
        if buffer.is_mutable:  # decompressed, into memory that nobody else knows
            found = np.frombuffer(buffer, np.uint8, length, start)
        else:
            own = self._own_memory(buffer.address + start, length)
            found = np.frombuffer(buffer, np.uint8, length, start).copy() if own is None else own
        return found.view(dtype)

    def _own_memory(self, address: int, length: int) -> NDArray[np.uint8] | None:
        if self.memory is None or address % 8:
            return None
        offset = address - self.memory.ctypes.data
        return self.memory[offset : offset + length] if 0 <= offset <= len(self.memory) - length else None


def stream_of(values: pa.ChunkedArray, compression: str | None) -> list[Piece]:
    """Return a column's Arrow IPC stream as pieces, of which the big ones are the column's own memory."""
    import pyarrow as pa

    return stream_of_table(pa.table([values], schema=pa.schema([pa.field(FIELD, values.type)])), compression)


def stream_of_table(table: pa.Table, compression: str | None) -> list[Piece]:
    """Return a table's Arrow IPC stream as pieces, of which the big ones are the columns' own memory."""
    import pyarrow as pa

    pieces = _Pieces()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(pa.PythonFile(pieces, mode="w"), table.schema, options=options) as stream:
        stream.write_table(table)
    return pieces.written


def read_stream(memory: NDArray[np.uint8]) -> LoadedColumn:
    """Return the column of a stream that may come from anybody; raise whatever pyarrow does if it is none."""
    table = read_table(memory)
    if table.column_names != [FIELD]:
        msg = "a stream of other columns"
        raise ValueError(msg)
    return LoadedColumn(table.column(0), memory)


def read_table(memory: NDArray[np.uint8]) -> pa.Table:
    """Return the table of a stream that may come from anybody; raise whatever pyarrow does if it is none."""
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(memory)) as stream:
        table = stream.read_all()
    table.validate(full=True)  # a stranger's offsets and indices must not lead outside its buffers
    return table


def compression_for(
    *columns: pa.ChunkedArray, worth_while: float = WORTH_WHILE, samples: int = SAMPLES
) -> str | None:
    """Return the codec worth its time for these values, or ``None``; equal values always get the same.

    ``worth_while`` is the part of the plain size that compressed values may take at most, as seen by so many
    ``samples`` of each buffer.
    """
    import pyarrow as pa

    taken = [
        sample
        for values in columns
        for chunk in values.chunks
        for buffer in chunk.buffers()
        if buffer is not None and buffer.size >= SMALLEST_COMPRESSED
        for sample in _samples(buffer, samples)
    ]
    if not taken:
        return None
    codec = pa.Codec(CODEC)
    plain = sum(map(len, taken))
    return CODEC if sum(len(codec.compress(sample)) for sample in taken) < worth_while * plain else None


def _samples(buffer: pa.Buffer, count: int) -> Sequence[pa.Buffer]:
    step = max(SAMPLE, buffer.size // count)
    return [buffer.slice(start, min(SAMPLE, buffer.size - start)) for start in range(0, buffer.size, step)]


class _Pieces:
    """A file for Arrow to write to that only remembers what it was given."""

    closed = False

    def __init__(self) -> None:
        self.written: list[Piece] = []

    def write(self, piece: Piece) -> int:
        self.written.append(piece)
        return memoryview(piece).nbytes

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    def close(self) -> None:
        """Do nothing: nothing was opened."""
