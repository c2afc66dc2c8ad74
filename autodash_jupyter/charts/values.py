"""Where a sentence names values of columns: "in Paris", "the Sci-Fi ones", misspelt or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.lexicon import FILLER
from autodash_jupyter.charts.words import Word, is_typo, singular

__all__ = ["ValueMention", "find_values"]

MOST_WORDS = 8  # of one value
SHORTEST_MISSPELT = 5
MOST_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class ValueMention:
    """Words ``first`` to ``last`` name ``value`` of a column; ``exact`` if they are spelt as it is."""

    first: int
    last: int
    field: Field
    value: Hashable
    exact: bool = True


def find_values(
    words: Sequence[Word], fields: Sequence[Field], taken: Collection[int], preferred: Collection[str] = ()
) -> tuple[ValueMention, ...]:
    """Return the values that the words name, longest first where they overlap; columns in ``preferred``
    (those the sentence names) win over others that hold the same value.
    """
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
    found.extend(_misspelt(words, index, used, preferred))
    return tuple(sorted(found, key=lambda mention: mention.first))


def _index(fields: Sequence[Field]) -> dict[str, list[tuple[Field, Hashable]]]:
    found: dict[str, list[tuple[Field, Hashable]]] = {}
    for field in fields:
        if field.kind != "nominal":
            continue
        for value in field.values:
            if isinstance(value, str) and len(value) <= 100:
                found.setdefault(_normal(value), []).append((field, value))
    return found


def _normal(text: str) -> str:
    return " ".join(singular(piece) for piece in re.findall(r"[^\W_]+(?:['\u2019][a-z]+)?(?:\.\d+)?", text))


def _choose(
    said: Sequence[Word], options: Sequence[tuple[Field, Hashable]], preferred: Collection[str]
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
    ranked = sorted(options, key=lambda option: (option[0].name not in preferred, option[0].distinct))
    return ranked[0] if ranked else None


def _misspelt(
    words: Sequence[Word],
    index: dict[str, list[tuple[Field, Hashable]]],
    used: set[int],
    preferred: Collection[str],
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
            near = [text for text in candidates if text[0] == said[0] and abs(len(text) - len(said)) <= 2]
            close = next((text for text in near if is_typo(said, text)), None)
            chosen = _choose(words[first : first + length], index[close], preferred) if close else None
            if chosen is not None:
                yield ValueMention(first, first + length - 1, *chosen, exact=False)
                used |= set(span)
