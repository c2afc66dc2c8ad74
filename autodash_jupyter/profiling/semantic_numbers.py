"""Recognises what columns of numbers mean."""

from __future__ import annotations

from autodash_jupyter.profiling.names import CURRENCIES, name_unit
from autodash_jupyter.profiling.semantic import PERSONAL_IDENTIFIERS, Facts, Guess, surest
from autodash_jupyter.profiling.semantic_times import (
    calendar_part,
    duration,
    packed_date,
    unix_time,
    year,
)
from autodash_jupyter.profiling.vocabulary import NAME_WORDS

__all__ = ["guess_numbers"]

_LARGEST_PARTY = 100
_AVERAGES = {"avg", "average", "mean"}
_EXTREMES = {"min", "max", "median", *_AVERAGES}
_DIFFERENCES = {"delta", "diff", "difference", "change", "offset", "error", "err", "sd", "std", "dist"}
_WEAK_MONEY = {"net", "open", "close", "high", "low", "bid", "ask", "margin", "principal"}
_NUTRITION = {"calories", "protein", "sodium", "kcal", "sugar"}
_GRADED = {"score", "level", "index", "size", "age", "intensity", "magnitude"}
_MONEY_STEMS = ("price", "cost", "gdp", "income", "salary", "revenue", "expend", "tax", "wage")
_QUANTITIES = ("measure", "money", "ratio", "duration", "identifier", "ordinal")
_NO_PLURALS = {"species", "rownames", "rights", "means", "times", "points", "classes", "status"}
_ENTITIES = {
    "individual", "subject", "person", "respondent", "participant", "household", "case", "patient", "student",
    "stratum", "episode", "session", "trial", "block", "plot", "litter", "tree", "dog", "rat", "bird", "firm",
    "school", "hospital", "plant", "animal", "record", "row", "item", "unit", "worker", "family", "pair",
}  # fmt: skip
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
        if facts.says("category") and not facts.says("flag"):
            return Guess("category", 0.9, f"two codes, and named {facts.says('category')}")
        return Guess("flag", 0.92, f"only {low:.0f} and {high:.0f}")
    if (low, high) == (1, 2):
        return Guess("category", 0.75, "only 1 and 2")
    return None


def _identifier(facts: Facts) -> Guess | None:
    if not facts.whole:
        return None
    dense = facts.numbers[0] in (0, 1) and facts.distinct == facts.numbers[-1] - facts.numbers[0] + 1
    if dense and facts.distinct > 30 and facts.words[-1:] and facts.words[-1] in _ENTITIES:
        return Guess("identifier", 0.88, f"numbers each {facts.words[-1]} from {facts.numbers[0]:.0f} on")
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
    shortest = 10_000 if facts.says("place") or facts.says("name") else 100_000
    if (
        facts.unique_share == 1.0
        and same_length
        and facts.numbers[0] >= shortest
        and not _rounded(facts)
        and not other
        and facts.count > 5
    ):
        return Guess("identifier", 0.7, f"{facts.count:,} different whole numbers of one length")
    return None


def _rounded(facts: Facts) -> bool:
    """Tell whether all numbers end in a zero, as amounts do and identifiers don't."""
    return bool(all(int(number) % 10 == 0 for number in facts.numbers[:100]))


def _ends_in_id(facts: Facts) -> str | None:
    named = [word for word in facts.words if not word.isdigit()]
    last = named[-1] if named else ""
    ends = last.endswith("id") or (last.endswith("code") and last != "code")
    return last if ends and len(last) > 4 and last not in _ID_LOOKALIKES else None


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
    if facts.says("postal") and facts.whole and facts.within(100, 9_999_999) > 0.95:
        return Guess("place", 0.93, f"postal codes, by the name and {facts.distinct:,} distinct numbers")
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
    if _is_pay_rate(facts):
        return Guess("money", 0.85, f"a rate of pay by its name, {facts.spread}")
    word = _money_word(facts)
    return Guess("money", 0.85, f"named {word}, {facts.spread}") if word else None


def _money_word(facts: Facts) -> str | None:
    word = facts.says("money") or _stem(facts, _MONEY_STEMS)
    if word is None or facts.says("flag") == facts.words[-1]:
        return None
    if word in _WEAK_MONEY and facts.words[-1] != word:
        return None
    return None if facts.words[0] in ("n", "num", "number", "count") else word


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
    if "per" in facts.words[1:-1] and facts.words[facts.words.index("per") + 1].isdigit():
        return Guess("ratio", 0.88, "named as so many of a thousand or the like")
    if {"to", "per"} & set(facts.words[1:-1]) and "to" in facts.words and not facts.whole:
        return Guess("ratio", 0.88, "named as one thing to another")
    return _named_ratio(facts) or _between_0_and_1(facts)


def _named_ratio(facts: Facts) -> Guess | None:
    word = facts.says("ratio") or _stem(facts, ("percent", "ratio", "unemp", "rate"))
    pulse = {"heart", "pulse", "respiratory", "frame", "bit", "sample"} & set(facts.words)
    in_range = facts.within(-100, 150) > 0.97 and not (facts.whole and facts.numbers[-1] > 150)
    graded = facts.whole and facts.distinct <= 10 and facts.numbers[-1] <= 10
    if word and in_range and not (pulse or graded or _is_pay_rate(facts)):
        return Guess("ratio", 0.88, f"named {word}, from {facts.numbers[0]:.4g} to {facts.numbers[-1]:.4g}")
    return None


def _between_0_and_1(facts: Facts) -> Guess | None:
    if facts.whole or facts.within(0, 1) < 1.0:
        return None
    word = facts.says("measure")
    if word in _AVERAGES:
        return Guess("ratio", 0.88, "an average between 0 and 1")
    if not word and not name_unit(facts.label) and facts.distinct > 5:
        return Guess("ratio", 0.58, "decimal numbers between 0 and 1")
    return None


def _is_pay_rate(facts: Facts) -> bool:
    """Tell whether a rate is paid by the hour, the day or the month: no share is above one, and whole."""
    periods = {"hourly", "daily", "weekly", "monthly", "yearly", "annual"}
    return facts.words[-1:] == ("rate",) and bool(periods & set(facts.words)) and facts.whole


def _count(facts: Facts) -> Guess | None:
    word = facts.says("count") or _plural(facts)
    if not facts.whole:
        in_thousands = word in ("pop", "population") and facts.within(100, 1e10) == 1.0
        return Guess("count", 0.8, f"named {word}, perhaps in thousands") if in_thousands else None
    if facts.numbers[0] < 0 or (word is not None and _measured(facts, word)):
        return None
    if facts.words[-1:] == ("volume",) and {"open", "close"} <= facts.siblings:
        return Guess("count", 0.9, "the volume traded, beside opening and closing prices")
    if word is None or (word == facts.words[-1] == "size" and facts.numbers[-1] > _LARGEST_PARTY):
        return _like_a_count(facts)
    confidence = 0.9 if facts.words[0] in ("n", "num", "number", "count", "nb", "total") else 0.86
    return Guess("count", confidence, f"named {word}, whole numbers from {facts.numbers[0]:,.0f}")


def _plural(facts: Facts) -> str | None:
    """Return the last word of a name if it is a plural that nothing else is known of: things are counted."""
    last = facts.words[-1] if facts.words else ""
    plural = (
        len(last) > 4 and last.endswith("s") and not last.endswith(("ss", "us", "is", "as", "os", "series"))
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
    if numbers[0] <= 1 and skewed and facts.distinct > 5:
        return Guess("count", 0.62, f"whole numbers from {numbers[0]:.0f} with a long tail")
    wide = numbers[-1] > 100 and numbers[-1] >= 8 * max(numbers[0], 1) and numbers.dtype.kind in "iu"
    if facts.distinct > 15 and (numbers[0] <= 1 or wide):
        return Guess("count", 0.55, f"whole numbers from {numbers[0]:,.0f} to {numbers[-1]:,.0f}")
    return None


def _measure(facts: Facts) -> Guess | None:
    unit = name_unit(facts.label)
    if unit and unit not in CURRENCIES.values() and unit != "%":
        kind = "duration" if unit in _TIME_UNITS and facts.numbers[0] >= 0 else "measure"
        return Guess(kind, 0.89, f"a quantity in {unit}, {facts.spread}")
    word = facts.says("measure")
    if word in _EXTREMES and facts.says("money"):
        return None
    if word and (facts.distinct > 10 or not facts.whole):
        return Guess("measure", 0.87, f"named {word}, {facts.spread}")
    if word and word not in _GRADED | _EXTREMES and facts.unique_share > 0.05:
        return Guess("measure", 0.65, f"named {word}, {facts.spread}")
    if not facts.whole:
        return Guess("measure", 0.55, facts.spread)
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
    year, packed_date, unix_time, _coordinate, _postal_code, _phone, calendar_part, _flag, _identifier,
    _money, _ratio, _count, duration, _measure, _coded,
)  # fmt: skip
