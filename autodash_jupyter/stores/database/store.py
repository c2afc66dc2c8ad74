"""Records in a database: a file of SQLite, or a server of PostgreSQL or MySQL."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.conditional import ConditionalEncodedStore
from autodash_jupyter.stores.database.changes import noted_changes
from autodash_jupyter.stores.database.engine import (
    WRITING,
    address_hash,
    compact,
    create_private_file,
    database_address,
    failure_reason,
    is_passing,
    is_sqlite,
    open_engine,
    public_address,
    size_on_server,
)
from autodash_jupyter.stores.database.forking import ForkGate
from autodash_jupyter.stores.database.records import (
    Unexpected,
    fetch_records,
    put_records,
    put_records_if,
    record_id,
    remove_records,
)
from autodash_jupyter.stores.database.schema import ensure_schema, make_tables
from autodash_jupyter.stores.database.statements import make_statements
from autodash_jupyter.stores.database.watch import FileWatch, file_identity
from autodash_jupyter.stores.encoded import Entry, decode_key_text
from autodash_jupyter.stores.file_systems import network_file_system
from autodash_jupyter.stores.protocol import DamagedRecordError, Key

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import Pool

__all__ = ["DatabaseContextStore"]

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

DEFAULT_FILE = "context.db"
DEFAULT_PREFIX = "autodash_"
LONGEST_PAUSE = 0.2  # seconds between the attempts of a call that a dropped connection or a deadlock broke


class DatabaseContextStore(ConditionalEncodedStore):
    """Records in a database: a file of SQLite by its path, PostgreSQL or MySQL by URL.

    Every call is one transaction, durable when it returns. Threads, processes and machines may share a
    database; writers line up, each for the length of its transaction. ``prefix`` begins the names of the
    three tables, so that several stores can share one database. ``timeout`` is in seconds and holds for
    connecting, for waiting for a lock and for each statement; ``pool_size`` is how many connections are
    used at once; ``isolation_level`` is the database's own word for it; ``connect_args`` go to the driver,
    for example ``{"sslmode": "verify-full"}``. SQLAlchemy and a driver come with
    ``pip install "autodash-jupyter[sql]"``.

    Every method raises ``ContextStoreError`` where the database can't be used; no message shows a password.

    >>> folder = getfixture("tmp_path")
    >>> with DatabaseContextStore(folder / "context.db") as store:
    ...     store.set(("dataset", "sample_1"), {"rows": 344})
    >>> DatabaseContextStore(db_path=folder / "context.db").get(("dataset", "sample_1"))
    {'rows': 344}
    """

    path: Path
    """Where the file is; a store on a server has no such attribute."""

    def __init__(
        self,
        path_or_url: str | os.PathLike[str] | None = None,
        *,
        db_path: str | os.PathLike[str] | None = None,
        prefix: str = DEFAULT_PREFIX,
        pool_size: int = 5,
        timeout: float = 30.0,
        isolation_level: str | None = None,
        connect_args: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if path_or_url is not None and db_path is not None:
            msg = "path_or_url and db_path mean the same: give one of them"
            raise ContextStoreError(msg)
        self._url = database_address(path_or_url or db_path or DEFAULT_FILE)
        self._watch: FileWatch | None = None
        if is_sqlite(self._url):
            self.path = Path(str(self._url.database))
            self._watch = FileWatch(self.path, f"SELECT changes FROM {prefix}state")
            if kind := network_file_system(self.path.parent):
                msg = "%s is on a network file system (%s), where SQLite may fail: use one machine only"
                logger.warning(msg, self.path, kind)
        self.prefix = prefix
        self._tables = make_tables(prefix)
        self._timeout = timeout
        self._engine = open_engine(
            self._url,
            pool_size=pool_size,
            timeout=timeout,
            isolation_level=isolation_level,
            connect_args=connect_args or {},
        )
        self._gate = ForkGate(self.close, timeout) if self._watch is not None else None
        self._statements = make_statements(self._tables, self._engine.dialect)
        self._process = os.getpid()
        self._forking = threading.Lock()
        self._left_to_parent: list[Pool] = []
        from sqlalchemy.exc import SQLAlchemyError

        # The driver's own come through where SQLAlchemy speaks to a connection outside of a statement.
        own_errors: type[BaseException] = self._engine.dialect.loaded_dbapi.Error
        self.driver_errors = (SQLAlchemyError, own_errors, OSError)
        try:
            with self._no_fork():
                ensure_schema(self._engine, self._tables)
            self._file = file_identity(self.path) if self._watch is not None else None
        except self.driver_errors as error:
            raise self._failure("open", error) from error
        except (TypeError, ValueError, AttributeError, LookupError) as error:
            # A driver checks the types of its options, if at all, by using them.
            msg = f"can't open {self!r}: its driver takes the options of its address otherwise: correct them"
            raise ContextStoreError(msg) from error

    @property
    def identity(self) -> str:
        """A text for the name of a file: equal for stores with the same address and prefix only."""
        return address_hash(self._url, self.prefix)

    def change_token(self) -> Hashable:
        """Return what is equal as long as nobody changed anything, here or elsewhere."""
        try:
            if self._watch is not None:
                self._current_engine()
                with self._no_fork():
                    return self._watch.token()
            return self._read(lambda connection: connection.execute(self._statements.state).scalar())
        except self.driver_errors as error:
            raise self._failure("read", error) from error

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return the keys that changed since ``change_token`` gave a token, oldest change first.

        Each comes with its revision, ``None`` where it was deleted. ``None`` instead of a list: that was too
        long ago, look at ``revisions``.
        """
        since = token[-1] if isinstance(token, tuple) and token else token
        if not isinstance(since, int):
            return None
        try:
            noted = self._read(lambda connection: noted_changes(connection, self._statements, since))
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        try:
            return None if noted is None else [(decode_key_text(key), each) for key, each in noted]
        except DamagedRecordError:
            return None  # a damaged key is told of where all are listed

    def compact(self) -> None:
        """Give the space that changed and deleted records took back to the disk."""
        try:
            engine = self._current_engine()
            with self._no_fork():
                compact(engine, self._tables.records.name)
        except self.driver_errors as error:
            raise self._failure("compact", error) from error

    def close(self) -> None:
        """Let go of the connections; may be called twice, and the store may be used again."""
        self._engine_of_this_process().dispose()
        if self._watch is not None:
            self._watch.close()

    def __repr__(self) -> str:
        prefix = "" if self.prefix == DEFAULT_PREFIX else f", prefix={self.prefix!r}"
        return f"{type(self).__name__}({public_address(self._url)!r}{prefix})"

    def _put(self, entries: Sequence[Entry]) -> None:
        if entries:
            self._write(lambda connection: put_records(connection, self._statements, entries))

    def _put_if(self, entries: Mapping[str, Entry | None], expected: Mapping[str, str | None]) -> bool:
        def put(connection: Connection) -> None:
            put_records_if(connection, self._statements, entries, expected)

        try:
            self._run(put, WRITING, repeatable=False)
        except Unexpected:
            return False
        return True

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        return [found and found[0] for found in self._fetch_with_revisions(addresses)]

    def _fetch_with_revisions(self, addresses: Sequence[str]) -> list[tuple[str, str] | None]:
        ids = [record_id(address) for address in addresses]
        if not ids:
            return []
        found = self._read(lambda connection: fetch_records(connection, self._statements, ids))
        return [found.get(one) for one in ids]

    def _remove(self, addresses: Sequence[str]) -> None:
        ids = [record_id(address) for address in addresses]
        if ids:
            self._write(lambda connection: remove_records(connection, self._statements, ids))

    def _list(self) -> list[tuple[str, str]]:
        rows = self._read(lambda connection: connection.execute(self._statements.listing).all())
        return [(row.key_json, row.revision) for row in rows]

    def _size_bytes(self) -> int:
        if is_sqlite(self._url):
            files = (Path(f"{self.path}{ending}") for ending in ("", "-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        return self._read(lambda connection: size_on_server(connection, self._tables.records.name))

    def _read(self, work: Callable[[Connection], Answer]) -> Answer:
        return self._run(work, {} if is_sqlite(self._url) else {"isolation_level": "AUTOCOMMIT"})

    def _write(self, work: Callable[[Connection], Answer]) -> Answer:
        return self._run(work, WRITING)

    def _run(
        self,
        work: Callable[[Connection], Answer],
        options: Mapping[str, Any],
        *,
        repeatable: bool = True,
    ) -> Answer:
        """Do the work in one transaction; again where a dropped connection or a deadlock broke it.

        To do it twice does no harm: what we write says what is to be, not what is to change. Unless it is
        not ``repeatable``: then it isn't done again once it may have been done.
        """
        from sqlalchemy.exc import DBAPIError

        engine = self._current_engine().execution_options(**options)
        until = time.monotonic() + self._timeout
        for attempt in count():
            ended = False
            try:
                with self._no_fork(), engine.begin() as connection:
                    answer = work(connection)
                    ended = not repeatable
                return answer
            except DBAPIError as error:
                unknown = ended and error.connection_invalidated
                if time.monotonic() > until or not is_passing(error) or unknown:
                    raise
                time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.01 * (attempt + 1))))
        raise AssertionError  # the loop ends by itself only

    def _no_fork(self) -> AbstractContextManager[None]:
        return nullcontext() if self._gate is None else self._gate.transaction()

    def _current_engine(self) -> Engine:
        """Return the engine, on the file at the path now: SQLite would write on to one that is gone."""
        engine = self._engine_of_this_process()
        if self._watch is not None and file_identity(self.path) != self._file:
            with self._no_fork(), self._forking:
                if file_identity(self.path) != self._file:
                    logger.warning("%r was removed or replaced: what is there now is used", self)
                    self._watch.close()
                    create_private_file(self.path)
                    engine.dispose()
                    ensure_schema(engine, self._tables)
                    self._file = file_identity(self.path)
        return engine

    def _engine_of_this_process(self) -> Engine:
        if self._process != os.getpid():
            # A forked child leaves its parent's connections to the parent, and makes its own.
            with self._forking:
                if self._process != os.getpid():
                    self._left_to_parent.append(self._engine.pool)  # or they would be closed as garbage
                    self._engine.dispose(close=False)
                    self._process = os.getpid()
        return self._engine

    def _failure(self, action: str, error: BaseException) -> ContextStoreError:
        reason = failure_reason(error, self._url)
        advice = "make space and see who may write there, or choose another file by STORAGE_BACKEND"
        if not is_sqlite(self._url):
            advice = "see that it runs, that STORAGE_BACKEND is its address, and that you may write there"
        return ContextStoreError(f"can't {action} {self!r}: {reason.rstrip('.')}; {advice}")
