"""The plain form that a column of any dtype is read into.

Statistics and semantic types are worked out on a ``Reading``, so that the many ways of holding the same
numbers are dealt with in ``columns.py`` (by dtype), ``texts.py`` and ``objects.py`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autodash_jupyter.profiling.frequencies import Frequencies
from autodash_jupyter.profiling.moments import Moments, count_where

__all__ = ["Array", "Family", "Reading", "Tally"]

Family = Literal["number", "boolean", "time", "span", "text", "nested", "mixed", "other", "empty"]
Array = npt.NDArray[Any]
Tally = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one column.

    ``values`` is the column's own array of numbers, booleans, moments (``datetime64``) or spans
    (``timedelta64``), which may hold missing and infinite ones; ``sample`` has the present, finite ones
    of the sampled rows in ascending order; both are empty for other families, and ``moments`` is
    ``None``. ``tallies`` are the distinct texts of the sampled rows with their counts, most frequent first
    and 200,000 at most; ``distinct`` and ``singletons`` count all of them and those seen once (nested
    values are not told apart: ``distinct`` is ``None``). ``texts`` is the whole Arrow column where only a
    part was sampled.

    Where all rows were counted, ``frequencies`` has them and ``sampled`` is ``count``; where all present,
    finite values were sorted, ``in_order`` has them; where distinct values were counted or estimated from
    all rows without being kept, ``estimated`` is their number and its relative error.
    ``kinds`` counts the Python types where a column mixes them.
    """

    family: Family
    count: int
    missing: int
    values: Array = field(default_factory=lambda: np.empty(0))
    sample: Array = field(default_factory=lambda: np.empty(0))
    moments: Moments | None = None
    frequencies: Frequencies | None = None
    in_order: Array | None = None
    estimated: tuple[int, float] | None = None
    texts: Any = None
    tallies: Sequence[Tally] = ()
    distinct: int | None = None
    singletons: int = 0
    sampled: int = 0
    infinite: int = 0
    minimum: Any = None
    maximum: Any = None
    kinds: dict[str, int] = field(default_factory=dict)
    categorical: bool = False
    ordered: bool = False
    granularity: str | None = None

    @property
    def approximate(self) -> bool:
        """Whether frequencies come from less than the whole."""
        return self.sampled < self.count - self.infinite

    @property
    def known_values(self) -> Array:
        """The distinct values where all were counted, else every value."""
        return self.values if self.frequencies is None else self.frequencies.values

    def count_where(self, condition: Callable[[Array], Array]) -> int:
        """Count the rows whose value a condition holds for; scaled up where only some were read."""
        if self.frequencies is None:
            found, seen = count_where(self.values, condition), len(self.values)
        else:
            counts = self.frequencies.counts
            found, seen = int(counts[condition(self.frequencies.values)].sum()), int(counts.sum())
        whole = not self.approximate or seen >= self.count - self.infinite
        return found if whole else round(found * self.count / max(seen, 1))
