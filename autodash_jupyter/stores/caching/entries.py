"""What a cache remembers, and how it forgets: plain bookkeeping, without any store."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

__all__ = ["MISSING", "CacheEntries", "CacheStats", "Claim"]

MISSING: Final = object()
ENTRY_BYTES = 200  # what an entry takes beside its payload, about


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How often a cache knew the answer, how often it didn't, and what it holds now."""

    hits: int
    misses: int
    entries: int
    bytes: int


class Claim:
    """The right to fill in one entry; it is lost when the entry is forgotten meanwhile."""

    __slots__ = ("name", "since")

    def __init__(self, name: str, since: float) -> None:
        self.name, self.since = name, since


@dataclass(frozen=True, slots=True)
class _Entry:
    payload: Any
    weight: int
    until: float | None


class CacheEntries:
    """Payloads by name, at most so many and so many bytes; the least recently used goes first.

    An answer that is read while it changes must not be kept. So a reader first claims the entry, then
    reads, then fills it in; forgetting the entry takes the claim away.

    >>> entries = CacheEntries(most=10, most_bytes=10_000)
    >>> with entries.claimed(["a", "b"]) as (early, late):
    ...     entries.fill(early, b"1", weight=1)
    ...     entries.forget(["b"])
    ...     entries.fill(late, b"2", weight=1)
    >>> entries.find("a"), entries.find("b") is MISSING
    (b'1', True)
    """

    def __init__(self, most: int, most_bytes: int, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._most_bytes, self._clock = most, most_bytes, clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._claims: dict[str, Claim] = {}
        self._bytes = self._hits = self._misses = 0
        self._mutex = threading.Lock()

    def find(self, name: str) -> Any:
        """Return a payload, or ``MISSING``."""
        with self._mutex:
            entry = self._entries.get(name)
            if entry is not None and entry.until is not None and self._clock() >= entry.until:
                self._drop(name)
                entry = None
            if entry is None:
                self._misses += 1
                return MISSING
            self._hits += 1
            self._entries.move_to_end(name)
            return entry.payload

    @contextmanager
    def claimed(self, names: Sequence[str]) -> Iterator[list[Claim]]:
        """Announce that entries are read inside; of several who do, the last may fill an entry in."""
        now = self._clock()
        claims = [Claim(name, now) for name in names]
        with self._mutex:
            self._claims.update((claim.name, claim) for claim in claims)
        try:
            yield claims
        finally:
            with self._mutex:
                for claim in claims:
                    if self._claims.get(claim.name) is claim:
                        del self._claims[claim.name]

    def fill(self, claim: Claim, payload: Any, weight: int, lifetime: float | None = None) -> None:
        """Keep what was read, unless it was forgotten since it was claimed.

        ``weight`` is in bytes; ``lifetime`` in seconds, counted from the claim on.
        """
        weight += len(claim.name) + ENTRY_BYTES
        with self._mutex:
            if self._claims.get(claim.name) is not claim:
                return
            del self._claims[claim.name]
            self._drop(claim.name)
            if weight > self._most_bytes:
                return
            until = None if lifetime is None else claim.since + lifetime
            self._entries[claim.name] = _Entry(payload, weight, until)
            self._bytes += weight
            while len(self._entries) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._entries)))

    def forget(self, names: Iterable[str] | None = None) -> None:
        """Forget entries, and all claims to them; without names, everything."""
        with self._mutex:
            if names is None:
                self._entries.clear()
                self._claims.clear()
                self._bytes = 0
                return
            for name in names:
                self._claims.pop(name, None)
                self._drop(name)

    def stats(self) -> CacheStats:
        """Return how it does."""
        with self._mutex:
            return CacheStats(self._hits, self._misses, len(self._entries), self._bytes)

    def _drop(self, name: str) -> None:
        entry = self._entries.pop(name, None)
        if entry is not None:
            self._bytes -= entry.weight
