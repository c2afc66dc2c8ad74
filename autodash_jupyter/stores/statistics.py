"""How often a store is called, how often that fails, and how long it takes."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import MappingProxyType, TracebackType

__all__ = ["CallStats", "CallTimes", "StoreStats"]

logger = logging.getLogger("autodash_jupyter.stores")

REMEMBERED = 1_000  # calls of each kind whose times the percentiles are taken from


@dataclass(frozen=True, slots=True)
class CallStats:
    """The calls of one kind; times are in milliseconds, of the last thousand."""

    calls: int = 0
    errors: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What a store was asked, and what it takes.

    ``calls`` and ``errors`` count since the object was made, ``p50_ms`` and ``p99_ms`` are milliseconds of
    its last calls of all kinds, ``size_bytes`` is about what its records take on the medium; ``by_method``
    has the same for each method.
    """

    calls: int
    errors: int
    p50_ms: float
    p99_ms: float
    size_bytes: int
    by_method: Mapping[str, CallStats]


@dataclass(slots=True)
class _Tally:
    calls: int = 0
    errors: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


class CallTimes:
    """Counts and times calls; neither keys nor values are kept or logged.

    >>> times = CallTimes()
    >>> with times.measured("get"):
    ...     pass
    >>> times.stats(size_bytes=0).by_method["get"].calls
    1
    """

    def __init__(self) -> None:
        self._tallies: dict[str, _Tally] = {}
        self._mutex = threading.Lock()

    def measured(self, method: str) -> _Measured:
        """Return a context manager that counts and times what runs inside it."""
        return _Measured(self, method)

    def add(self, method: str, seconds: float, error: type[BaseException] | None) -> None:
        """Count one call."""
        with self._mutex:
            tally = self._tallies.get(method)
            if tally is None:
                tally = self._tallies[method] = _Tally()
            tally.calls += 1
            tally.errors += error is not None
            tally.seconds.append(seconds)
        if error is not None:
            logger.info("%s failed after %.3f ms: %s", method, seconds * 1000, error.__name__)
        elif logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s took %.3f ms", method, seconds * 1000)

    def stats(self, size_bytes: int) -> StoreStats:
        """Return what was counted so far."""
        with self._mutex:
            tallies = {
                name: (each.calls, each.errors, sorted(each.seconds)) for name, each in self._tallies.items()
            }
        together = sorted(second for _, _, seconds in tallies.values() for second in seconds)
        return StoreStats(
            calls=sum(calls for calls, _, _ in tallies.values()),
            errors=sum(errors for _, errors, _ in tallies.values()),
            p50_ms=_percentile(together, 0.50),
            p99_ms=_percentile(together, 0.99),
            size_bytes=size_bytes,
            by_method=MappingProxyType(
                {
                    name: CallStats(calls, errors, _percentile(seconds, 0.50), _percentile(seconds, 0.99))
                    for name, (calls, errors, seconds) in tallies.items()
                }
            ),
        )


class _Measured:
    # A class, not a generator: this is on the way of every read, and half as dear.
    __slots__ = ("_method", "_start", "_times")

    def __init__(self, times: CallTimes, method: str) -> None:
        self._times, self._method = times, method

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._times.add(self._method, perf_counter() - self._start, kind)


def _percentile(ordered: list[float], share: float) -> float:
    """Return a percentile of sorted seconds, in milliseconds; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0
