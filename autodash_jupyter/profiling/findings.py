"""What a person should know about a column before using it.

Each finder looks for one thing and returns findings; none names a value of personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from autodash_jupyter.models import Finding
from autodash_jupyter.profiling.parsing import Parsed
from autodash_jupyter.profiling.patterns import looks_personal
from autodash_jupyter.profiling.reading import Array, Reading
from autodash_jupyter.profiling.semantic import Guess
from autodash_jupyter.profiling.semantic_types import PLACES
from autodash_jupyter.profiling.spellings import case_variants, near_duplicates
from autodash_jupyter.profiling.statistics import Statistics, compute_statistics
from autodash_jupyter.profiling.tallies import count_padded, starting_with
from autodash_jupyter.profiling.vocabulary import MISSING_STARTS, says_missing
from autodash_jupyter.profiling.wording import counted, format_number, format_share, join_words

__all__ = ["find_in_column"]

_QUANTITIES = {"measure", "money", "duration", "count", "ratio"}
_WITH_CODES = _QUANTITIES | {"ordinal"}  # the few levels of a scale, or of a quantity that has few
_SENTINELS = (-9999, -999, -99, -1, 999, 9999, 99999, 999999, 9999999)
_SENTINEL_DATES = {"1900-01-01", "1970-01-01", "1899-12-30", "9999-12-31", "2099-12-31", "0001-01-01"}
_NOTABLE_MISSING = 0.05
_LEAST_ORDERED = 20
_SPELT = {"category", "place", "country", "region", "ordinal"}
_LEAST_REST = 2  # other values, without which there is nothing to be far from
_FAR = 3.0  # interquartile ranges beyond the quartiles: Tukey's outer fences


def find_in_column(
    label: str, reading: Reading, statistics: Statistics, guess: Guess, parsed: Parsed | None
) -> tuple[Finding, ...]:
    """Return what is notable in a column, the most important first."""
    rough = reading.approximate
    numbers, of_numbers = reading, statistics
    if parsed is not None and parsed.reading.family == "number" and parsed.form != "time":
        numbers, of_numbers = parsed.reading, compute_statistics(parsed.reading)
    found = [
        *_missing(reading),
        *_constant(guess),
        *_infinite(reading),
        *_mixed(reading, guess),
        *_stored_as_text(parsed, guess),
        *_sentinels(reading, statistics),
        *_sentinel_numbers(numbers, of_numbers, guess),
        *_outliers(numbers, of_numbers, guess),
        *_untidy_texts(reading, guess, statistics),
        *_sorted(reading),
    ]
    found.sort(key=lambda one: one[2] != "warning")
    return tuple(
        Finding(
            kind,
            message,
            label,
            severity="warning" if severity == "warning" else "info",
            approximate=sampled and rough,
            method=_method(kind, sampled and rough, reading),
        )
        for kind, message, severity, sampled in found
    )


_METHODS = {
    "missing": "counted",
    "all_missing": "counted",
    "constant": "distinct values counted",
    "infinite": "counted",
    "mixed_types": "the Python type of each value",
    "numbers_as_text": "each distinct text read as a number",
    "dates_as_text": "each distinct text read as a date",
    "sentinel": "compared with the usual codes for a missing value",
    "outliers": "more than three interquartile ranges beyond the quartiles",
    "spaces": "each distinct text looked at",
    "case_variants": "distinct texts compared in small letters and without spaces",
    "near_duplicates": "distinct texts compared with one letter left out",
    "sorted": "each value compared with the one before",
}


def _method(kind: str, sampled: bool, reading: Reading) -> str:
    where = f"on a sample of {reading.sampled:,} rows" if sampled else "on all rows"
    return f"{_METHODS[kind]}, {where}"


def _sorted(reading: Reading) -> Found:
    moments = reading.moments
    if (
        moments is not None
        and reading.family != "boolean"
        and moments.count >= _LEAST_ORDERED
        and moments.order
    ):
        yield "sorted", f"The rows are in its {moments.order} order.", "info", False


Found = Iterator[tuple[str, str, str, bool]]  # kind, message, severity, and whether it was seen on the sample


def _missing(reading: Reading) -> Found:
    total = reading.count + reading.missing
    if total and not reading.count:
        yield "all_missing", "Every value is missing.", "warning", False
    elif reading.missing:
        share = reading.missing / total
        message = f"{reading.missing:,} of {total:,} values are missing ({format_share(share)})."
        yield "missing", message, "warning" if share >= _NOTABLE_MISSING else "info", False


def _constant(guess: Guess) -> Found:
    if guess.semantic_type == "constant":
        yield "constant", "Every value is the same.", "info", False


def _infinite(reading: Reading) -> Found:
    if reading.infinite:
        values = counted(reading.infinite, "value is", "values are")
        yield "infinite", f"{values} infinite; they are left out of mean and range.", "warning", False


def _mixed(reading: Reading, guess: Guess) -> Found:
    if reading.family != "mixed" and guess.semantic_type != "mixed":
        return
    ranked = sorted(reading.kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    words = join_words([f"{format_share(count / reading.sampled)} {kind}" for kind, count in ranked], limit=4)
    yield "mixed_types", f"Values of several types are mixed: {words}.", "warning", True


def _stored_as_text(parsed: Parsed | None, guess: Guess) -> Found:
    if parsed is None or guess.semantic_type in {"identifier", "phone", "time"} | PLACES:
        return
    what = {
        "date": "Dates",
        "datetime": "Dates and times",
        "duration": "Spans of time",
        "percent": "Percentages",
    }
    message = f"{what.get(parsed.form, 'Numbers')} are stored as text"
    if parsed.unread and not guess.personal:
        examples = join_words([f"'{text[:30]}'" for text in parsed.examples])
        message += f"; {counted(parsed.unread, 'value')} can't be read as such, for example {examples}"
    kind = "dates_as_text" if parsed.form in ("date", "datetime") else "numbers_as_text"
    yield kind, message + ".", "warning" if kind == "numbers_as_text" else "info", True


def _sentinels(reading: Reading, statistics: Statistics) -> Found:
    words = []
    if reading.family in ("text", "mixed"):
        words = [tally for tally in starting_with(reading.tallies, MISSING_STARTS) if says_missing(tally[0])]
    if words:
        names = join_words([f"'{text.strip()[:20]}'" for text, _ in words], limit=3)
        rows = sum(count for _, count in words)
        message = f"{counted(rows, 'value says', 'values say')} {names}, which may stand for a missing one."
        yield "sentinel", message, "warning", True
    if reading.family == "time":
        for text in {str(statistics.minimum)[:10], str(statistics.maximum)[:10]} & _SENTINEL_DATES:
            rows = _rows_on(reading, np.datetime64(text))
            if 2 <= rows < 0.5 * reading.count:
                yield (
                    "sentinel",
                    f"{rows:,} values are {text}, which may stand for a missing date.",
                    "warning",
                    False,
                )


def _rows_on(reading: Reading, day: np.datetime64) -> int:
    return reading.count_where(lambda block: block.astype("datetime64[D]") == day)


def _sentinel_numbers(reading: Reading, statistics: Statistics, guess: Guess) -> Found:
    if reading.family != "number" or guess.semantic_type not in _WITH_CODES or statistics.minimum is None:
        return
    for number in _SENTINELS:
        if number not in (statistics.minimum, statistics.maximum):
            continue
        rest = statistics.ordered[statistics.ordered != number]
        if len(rest) < _LEAST_REST or not _is_far(number, rest):
            continue
        rows = reading.count_where(partial(np.equal, number))
        # One number alone may be right, but for a negative one of nines among none that are negative.
        if rows >= 2 or (number < -1 and rest[0] >= 0 and rows):
            values = counted(rows, "value is", "values are")
            message = f"{values} {number}, far from the rest: it may stand for a missing one."
            message += _effect(reading, statistics, number, rows)
            yield "sentinel", message, "warning", False


def _is_far(number: int, rest: Array) -> bool:
    """Tell whether a number is far from the middle half of the others, which are in ascending order."""
    low, high = (float(rest[round(share * (len(rest) - 1))]) for share in (0.25, 0.75))
    reach = 2 * max(high - low, abs(high), abs(low), 1)
    return not low - reach < number < high + reach


def _effect(reading: Reading, statistics: Statistics, number: int, rows: int) -> str:
    """Say what the mean would be without a number that stands for a missing value."""
    others = (reading.moments.count if reading.moments else 0) - rows
    if statistics.mean is None or others <= 0:
        return ""
    without = (statistics.mean * (others + rows) - number * rows) / others
    return f" It is counted in: without it the mean is {format_number(without)}."


def _outliers(reading: Reading, statistics: Statistics, guess: Guess) -> Found:
    low, high = statistics.quantiles.get("25%"), statistics.quantiles.get("75%")
    if guess.semantic_type not in _QUANTITIES or reading.family != "number" or low is None or high is None:
        return
    below, above = low - _FAR * (high - low), high + _FAR * (high - low)
    if high <= low:
        return
    if statistics.minimum >= below and statistics.maximum <= above:
        return
    far = _count_beyond(reading, statistics, below, above)
    for number in _SENTINELS:
        if statistics.minimum <= number <= statistics.maximum and not below <= number <= above:
            far -= reading.count_where(partial(np.equal, number))
    if 0 < far <= 0.1 * reading.count:
        sides = []
        if statistics.minimum < below:
            sides.append(f"below {format_number(below)}")
        if statistics.maximum > above:
            sides.append(f"above {format_number(above)}")
        lie = counted(far, "value lies", "values lie")
        message = f"{lie} far from the rest ({' or '.join(sides)}, Tukey's outer fence)."
        yield "outliers", message, "info", reading.approximate


def _count_beyond(reading: Reading, statistics: Statistics, below: float, above: float) -> int:
    """Count finite numbers outside two fences; only the sides are looked at where there are any."""
    far = 0
    for is_beyond, fence, edge in (
        (np.less, below, statistics.minimum),
        (np.greater, above, statistics.maximum),
    ):
        if is_beyond(edge, fence):
            far += reading.count_where(partial(_beyond, is_beyond, fence, bool(reading.infinite)))
    return far


def _beyond(is_beyond: np.ufunc, fence: float, infinite: bool, block: Array) -> Array:
    found: Array = is_beyond(block, fence)
    return found & np.isfinite(block) if infinite else found


def _untidy_texts(reading: Reading, guess: Guess, statistics: Statistics) -> Found:
    if reading.family != "text":
        return
    padded = count_padded(reading.tallies)
    if padded:
        yield (
            "spaces",
            f"{counted(padded, 'value begins or ends', 'values begin or end')} with a space.",
            "warning",
            True,
        )
    if guess.semantic_type in ("text", "identifier") or (statistics.distinct or 0) > 2000:
        return
    variants = case_variants(reading.tallies)
    if variants:
        message = f"{counted(len(variants), 'value comes', 'values come')} in more than one spelling"
        yield "case_variants", message + _example(variants[0][:3], guess) + ".", "warning", True
    if guess.semantic_type in _SPELT:
        slips = near_duplicates(reading.tallies)
        if slips:
            message = (
                f"{counted(len(slips), 'rare value is', 'rare values are')} one letter from a frequent one"
            )
            yield "near_duplicates", message + _example(slips[0], guess) + ".", "warning", True


def _example(texts: Sequence[str], guess: Guess) -> str:
    if guess.personal or any(looks_personal(text) for text in texts):
        return ""
    return f", for example {join_words([repr(text[:30]) for text in texts])}"
