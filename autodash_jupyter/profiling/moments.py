"""Counts, extremes and moments of every value, worked out block by block.

A block fits the processor's cache, so each column is read from memory once, and nothing of its length
is ever copied.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autodash_jupyter.profiling.stopping import check_stop

__all__ = ["BLOCK_ROWS", "Moments", "blocks", "compute_moments", "count_where", "weigh_moments"]

Array = npt.NDArray[Any]

BLOCK_ROWS = 1 << 15


@dataclass(slots=True)
class Moments:
    """What one pass over numbers, moments or spans found.

    ``count`` leaves missing and infinite values out, and so does everything else; ``total`` is the sum
    of squared differences from the mean. Mean and total of moments and spans are in the units of their
    dtype. ``rising`` and ``falling`` allow ties, ``strict`` doesn't; they look at present values only.
    """

    count: int = 0
    missing: int = 0
    infinite: int = 0
    zeros: int = 0
    negatives: int = 0
    minimum: Any = None
    maximum: Any = None
    mean: float = 0.0
    total: float = 0.0
    rising: bool = True
    falling: bool = True
    strict: bool = True
    last: Any = None

    @property
    def std(self) -> float | None:
        """The standard deviation of a sample (n - 1), or ``None`` for fewer than two values."""
        return math.sqrt(max(self.total, 0.0) / (self.count - 1)) if self.count > 1 else None

    @property
    def order(self) -> Literal["ascending", "descending"] | None:
        """``ascending`` or ``descending`` where the values are so in the order of the rows."""
        if self.count < 3 or self.rising == self.falling:
            return None
        return "ascending" if self.rising else "descending"

    def take_in(self, block: Array) -> None:
        """Add a block of present, finite values (Chan, Golub and LeVeque's way of merging variances)."""
        size = len(block)
        numbers = block.astype(np.float64, copy=False)
        mean = float(numbers.sum()) / size
        apart = numbers - mean
        squares = float(np.einsum("i,i->", apart, apart))  # a dot product would wake BLAS's threads
        gap, count = mean - self.mean, self.count + size
        self.total += squares + gap * gap * self.count * size / count
        self.mean += gap * size / count
        low, high = block.min(), block.max()
        self.minimum = low if self.minimum is None else min(self.minimum, low)
        self.maximum = high if self.maximum is None else max(self.maximum, high)
        self.zeros += size - int(np.count_nonzero(block)) if low <= 0 <= high else 0
        self.negatives += int(np.count_nonzero(block < 0)) if low < 0 else 0
        self._look_at_order(block)
        self.count = count

    def _look_at_order(self, block: Array) -> None:
        if not (self.rising or self.falling):
            return
        before, after = block[:-1], block[1:]
        first = block[0]
        known = self.last is not None
        if self.rising:
            self.rising = (not known or self.last <= first) and bool((after >= before).all())
        if self.falling:
            self.falling = (not known or self.last >= first) and bool((after <= before).all())
        if self.strict and (self.rising or self.falling):
            self.strict = (not known or self.last != first) and bool((after != before).all())
        self.last = block[-1]


def blocks(values: Array, size: int = BLOCK_ROWS) -> Iterator[Array]:
    """Yield an array in consecutive pieces that share its memory."""
    for start in range(0, len(values), size):
        check_stop()
        yield values[start : start + size]


def compute_moments(values: Array) -> Moments:
    """Return the moments of an array of booleans, numbers, ``datetime64`` or ``timedelta64``.

    >>> found = compute_moments(np.array([1.0, 3.0, np.nan, np.inf]))
    >>> found.count, found.missing, found.infinite, found.mean, found.std
    (2, 1, 1, 2.0, 1.4142135623730951)
    """
    found = Moments()
    kind = values.dtype.kind
    present = {"f": _finite, "M": _known, "m": _known}.get(kind, _all)
    for block in blocks(values.view(np.int64) if kind in "Mm" else values):
        kept = present(found, block)
        if len(kept):
            found.take_in(kept)
    if kind in "Mm" and found.count:
        found.minimum, found.maximum = (
            np.array(edge, dtype=np.int64).view(values.dtype)[()] for edge in (found.minimum, found.maximum)
        )
    found.strict = found.strict and (found.rising or found.falling)
    return found


def weigh_moments(values: Array, counts: Array) -> Moments:
    """Return the moments of finite values each of which comes so many times; their order is not known.

    >>> weigh_moments(np.array([1.0, 3.0]), np.array([3, 1])).mean
    1.5
    """
    found = compute_moments(values)
    numbers = values.view(np.int64) if values.dtype.kind in "Mm" else values
    found.count = int(counts.sum())
    found.mean = float(np.average(numbers, weights=counts))
    found.total = float(np.dot((numbers - found.mean) ** 2, counts))
    found.zeros, found.negatives = (int(counts[where].sum()) for where in (numbers == 0, numbers < 0))
    found.rising = found.falling = found.strict = False
    return found


def _all(found: Moments, block: Array) -> Array:
    del found
    return np.asarray(block.view(np.uint8) if block.dtype.kind == "b" else block)


def _finite(found: Moments, block: Array) -> Array:
    if np.isfinite(block.sum(dtype=np.float64)):
        return block
    keep = np.isfinite(block)
    absent = int(np.count_nonzero(block != block))  # noqa: PLR0124 - only NaN differs from itself
    found.missing += absent
    found.infinite += len(block) - int(np.count_nonzero(keep)) - absent
    return np.asarray(block.compress(keep))  # half the time that a mask between brackets takes


_NOT_A_TIME = np.iinfo(np.int64).min


def _known(found: Moments, block: Array) -> Array:
    if block.min() != _NOT_A_TIME:
        return block
    kept: Array = block.compress(block != _NOT_A_TIME)
    found.missing += len(block) - len(kept)
    return kept


def count_where(values: Array, condition: Callable[[Array], Array]) -> int:
    """Count the values a condition holds for, block by block; missing ones compare as false.

    >>> count_where(np.array([1.0, np.nan, 5.0]), lambda block: block > 2)
    1
    """
    return sum(int(np.count_nonzero(condition(block))) for block in blocks(values))
