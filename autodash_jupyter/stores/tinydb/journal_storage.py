"""A TinyDB ``Storage`` that loses nothing: a plain TinyDB file, and a journal beside it.

TinyDB asks its storage to read and to write the whole database. Here ``write`` finds the documents
that differ from what ``read`` last returned, and only those are written. That makes any TinyDB program
durable and its writes cheap for the disk, but finding the difference still takes time in proportion to
the database. Our own store therefore uses the tables below it, which cost the same at any size, and
people keep the whole of TinyDB's queries.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from autodash_jupyter.stores.tinydb.journaled_tables import JournaledTables
from autodash_jupyter.stores.tinydb.tables import differences, parse_tables, render_tables

__all__ = ["JournalStorage"]


class JournalStorage(Storage):
    """TinyDB's storage in ``path``, durable and safe across threads and processes.

    Opening reads, and creates nothing. Every method raises ``ContextStoreError`` where the files
    can't be read or written, are damaged, or belong to a newer version; they are then left untouched.

    >>> from tinydb import TinyDB
    >>> database = TinyDB(getfixture("tmp_path") / "people.json", storage=JournalStorage)
    >>> database.insert({"name": "Ada"})
    1
    >>> database.storage.compact()
    """

    def __init__(self, path: str | Path | JournaledTables) -> None:
        super().__init__()
        self.tables = path if isinstance(path, JournaledTables) else JournaledTables(path)
        self._last_read = threading.local()  # .tables: what this thread's TinyDB changes and then writes

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the whole database, or ``None`` if there is nothing in it: TinyDB's way to read."""
        tables = self.tables.copy()
        self._last_read.tables = tables
        return render_tables(tables) or None

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Make the database what ``data`` says: TinyDB's way to write.

        What another process wrote since the last ``read`` stays, unless ``data`` changes it too, or is
        empty: so TinyDB drops all tables, without having read them.
        """
        wanted = parse_tables(data)
        seen = getattr(self._last_read, "tables", None)
        if seen is None or not wanted:
            seen = self.tables.copy()
        if changes := list(differences(seen, wanted)):
            self.tables.apply(changes)
        self._last_read.tables = wanted

    def compact(self) -> None:
        """Fold the journal into the base, which any TinyDB can then open."""
        self.tables.compact()

    def close(self) -> None:
        """Fold the journal into the base where there is something to fold; may be called twice."""
        self.tables.close()
