"""What is written about the tables of sessions: a document beside each, which lives as long as its "
"session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.tables import Caller
from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.table_answers.contexts import checked_context, readable_context
from autodash_jupyter.table_answers.records import ContextAnswer

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["SessionContexts"]

NOTE = "context"  # the note on a table under which its document is kept


class SessionContexts:
    """The documents about the tables of one user's sessions."""

    def __init__(self, sessions: TableSessions) -> None:
        self._sessions = sessions

    def exists(self, session_id: str, table: str) -> bool:
        """Tell whether anything was saved about a table."""
        return self._kept(session_id, table) is not None

    def document(self, session_id: str, table: str) -> ContextDocument | None:
        """Return what was saved as a document, ``None`` where there is none that can be read."""
        kept = self._kept(session_id, table)
        return readable_context(table, None if kept is None else kept["text"])

    def read(self, session_id: str, table: str) -> ContextAnswer | None:
        """Return what was saved, checked against the table as it is now; ``None`` where nothing was."""
        kept = self._kept(session_id, table)
        if kept is None:
            return None
        frame = self._sessions.load_current_dataframe(session_id, table)
        checked = checked_context(table, kept["text"], frame)
        return ContextAnswer(table, kept["text"], _revision(kept), checked.status, checked.findings)

    def save(
        self, session_id: str, table: str, text: str, expected_revision: int | None, caller: Caller
    ) -> ContextAnswer:
        """Save a document that passes its checks; another isn't saved, and the answer says why.

        Raises:
            AutoDashError: Another revision was saved since, or the document can't be read.
        """
        frame = self._sessions.load_current_dataframe(session_id, table)
        checked = checked_context(table, text, frame)
        revision = _revision(self._kept(session_id, table))
        if checked.status == "failed":
            return ContextAnswer(table, text, revision, checked.status, checked.findings)
        if expected_revision is not None and expected_revision != revision:
            msg = (
                f"The context has revision {revision} by now, not {expected_revision}; "
                "read it by get_context, and put both together."
            )
            raise AutoDashError(msg)
        caller.check_waits()
        noted = {"text": text, "revision": revision + 1, "actor": caller.actor}
        self._sessions.set_metadata(session_id, NOTE, noted, table=table)
        return ContextAnswer(table, text, revision + 1, checked.status, checked.findings)

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copy what was saved about one table to another, each told by its session and name."""
        kept = self._kept(*source)
        if kept is not None:
            self._sessions.set_metadata(target[0], NOTE, kept, table=target[1])

    def _kept(self, session_id: str, table: str) -> Mapping[str, Any] | None:
        kept = self._sessions.get_metadata(session_id, NOTE, table=table)
        return kept if isinstance(kept, Mapping) and isinstance(kept.get("text"), str) else None


def _revision(kept: Mapping[str, Any] | None) -> int:
    return 0 if kept is None else int(kept.get("revision", 1))
