"""A DuckDB of its own that reaches nothing: no file, no network, no setting, no variable of Python's."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

__all__ = ["MEMORY", "give_back_sandbox", "one_value", "open_sandbox", "take_sandbox", "time_limited"]

MEMORY = "1GB"
_MOST_THREADS = 4
_SECONDS_BETWEEN_INTERRUPTS = 0.05
_DEEPEST = 400  # levels of a syntax tree: what follows reads it by recursion

_CLOSED = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "memory_limit": MEMORY,
}
# Not known to every version of DuckDB: a metric over no rows, or per nothing, has no value; a day begins
# at the same moment for everyone.
_HABITS = (
    "SET ieee_floating_point_ops = false",
    "SET error_on_division_by_zero = false",
    "SET TimeZone = 'UTC'",
)


def open_sandbox() -> duckdb.DuckDBPyConnection:
    """Return a new connection whose configuration is closed and locked; the caller closes it.

    >>> with open_sandbox() as connection:
    ...     connection.execute("SELECT 1 / 0, 2").fetchall()
    [(None, 2)]
    """
    import duckdb

    config: dict[str, Any] = {**_CLOSED, "threads": min(_MOST_THREADS, os.cpu_count() or 1)}
    connection = duckdb.connect(":memory:", config=config)
    for habit in _HABITS:
        with contextlib.suppress(duckdb.Error):
            connection.execute(habit)
    connection.execute(f"SET max_expression_depth = {_DEEPEST}")
    connection.execute("SET lock_configuration = true")
    return connection


def take_sandbox() -> duckdb.DuckDBPyConnection:
    """Return a sandbox nobody else uses: the spare one, where there is, since to open one takes a while.

    The caller gives it back, or closes it.

    >>> connection = take_sandbox()
    >>> give_back_sandbox(connection)
    >>> take_sandbox() is connection
    True
    """
    try:
        return _spares(os.getpid()).get_nowait()
    except queue.Empty:
        return open_sandbox()


def give_back_sandbox(connection: duckdb.DuckDBPyConnection, *, is_whole: bool = True) -> None:
    """Keep a sandbox for the next who takes one; nothing may be registered in it any more.

    It is closed instead where there is a spare one already, or anything in it failed (not ``is_whole``).
    """
    try:
        if is_whole:
            _spares(os.getpid()).put_nowait(connection)
            return
    except queue.Full:
        pass
    connection.close()


@functools.cache
def _spares(process: int) -> queue.Queue[duckdb.DuckDBPyConnection]:  # noqa: ARG001 - a fork gets its own
    return queue.Queue(maxsize=1)


def one_value(connection: Any, sql: str, parameters: Sequence[object]) -> Any:
    """Return the first value that a statement gives; its result is read to the end, as DuckDB wants."""
    return connection.execute(sql, list(parameters)).fetchall()[0][0]


@contextlib.contextmanager
def time_limited(connection: Any, seconds: float) -> Iterator[None]:
    """Interrupt what runs on the connection inside this block, once ``seconds`` of wall clock are over."""
    done = threading.Event()

    def watch() -> None:
        # Again and again: an interrupt between two statements, or before one has begun, is lost.
        if not done.wait(seconds):
            connection.interrupt()
            while not done.wait(_SECONDS_BETWEEN_INTERRUPTS):
                connection.interrupt()

    watcher = threading.Thread(target=watch, name="autodash-expression-limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()  # so that it can't interrupt the next statement
