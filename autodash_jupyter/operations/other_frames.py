"""The operations that Narwhals can express, on polars and Dask frames: the same names, the same parameters.

What pandas alone can do is refused in one line. A missing value is null there; NaN is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import narwhals as nw

from autodash_jupyter.operations.failures import OperationError

__all__ = ["available_elsewhere", "run_by_narwhals"]

Frame: TypeAlias = Any  # a narwhals DataFrame (polars) or LazyFrame (polars, Dask)
_TYPES: dict[str, Any] = {
    "integer": nw.Int64,
    "number": nw.Float64,
    "text": nw.String,
    "category": nw.Categorical,
    "boolean": nw.Boolean,
    "date": nw.Datetime,
}


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
        msg = f"Operations run on pandas, polars and Dask tables, not on {type(frame).__name__}; convert it first."
        raise OperationError(msg) from None
    run = _RUNS.get(action)
    if run is None:
        raise OperationError(_only_pandas(action, library))
    given = {name: _narwhal(value) for name, value in parameters.items()}
    try:
        return nw.to_native(run(table, **given))
    except (AttributeError, NotImplementedError, nw.exceptions.NarwhalsError) as error:
        if isinstance(error, AttributeError | NotImplementedError | nw.exceptions.InvalidOperationError):
            raise OperationError(_only_pandas(action, library)) from error
        raise OperationError(f"{action}: {' '.join(str(error).split())[:300]}") from error


def _only_pandas(action: str, library: str) -> str:
    return f"{action} can't be done so on a {library} table; convert it to pandas first."


def _narwhal(value: Any) -> Any:
    """Return other tables among the parameters as Narwhals sees them."""
    if isinstance(value, list) and value and hasattr(value[0], "columns"):
        return [nw.from_native(each) for each in value]
    return nw.from_native(value) if hasattr(value, "columns") else value


def _of(frame: Frame, columns: list[str] | None, kinds: Callable[[Any], bool]) -> list[str]:
    schema = frame.collect_schema()
    if columns is None:
        return [name for name, dtype in schema.items() if kinds(dtype)]
    for name in columns:
        if not kinds(schema[name]):
            msg = f"The column '{name}' holds {schema[name]}, which doesn't fit."
            raise OperationError(msg)
    return columns


def _is_number(dtype: Any) -> bool:
    return bool(dtype.is_numeric())


def _drop_missing(frame: Frame, columns: list[str] | None, how: str) -> Frame:
    if how == "any":
        return frame.drop_nulls(columns)
    return frame.filter(~nw.all_horizontal(nw.col(*(columns or frame.columns)).is_null(), ignore_nulls=False))


def _fill_missing(frame: Frame, columns: list[str] | None, method: str, value: Any) -> Frame:
    if (method == "constant") != (value is not None):
        raise OperationError("A value goes with method=constant, and with no other; for example value=0.")
    kinds = _is_number if method in ("mean", "median") else _kinds_of_value(value)
    names = _of(frame, columns, kinds)
    filled = {
        "constant": lambda column: column.fill_null(value),
        "mean": lambda column: column.fill_null(column.mean()),
        "median": lambda column: column.fill_null(column.median()),
        "ffill": lambda column: column.fill_null(strategy="forward"),
        "bfill": lambda column: column.fill_null(strategy="backward"),
    }
    if method not in filled:
        raise NotImplementedError
    return frame.with_columns(*(filled[method](nw.col(name)) for name in names)) if names else frame


def _kinds_of_value(value: Any) -> Callable[[Any], bool]:
    if isinstance(value, bool):
        return lambda dtype: bool(dtype == nw.Boolean)
    if isinstance(value, str):
        return lambda dtype: bool(dtype == nw.String)
    return _is_number if isinstance(value, int | float) else lambda _: True


def _replace_values(frame: Frame, old: list[Any], new: Any, columns: list[str] | None) -> Frame:
    schema, known = frame.collect_schema(), [value for value in old if value is not None]
    changed = []
    for name in columns or frame.columns:
        fitting = [value for value in known if _kinds_of_value(value)(schema[name])]
        found = nw.col(name).is_in(fitting) if fitting else nw.lit(False)
        found = found | nw.col(name).is_null() if None in old else found
        if fitting or None in old:
            changed.append(
                nw.when(~found | found.is_null()).then(nw.col(name)).otherwise(nw.lit(new)).alias(name)
            )
    return frame.with_columns(*changed) if changed else frame


def _clean_strings(
    frame: Frame,
    columns: list[str] | None,
    strip: bool,
    collapse_spaces: bool,
    case: str,
    empty_is_missing: bool,
) -> Frame:
    def tidy(name: str) -> Any:
        text = nw.col(name)
        text = text.str.replace_all(r"\s+", " ") if collapse_spaces else text
        text = text.str.strip_chars() if strip else text
        text = {"keep": text, "lower": text.str.to_lowercase(), "upper": text.str.to_uppercase()}.get(case)
        if text is None:
            raise NotImplementedError
        return nw.when(text != "").then(text).alias(name) if empty_is_missing else text

    names = _of(frame, columns, lambda dtype: bool(dtype == nw.String))
    return frame.with_columns(*map(tidy, names)) if names else frame


def _convert_types(frame: Frame, types: dict[str, str], unreadable: str) -> Frame:
    if unreadable != "refuse":
        raise NotImplementedError
    made = [
        nw.col(name).str.to_datetime() if kind == "date" else nw.col(name).cast(_TYPES[kind])
        for name, kind in types.items()
    ]
    return frame.with_columns(*made)


def _drop_duplicates(frame: Frame, columns: list[str] | None, keep: str) -> Frame:
    if isinstance(frame, nw.LazyFrame):
        return frame.unique(columns, keep="any" if keep == "first" else keep)
    return frame.unique(columns, keep=keep, maintain_order=True)


def _rows_at(frame: Frame, keep: Callable[[list[int]], list[int]]) -> Frame:
    return frame[keep(list(range(len(frame))))]


def _drop_rows(frame: Frame, rows: list[int]) -> Frame:
    outside = [row for row in rows if not -len(frame) <= row < len(frame)]
    if outside:
        msg = f"There is no row {outside[0]}: the table has {len(frame)} rows, counted from 0."
        raise OperationError(msg)
    gone = {row % len(frame) for row in rows}
    return _rows_at(frame, lambda all_rows: [row for row in all_rows if row not in gone])


def _sample(frame: Frame, rows: int | None, share: float | None, seed: int) -> Frame:
    if (rows is None) == (share is None):
        raise OperationError("Give either rows= or share=, for example rows=100.")
    wanted = min(len(frame), rows) if rows is not None else round(len(frame) * (share or 0))
    return frame.sample(n=wanted, seed=seed)


def _filter_rows(frame: Frame, expression: str) -> Frame:
    from autodash_jupyter.operations.computed import rows_of

    met = rows_of(_eager(frame), expression, is_condition=True)
    return frame.filter(met.fill_null(False).to_pylist())


def _apply_custom(frame: Frame, column: str, expression: str) -> Frame:
    from autodash_jupyter.operations.computed import rows_of

    values = rows_of(_eager(frame), expression, is_condition=False)
    made = nw.new_series(str(column), values.to_pylist(), backend=frame.implementation)
    return frame.with_columns(made)


def _eager(frame: Frame) -> Any:
    if isinstance(frame, nw.LazyFrame):
        raise NotImplementedError
    return nw.to_native(frame)


def _group_by_agg(frame: Frame, by: list[str], aggregations: dict[str, str] | None) -> Frame:
    groups = frame.group_by(*by, drop_null_keys=True)
    if not aggregations:
        return groups.agg(nw.len().alias("rows" if "rows" not in by else "row_count")).sort(*by)
    names = {"nunique": "n_unique"}
    made = [getattr(nw.col(name), names.get(how, how))() for name, how in aggregations.items()]
    return groups.agg(*made).sort(*by)


def _value_counts(frame: Frame, columns: list[str], limit: int | None) -> Frame:
    counts = (
        frame.group_by(*columns)
        .agg(nw.len().alias("count"))
        .sort("count", *columns, descending=[True, *[False] * len(columns)])
    )
    return counts if limit is None else counts.head(limit)


def _date_features(frame: Frame, column: str, parts: list[str]) -> Frame:
    _of(frame, [column], lambda dtype: bool(dtype.is_temporal()))
    when = nw.col(column).dt
    made = {"weekday": lambda: when.weekday() - 1, "is_weekend": lambda: when.weekday() >= 6}
    if not set(parts) <= {*made, "year", "month", "day", "hour", "minute", "date"}:
        raise NotImplementedError
    return frame.with_columns(
        *(made.get(part, getattr(when, part, None))().alias(f"{column}_{part}") for part in parts)
    )


def _scale(frame: Frame, columns: list[str] | None, method: str) -> Frame:
    def scaled(name: str) -> Any:
        number = nw.col(name)
        if method == "standard":
            return (number - number.mean()) / number.std(ddof=0)
        if method == "minmax":
            return (number - number.min()) / (number.max() - number.min())
        raise NotImplementedError

    names = _of(frame, columns, _is_number)
    return frame.with_columns(*map(scaled, names)) if names else frame


def _interaction(frame: Frame, columns: list[str], how: str, into: str | None) -> Frame:
    if len(columns) < 2:
        raise OperationError("Two columns are needed at least.")
    signs = {"multiply": "_x_", "add": "_plus_", "subtract": "_minus_", "divide": "_per_"}
    ways: dict[str, Callable[[Any, Any], Any]] = {
        "multiply": lambda one, other: one * other,
        "add": lambda one, other: one + other,
        "subtract": lambda one, other: one - other,
        "divide": lambda one, other: one / nw.when(other != 0).then(other),
    }
    names = _of(frame, columns, _is_number)
    return frame.with_columns(reduce(ways[how], map(nw.col, names)).alias(into or signs[how].join(names)))


def _lag(frame: Frame, column: str, periods: int, by: list[str] | None, into: str | None) -> Frame:
    shifted = nw.col(column).shift(periods)
    shifted = shifted.over(*by) if by else shifted
    return frame.with_columns(shifted.alias(into or f"{column}_lag_{periods}"))


def _rolling(
    frame: Frame,
    column: str,
    window: int,
    aggregate: str,
    minimum_rows: int | None,
    by: list[str] | None,
    into: str | None,
) -> Frame:
    if aggregate not in ("mean", "sum", "std") or by:
        raise NotImplementedError
    rolled = getattr(nw.col(column), f"rolling_{aggregate}")(window, min_samples=minimum_rows)
    return frame.with_columns(rolled.alias(into or f"{column}_{aggregate}_{window}"))


def _melt(
    frame: Frame, id_columns: list[str] | None, value_columns: list[str] | None, names_to: str, values_to: str
) -> Frame:
    return frame.unpivot(value_columns, index=id_columns, variable_name=names_to, value_name=values_to)


def _merge(
    frame: Frame,
    other: Frame,
    on: list[str] | None,
    left_on: list[str] | None,
    right_on: list[str] | None,
    how: str,
) -> Frame:
    if how == "right":
        raise NotImplementedError
    if how == "cross":
        return frame.join(other, how="cross", suffix="_y")
    shared = [name for name in frame.columns if name in other.columns]
    keys = {"left_on": left_on, "right_on": right_on} if left_on or right_on else {"on": on or shared}
    if not any(keys.values()):
        raise OperationError("The tables share no column; name them by left_on= and right_on=.")
    return frame.join(other, how="full" if how == "outer" else how, suffix="_y", **keys)


def _concat(frame: Frame, others: list[Frame], columns: str, keep_index: bool) -> Frame:
    if keep_index:
        raise NotImplementedError
    tables = [frame, *others]
    if columns == "shared":
        shared = [name for name in frame.columns if all(name in one.columns for one in others)]
        tables = [one.select(*shared) for one in tables]
    return nw.concat(tables, how="vertical" if columns == "shared" else "diagonal")


def _union(frame: Frame, other: Frame) -> Frame:
    if set(frame.columns) != set(other.columns):
        raise OperationError("The tables differ in their columns; select_columns or concat help.")
    return _drop_duplicates(nw.concat([frame, other.select(*frame.columns)]), None, "first")


def _difference(frame: Frame, other: Frame, on: list[str] | None) -> Frame:
    return frame.join(other, on=on or frame.columns, how="anti")


def _sort(frame: Frame, columns: list[str], descending: bool, missing: str) -> Frame:
    return frame.sort(*columns, descending=descending, nulls_last=missing == "last")


def _reorder(frame: Frame, columns: list[str]) -> Frame:
    return frame.select(*columns, *(name for name in frame.columns if name not in columns))


def _select_columns(frame: Frame, columns: list[str], drop: bool) -> Frame:
    return frame.drop(*columns) if drop else frame.select(*columns)


_RUNS: dict[str, Callable[..., Frame]] = {
    "drop_missing": _drop_missing,
    "fill_missing": _fill_missing,
    "replace_values": _replace_values,
    "clean_strings": _clean_strings,
    "convert_types": _convert_types,
    "drop_duplicates": _drop_duplicates,
    "drop_rows": _drop_rows,
    "sample": _sample,
    "select_columns": _select_columns,
    "filter_rows": _filter_rows,
    "apply_custom": _apply_custom,
    "head": lambda frame, rows: frame.head(rows),
    "tail": lambda frame, rows: frame.tail(rows) if isinstance(frame, nw.DataFrame) else _unordered(),
    "slice": lambda frame, start, stop, step: _rows_at(frame, lambda rows: rows[start:stop:step]),
    "rename": lambda frame, columns: frame.rename(columns),
    "reorder": _reorder,
    "sort": _sort,
    "melt": _melt,
    "group_by_agg": _group_by_agg,
    "value_counts": _value_counts,
    "date_features": _date_features,
    "scale": _scale,
    "interaction": _interaction,
    "lag": _lag,
    "rolling": _rolling,
    "merge": _merge,
    "concat": _concat,
    "union": _union,
    "difference": _difference,
}


def _unordered() -> Frame:
    raise NotImplementedError
