"""The default store: a TinyDB database of one file, which a person can read, made durable."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from types import TracebackType
from typing import Self

from tinydb import TinyDB

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.journal_storage import JournalStorage
from autodash_jupyter.stores.keys import decode_key, encode_key, key_address
from autodash_jupyter.stores.protocol import DamagedRecordError, Key, Value
from autodash_jupyter.stores.scalars import Json
from autodash_jupyter.stores.tables import Change
from autodash_jupyter.stores.values import decode_value, encode_value, may_have_tags

__all__ = ["TinyDBContextStore"]

logger = logging.getLogger(__name__)

RECORDS = "records"
FORMAT = "format"
FORMAT_ID = "1"
VERSION = 1
KEY_FIRST = '{"key": '


class TinyDBContextStore:
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
        self.path = Path(path).resolve()
        self._storage = JournalStorage(self.path)
        self._keys: dict[str, tuple[Key, str]] = {}  # decoded once for each document
        self._has_format()

    @property
    def database(self) -> TinyDB:
        """The TinyDB database, for queries: ``store.database.table("records").search(...)``.

        TinyDB remembers the answers to queries, so ask for it anew to see what others wrote.
        """
        return TinyDB(storage=lambda: self._storage)

    def set(self, key: Key, value: Value) -> None:
        """Keep ``value`` under ``key``, in place of what was there."""
        changes = [put_change(key, value)]
        if not self._has_format():
            changes.insert(0, Change(FORMAT, FORMAT_ID, json.dumps({"version": VERSION})))
        self._storage.apply(changes)

    def get(self, key: Key) -> Value | None:
        """Return a copy of the value under ``key``, or ``None`` where there is none."""
        document = self._storage.document(RECORDS, _document_id(key))
        if document is None:
            return None
        return decode_value(_part(document, "value"), has_tags=may_have_tags(document))

    def delete(self, key: Key) -> None:
        """Forget ``key``; it is no error if there is nothing to forget."""
        doc_id = _document_id(key)
        self._has_format()
        if self._storage.document(RECORDS, doc_id) is not None:
            self._storage.apply([Change(RECORDS, doc_id, None)])

    def list_keys(self) -> list[Key]:
        """Return every key, in the order in which they were first set."""
        return [key for key, _ in self.revisions()]

    def revisions(self) -> list[tuple[Key, str]]:
        """Return every key with an opaque text, which is equal as long as the value is."""
        entries: dict[str, tuple[Key, str]] = {}
        for doc_id, document in self._storage.documents(RECORDS).items():
            entry = self._keys.get(doc_id)
            try:
                if entry is None or entry[1] is not document:
                    entry = decode_key(_key_node(document)), document
                entries[doc_id] = entry
            except DamagedRecordError as error:
                logger.warning("%s: left out document %s: %s", self.path, doc_id, error)
        self._keys = entries
        return list(entries.values())

    def compact(self) -> None:
        """Fold the journal into the file at ``path``, which any TinyDB can then open."""
        self._storage.compact()

    def close(self) -> None:
        """Compact; to be called when the last one in this process is done. May be called twice."""
        self._storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_format(self) -> bool:
        """Tell whether the file says its format; ``ContextStoreError`` for one that is not ours to touch."""
        document = self._storage.document(FORMAT, FORMAT_ID)
        if document is None:
            return False
        version = _part(document, "version")
        if not isinstance(version, int) or version > VERSION:
            msg = f"{self.path} was written by a newer version of AutoDash: update autodash-jupyter to use it"
            raise ContextStoreError(msg)
        return True


def put_change(key: Key, value: Value) -> Change:
    """Return the change of the database that puts a value under a key."""
    document = json.dumps({"key": encode_key(key), "value": encode_value(value)})
    return Change(RECORDS, _document_id(key), document)


def _document_id(key: Key) -> str:
    # TinyDB's ids are integers. This one is computed by a cryptographic hash, so that nobody can make
    # up a key, a column's name say, that falls on another one's document.
    digest = hashlib.blake2b(key_address(key).encode("ascii"), digest_size=16).digest()
    return str(int.from_bytes(digest, "big"))


def _key_node(document: str) -> Json:
    # The key comes first: of a long record, only the beginning need be parsed.
    if document.startswith(KEY_FIRST):
        return json.JSONDecoder().raw_decode(document, len(KEY_FIRST))[0]
    return _part(document, "key")


def _part(document: str, name: str) -> Json:
    try:
        return json.loads(document)[name]
    except (KeyError, TypeError) as error:
        msg = f"a stored record has no {name!r}: it is damaged, or another program's"
        raise DamagedRecordError(msg) from error
