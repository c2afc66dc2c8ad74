"""SQL over the tables of a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.table_answers.queries import query_rows
from autodash_jupyter.table_answers.records import RowsPage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["query_page"]


def query_page(sessions: TableSessions, session_id: str, sql: str, *, offset: int, limit: int) -> RowsPage:
    """Answer one SELECT; only the tables it names are read.

    Raises:
        ExpressionError: It is no SELECT, uses what it may not, or fails.
    """
    names = [info.name for info in sessions.list_tables(session_id)]
    return query_rows(sql, _Tables(sessions, session_id, names), offset=offset, limit=limit)


class _Tables(Mapping[str, "pd.DataFrame"]):
    """A session's tables by name, each loaded when it is read."""

    def __init__(self, sessions: TableSessions, session_id: str, names: list[str]) -> None:
        self._sessions, self._session_id, self._names = sessions, session_id, names

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._sessions.load_current_dataframe(self._session_id, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
