"""Filters by number and date: "more than 5", "between 10 and 20", "since 2019", "the last 3 months"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.mentions import Mention
from autodash_jupyter.charts.owners import Scene, list_owner, owner
from autodash_jupyter.charts.words import Word

__all__ = ["Comparison", "find_comparisons"]

NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9}
BEFORE: tuple[tuple[str, str], ...] = (
    (
        r"(?:not|no|n't|doesn't) exceed\w*|at or below|at or under|or below"
        r"|(?:below|under|less) or equal(?: to)?|maximum of|max",
        "lte",
    ),
    (r"at or above|at or over|(?:above|over) or equal(?: to)?", "gte"),
    (
        r"(?:not|no) (?:more|greater|higher|larger|later|older)(?: than)?|at most|up to|<=|≤|no later than",
        "lte",
    ),
    (r"(?:not|no) (?:less|fewer|lower|smaller|earlier)(?: than)?|at least|>=|≥|minimum of", "gte"),
    (r"(?:less|lower|smaller|fewer) than or equal(?: to)?", "lte"),
    (r"(?:greater|more|higher|larger|bigger) than or equal(?: to)?", "gte"),
    (r"(?:before|on|until) or (?:on|before)(?: the date)?|on or before|through|until|till", "lte"),
    (r"since|starting (?:in|from)?|on or after|after or on|from|onwards? from", "gte"),
    (r"(?:more|greater|higher|larger|bigger|longer|older|later) than|over|above|exceed\w*|after|>", "gt"),
    (r"(?:less|lower|smaller|fewer|shorter|younger|cheaper|earlier) than|under|below|before|<", "lt"),
)
AFTER: tuple[tuple[str, str], ...] = (
    (
        r"(?:and|or) (?:more|higher|greater|above|over|older|later|after|larger|up|up to)|onwards?|\+|to now",
        "gte",
    ),
    (r"(?:and|or) (?:less|lower|fewer|below|under|younger|earlier|before|smaller|prior)", "lte"),
)
LIST_WORDS = frozenset({"and", "or", "to", ","})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A predicate in Vega-Lite's words, and the words of the sentence (by number) that say it."""

    predicate: Mapping[str, Any]
    words: tuple[int, ...]
    field: Field


def find_comparisons(
    words: Sequence[Word], mentions: Sequence[Mention], fields: Sequence[Field], taken: set[int]
) -> tuple[Comparison, ...]:
    """Return the filters by number and date that the words say; ``taken`` words are left alone."""
    scene = Scene(words, mentions, fields)
    found: list[Comparison] = []
    number = 0
    while number < len(words):
        if number in taken or _number_at(words, number) is None:
            number += 1
            continue
        comparison = _range(scene, number) or _bound(scene, number) or _listed(scene, number, taken)
        if comparison is None:
            number += 1
            continue
        found.append(comparison)
        taken.update(comparison.words)
        number = max(number, *comparison.words) + 1
    return tuple(found)


def _number_at(words: Sequence[Word], number: int) -> float | int | None:
    if not 0 <= number < len(words):
        return None
    text = words[number].stem
    scale = 1.0
    scaled = re.fullmatch(r"(\d+(?:\.\d+)?)(k|m|bn)", text)
    if scaled:
        text, scale = scaled[1], SCALES[scaled[2]]
    if NUMBER.fullmatch(text) is None:
        return None
    if number + 1 < len(words):
        scale *= SCALES.get(words[number + 1].stem, 1.0) if words[number + 1].stem not in ("k", "m") else 1.0
    value = float(text.rstrip("%")) * scale
    return int(value) if value.is_integer() and "." not in text else value


def _text(words: Sequence[Word], first: int, last: int) -> str:
    return " ".join(word.text.lower() for word in words[max(first, 0) : last])


def _value(field: Field, value: float) -> Any:
    return {"year": int(value)} if field.kind == "temporal" and not field.is_year else value


def _range(scene: Scene, number: int) -> Comparison | None:
    words = scene.words
    for gap in (1, 2, 3):
        other = _number_at(words, number + gap)
        if other is None:
            continue
        lead = _text(words, number - 4, number)
        joint = _text(words, number + 1, number + gap)
        asked = re.search(
            r"\b(?:between|from|range(?: of)?|ranging|interval(?: of)?|in|within)(?: \w+)? ?$", lead
        )
        dashed = not joint and words[number + gap].start - words[number].end == 1
        if not dashed and re.fullmatch(r"and|to|through|until|till", joint) is None:
            return None
        if not (asked or joint == "to" or dashed):
            return None
        if joint == "and" and not re.search(r"between|range|ranging|interval|within", lead):
            return None
        low, high = _number_at(words, number), other
        start = max(number - (len(lead[asked.start() :].split()) if asked else 0), 0)
        field = owner(scene, start, number + gap, low if low is not None else 0)
        if field is None or low is None:
            return None
        bounds = [_value(field, min(low, high)), _value(field, max(low, high))]
        return Comparison(
            {"field": field.name, "range": bounds}, tuple(range(start, number + gap + 1)), field
        )
    return None


def _bound(scene: Scene, number: int) -> Comparison | None:
    value = _number_at(scene.words, number)
    if value is None:
        return None
    last = number + (scene.words[number + 1].stem in SCALES if number + 1 < len(scene.words) else 0)
    operator, first, end = _sign(scene.words, number, last)
    if operator is None:
        return None
    field = owner(scene, first, end, value)
    if field is None:
        return None
    return Comparison(
        {"field": field.name, operator: _value(field, value)}, tuple(range(first, end + 1)), field
    )


def _sign(words: Sequence[Word], number: int, last: int) -> tuple[str | None, int, int]:
    after = _text(words, last + 1, last + 5)
    for pattern, operator in AFTER:
        if found := re.match(rf"(?:\w+ ){{0,2}}(?:{pattern})(?!\w)", after):
            return operator, number, last + len(found[0].split())
    before = _text(words, number - 6, number)
    for pattern, operator in BEFORE:
        if found := re.search(rf"(?<![\w>])(?:{pattern})(?: (?:the|a|date|year|of|or))* ?\$?$", before):
            return operator, max(number - len(found[0].split()), 0), last
    return None, number, last


def _listed(scene: Scene, number: int, taken: set[int]) -> Comparison | None:
    """Read "products 1, 2 and 3", "ids of 7 or 9", "in 2019": numbers that are values."""
    words = scene.words
    numbers = [number]
    step = number + 1
    while step < len(words) and (words[step].stem in LIST_WORDS or _number_at(words, step) is not None):
        if _number_at(words, step) is not None:
            if step in taken:
                break
            numbers.append(step)
        step += 1
    values = [value for each in numbers if (value := _number_at(words, each)) is not None]
    field = list_owner(scene, number, values)
    if field is None:
        return None
    wanted = [_as_kept(field, value, words[each].text) for value, each in zip(values, numbers, strict=True)]
    wanted = list(dict.fromkeys(wanted)) if field.kind != "temporal" or field.is_year else wanted
    covered = tuple(range(number, numbers[-1] + 1))
    if field.kind == "temporal" and not field.is_year:
        bounds = [{"year": int(min(values))}, {"year": int(max(values))}]
        return Comparison({"field": field.name, "range": bounds}, covered, field)
    predicate = {"equal": wanted[0]} if len(wanted) == 1 else {"oneOf": wanted}
    return Comparison({"field": field.name, **predicate}, covered, field)


def _as_kept(field: Field, value: float, text: str) -> Any:
    texts = {each for each in field.values if isinstance(each, str)}
    return text if text in texts else (str(value) if str(value) in texts else value)
