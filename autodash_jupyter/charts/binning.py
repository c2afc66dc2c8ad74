"""Numbers in classes: how wide, how many, and of which column: "by age group", "weight ranges of 10"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autodash_jupyter.charts.draft import Draft
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.mentions import Mention

__all__ = ["Binning", "binned_mention", "find_binning", "fitting"]

USUAL = {"maxbins": 10.0}
CLASSES = r"increments?|buckets?|bins?|intervals?|steps?|groups?|ranges?|classes|brackets?|bands?"
FEWEST, MOST = 3, 25  # classes that a step may part a column into; else its number is that of the classes
AFTER_A_NAME = frozenset({"group", "band", "bracket", "range", "class", "bucket", "bin", "interval"})


@dataclass(frozen=True, slots=True)
class Binning:
    """Classes that a sentence asks for, and the words, by number, that say so."""

    spec: Mapping[str, float]
    words: frozenset[int] = frozenset()


def find_binning(sentence: str, draft: Draft) -> Binning | None:
    """Return how numbers are to be binned: "in bins of 10", "20-minute increments", "into 5 groups".

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> said = "orders by price in bins of 10"
    >>> find_binning(said, Draft(sentence_words(said), set())).spec
    {'step': 10.0}
    """
    unit = r"(?:[a-z]+[ -])?"
    found = draft.claim(sentence, rf"(?:in(?:to)?|with|using) (\d+) (?:equal )?(?:{CLASSES})")
    if found:
        return Binning({"maxbins": float(found[1])}, frozenset(draft.covered(found)))
    for pattern in (
        rf"(?:in(?:to)? )?(?:{CLASSES}) of (\d+)(?: (?:years?|units?))?",
        rf"(?:in(?:to)? )?(\d+)[ -]?{unit}(?:{CLASSES})",
        r"nearest (\d+)(?: [a-z]+)?",
    ):
        if found := draft.claim(sentence, pattern):
            return Binning({"step": float(found[1])}, frozenset(draft.covered(found)))
    if found := draft.claim(sentence, r"binned|bins?|buckets?|ranges? of|brackets?|intervals?"):
        return Binning(USUAL, frozenset(draft.covered(found)))
    return None


def binned_mention(
    binning: Binning | None, mentions: Sequence[Mention], draft: Draft
) -> tuple[Mention | None, Mapping[str, float] | None]:
    """Return the column that is to be binned, where the words are next to one, and how."""
    numbers = [each for each in mentions if each.field.kind == "quantitative"]
    if binning is None:
        for each in numbers:
            following = each.last + 1
            if following < len(draft.words) and draft.words[following].stem in AFTER_A_NAME:
                draft.taken.add(following)
                return each, USUAL
        return None, None
    before = next((each for each in numbers if each.last + 1 in binning.words), None)
    after = next((each for each in numbers if each.first - 1 in binning.words), None)
    return before or after, binning.spec


def fitting(spec: Mapping[str, float] | None, field: Field) -> Mapping[str, float] | None:
    """Return how a column is binned: a step that makes too few or too many classes is their number.

    >>> fitting({"step": 10.0}, Field("weight", 0, "quantitative", 90, ((),), smallest=1600, largest=5100))
    {'maxbins': 10.0}
    """
    if spec is None or "step" not in spec or field.smallest is None or field.largest is None:
        return spec
    classes = (field.largest - field.smallest) / spec["step"]
    fits = FEWEST <= classes <= MOST or spec["step"] < FEWEST
    return spec if fits or not re.fullmatch(r"\d+", f"{spec['step']:g}") else {"maxbins": spec["step"]}
