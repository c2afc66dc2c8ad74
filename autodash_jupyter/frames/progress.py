"""How far a long reading is: a line with the share, the rate and the time left."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeAlias

__all__ = ["Progress", "ProgressLine", "size_text"]

Progress: TypeAlias = Callable[[int, int], None]  # of bytes done and bytes in all, 0 where that isn't known
SECONDS_BEFORE_FIRST = 1.0
SECONDS_BETWEEN = 0.25


class ProgressLine:
    """Called with bytes done and in all, gives a line to ``write`` now and then; quick readings get none.

    >>> lines = []
    >>> progress = ProgressLine("sales.csv", lines.append, now=iter([0.0, 2.0]).__next__)
    >>> progress(50_000_000, 100_000_000)
    >>> lines
    ['sales.csv: 50 % of 95 MB, 24 MB a second, 2 s left']
    """

    def __init__(
        self, name: str, write: Callable[[str], object], now: Callable[[], float] = monotonic
    ) -> None:
        self._name, self._write, self._now = name, write, now
        self._started = now()
        self._next = self._started + SECONDS_BEFORE_FIRST
        self.shown = False

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, if it is time to."""
        now = self._now()
        if now < self._next:
            return
        self._next, self.shown = now + SECONDS_BETWEEN, True
        rate = done / max(now - self._started, 1e-6)
        if total:
            left = max(total - done, 0) / max(rate, 1)
            share = f"{100 * done // total} % of {size_text(total)}"
            far = f"{share}, {size_text(rate)} a second, {left:.0f} s left"
        else:
            far = f"{size_text(done)}, {size_text(rate)} a second"
        self._write(f"{self._name}: {far}")


def size_text(count: float) -> str:
    """Return a number of bytes as people read it.

    >>> size_text(512), size_text(3_500_000)
    ('1 KB', '3 MB')
    """
    for unit, size in (("GB", 2**30), ("MB", 2**20)):
        if count >= size:
            return f"{count / size:.1f} GB" if unit == "GB" else f"{count / size:.0f} MB"
    return f"{max(1, round(count / 1024))} KB"
