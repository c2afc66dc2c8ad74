"""How often each value comes: exactly where a column has few distinct ones, by a sample of hashes where not.

DuckDB reads the column's own memory, with all cores and without the GIL. Where there are few distinct
values, one ``GROUP BY`` counts them all. Where there are many, the values whose 64-bit hash lies below a
limit are counted: a value is in or out as a whole, however often it comes, so the number of distinct
ones among them is a fair share of all, with a known error and bounded memory.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autodash_jupyter.profiling.moments import BLOCK_ROWS, blocks

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "COUNTED_VALUES",
    "KEPT_HASHES",
    "Frequencies",
    "Ordered",
    "ValueCounter",
    "hash_sample_error",
    "most_distinct",
    "sort_in_place",
    "sorted_distinct",
]

Array = npt.NDArray[Any]

COUNTED_VALUES = 50_000  # up to so many distinct values, each is counted
KEPT_HASHES = 1 << 17
_CONFIDENT = 3.3  # standard errors: 99.9 % of estimates are nearer


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The distinct values of a column, and how many rows have each; all but texts are in ascending order."""

    values: Array
    counts: Array

    @classmethod
    def of_sorted(cls, ordered: Array) -> Frequencies:
        """Count the values of a sorted array."""
        first = np.ones(min(len(ordered), 1), dtype=bool)
        starts = np.flatnonzero(np.concatenate((first, ordered[1:] != ordered[:-1])))
        return cls(ordered[starts], np.diff(np.append(starts, len(ordered))))

    @classmethod
    def of_integers(cls, values: Array, low: int, high: int) -> Frequencies:
        """Count integers that lie between two not far apart.

        >>> Frequencies.of_integers(np.array([3, 9, 3]), 3, 9).counts.tolist()
        [2, 1]
        """
        tally = np.zeros(high - low + 1, dtype=np.int64)
        for block in blocks(values, 8 * BLOCK_ROWS):
            tally += np.bincount(block.astype(np.int64) - low, minlength=len(tally))
        present = np.flatnonzero(tally)
        return cls((present + low).astype(values.dtype), tally[present])

    @property
    def singletons(self) -> int:
        """How many values come once."""
        return int(np.count_nonzero(self.counts == 1))

    def quantiles(self, shares: Array) -> Array:
        """Return quantiles as ``numpy.quantile`` has them, between neighbours in proportion.

        >>> found = Frequencies.of_sorted(np.array([1, 1, 2, 10]))
        >>> found.quantiles(np.array([0.5, 0.75])).tolist()
        [1.5, 4.0]
        """
        ends = np.cumsum(self.counts)
        return _between(
            shares * (ends[-1] - 1), lambda at: self.values[np.searchsorted(ends, at, side="right")]
        )

    def rows_below(self, edges: Array) -> Array:
        """Return how many rows lie below each of some ascending edges."""
        below = np.concatenate(([0], np.cumsum(self.counts)))
        return np.asarray(below[_places(self.values, edges)])


@dataclass(frozen=True, slots=True)
class Ordered:
    """All the rows' values in ascending order: what ``Frequencies`` tells, without counting each value."""

    values: Array

    def quantiles(self, shares: Array) -> Array:
        """Return quantiles as ``numpy.quantile`` has them.

        >>> Ordered(np.array([1, 1, 2, 10])).quantiles(np.array([0.5, 0.75])).tolist()
        [1.5, 4.0]
        """
        return _between(shares * (len(self.values) - 1), lambda at: self.values[at.astype(np.intp)])

    def rows_below(self, edges: Array) -> Array:
        """Return how many rows lie below each of some ascending edges."""
        return _places(self.values, edges)


def _between(at: Array, value_at: Callable[[Array], Array]) -> Array:
    """Return the values at places between rows, in proportion to their neighbours'."""
    below, above = (value_at(edge).astype(np.float64) for edge in (np.floor(at), np.ceil(at)))
    return np.asarray(np.where(below == above, below, below + (above - below) * (at - np.floor(at))))


def _places(values: Array, edges: Array) -> Array:
    """Find where edges lie among ascending values; integers are compared as such, without a copy."""
    if values.dtype.kind in "iu":
        edges = np.ceil(edges).astype(values.dtype)
    return np.asarray(np.searchsorted(values, edges, side="left"))


def sort_in_place(values: Array) -> None:
    """Sort present, finite values; moments and spans as the integers they are, which is ten times faster.

    >>> days = np.array(["2020-03-01", "2020-01-01"], dtype="datetime64[D]")
    >>> sort_in_place(days)
    >>> days.tolist()[0]
    datetime.date(2020, 1, 1)
    """
    if values.dtype.kind in "Mm" and values.dtype.isnative:
        values = values.view(np.int64)
    values.sort()


def sorted_distinct(values: Array) -> Array:
    """Return the distinct values in order, by sorting: NumPy's own ``unique`` takes ten times longer.

    >>> sorted_distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    return Frequencies.of_sorted(np.sort(values)).values


def most_distinct(seen: int, singletons: int, sampled: int, total: int) -> int:
    """Return how many distinct values ``total`` rows hold at most, judging by a sample of them.

    The share of rows with unseen values is at most that of values seen once, and three of its standard
    errors (Good and Turing). Each such row may hold a value of its own.
    """
    if sampled >= total or sampled == 0:
        return seen
    unseen = min(1.0, (singletons + 3 * math.sqrt(singletons) + 10) / sampled)
    return min(total, seen + math.ceil(unseen * (total - sampled)))


def hash_sample_error(share: float, kept: int) -> float:
    """Return how far (in 99.9 % of cases) a number of distinct values may be off, relative to itself.

    It was estimated by ``kept`` distinct values, those whose hash lies in a ``share`` of all hashes.

    >>> hash_sample_error(1.0, 50_000), round(hash_sample_error(0.01, 100_000), 4)
    (0.0, 0.0104)
    """
    return _CONFIDENT * math.sqrt((1 - share) / max(kept, 1))


class ValueCounter:
    """Counts the values of long columns in one DuckDB connection, opened when first needed.

    ``stop`` may be called from another thread: what runs then ends at once, with an exception.

    >>> with ValueCounter() as counter:
    ...     found = counter.tally(np.array([3, 1, 3]))
    >>> found.values.tolist(), found.counts.tolist()
    ([1, 3], [1, 2])
    """

    def __init__(self) -> None:
        self._connection: Any = None
        self._lock = threading.Lock()
        self.stopped = False

    def __enter__(self) -> ValueCounter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the counter can't be used any more."""
        with self._lock:
            self.stopped = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def stop(self) -> None:
        """Break off what is under way."""
        self.stopped = True
        connection = self._connection
        if connection is not None:
            with suppress(Exception):  # nothing was running, or it has ended meanwhile
                connection.interrupt()

    def tally(self, values: Any) -> Frequencies:
        """Count each distinct value of an array (NumPy or Arrow), missing ones and infinities left out."""
        found = self._ask("SELECT value, count(*) AS n FROM counted WHERE {present} GROUP BY value", values)
        distinct = np.asarray(found["value"])
        if isinstance(values, np.ndarray) and values.dtype.kind in "Mm":
            distinct = distinct.view(values.dtype)
        if distinct.dtype == object:
            return Frequencies(distinct, np.asarray(found["n"]))
        order = np.argsort(distinct, kind="stable")
        return Frequencies(distinct[order], np.asarray(found["n"])[order])

    def estimate_distinct(self, values: Any, at_most: int) -> tuple[int, float]:
        """Return about how many distinct values there are, and the relative error (at 99.9 %).

        ``at_most`` is a bound as ``most_distinct`` gives; up to 131,072 the count is exact.
        """
        share = min(1.0, KEPT_HASHES / max(at_most, 1))
        limit = f"AND hash(value) <= {math.floor(share * (2**64 - 1))}" if share < 1 else ""
        query = (
            "SELECT count(DISTINCT code) AS n FROM "
            f"(SELECT hash(value) AS code FROM counted WHERE {{present}} {limit})"
        )
        kept = int(self._ask(query, values)["n"][0])
        return round(kept / share), hash_sample_error(share, kept)

    def _ask(self, query: str, values: Any) -> dict[str, Array]:
        with self._lock:
            if self.stopped:
                msg = "the counting of values was stopped"
                raise RuntimeError(msg)
            connection = self._open()
            columns, present = _as_table(values)
            connection.register("counted", columns)
            try:
                found: dict[str, Array] = connection.execute(query.format(present=present)).fetchnumpy()
            finally:
                connection.unregister("counted")
            return found

    def _open(self) -> Any:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:")
            self._connection.execute("SET enable_progress_bar = false")
        return self._connection


def _as_table(values: Any) -> tuple[Any, str]:
    """Return an array as a table that DuckDB reads in place, and the condition for a value to be there."""
    if not isinstance(values, np.ndarray):
        import pyarrow as pa

        return pa.table({"value": values}), "value IS NOT NULL"
    if values.dtype.kind in "Mm":
        return {"value": values.view(np.int64)}, f"value <> {np.iinfo(np.int64).min}"
    if values.dtype.kind != "f":
        return {"value": values}, "true"
    readable = values if values.dtype in (np.float32, np.float64) else values.astype(np.float64)
    return {"value": readable}, "isfinite(value)"
