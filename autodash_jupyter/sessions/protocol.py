"""What keeps sessions: a store of their records, logs and cells, whatever the medium."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from autodash_jupyter.models import UserId
from autodash_jupyter.sessions.changes import Change, Content
from autodash_jupyter.sessions.entries import Entry
from autodash_jupyter.sessions.records import LiveSession, SessionRecord, TableRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SessionStore"]


class SessionStore(Protocol):
    """Sessions of many users, each under its id.

    A session lives for ``ttl_seconds`` after it was last read or changed. Every method raises
    ``ContextStoreError`` or ``BlobError`` where the medium fails, and leaves all as it was.
    """

    ttl_seconds: float

    def read(self, session_id: str, user_id: UserId) -> SessionRecord | None:
        """Return a live session of this user, which lives on from now; ``None`` where there is none."""
        ...

    def take_in(self, session_id: str, frame: pd.DataFrame, previous: TableRecord | None) -> Content:
        """Take in the cells of a new state; they are kept once a change that names them is applied."""
        ...

    def fits(self, content: Content, table: TableRecord | None) -> bool:
        """Tell whether what was taken in can be kept by a change of the table as it is now."""
        ...

    def discard(self, session_id: str, taken: Iterable[Content]) -> None:
        """Let go what was taken in for a change that isn't made; raises nothing."""
        ...

    def apply(self, change: Change) -> bool:
        """Make a change at once and whole; ``False``, and nothing done, where the session isn't as before.

        A change without a session before makes a new one; ``False`` where there is one of that id.
        """
        ...

    def load(self, session: SessionRecord, table: TableRecord) -> pd.DataFrame | None:
        """Return a table's present cells, the caller's own; ``None`` where it was changed meanwhile."""
        ...

    def log(self, session: SessionRecord, table: TableRecord) -> list[Entry]:
        """Return the log of a table, oldest first."""
        ...

    def entry(self, session: SessionRecord, table: TableRecord, position: int) -> Entry | None:
        """Return one entry of a log; ``None`` where there is none."""
        ...

    def notes(self, session: SessionRecord, table: TableRecord | None) -> Mapping[str, Any]:
        """Return what is noted on a table, or on the session."""
        ...

    def live(self, user_id: UserId) -> list[LiveSession]:
        """Return a user's live sessions, those used last first; they live no longer for it."""
        ...

    def delete(self, session: SessionRecord) -> None:
        """Forget a session, with all that belongs to it."""
        ...
