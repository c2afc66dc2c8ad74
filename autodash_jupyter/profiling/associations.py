"""Which columns go together: numbers by correlation, categories by contingency, on a bounded sample."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autodash_jupyter.models import Association, ColumnProfile
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.stopping import check_stop

if TYPE_CHECKING:
    from autodash_jupyter.profiling.few_rows import FewRows
    from autodash_jupyter.profiling.reading import Array

__all__ = ["find_associations"]

_COLUMNS = 40
_LEVELS = 30
_LEAST_ROWS = 20
_NOTABLE = 0.5
_SHOWN = 30
_NUMBERS = {"measure", "count", "ratio", "money", "duration", "year", "latitude", "longitude"}
_CATEGORIES = LEVELS


@dataclass(frozen=True, slots=True)
class _Side:
    """One column in the sampled rows: numbers (NaN: missing), or codes of levels (-1: missing)."""

    name: str
    values: Array
    is_number: bool


def find_associations(few: FewRows, columns: Sequence[ColumnProfile]) -> tuple[Association, ...]:
    """Return the strongest associations of at least 0.5 between columns, the strongest first.

    At most 40 columns are compared; identifiers, texts and columns with
    personal data take no part.
    """
    if few.count < _LEAST_ROWS:
        return ()
    able = (side for column in columns if (side := _side(few, column)) is not None)
    sides = list(itertools.islice(able, _COLUMNS))
    found = [*_between_numbers(sides), *_with_categories(sides)]
    notable = [one for one in found if abs(one[3]) >= _NOTABLE]
    notable.sort(key=lambda one: -abs(one[3]))
    return tuple(
        Association(first, second, measure, round(value, 3), few.count, few.sampled)  # type: ignore[arg-type]
        for first, second, measure, value in notable[:_SHOWN]
    )


Found = tuple[str, str, str, float]


def _side(few: FewRows, column: ColumnProfile) -> _Side | None:
    if column.personal or (column.distinct or 0) < 2:
        return None
    is_number = column.semantic_type in _NUMBERS and column.mean is not None
    if not is_number and not (column.semantic_type in _CATEGORIES and (column.distinct or 0) <= _LEVELS):
        return None
    try:
        if is_number:
            numbers = _as_floats(few.column(column.position))
            numbers = np.where(np.isfinite(numbers), numbers, np.nan)
            return _Side(column.name, numbers, True) if np.isfinite(numbers).sum() >= _LEAST_ROWS else None
        codes = few.levels(column.position)
        return _Side(column.name, codes, False) if (codes >= 0).sum() >= _LEAST_ROWS else None
    except Exception:  # noqa: BLE001 - a column that can't be compared takes no part
        return None


def _as_floats(series: pd.Series[Any]) -> Array:
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
        return series.to_numpy().astype(np.float64)
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _between_numbers(sides: Sequence[_Side]) -> list[Found]:
    numbers = [side for side in sides if side.is_number]
    if len(numbers) < 2:
        return []
    table = pd.DataFrame(dict(enumerate(side.values for side in numbers)))
    straight = table.corr(min_periods=_LEAST_ROWS).to_numpy()
    ranked = table.rank().corr(min_periods=_LEAST_ROWS).to_numpy()
    found: list[Found] = []
    for first, second in itertools.combinations(range(len(numbers)), 2):
        pearson, spearman = float(straight[first, second]), float(ranked[first, second])
        if np.isfinite(pearson) and np.isfinite(spearman):
            best = ("pearson", pearson) if abs(pearson) >= abs(spearman) else ("spearman", spearman)
            found.append((numbers[first].name, numbers[second].name, *best))
    return found


def _with_categories(sides: Sequence[_Side]) -> list[Found]:
    found: list[Found] = []
    for first, second in itertools.combinations(sides, 2):
        check_stop()
        if first.is_number and second.is_number:
            continue
        if first.is_number or second.is_number:
            number, category = (first, second) if first.is_number else (second, first)
            value = correlation_ratio(category.values, number.values)
            found.append((category.name, number.name, "correlation_ratio", value))
        else:
            found.append((first.name, second.name, "cramers_v", cramers_v(first.values, second.values)))
    return found


def correlation_ratio(codes: Array, numbers: Array) -> float:
    """Return how much of the spread of numbers their categories account for, from 0 to 1 (its root).

    Corrected for chance, as Pearson's epsilon is: many small categories do not look like a strong tie.

    >>> correlation_ratio(np.array([0, 0, 1, 1]), np.array([1.0, 1.0, 5.0, 5.0]))
    1.0
    """
    known = (codes >= 0) & np.isfinite(numbers)
    codes, numbers = codes[known], numbers[known]
    total = float(((numbers - numbers.mean()) ** 2).sum()) if len(numbers) else 0.0
    counts = np.bincount(codes) if len(codes) else np.empty(0)
    levels = int(np.count_nonzero(counts))
    if total == 0 or levels < 2 or len(numbers) <= levels:
        return 0.0
    means = np.bincount(codes, weights=numbers) / np.maximum(counts, 1)
    inside = float(((numbers - means[codes]) ** 2).sum())
    share = 1 - (inside / (len(numbers) - levels)) / (total / (len(numbers) - 1))
    return float(np.sqrt(max(share, 0.0)))


def cramers_v(first: Array, second: Array) -> float:
    """Return Cramér's V of two columns of categories, corrected for chance (Bergsma 2013).

    >>> cramers_v(np.array([0, 1] * 50), np.array([1, 0] * 50))
    1.0
    """
    known = (first >= 0) & (second >= 0)
    first, second = (np.unique(side[known], return_inverse=True)[1] for side in (first, second))
    rows = len(first)
    if rows < 2 or first.max() == 0 or second.max() == 0:
        return 0.0
    height, width = int(first.max()) + 1, int(second.max()) + 1
    seen = np.bincount(first * width + second, minlength=height * width).reshape(height, width)
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / rows
    phi = float((((seen - expected) ** 2) / expected).sum()) / rows
    phi = max(0.0, phi - (width - 1) * (height - 1) / (rows - 1))
    least = min(width - (width - 1) ** 2 / (rows - 1), height - (height - 1) ** 2 / (rows - 1)) - 1
    return round(float(np.sqrt(min(1.0, phi / least))), 12) if least > 0 else 0.0
