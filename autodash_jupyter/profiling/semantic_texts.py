"""Recognises what columns of texts mean."""

from __future__ import annotations

import re
from dataclasses import replace

from autodash_jupyter.profiling.patterns import pattern_share, shape_of
from autodash_jupyter.profiling.semantic import PERSONAL_IDENTIFIERS, Facts, Guess, surest
from autodash_jupyter.profiling.semantic_numbers import guess_numbers
from autodash_jupyter.profiling.semantic_persons import guard_persons, name_text
from autodash_jupyter.profiling.semantic_places import place_text
from autodash_jupyter.profiling.semantic_times import guess_spans, guess_times
from autodash_jupyter.profiling.statistics import compute_statistics
from autodash_jupyter.profiling.vocabulary import (
    FLAG_PAIRS,
    MISSING_WORDS,
    NO_WORDS,
    ORDINAL_SCALES,
    YES_WORDS,
)

__all__ = ["guess_texts"]

_LONG_LABEL = 250
_RANGE = re.compile(
    r"\D{0,3}[<>≤≥]=?\s*\d|\D{0,3}\d[\d.,]*\s*\D{0,8}(?:[-–+]|to\b|(?:or|and) (?:more|less|over|under|above))"
    r"|(?:over|under|above|below|up to|more than|less than)\s+\D?\d",
    re.IGNORECASE,
)
_RANK = re.compile(r"^\d{1,2} ?[-_.:=)]? ?(?=\D)")
_NUMBERED_LEVEL = re.compile(r"(\d{1,2})[-_ ].*")


def guess_texts(facts: Facts) -> Guess:
    """Say what a column of texts means."""
    guess = surest(facts, _TEXT_DETECTORS) or Guess("text", 0.4, _variety(facts))
    return guard_persons(guess, facts)


def _variety(facts: Facts) -> str:
    return f"{facts.distinct:,} distinct of {facts.count:,}"


def _mean_length(facts: Facts) -> float:
    return sum(map(len, facts.texts)) / len(facts.texts) if facts.texts else 0.0


def _parsed(facts: Facts) -> Guess | None:
    """Numbers, moments and spans kept as text mean what they would mean as such."""
    if facts.parsed is None:
        return None
    if facts.parsed.form == "time":
        if {"duration", "elapsed", "runtime", "finish"} & set(facts.words):
            return Guess("duration", 0.85, "spans written as hours, minutes and seconds")
        return Guess("time", 0.92, "times of day kept as text")
    reading = facts.parsed.reading
    inner = replace(facts, reading=reading, statistics=compute_statistics(reading), as_text=True)
    if reading.family == "time":
        guess = guess_times(inner)
    elif reading.family == "span":
        guess = guess_spans(inner)
    else:
        guess = guess_numbers(inner)
        if guess.semantic_type == "measure" and guess.confidence < 0.6:
            guess = replace(guess, confidence=0.7)
    return replace(guess, evidence=f"{guess.evidence}, kept as text")


def _contact(facts: Facts) -> Guess | None:
    for pattern, role in (("email", "email"), ("url", "url"), ("ip", "ip"), ("phone", "phone")):
        share = pattern_share(facts.texts, pattern)
        named = facts.says(role) is not None
        needed = (0.5 if named else 0.95) if pattern == "phone" else 0.6
        another = facts.says("identifier") or facts.parsed
        if share >= needed and not (pattern == "phone" and not named and another):
            evidence = f"{share:.0%} of the distinct values look like one"
            return Guess(role, 0.97 if named or pattern != "phone" else 0.8, evidence, personal=role != "url")
    return None


def _nested(facts: Facts) -> Guess | None:
    if pattern_share(facts.texts, "json") >= 0.9 and _mean_length(facts) > 2:
        objects = sum("{" in text for text in facts.texts) / len(facts.texts)
        if objects >= 0.5:
            return Guess("json", 0.85, "JSON, or objects like it, written as text")
        return Guess("list", 0.85, "lists written as text")
    return None


def _flag(facts: Facts) -> Guess | None:
    if facts.distinct > 16:
        return None
    said = {text.strip().casefold() for text in facts.texts} - MISSING_WORDS
    if said & YES_WORDS and said & NO_WORDS and said <= YES_WORDS | NO_WORDS:
        return Guess("flag", 0.94, f"yes or no, written as {' and '.join(sorted(said)[:4])}")
    if len(said) == 2 and any(said <= pair for pair in FLAG_PAIRS):
        return Guess("flag", 0.94, f"only {' and '.join(sorted(said))}")
    return None


def _ordinal(facts: Facts) -> Guess | None:
    if facts.distinct > 30:
        return None
    said = {text.strip().casefold().replace("_", " ") for text in facts.texts} - MISSING_WORDS
    levels = {_RANK.sub("", text) for text in said}
    for scale in ORDINAL_SCALES:
        if len(levels) >= 3 and len(levels & scale) >= 0.75 * len(levels):
            known = " and ".join(sorted(levels & scale)[:2])
            return Guess("ordinal", 0.88, f"levels with an order, such as {known}")
    if len(said) >= 2 and _is_graded(facts, said):
        return Guess("ordinal", 0.82, f"named {facts.says('ordinal')}, {facts.distinct} levels")
    return _numbered(facts, said) if len(said) >= 3 else None


def _numbered(facts: Facts, said: set[str]) -> Guess | None:
    """Ranges, and levels that begin with a number."""
    ranges = sum(_RANGE.match(text) is not None for text in said)
    if ranges and ranges + sum(map(str.isdigit, said)) >= 0.75 * len(said):
        return Guess("ordinal", 0.88, "ranges of numbers")
    if facts.unique_share <= 0.5 and _numbered_levels(said) and not facts.says("category"):
        return Guess("ordinal", 0.87, f"{len(said)} levels, each with its number")
    numbered = [text for text in said if text[:1].isdigit() or text[:1] in "<>"]
    if len(numbered) >= 0.8 * len(said) and facts.unique_share < 0.2:
        return Guess("ordinal", 0.78, "levels that begin with a number")
    return None


def _numbered_levels(said: set[str]) -> bool:
    """Tell whether texts are levels that begin with their rank: ``1_mild``, ``2 = severe``."""
    found = [_NUMBERED_LEVEL.fullmatch(text) for text in said]
    ranks = {int(match[1]) for match in found if match}
    return len(ranks) == len(said) and max(ranks) - min(ranks) < 2 * len(said)


def _is_graded(facts: Facts, said: set[str]) -> bool:
    """Tell whether the name ends in a word for grades, and the values are short or begin alike."""
    word = facts.says("ordinal")
    if word is None or facts.words[-1] != word or facts.unique_share >= 0.5:
        return False
    known = any(said & scale for scale in ORDINAL_SCALES)
    short = sum(len(text) <= 3 for text in said) >= 0.8 * len(said)
    return known or short or any(text[:1].isdigit() for text in said)


def _identifier(facts: Facts) -> Guess | None:
    word = facts.says("identifier")
    spaces = sum(" " in text for text in facts.texts) / max(len(facts.texts), 1)
    if pattern_share(facts.texts, "uuid") >= 0.9:
        return Guess("identifier", 0.97, "universally unique identifiers")
    if word and spaces < 0.5 and (facts.distinct > 20 or facts.unique_share > 0.5 or word == "id"):
        evidence = f"{_variety(facts)}, name has {word}"
        return Guess("identifier", 0.9, evidence, personal=word in PERSONAL_IDENTIFIERS)
    if pattern_share(facts.texts, "hash") >= 0.9:
        return Guess("identifier", 0.85, "hexadecimal hashes")
    return None


def _code(facts: Facts) -> Guess | None:
    """Texts in the form of a code, where there are many of them and they are no numbers."""
    if facts.parsed is not None:
        return None
    spaces = sum(" " in text for text in facts.texts) / max(len(facts.texts), 1)
    if spaces > 0.1 or _mean_length(facts) > 40:
        return None
    coded = pattern_share(facts.texts, "code")
    shapes = {shape_of(text) for text in facts.texts}
    uniform = coded >= 0.9 or (len(shapes) <= 3 and facts.count > 20)
    if uniform and facts.unique_share > 0.95 and facts.count > 5:
        return Guess("identifier", 0.85, f"{_variety(facts)}, all in the form of a code")
    if coded >= 0.9 and facts.distinct > 200 and len(shapes) <= 0.2 * facts.distinct:
        return Guess("identifier", 0.74, f"{_variety(facts)}, in the form of a code")
    return None


def _padded(facts: Facts) -> Guess | None:
    """Digits of one length, some of which begin with a zero, are codes: a number would lose it."""
    texts = [text.strip() for text in facts.texts]
    lengths = {len(text) for text in texts}
    if len(texts) < 3 or len(lengths) > 1 or not all(map(str.isdigit, texts)) or max(lengths) > 12:
        return None
    if max(lengths) < 2 or not any(text.startswith("0") for text in texts):
        return None
    various = facts.unique_share > 0.5 or facts.distinct > 20
    return Guess("identifier" if various else "category", 0.93, "digits of one length, padded with zeros")


def _category(facts: Facts) -> Guess | None:
    if facts.reading.categorical and facts.unique_share < 0.9:
        return Guess("category", 0.9, f"declared as categories, {facts.distinct} of them")
    if (
        facts.distinct <= max(12, 0.05 * facts.count)
        and facts.unique_share < 0.6
        and _mean_length(facts) < 60
    ):
        return Guess("category", 0.8, f"{facts.distinct:,} different values in {facts.count:,} rows")
    if facts.distinct <= 0.05 * facts.count and _mean_length(facts) < _LONG_LABEL:
        return Guess("category", 0.83, f"{facts.distinct:,} different values in {facts.count:,} rows")
    word = facts.says("category")
    if word and facts.unique_share < 0.97 and _mean_length(facts) < 40:
        return Guess("category", 0.83, f"named {word}, {_variety(facts)}")
    if facts.unique_share < (0.75 if _mean_length(facts) < 20 else 0.5) and _mean_length(facts) < 40:
        return Guess("category", 0.62, f"values that come back: {_variety(facts)}")
    return None


def _text(facts: Facts) -> Guess | None:
    length = _mean_length(facts)
    spaced = sum(text.count(" ") >= 3 for text in facts.texts) / max(len(facts.texts), 1)
    word = facts.says("text")
    various = facts.unique_share > 0.4 or (facts.unique_share > 0.2 and facts.distinct > 500)
    if word and various and length > 10:
        return Guess("text", 0.91, f"named {word}, about {length:.0f} characters each")
    if spaced > 0.6 and facts.unique_share > 0.3 and length > 25:
        return Guess("text", 0.87, f"sentences of about {length:.0f} characters")
    if length > 60:
        return Guess("text", 0.82, f"about {length:.0f} characters each")
    if facts.unique_share >= 0.5:
        return Guess("text", 0.55, f"{_variety(facts)}, about {length:.0f} characters each")
    return None


_TEXT_DETECTORS = (
    _parsed, _contact, _nested, _flag, _ordinal, place_text, name_text, _identifier, _code, _padded,
    _category, _text,
)  # fmt: skip
