"""Recognises moments, spans and parts of the calendar, kept as such or as numbers."""

from __future__ import annotations

import numpy as np

from autodash_jupyter.profiling.names import name_unit
from autodash_jupyter.profiling.semantic import Facts, Guess
from autodash_jupyter.profiling.times import granularity

__all__ = [
    "calendar_part",
    "duration",
    "guess_spans",
    "guess_times",
    "packed_date",
    "unix_time",
    "year",
]

_CALENDAR_RANGES = {
    "month": (1, 12), "months": (1, 12), "mon": (1, 12), "mnth": (1, 12), "quarter": (1, 4), "qtr": (1, 4),
    "weekday": (0, 7), "dow": (0, 7), "wday": (0, 7), "dayofweek": (0, 7), "day": (1, 31), "mday": (1, 31),
    "hour": (0, 24), "hr": (0, 24), "minute": (0, 60), "week": (0, 53), "semester": (1, 2),
    "yday": (1, 366), "dayofyear": (1, 366), "dayofmonth": (1, 31), "weekofyear": (0, 53),
    "hourofday": (0, 24), "decade": (0, 3000),
}  # fmt: skip


_BOUNDS = {
    "start", "end", "begin", "began", "from", "to", "born", "founded", "built", "established", "opened",
    "birth", "death", "died", "until", "since", "first", "last",
}  # fmt: skip


_NUMBERS = {"num", "number", "no", "nr", "of", "idx", "index"}
_SHORT_RANGES = {"mo": (1, 12), "m": (1, 12), "d": (1, 31)}  # only beside a year


def guess_times(facts: Facts) -> Guess:
    """Tell dates from moments."""
    if granularity(facts.reading.known_values) in ("year", "month", "day"):
        return Guess("date", 0.97, "dates without a time of day")
    return Guess("datetime", 0.97, "moments with a time of day")


def guess_spans(facts: Facts) -> Guess:
    """Spans of time are durations."""
    del facts
    return Guess("duration", 0.97, "spans of time")


def year(facts: Facts) -> Guess | None:
    """Years by their name, or by values that are years whatever the name."""
    guess = _year_with_a_part(facts) or _short_year(facts) or _named_year(facts)
    if guess is not None or not facts.whole or len(facts.numbers) == 0:
        return guess
    named_otherwise = facts.says("measure") or facts.says("money") or facts.says("count")
    return _dense_years(facts) if named_otherwise else _years_by_values(facts)


def _named_year(facts: Facts) -> Guess | None:
    glued = next((word for word in facts.words if len(word) > 5 and word.endswith("year")), None)
    named = facts.says("year") or glued or ("time" if facts.words[-1:] == ("time",) else None)
    if named and facts.within(1000, 2200) >= 0.9 and (facts.whole or named == "time"):
        return Guess("year", 0.95, f"named {named}, {_from_to(facts)}")
    return None


def _dense_years(facts: Facts) -> Guess | None:
    """Nearly every year of a span, where the name speaks of something else."""
    span = facts.numbers[-1] - facts.numbers[0] + 1
    dense = 20 <= facts.distinct >= 0.8 * span and facts.unique_share < 0.2
    if dense and facts.within(1900, 2035) == 1.0:
        return Guess("year", 0.87, f"nearly every whole number {_from_to(facts)}")
    return None


def _years_by_values(facts: Facts) -> Guess | None:
    first = 1500 if _BOUNDS & set(facts.words) else 1880
    span = facts.numbers[-1] - facts.numbers[0] + 1
    repeated = facts.distinct < 0.9 * facts.count or facts.distinct == span
    if (
        facts.within(first, 2060) == 1.0
        and facts.distinct >= 2
        and repeated
        and name_unit(facts.label) is None
    ):
        return Guess("year", 0.72, f"whole numbers {_from_to(facts)}")
    return None


def _from_to(facts: Facts) -> str:
    return f"from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}"


def packed_date(facts: Facts) -> Guess | None:
    """Dates written as numbers: 20240131, or 202401 where the name speaks of time."""
    if not facts.whole:
        return None
    numbers = facts.numbers.astype(np.int64)
    if facts.within(17000101, 21991231) == 1.0:
        months, days = numbers // 100 % 100, numbers % 100
        if np.all((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)):
            return Guess("date", 0.93, "numbers that read as year, month and day")
    months = numbers % 100
    named = facts.says("time") or "month" in facts.words or "period" in facts.words
    if named and facts.within(170001, 219912) == 1.0 and np.all((months >= 1) & (months <= 12)):
        return Guess("date", 0.9, "numbers that read as year and month")
    return None


def _year_with_a_part(facts: Facts) -> Guess | None:
    """Moments written as years and their fractions: 2003.25 is the first of April 2003."""
    named = facts.says("time") or facts.says("year")
    if facts.whole or facts.within(1500 if named else 1900, 2200 if named else 2035) < 1.0:
        return None
    if not named and (
        facts.distinct < 10 or facts.says("measure") or facts.says("money") or name_unit(facts.label)
    ):
        return None
    return Guess(
        "year",
        0.9 if named else 0.56,
        f"years with fractions, from {facts.numbers[0]:.6g} to {facts.numbers[-1]:.6g}",
    )


def _short_year(facts: Facts) -> Guess | None:
    """Years of two digits, as 70 to 82 for 1970 to 1982."""
    if not facts.whole or not {"year", "yr", "yy"} & set(facts.words) or facts.within(40, 99) < 1.0:
        return None
    span = facts.numbers[-1] - facts.numbers[0] + 1
    if facts.words == ("year",) and span <= 60:
        return Guess("year", 0.88, "years of two digits")
    return Guess("year", 0.88, "years of two digits") if facts.distinct >= 0.5 * span else None


def unix_time(facts: Facts) -> Guess | None:
    """Moments written as seconds, or fractions of them, since 1970."""
    named = facts.says("time") or {"unix", "time", "ts", "utc"} & set(facts.words)
    for scale, unit in ((1, "seconds"), (1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds")):
        if named and facts.within(1e8 * scale, 4.2e9 * scale) == 1.0:
            return Guess("datetime", 0.9, f"{unit} since 1970")
        if facts.within(9.4e8 * scale, 2e9 * scale) == 1.0 and _near_in_time(facts, scale):
            sure = 0.72 if scale == 1 else 0.91  # so large a number is little else
            return Guess("datetime", sure, f"numbers that read as {unit} since 1970")
    return None


def _near_in_time(facts: Facts, scale: float) -> bool:
    """Tell whether numbers without a telling name lie within ten years, and differ."""
    roles = ("identifier", "money", "count", "measure", "phone")
    near = facts.numbers[-1] - facts.numbers[0] < 3.2e8 * scale
    return near and facts.distinct > 5 and facts.unique_share > 0.1 and not any(map(facts.says, roles))


def calendar_part(facts: Facts) -> Guess | None:
    """Months, weekdays, hours and the like, by the name and their limits."""
    dated = {"y", "yr", "year"} & facts.siblings
    words = facts.words[:-1] if facts.words[-1:] and facts.words[-1] in _NUMBERS else facts.words
    ending = words if len(words) <= 2 else words[-1:]
    for word in (*ending[::-1], "".join(words)):
        limits = _CALENDAR_RANGES.get(word) or (_SHORT_RANGES.get(word) if dated else None)
        if limits and facts.whole and facts.within(*limits) == 1.0 and not facts.says("count"):
            return Guess(
                "ordinal",
                0.9 if words == facts.words else 0.94,
                f"a part of the calendar, from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}",
            )
    return None


def duration(facts: Facts) -> Guess | None:
    """Spans of time, by the name."""
    word = facts.says("duration") or next((word for word in facts.words if _ends_in_time(word)), None)
    if "time" in facts.words[:-1] and {"to", "since", "until", "between"} & set(facts.words):
        word = "time"
    if word is None or facts.words[-1] in ("date", "at"):
        return None
    if word in ("period", "term") and facts.whole and facts.distinct <= 10 and facts.within(0, 12) == 1.0:
        return None  # the first, second, third period
    if word == "age":
        return Guess("measure", 0.9, f"an age, {facts.spread}")
    if facts.numbers[0] < 0 and word not in ("delay", "lag"):
        return None
    return Guess("duration", 0.8, f"named {word}, {facts.spread}")


def _ends_in_time(word: str) -> bool:
    """Tell whether a word names a span, as ``uptime``, ``durat`` and ``hrswork`` do."""
    if word.startswith(("durat", "hrs", "hours")) and len(word) > 3:
        return True
    return word.endswith("time") and word not in ("datetime", "sometime", "anytime", "overtime")
