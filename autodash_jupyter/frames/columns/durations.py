"""Columns of durations: of days and times, of hours beyond a day, and as ISO 8601 writes them."""

from __future__ import annotations

import re
from datetime import timedelta

import pyarrow as pa

from autodash_jupyter.frames.columns.values import TypedColumn, without_markers
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["read_durations"]

CLOCK = re.compile(
    r"(?P<sign>[+-])?(?:(?P<days>\d+) days?,? ?)?(?P<hours>\d+):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:\.\d{1,6})?))?"
)
DAYS = re.compile(r"(?P<sign>[+-])?(?P<days>\d+) days?")
ISO = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
NAMED_LIKE_DURATIONS = re.compile(
    r"duration|elapsed|dauer|durée|duración|laufzeit|lap|uptime|time_?spent", re.I
)
VALUES_TRIED = 30
PARTS = ("weeks", "days", "hours", "minutes", "seconds")


def read_durations(text: ArrowColumn, probe: ArrowColumn, label: str = "") -> TypedColumn | None:
    """Return a column of durations as such, or ``None``; times of day stay text, unless the label says so.

    >>> column = pa.chunked_array([["36:15:00", "1:00:30"]])
    >>> [str(value) for value in read_durations(column, column).values.to_pylist()]
    ['1 day, 12:15:00', '1:00:30']
    """
    if any(_duration(value) is None for value in probe.slice(0, VALUES_TRIED).to_pylist()):
        return None
    trimmed, note = without_markers(text)
    distinct = {value: _duration(value) for value in trimmed.unique().drop_null().to_pylist()}
    if not distinct or None in distinct.values():
        return None
    longest = max(abs(value) for value in distinct.values() if value is not None)
    said = any(letter in value for value in distinct for letter in "Pd")
    if not said and longest < timedelta(hours=24) and not NAMED_LIKE_DURATIONS.search(label):
        return None
    if not said and any(value.count(":") == 1 for value in distinct):
        return None  # hours and minutes, or minutes and seconds
    values = [None if value is None else distinct[value] for value in trimmed.to_pylist()]
    return TypedColumn(pa.chunked_array([pa.array(values, pa.duration("us"))]), note)


def _duration(text: str) -> timedelta | None:
    found = next(filter(None, (form.fullmatch(text.strip()) for form in (CLOCK, DAYS, ISO))), None)
    if found is None:
        return None
    parts = {name: float(value) for name, value in found.groupdict().items() if value and name in PARTS}
    try:
        length = timedelta(**parts)
    except OverflowError:
        return None
    return -length if found["sign"] == "-" else length
