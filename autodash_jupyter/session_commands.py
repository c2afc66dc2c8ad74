"""``autodash sessions``: list the caller's live sessions, and delete one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from autodash_jupyter.settings import Settings, public_url

if TYPE_CHECKING:
    from autodash_jupyter.sessions import LiveSession, TableInfo

__all__ = ["add_sessions_command"]

LONGEST_NAME = 40  # characters of a table's name in the list


def add_sessions_command(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of ``autodash sessions``."""
    parser.add_argument(
        "--delete", metavar="ID", help="forget this session, with its tables and their history"
    )
    parser.set_defaults(run=_sessions)


def _sessions(chosen: argparse.Namespace) -> int:
    from autodash_jupyter.sessions import TableSessions

    settings = Settings.from_environment()
    sessions = TableSessions(settings=settings)
    if chosen.delete is not None:
        tables = sessions.list_tables(chosen.delete)
        sessions.delete(chosen.delete)
        print(f"Session {chosen.delete} is deleted, with {_count(len(tables), 'table')}.")
        return 0
    live = sessions.live()
    if settings.storage_backend == "memory":
        print("STORAGE_BACKEND=memory: each process has sessions of its own, which no other can list.")
    elif not live:
        print(f"{settings.user_id} has no live sessions in {_place(settings)}.")
    for session in live:
        print(_heading(session))
        for table in session.infos:
            print(_line(table))
    return 0


def _heading(session: LiveSession) -> str:
    tables = _count(len(session.tables), "table")
    return f"{session.session_id}  {tables}, {_left(session.seconds_left)} left"


def _line(table: TableInfo) -> str:
    name = table.name if len(table.name) <= LONGEST_NAME else f"{table.name[: LONGEST_NAME - 3]}..."
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    undo = f", {table.can_undo} to undo" if table.can_undo else ""
    return f"    {printable:<20}  {table.rows:,} × {table.columns:,}{undo}"


def _left(seconds: float) -> str:
    """Return how long that is, in hours and minutes, or in seconds where it is short.

    >>> _left(86_399), _left(59.2)
    ('23 h 59 min', '59 s')
    """
    hours, rest = divmod(int(seconds), 3_600)
    return f"{hours} h {rest // 60} min" if seconds >= 60 else f"{int(seconds)} s"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _place(settings: Settings) -> str:
    backend = settings.storage_backend
    if backend == "redis":
        return public_url(settings.redis_url)
    return public_url(backend) if "://" in backend else str(settings.home)
