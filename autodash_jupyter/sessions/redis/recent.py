"""The cells that this process sent or fetched last, so that it need not fetch them again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

__all__ = ["RecentCells"]


class RecentCells:
    """Chunks under the name that a state's record gives them, up to so many bytes; the oldest go first.

    Nothing is ever kept under such a name but the same bytes, so what is here is never out of date.

    >>> recent = RecentCells(10)
    >>> recent.put("a/1", [b"123456"]); recent.put("b/1", [b"123456"])
    >>> recent.get("a/1"), recent.get("b/1")
    (None, [b'123456'])
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._chunks: OrderedDict[str, Sequence[bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, content: str) -> Sequence[bytes] | None:
        """Return the chunks of a state, if they are here."""
        with self._lock:
            if content in self._chunks:
                self._chunks.move_to_end(content)
            return self._chunks.get(content)

    def put(self, content: str, chunks: Sequence[bytes]) -> None:
        """Keep the chunks of a state, unless they are more than all that is kept."""
        size = sum(map(len, chunks))
        with self._lock:
            if size > self._most_bytes or content in self._chunks:
                return
            self._chunks[content] = chunks
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, gone = self._chunks.popitem(last=False)
                self._bytes -= sum(map(len, gone))
