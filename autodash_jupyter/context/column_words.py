"""Columns in words: what each holds, or what many of one kind hold together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from autodash_jupyter.context.markdown import escape_markdown
from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.wording import (
    counted,
    format_number,
    format_range,
    format_seconds,
    format_share,
    format_value,
    join_words,
)

__all__ = ["describe_column", "describe_group", "describe_missing", "group_columns"]

QUANTITIES = frozenset(("measure", "money", "count", "ratio", "duration"))
_LEVELS_LISTED = 6
_PLURALS = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "ip": "IP addresses",
    "name": "names",
    "place": "addresses",
    "postal code": "postal codes",
    "url": "web addresses",
    "text": "texts",
}
_SMALLEST_GROUP = 4


def describe_column(column: ColumnProfile) -> str:
    """Say what a column holds: its range or levels, and how much is missing."""
    if not column.count:
        return "no values at all"
    missing = describe_missing(column)
    return _contents(column) + (f"; {missing}" if missing else "")


def describe_missing(column: ColumnProfile) -> str:
    """Say how much is missing, or nothing where nothing is."""
    if not column.missing:
        return ""
    return f"{column.missing:,} missing ({format_share(column.missing_share)})"


def _contents(column: ColumnProfile) -> str:
    if any(finding.kind == "unreadable" for finding in column.findings):
        return "could not be read"
    if column.personal:
        plural = _PLURALS.get(column.semantic_type, "values")
        return f"{_distinct(column)} {plural}, left out here as personal data"
    describe = _DESCRIBERS.get(column.semantic_type)
    words = describe(column) if describe else escape_markdown(column.evidence, 120)
    return words or f"{_distinct(column)} values"


def _constant(column: ColumnProfile) -> str:
    value = column.top_values[0][0] if column.top_values else format_value(column.minimum)
    return f"always {_value(value)}"


def _texts(column: ColumnProfile) -> str:
    length = re.search(r"about \d+ characters", column.evidence)
    return f"{_distinct(column)} {_PLURALS.get(column.semantic_type, 'values')}" + (
        f" of {length[0]}" if length else ""
    )


def _value(text: str, limit: int = 40) -> str:
    return escape_markdown(mask_personal(text), limit)


def _distinct(column: ColumnProfile) -> str:
    if column.distinct is None:
        return f"{column.count:,}"
    about = "about " if "distinct" in column.errors and column.distinct > 100 else ""
    if column.distinct == column.count and column.count > 1:
        return f"{column.distinct:,} different"
    return f"{about}{column.distinct:,}"


def _moments(column: ColumnProfile) -> str:
    if column.minimum is None:
        return ""
    if column.semantic_type == "year" and isinstance(column.minimum, int | float):
        first, last = f"{column.minimum:.0f}", f"{column.maximum:.0f}"
        years = counted(column.distinct or 0, "year")
        return f"{first} to {last} ({years})" if first != last else first
    if isinstance(column.minimum, int | float):  # dates packed into numbers
        return f"{column.minimum:.0f} to {column.maximum:.0f}"
    by = f", by the {column.granularity}" if column.granularity else ""
    return escape_markdown(format_range(column.minimum, column.maximum)) + by


def _quantity(column: ColumnProfile) -> str:
    if column.minimum is None:
        return escape_markdown(column.evidence, 120)
    unit = f" {escape_markdown(column.unit, 12)}" if column.unit else ""
    text = escape_markdown(format_range(column.minimum, column.maximum)) + unit
    if column.minimum == column.maximum or column.semantic_type in ("latitude", "longitude"):
        return text
    is_span = column.dtype.startswith("timedelta") or not isinstance(column.minimum, int | float)
    write = format_seconds if is_span else format_number
    if column.mean is not None:
        text += f", mean {write(column.mean)}"
    low, high = column.quantiles.get("25%"), column.quantiles.get("75%")
    if low is not None and high is not None and low < high:
        text += f"; the middle half {write(low)} to {write(high)}"
    return text


def _levels(column: ColumnProfile) -> str:
    distinct = column.distinct or 0
    if not column.top_values:
        return f"{_distinct(column)} values"
    listed = [f"{_value(text)} ({count:,})" for text, count in column.top_values[:_LEVELS_LISTED]]
    if distinct <= _LEVELS_LISTED:
        return join_words(listed)
    if column.top_values[0][1] < 3 or distinct > 0.5 * column.count:
        return f"{_distinct(column)} values"
    return f"{_distinct(column)} values, most often {join_words(listed[:3])}"


def _identifiers(column: ColumnProfile) -> str:
    if column.distinct and 0.9 * column.count < column.distinct < column.count:
        return f"{_distinct(column)} values, nearly one for each row"
    if column.distinct and column.distinct < column.count:
        times = format_number(round(column.count / column.distinct, 1))
        return f"{_distinct(column)} values, each in about {times} rows"
    return f"{_distinct(column)} values"


_DESCRIBERS: dict[str, Callable[[ColumnProfile], str]] = {
    "constant": _constant,
    "identifier": _identifiers,
    **dict.fromkeys(("year", "date", "datetime"), _moments),
    **dict.fromkeys((*QUANTITIES, "latitude", "longitude"), _quantity),
    **dict.fromkeys(LEVELS, _levels),
    **dict.fromkeys(("text", "name", "url", "time"), _texts),
}


def group_columns(columns: Sequence[ColumnProfile]) -> list[list[ColumnProfile]]:
    """Put columns whose names differ only in their numbers together, where at least four do.

    Groups come in the order of their first columns; all others are groups of one.

    >>> numbered = [ColumnProfile(f"x{n}", n, "float64", "measure") for n in range(5)]
    >>> [len(group) for group in group_columns([*numbered, ColumnProfile("y", 5, "float64", "measure")])]
    [5, 1]
    """
    groups: dict[tuple[str, str], list[ColumnProfile]] = {}
    for column in columns:
        groups.setdefault((re.sub(r"\d+", "#", column.name), column.semantic_type), []).append(column)
    result: list[list[ColumnProfile]] = []
    for members in groups.values():
        result += [members] if len(members) >= _SMALLEST_GROUP else [[column] for column in members]
    return sorted(result, key=lambda group: group[0].position)


def describe_group(columns: Sequence[ColumnProfile]) -> str:
    """Say what a group of like columns holds, as a whole."""
    numbers = [
        column for column in columns if isinstance(column.minimum, int | float) and not column.personal
    ]
    text = f"{len(columns):,} columns of one kind"
    if numbers:
        low, high = min(column.minimum for column in numbers), max(column.maximum for column in numbers)
        text += f", together {format_range(low, high)}"
    incomplete = [column for column in columns if column.missing]
    if incomplete:
        most = max(column.missing_share for column in incomplete)
        text += f"; {len(incomplete):,} of them with missing values (up to {format_share(most)})"
    return text
