"""The cells of tables on their way to Redis and back, in chunks; what is there already is not sent again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autodash_jupyter.blobs.chunks import chunked
from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.sessions.changes import Content
from autodash_jupyter.sessions.records import Snapshot, TableRecord
from autodash_jupyter.sessions.redis.keys import (
    DATA,
    Cells,
    SessionKeys,
    columns_of,
    columns_of_state,
    content_of,
    head_of,
)
from autodash_jupyter.sessions.redis.recent import RecentCells
from autodash_jupyter.sessions.serialized import column_pieces, pack, unpack
from autodash_jupyter.stores.redis.client import RedisClient

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from autodash_jupyter.blobs.protocol import Piece

__all__ = ["RedisCells"]

APART_FROM = 1 << 20  # bytes of a column; a key of its own costs more than fewer bytes sent again
UPLOAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class RedisCells:
    """Sends and fetches cells; raises redis-py's exceptions, and ``BlobError`` for what is damaged."""

    client: RedisClient
    chunk_bytes: int
    recent: RecentCells

    def send(self, keys: SessionKeys, frame: pd.DataFrame, previous: TableRecord | None) -> Content:
        """Upload the cells of a new state, less what ``previous`` has of them; they expire unless kept."""
        packed, token = pack(frame, apart_from=APART_FROM), secrets.token_hex(8)
        known = {column.name: column for column in columns_of(previous)}
        columns = [
            known[name] if name in known else self._upload(keys, name, token, column_pieces(column))
            for name, column in packed.columns.items()
        ]
        head = self._upload(keys, token, token, packed.head)
        shared = frozenset(known) & packed.columns.keys()
        return Content(content_of(head, columns), len(frame), frame.shape[1], shared)

    def discard(self, keys: SessionKeys, content: Content) -> None:
        """Remove what was uploaded and not kept."""
        state = Snapshot(0, 0, 0, content.content)
        head = head_of(state)
        for cells in (head, *columns_of_state(state)):
            self.client.call("UNLINK", *keys.upload(cells, head.name))

    def fetch(self, keys: SessionKeys, table: TableRecord) -> pd.DataFrame | None:
        """Return the present cells of a table; ``None`` where it was changed meanwhile.

        Raises ``ContextStoreError`` where Redis has them no more.
        """
        head, columns = head_of(table.current), columns_of_state(table.current)
        wanted = {head: keys.cells(table.name, DATA, head)}
        wanted |= {column: keys.column(table.name, column) for column in columns}
        found = {cells: self.recent.get(keys.prefix + cells.name) for cells in wanted}
        missing = {cells: names for cells, names in wanted.items() if found[cells] is None}
        if missing:
            # One by one, so that others are served between; the version, read last, tells that nobody changed
            # the table meanwhile.
            asked = [("GET", name) for names in missing.values() for name in names]
            *answers, tables = self.client.call_all([*asked, ("HGET", keys.metadata, "tables")])
            if not _is_still(table, tables):
                return None
            if None in answers:
                msg = "Redis lost cells of a table (does it evict keys?): load its source again"
                raise ContextStoreError(msg)
            rest = iter(answers)
            for cells in missing:
                found[cells] = chunks = [next(rest) for _ in range(cells.chunks)]
                self.recent.put(keys.prefix + cells.name, chunks)
        joined = {cells.name: _joined(chunks or ()) for cells, chunks in found.items()}
        return unpack(joined[head.name], joined)

    def _upload(self, keys: SessionKeys, name: str, token: str, pieces: Sequence[Piece]) -> Cells:
        chunks = list(chunked(pieces, self.chunk_bytes))
        cells = Cells(name, len(chunks))
        for key, chunk in zip(keys.upload(cells, token), chunks, strict=True):  # others are served between
            self.client.call("SET", key, chunk, "EX", UPLOAD_SECONDS)
        self.recent.put(keys.prefix + name, chunks)
        return cells


def _is_still(table: TableRecord, tables: bytes | None) -> bool:
    """Tell whether what the metadata says of the tables has this one as it is."""
    found = json.loads(tables or b"{}").get(table.name, {})
    return (found.get("table_id"), found.get("version")) == (table.table_id, table.version)


def _joined(chunks: Sequence[bytes]) -> NDArray[np.uint8]:
    """Return chunks as one piece of memory, to write to."""
    import numpy as np

    data, filled = np.empty(sum(map(len, chunks)), np.uint8), 0
    for chunk in chunks:
        data[filled : filled + len(chunk)] = np.frombuffer(chunk, np.uint8)
        filled += len(chunk)
    return data
