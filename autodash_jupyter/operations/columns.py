"""What a column holds, in the kinds that operations tell apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["is_number", "is_text"]


def is_number(column: pd.Series[Any]) -> bool:
    """Tell whether a column holds real numbers; true and false are none.

    >>> is_number(pd.Series([1.5])), is_number(pd.Series([True])), is_number(pd.Series(["1"]))
    (True, False, False)
    """
    kinds = pd.api.types
    numeric = kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)
    return bool(numeric and not kinds.is_complex_dtype(column))


def is_text(column: pd.Series[Any]) -> bool:
    """Tell whether a column is of pandas' text type.

    >>> is_text(pd.Series(["a"])), is_text(pd.Series([1]))
    (True, False)
    """
    return isinstance(column.dtype, pd.StringDtype)
