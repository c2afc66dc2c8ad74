"""One text to the day and time it names: numbers in some order, or a month by its name, in several
languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, NamedTuple

__all__ = ["Order", "Reading", "moment_of", "reading_of"]

Order = Literal["year", "named", "day", "month", "same", "either", "neither"]

TIME = (
    r"(?:(?:[ T,:]+| (?:at|um|à|kl\.?) )(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})0*)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?(?:\s*(?:Uhr|uhr))?)?"
)
WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<first>\d{{1,2}})(?P=mark)(?P<last>\d{{1,2}}){TIME}"
)
YEAR_FIRST_IN_HAN = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[年년])\s?(?P<first>\d{{1,2}})[月월]\s?(?P<last>\d{{1,2}})[日일]{TIME}"
)
YEAR_LAST = re.compile(
    rf"{WEEKDAY}(?P<first>\d{{1,2}})\s?(?P<mark>[-/.])\s?(?P<last>\d{{1,2}})\s?(?P=mark)\s?(?P<year>\d{{4}}|\d{{2}}){TIME}"
)
DAY_AND_NAME = re.compile(
    rf"{WEEKDAY}(?P<last>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ \-/]*(?:de |of )?"
    r"(?P<name>[^\W\d_]{3,10})\.?,?[ \-/]*"
    rf"(?:de |of )?(?P<year>\d{{4}}|'?\d{{2}}){TIME}"
)
NAME_AND_DAY = re.compile(
    rf"{WEEKDAY}(?P<name>[^\W\d_]{{3,10}})\.?[ \-/]+(?P<last>\d{{1,2}})(?:st|nd|rd|th)?,?[ \-/]+"
    rf"(?P<year>\d{{4}}){TIME}"
)
YEAR_AND_NAME = re.compile(
    rf"(?P<year>\d{{4}})[ \-/](?P<name>[^\W\d_]{{3,10}})\.?[ \-/](?P<last>\d{{1,2}}){TIME}"
)
COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<first>\d{2})(?P<last>\d{2})(?P<mark>)" + TIME)
YEAR_BEHIND_TIME = re.compile(
    rf"{WEEKDAY}(?P<name>[^\W\d_]{{3,10}})\s+(?P<last>\d{{1,2}}){TIME}\s+(?P<year>\d{{4}})"
)
NAMED_FORMS = (DAY_AND_NAME, NAME_AND_DAY, YEAR_AND_NAME, YEAR_BEHIND_TIME)
# The beginnings of the months' names, in English, German, French, Spanish, Portuguese, Italian, Dutch, the
# Scandinavian languages, Polish, Czech, Turkish and Russian.
MONTHS = (
    ("jan", "jän", "ene", "gen", "sty", "led", "oca", "янв"),
    ("feb", "fév", "fev", "lut", "úno", "şub", "фев"),
    ("mar", "mär", "mrz", "maa", "mrt", "bře", "мар"),
    ("apr", "avr", "abr", "kwi", "dub", "nis", "апр"),
    ("may", "mai", "maj", "mei", "mag", "kvě", "май", "мая"),
    ("jun", "juin", "giu", "cze", "červen", "haz", "июн"),
    ("jul", "juil", "lug", "lip", "červenec", "tem", "июл"),
    ("aug", "aoû", "aou", "ago", "sie", "srp", "ağu", "авг"),
    ("sep", "set", "wrz", "zář", "eyl", "сен"),
    ("oct", "okt", "out", "ott", "paź", "říj", "eki", "окт"),
    ("nov", "lis", "kas", "ноя"),
    ("dec", "dez", "déc", "dic", "des", "gru", "pro", "ara", "дек"),
)
LAST_YEAR_OF_THIS_CENTURY = 68  # as POSIX has it


class Reading(NamedTuple):
    """The parts of a date as they stand, and in which order they can be meant."""

    order: Order
    mark: str
    year: int
    first: int
    last: int
    time: timedelta
    zone: timezone | None
    two_digits: bool


def reading_of(text: str, *, compact: bool = False) -> Reading | None:
    """Return the parts of a text that has a date's form, perhaps one on no calendar; ``compact`` allows
    20200131.

    >>> reading_of("03/04/2020").order, reading_of("31.12.99").year, reading_of("Dec 5, 2020").order
    ('either', 1999, 'named')
    >>> reading_of("12 apples") is None
    True
    """
    text = text.strip()
    for form in (YEAR_FIRST, YEAR_LAST, YEAR_FIRST_IN_HAN, *((COMPACT,) if compact else ())):
        found = form.fullmatch(text)
        if found:
            first, last = int(found["first"]), int(found["last"])
            order: Order = "year" if form is not YEAR_LAST else _order(first, last)
            return _reading(found, order, found["mark"], first, last)
    for form in NAMED_FORMS:
        found = form.fullmatch(text)
        month = _month(found["name"]) if found else 0
        if found and month:
            return _reading(found, "named", "", month, int(found["last"]))
    return None


def moment_of(reading: Reading, *, day_first: bool) -> datetime | None:
    """Return the moment a reading means, or ``None`` if there is no such day or time.

    >>> moment_of(reading_of("31/12/2020 14:30"), day_first=True)
    datetime.datetime(2020, 12, 31, 14, 30)
    >>> moment_of(reading_of("2020-02-30"), day_first=False) is None
    True
    """
    swapped = day_first and reading.order not in {"year", "named"}
    month, day = (reading.last, reading.first) if swapped else (reading.first, reading.last)
    try:
        moment = datetime(reading.year, month, day, tzinfo=reading.zone) + reading.time
        return moment.astimezone(UTC) if reading.zone else moment
    except (ValueError, OverflowError):
        return None


def _order(first: int, last: int) -> Order:
    if first > 12 and last > 12:
        return "neither"
    if first > 12:
        return "day"
    if last > 12:
        return "month"
    return "same" if first == last else "either"


def _reading(found: re.Match[str], order: Order, mark: str, first: int, last: int) -> Reading:
    written = found["year"].lstrip("'")
    year = int(written)
    if len(written) == 2:
        year += 2000 if year <= LAST_YEAR_OF_THIS_CENTURY else 1900
    time = _time(found)
    if time is None:
        return Reading("neither", mark, year, first, last, timedelta(), None, len(written) == 2)
    return Reading(order, mark, year, first, last, time, _zone(found["zone"]), len(written) == 2)


def _time(found: re.Match[str]) -> timedelta | None:
    if found["hour"] is None:
        return timedelta()
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((found["fraction"] or "0").ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written in {"Z", "UTC", "GMT"}:
        return UTC
    sign = -1 if written[0] == "-" else 1
    digits = written[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(sign * offset) if offset < timedelta(hours=24) else UTC


def _month(name: str) -> int:
    folded = name.casefold().replace("i\u0307", "i")
    fitting = [
        (len(one), number)
        for number, beginnings in enumerate(MONTHS, start=1)
        for one in beginnings
        if folded.startswith(one)
    ]
    return max(fitting, default=(0, 0))[1]
