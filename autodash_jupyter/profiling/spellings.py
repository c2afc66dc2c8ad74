"""Spellings of one category: in capitals or not, with spaces or not, or with a slip of the finger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from autodash_jupyter.profiling.reading import Tally

__all__ = ["case_variants", "near_duplicates"]

_SHORTEST = 5
_MOST_COMPARED = 2_000
_RARE = 0.1


def case_variants(tallies: Sequence[Tally]) -> list[list[str]]:
    """Return groups of texts that differ in capitals and spaces only.

    >>> case_variants([("Oslo", 5), ("oslo ", 1), ("Rome", 2)])
    [['Oslo', 'oslo ']]
    """
    spellings = defaultdict(list)
    for text, _ in tallies:
        spellings[" ".join(text.casefold().split())].append(text)
    return [texts for texts in spellings.values() if len(texts) > 1]


def near_duplicates(tallies: Sequence[Tally]) -> list[tuple[str, str]]:
    """Return pairs (rare, frequent) of texts that are one letter apart, as a misspelt name is.

    Two texts are one letter apart if they are equal once one letter of each, at most, is left out; so
    each text is looked up by what is left of it, and none is compared with all others. Texts that
    differ in a digit are numbered, not misspelt.

    >>> near_duplicates([("Germany", 50), ("France", 40), ("Germny", 1)])
    [('Germny', 'Germany')]
    """
    by_rest: dict[str, list[Tally]] = defaultdict(list)
    for text, count in tallies[:_MOST_COMPARED]:
        plain = " ".join(text.casefold().split())
        if _SHORTEST <= len(plain) <= 40:
            for rest in {plain, *_without_one(plain)}:
                by_rest[rest].append((text, count))
    pairs: dict[str, str] = {}
    for alike in by_rest.values():
        frequent = max(alike, key=lambda tally: tally[1])
        for text, count in alike:
            if count <= _RARE * frequent[1] and _one_letter_apart(text, frequent[0]):
                pairs.setdefault(text, frequent[0])
    return list(pairs.items())


def _without_one(text: str) -> Iterator[str]:
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def _one_letter_apart(first: str, second: str) -> bool:
    """Tell whether one letter was changed, left out or added (not a digit, and not a mere plural)."""
    first, second = (" ".join(text.casefold().split()) for text in (first, second))
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if start is None:  # one is the beginning of the other: a plural, or a longer word
        return False
    ends = {
        (first[start + 1 :], second[start + 1 :]),
        (first[start + 1 :], second[start:]),
        (first[start:], second[start + 1 :]),
    }
    changed = first[start] + second[start]
    return any(a == b for a, b in ends) and start > 0 and changed.isalpha()
