"""Which columns follow from others: each value of the one goes with a single value of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from autodash_jupyter.models import ColumnProfile, Finding
from autodash_jupyter.profiling.few_rows import count_distinct
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.stopping import check_stop

if TYPE_CHECKING:
    from autodash_jupyter.profiling.few_rows import FewRows
    from autodash_jupyter.profiling.reading import Array

__all__ = ["find_dependencies"]

_COLUMNS = 20
_LEAST_SUPPORT = 30  # rows that could have spoken against it
_DETERMINING = LEVELS | {"identifier", "name", "date", "year", "email"}
_SHOWN = 12


def find_dependencies(few: FewRows, columns: Sequence[ColumnProfile]) -> Iterator[Finding]:
    """Yield a finding for each column that another one determines, as a postal code does a city.

    At most 20 columns are compared.
    """
    sides = list(islice(_sides(few, columns), _COLUMNS))
    shown = 0
    for second, (dependent, codes) in enumerate(sides):
        by = _determined_by(sides, second, codes)
        if by is None:
            continue
        name, both_ways = by
        sentence = f"Each value of '{name}' has one value here" + (
            ", and the other way round." if both_ways else "."
        )
        yield Finding(
            "dependency",
            sentence,
            dependent.name,
            severity="info",
            approximate=few.sampled,
            method=f"distinct pairs among {len(codes):,} rows",
        )
        shown += 1
        if shown == _SHOWN:
            return


def _determined_by(
    sides: Sequence[tuple[ColumnProfile, Array]], second: int, codes: Array
) -> tuple[str, bool] | None:
    """Return the column with the fewest values that determines another, and whether that holds both ways."""
    best: tuple[int, str, bool] | None = None
    levels = int(codes.max()) + 1
    for first, (column, others) in enumerate(sides):
        check_stop()
        many = int(others.max()) + 1
        if first == second or many < levels or (many == levels and first > second):
            continue
        if column.semantic_type not in _DETERMINING or len(others) - many < _LEAST_SUPPORT:
            continue
        pairs = count_distinct(others * levels + codes)
        if pairs == many and (best is None or many < best[0]):
            best = (many, column.name, many == levels)
    return None if best is None else best[1:]


def _sides(few: FewRows, columns: Sequence[ColumnProfile]) -> Iterator[tuple[ColumnProfile, Array]]:
    for column in columns:
        if column.personal or column.semantic_type not in _DETERMINING or (column.distinct or 0) < 2:
            continue
        try:
            codes = few.levels(column.position)
        except Exception:  # noqa: BLE001 - a column that can't be compared takes no part
            continue
        codes = codes + 1 if codes.min() < 0 else codes  # a missing value is a level like others here
        counts = np.bincount(codes)
        # A column that is nearly always the same follows from anything.
        if np.count_nonzero(counts) > 1 and counts.max() < 0.95 * len(codes):
            yield column, codes
