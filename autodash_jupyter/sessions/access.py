"""One user's way to the sessions in a store: found, made, and changed though others change them as well."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.models import UserId
from autodash_jupyter.sessions.changes import Change, Content
from autodash_jupyter.sessions.failures import SessionConflictError, UnknownSessionError
from autodash_jupyter.sessions.names import checked_session_id, shown
from autodash_jupyter.sessions.protocol import SessionStore
from autodash_jupyter.sessions.records import SessionRecord

__all__ = ["PATIENCE", "SessionAccess", "too_busy"]

PATIENCE = 30.0  # seconds; each attempt that fails means that somebody else's change was made
LONGEST_PAUSE = 0.02  # seconds between attempts
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class SessionAccess:
    """The sessions of one user in a store; another's count as sessions that aren't there."""

    store: SessionStore
    user_id: UserId

    def read(self, session_id: str) -> SessionRecord:
        """Return a session as it is; ``UnknownSessionError`` where this user has none of that id."""
        session = self.store.read(checked_session_id(session_id), self.user_id)
        if session is None:
            raise self._unknown(session_id)
        return session

    def read_or_make(self, session_id: str) -> SessionRecord:
        """Return a session as it is, made where there is none; ``UnknownSessionError`` for another user's."""
        wanted = checked_session_id(session_id)
        session = self.store.read(wanted, self.user_id)
        if session is not None:
            return session
        made = SessionRecord(session_id=wanted, user_id=self.user_id)
        self.store.apply(Change(before=None, after=made))  # where somebody else was first, reading tells
        return self.read(wanted)

    def change(
        self,
        session_id: str,
        change: Callable[[SessionRecord], Change],
        *,
        first: SessionRecord | None = None,
        taken: Iterable[Content] = (),
    ) -> SessionRecord:
        """Make a change to the session as it is, planned anew for as long as others come first; return it.

        ``first`` is the session as it was read a moment ago, ``taken`` the cells that the change needs.
        What ``change`` raises is raised here, and nothing was changed.
        """
        until, pause, session = time.monotonic() + PATIENCE, 0.001, first
        try:
            while True:
                planned = change(session or self.read(session_id))
                if self.store.apply(planned):
                    return planned.after
                if time.monotonic() > until:
                    raise too_busy(session_id)
                time.sleep(random.uniform(0, pause))
                session, pause = None, min(2 * pause, LONGEST_PAUSE)
        except BaseException:
            self.store.discard(checked_session_id(session_id), taken)
            raise

    def _unknown(self, session_id: str) -> UnknownSessionError:
        live = [session.session_id for session in self.store.live(self.user_id)]
        more = f" and {len(live) - MOST_NAMED} more" if len(live) > MOST_NAMED else ""
        known = (
            f"Live: {', '.join(live[:MOST_NAMED])}{more}.{did_you_mean(str(session_id), live)}"
            if live
            else "You have no live sessions: put a table into a new one."
        )
        msg = (
            f"You have no live session {session_id}: it never was, or nobody used it for "
            f"{duration(self.store.ttl_seconds)}. {known}"
        )
        return UnknownSessionError(msg)


def too_busy(what: str) -> SessionConflictError:
    """Return the error for what others keep changing all the time."""
    msg = f"Others have kept changing {shown(what)} for {PATIENCE:.0f} s: try again."
    return SessionConflictError(msg)


def duration(seconds: float) -> str:
    """Return a length of time as people say it.

    >>> duration(86_400), duration(5_400), duration(90)
    ('24 hours', '90 minutes', '90 seconds')
    """
    for unit, length in (("hours", 3_600), ("minutes", 60)):
        if seconds % length == 0 or seconds > 10 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:,.0f} seconds"
