"""Object columns whose cells are all of one plain type, as Arrow columns.

Arrow is given nothing else: lists and dicts it follows without end where they hold themselves, which
ends the process; and what pandas calls objects may be anything.
"""

from __future__ import annotations

import datetime
import decimal
import math
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["CERTAIN", "NotForArrow", "cells_from_arrow", "cells_to_arrow"]

CERTAIN = {"str": str, "bytes": bytes, "int": int, "float": float, "bool": bool}
"""Types whose cells Arrow returns bit for bit, if it takes them at all."""

DOUBTFUL = {
    "decimal": decimal.Decimal,
    "date": datetime.date,
    "time": datetime.time,
    "datetime": datetime.datetime,
    "timedelta": datetime.timedelta,
}
"""Types of which Arrow may change the precision, the zone or the exponent: to be compared."""


class NotForArrow(BlobError):  # noqa: N818 - a signal inside this room: what raises it is pickled instead
    """Arrow can't hold these cells exactly."""


def cells_to_arrow(cells: NDArray[Any]) -> tuple[dict[str, Any], pa.Array]:
    """Return the cells' description, and the cells; of a type not in ``CERTAIN``, they are to be compared.

    Raises ``NotForArrow`` for cells of several types, or of others; and whatever pyarrow objects to.
    """
    import numpy as np
    import pyarrow as pa

    found = set(map(type, cells))
    missing = "none"
    if float in found and len(found) > 1:
        # The usual text column with gaps: NaN among other cells stands for a gap, as None does elsewhere.
        if type(None) in found or not all(math.isnan(cell) for cell in cells if type(cell) is float):
            raise NotForArrow("cells of several types")
        missing, found = "nan", found - {float}
    name = _name_of(found)
    gaps = None if missing == "none" else np.array([type(cell) is float for cell in cells], bool)
    values = pa.array(cells, type=_arrow_type(name), from_pandas=False, mask=gaps)
    return {"objects": name, "missing": missing}, values


def cells_from_arrow(description: dict[str, Any], values: pa.ChunkedArray) -> NDArray[np.object_]:
    """Return the cells of a column as ``cells_to_arrow`` described it; ``ValueError`` for another type."""
    import numpy as np

    name = description["objects"]
    expected = (CERTAIN | DOUBTFUL)[name]
    if name in ("str", "bytes"):
        found = values.to_numpy(zero_copy_only=False)
        cells = np.array(found, dtype=object)
    else:
        cells = np.empty(len(values), dtype=object)
        cells[:] = values.to_pylist()
    if not {type(cell) for cell in cells} <= {expected, type(None)}:
        msg = f"cells that are not {name}"
        raise ValueError(msg)
    if {"none": False, "nan": True}[description["missing"]]:
        cells[[cell is None for cell in cells]] = np.nan
    return cells


def _name_of(found: set[type]) -> str:
    kinds = {kind: name for name, kind in (CERTAIN | DOUBTFUL).items()}
    present = found - {type(None)}
    if len(present) > 1 or not present <= set(kinds):
        raise NotForArrow("cells of several types, or of others than Arrow has")
    return kinds[present.pop()] if present else "str"


def _arrow_type(name: str) -> pa.DataType | None:
    import pyarrow as pa

    kinds = {
        "str": pa.large_string(),
        "bytes": pa.large_binary(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
    }
    return kinds.get(name)
