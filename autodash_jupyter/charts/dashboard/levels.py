"""The levels of a column: which of its values each row has, as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.predicates import column_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["levels_of"]


def levels_of(frame: pd.DataFrame, field: Field) -> tuple[np.ndarray[Any, np.dtype[np.intp]], list[Any]]:
    """Return the number of each row's value, -1 where it is missing, and the values by their numbers.

    >>> import pandas as pd
    >>> frame, field = pd.DataFrame({"a": ["x", None, "y", "x"]}), Field("a", 0, "nominal", 2, ((),))
    >>> codes, values = levels_of(frame, field)
    >>> codes.tolist(), values
    ([0, -1, 1, 0], ['x', 'y'])
    """
    import pandas as pd

    column = column_of(frame, field)
    try:
        codes, values = pd.factorize(column)
    except TypeError:  # cells that can't be compared, such as dicts, are told apart by how they read
        codes, values = pd.factorize(column.map(str, na_action="ignore"))
    return codes, list(values)
