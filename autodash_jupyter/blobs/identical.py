"""Whether two arrays or indexes are the same, to the last bit that pandas lets anyone see.

``equals`` is not enough: to it ``None`` and NaN, 1 and ``True``, categories in another order, an
index's frequency and names are all the same. Where there is a doubt the answer is no.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["same_array", "same_index"]

# Immutable, with an == that runs no one else's code. (A list's identity matters: two cells may share it.)
SIMPLE_CELLS = (str, bytes, int, bool, datetime.date, datetime.time, uuid.UUID)


def same_index(one: pd.Index, other: pd.Index) -> bool:
    """Tell whether nothing distinguishes two indexes: class, cells, names, levels, frequency.

    >>> import pandas as pd
    >>> same_index(pd.Index(["a"]), pd.Index(["a"])), same_index(pd.Index(["a"]), pd.Index(["a"], name="n"))
    (True, False)
    """
    import pandas as pd

    if type(one) is not type(other) or not _same_cells(list(one.names), list(other.names)):
        return False
    if isinstance(one, pd.RangeIndex) and isinstance(other, pd.RangeIndex):
        return (one.start, one.stop, one.step) == (other.start, other.stop, other.step)
    if isinstance(one, pd.MultiIndex) and isinstance(other, pd.MultiIndex):
        return one.nlevels == other.nlevels and all(
            same_index(one.levels[level], other.levels[level])
            and _same_bits(one.codes[level], other.codes[level])
            for level in range(one.nlevels)
        )
    frequencies = getattr(one, "freq", None), getattr(other, "freq", None)
    return bool(frequencies[0] == frequencies[1]) and same_array(one.array, other.array)


def same_array(one: Any, other: Any) -> bool:
    """Tell whether nothing distinguishes two of pandas' arrays: class, dtype, every cell.

    >>> import pandas as pd
    >>> one, other = (pd.Series([None, one], dtype=object).array for one in (1, True))
    >>> same_array(one, one.copy()), same_array(one, other)
    (True, False)
    """
    import pandas as pd

    if type(one) is not type(other) or not _same_dtype(one.dtype, other.dtype) or len(one) != len(other):
        return False
    if isinstance(one, pd.arrays.NumpyExtensionArray):
        left, right = one.to_numpy(), other.to_numpy()
        return _same_cells(left, right) if left.dtype == object else _same_bits(left, right)
    if isinstance(one, pd.Categorical):
        return same_index(one.categories, other.categories) and _same_bits(one.codes, other.codes)
    if hasattr(one, "asi8"):  # datetimes, timedeltas, periods: integers underneath
        return _same_bits(one.asi8, other.asi8)
    if isinstance(one, pd.arrays.ArrowExtensionArray | pd.arrays.ArrowStringArray):
        return bool(one.__arrow_array__().equals(other.__arrow_array__()))
    return bool(one.equals(other))


def _same_dtype(one: Any, other: Any) -> bool:
    zones = getattr(one, "tz", None), getattr(other, "tz", None)
    return type(one) is type(other) and one == other and type(zones[0]) is type(zones[1])


def _same_bits(one: Any, other: Any) -> bool:
    import numpy as np

    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return bool(
        np.array_equal(
            np.ascontiguousarray(one).view(np.uint8),
            np.ascontiguousarray(other).view(np.uint8),
        )
    )


def _same_cells(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(_same_cell, one, other))


def _same_cell(one: object, other: object) -> bool:
    if one is other:
        return not isinstance(one, list | dict | set)
    if type(one) is not type(other):
        return False
    if type(one) in SIMPLE_CELLS:
        return one == other
    if isinstance(one, float) and isinstance(other, float):
        return one.hex() == other.hex()
    if isinstance(one, decimal.Decimal) and isinstance(other, decimal.Decimal):
        return one.as_tuple() == other.as_tuple()
    return isinstance(one, tuple) and isinstance(other, tuple) and _same_cells(one, other)
