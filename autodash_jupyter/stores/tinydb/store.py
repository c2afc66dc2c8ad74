"""The default store: a TinyDB database of one file, which a person can read, made durable."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from tinydb import TinyDB

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.conditional import ConditionalEncodedStore
from autodash_jupyter.stores.encoded import Entry, decode_key_text
from autodash_jupyter.stores.keys import address_digest
from autodash_jupyter.stores.protocol import DamagedRecordError, Key
from autodash_jupyter.stores.tinydb.journal_storage import JournalStorage
from autodash_jupyter.stores.tinydb.journaled_tables import JournaledTables
from autodash_jupyter.stores.tinydb.tables import Change, Tables

__all__ = ["TinyDBContextStore"]

logger = logging.getLogger(__name__)

RECORDS = "records"
FORMAT = "format"
FORMAT_ID = "1"
VERSION = 1
KEY_FIRST = '{"key": '
THEN_VALUE = ', "value": '


class TinyDBContextStore(ConditionalEncodedStore):
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
        self.path = Path(os.path.realpath(path))
        self._tables = JournaledTables(self.path, self._refuse_others)
        self._keys: dict[str, tuple[str, str]] = {}  # a document's key, found once for each document
        self._format: str | None = None  # the document of that name, once it was found fit
        self._foreign: frozenset[str] = frozenset()  # ids of documents without one, that were warned of

    @property
    def database(self) -> TinyDB:
        """The TinyDB database, for queries: ``store.database.table("records").search(...)``.

        TinyDB remembers the answers to queries, so ask for it anew to see what others wrote.
        """
        return TinyDB(storage=lambda: JournalStorage(self._tables))

    def compact(self) -> None:
        """Fold the journal into the file at ``path``, which any TinyDB can then open."""
        self._tables.compact()

    def close(self) -> None:
        """Compact; to be called when the last one in this process is done. May be called twice."""
        self._tables.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def _put(self, entries: Sequence[Entry]) -> None:
        self._apply([put_change(entry) for entry in entries])

    def _put_if(self, entries: Mapping[str, Entry | None], expected: Mapping[str, str | None]) -> bool:
        changes = [
            Change(RECORDS, document_id(address), None) if entry is None else put_change(entry)
            for address, entry in entries.items()
        ]
        return self._apply(
            changes, [Change(RECORDS, document_id(address), text) for address, text in expected.items()]
        )

    def _apply(self, changes: list[Change], expected: Sequence[Change] = ()) -> bool:
        if changes and not self._has_format():
            changes.insert(0, Change(FORMAT, FORMAT_ID, json.dumps({"version": VERSION})))
        return self._tables.apply(changes, expected) if changes or expected else True

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        return [found and found[0] for found in self._fetch_with_revisions(addresses)]

    def _fetch_with_revisions(self, addresses: Sequence[str]) -> list[tuple[str, str] | None]:
        found = self._tables.select(RECORDS, [document_id(address) for address in addresses])
        return [None if document is None else (split(document)[1], document) for document in found]

    def _remove(self, addresses: Sequence[str]) -> None:
        doc_ids = [document_id(address) for address in addresses]
        found = self._tables.select(RECORDS, doc_ids)
        gone = [doc_id for doc_id, document in zip(doc_ids, found, strict=True) if document is not None]
        if gone:
            self._has_format()
            self._tables.apply([Change(RECORDS, doc_id, None) for doc_id in gone])

    def _list(self) -> list[tuple[str, str]]:
        keys: dict[str, tuple[str, str]] = {}
        foreign: set[str] = set()
        for doc_id, document in self._tables.documents(RECORDS).items():
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
        return self._tables.size_bytes()

    def change_token(self) -> Hashable:
        """Return what is equal as long as nobody changed anything: at the price of looking at two files."""
        return self._tables.change_token()

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return what changed since a token was given, if that is still known."""
        changes = self._tables.changes_since(token)
        if changes is None:
            return None
        found: list[tuple[Key, str | None]] = []
        for change in changes:
            if change.table == RECORDS:
                try:
                    key = decode_key_text(split(change.text)[0])
                except DamagedRecordError:
                    return None  # listing them all says which it is
                found.append((key, None if change.is_removal else change.text))
        return found

    def _has_format(self) -> bool:
        """Tell whether the file says its format; ``ContextStoreError`` for one that is not ours to touch."""
        document = self._tables.peek(FORMAT, FORMAT_ID)  # what is read from the files is checked there
        if document is not None and document is not self._format:
            self._format = document if self._is_format(document) else None
        return document is not None and document is self._format

    def _refuse_others(self, tables: Tables, size: int | None) -> None:
        """Raise for a file just read that is no database, or a newer version's."""
        if size == 0:  # as a crash leaves a file that some program was about to write
            msg = f"{self.path} is empty: put a backup in its place, or remove it to start afresh"
            raise ContextStoreError(msg)
        if other := next((name for name, content in tables.items() if isinstance(content, str)), None):
            msg = f"{self.path} is no TinyDB database ({other!a} is no table): move it away to start afresh"
            raise ContextStoreError(msg)
        content = tables.get(FORMAT)
        document = content.get(FORMAT_ID) if isinstance(content, dict) else None
        if document is not None:
            self._is_format(document)

    def _is_format(self, document: str) -> bool:
        """Tell whether a document says that the file is ours; ``ContextStoreError`` for a newer version's."""
        try:
            version = _part(document, "version")
        except DamagedRecordError:
            return False  # it was damaged, and is put anew by the next write
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
    return str(int.from_bytes(address_digest(address), "big"))  # TinyDB's ids are integers


def split(document: str) -> tuple[str, str]:
    """Return the texts of a document's key and value.

    >>> split('{"key": ["column", "a"], "value": {"rows": 3}}')
    ('["column", "a"]', '{"rows": 3}')
    """
    # The key comes first: of a long record, only the beginning need be parsed.
    if document.startswith(KEY_FIRST):
        end = _end_of_key(document)
        if document.startswith(THEN_VALUE, end):
            return document[len(KEY_FIRST) : end], document[end + len(THEN_VALUE) : -1]
    return json.dumps(_part(document, "key")), json.dumps(_part(document, "value"))


def _end_of_key(document: str) -> int:
    try:
        return json.JSONDecoder().raw_decode(document, len(KEY_FIRST))[1]
    except (ValueError, RecursionError) as error:
        raise DamagedRecordError("a stored key can't be read: it is damaged") from error


def _part(document: str, name: str) -> object:
    try:
        part: object = json.loads(document)[name]
    except (KeyError, TypeError, RecursionError) as error:
        msg = f"a stored record has no {name!r}: it is damaged, or another program's"
        raise DamagedRecordError(msg) from error
    return part
