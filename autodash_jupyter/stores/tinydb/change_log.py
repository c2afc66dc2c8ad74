"""What changed last, so that who keeps an index need not look at everything again."""

from __future__ import annotations

from collections import deque
from typing import Generic, NamedTuple, TypeVar

__all__ = ["ChangeLog", "ChangeToken"]

Change = TypeVar("Change")

KEPT = 2_000  # changes; who is further behind looks at everything


class ChangeToken(NamedTuple):
    """A moment in a log: ``beginning`` counts its restarts, ``position`` the changes since the last one."""

    beginning: int
    position: int


class ChangeLog(Generic[Change]):
    """The last changes in order. It has no lock: its owner's guards it.

    >>> log = ChangeLog()
    >>> before = log.token
    >>> log.add("a")
    >>> log.since(before), log.since(log.token)
    (['a'], [])
    >>> log.restart()
    >>> log.since(before) is None
    True
    """

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=KEPT)
        self.token = ChangeToken(0, 0)

    def add(self, change: Change) -> None:
        """Note one change."""
        self._changes.append(change)
        self.token = ChangeToken(self.token.beginning, self.token.position + 1)

    def restart(self) -> None:
        """Note that anything may have changed."""
        self._changes.clear()
        self.token = ChangeToken(self.token.beginning + 1, 0)

    def since(self, token: object) -> list[Change] | None:
        """Return the changes after the moment of a token, or ``None`` where they aren't known (any more)."""
        if not isinstance(token, ChangeToken) or token.beginning != self.token.beginning:
            return None
        behind = self.token.position - token.position
        return list(self._changes)[len(self._changes) - behind :] if behind <= len(self._changes) else None
