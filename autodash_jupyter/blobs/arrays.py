"""Arrays and indexes of any dtype as Arrow columns and a description in JSON, and back.

What is more than one Arrow column is put together here: categories, intervals, levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs.flat_arrays import (
    Description,
    append_numbers,
    describe_flat,
    is_certain_flat,
    rebuild_flat,
)
from autodash_jupyter.blobs.object_cells import NotForArrow
from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.keys import decode_key, encode_key

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from autodash_jupyter.blobs.streams import Columns

__all__ = [
    "describe_array",
    "describe_index",
    "describe_labels",
    "is_certain",
    "rebuild_array",
    "rebuild_index",
]

MOST_LABELS = 10_000
"""An index with more labels is better off in Arrow than in JSON."""


def describe_array(array: Any, columns: list[pa.ChunkedArray]) -> Description:
    """Return what ``rebuild_array`` needs beside the Arrow columns, which are appended to ``columns``.

    Raises ``NotForArrow`` for what Arrow has no exact form for, and whatever pyarrow and pandas do.
    What is not certain (``is_certain``) must be rebuilt and compared.

    >>> import pandas as pd
    >>> describe_array(pd.Series([0.5, 1.5]).array, [])
    {'numpy': '<f8', 'cells': 0}
    """
    import pandas as pd

    if type(array) is pd.Categorical:
        categories = describe_index(array.categories, columns)
        cells = append_numbers(columns, array.codes)
        return {"categories": categories, "ordered": bool(array.ordered), "cells": cells}
    if type(array) is pd.arrays.IntervalArray:
        left, right = (describe_index(side, columns) for side in (array.left, array.right))
        return {"interval": array.closed, "left": left, "right": right}
    return describe_flat(array, columns)


def describe_index(index: pd.Index, columns: list[pa.ChunkedArray]) -> Description:
    """Return what ``rebuild_index`` needs beside the Arrow columns, as ``describe_array`` does.

    >>> import pandas as pd
    >>> describe_index(pd.RangeIndex(3, name="row"), [])
    {'range': [0, 3, 1], 'names': ['row']}
    """
    import pandas as pd

    names = _describe_names(index)
    if isinstance(index, pd.RangeIndex):
        return {"range": [index.start, index.stop, index.step], "names": names}
    if isinstance(index, pd.MultiIndex):
        levels = [describe_index(level.rename(None), columns) for level in index.levels]
        codes = [append_numbers(columns, code) for code in index.codes]
        return {"levels": levels, "codes": codes, "names": names}
    values = describe_array(index.array, columns)
    frequency = index.freqstr if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) else None
    return {"values": values, "frequency": frequency, "names": names}


def describe_labels(index: pd.Index) -> Description:
    """Return an index of not too many plain labels in JSON alone, as ``rebuild_index`` reads it.

    Raises ``NotForArrow`` for one that has no such form. To be rebuilt and compared.

    >>> import pandas as pd
    >>> describe_labels(pd.Index(["year", 7, None]))
    {'labels': ['year', 7, None], 'dtype': 'object', 'names': [None]}
    """
    names = _describe_names(index)
    if index.nlevels > 1 or len(index) > MOST_LABELS:
        raise NotForArrow("labels that are not plain")
    try:
        labels = [encode_key(label) for label in index.tolist()]
    except ContextStoreError as error:
        raise NotForArrow("labels that are not plain") from error
    return {"labels": labels, "dtype": str(index.dtype), "names": names}


def is_certain(description: Description) -> bool:
    """Tell whether an array or index described so comes back exactly, whatever its cells are.

    >>> is_certain({"numpy": "<f8", "cells": 0}), is_certain({"arrow": "list<item: int64>", "cells": 0})
    (True, False)
    """
    if "levels" in description:
        return all(map(is_certain, description["levels"]))
    if "values" in description:
        return description["frequency"] is None and is_certain(description["values"])
    if "categories" in description:
        return is_certain(description["categories"])
    if "interval" in description or "labels" in description:
        return False
    return "range" in description or is_certain_flat(description)


def rebuild_array(description: Description, columns: Columns) -> Any:
    """Return the array described; for a description that is wrong, raise whatever pandas or pyarrow do."""
    import numpy as np
    import pandas as pd

    if "categories" in description:
        categories = rebuild_index(description["categories"], columns)
        cells = columns[description["cells"]]
        codes = cells.to_numpy(np.dtype(cells.values.type.to_pandas_dtype()))
        return pd.Categorical.from_codes(codes, categories=categories, ordered=description["ordered"])
    if "interval" in description:
        left, right = (rebuild_index(description[side], columns) for side in ("left", "right"))
        return pd.arrays.IntervalArray.from_arrays(left, right, closed=description["interval"])
    return rebuild_flat(description, columns)


def rebuild_index(description: Description, columns: Columns) -> pd.Index:
    """Return the index described; for a description that is wrong, raise whatever pandas or pyarrow do."""
    import numpy as np
    import pandas as pd

    names = [decode_key(name) for name in description["names"]]
    index: pd.Index
    if "range" in description:
        index = pd.RangeIndex(*description["range"])
    elif "labels" in description:
        labels = [decode_key(label) for label in description["labels"]]
        index = pd.Index(labels, dtype=description["dtype"], tupleize_cols=False)
    elif "levels" in description:
        levels = [rebuild_index(level, columns) for level in description["levels"]]
        cells = [columns[position] for position in description["codes"]]
        codes = [cell.to_numpy(np.dtype(cell.values.type.to_pandas_dtype())) for cell in cells]
        index = pd.MultiIndex(levels=levels, codes=codes)  # type: ignore[arg-type]  # the stubs know sequences only
    else:
        values = rebuild_array(description["values"], columns)
        index = pd.Index(values, dtype=values.dtype, copy=False, tupleize_cols=False)
        if description["frequency"] is not None:
            index.freq = description["frequency"]  # type: ignore[attr-defined]  # datetimes check it
    index.names = names
    return index


def _describe_names(index: pd.Index) -> list[Any]:
    import pandas as pd

    if getattr(pd, type(index).__name__, None) is not type(index):
        raise NotForArrow("an index of somebody's own class")
    try:
        return [encode_key(name) for name in index.names]
    except ContextStoreError as error:
        raise NotForArrow("names that are not plain") from error
