"""Which rows of a table are its header: the first, the first two, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from autodash_jupyter.frames.columns.moments import reading_of
from autodash_jupyter.frames.columns.values import MARKERS, MISSING

__all__ = ["Header", "find_header", "kind_of"]

NUMBER = re.compile(r"[(+\-−]?\s*[$€£¥]?\s*[+-]?(\d[\d.,'’ ]*|[.,]\d+)([eE][+-]?\d+)?\s*[$€£¥%]?\)?")  # noqa: RUF001
YEAR = re.compile(r"(18|19|20|21)\d\d")
UNIT = re.compile(
    r"[(\[].*[)\]]|%|°[CFK]?|[€$£]|[kcmµn]?(g|m|s|l|L|Pa|Hz|W|V|A|J|mol|bar)|min|h|d|[km]m?/[hs]|m[²³23/]\S*|"
    r"count|date|text|number|string|int(eger)?|float|units?|EUR|USD|GBP|years?|days?"
)
ROWS_LOOKED_AT = 200
MOST_OTHERS = 0.1


class Header(NamedTuple):
    """The labels, perhaps empty; how many rows they take; whether the first column has row names."""

    labels: tuple[str, ...]
    rows: int


def kind_of(cell: str) -> str:
    """Return ``number``, ``date`` or ``text``, or ``""`` for a cell that says nothing.

    >>> kind_of("2,50"), kind_of("2020-01-31"), kind_of("Porto"), kind_of("n/a")
    ('number', 'date', 'text', '')
    """
    cell = cell.strip()
    if cell in MISSING or cell.lower() in MARKERS:
        return ""
    if NUMBER.fullmatch(cell):
        return "number"
    return "date" if cell[-1].isdigit() and reading_of(cell) else "text"


def find_header(rows: Sequence[Sequence[str]], width: int) -> Header:
    """Return the header of rows of which the first is one, perhaps with the second, or isn't.

    >>> find_header([["city", "sold"], ["Porto", "3"]], 2)
    Header(labels=('city', 'sold'), rows=1)
    >>> find_header([["Porto", "3"], ["Lyon", "4"], ["Rome", "5"]], 2)
    Header(labels=('column_1', 'column_2'), rows=0)
    >>> two = [["", "Sales", ""], ["Region", "Q1", "Q2"]]
    >>> find_header([*two, ["North", "1", "2"], ["South", "3", "4"]], 3).labels
    ('Region', 'Sales Q1', 'Sales Q2')
    """
    full = [list(row) + [""] * (width - len(row)) for row in rows[: ROWS_LOOKED_AT + 2]]
    first, *body = full
    if len(rows[0]) == width and _is_data(first, body):
        return Header(tuple(f"column_{number}" for number in range(1, width + 1)), 0)
    if len(body) > 2 and _is_lower_header(first, body[0], body[1:]):
        return Header(_joined(first, body[0]), 2)
    return Header(tuple(rows[0]), 1)


def _column_kinds(body: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the kind of each column, ``""`` where it is empty and ``text`` where kinds differ."""
    kinds = []
    for index in range(width):
        found = [kind for kind in (kind_of(row[index]) for row in body if index < len(row)) if kind]
        usual = max(set(found), key=found.count) if found else ""
        kinds.append(
            usual
            if found and found.count(usual) >= (1 - MOST_OTHERS) * len(found)
            else "text"
            if found
            else ""
        )
    return kinds


def _is_data(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is like those below it, rather than above them."""
    if not body or not all(cell.strip() for cell in first[:1]):
        return False
    kinds, own = _column_kinds(body, len(first)), [kind_of(cell) for cell in first]
    telling = [index for index, kind in enumerate(kinds) if kind in {"number", "date"}]
    if not telling:
        return _repeats(first, body)
    if any(own[index] not in {kinds[index], ""} for index in telling) or not any(
        own[index] for index in telling
    ):
        return False
    labels = [first[index].strip() for index in telling if kinds[index] == "number"]
    dates = sum(kinds[index] == "date" for index in telling)
    if dates or not labels:
        return True
    years = all(YEAR.fullmatch(label) for label in labels)
    start = int(labels[0] == "1")
    numbered = len(labels) > 2 and labels == [str(number) for number in range(start, len(labels) + start)]
    return not ((years and len(set(labels)) == len(labels)) or (numbered and len(labels) < len(first)))


def _repeats(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether, in a table of words, cells of the first row come again below: labels seldom do."""
    others = [row for row in body if list(row) != list(first)]
    again = sum(
        bool(cell.strip()) and any(index < len(row) and row[index] == cell for row in others)
        for index, cell in enumerate(first)
    )
    return len(others) > 1 and again > 0 and again >= len(first) / 3


def _is_lower_header(upper: Sequence[str], lower: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    kinds = _column_kinds(body, len(upper))
    telling = [index for index, kind in enumerate(kinds) if kind in {"number", "date"}]
    named = [index for index in telling if lower[index].strip()]
    if not named or not any(cell.strip() for cell in upper):
        return False
    words = all(kind_of(lower[index]) in {"text", ""} for index in named) and any(
        kind_of(lower[index]) == "text" for index in named
    )
    years = all(YEAR.fullmatch(lower[index].strip()) for index in named)
    spanned = (
        any(not upper[index].strip() for index in named) and sum(bool(cell.strip()) for cell in upper) > 0
    )
    repeated = any(upper[index] == upper[index + 1] for index in named if index + 1 in named)
    if years:
        spanned = spanned or (repeated and len(named) < len(lower) and not lower[0].strip())
        return spanned and any(kind_of(cell) == "text" for cell in upper[1:])
    if not words:
        return False
    units = all(UNIT.fullmatch(cell.strip()) for cell in lower if cell.strip())
    return spanned or units or (len(telling) > 1 and len(named) == len(telling))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return one label of two: an upper one counts for the empty cells to its right as well."""
    labels, spanning = [], ""
    for above, below in zip((cell.strip() for cell in upper), (cell.strip() for cell in lower), strict=True):
        spanning = above or (spanning if below else "")
        labels.append(" ".join(dict.fromkeys(filter(None, [spanning, below]))))
    return tuple(labels)
