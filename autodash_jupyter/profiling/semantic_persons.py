"""Recognises names, above all those of persons, which are personal data wherever they stand."""

from __future__ import annotations

from dataclasses import replace

from autodash_jupyter.profiling.patterns import pattern_share
from autodash_jupyter.profiling.person_names import FIRST_NAMES
from autodash_jupyter.profiling.semantic import Facts, Guess
from autodash_jupyter.profiling.semantic_types import NESTED, PLACES
from autodash_jupyter.profiling.vocabulary import NAME_WORDS

__all__ = ["guard_persons", "name_text"]

_NOT_PERSONS = NAME_WORDS["category"] | {"id", "type", "count", "status"}
_LOOKED_AT = 200
_FEW = 20  # names that may still be those of a team


def name_text(facts: Facts) -> Guess | None:
    """Recognise names of persons by their values, and of anything by the column's name."""
    texts = facts.texts[:_LOOKED_AT]
    personlike = pattern_share([text.lstrip("-*+ ") for text in texts], "person")
    known = _share_known(texts)
    classed = facts.words[-1:] and facts.words[-1] in _NOT_PERSONS
    if facts.says("person") and facts.says("name") and not classed and facts.distinct > 5:
        evidence = f"named {' '.join(facts.words[:3])}, {_variety(facts)}"
        return Guess("name", 0.93, evidence, personal=True)
    if (guess := _known_names(facts, personlike, known)) is not None:
        return guess
    named = None if classed else facts.says("name")
    if named and personlike >= 0.7 and facts.distinct > _FEW:
        return Guess("name", 0.86, f"named {named}, {_variety(facts)}", personal=known > 0.2)
    return _named(facts, personal=known > 0.2 and personlike > 0.3)


def guard_persons(guess: Guess, facts: Facts) -> Guess:
    """Mark as personal what holds persons' full names, whatever else the column was taken for."""
    if guess.personal or guess.semantic_type in PLACES | NESTED | {"text"}:
        return guess
    full = full_name_share(facts.texts[:_LOOKED_AT])
    return replace(guess, personal=True) if full >= 0.3 and facts.distinct > 1 else guess


def full_name_share(texts: list[str]) -> float:
    """Return the share of texts that are a common first name and a surname, in either order.

    >>> full_name_share(["Maria Lopez", "Miller, John", "Red Wine", "Anna"])
    0.5
    """
    return sum(map(_is_full_name, texts)) / len(texts) if texts else 0.0


def _is_full_name(text: str) -> bool:
    if "," in text:
        surname, _, given = text.partition(",")
        text = f"{given.strip()} {surname.strip()}"
    words = [word for word in text.split() if not word.endswith(".")]
    if not 2 <= len(words) <= 4 or not all(word[:1].isupper() and word[1:2].isalpha() for word in words):
        return False
    return words[0].casefold() in FIRST_NAMES


def _share_known(texts: list[str]) -> float:
    known = sum(
        any(word.strip(",.()-*+").casefold() in FIRST_NAMES for word in text.split()) for text in texts
    )
    return known / len(texts) if texts else 0.0


def _known_names(facts: Facts, personlike: float, known: float) -> Guess | None:
    various = facts.unique_share > 0.3 and facts.distinct > _FEW
    mostly = known >= 0.1 and personlike >= 0.85 and various
    full = full_name_share(facts.texts[:_LOOKED_AT])
    if (
        mostly
        or (known >= 0.25 and personlike >= 0.5 and facts.distinct > 5)
        or (full >= 0.5 and facts.distinct > 2)
    ):
        evidence = f"{max(known, full):.0%} of the distinct values hold a common first name"
        return Guess("name", 0.91, evidence, personal=True)
    if known >= 0.5 and facts.distinct > 10:
        return Guess("name", 0.88, f"{known:.0%} of the distinct values are first names", personal=True)
    return None


def _named(facts: Facts, personal: bool) -> Guess | None:
    """Names of things, by the column's own."""
    if facts.words[:1] == ("rownames",) and facts.unique_share > 0.9 and not facts.parsed:
        coded = pattern_share(facts.texts[:_LOOKED_AT], "code") > 0.5
        return None if coded else Guess("name", 0.91, "texts that name the rows", personal)
    named = facts.says("name")
    if named and facts.unique_share > 0.3:
        return Guess("name", 0.84, f"named {named}, {_variety(facts)}", personal=personal)
    return None


def _variety(facts: Facts) -> str:
    return f"{facts.distinct:,} distinct of {facts.count:,}"
