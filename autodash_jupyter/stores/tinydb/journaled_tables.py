"""The tables of a TinyDB file, kept in memory, with a journal that makes each change durable.

A change is appended to the journal (``NAME.journal``) as one record; when the journal has grown longer
than the base file, both are folded into a new base, which is plain TinyDB JSON. Three rules keep it safe:

- a write is acknowledged after its record is synced, and a record counts whole or not at all;
- writers hold a lock file, across processes; readers need none, because the journal only grows, and
  files are replaced whole, the base before the journal. Replaying a journal on a base that already
  holds it changes nothing, so a crash between the two does no harm;
- a reader compares the two files' inode, size and times with what it has seen, reads the journal's
  new end where it has grown, and everything where anything else changed.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.durable_files import remove_leftovers, replace_file
from autodash_jupyter.stores.file_systems import network_file_system
from autodash_jupyter.stores.tinydb.base_check import fingerprint, parse_fingerprint, read_base
from autodash_jupyter.stores.tinydb.base_file import render_base
from autodash_jupyter.stores.tinydb.change_log import ChangeLog, ChangeToken
from autodash_jupyter.stores.tinydb.damage import keep_copy, report_damage
from autodash_jupyter.stores.tinydb.failures import file_failure
from autodash_jupyter.stores.tinydb.journal import Journal, JournalLines
from autodash_jupyter.stores.tinydb.lock_file import LockFile
from autodash_jupyter.stores.tinydb.stamps import Stamps, has_grown, stamp
from autodash_jupyter.stores.tinydb.tables import (
    Change,
    Tables,
    apply_changes,
    copy_tables,
    from_record,
    to_record,
)

__all__ = ["JournaledTables", "LoggedChange"]

logger = logging.getLogger(__name__)

SHORTEST_FOLD = 4 * 1024 * 1024  # bytes of journal; below, folding would cost more than it saves
LOCK_TIMEOUT = 30.0  # seconds; a writer holds the lock for milliseconds, so it hangs


# Raises ContextStoreError for tables that are not ours, given with the size of the base (None: no file).
Check: TypeAlias = Callable[[Tables, int | None], None]


class LoggedChange(NamedTuple):
    """A document that was put, or removed; ``text`` is what it is now, or was last."""

    table: str
    doc_id: str
    text: str
    is_removal: bool


class JournaledTables:
    """The tables in the file at ``path``, durable and safe across threads, processes and forks.

    Opening reads, and creates nothing. Every method raises ``ContextStoreError`` where the files
    can't be read or written, are damaged, or belong to a newer version; they are then left untouched.

    >>> tables = JournaledTables(getfixture("tmp_path") / "people.json")
    >>> tables.apply([Change("people", "1", '{"name": "Ada"}')])
    True
    >>> tables.select("people", ["1", "2"])
    ['{"name": "Ada"}', None]
    """

    def __init__(self, path: str | Path, check: Check | None = None) -> None:
        # A notebook may change its folder, and links must not part us, nor lead us in circles.
        self.path = Path(os.path.realpath(path))
        self._journal = Journal(self.path.with_name(f"{self.path.name}.journal"))
        self._files = str(self.path), str(self._journal.path)
        self._lock = LockFile(self.path.with_name(f"{self.path.name}.lock"))
        self._check = check
        self._mutexes: dict[int, threading.RLock] = {}  # by process
        self._tables: Tables = {}
        self._log: ChangeLog[LoggedChange] = ChangeLog()
        self._seen: Stamps | None = None  # base and journal, as they were when read
        self._end = 0  # of the journal's last good record, in bytes
        self._has_records = False  # in the journal
        self._damaged: frozenset[Path] = frozenset()  # files of which something had to be left out
        if kind := network_file_system(self.path.parent):
            msg = (
                "%s is on a network file system (%s), where locks may not hold: use it from one machine only"
            )
            logger.warning(msg, self.path, kind)
        self._refresh()

    def select(self, table: str, doc_ids: Sequence[str]) -> list[str | None]:
        """Return documents' JSON texts, in the order of their ids; ``None`` where there is none."""
        with self._mutex:
            self._refresh()
            documents = self._tables.get(table)
            found = documents if isinstance(documents, dict) else {}
            return [found.get(doc_id) for doc_id in doc_ids]

    def documents(self, table: str) -> dict[str, str]:
        """Return the JSON texts of a table's documents by their ids, oldest first."""
        with self._mutex:
            self._refresh()
            documents = self._tables.get(table)
            return dict(documents) if isinstance(documents, dict) else {}

    def peek(self, table: str, doc_id: str) -> str | None:
        """Return a document's JSON text as it was when the files were last looked at."""
        documents = self._tables.get(table)
        return documents.get(doc_id) if isinstance(documents, dict) else None

    def copy(self) -> Tables:
        """Return all tables; later changes don't reach them."""
        with self._mutex:
            self._refresh()
            return copy_tables(self._tables)

    def apply(self, changes: Sequence[Change], expected: Sequence[Change] = ()) -> bool:
        """Make changes, all or none; they are on the disk when this returns.

        Return whether the documents were as ``expected`` says (``text=None``: not there); if not, nothing is
        done.
        """
        record = to_record(changes)
        with self._exclusive():
            if any(self.peek(table, str(doc_id)) != text for table, doc_id, text in expected):
                return False
            if not changes:
                return True
            if self._end == 0 or self._damaged:
                self._fold()
            base, journal = self._seen or (None, None)
            end = self._journal.append(record, self._end, journal.inode if journal else 0)
            self._take_in(changes)
            # The base's stamp stays: who edits it without taking the lock is noticed by the next reader.
            self._seen, self._end, self._has_records = (base, stamp(self._files[1])), end, True
            self._fold_if_long()
            return True

    def change_token(self) -> ChangeToken:
        """Return what is equal as long as nobody changed anything."""
        with self._mutex:
            self._refresh()
            return self._log.token

    def changes_since(self, token: object) -> list[LoggedChange] | None:
        """Return what changed since a token was given; ``None`` where it isn't known, or may be anything."""
        with self._mutex:
            self._refresh()
            return self._log.since(token)

    def size_bytes(self) -> int:
        """Return what base and journal take on the disk."""
        with self._mutex:
            self._refresh()
            return sum(stamp.size for stamp in self._seen or () if stamp is not None)

    def compact(self) -> None:
        """Fold the journal into the base, which any TinyDB can then open."""
        with self._exclusive():
            self._fold()

    def close(self) -> None:
        """Fold the journal into the base where there is something to fold; may be called twice."""
        with self._mutex:
            try:
                self._refresh()
                if self._has_records:
                    self.compact()
            except ContextStoreError as error:  # nothing is lost: the journal stays, and is read next time
                logger.warning("closing without folding the journal: %s", error)
            self._journal.close()
            self._lock.close()

    @property
    def _mutex(self) -> threading.RLock:
        """This process's mutex; a forked child must not wait for a thread that only its parent has."""
        process = os.getpid()
        mutex = self._mutexes.get(process)
        if mutex is None:
            mutex = threading.RLock()
            with mutex:
                if self._mutexes.setdefault(process, mutex) is mutex:
                    self._seen = None  # a thread of the parent may have been changing the tables
        return self._mutexes[process]

    def _refresh(self) -> None:
        """Take in what other processes wrote, until nothing changes while it is read."""
        try:
            while (seen := self._stamps()) != self._seen:
                if self._seen is not None and has_grown(self._seen, seen):
                    self._read_on(seen)
                else:
                    self._read_all(seen)
        except OSError as error:
            raise self._failure("read", error) from error

    def _read_on(self, seen: Stamps) -> None:
        lines = self._journal.read(self._end)
        if self._stamps()[0] != seen[0]:
            return  # it was folded meanwhile, and the lines may be another journal's
        changes = self._parse(lines)
        self._take_in(changes)
        self._accept(seen, self._end + lines.length, self._has_records or bool(changes))
        self._damaged |= report_damage(self.path, self._journal.path, lines)

    def _read_all(self, seen: Stamps) -> None:
        # The journal first: a base that is newer than it already holds its records.
        lines = self._journal.read()
        changes = self._parse(lines)
        examined = read_base(self.path, parse_fingerprint(lines.base))
        if self._stamps()[0] != seen[0]:
            return  # of a base that is just being replaced, nothing can be said
        self._tables = examined.tables
        self._log.restart()
        apply_changes(self._tables, changes)
        self._accept(seen, lines.length, bool(changes))
        self._damaged = report_damage(self.path, self._journal.path, lines, examined, changes)

    def _accept(self, seen: Stamps, end: int, has_records: bool) -> None:
        base = seen[0]
        if self._check is not None:
            self._check(self._tables, base.size if base else None)
        self._seen, self._end, self._has_records = seen, end, has_records

    def _parse(self, lines: JournalLines) -> list[Change]:
        try:
            return [change for record in lines.payloads for change in from_record(record)]
        except (ValueError, TypeError, RecursionError) as error:
            msg = f"{self._journal.path} has a record of an unknown kind: update autodash-jupyter to read it"
            raise ContextStoreError(msg) from error

    def _take_in(self, changes: Sequence[Change]) -> None:
        for change in changes:
            table, doc_id, text = change
            documents = self._tables.get(table)
            if doc_id is None:
                self._log.restart()
            elif text is not None:
                self._log.add(LoggedChange(table, doc_id, text, is_removal=False))
            elif isinstance(documents, dict) and doc_id in documents:
                self._log.add(LoggedChange(table, doc_id, documents[doc_id], is_removal=True))
            apply_changes(self._tables, (change,))

    def _fold(self) -> None:
        """Write a new base, then an empty journal. The lock is held, and the state is the newest."""
        for file in self._damaged:
            keep_copy(file)
        remove_leftovers(self.path)
        data = render_base(self._tables)
        replace_file(self.path, data)
        modified = self.path.stat().st_mtime_ns
        self._end = self._journal.restart(fingerprint(data, self._tables, modified))
        self._seen, self._has_records, self._damaged = self._stamps(), False, frozenset()

    def _fold_if_long(self) -> None:
        base = self._seen[0] if self._seen else None
        if self._end <= max(SHORTEST_FOLD, base.size if base else 0):
            return
        try:
            self._fold()
        except OSError as error:  # the write itself is done, and stays in the journal
            logger.warning("%s: folding the journal failed: %s", self.path, error)

    def _stamps(self) -> Stamps:
        base, journal = self._files
        return stamp(base), stamp(journal)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Keep all other writers off; inside, the state is the newest."""
        with self._mutex:
            try:
                with self._lock.held(LOCK_TIMEOUT):
                    self._refresh()
                    yield
            except TimeoutError as error:
                msg = (
                    f"another process has held {self._lock.path} for {LOCK_TIMEOUT:.0f} s: "
                    "end it and try again"
                )
                raise ContextStoreError(msg) from error
            except OSError as error:
                raise self._failure("write", error) from error

    def _failure(self, action: str, error: OSError) -> ContextStoreError:
        return file_failure(action, self.path, error)
