"""A TinyDB ``Storage`` that loses nothing: a plain TinyDB file, and a journal beside it.

TinyDB asks its storage to read and to write the whole database. Here ``write`` finds the documents
that differ from what ``read`` last returned and appends only those, as one record, to the journal
(``NAME.journal``); when the journal has grown longer than the base file, both are folded into a new
base, which is plain TinyDB JSON. That makes any TinyDB program durable and its writes cheap for the
disk, but finding the difference still takes time in proportion to the database. So the storage also
offers what it does inside, ``select``, ``documents`` and ``apply``, which cost the same at any
size; our own store uses these, and people keep the whole of TinyDB's queries.

Three rules keep it safe:

- a write is acknowledged after its record is synced, and a record counts whole or not at all;
- writers hold a lock file, across processes; readers need none, because the journal only grows, and
  files are replaced whole, the base before the journal. Replaying a journal on a base that already
  holds it changes nothing, so a crash between the two does no harm;
- a reader compares the two files' inode, size and time with what it has seen, reads the journal's
  new end where it has grown, and everything where anything else changed.
"""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tinydb.storages import Storage

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.base_file import read_base, render_base
from autodash_jupyter.stores.durable_files import make_private_folder, remove_leftovers, replace_file
from autodash_jupyter.stores.journal import Journal, Lines
from autodash_jupyter.stores.tables import (
    Change,
    Tables,
    apply_changes,
    copy_tables,
    differences,
    from_record,
    parse_tables,
    render_tables,
    to_record,
)

if TYPE_CHECKING:
    from filelock import FileLock

__all__ = ["JournalStorage"]

logger = logging.getLogger(__name__)

SHORTEST_FOLD = 4 * 1024 * 1024  # bytes of journal; below, folding would cost more than it saves
LOCK_TIMEOUT = 30.0  # seconds; a writer holds the lock for milliseconds, so it hangs
LOCK_POLL = 0.002  # seconds


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    inode: int
    size: int
    modified: int  # nanoseconds


Stamps: TypeAlias = tuple[Stamp | None, Stamp | None]  # of base and journal; None: there is no file


class JournalStorage(Storage):
    """TinyDB's storage in ``path``, durable and safe across threads and processes.

    Opening reads, and creates nothing. Every method raises ``ContextStoreError`` where the files
    can't be read or written, are damaged, or belong to a newer version; they are then left untouched.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self._base = Path(path).resolve()  # a notebook may change its folder, and links must not part us
        self._journal = Journal(self._base.with_name(f"{self._base.name}.journal"))
        self._mutex = threading.RLock()
        self._tables: Tables = {}
        self._last_read = threading.local()  # .tables: what this thread's TinyDB changes and then writes
        self._seen: Stamps | None = None  # base and journal, as they were when read
        self._end = 0  # of the journal's last good record, in bytes
        self._is_damaged = False  # the journal has lines that had to be left out
        self._lock: FileLock | None = None
        self._refresh()

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the whole database, or ``None`` if there is nothing in it: TinyDB's way to read."""
        with self._mutex:
            self._refresh()
            tables = copy_tables(self._tables)
        self._last_read.tables = tables
        return render_tables(tables) or None

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Make the database what ``data`` says: TinyDB's way to write.

        What another process wrote since the last ``read`` stays, unless ``data`` changes it too.
        """
        wanted = parse_tables(data)
        if changes := list(differences(getattr(self._last_read, "tables", {}), wanted)):
            self.apply(changes)
        self._last_read.tables = wanted

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

    def apply(self, changes: Sequence[Change]) -> None:
        """Make changes, all or none; they are on the disk when this returns."""
        record = to_record(changes)
        with self._exclusive():
            if self._end == 0 or self._is_damaged:
                self._fold()
            self._end = self._journal.append(record, self._end)
            apply_changes(self._tables, changes)
            self._seen = self._stamps()
            self._fold_if_long()

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
        try:
            with self._mutex:
                self._refresh()
                if self._journal.has_records(self._end):
                    self.compact()
        except ContextStoreError as error:  # nothing is lost: the journal stays, and is read next time
            logger.warning("closing without folding the journal: %s", error)

    def _refresh(self) -> None:
        """Take in what other processes wrote, until nothing changes while it is read."""
        try:
            while (seen := self._stamps()) != self._seen:
                if self._seen is not None and _has_grown(self._seen, seen):
                    self._read_on(seen)
                else:
                    self._read_all(seen)
        except OSError as error:
            raise self._failure("read", error) from error

    def _read_on(self, seen: Stamps) -> None:
        lines = self._journal.read(self._end)
        if self._stamps()[0] != seen[0]:
            return  # it was folded meanwhile, and the lines may be another journal's
        self._replay(lines, self._tables)
        self._end += lines.length
        self._note_damage(lines, self._is_damaged)
        self._seen = seen

    def _read_all(self, seen: Stamps) -> None:
        # The journal first: a base that is newer than it already holds its records.
        lines = self._journal.read()
        tables = read_base(self._base)
        self._replay(lines, tables)
        self._tables, self._end = tables, lines.length
        self._note_damage(lines, False)
        self._seen = seen

    def _replay(self, lines: Lines, tables: Tables) -> None:
        try:
            for record in lines.payloads:
                apply_changes(tables, from_record(record))
        except (ValueError, TypeError, RecursionError) as error:
            msg = f"{self._journal.path} has a record of an unknown kind: update autodash-jupyter to read it"
            raise ContextStoreError(msg) from error

    def _note_damage(self, lines: Lines, before: bool) -> None:
        self._is_damaged = before or lines.damaged > 0
        if lines.damaged:
            logger.warning("%s: left out %d damaged line(s)", self._journal.path, lines.damaged)

    def _fold(self) -> None:
        """Write a new base, then an empty journal. The lock is held, and the state is the newest."""
        self._set_damage_aside()
        remove_leftovers(self._base)
        replace_file(self._base, render_base(self._tables))
        self._end = self._journal.restart()
        self._seen = self._stamps()

    def _fold_if_long(self) -> None:
        base = self._seen[0] if self._seen else None
        if self._end <= max(SHORTEST_FOLD, base.size if base else 0):
            return
        try:
            self._fold()
        except OSError as error:  # the write itself is done, and stays in the journal
            logger.warning("%s: folding the journal failed: %s", self._base, error)

    def _set_damage_aside(self) -> None:
        """Keep a copy of a damaged journal, which is about to be replaced."""
        if not self._is_damaged:
            return
        copy = self._base.with_name(f"{self._base.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        replace_file(copy, self._journal.path.read_bytes())
        logger.warning("%s: a copy of the damaged journal is kept as %s", self._journal.path, copy)
        self._is_damaged = False

    def _stamps(self) -> Stamps:
        return _stamp(self._base), _stamp(self._journal.path)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Keep all other writers off; inside, the state is the newest."""
        with self._mutex:
            try:
                make_private_folder(self._base.parent)
                with self._acquired():
                    self._refresh()
                    yield
            except OSError as error:
                raise self._failure("write", error) from error

    def _acquired(self) -> AbstractContextManager[object]:
        """Take the lock file; the caller holds the mutex."""
        from filelock import FileLock, Timeout

        if self._lock is None:
            self._lock = FileLock(f"{self._base}.lock", timeout=LOCK_TIMEOUT, mode=0o600)
        try:
            return self._lock.acquire(poll_interval=LOCK_POLL)
        except Timeout as error:
            msg = f"another process has held {self._base}.lock for {LOCK_TIMEOUT:.0f} s: end it and try again"
            raise ContextStoreError(msg) from error

    def _failure(self, action: str, error: OSError) -> ContextStoreError:
        remedy = REMEDIES.get(error.errno or 0, "see whether the disk is there and sound")
        return ContextStoreError(f"can't {action} {self._base}: {error.strerror or error}; {remedy}")


REMEDIES = {
    errno.ENOSPC: "free some space on the disk and try again; what was stored before is safe",
    errno.EDQUOT: "free some of your disk quota and try again; what was stored before is safe",
    errno.EACCES: "give yourself the right to, or set AUTODASH_HOME to another folder",
    errno.EPERM: "give yourself the right to, or set AUTODASH_HOME to another folder",
    errno.EROFS: "set AUTODASH_HOME to a folder on a disk that can be written",
}


def _has_grown(old: Stamps, new: Stamps) -> bool:
    """Tell whether nothing happened but that the journal became longer."""
    (old_base, before), (new_base, after) = old, new
    if before is None or after is None or old_base != new_base:
        return False
    return before.inode == after.inode and before.size < after.size


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)
