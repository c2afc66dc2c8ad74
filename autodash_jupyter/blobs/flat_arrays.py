"""Cells of one dtype that are one Arrow column, with a description in JSON, and back.

The first key of a description tells the kind. Its ``cells`` is a position in a list of Arrow columns,
which travel apart from it. Rebuilding runs nothing but constructors of pandas, numpy and pyarrow, so
a description may come from anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from autodash_jupyter.blobs.object_cells import (
    CERTAIN,
    NotForArrow,
    cells_from_arrow,
    cells_to_arrow,
)
from autodash_jupyter.blobs.streams import Columns, LoadedColumn
from autodash_jupyter.blobs.time_zones import describe_zone, zone_from

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["Description", "append_numbers", "describe_flat", "is_certain_flat", "rebuild_flat"]

Description: TypeAlias = dict[str, Any]
NUMBERS = "biufcmM"
NULLABLE = {
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)),
    *("Float32", "Float64", "boolean"),
}


def describe_flat(array: Any, columns: list[pa.ChunkedArray]) -> Description:
    """Return what ``rebuild_flat`` needs beside the Arrow column, which is appended to ``columns``.

    Raises ``NotForArrow`` for what Arrow has no exact form for, and whatever pyarrow and pandas do.

    >>> import pandas as pd
    >>> describe_flat(pd.array([1, None], dtype="Int64"), columns := [])
    {'nullable': 'Int64', 'cells': 0}
    >>> rebuild_flat({"nullable": "Int64", "cells": 0}, [LoadedColumn(columns[0])]).tolist()
    [1, <NA>]
    """
    import numpy as np
    import pandas as pd

    kind, dtype = type(array), array.dtype
    if kind is pd.arrays.NumpyExtensionArray:
        return _describe_numpy(array.to_numpy(), columns)
    if kind is pd.arrays.DatetimeArray and isinstance(dtype, pd.DatetimeTZDtype):
        zone = describe_zone(dtype.tz)
        return {"zoned": dtype.unit, "zone": zone, "cells": append_numbers(columns, array.asi8)}
    if kind in (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray):
        return _describe_numpy(np.asarray(array), columns)
    if kind is pd.arrays.PeriodArray and pd.PeriodDtype(str(dtype)) == dtype:
        return {"period": str(dtype), "cells": append_numbers(columns, array.asi8)}
    if kind in (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray):
        return {"nullable": str(dtype), "cells": _append(columns, array.__arrow_array__())}
    return _describe_arrow(array, columns)


def is_certain_flat(description: Description) -> bool:
    """Tell whether what was described so comes back exactly, whatever its cells are."""
    if "arrow" in description:
        return description["arrow"] in _certain_arrow_types()
    return description.get("objects", "str") in CERTAIN


def rebuild_flat(description: Description, columns: Columns) -> Any:
    """Return the array described; for a description that is wrong, raise whatever pandas or pyarrow do."""
    for kind, rebuild in _REBUILD.items():
        if kind in description:
            return rebuild(description, columns[description["cells"]])
    msg = "a description of no known kind"
    raise ValueError(msg)


def append_numbers(columns: list[pa.ChunkedArray], values: NDArray[Any]) -> int:
    """Append numbers over the same memory, what Arrow lacks as the integers of its bits; return where."""
    import numpy as np
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    kind, size, native = values.dtype.kind, values.dtype.itemsize, values.dtype.isnative
    if kind in "mM" and native:
        values = values.view(np.int64)
    elif kind == "c" and native and size <= 16:
        values = values.view(np.float32 if size == 8 else np.float64)
    elif kind not in "iuf" or not native or size > 8:
        values = values.view(np.uint8)
    return _append(columns, pa.array(values, from_pandas=False))


def _append(columns: list[pa.ChunkedArray], values: Any) -> int:
    import pyarrow as pa

    columns.append(values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values]))
    return len(columns) - 1


def _describe_numpy(values: NDArray[Any], columns: list[pa.ChunkedArray]) -> Description:
    if values.dtype == object:
        description, cells = cells_to_arrow(values)
        return {**description, "cells": _append(columns, cells)}
    if values.dtype.kind not in NUMBERS or values.dtype.metadata:
        raise NotForArrow(f"cells of {values.dtype}")
    return {"numpy": values.dtype.str, "cells": append_numbers(columns, values)}


def _describe_arrow(array: Any, columns: list[pa.ChunkedArray]) -> Description:
    import pandas as pd

    dtype = array.dtype
    if type(array) is pd.arrays.ArrowExtensionArray:
        return {"arrow": str(dtype.pyarrow_dtype), "cells": _append(columns, array.__arrow_array__())}
    if type(dtype) is not pd.StringDtype:
        raise NotForArrow(f"cells of {type(array).__name__}")
    if dtype.storage == "python" and not {type(cell) for cell in array} <= {str, type(dtype.na_value)}:
        raise NotForArrow("texts of a class of their own")
    missing = "NA" if dtype.na_value is pd.NA else "nan"
    return {"text": dtype.storage, "missing": missing, "cells": _append(columns, array.__arrow_array__())}


def _certain_arrow_types() -> set[str]:
    import pyarrow as pa

    numbers = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()]
    others = [pa.uint64(), pa.float32(), pa.float64(), pa.bool_(), pa.string(), pa.large_string()]
    moments = [pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")]
    return set(map(str, [*numbers, *others, *moments, pa.binary(), pa.date32()]))


def _rebuild_numpy(description: Description, column: LoadedColumn) -> Any:
    import numpy as np

    dtype = np.dtype(description["numpy"])
    if dtype.kind not in NUMBERS or dtype.subdtype:
        msg = "numbers of another kind"
        raise ValueError(msg)
    return column.to_numpy(dtype)


def _rebuild_zoned(description: Description, column: LoadedColumn) -> Any:
    import numpy as np
    import pandas as pd

    moments = column.to_numpy(np.dtype(f"M8[{description['zoned']}]"))
    utc = pd.DatetimeIndex(moments, copy=False).tz_localize("UTC")
    return utc.tz_convert(zone_from(description["zone"])).array


def _rebuild_period(description: Description, column: LoadedColumn) -> Any:
    import numpy as np
    import pandas as pd

    dtype: Any = pd.PeriodDtype(description["period"])
    return pd.arrays.PeriodArray(column.to_numpy(np.dtype("i8")), dtype=dtype)


def _rebuild_text(description: Description, column: LoadedColumn) -> Any:
    import numpy as np
    import pandas as pd

    missing: Any = {"NA": pd.NA, "nan": np.nan}[description["missing"]]
    dtype: Any = pd.StringDtype(description["text"], na_value=missing)
    return dtype.__from_arrow__(column.values)


def _rebuild_arrow(description: Description, column: LoadedColumn) -> Any:
    import pandas as pd

    if str(column.values.type) != description["arrow"]:
        msg = "a column of another type"
        raise ValueError(msg)
    return pd.arrays.ArrowExtensionArray(column.values)


def _rebuild_nullable(description: Description, column: LoadedColumn) -> Any:
    import pandas as pd

    if description["nullable"] not in NULLABLE:
        msg = "another nullable dtype"
        raise ValueError(msg)
    dtype: Any = pd.api.types.pandas_dtype(description["nullable"])
    return dtype.__from_arrow__(column.values)


def _rebuild_objects(description: Description, column: LoadedColumn) -> Any:
    import pandas as pd

    return pd.arrays.NumpyExtensionArray(cells_from_arrow(description, column.values))


_REBUILD: dict[str, Callable[[Description, LoadedColumn], Any]] = {
    "numpy": _rebuild_numpy,
    "text": _rebuild_text,
    "objects": _rebuild_objects,
    "zoned": _rebuild_zoned,
    "nullable": _rebuild_nullable,
    "period": _rebuild_period,
    "arrow": _rebuild_arrow,
}
