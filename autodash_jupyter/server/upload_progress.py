"""How far an upload has come, told to the streams of whoever sends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

__all__ = ["State", "UploadProgress"]

SECONDS_BETWEEN_REPORTS = 0.1
LEAST_BYTES = 256 * 1024

State = Literal["receiving", "reading", "loaded", "refused"]
Tell = Callable[[dict[str, Any]], object]


class UploadProgress:
    """Tells of an upload that is large enough to be waited for: how much came in, and what becomes of it.

    ``total`` is what was announced, ``None`` where nothing was. The last thing told is ``loaded`` or
    ``refused``; the latter of one that broke off, too.

    >>> told = []
    >>> progress = UploadProgress(told.append, "mine", 300_000)
    >>> progress.received(300_000, "sales.csv")
    >>> progress.reached("loaded")
    >>> [(each["state"], each["received_bytes"]) for each in told]
    [('receiving', 300000), ('loaded', 300000)]
    """

    def __init__(self, tell: Tell, session_id: str, total: int | None) -> None:
        self.session_id = session_id
        self._tell, self._total = tell, total
        self._received, self._filename = 0, ""
        self._told_at = 0.0
        self._state: State = "receiving"

    def received(self, count: int, filename: str) -> None:
        """Note how many bytes came in altogether; ten times a second it is told."""
        self._received, self._filename = count, filename
        now = time.monotonic()
        if now - self._told_at >= SECONDS_BETWEEN_REPORTS:
            self._told_at = now
            self._report()

    def reached(self, state: State) -> None:
        """Tell of the next state; after the last one, nothing more is told."""
        if self._state not in ("loaded", "refused"):
            self._state = state
            self._report()

    def _report(self) -> None:
        if max(self._received, self._total or 0) < LEAST_BYTES:
            return
        told = {
            "session_id": self.session_id,
            "filename": self._filename,
            "state": self._state,
            "received_bytes": self._received,
            "total_bytes": self._total,
        }
        self._tell(told)
