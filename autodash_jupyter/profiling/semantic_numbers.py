"""Recognises what columns of numbers mean."""

from __future__ import annotations

import numpy as np

from autodash_jupyter.profiling.names import CURRENCIES, ending_in, name_unit, stem_in
from autodash_jupyter.profiling.semantic import Facts, Guess, surest
from autodash_jupyter.profiling.semantic_identifiers import NUMBERED, identifier_number
from autodash_jupyter.profiling.semantic_places import place_number
from autodash_jupyter.profiling.semantic_ratios import AVERAGES, is_pay_rate, ratio
from autodash_jupyter.profiling.semantic_times import (
    calendar_part,
    duration,
    packed_date,
    unix_time,
    year,
)
from autodash_jupyter.profiling.vocabulary import NAME_WORDS, SUBSTANCES

__all__ = ["guess_numbers"]

_LARGEST_PARTY = 100
_ENOUGH = 25
_EXTREMES = {"min", "max", "median", *AVERAGES}
_DIFFERENCES = {"delta", "diff", "difference", "change", "offset", "error", "err", "sd", "std", "dist"}
_WEAK_MONEY = {"net", "open", "close", "high", "low", "bid", "ask", "margin", "principal", "board"}
_NUTRITION = {"calories", "protein", "sodium", "kcal", "sugar"}
_GRADED = {"score", "level", "index", "size", "age", "intensity", "magnitude"}
_MONEY_STEMS = (
    "price", "pric", "cost", "gdp", "incom", "salar", "revenue", "expend", "tax", "wage", "earn"
)  # fmt: skip
_MONEY_ENDINGS = (
    "bill",
    "fee",
    "fare",
    "profit",
    "profits",
    "expenditure",
    "expenditures",
    "budget",
    "spending",
)
_QUANTITIES = ("measure", "money", "ratio", "duration", "identifier", "ordinal")
_NO_PLURALS = {"species", "rownames", "rights", "means", "times", "points", "classes", "status"}
_STATES_OF_A_FLAG = {"status", "state", "condition", "treatment", "trt", "arm"}
_PEOPLE_AT_WORK = {"unemploy", "unemployed", "employ", "employment", "unemployment", "nonfarm", "labforce"}
_HOUSEHOLD = {"children", "kids", "bathrooms", "baths", "rooms", "bedrooms", "dependents"}
_MEASURE_STEMS = ("area", "weight", "height", "length", "width", "depth", "temp", "diam", "thick")
_STEPS = {"round", "rank", "ranking", "step", "wave", "phase", "order", "lap", "episode", "inning"}
_TIME_UNITS = {"ms", "s", "min", "h", "days", "weeks", "months", "years"}


def guess_numbers(facts: Facts) -> Guess:
    """Say what a column of numbers means."""
    guess = surest(facts, _NUMBER_DETECTORS)
    return guess or Guess("measure", 0.5, facts.spread)


def _coordinate(facts: Facts) -> Guess | None:
    has_pair = bool({"lat", "latitude"} & facts.siblings) and bool(
        {"lon", "lng", "long", "longitude"} & facts.siblings
    )
    if _DIFFERENCES & set(facts.words):
        return None
    if facts.says("latitude") and facts.within(-90, 90) >= 0.99:
        return Guess("latitude", 0.96, "named latitude, between -90 and 90 degrees")
    if (
        facts.says("longitude")
        and facts.within(-180, 360) >= 0.99
        and ("long" not in facts.words or has_pair)
    ):
        return Guess("longitude", 0.96, "named longitude, between -180 and 360 degrees")
    return None


def _flag(facts: Facts) -> Guess | None:
    if facts.distinct != 2 or not facts.whole:
        return None
    low, high = facts.numbers[0], facts.numbers[-1]
    if (low, high) == (0, 1) or (low, high) == (-1, 1):
        word = facts.says("category")
        about = word and word == facts.words[-1]  # "stage_ii" and "type1" say whether it is that one
        if about and word not in _STATES_OF_A_FLAG and not facts.says("flag"):
            return Guess("category", 0.9, f"two codes, and named {word}")
        return Guess("flag", 0.92, f"only {low:.0f} and {high:.0f}")
    if (low, high) == (1, 2):
        return Guess("category", 0.75, "only 1 and 2")
    return None


def _phone(facts: Facts) -> Guess | None:
    if facts.says("phone") and facts.whole and facts.within(1e6, 1e15) > 0.95:
        return Guess("phone", 0.93, "phone numbers kept as numbers, by the name", personal=True)
    return None


def _money(facts: Facts) -> Guess | None:
    if facts.parsed and facts.parsed.form == "money":
        return Guess("money", 0.95, "amounts with a currency sign")
    if name_unit(facts.label) in CURRENCIES.values():
        return Guess("money", 0.9, f"named in {name_unit(facts.label)}")
    if is_pay_rate(facts):
        return Guess("money", 0.85, f"a rate of pay by its name, {facts.spread}")
    word = _money_word(facts)
    sure = 0.89 if word and word == facts.words[-1] else 0.85  # the last word of a name is what it is about
    return Guess("money", sure, f"named {word}, {facts.spread}") if word else None


def _money_word(facts: Facts) -> str | None:
    word = facts.says("money") or stem_in(facts.words, _MONEY_STEMS) or ending_in(facts.words, _MONEY_ENDINGS)
    if word is None or facts.says("flag") == facts.words[-1]:
        return None
    if word in _WEAK_MONEY and (facts.words[-1] != word or facts.numbers[0] < 0 or facts.within(0, 1) == 1.0):
        return None
    return None if facts.words[0] in ("n", "num", "number", "count") else word


def _count(facts: Facts) -> Guess | None:
    word = facts.says("count") or _plural(facts) or _number_of(facts)
    if word in NUMBERED and facts.words[-1] == word and len(facts.words) > 1:
        word = None  # "wave_num" tells waves apart
    if not facts.whole:
        return _fractional_count(facts, word)
    if _PEOPLE_AT_WORK & set(facts.words) and facts.numbers[0] > 100:
        return Guess("count", 0.75, f"people at work or without, {facts.spread}")
    if facts.numbers[0] < 0 or (word is not None and _measured(facts, word)):
        return None
    if facts.words[-1:] == ("volume",) and {"open", "close"} <= facts.siblings:
        return Guess("count", 0.9, "the volume traded, beside opening and closing prices")
    if word is None or (word == facts.words[-1] == "size" and facts.numbers[-1] > _LARGEST_PARTY):
        return _like_a_count(facts)
    confidence = 0.9 if facts.words[0] in {"count", "total"} | NUMBERED - {"no"} else 0.86
    return Guess("count", confidence, f"named {word}, whole numbers from {facts.numbers[0]:,.0f}")


def _number_of(facts: Facts) -> str | None:
    first = facts.words[0] if len(facts.words) > 1 else None
    return first if first in NUMBERED - {"no"} else None


def _fractional_count(facts: Facts, word: str | None) -> Guess | None:
    """Counts written in thousands, or with a fraction for "five or more"."""
    if word in ("pop", "population") and facts.within(100, 1e10) == 1.0:
        return Guess("count", 0.8, f"named {word}, perhaps in thousands")
    if word in _HOUSEHOLD and facts.within(0, 20) == 1.0 and facts.distinct <= 12:
        return Guess("count", 0.8, f"named {word}, {facts.distinct} levels")
    return None


def _plural(facts: Facts) -> str | None:
    """Return the last word of a name if it is a plural that nothing else is known of: things are counted."""
    last = facts.words[-1] if facts.words else ""
    plural = (
        len(last) > 4
        and last.endswith("s")
        and not last.endswith(("ss", "us", "is", "as", "os", "ics", "series"))
    )
    known = any(facts.says(role) or last.removesuffix("s") in NAME_WORDS[role] for role in _QUANTITIES)
    return last if plural and not known and last not in _NO_PLURALS else None


def _measured(facts: Facts, word: str) -> bool:
    """Tell whether what a name seems to count is a quantity: ``total_fat``, ``total_price``."""
    if word == "total":
        return bool(facts.says("money")) or facts.says("measure") == facts.words[-1]
    return word == "carb" and bool(_NUTRITION & facts.siblings)


def _like_a_count(facts: Facts) -> Guess | None:
    """Counts begin at 0 or 1 and have a long tail, or reach over orders of magnitude."""
    if facts.says("measure") or facts.says("duration") or name_unit(facts.label):
        return None
    numbers = facts.numbers
    median = numbers[len(numbers) // 2]
    skewed = numbers[-1] > 3 * max(median, 1) and numbers.mean() > median
    if facts.distinct == numbers[-1] in (5, 7, 10) and numbers[0] == 1 and facts.unique_share < 0.05:
        return Guess("ordinal", 0.61, f"every level from 1 to {numbers[-1]:.0f}")
    if numbers[0] <= 1 and skewed and facts.distinct > 5:
        return Guess("count", 0.62, f"whole numbers from {numbers[0]:.0f} with a long tail")
    if _looks_rounded(facts):
        return None
    wide = numbers[-1] > 100 and numbers[-1] >= 8 * max(numbers[0], 1) and numbers.dtype.kind in "iu"
    if facts.distinct > 15 and (numbers[0] <= 1 or wide):
        return Guess("count", 0.55, f"whole numbers from {numbers[0]:,.0f} to {numbers[-1]:,.0f}")
    return None


def _looks_rounded(facts: Facts) -> bool:
    """Tell whether most numbers beyond a hundred end in 0 or 5: they were read off a scale, not counted."""
    distinct = np.unique(facts.numbers[facts.numbers > _LARGEST_PARTY][:20_000])
    return len(distinct) >= _ENOUGH and float(np.mean(distinct % 5 == 0)) >= 0.6


def _measure(facts: Facts) -> Guess | None:
    unit = name_unit(facts.label)
    if unit and unit not in CURRENCIES.values() and unit != "%":
        kind = "duration" if unit in _TIME_UNITS and facts.numbers[0] >= 0 else "measure"
        return Guess(kind, 0.89, f"a quantity in {unit}, {facts.spread}")
    return _transformed(facts) or _named_measure(facts)


def _named_measure(facts: Facts) -> Guess | None:
    word = facts.says("measure") or stem_in(facts.words, _MEASURE_STEMS)
    if word in _EXTREMES and facts.says("money"):
        return None
    if word and (facts.distinct > 10 or not facts.whole):
        return Guess("measure", 0.87, f"named {word}, {facts.spread}")
    if word and word not in _GRADED | _EXTREMES and facts.unique_share > 0.05:
        return Guess("measure", 0.65, f"named {word}, {facts.spread}")
    return None if facts.whole else Guess("measure", 0.55, facts.spread)


def _transformed(facts: Facts) -> Guess | None:
    """Squares and concentrations, which are quantities however they are written."""
    last = facts.words[-1] if facts.words else ""
    if (len(last) > 2 and last.endswith("sq")) or last == "squared":
        return Guess("measure", 0.86, "the square of something, by the name")
    substance = facts.label.strip().casefold().replace("_", "").replace(".", "")
    if substance in SUBSTANCES and facts.distinct > 5:
        return Guess("measure", 0.87, f"how much {facts.label.strip()} there is, {facts.spread}")
    return None


def _coded(facts: Facts) -> Guess | None:
    """Whole numbers that stand for levels or classes, as the name says."""
    if not facts.whole or facts.distinct > 100 or facts.unique_share > 0.5:
        return None
    if facts.distinct > 30 and facts.words[-1:] and facts.words[-1] not in _STEPS:
        return None
    if (word := facts.says("ordinal")) and facts.numbers[0] >= 0 and facts.numbers[-1] <= 100:
        return Guess("ordinal", 0.84, f"named {word}, {facts.distinct} levels")
    mostly_none = facts.distinct > 2 and facts.numbers[0] == 0 == facts.numbers[len(facts.numbers) // 2]
    if (word := facts.says("category")) and not (mostly_none and facts.words[-1] != word):
        return Guess("category", 0.84, f"named {word}, {facts.distinct} codes")
    return Guess("category", 0.6, "two codes") if facts.distinct <= 2 else _small_numbers(facts)


def _small_numbers(facts: Facts) -> Guess | None:
    first, last = facts.numbers[0], facts.numbers[-1]
    filled = facts.distinct == last - first + 1
    most = 12 if filled and first == 1 else 10
    often = 0.34 if filled and first in (0, 1) and facts.distinct <= 7 else 0.2
    if facts.distinct > most or first < -5 or last > 20 or facts.unique_share > often:
        return None
    if first == 0 and facts.numbers[len(facts.numbers) // 2] == 0 and facts.distinct > 3:
        return Guess("count", 0.6, "small whole numbers, mostly 0")
    return Guess("ordinal", 0.6, f"{facts.distinct} small whole numbers")


_NUMBER_DETECTORS = (
    year, packed_date, unix_time, _coordinate, place_number, _phone, calendar_part, _flag, identifier_number,
    _money, ratio, _count, duration, _measure, _coded,
)  # fmt: skip
