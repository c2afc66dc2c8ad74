"""Recognises what columns of numbers, moments and spans mean."""

from __future__ import annotations

import numpy as np

from autodash_jupyter.profiling.names import CURRENCIES, name_unit
from autodash_jupyter.profiling.semantic import PERSONAL_IDENTIFIERS, Facts, Guess, surest
from autodash_jupyter.profiling.times import granularity

__all__ = ["guess_numbers", "guess_spans", "guess_times"]

_CALENDAR_RANGES = {
    "month": (1, 12), "months": (1, 12), "mon": (1, 12), "mnth": (1, 12), "quarter": (1, 4), "qtr": (1, 4),
    "weekday": (0, 7), "dow": (0, 7), "wday": (0, 7), "dayofweek": (0, 7), "day": (1, 31), "mday": (1, 31),
    "hour": (0, 24), "hr": (0, 24), "minute": (0, 60), "week": (0, 53), "semester": (1, 2),
    "yday": (1, 366), "dayofyear": (1, 366), "decade": (0, 3000),
}  # fmt: skip


_TIME_UNITS = {"ms", "s", "min", "h", "days", "weeks", "months", "years"}


def guess_numbers(facts: Facts) -> Guess:
    """Say what a column of numbers means."""
    guess = surest(facts, _NUMBER_DETECTORS)
    return guess or Guess("measure", 0.5, _spread(facts))


def guess_times(facts: Facts) -> Guess:
    """Tell dates from moments."""
    if granularity(facts.reading.known_values) in ("year", "month", "day"):
        return Guess("date", 0.97, "dates without a time of day")
    return Guess("datetime", 0.97, "moments with a time of day")


def guess_spans(facts: Facts) -> Guess:
    """Spans of time are durations."""
    del facts
    return Guess("duration", 0.97, "spans of time")


def _spread(facts: Facts) -> str:
    return f"{'whole' if facts.whole else 'decimal'} numbers, {facts.distinct:,} distinct of {facts.count:,}"


def _within(facts: Facts, low: float, high: float) -> float:
    """Return the share of the sample between two numbers."""
    numbers = facts.numbers
    if not len(numbers):
        return 0.0
    return float(np.searchsorted(numbers, high, "right") - np.searchsorted(numbers, low, "left")) / len(
        numbers
    )


def _year(facts: Facts) -> Guess | None:
    named = facts.says("year") or ("time" if facts.words[-1:] == ("time",) else None)
    if named and _within(facts, 1000, 2200) >= 0.9 and (facts.whole or named == "time"):
        return Guess("year", 0.95, f"named {named}, from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}")
    if not facts.whole or len(facts.numbers) == 0:
        return None
    if facts.says("measure") or facts.says("money") or facts.says("count"):
        span = facts.numbers[-1] - facts.numbers[0] + 1
        if (
            _within(facts, 1900, 2035) == 1.0
            and 20 <= facts.distinct >= 0.8 * span
            and facts.unique_share < 0.2
        ):
            return Guess(
                "year",
                0.87,
                f"nearly every whole number from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}",
            )
        return None
    repeated = (
        facts.distinct < 0.9 * facts.count or facts.distinct == facts.numbers[-1] - facts.numbers[0] + 1
    )
    if (
        _within(facts, 1880, 2060) == 1.0
        and facts.distinct >= 2
        and repeated
        and name_unit(facts.label) is None
    ):
        return Guess("year", 0.72, f"whole numbers from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}")
    return None


def _packed_date(facts: Facts) -> Guess | None:
    """Dates written as numbers: 20240131, or 202401 where the name speaks of time."""
    if not facts.whole:
        return None
    numbers = facts.numbers.astype(np.int64)
    if _within(facts, 17000101, 21991231) == 1.0:
        months, days = numbers // 100 % 100, numbers % 100
        if np.all((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)):
            return Guess("date", 0.93, "numbers that read as year, month and day")
    months = numbers % 100
    named = facts.says("time") or "month" in facts.words or "period" in facts.words
    if named and _within(facts, 170001, 219912) == 1.0 and np.all((months >= 1) & (months <= 12)):
        return Guess("date", 0.9, "numbers that read as year and month")
    return None


def _unix_time(facts: Facts) -> Guess | None:
    named = facts.says("time") or "unix" in facts.words or "time" in facts.words or "ts" in facts.words
    if not named:
        return None
    for scale, unit in ((1, "seconds"), (1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds")):
        if _within(facts, 1e8 * scale, 4.2e9 * scale) == 1.0:
            return Guess("datetime", 0.9, f"{unit} since 1970")
    return None


def _coordinate(facts: Facts) -> Guess | None:
    has_pair = bool({"lat", "latitude"} & facts.siblings) and bool(
        {"lon", "lng", "long", "longitude"} & facts.siblings
    )
    if facts.says("latitude") and _within(facts, -90, 90) >= 0.99:
        return Guess("latitude", 0.96, "named latitude, between -90 and 90 degrees")
    if (
        facts.says("longitude")
        and _within(facts, -180, 360) >= 0.99
        and ("long" not in facts.words or has_pair)
    ):
        return Guess("longitude", 0.96, "named longitude, between -180 and 360 degrees")
    return None


def _flag(facts: Facts) -> Guess | None:
    if facts.distinct != 2 or not facts.whole:
        return None
    low, high = facts.numbers[0], facts.numbers[-1]
    if (low, high) == (0, 1) or (low, high) == (-1, 1):
        if facts.says("category") and not facts.says("flag"):
            return Guess("category", 0.9, f"two codes, and named {facts.says('category')}")
        return Guess("flag", 0.92, f"only {low:.0f} and {high:.0f}")
    if (low, high) == (1, 2):
        return Guess("category", 0.75, "only 1 and 2")
    return None


def _identifier(facts: Facts) -> Guess | None:
    if not facts.whole:
        return None
    steps_by_one = facts.unique_share == 1.0 and facts.numbers[-1] - facts.numbers[0] == facts.count - 1
    starts_low = facts.numbers[0] in (0, 1)
    word = facts.says("identifier") or _ends_in_id(facts)
    sequence = steps_by_one and facts.count > 5
    if word in ("n", "no", "num", "number") and facts.words[-1] != word:
        word = None  # "num_accounts" counts, "account_num" identifies
    if word and (facts.unique_share > 0.02 or facts.distinct > 20 or word == "id"):
        evidence = f"{facts.distinct:,} distinct of {facts.count:,}, name has {word}"
        return Guess("identifier", 0.93, evidence, personal=word in PERSONAL_IDENTIFIERS)
    other = facts.says("measure") or facts.says("count") or facts.says("money") or facts.says("duration")
    if sequence and starts_low and not other:
        named = not facts.words or facts.words[0] in ("unnamed", "column", "x", "obs", "row", "rank", "order")
        confidence = 0.9 if named else 0.75
        return Guess("identifier", confidence, f"numbers the rows from {facts.numbers[0]:.0f} on")
    same_length = len(str(int(facts.numbers[0]))) == len(str(int(facts.numbers[-1])))
    if (
        facts.unique_share == 1.0
        and same_length
        and facts.numbers[0] >= 100_000
        and not other
        and facts.count > 5
    ):
        return Guess("identifier", 0.7, f"{facts.count:,} different whole numbers of one length")
    return None


def _ends_in_id(facts: Facts) -> str | None:
    last = facts.words[-1] if facts.words else ""
    return last if last.endswith("id") and len(last) > 4 and last not in _ID_LOOKALIKES else None


_ID_LOOKALIKES = {
    "humid",
    "liquid",
    "valid",
    "solid",
    "rapid",
    "fluid",
    "unpaid",
    "prepaid",
    "fibroid",
    "steroid",
}


def _postal_code(facts: Facts) -> Guess | None:
    if facts.says("postal") and facts.whole and _within(facts, 100, 9_999_999) > 0.95:
        return Guess("place", 0.93, f"postal codes, by the name and {facts.distinct:,} distinct numbers")
    return None


def _phone(facts: Facts) -> Guess | None:
    if facts.says("phone") and facts.whole and _within(facts, 1e6, 1e15) > 0.95:
        return Guess("phone", 0.93, "phone numbers kept as numbers, by the name", personal=True)
    return None


def _calendar_part(facts: Facts) -> Guess | None:
    for word in (*facts.words[::-1], "".join(facts.words)):
        limits = _CALENDAR_RANGES.get(word)
        if limits and facts.whole and _within(facts, *limits) == 1.0 and not facts.says("count"):
            return Guess(
                "ordinal",
                0.9,
                f"a part of the calendar, from {facts.numbers[0]:.0f} to {facts.numbers[-1]:.0f}",
            )
    return None


def _money(facts: Facts) -> Guess | None:
    if facts.parsed and facts.parsed.form == "money":
        return Guess("money", 0.95, "amounts with a currency sign")
    if name_unit(facts.label) in CURRENCIES.values():
        return Guess("money", 0.9, f"named in {name_unit(facts.label)}")
    word = facts.says("money") or _stem(
        facts, ("price", "cost", "gdp", "income", "salary", "revenue", "expend")
    )
    if word is None or facts.says("flag") == facts.words[-1]:
        return None
    if facts.words[0] in ("n", "num", "number", "count"):
        return None
    return Guess("money", 0.85, f"named {word}, {_spread(facts)}")


def _stem(facts: Facts, stems: tuple[str, ...]) -> str | None:
    """Return the first of the stems that a word of the name begins or ends with."""
    return next(
        (stem for stem in stems for word in facts.words if word.startswith(stem) or word.endswith(stem)), None
    )


def _ratio(facts: Facts) -> Guess | None:
    if facts.parsed and facts.parsed.form == "percent":
        return Guess("ratio", 0.95, "percentages, by the sign")
    if name_unit(facts.label) == "%":
        return Guess("ratio", 0.92, "named in percent")
    if {"to", "per"} & set(facts.words[1:-1]) and "to" in facts.words and not facts.whole:
        return Guess("ratio", 0.88, "named as one thing to another")
    word = facts.says("ratio") or _stem(facts, ("percent", "ratio", "unemp", "rate"))
    pulse = {"heart", "pulse", "respiratory", "frame", "bit", "sample"} & set(facts.words)
    in_range = _within(facts, -100, 150) > 0.97 and not (facts.whole and facts.numbers[-1] > 150)
    if word and not pulse and in_range:
        return Guess("ratio", 0.88, f"named {word}, from {facts.numbers[0]:.4g} to {facts.numbers[-1]:.4g}")
    measured = facts.whole or facts.says("measure") or name_unit(facts.label)
    if not measured and facts.distinct > 5 and _within(facts, 0, 1) == 1.0:
        return Guess("ratio", 0.58, "decimal numbers between 0 and 1")
    return None


def _count(facts: Facts) -> Guess | None:
    if not facts.whole or facts.numbers[0] < 0:
        return None
    word = facts.says("count")
    if word == "total" and facts.says("money"):
        return None
    if not word:
        return _like_a_count(facts)
    confidence = 0.9 if facts.words[0] in ("n", "num", "number", "count", "nb", "total") else 0.86
    return Guess("count", confidence, f"named {word}, whole numbers from {facts.numbers[0]:,.0f}")


def _like_a_count(facts: Facts) -> Guess | None:
    """Counts begin at 0 or 1 and have a long tail, or reach over orders of magnitude."""
    if facts.says("measure") or facts.says("duration") or name_unit(facts.label):
        return None
    numbers = facts.numbers
    median = numbers[len(numbers) // 2]
    skewed = numbers[-1] > 3 * max(median, 1) and numbers.mean() > median
    if numbers[0] <= 1 and skewed and facts.distinct > 5:
        return Guess("count", 0.62, f"whole numbers from {numbers[0]:.0f} with a long tail")
    wide = numbers[-1] > 100 and numbers[-1] >= 8 * max(numbers[0], 1) and numbers.dtype.kind in "iu"
    if facts.distinct > 15 and (numbers[0] <= 1 or wide):
        return Guess("count", 0.55, f"whole numbers from {numbers[0]:,.0f} to {numbers[-1]:,.0f}")
    return None


def _duration(facts: Facts) -> Guess | None:
    word = facts.says("duration") or ("time" if "time" in facts.words else None)
    if word is None or facts.words[-1] in ("date", "at"):
        return None
    if word == "age":
        return Guess("measure", 0.9, f"an age, {_spread(facts)}")
    if facts.numbers[0] < 0 and word not in ("delay", "lag"):
        return None
    return Guess("duration", 0.8, f"named {word}, {_spread(facts)}")


def _measure(facts: Facts) -> Guess | None:
    unit = name_unit(facts.label)
    if unit and unit not in CURRENCIES.values() and unit != "%":
        kind = "duration" if unit in _TIME_UNITS and facts.numbers[0] >= 0 else "measure"
        return Guess(kind, 0.89, f"a quantity in {unit}, {_spread(facts)}")
    word = facts.says("measure")
    if word and (facts.distinct > 10 or not facts.whole):
        return Guess("measure", 0.87, f"named {word}, {_spread(facts)}")
    if not facts.whole:
        return Guess("measure", 0.55, _spread(facts))
    return None


def _coded(facts: Facts) -> Guess | None:
    """Whole numbers that stand for levels or classes, as the name says."""
    if not facts.whole or facts.distinct > 30 or facts.unique_share > 0.5:
        return None
    if (word := facts.says("ordinal")) and facts.numbers[0] >= 0 and facts.numbers[-1] <= 100:
        return Guess("ordinal", 0.84, f"named {word}, {facts.distinct} levels")
    if word := facts.says("category"):
        return Guess("category", 0.84, f"named {word}, {facts.distinct} codes")
    return Guess("category", 0.6, "two codes") if facts.distinct <= 2 else _small_numbers(facts)


def _small_numbers(facts: Facts) -> Guess | None:
    if facts.distinct > 10 or facts.numbers[0] < 0 or facts.numbers[-1] > 20 or facts.unique_share > 0.2:
        return None
    if facts.numbers[0] == 0 and facts.numbers[len(facts.numbers) // 2] == 0 and facts.distinct > 3:
        return Guess("count", 0.6, "small whole numbers, mostly 0")
    return Guess("ordinal", 0.6, f"{facts.distinct} small whole numbers")


_NUMBER_DETECTORS = (
    _year, _packed_date, _unix_time, _coordinate, _postal_code, _phone, _calendar_part, _flag, _identifier,
    _money, _ratio, _count, _duration, _measure, _coded,
)  # fmt: skip
