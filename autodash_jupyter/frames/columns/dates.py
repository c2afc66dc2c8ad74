"""Columns of dates: read where every value names one day for sure; else text, and a remark why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import pyarrow as pa

from autodash_jupyter.frames.columns.moments import Reading, moment_of, reading_of
from autodash_jupyter.frames.columns.values import TypedColumn, cast, matches, without_markers
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["DATE_ORDERS", "read_dates", "read_iso_dates"]

DATE_ORDERS = ("day", "month")
ISO_DATE = r"^\d{4}[-/]\d{2}[-/]\d{2}([T ]|$)"
COMPACT_DATE = r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"
NAMED_LIKE_DATES = re.compile(r"date|datum|fecha|(^|[_ ])(day|dt|jour|tag|dia|giorno)([_ ]|$)", re.I)
VALUES_TRIED = 30
FEWEST_DATES = 0.8
MOST_DISTINCT_DATES = 3_000_000


def read_iso_dates(text: ArrowColumn, probe: ArrowColumn) -> TypedColumn | None:
    """Return a column of ISO dates throughout as timestamps, or ``None``.

    >>> column = pa.chunked_array([["2020-01-31", None]])
    >>> read_iso_dates(column, column).values.type
    TimestampType(timestamp[us])
    """
    import pyarrow.compute as pc

    if not matches(probe, ISO_DATE):
        return None
    slashed = pc.any(pc.match_substring(probe, "/")).as_py()
    hyphened = pc.replace_substring(text, "/", "-", max_replacements=2) if slashed else text
    for unit in ("us", "ns"):
        for zone in (None, "UTC"):
            dates = cast(hyphened, pa.timestamp(unit, zone))
            if dates is not None:
                return TypedColumn(dates)
    if not pc.any(pc.match_substring_regex(hyphened, r"[Zz]$|[+-]\d{2}:?\d{2}$")).as_py():
        return None
    parsed = pd.to_datetime(hyphened.to_pandas(), format="ISO8601", errors="coerce", utc=True)
    if pa.array(parsed.isna()).to_numpy(zero_copy_only=False).sum() > text.null_count:
        return None
    zoned = pc.match_substring_regex(hyphened.drop_null(), r"[T ].*([Zz]|[+-]\d{2}:?\d{2})$")
    if not pc.all(zoned).as_py():
        return TypedColumn(text, "some of its times have a time zone and some have none, so they stay text")
    return TypedColumn(pa.chunked_array([pa.array(parsed)]))


def read_dates(text: ArrowColumn, probe: ArrowColumn, label: str = "", order: str = "") -> TypedColumn | None:
    """Return a column of dates as timestamps; text with a remark where a date could mean two days or none;
    ``None`` where it holds no dates.

    ``order`` is ``"day"`` or ``"month"`` where a person said which comes first, and decides what is open.

    >>> column = pa.chunked_array([["31/12/2020", "1/2/2021"]])
    >>> read_dates(column, column).note
    'dates read day first, as a part above 12 shows'
    """
    compact = bool(NAMED_LIKE_DATES.search(label)) and matches(probe, COMPACT_DATE)
    iso = None if compact else read_iso_dates(text, probe)
    if iso is not None:
        return iso
    tried = probe.slice(0, VALUES_TRIED).to_pylist()
    if sum(reading_of(value, compact=compact) is not None for value in tried) < FEWEST_DATES * len(tried):
        return None
    trimmed, note = without_markers(text)
    distinct = trimmed.unique().drop_null().to_pylist()
    if len(distinct) > MOST_DISTINCT_DATES:
        return TypedColumn(text, "too many distinct dates of this form to read; it stays text")
    readings = {value: reading_of(value, compact=compact) for value in distinct}
    return _dated(text, trimmed, readings, order, note)


def _dated(
    text: ArrowColumn, trimmed: ArrowColumn, readings: Mapping[str, Reading | None], order: str, note: str
) -> TypedColumn:
    known = {value: reading for value, reading in readings.items() if reading is not None}
    for value, reading in readings.items():
        if reading is None or reading.order == "neither":
            return TypedColumn(text, f"'{printable(value)}' is no date, so this column of dates stays text")
    day_first, reason = _order(known, order)
    if day_first is None:
        return TypedColumn(text, reason)
    moments: dict[str, datetime] = {}
    for value, reading in known.items():
        moment = moment_of(reading, day_first=day_first)
        if moment is None:
            return TypedColumn(text, f"'{printable(value)}' is no date, so this column of dates stays text")
        moments[value] = moment
    zoned = {reading.zone is not None for reading in known.values()}
    if len(zoned) > 1:
        return TypedColumn(text, "some of its times have a time zone and some have none, so they stay text")
    remarks = [note, reason, _mixed(known), _centuries(known)]
    return TypedColumn(
        _looked_up(trimmed, moments, "UTC" if True in zoned else None), "; ".join(filter(None, remarks))
    )


def _order(readings: Mapping[str, Reading], asked: str) -> tuple[bool | None, str]:
    """Return whether the day comes first, ``None`` if nothing shows it, and a remark."""
    kinds = {reading.order for reading in readings.values()}
    if {"day", "month"} <= kinds:
        return None, "some of its dates only make sense day first and some month first, so they stay text"
    if "day" in kinds or "month" in kinds:
        return (
            "day" in kinds,
            f"dates read {'day' if 'day' in kinds else 'month'} first, as a part above 12 shows",
        )
    if "either" not in kinds:
        return False, ""
    if asked in DATE_ORDERS:
        return asked == "day", f"dates read {asked} first, as asked"
    open_ones = [(value, reading) for value, reading in readings.items() if reading.order == "either"]
    if all(reading.mark == "." for _, reading in open_ones):
        return True, "dates read day first, as points between the parts say"
    value = next(value for value, reading in open_ones if reading.mark != ".")
    return None, f"'{printable(value)}' may be day or month first, so these dates stay text"


def _mixed(readings: Mapping[str, Reading]) -> str:
    forms = {
        "year" if one.order == "year" else "named" if one.order == "named" else "numbers"
        for one in readings.values()
    }
    return "dates in several forms, each read as what it is" if len(forms) > 1 else ""


def _centuries(readings: Mapping[str, Reading]) -> str:
    short = any(reading.two_digits for reading in readings.values())
    return "years of two digits read as 1969 to 2068" if short else ""


def _looked_up(texts: ArrowColumn, moments: Mapping[str, datetime], zone: str | None) -> ArrowColumn:
    import pyarrow.compute as pc

    kind = pa.timestamp("us", zone)
    keys = pa.array(list(moments), texts.type)
    return pa.chunked_array(
        [pc.take(pa.array(list(moments.values()), kind), pc.index_in(chunk, keys)) for chunk in texts.chunks],
        kind,
    )
