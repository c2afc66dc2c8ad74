"""Polars' LazyFrames: aggregates and a sample, in polars' streaming engine; the rest is never collected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from autodash_jupyter.profiling.engines.in_memory import PolarsTable
from autodash_jupyter.profiling.engines.sampled import COUNTED_LEVELS, Aggregates, SampledTable, sample_size
from autodash_jupyter.profiling.frequencies import KEPT_HASHES, hash_sample_error

__all__ = ["open_lazy_frame"]

_FAILURES = (ValueError, OverflowError)  # a value beyond what Python's own types hold
_COUNTED = 50_000  # up to so many distinct values they are counted; beyond, a sample of their hashes is
_UNORDERED = ("List", "Array", "Struct", "Object", "Binary", "Null", "Categorical", "Enum", "Unknown")


def open_lazy_frame(frame: Any) -> SampledTable:
    """Open a LazyFrame: one collect for aggregates, one for levels, one for a sample."""
    import polars as pl

    labels = list(frame.collect_schema().names())
    # By number, since a name may mean something else to polars: "*" all columns, "^a$" a pattern.
    frame = frame.rename({label: str(position) for position, label in enumerate(labels)})
    schema = frame.collect_schema()
    kinds = [str(kind) for kind in schema.values()]
    names = list(schema.names())
    row_count, rows = _aggregate(frame, schema)
    found = [None if row is None else _as_aggregates(row) for row in rows]
    _count_distinct(frame, schema, found)
    _add_levels(frame, schema, found)
    size = sample_size(len(names))
    sampled = frame
    if row_count > size:
        limit = int(size / row_count * (2**64 - 1))
        sampled = frame.filter(pl.int_range(pl.len(), dtype=pl.UInt64).hash(1) <= limit)
    table = PolarsTable(sampled.collect(engine="streaming"))
    columns = {position: table.column(position) for position in range(len(names))}
    sample = pd.DataFrame(columns, index=range(table.row_count)).set_axis(
        pd.Index(labels, dtype=object), axis=1
    )
    return SampledTable("polars (lazy)", kinds, sample, row_count, found)


def _asked(name: str, kind: Any) -> list[Any]:
    import polars as pl

    column, nothing = pl.col(name), pl.lit(None)
    finite = _finite(name, kind)
    ordered = not str(kind).startswith(_UNORDERED)
    number = kind.is_numeric()
    asked = [
        (column.count() - column.is_nan().sum()) if kind.is_float() else column.count(),
        column.is_infinite().sum() if kind.is_float() else pl.lit(0),
        finite.min() if ordered else nothing,
        finite.max() if ordered else nothing,
        finite.mean() if number or kind == pl.Boolean else nothing,
        finite.std() if number else nothing,
        (finite == 0).sum() if number else ((~column).sum() if kind == pl.Boolean else pl.lit(0)),
        (finite < 0).sum() if number else pl.lit(0),
        nothing
        if str(kind).startswith(("List", "Array", "Struct", "Object", "Null"))
        else finite.approx_n_unique(),
        column.null_count() + (column.is_nan().sum() if kind.is_float() else 0),
    ]
    return [ask.alias(str(number)) for number, ask in enumerate(asked)]


def _finite(name: str, kind: Any) -> Any:
    """Return a column's present values without infinities, which are counted apart."""
    import polars as pl

    column = pl.col(name)
    return column.filter(column.is_finite()) if kind.is_float() else column.drop_nulls()


def _aggregate(frame: Any, schema: Any) -> tuple[int, list[Any]]:
    """Ask for all columns at once, and one by one where that fails."""
    import polars as pl

    parts = [_asked(name, kind) for name, kind in schema.items()]
    every = [pl.len().alias("rows")]
    every += [ask.alias(f"{at} {number}") for at, part in enumerate(parts) for number, ask in enumerate(part)]
    try:
        row = frame.select(every).collect(engine="streaming").row(0)
        width = len(parts[0]) if parts else 1
        return int(row[0]), [row[start : start + width] for start in range(1, len(row), width)]
    except (*_FAILURES, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        row_count = int(frame.select(pl.len()).collect().item())
    rows: list[Any] = []
    for part in parts:
        try:
            rows.append(frame.select(part).collect(engine="streaming").row(0))
        except (
            *_FAILURES,
            pl.exceptions.PolarsError,
            pl.exceptions.PanicException,
        ):  # this column is known by the sample only
            rows.append(None)
    return row_count, rows


def _as_aggregates(row: Any) -> Aggregates:
    count, infinite, low, high, mean, std, zeros, negatives, distinct, absent = row
    present = None if distinct is None else max(distinct - (1 if absent else 0), 1 if count else 0)
    if isinstance(low, bool):
        low, high = int(low), int(high)
    return Aggregates(count, infinite, low, high, mean, std, zeros, negatives, present)


def _count_distinct(frame: Any, schema: Any, found: list[Aggregates | None]) -> None:
    """Put better numbers in the place of polars' approximate ones, for all columns at once."""
    import polars as pl

    shares = {
        position: min(1.0, KEPT_HASHES / column.distinct) if column.distinct > _COUNTED else 1.0
        for position, column in enumerate(found)
        if column is not None and column.distinct
    }
    if not shares:
        return
    asked, columns = [], list(schema.items())
    for position, share in shares.items():
        hashes = _finite(*columns[position]).hash(1)
        kept = hashes.filter(hashes <= int(share * (2**64 - 1))) if share < 1 else hashes
        asked.append(kept.n_unique().alias(str(position)))
    try:
        row = frame.select(asked).collect(engine="streaming").row(0)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):  # the sample tells of them
        row = (None,) * len(shares)
    for (position, share), kept_hashes in zip(shares.items(), row, strict=True):
        column = found[position]
        if column is not None and kept_hashes is None:
            found[position] = replace(column, distinct=None)
        elif column is not None:
            error = hash_sample_error(share, kept_hashes)
            found[position] = replace(column, distinct=round(kept_hashes / share), distinct_error=error)


def _add_levels(frame: Any, schema: Any, found: list[Aggregates | None]) -> None:
    """Ask how often each value comes, for all columns of few values at once."""
    import polars as pl

    columns = list(schema.items())
    kinds = [str(kind) for _, kind in columns]
    few = [
        position
        for position, (kind, column) in enumerate(zip(kinds, found, strict=True))
        if column is not None
        and 0 < (column.distinct or 0) <= COUNTED_LEVELS
        and kind.startswith(("Int", "UInt", "Float", "String", "Date", "Categorical", "Enum"))
        and not kind.startswith("Datetime")
    ]
    if not few:
        return
    asked = [
        _finite(*columns[position]).value_counts(name="count").implode().alias(str(position))
        for position in few
    ]
    try:
        row = frame.select(asked).collect(engine="streaming").row(0)
    except (*_FAILURES, pl.exceptions.PolarsError, pl.exceptions.PanicException):  # the sample tells of them
        return
    for position, entries in zip(few, row, strict=True):
        column = found[position]
        name = columns[position][0]
        levels = {entry[name]: entry["count"] for entry in entries if name in entry}
        if column is not None and levels:
            found[position] = replace(column, distinct=len(levels), distinct_error=0.0, levels=levels)
