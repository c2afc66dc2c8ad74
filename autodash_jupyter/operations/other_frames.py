"""The operations that Narwhals can express, on polars and Dask frames: the same names, the same parameters.

What pandas alone can do is refused in one line. A missing value is null there; NaN is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import narwhals as nw

from autodash_jupyter.operations import narwhals_cleaning as cleaning
from autodash_jupyter.operations import narwhals_shaping as shaping
from autodash_jupyter.operations.failures import InexpressibleError, OperationError

__all__ = ["available_elsewhere", "run_by_narwhals"]

Frame: TypeAlias = Any  # a narwhals DataFrame (polars) or LazyFrame (polars, Dask)


def available_elsewhere() -> frozenset[str]:
    """Return the names of the operations that run on polars frames; on Dask ones, those that need no order.

    >>> sorted(available_elsewhere())[:3]
    ['apply_custom', 'clean_strings', 'concat']
    """
    return frozenset(_RUNS)


def run_by_narwhals(action: str, frame: Any, parameters: dict[str, Any]) -> Any:
    """Run an operation on a polars or Dask frame, and return one of its kind.

    Raises OperationError where Narwhals can't express it for such a frame.
    """
    library = type(frame).__module__.partition(".")[0]
    try:
        table: Frame = nw.from_native(frame)
    except TypeError:
        kind = type(frame).__name__
        msg = f"Operations run on pandas, polars and Dask tables, not on {kind}; convert it first."
        raise OperationError(msg) from None
    run = _RUNS.get(action)
    if run is None:
        raise OperationError(_only_pandas(action, library))
    given = {name: _narwhal(value) for name, value in parameters.items()}
    try:
        return nw.to_native(run(table, **given))
    except (InexpressibleError, *_FAILURES) as error:
        if not isinstance(error, nw.exceptions.NarwhalsError) or isinstance(error, _INVALID):
            raise OperationError(_only_pandas(action, library)) from error
        raise OperationError(f"{action}: {' '.join(str(error).split())[:300]}") from error


# A library says that it can't by any of these.
_INVALID = nw.exceptions.InvalidOperationError
_FAILURES = (AttributeError, NotImplementedError, nw.exceptions.NarwhalsError)


def _only_pandas(action: str, library: str) -> str:
    return f"{action} can't be done so on a {library} table; convert it to pandas first."


def _narwhal(value: Any) -> Any:
    """Return other tables among the parameters as Narwhals sees them."""
    if isinstance(value, list) and value and hasattr(value[0], "columns"):
        return [nw.from_native(each) for each in value]
    return nw.from_native(value) if hasattr(value, "columns") else value


_RUNS: dict[str, Callable[..., Frame]] = {
    "drop_missing": cleaning.drop_missing,
    "fill_missing": cleaning.fill_missing,
    "replace_values": cleaning.replace_values,
    "clean_strings": cleaning.clean_strings,
    "convert_types": cleaning.convert_types,
    "drop_duplicates": cleaning.drop_duplicates,
    "drop_rows": shaping.drop_rows,
    "sample": shaping.sample,
    "select_columns": shaping.select_columns,
    "filter_rows": shaping.filter_rows,
    "apply_custom": shaping.apply_custom,
    "head": lambda frame, rows: frame.head(rows),
    "tail": shaping.tail,
    "slice": shaping.slice_rows,
    "rename": lambda frame, columns: frame.rename(columns),
    "reorder": shaping.reorder,
    "sort": shaping.sort,
    "melt": shaping.melt,
    "group_by_agg": shaping.group_by_agg,
    "value_counts": shaping.value_counts,
    "date_features": shaping.date_features,
    "scale": shaping.scale,
    "interaction": shaping.interaction,
    "lag": shaping.lag,
    "rolling": shaping.rolling,
    "merge": shaping.merge,
    "concat": shaping.concat,
    "union": shaping.union,
    "difference": shaping.difference,
}
