"""Columns of text, as delimited files have them, to columns of numbers, dates, flags or text.

The rule is to lose nothing: a column changes its type only if every value in it survives the change.
Digits that are no quantity (leading zeros, telephone numbers, more digits than a number holds) stay text,
and so do dates that could mean two days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["TypedColumn", "frame_of", "parse_date_columns", "type_column"]

# What pandas' own readers take for missing.
MISSING = (
    "", "NA", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "<NA>", "NULL", "null", "None",
    "NaN", "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
)  # fmt: skip
PROBED_VALUES = 200
ROWS_WORTH_THREADS = 50_000
LARGEST_EXACT_FLOAT = 2**53
LARGEST_SURELY_EXACT = 1e15

ISO_DATE = r"^\d{4}[-/]\d{2}[-/]\d{2}([T ]|$)"
DAY_AND_MONTH = r"^(?P<first>\d{1,2})(?P<mark>[/.\-])(?P<second>\d{1,2})[/.\-](?P<year>\d{4})$"
CODE = r"^(0[0-9]+$|0[xX]|\+[0-9]{7,}$)"


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """Values in their type, a remark if something had to be decided, whether numbers had commas."""

    values: ArrowColumn
    note: str = ""
    commas: bool = False


def frame_of(
    columns: Sequence[ArrowColumn], labels: Sequence[str], decimal: str = "."
) -> tuple[pd.DataFrame, list[str]]:
    """Return a frame of the columns in their types, and remarks that name the column.

    ``columns`` are equally long arrays of strings, ``labels`` distinct.
    """

    def typed(column: ArrowColumn) -> TypedColumn:
        return type_column(column, decimal)

    if columns and len(columns[0]) >= ROWS_WORTH_THREADS:
        with ThreadPoolExecutor(pa.cpu_count()) as pool:  # Arrow's kernels release the lock
            found = list(pool.map(typed, columns))
    else:
        found = [typed(column) for column in columns]
    frame = pa.table([column.values for column in found], list(labels)).to_pandas()
    for label, column in zip(labels, found, strict=True):
        exact = _nullable(column.values)
        if exact is not None:
            frame[label] = exact
    named = [(f"'{printable(label)}'", column) for label, column in zip(labels, found, strict=True)]
    remarks = [f"column {name}: {column.note}" for name, column in named if column.note]
    with_commas = ", ".join(name for name, column in named if column.commas)
    if with_commas:
        meaning = "decimal mark" if decimal == "," else "mark of thousands"
        remarks.insert(0, f"numbers read with a comma as {meaning}: {with_commas}")
    return frame, remarks


def type_column(text: ArrowColumn, decimal: str = ".") -> TypedColumn:
    """Return a column of strings as integers, floats, flags, timestamps, or as it is.

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
    import pyarrow.compute as pc

    missing = pc.is_in(text, value_set=pa.array(MISSING))
    if pc.any(missing).as_py():
        text = pc.if_else(missing, pa.scalar(None, text.type), text)
    probe = text.slice(0, PROBED_VALUES).drop_null()
    if not len(probe):
        probe = text.drop_null().slice(0, PROBED_VALUES)
    if not len(probe):
        return TypedColumn(text.cast(pa.float64()) if len(text) else text)
    for attempt in (_numbers, _flags, _iso_dates, _slashed_dates):
        found = attempt(text, probe, decimal)
        if found is not None:
            return found
    return TypedColumn(text)


def parse_date_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with those columns of text that are ISO dates throughout as timestamps.

    >>> parse_date_columns(pd.DataFrame({"day": ["2020-01-31", None]})).dtypes["day"]
    dtype('<M8[us]')
    """
    parsed = {}
    for label in frame.columns[[isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes]]:
        text = pa.chunked_array([pa.array(frame[label], pa.large_string())])
        probe = text.drop_null().slice(0, PROBED_VALUES)
        found = _iso_dates(text, probe, ".") if len(probe) else None
        if found is not None and pa.types.is_timestamp(found.values.type):
            parsed[label] = found.values.to_pandas().set_axis(frame.index)
    return frame.assign(**parsed)


def _numbers(text: ArrowColumn, probe: ArrowColumn, decimal: str) -> TypedColumn | None:
    import pyarrow.compute as pc

    spelled: ArrowColumn
    spellings: list[Callable[[ArrowColumn], ArrowColumn | None]] = [_as_written, _trimmed]
    spellings.insert(0 if decimal == "," else 2, lambda values: _with_decimal_point(values, decimal))
    for spelling in spellings:
        likely = spelling(probe)
        if _cast(likely, pa.float64()) is None:
            continue
        spelled = spelling(text)
        numbers: ArrowColumn = _cast(spelled, pa.int64()) if _cast(likely, pa.int64()) is not None else None
        if numbers is None:
            numbers = _cast(spelled, pa.float64())
            if numbers is None:
                continue
            large = spelled.filter(pc.greater_equal(pc.abs(numbers), pa.scalar(LARGEST_SURELY_EXACT)))
            if pc.any(pc.match_substring_regex(large, "^[+-]?[0-9]+$")).as_py():
                return TypedColumn(text, "more digits than a number holds exactly, so it stays text")
        if _holds_codes(spelled, numbers):
            return TypedColumn(text)
        return TypedColumn(numbers, commas=pc.any(pc.match_substring(probe, ",")).as_py())
    return None


def _as_written(values: ArrowColumn) -> ArrowColumn:
    return values


def _trimmed(values: ArrowColumn) -> ArrowColumn:
    import pyarrow.compute as pc

    trimmed: ArrowColumn = pc.utf8_trim_whitespace(values)
    filled: ArrowColumn = pc.if_else(
        pc.is_in(trimmed, value_set=pa.array(MISSING)), pa.scalar(None, trimmed.type), trimmed
    )
    return filled


def _with_decimal_point(values: ArrowColumn, decimal: str) -> ArrowColumn | None:
    """Return numbers without thousands' marks and with a point, or ``None`` if one isn't such a number."""
    import pyarrow.compute as pc

    grouping = "," if decimal == "." else "."
    number = rf"^[+-]?([0-9]+|[0-9]{{1,3}}([{grouping}][0-9]{{3}})+)([{decimal}][0-9]+)?$"
    if not pc.all(pc.match_substring_regex(values, number)).as_py():
        return None
    return pc.replace_substring(pc.replace_substring(values, grouping, ""), decimal, ".")


def _holds_codes(values: ArrowColumn, numbers: ArrowColumn) -> bool:
    import pyarrow.compute as pc

    # The pattern is slow on many rows, so it sees only those that might be codes: not 0.5 and its like.
    whole = pc.or_(pc.greater_equal(pc.abs(numbers), pa.scalar(1)), pc.equal(numbers, pa.scalar(0)))
    marked = pc.or_(pc.starts_with(values, "0"), pc.starts_with(values, "+"))
    return bool(pc.any(pc.match_substring_regex(values.filter(pc.and_(whole, marked)), CODE)).as_py())


def _flags(text: ArrowColumn, probe: ArrowColumn, _decimal: str) -> TypedColumn | None:
    import pyarrow.compute as pc

    if not pc.all(pc.match_substring_regex(probe, "^(?i:true|false)$")).as_py():
        return None
    flags = _cast(text, pa.bool_())
    return None if flags is None else TypedColumn(flags)


def _iso_dates(text: ArrowColumn, probe: ArrowColumn, _decimal: str) -> TypedColumn | None:
    import pyarrow.compute as pc

    if not pc.all(pc.match_substring_regex(probe, ISO_DATE)).as_py():
        return None
    slashed = pc.any(pc.match_substring(probe, "/")).as_py()
    hyphened = pc.replace_substring(text, "/", "-", max_replacements=2) if slashed else text
    for kind in (
        pa.timestamp("us"),
        pa.timestamp("us", "UTC"),
        pa.timestamp("ns"),
        pa.timestamp("ns", "UTC"),
    ):
        dates = _cast(hyphened, kind)
        if dates is not None:
            return TypedColumn(dates)
    parsed = pd.to_datetime(hyphened.to_pandas(), format="ISO8601", errors="coerce", utc=True)
    odd = text.filter(pa.array(parsed.isna())).drop_null()
    if not len(odd):
        return None
    return TypedColumn(text, f"'{printable(odd[0])}' is no date, so this column of dates stays text")


def _slashed_dates(text: ArrowColumn, probe: ArrowColumn, _decimal: str) -> TypedColumn | None:
    """Dates like 31/12/2020: read only if some day above 12 shows which part is the day."""
    import pyarrow.compute as pc

    if not pc.all(pc.match_substring_regex(probe, DAY_AND_MONTH)).as_py():
        return None
    parts: ArrowColumn = pc.extract_regex(text, DAY_AND_MONTH)
    if parts.null_count > text.null_count:
        return None
    first, second = (pc.utf8_lpad(pc.struct_field(parts, part), 2, "0") for part in ("first", "second"))
    day_first, month_first = pc.max(first).as_py() > "12", pc.max(second).as_py() > "12"
    if not day_first and not month_first:
        return TypedColumn(text, f"'{probe[0]}' may be day or month first, so these dates stay text")
    month, day = (second, first) if day_first else (first, second)
    dates = _cast(
        pc.binary_join_element_wise(pc.struct_field(parts, "year"), month, day, "-"), pa.timestamp("us")
    )
    if dates is None:
        return TypedColumn(
            text, "some of its dates are on no calendar, read day or month first; it stays text"
        )
    return TypedColumn(dates, f"dates read {'day' if day_first else 'month'} first, as a part above 12 shows")


def _cast(values: ArrowColumn | None, kind: pa.DataType) -> ArrowColumn:
    """Return the values in a type, or ``None`` if one of them has none in it."""
    if values is None:
        return None
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        return None


def _nullable(values: ArrowColumn) -> Any:
    """Return flags or big integers with gaps in a nullable type, which keeps them exact."""
    import pyarrow.compute as pc

    if not values.null_count:
        return None
    if pa.types.is_boolean(values.type):
        return values.to_pandas(types_mapper=lambda _: pd.BooleanDtype())
    if (
        pa.types.is_integer(values.type)
        and pc.any(pc.greater(pc.abs(values), pa.scalar(LARGEST_EXACT_FLOAT))).as_py()
    ):
        return values.to_pandas(types_mapper=lambda _: pd.Int64Dtype())
    return None
