"""Which column of one table refers to the key of another, by inclusion: its values are all found there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.engines import Engine, open_engine
from autodash_jupyter.profiling.frequencies import sorted_distinct
from autodash_jupyter.profiling.names import name_words
from autodash_jupyter.profiling.profiler import profile_columns, summarize
from autodash_jupyter.profiling.reading import Array
from autodash_jupyter.profiling.row_codes import encode
from autodash_jupyter.profiling.sampling import sample_positions
from autodash_jupyter.profiling.semantic_types import NESTED, PLACES

__all__ = ["ForeignKey", "find_foreign_keys"]

_INCLUDED = 0.98
_REFERRING_ROWS = 50_000
_KEY_TYPES = {
    "identifier",
    "email",
    "name",
    *PLACES,
    "category",
    "url",
    "ip",
    "phone",
    "date",
    "text",
    "count",
}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column that likely refers to another table's key.

    ``inclusion`` is the share of the referring values looked at that the key has; ``approximate`` tells
    that these were a sample; ``evidence`` is a phrase that says what speaks for it.
    """

    table: str
    column: str
    key_table: str
    key_column: str
    inclusion: float
    confidence: float
    evidence: str
    approximate: bool = False


def find_foreign_keys(
    frames: Mapping[str, Any], profiles: Mapping[str, FrameProfile] | None = None
) -> tuple[ForeignKey, ...]:
    """Return the likely references between tables, the surest first.

    ``frames`` are tables of any engine by name; ``profiles`` may hold those that are known already. Each
    column that can be a key is read once, and at most 50,000 values of each column that may refer to
    it, so the cost grows with the tables' sizes, not with their product.

    >>> import pandas as pd
    >>> customers = pd.DataFrame({"customer_id": [11, 12, 15, 19], "name": ["Ann", "Ben", "Cleo", "Dan"]})
    >>> orders = pd.DataFrame({"order_id": [1, 2, 3], "customer_id": [11, 19, 11]})
    >>> (found,) = find_foreign_keys({"customers": customers, "orders": orders})
    >>> found.table, found.column, found.key_table
    ('orders', 'customer_id', 'customers')
    """
    engines = {name: open_engine(frame) for name, frame in frames.items()}
    known = {name: (profiles or {}).get(name) or _profile(engine) for name, engine in engines.items()}
    found: dict[tuple[str, str], ForeignKey] = {}
    for key_table, key in _keys(known):
        values = _codes(engines[key_table], key.position, None)
        if values is None:
            continue
        values = sorted_distinct(values)
        for table, column in _referring(known, key_table, key):
            link = _link(engines[table], table, column, key_table, key, values)
            best = found.get((table, column.name))
            if link is not None and (best is None or link.confidence > best.confidence):
                found[table, column.name] = link
    return tuple(sorted(found.values(), key=lambda link: -link.confidence))


def _profile(engine: Engine) -> FrameProfile:
    return summarize(engine, list(profile_columns(engine)))


def _keys(known: Mapping[str, FrameProfile]) -> Iterator[tuple[str, ColumnProfile]]:
    """Yield the columns that tell the rows of their table apart."""
    for name, profile in known.items():
        singles = {key[0] for key in profile.candidate_keys if len(key) == 1}
        for column in profile.columns:
            unique = (
                column.distinct == column.count and "distinct" not in column.errors and not column.missing
            )
            if column.semantic_type in _KEY_TYPES and (column.name in singles or unique) and column.count > 1:
                yield name, column


def _referring(
    known: Mapping[str, FrameProfile], key_table: str, key: ColumnProfile
) -> Iterator[tuple[str, ColumnProfile]]:
    """Yield columns whose extremes lie within those of the key, and that hold the same kind of value."""
    for name, profile in known.items():
        for column in profile.columns:
            alike = name != key_table and column.semantic_type not in {"constant", "empty", "flag"} | NESTED
            if not alike or (column.distinct or 0) > 1.05 * (key.distinct or 0) or not column.distinct:
                continue
            try:
                if column.minimum >= key.minimum and column.maximum <= key.maximum:
                    yield name, column
            except TypeError:
                continue


def _codes(engine: Engine, position: int, rows: Array | None) -> Array | None:
    try:
        series = engine.column(position)
        series = series if rows is None else series.iloc[rows]
        series = series[series.notna()]
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iuf":
            series = series.astype(np.float64)
        elif series.dtype != object:
            series = series.astype("str")
        return encode(series, as_floats=True)
    except Exception:  # noqa: BLE001 - a column that can't be compared refers to nothing
        return None


def _link(
    engine: Engine, table: str, column: ColumnProfile, key_table: str, key: ColumnProfile, values: Array
) -> ForeignKey | None:
    rows = sample_positions(engine.held_rows, _REFERRING_ROWS, _REFERRING_ROWS)
    codes = _codes(engine, column.position, rows)
    if codes is None or not len(codes):
        return None
    referring = sorted_distinct(codes)
    inclusion = float(np.isin(referring, values).mean())
    if inclusion < _INCLUDED:
        return None
    named = _names_agree(column.name, key.name, key_table)
    confidence = _confidence(named, column, key, len(referring) / len(values))
    if confidence < 0.5:
        return None
    evidence = (
        f"{inclusion:.0%} of {len(referring):,} distinct values are among the {len(values):,} of the key"
    )
    evidence += ", and the names agree" if named else ""
    sampled = rows is not None or engine.held_rows < engine.row_count
    return ForeignKey(table, column.name, key_table, key.name, inclusion, confidence, evidence, sampled)


def _confidence(named: bool, column: ColumnProfile, key: ColumnProfile, covered: float) -> float:
    """Numbers from 1 on are found in any key that counts its rows: there the names must agree."""
    if named:
        return 0.95 if column.semantic_type in _KEY_TYPES else 0.7
    counts_rows = isinstance(key.minimum, int | float) and key.maximum - key.minimum < 3 * key.count
    if counts_rows or column.semantic_type not in _KEY_TYPES:
        return 0.0
    if isinstance(key.minimum, int | float):
        return 0.6 if covered > 0.2 and len(str(key.maximum)) > 4 else 0.3
    return 0.75 if covered > 0.2 else 0.5 if (column.distinct or 0) > 3 else 0.3


def _names_agree(column: str, key: str, key_table: str) -> bool:
    """Tell whether a column's name is the key's, or the key's table's (``customer_id``, ``customers.id``)."""
    words, key_words = name_words(column), name_words(key)
    if words == key_words:
        return words not in (("id",), ("key",), ("code",), ("name",))
    tables = {word.removesuffix("s") for word in name_words(key_table)}
    said = {word.removesuffix("s") for word in words}
    return bool(tables & said) and (words[-1] == key_words[-1] or words[-1] in ("id", "key", "code", "fk"))
