"""The default store: a TinyDB database of one file, which a person can read, made durable."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from tinydb import TinyDB

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.encoded import EncodedStore, Entry
from autodash_jupyter.stores.journal_storage import JournalStorage
from autodash_jupyter.stores.protocol import DamagedRecordError
from autodash_jupyter.stores.tables import Change

__all__ = ["TinyDBContextStore"]

logger = logging.getLogger(__name__)

RECORDS = "records"
FORMAT = "format"
FORMAT_ID = "1"
VERSION = 1
KEY_FIRST = '{"key": '
THEN_VALUE = ', "value": '


class TinyDBContextStore(EncodedStore):
    """Records in a TinyDB file at ``path``, with a journal and a lock file beside it.

    A record is a document ``{"key": ..., "value": ...}`` of the table ``records``, its id computed
    from the key, so that it is found without an index and two processes agree on it. A write is on
    the disk when it returns, other processes' writes are seen at the next read, and any thread may
    call. Every method raises ``ContextStoreError`` where the file can't be used, and leaves it as it is.

    >>> folder = getfixture("tmp_path")
    >>> with TinyDBContextStore(folder / "context.json") as store:
    ...     store.set(("dataset", "sample_1"), {"rows": 344})
    >>> TinyDBContextStore(folder / "context.json").get(("dataset", "sample_1"))
    {'rows': 344}
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.path = Path(path).resolve()
        self._storage = JournalStorage(self.path)
        self._keys: dict[str, tuple[str, str]] = {}  # a document's key, found once for each document
        self._foreign: frozenset[str] = frozenset()  # ids of documents without one, that were warned of
        self._has_format()

    @property
    def database(self) -> TinyDB:
        """The TinyDB database, for queries: ``store.database.table("records").search(...)``.

        TinyDB remembers the answers to queries, so ask for it anew to see what others wrote.
        """
        return TinyDB(storage=lambda: self._storage)

    def compact(self) -> None:
        """Fold the journal into the file at ``path``, which any TinyDB can then open."""
        self._storage.compact()

    def close(self) -> None:
        """Compact; to be called when the last one in this process is done. May be called twice."""
        self._storage.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def _put(self, entries: Sequence[Entry]) -> None:
        changes = [put_change(entry) for entry in entries]
        if changes and not self._has_format():
            changes.insert(0, Change(FORMAT, FORMAT_ID, json.dumps({"version": VERSION})))
        if changes:
            self._storage.apply(changes)

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        found = self._storage.select(RECORDS, [document_id(address) for address in addresses])
        return [None if document is None else split(document)[1] for document in found]

    def _remove(self, addresses: Sequence[str]) -> None:
        doc_ids = [document_id(address) for address in addresses]
        self._has_format()
        found = self._storage.select(RECORDS, doc_ids)
        gone = [doc_id for doc_id, document in zip(doc_ids, found, strict=True) if document is not None]
        if gone:
            self._storage.apply([Change(RECORDS, doc_id, None) for doc_id in gone])

    def _list(self) -> list[tuple[str, str]]:
        keys: dict[str, tuple[str, str]] = {}
        foreign: set[str] = set()
        for doc_id, document in self._storage.documents(RECORDS).items():
            entry = self._keys.get(doc_id)
            try:
                if entry is None or entry[1] is not document:
                    entry = split(document)[0], document
                keys[doc_id] = entry
            except DamagedRecordError as error:
                foreign.add(doc_id)
                if doc_id not in self._foreign:
                    logger.warning("%r: left out document %s: %s", self, doc_id, error)
        self._keys, self._foreign = keys, frozenset(foreign)
        return list(keys.values())

    def _whereabouts(self, key_text: str) -> str:
        doc_id = next((doc_id for doc_id, (key, _) in self._keys.items() if key == key_text), "")
        return f"document {doc_id}"

    def _size_bytes(self) -> int:
        return self._storage.size_bytes()

    def _has_format(self) -> bool:
        """Tell whether the file says its format; ``ContextStoreError`` for one that is not ours to touch."""
        (document,) = self._storage.select(FORMAT, [FORMAT_ID])
        if document is None:
            return False
        version = _part(document, "version")
        if not isinstance(version, int) or version > VERSION:
            msg = f"{self.path} was written by a newer version of AutoDash: update autodash-jupyter to use it"
            raise ContextStoreError(msg)
        return True


def put_change(entry: Entry) -> Change:
    """Return the change of the database that puts a record."""
    document = f"{KEY_FIRST}{entry.key}{THEN_VALUE}{entry.value}}}"
    return Change(RECORDS, document_id(entry.address), document)


def document_id(address: str) -> str:
    """Return the id of the document in which the record of this address is kept."""
    # TinyDB's ids are integers. This one is computed by a cryptographic hash, so that nobody can make
    # up a key, a column's name say, that falls on another one's document.
    digest = hashlib.blake2b(address.encode("ascii"), digest_size=16).digest()
    return str(int.from_bytes(digest, "big"))


def split(document: str) -> tuple[str, str]:
    """Return the texts of a document's key and value.

    >>> split('{"key": ["column", "a"], "value": {"rows": 3}}')
    ('["column", "a"]', '{"rows": 3}')
    """
    # The key comes first: of a long record, only the beginning need be parsed.
    if document.startswith(KEY_FIRST):
        _, end = json.JSONDecoder().raw_decode(document, len(KEY_FIRST))
        if document.startswith(THEN_VALUE, end):
            return document[len(KEY_FIRST) : end], document[end + len(THEN_VALUE) : -1]
    return json.dumps(_part(document, "key")), json.dumps(_part(document, "value"))


def _part(document: str, name: str) -> object:
    try:
        part: object = json.loads(document)[name]
    except (KeyError, TypeError) as error:
        msg = f"a stored record has no {name!r}: it is damaged, or another program's"
        raise DamagedRecordError(msg) from error
    return part
