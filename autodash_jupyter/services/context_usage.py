"""Which contexts are used, by what, how fast, and what generating them cost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from autodash_jupyter.catalog import ContextRecord
from autodash_jupyter.catalog.context_records import CONTEXT
from autodash_jupyter.models import utc_now
from autodash_jupyter.stores import ContextStore, Key, Read, Value, get_many, update_many

__all__ = ["ContextUsage", "UsedContext"]

USAGE = "context_usage"
SUMS = ("seconds", "generations", "generation_seconds", "prompt_tokens", "completion_tokens", "cost")


@dataclass(frozen=True, slots=True)
class UsedContext:
    """How one context was used: ``uses`` counts by what; times are in milliseconds.

    ``generations``, tokens and ``cost`` (in the provider's currency, as far as it is known) are of all times
    it was generated, ``generation_seconds`` how long that took together.
    """

    context_id: str
    name: str
    uses: dict[str, int]
    mean_ms: float = 0.0
    slowest_ms: float = 0.0
    last_used_at: datetime | None = None
    generations: int = 0
    generation_seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0

    @property
    def count(self) -> int:
        """How often it was used."""
        return sum(self.uses.values())


@dataclass(slots=True)
class _Tally:
    uses: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    last_used_at: datetime | None = None

    def add(self, other: _Tally) -> None:
        """Count what another counted, too."""
        self.uses.update(other.uses)
        self.sums.update(other.sums)
        self.slowest = max(self.slowest, other.slowest)
        moments = [each for each in (self.last_used_at, other.last_used_at) if each is not None]
        self.last_used_at = max(moments, default=None)

    def added_to(self, kept: dict[str, Any] | None) -> dict[str, Any]:
        """Return what a store keeps, with this added."""
        before = kept or {}
        latest = [moment for moment in (before.get("last_used_at"), self.last_used_at) if moment is not None]
        return {
            "uses": dict(Counter(before.get("uses", {})) + self.uses),
            **{name: before.get(name, 0) + self.sums[name] for name in SUMS},
            "slowest": max(before.get("slowest", 0.0), self.slowest),
            "last_used_at": max(latest, default=None),
        }


class ContextUsage:
    """Counts in memory, and adds to what the store has when it is told to: a look-up never waits for it.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> usage = ContextUsage(InMemoryContextStore())
    >>> with usage.measured("chart") as use:
    ...     use.context_id = "ctx_1"
    >>> [(used.name, used.uses) for used in usage.of([ContextRecord("ctx_1", "ada", '{"name": "sales"}')])]
    [('sales', {'chart': 1})]
    """

    def __init__(self, store: ContextStore) -> None:
        self._store = store
        self._tallies: dict[str, _Tally] = {}
        self._mutex = threading.Lock()

    def measured(self, used_by: str) -> _Use:
        """Return a context manager that counts and times one use, by whom it is told inside."""
        return _Use(self, used_by)

    def add(self, context_id: str, used_by: str, seconds: float) -> None:
        """Count one use, which took so many seconds."""
        with self._mutex:
            tally = self._tallies.setdefault(context_id, _Tally())
            tally.uses[used_by] += 1
            tally.sums["seconds"] += seconds  # type: ignore[assignment]
            tally.slowest = max(tally.slowest, seconds)
            tally.last_used_at = utc_now()

    def add_generation(
        self,
        context_id: str,
        seconds: float,
        *,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
        cost: float | None = None,
    ) -> None:
        """Count that a context was generated, how long it took, and what a language model asked for it."""
        with self._mutex:
            sums: Counter[str] = self._tallies.setdefault(context_id, _Tally()).sums
            sums["generations"] += 1
            sums["prompt_tokens"] += prompt_tokens
            sums["completion_tokens"] += completion_tokens
            sums["generation_seconds"] += seconds  # type: ignore[assignment]
            sums["cost"] += cost or 0.0  # type: ignore[assignment]

    def forget(self, context_id: str) -> None:
        """Forget how a context was used that is no more."""
        with self._mutex:
            self._tallies.pop(context_id, None)
        self._store.delete((USAGE, context_id))

    def flush(self) -> None:
        """Add what was counted since the last time to the store, where the context is still there."""
        with self._mutex:
            tallies, self._tallies = self._tallies, {}
        try:
            while tallies:
                context_id, tally = next(iter(tallies.items()))
                update_many(self._store, partial(_added, context_id, tally))
                del tallies[context_id]
        finally:
            self._take_back(tallies)

    def _take_back(self, tallies: dict[str, _Tally]) -> None:
        """Count what couldn't be stored together with what was counted meanwhile."""
        with self._mutex:
            for context_id, tally in tallies.items():
                self._tallies.setdefault(context_id, _Tally()).add(tally)

    def of(self, records: Iterable[ContextRecord]) -> list[UsedContext]:
        """Return how these contexts were used, the most used first."""
        listed = list(records)
        kept = get_many(self._store, [(USAGE, record.context_id) for record in listed])
        with self._mutex:
            tallies = [self._tallies.get(record.context_id, _Tally()) for record in listed]
            totals = [tally.added_to(value) for tally, value in zip(tallies, kept, strict=True)]
        found = [_used(record, total) for record, total in zip(listed, totals, strict=True)]
        return sorted(found, key=lambda used: used.count, reverse=True)


def _added(context_id: str, tally: _Tally, read: Read) -> dict[Key, Value | None]:
    context, kept = read((CONTEXT, context_id), (USAGE, context_id))
    return {(USAGE, context_id): tally.added_to(kept)} if context is not None else {}


class _Use:
    # A class, not a generator: this is on the way of every look-up.
    __slots__ = ("_start", "_usage", "_used_by", "context_id")

    def __init__(self, usage: ContextUsage, used_by: str) -> None:
        self._usage, self._used_by = usage, used_by
        self.context_id = ""

    def __enter__(self) -> _Use:
        self._start = perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        if self._used_by and self.context_id:
            self._usage.add(self.context_id, self._used_by, perf_counter() - self._start)


def _used(record: ContextRecord, total: dict[str, Any]) -> UsedContext:
    count = sum(total["uses"].values())
    return UsedContext(
        record.context_id,
        record.name,
        total["uses"],
        1000 * total["seconds"] / count if count else 0.0,
        1000 * total["slowest"],
        total["last_used_at"],
        *(total[name] for name in SUMS[1:]),
    )
