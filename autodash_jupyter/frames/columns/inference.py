"""From columns of text to a frame: each reader is asked in turn, and what it decided is told."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pyarrow as pa

from autodash_jupyter.frames.columns.dates import read_dates
from autodash_jupyter.frames.columns.durations import read_durations
from autodash_jupyter.frames.columns.flags import read_flags
from autodash_jupyter.frames.columns.numbers import read_numbers
from autodash_jupyter.frames.columns.values import (
    TypedColumn,
    without_formulas,
    without_markers,
    without_missing,
)
from autodash_jupyter.frames.columns.words import meant_words, read_words
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["frame_of", "parse_date_columns", "type_column", "type_texts"]

PROBED_VALUES = 200
ROWS_WORTH_THREADS = 50_000
LARGEST_EXACT_FLOAT = 2**53


def frame_of(
    columns: Sequence[ArrowColumn], labels: Sequence[str], decimal: str = ".", dates: str = ""
) -> tuple[pd.DataFrame, list[str]]:
    """Return a frame of the columns in their types, and remarks that name the column.

    ``columns`` are equally long arrays of strings, ``labels`` distinct; ``dates`` is ``"day"`` or ``"month"``
    where a person said which comes first.
    """

    def typed(column: ArrowColumn, label: str) -> TypedColumn:
        return type_column(column, decimal, label, dates)

    if columns and len(columns[0]) >= ROWS_WORTH_THREADS:
        with ThreadPoolExecutor(pa.cpu_count()) as pool:  # Arrow's kernels release the lock
            found = list(pool.map(typed, columns, labels))
    else:
        found = list(map(typed, columns, labels))
    frame = pa.table([column.values for column in found], list(labels)).to_pandas()
    for label, column in zip(labels, found, strict=True):
        exact = _nullable(column.values)
        if exact is not None:
            frame[label] = exact
    named = [(f"'{printable(label)}'", column) for label, column in zip(labels, found, strict=True)]
    return frame, [
        *_marks(named),
        *(f"column {name}: {column.note}" for name, column in named if column.note),
    ]


def _marks(named: Sequence[tuple[str, TypedColumn]]) -> list[str]:
    """Say what the commas and points in numbers were taken for."""
    remarks = []
    for sign, attribute in (("comma", "commas"), ("point", "points")):
        for meaning in ("decimal mark", "mark of thousands"):
            names = ", ".join(name for name, column in named if getattr(column, attribute) == meaning)
            if names:
                remarks.append(f"numbers read with a {sign} as {meaning}: {names}")
    return remarks


def type_column(text: ArrowColumn, decimal: str = ".", label: str = "", dates: str = "") -> TypedColumn:
    """Return a column of strings as integers, floats, flags, timestamps, durations, or as it is.

    ``decimal`` is the decimal mark of the file, ``.`` or ``,``; the other one may group thousands.

    >>> type_column(pa.chunked_array([["1", "", "3"]])).values.to_pylist()
    [1, None, 3]
    >>> type_column(pa.chunked_array([["1.234,5", "0,5"]]), decimal=",").values.to_pylist()
    [1234.5, 0.5]
    >>> type_column(pa.chunked_array([["01234", "98765"]])).values.to_pylist()
    ['01234', '98765']
    >>> type_column(pa.chunked_array([["03/04/2020", "05/06/2020"]])).note
    "'03/04/2020' may be day or month first, so these dates stay text"
    """
    gaps = without_missing(text)
    meant = meant_words(text, label) if gaps.null_count > text.null_count else ()
    text = without_missing(text, meant) if meant else gaps
    probe = text.slice(0, PROBED_VALUES).drop_null()
    if not len(probe):
        probe = text.drop_null().slice(0, PROBED_VALUES)
    if not len(probe):
        return TypedColumn(text.cast(pa.float64()) if len(text) else text)
    texts = without_formulas(text, probe)
    if texts is not None:
        return TypedColumn(texts)
    cleared = without_markers(probe)[0].drop_null()
    if len(cleared):
        found = (
            read_dates(text, cleared, label, dates)
            or read_numbers(text, probe, decimal, label)
            or read_flags(text, cleared)
            or read_durations(text, cleared, label)
        )
        if found is not None:
            return found
    return read_words(text, probe, meant, label)


def type_texts(
    texts: Sequence[str | None], label: str = "", dates: str = "", *, digits: bool = False
) -> tuple[pd.Series, list[str]]:
    """Return texts that were kept as texts, as a column of what they say, and remarks.

    Numbers with nothing about them but digits stay text, unless ``digits``: somebody may have kept them so.

    >>> type_texts(["007", "12"])[0].tolist(), type_texts(["$1,200", "$5"])[0].tolist()
    (['007', '12'], [1200, 5])
    """
    text = pa.chunked_array([pa.array(texts, pa.string())])
    found = type_column(text, ".", label, dates)
    kind = found.values.type
    plain = (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and not (
        found.note or found.commas or found.points
    )
    if plain and not digits and text.null_count < len(text):
        return pd.Series(texts, dtype="str"), []
    exact = _nullable(found.values)
    remarks = [found.note, _thousands(found)]
    return (found.values.to_pandas() if exact is None else exact), list(filter(None, remarks))


def _thousands(column: TypedColumn) -> str:
    return f"numbers read with a comma as {column.commas}" if column.commas else ""


def parse_date_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the frame with those columns of text that are dates as timestamps, and remarks on those that
    can't be.

    >>> parse_date_columns(pd.DataFrame({"day": ["2020-01-31", None]}))[0].dtypes["day"]
    dtype('<M8[us]')
    """
    parsed, remarks = {}, []
    for label in frame.columns[[isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes]]:
        text = pa.chunked_array([pa.array(frame[label], pa.large_string())])
        probe = text.drop_null().slice(0, PROBED_VALUES)
        found = read_dates(text, probe) if len(probe) else None
        if found is not None and pa.types.is_timestamp(found.values.type):
            parsed[label] = found.values.to_pandas().set_axis(frame.index)
        if found is not None and found.note:
            remarks.append(f"column '{printable(label)}': {found.note}")
    return frame.assign(**parsed), remarks


def _nullable(values: ArrowColumn) -> Any:
    """Return flags or big integers with gaps in a nullable type, which keeps them exact."""
    import pyarrow.compute as pc

    if not values.null_count:
        return None
    if pa.types.is_boolean(values.type):
        return values.to_pandas(types_mapper=lambda _: pd.BooleanDtype())
    if pa.types.is_uint64(values.type):
        return values.to_pandas(types_mapper=lambda _: pd.UInt64Dtype())
    if (
        pa.types.is_integer(values.type)
        and pc.any(pc.greater(pc.abs(values), pa.scalar(LARGEST_EXACT_FLOAT))).as_py()
    ):
        return values.to_pandas(types_mapper=lambda _: pd.Int64Dtype())
    return None
