"""What can be wrong with a session or one of its tables, as one line for whoever asked."""

from __future__ import annotations

from autodash_jupyter.errors import AutoDashError

__all__ = [
    "InvalidSessionIdError",
    "SessionConflictError",
    "SessionError",
    "UnknownSessionError",
    "UnknownTableError",
]


class SessionError(AutoDashError):
    """A session, or a table of one, can't be used so; nothing was changed."""


class InvalidSessionIdError(SessionError):
    """What was given as the id of a session is no UUID."""


class UnknownSessionError(SessionError):
    """This user has no live session of that id: it never was, has expired, or is another user's."""


class UnknownTableError(SessionError):
    """The session has no table of that name."""


class SessionConflictError(SessionError):
    """Somebody else changed the table meanwhile, so this change would undo theirs; nothing was saved.

    ``expected`` is the version that the change was made from, ``found`` the one there is now; ``None`` where
    no version was expected, and others only were faster all the time.
    """

    def __init__(self, message: str, *, expected: int | None = None, found: int | None = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.found = found
