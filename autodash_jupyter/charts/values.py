"""Where a sentence names values of columns: "in Paris", "the Sci-Fi ones", misspelt or not."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.lexicon import FILLER
from autodash_jupyter.charts.thesaurus import VALUE_SYNONYMS
from autodash_jupyter.charts.words import Word, is_typo, plain_words, singular

__all__ = ["ValueMention", "find_values"]

MOST_WORDS = 8  # of one value
SHORTEST_MISSPELT = 5
MOST_COMPARED = 2000
SHORTEST_BEGUN = 4
MOST_ENDING = 3  # letters more or less at its end: "Chile" for Chilean
FEW = 6  # values of a column that tells people apart
NEAR_BY = 2  # words between values of one list


@dataclass(frozen=True, slots=True)
class ValueMention:
    """Words ``first`` to ``last`` name ``value`` of a column; ``exact`` if they are spelt as it is."""

    first: int
    last: int
    field: Field
    value: Hashable
    exact: bool = True


def find_values(
    words: Sequence[Word],
    fields: Sequence[Field],
    taken: Collection[int],
    preferred: Mapping[str, float] | None = None,
    mentioned: Collection[int] = (),
) -> tuple[ValueMention, ...]:
    """Return the values that the words name, longest first where they overlap.

    Columns in ``preferred`` (those the sentence names, with how surely) win over others that hold the same
    value; words in ``mentioned``, which name columns, are no misspelt values.
    """
    preferred = preferred or {}
    index = _index(fields)
    found: list[ValueMention] = []
    used = set(taken)
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            span = range(first, first + length)
            if used & set(span):
                continue
            options = index.get(" ".join(singular(words[each].text) for each in span), ())
            chosen = _choose(words[first : first + length], options, preferred)
            if chosen is not None:
                found.append(ValueMention(first, first + length - 1, *chosen))
                used |= set(span)
    found.extend(_by_other_words(words, index, used))
    found.extend(_begun(words, index, used | set(mentioned), preferred))
    used |= {each for mention in found for each in range(mention.first, mention.last + 1)}
    found.extend(_misspelt(words, index, used | set(mentioned), preferred))
    return _of_one_column(words, sorted(found, key=lambda mention: mention.first), index)


def _by_other_words(
    words: Sequence[Word], index: Mapping[str, Sequence[tuple[Field, Hashable]]], used: set[int]
) -> Iterator[ValueMention]:
    """Read "women" as the value that a column of few values has for them."""
    for number, word in enumerate(words):
        for said in VALUE_SYNONYMS.get(word.stem, ()):
            held = [option for option in index.get(said, ()) if option[0].distinct <= FEW]
            if held and number not in used:
                used.add(number)
                yield ValueMention(number, number, *held[0])


def _begun(
    words: Sequence[Word],
    index: Mapping[str, Sequence[tuple[Field, Hashable]]],
    used: set[int],
    preferred: Mapping[str, float],
) -> Iterator[ValueMention]:
    """Read the first words of a value as it: "Milwaukee" where the only such value is Milwaukee Brewers."""
    names = [n for n, word in enumerate(words) if n and word.text[:1].isupper() and word.stem not in FILLER]
    heads = {words[first].stem for first in names if first not in used}
    if not heads or len(index) > MOST_COMPARED:
        return
    starts: dict[str, list[str]] = {}
    for text in (each for each in index if each.partition(" ")[0] in heads):
        pieces = text.split()
        for count in range(1, min(len(pieces), MOST_WORDS)):
            starts.setdefault(" ".join(pieces[:count]), []).append(text)
    for length in (4, 3, 2, 1):
        for first in (each for each in names if each + length <= len(words)):
            span = range(first, first + length)
            said = " ".join(words[each].stem for each in span)
            if used & set(span) or len(starts.get(said, ())) != 1 or len(said) < SHORTEST_BEGUN:
                continue
            chosen = _choose(words[first : first + length], index[starts[said][0]], preferred)
            if chosen is not None:
                used |= set(span)
                yield ValueMention(first, first + length - 1, *chosen, exact=False)


def _of_one_column(
    words: Sequence[Word],
    found: Sequence[ValueMention],
    index: Mapping[str, Sequence[tuple[Field, Hashable]]],
) -> tuple[ValueMention, ...]:
    """Take a value that several columns hold for one of the column that its neighbours are of."""
    kept: list[ValueMention] = []
    for number, value in enumerate(found):
        near = [
            other for other in (*kept[-1:], *found[number + 1 : number + 2]) if _gap(value, other) <= NEAR_BY
        ]
        said = " ".join(singular(words[each].text) for each in range(value.first, value.last + 1))
        held = {field.name: (field, kept_as) for field, kept_as in index.get(said, ())}
        chosen = next((held[other.field.name] for other in near if other.field.name in held), None)
        if chosen is None or value.field.name in {other.field.name for other in near}:
            kept.append(value)
        else:
            kept.append(replace(value, field=chosen[0], value=chosen[1]))
    return tuple(kept)


def _gap(one: ValueMention, other: ValueMention) -> int:
    return max(one.first, other.first) - min(one.last, other.last) - 1


def _index(fields: Sequence[Field]) -> dict[str, list[tuple[Field, Hashable]]]:
    found: dict[str, list[tuple[Field, Hashable]]] = {}
    for field in fields:
        if field.kind != "nominal":
            continue
        for value in field.values:
            if isinstance(value, str) and len(value) <= 100:
                found.setdefault(plain_words(value), []).append((field, value))
    return found


def _choose(
    said: Sequence[Word], options: Sequence[tuple[Field, Hashable]], preferred: Mapping[str, float]
) -> tuple[Field, Hashable] | None:
    if not options:
        return None
    text = said[0].text
    if len(said) == 1 and (said[0].stem in FILLER or len(text) <= 2 or text.isdigit()):
        # "in", "or", "a" may be codes: only where they are written as the value is, and stand out.
        if said[0].stem in FILLER and text.islower():
            return None
        exact = [(field, value) for field, value in options if value == text]
        named = [option for option in exact if option[0].name in preferred]
        options = named or (exact if len(exact) == 1 and text.isupper() else [])
    ranked = sorted(options, key=lambda option: (-preferred.get(option[0].name, 0.0), option[0].distinct))
    return ranked[0] if ranked else None


def _misspelt(
    words: Sequence[Word],
    index: dict[str, list[tuple[Field, Hashable]]],
    used: set[int],
    preferred: Mapping[str, float],
) -> Iterator[ValueMention]:
    if len(index) > MOST_COMPARED:
        return
    for length in (3, 2, 1):
        candidates = [
            text for text in index if text.count(" ") == length - 1 and len(text) >= SHORTEST_MISSPELT
        ]
        for first in range(len(words) - length + 1):
            span = range(first, first + length)
            stems = [words[each].stem for each in span]
            if used & set(span) or any(stem in FILLER or stem[0].isdigit() for stem in stems):
                continue
            said = " ".join(stems)
            if len(said) < SHORTEST_MISSPELT or not candidates:
                continue
            near = [
                text
                for text in candidates
                if text[0] == said[0] and abs(len(text) - len(said)) <= MOST_ENDING
            ]
            close = next((text for text in near if is_typo(said, text) or _ends_otherwise(said, text)), None)
            chosen = _choose(words[first : first + length], index[close], preferred) if close else None
            if chosen is not None:
                yield ValueMention(first, first + length - 1, *chosen, exact=False)
                used |= set(span)


def _ends_otherwise(said: str, text: str) -> bool:
    shorter, longer = sorted((said, text), key=len)
    return len(shorter) >= SHORTEST_MISSPELT and longer.startswith(shorter)
