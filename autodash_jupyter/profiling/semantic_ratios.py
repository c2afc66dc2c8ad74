"""Recognises shares, rates and other numbers that are one quantity divided by another."""

from __future__ import annotations

import re

from autodash_jupyter.profiling.names import ending_in, name_unit, stem_in
from autodash_jupyter.profiling.semantic import Facts, Guess

__all__ = ["AVERAGES", "is_pay_rate", "ratio"]

_PERCENT_OF = re.compile(r"perc(?!ap|ep|h|o|u|y)|pct|prcnt")  # percwhite, not percap or perch
AVERAGES = {"avg", "average", "mean"}
_STEMS = ("percent", "ratio", "unemp", "rate")
_TIMES = {"time", "days", "weeks", "months", "years", "hours", "minutes"}
_GROUPS_OF_PEOPLE = {
    "male", "female", "men", "women", "black", "white", "hispanic", "asian", "minority", "foreign",
    "catholic", "protestant", "muslim", "homeowner", "homeowners", "college", "married", "single", "poor",
    "illiterate",
}  # fmt: skip
_CRIMES_AND_DEATHS = {
    "murder", "rape", "assault", "robbery", "burglary", "theft", "homicide", "suicide", "mortality",
    "fertility",
}  # fmt: skip
_NO_SHARES = ("life", "dist", "pop", "weight", "height", "length", "width", "depth", "temp", "dia")
_LEAST_SHARE = 0.001  # of a column whose largest value is less, none is a share
_BEYOND_MOST_MEASURES = 60


def ratio(facts: Facts) -> Guess | None:
    """Recognise ratios by a sign, by the name, or by lying between 0 and 1 or between 0 and 100."""
    if facts.parsed and facts.parsed.form == "percent":
        return Guess("ratio", 0.95, "percentages, by the sign")
    if name_unit(facts.label) == "%":
        return Guess("ratio", 0.92, "named in percent")
    if "per" in facts.words[1:-1] and facts.words[facts.words.index("per") + 1].isdigit():
        return Guess("ratio", 0.88, "named as so many of a thousand or the like")
    if "to" in facts.words[1:-1] and not facts.whole and not _TIMES & set(facts.words):
        return Guess("ratio", 0.91, "named as one thing to another")
    guess = _named_ratio(facts) or _share_of_people(facts)
    return guess or _between_0_and_1(facts) or _within_a_hundred(facts)


def is_pay_rate(facts: Facts) -> bool:
    """Tell whether a rate is paid by the hour, the day or the month: no share is above one, and whole."""
    periods = {"hourly", "daily", "weekly", "monthly", "yearly", "annual"}
    return facts.words[-1:] == ("rate",) and bool(periods & set(facts.words)) and facts.whole


def _named_ratio(facts: Facts) -> Guess | None:
    word = facts.says("ratio") or stem_in(facts.words, _STEMS) or ending_in(facts.words, ("perc", "pct"))
    word = word or next((glued[0] for name in facts.words if (glued := _PERCENT_OF.match(name))), None)
    if word == "apr" and {"mar", "may", "jun"} & facts.siblings:
        return None  # a month, not a rate
    pulse = {"heart", "pulse", "respiratory", "frame", "bit", "sample"} & set(facts.words)
    in_range = facts.within(-100, 150) > 0.97 and not (facts.whole and facts.numbers[-1] > 150)
    graded = facts.whole and facts.distinct <= 10 and facts.numbers[-1] <= 10
    if word and in_range and not (pulse or graded or is_pay_rate(facts)):
        return Guess("ratio", 0.88, f"named {word}, from {facts.numbers[0]:.4g} to {facts.numbers[-1]:.4g}")
    return None


def _share_of_people(facts: Facts) -> Guess | None:
    """Nobody is a fraction of a person: such a number is of a hundred people, or of many thousands."""
    word = facts.words[-1] if facts.words else ""
    if facts.whole or word not in _GROUPS_OF_PEOPLE | _CRIMES_AND_DEATHS or facts.numbers[0] < 0:
        return None
    if word in _GROUPS_OF_PEOPLE and facts.within(0, 100) < 1.0:
        return None
    return Guess("ratio", 0.75, f"named {word}, with fractions")


def _between_0_and_1(facts: Facts) -> Guess | None:
    if facts.whole or facts.within(0, 1) < 1.0 or facts.numbers[-1] < _LEAST_SHARE:
        return None
    word = facts.says("measure")
    if word in AVERAGES:
        return Guess("ratio", 0.88, "an average between 0 and 1")
    if not word and not name_unit(facts.label) and facts.distinct > 5:
        return Guess("ratio", 0.58, "decimal numbers between 0 and 1")
    return None


def _within_a_hundred(facts: Facts) -> Guess | None:
    """Of decimal numbers that reach far towards 100 and not beyond, most turn out to be percentages."""
    if not len(facts.numbers):
        return None
    least, most = facts.numbers[0], facts.numbers[-1]
    if facts.whole or least < 0 or not _BEYOND_MOST_MEASURES < most <= 100 or least > 0.5 * most:
        return None
    otherwise = any(map(facts.says, ("measure", "money", "duration", "ordinal")))
    otherwise = otherwise or stem_in(facts.words, _NO_SHARES) is not None
    if otherwise or name_unit(facts.label) or facts.distinct <= 5:
        return None
    return Guess("ratio", 0.57, f"decimal numbers up to {most:.4g}, none above 100")
