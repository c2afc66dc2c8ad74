"""A sentence and a column's name as words that can be compared: small letters, one form per word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from autodash_jupyter.charts.lexicon import COLUMN_ENDINGS, WHOLE_WORDS
from autodash_jupyter.charts.thesaurus import ABBREVIATIONS, SYNONYMS

__all__ = ["Word", "is_typo", "likeness", "name_words", "plain_words", "sentence_words", "singular"]

MOST_LETTERS = 2000  # of a sentence; what follows is not read
WORD = re.compile(r"[^\W_]+(?:['\u2019][a-z]+)?(?:\.\d+)?%?|<>|[<>=!]=?|[≥≤≠]")
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
WEEKDAY = re.compile(r"\bdays? of (?:the )?weeks?\b", re.IGNORECASE)
IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "countries": "country",
    "series": "series",
    "movies": "movie",
    "analyses": "analysis",
    "indices": "index",
    "axes": "axis",
    "status": "status",
    "gross": "gross",
    "grosses": "gross",
    "lbs": "lbs",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence: as it stands, its compared form, and from where to where it goes."""

    text: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Return a word's compared form: small letters, singular.

    >>> [singular(each) for each in ("Countries", "boxes", "prices", "gross", "bus")]
    ['country', 'box', 'price', 'gross', 'bus']
    """
    word = word.lower().replace("\u2019", "'").removesuffix("'s")
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return "id" if word == "ids" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def sentence_words(sentence: str) -> tuple[Word, ...]:
    """Return the words of a sentence, numbers and signs of comparison among them.

    >>> [word.stem for word in sentence_words("Prices >= 1,000 by RegionName")]
    ['price', '>=', '1000', 'by', 'region', 'name']
    """
    sentence = sentence[:MOST_LETTERS]
    words: list[Word] = []
    position = 0
    pattern = re.compile(rf"(?<![a-zA-Z_.,])({NUMBER.pattern})(?!\w)|({WORD.pattern})", re.IGNORECASE)
    while (found := pattern.search(sentence, position)) is not None:
        position = found.end()
        if found[1]:
            # A dash after a digit joins two numbers; it is no sign.
            joined = found[1].startswith("-") and words and words[-1].end == found.start()
            text, start = (found[1][1:], found.start() + 1) if joined else (found[1], found.start())
            words.append(Word(text, text.replace(",", ""), start, found.end()))
            continue
        for start, text in _humps(found[0]):
            words.append(Word(text, singular(text), found.start() + start, found.start() + start + len(text)))
    return _with_weekdays(sentence, words)


def _with_weekdays(sentence: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words with "day of the week" as the one word it is, whoever calls it a weekday."""
    kept = list(words)
    for found in WEEKDAY.finditer(sentence):
        inside = [word for word in kept if word.start < found.end() and word.end > found.start()]
        first = kept.index(inside[0])
        kept[first : first + len(inside)] = [Word(found[0], "weekday", found.start(), found.end())]
    return tuple(kept)


def _humps(text: str) -> list[tuple[int, str]]:
    """Return the words of one in camel case, each with where it starts."""
    if re.search(r"[a-z][A-Z]", text) is None:
        return [(0, text)]
    found = re.finditer(r"[A-Z]?[^A-Z]+|[A-Z]+(?![a-z])|[A-Z]", text)
    return [(each.start(), each[0]) for each in found]


@lru_cache(maxsize=20_000)
def plain_words(text: str) -> str:
    """Return a value's words as those of a sentence are compared.

    >>> plain_words("SuperDraft, 2nd Rounds")
    'super draft 2nd round'
    """
    pieces = re.findall(r"[^\W_]+(?:['\u2019][a-z]+)?(?:\.\d+)?", text)
    return " ".join(singular(hump) for piece in pieces for _, hump in _humps(piece))


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a column's name, however it is written.

    >>> name_words("customerID"), name_words("avg_order_amt"), name_words("Weight (lbs)")
    (('customer', 'id'), ('average', 'order', 'amount'), ('weight', 'lbs'))
    """
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    pieces = [singular(piece) for piece in re.findall(r"[^\W_]+", spaced)]
    words: list[str] = []
    for piece in pieces:
        for part in _split_ending(piece):
            words.extend(ABBREVIATIONS.get(part, part).split())
    return tuple(re.sub(r"\bday of week\b", "weekday", " ".join(words)).split()[:12])


def _split_ending(piece: str) -> tuple[str, ...]:
    if piece in WHOLE_WORDS or piece in ABBREVIATIONS:
        return (piece,)
    for ending in COLUMN_ENDINGS:
        # "billingdate", and "dname" for a department's name
        if piece.endswith(ending) and (len(piece) - len(ending) >= 3 or len(piece) - len(ending) == 1):
            return (piece[: -len(ending)], ending)
    return (piece,)


@lru_cache(maxsize=1)
def _meanings() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(SYNONYMS):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@lru_cache(maxsize=200_000)
def likeness(said: str, meant: str) -> float:
    """Return how surely a word of a sentence stands for a word of a name, 0 to 1.

    >>> likeness("price", "price"), likeness("prce", "price") > 0.7, likeness("price", "region")
    (1.0, True, 0.0)
    """
    if said == meant:
        return 1.0
    said_full = ABBREVIATIONS.get(said, said)
    if said_full == meant:
        return 0.95
    meanings = _meanings()
    if meanings.get(said, frozenset()) & meanings.get(meant, frozenset()):
        return 0.7
    if min(len(said), len(meant)) < 3 or said[0] != meant[0] or not (said.isalpha() and meant.isalpha()):
        return 0.0
    return _spelt_alike(said, meant)


def _spelt_alike(said: str, meant: str) -> float:
    if said.startswith(meant) or meant.startswith(said):
        return _prefix(len(said), len(meant))
    shared = _shared_start(said, meant)
    if shared >= 5 and shared >= 0.5 * max(len(said), len(meant)):
        return 0.75
    return 0.8 if is_typo(said, meant) else 0.0


def _prefix(said: int, meant: int) -> float:
    shorter, longer = sorted((said, meant))
    return 0.85 if longer - shorter <= 3 and shorter >= 4 else (0.72 if shorter >= 3 else 0.0)


def _shared_start(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def is_typo(said: str, meant: str) -> bool:
    """Tell whether one letter too many, too few, wrong, or two swapped part the words; two in long ones.

    >>> is_typo("nroth", "north"), is_typo("north", "south")
    (True, False)
    """
    if abs(len(said) - len(meant)) > 1 or min(len(said), len(meant)) < 4:
        return len(said) == 3 and re.sub(r"(.)\1", r"\1", meant) == said  # "rom" for room
    return _distance(said, meant) <= (2 if min(len(said), len(meant)) >= 8 else 1)


def _distance(one: str, other: str) -> int:
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        before_last, last = last, current
    return last[-1]
