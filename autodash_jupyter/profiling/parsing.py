"""Numbers, moments and spans that a column keeps as text, read as what they are."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
import pandas as pd
from pandas.tseries.api import guess_datetime_format

from autodash_jupyter.profiling.frequencies import Frequencies
from autodash_jupyter.profiling.moments import weigh_moments
from autodash_jupyter.profiling.patterns import PATTERNS
from autodash_jupyter.profiling.reading import Array, Reading, Tally
from autodash_jupyter.profiling.sampling import SAMPLE_ROWS
from autodash_jupyter.profiling.vocabulary import says_missing

__all__ = ["Parsed", "parse_text"]

Form = Literal["number", "percent", "money", "date", "datetime", "time", "duration"]

_TRIED_FIRST = 60
_PARSED_SHARE = 0.8
_LONGEST = 64  # characters of a number, a moment or a span
_MIXED_FORMATS = 2000  # distinct texts; without one format for all, each takes a tenth of a millisecond
_NUMBER = re.compile(
    r"(?P<sign>[-+\u2212(]?)\s*(?P<currency>[$€£¥₹]|USD|EUR|GBP|CHF)?\s*(?P<sign2>[-\u2212]?)"
    r"(?P<digits>\d[\d.,'\u00a0\u202f ]*|\.\d+)(?P<exponent>[eE][-+]?\d{1,3})?"
    r"\s*(?P<suffix>%|[$€£¥₹]|USD|EUR|GBP|CHF|[kKmMbB]n?)?\)?"
)
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}
_CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_SPAN_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(w|d|h|m|s|y)[a-z]*", re.IGNORECASE)
_SPAN_SECONDS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "y": 31557600.0}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text column read as something else.

    ``reading`` holds the values that could be read; ``unread`` counts the rows that could not, with
    ``examples`` of them, and ``missing_words`` counts those that say "n/a" in one way or another.
    """

    form: Form
    reading: Reading
    unread: int = 0
    examples: tuple[str, ...] = ()
    missing_words: int = 0
    unit: str | None = None


def parse_text(reading: Reading) -> Parsed | None:
    """Read texts as numbers, moments or spans where at least four in five rows can be."""
    said = (text.strip() for text, _ in reading.tallies if not says_missing(text))
    tried = list(islice(said, _TRIED_FIRST))
    if not tried:
        return None
    if sum(len(text) <= _LONGEST for text in tried) < _PARSED_SHARE * len(tried):
        return None
    tried = [text[:_LONGEST] for text in tried]
    forms = [
        form
        for form, reads in _READABLE.items()
        if sum(reads(text) for text in tried) >= _PARSED_SHARE * len(tried)
    ]
    if not forms:
        return None
    present = [tally for tally in reading.tallies if not says_missing(tally[0])]
    words = sum(count for _, count in reading.tallies) - sum(count for _, count in present)
    for form in forms:
        parsed = _PARSERS[form](form, reading, present)
        if parsed is not None:
            return replace(parsed, missing_words=words)
    return None


def _is_number(text: str) -> bool:
    # A leading zero speaks of a code, and so does a length no quantity has.
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        return False
    return len(text) <= 24 and _NUMBER.fullmatch(text) is not None and not _is_digit_code(text)


def _is_digit_code(text: str) -> bool:
    return sum(character.isdigit() for character in text) > 15 or (
        " " in text and text.replace(" ", "").isdigit()
    )


_READABLE: dict[Form, Callable[[str], bool]] = {
    "number": _is_number,
    "datetime": lambda text: PATTERNS["datetime"](text) is not None,
    "date": lambda text: (PATTERNS["date"](text) or PATTERNS["month"](text)) is not None,
    "time": lambda text: PATTERNS["time"](text) is not None,
    "duration": lambda text: PATTERNS["duration"](text) is not None,
}


def _parse_numbers(form: Form, reading: Reading, tallies: Sequence[Tally]) -> Parsed | None:
    matches = [_NUMBER.fullmatch(text.strip()) for text, _ in tallies]
    decimal_comma = _decimal_comma([match["digits"] for match in matches if match])
    numbers = [np.nan if match is None else _to_number(match, decimal_comma) for match in matches]
    suffixes = {match["suffix"] or match["currency"] for match in matches[:_TRIED_FIRST] if match}
    unit = None
    if suffixes == {"%"}:
        form, unit = "percent", "%"
    elif suffixes and suffixes <= (set(_CURRENCY) | {"USD", "EUR", "GBP", "CHF"}):
        mark = str(next(iter(suffixes)))
        form, unit = "money", _CURRENCY.get(mark, mark)
    values = np.array(numbers, dtype=np.float64)
    whole = np.nan_to_num(values)
    if form == "number" and np.all(whole == np.floor(whole)) and np.all(np.abs(whole) < 2**53):
        return _parsed(form, reading, tallies, values, unit, whole_numbers=True)
    return _parsed(form, reading, tallies, values, unit)


def _decimal_comma(digits: Sequence[str]) -> bool:
    """Tell whether commas are decimal marks: each number has one at most, and no dot after it."""
    with_comma = [text for text in digits if "," in text]
    if not with_comma or any("." in text and text.rfind(".") > text.rfind(",") for text in with_comma):
        return False
    return any(len(text.rsplit(",", 1)[1]) != 3 for text in with_comma) and all(
        text.count(",") == 1 for text in with_comma
    )


def _to_number(match: re.Match[str], decimal_comma: bool) -> float:
    digits = re.sub(r"['\u00a0\u202f ]", "", match["digits"])
    digits = digits.replace(".", "").replace(",", ".") if decimal_comma else digits.replace(",", "")
    try:
        number = float(digits + (match["exponent"] or ""))
    except ValueError:
        return np.nan
    scale = _SCALES.get((match["suffix"] or " ")[0].lower(), 1.0)
    negative = match["sign"] in ("-", "\u2212", "(") or bool(match["sign2"])
    return (-number if negative else number) * scale


def _parse_moments(form: Form, reading: Reading, tallies: Sequence[Tally]) -> Parsed | None:
    texts = pd.Series([text.strip() for text, _ in tallies], dtype=object)
    numbers = texts.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}")
    day_first = bool((pd.to_numeric(numbers[0], errors="coerce") > 12).any())
    with warnings.catch_warnings():  # pandas warns where a guess of ours doesn't fit; then it isn't used
        warnings.simplefilter("ignore", UserWarning)
        guessed = guess_datetime_format(texts.iloc[0], dayfirst=day_first)
        moments = pd.to_datetime(texts, errors="coerce", format=guessed or "ISO8601", utc=True)
        if moments.notna().mean() < _PARSED_SHARE:
            tallies = tallies[:_MIXED_FORMATS]
            few = texts[:_MIXED_FORMATS]
            moments = pd.to_datetime(few, errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    if moments.notna().mean() < _PARSED_SHARE:
        return None
    return _parsed(form, reading, tallies, moments.dt.tz_localize(None).to_numpy())


def _parse_spans(form: Form, reading: Reading, tallies: Sequence[Tally]) -> Parsed | None:
    seconds = np.array([_to_seconds(text.strip()) for text, _ in tallies], dtype=np.float64)
    if form == "time":  # a time of day is kept as text: its order is that of the texts
        return _parsed(form, reading, tallies, seconds)
    spans = np.full(len(seconds), np.timedelta64("NaT"), dtype="timedelta64[ms]")
    known = np.isfinite(seconds) & (np.abs(seconds) < 1e14)
    spans[known] = (seconds[known] * 1000).astype("timedelta64[ms]")
    return _parsed(form, reading, tallies, spans)


def _to_seconds(text: str) -> float:
    clock = re.search(r"(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?", text)
    if clock:
        days = re.match(r"(\d+) days?", text)
        hours = (
            int(clock[1]) + (24 * int(days[1]) if days else 0) + (12 if text.lower().endswith("pm") else 0)
        )
        return hours * 3600 + int(clock[2]) * 60 + float(clock[3] or 0)
    parts = _SPAN_PART.findall(text)
    return sum(float(size) * _SPAN_SECONDS[unit.lower()] for size, unit in parts) if parts else np.nan


_PARSERS: dict[Form, Callable[[Form, Reading, Sequence[Tally]], Parsed | None]] = {
    "number": _parse_numbers,
    "date": _parse_moments,
    "datetime": _parse_moments,
    "time": _parse_spans,
    "duration": _parse_spans,
}


def _read_again(reading: Reading, values: Array, counts: Array) -> Reading:
    """Return the reading of values that texts stand for, each as often as its text comes."""
    read = int(counts.sum())
    spread = counts if read <= SAMPLE_ROWS else np.maximum(1, counts * SAMPLE_ROWS // read)
    expanded = np.sort(np.repeat(values, spread))
    distinct, places = np.unique(values, return_inverse=True)
    frequencies = Frequencies(distinct, np.bincount(places, weights=counts).astype(np.int64))
    family: dict[str, Literal["time", "span", "number"]] = {"M": "time", "m": "span"}
    return Reading(
        family.get(values.dtype.kind, "number"),
        count=reading.count,
        missing=reading.missing,
        values=expanded,
        sample=expanded,
        moments=weigh_moments(values, counts),
        frequencies=frequencies,
        sampled=read if reading.approximate else reading.count,
    )


def _parsed(
    form: Form,
    reading: Reading,
    tallies: Sequence[Tally],
    values: np.ndarray[tuple[int], np.dtype[np.generic]],
    unit: str | None = None,
    whole_numbers: bool = False,
) -> Parsed | None:
    absent = np.isnat(values) if values.dtype.kind in "mM" else ~np.isfinite(values)
    counts = np.array([count for _, count in tallies])
    unread = int(counts[absent].sum())
    read = int(counts.sum()) - unread
    if read < _PARSED_SHARE * counts.sum():
        return None
    present = values[~absent].astype(np.int64) if whole_numbers else values[~absent]
    as_read = _read_again(reading, present, counts[~absent])
    examples = tuple(text for (text, _), lost in zip(tallies, absent, strict=True) if lost)[:3]
    return Parsed(form, as_read, unread, examples, unit=unit)
