"""Records of one kind, found by what they say, without looking at all of them.

A store finds a record by its key only. An index keeps the records themselves in memory, and for each
question that is asked often ("whose?", "of which name?") a dict from answers to records. It holds no
truth of its own: before each answer it asks the store whether anything changed, which costs microseconds
where the store can tell (``change_token``), reads what changed where it can tell that too
(``changes_since``), and else compares all revisions.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from autodash_jupyter.stores import (
    ContextStore,
    DamagedRecordError,
    Key,
    ObservedStore,
    RevisionedStore,
    Value,
    get_many,
)

__all__ = ["RecordIndex"]

logger = logging.getLogger(__name__)

Record = TypeVar("Record")
Answers: TypeAlias = Callable[[Record], Iterable[Hashable]]

BATCH = 500  # records read in one call
UNKNOWN = ""  # the revision of what has to be read each time


class _Entry(NamedTuple, Generic[Record]):
    revision: str
    record: Record | None  # None: it can't be read
    answers: tuple[tuple[str, Hashable], ...]  # the name of a question and an answer


class RecordIndex(Generic[Record]):
    """The records under the keys ``(kind, id)`` of a store, ids being texts.

    ``parse`` makes a record of a stored value, or raises ``ValueError``; a record that can't be read is
    left out with a warning that names it, once. ``questions`` are names with functions that return, for a
    record, all values under which it is to be found. Any thread may ask. Methods raise
    ``ContextStoreError`` where the store does.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> store = InMemoryContextStore()
    >>> index = RecordIndex(store, "person", lambda value: value["name"], {"initial": lambda name: name[0]})
    >>> store.set(("person", "1"), {"name": "Ada"})
    >>> index.find("initial", "A"), index.find("initial", "B"), index.all()
    (['Ada'], [], ['Ada'])
    """

    def __init__(
        self,
        store: ContextStore,
        kind: str,
        parse: Callable[[Value], Record],
        questions: Mapping[str, Answers[Record]],
    ) -> None:
        self._store, self._kind, self._parse, self._questions = store, kind, parse, questions
        # Asked once: whether an object has all methods of a protocol takes longer than an answer.
        self._observed = store if isinstance(store, ObservedStore) else None
        self._mutex = threading.Lock()
        self._entries: dict[str, _Entry[Record]] = {}
        self._found: dict[str, dict[Hashable, dict[str, Record]]] = {question: {} for question in questions}
        self._token: Hashable | None = None  # None: the store can't tell, or was never asked

    def all(self) -> list[Record]:
        """Return every record, in the order in which they were first seen."""
        with self._mutex:
            self._refresh()
            return [entry.record for entry in self._entries.values() if entry.record is not None]

    def find(self, question: str, answer: Hashable) -> list[Record]:
        """Return the records to be found under an answer; ``1`` and ``True`` are one to a dict."""
        with self._mutex:
            self._refresh()
            return list(self._found[question].get(answer, {}).values())

    def answers(self, question: str) -> tuple[set[Hashable], list[str]]:
        """Return all answers under which there are records, and the ids of records that can't be read."""
        with self._mutex:
            self._refresh()
            unreadable = [record_id for record_id, entry in self._entries.items() if entry.record is None]
            return set(self._found[question]), unreadable

    def _refresh(self) -> None:
        # The token comes first: what changes while the rest is read is then found the next time.
        token = self._observed.change_token() if self._observed is not None else None
        if token is not None and token == self._token:
            return
        changes = self._changes()
        if changes is None:
            current: dict[str, str | None] = dict(self._ours(self._revisions()))
            gone = [record_id for record_id in self._entries if record_id not in current]
        else:
            current = dict(self._ours(changes))  # of several changes, the last one counts
            gone = [record_id for record_id, revision in current.items() if revision is None]
        for record_id in gone:
            self._forget(record_id)
        self._read({each: revision for each, revision in current.items() if revision is not None})
        self._token = token

    def _changes(self) -> Iterable[tuple[Key, str | None]] | None:
        if self._token is None or self._observed is None:
            return None
        return self._observed.changes_since(self._token)

    def _revisions(self) -> Iterable[tuple[Key, str | None]]:
        if isinstance(self._store, RevisionedStore):
            return self._store.revisions()
        return ((key, UNKNOWN) for key in self._store.list_keys())

    def _ours(self, listed: Iterable[tuple[Key, str | None]]) -> Iterator[tuple[str, str | None]]:
        for key, revision in listed:
            if isinstance(key, tuple) and len(key) == 2 and key[0] == self._kind and isinstance(key[1], str):
                yield key[1], revision

    def _read(self, current: Mapping[str, str]) -> None:
        """Take in the records of these ids and revisions that aren't known yet."""
        new = [
            record_id
            for record_id, revision in current.items()
            if revision == UNKNOWN
            or record_id not in self._entries
            or self._entries[record_id].revision != revision
        ]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            for record_id, value in zip(batch, self._values(batch), strict=True):
                self._put(record_id, current[record_id], value)

    def _values(self, record_ids: Sequence[str]) -> list[Value | DamagedRecordError | None]:
        try:
            return [*get_many(self._store, [(self._kind, record_id) for record_id in record_ids])]
        except DamagedRecordError as error:
            if len(record_ids) == 1:
                return [error]
            return [value for record_id in record_ids for value in self._values([record_id])]

    def _put(self, record_id: str, revision: str, value: Value | DamagedRecordError | None) -> None:
        if value is None:  # it was deleted meanwhile
            self._forget(record_id)
            return
        try:
            if isinstance(value, DamagedRecordError):
                raise value
            record = self._parse(value)
            answers = tuple(
                (question, answer) for question, ask in self._questions.items() for answer in ask(record)
            )
        except (ValueError, DamagedRecordError) as error:
            reason = str(error).partition("\n")[0]
            logger.warning("the record of %s %s is left out: %s", self._kind, ascii(record_id), reason)
            self._replace(record_id, _Entry(revision, None, ()))
        else:
            self._replace(record_id, _Entry(revision, record, answers))

    def _replace(self, record_id: str, entry: _Entry[Record]) -> None:
        before = self._entries.get(record_id)
        for gone in set(before.answers if before else ()) - set(entry.answers):
            self._drop(*gone, record_id)
        self._entries[record_id] = entry
        if entry.record is not None:
            for question, answer in entry.answers:
                self._found[question].setdefault(answer, {})[record_id] = entry.record

    def _forget(self, record_id: str) -> None:
        entry = self._entries.pop(record_id, None)
        for gone in set(entry.answers if entry else ()):
            self._drop(*gone, record_id)

    def _drop(self, question: str, answer: Hashable, record_id: str) -> None:
        found = self._found[question][answer]
        del found[record_id]
        if not found:
            del self._found[question][answer]
