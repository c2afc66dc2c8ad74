"""Where a sentence speaks of columns: which words, which column, and which else it might be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.lexicon import FILLER, GENERIC, NOUNS
from autodash_jupyter.charts.thesaurus import ABBREVIATIONS, COMPOUNDS, NUMBER_WORDS
from autodash_jupyter.charts.words import Word, likeness

__all__ = ["Mention", "find_mentions"]

LEAST_COVERAGE = 0.29  # of a name's words, by weight, that a sentence must say
LEAST_MASS = 0.3
NEAR = 0.8  # a column this close to the best one, of the same words, is another way to read them
LIGHT = 0.2  # words of a name that are no more than joints
LEFT_COVERAGE = 0.5  # the same, where another column has taken some of the words
INITIAL = 0.7  # how surely a word is meant by its first letter alone, right before the next part of a name
FOLLOWERS = frozenset(
    "amount and above below by for greater in kind less more over per type under".split()  # noqa: SIM905
) | {""}
APART = 0.05  # what each word between those of a name takes from it
MAY_STAND_BETWEEN = frozenset({"of", "the", "in", "for", "'s", "a", "s", "full"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a sentence that name a column.

    ``first`` and ``last`` are the numbers of the words (both included); ``words`` the numbers of those that
    matched; ``options`` the columns, the likeliest first, each with how much of its name was said;
    ``strength`` how much of it was said in all.
    """

    first: int
    last: int
    words: tuple[int, ...]
    options: tuple[tuple[Field, float], ...]
    strength: float
    by_context: bool = False  # a name that the context gives

    @property
    def field(self) -> Field:
        """The likeliest column."""
        return self.options[0][0]

    @property
    def is_sure(self) -> bool:
        """Whether no other column is as likely."""
        return len(self.options) == 1 or self.options[0][1] > self.options[1][1] + 0.15


@dataclass(frozen=True, slots=True)
class _Hit:
    word: int  # of the sentence
    until: int  # the last word of the sentence it takes
    part: int  # of the name
    score: float


@dataclass(frozen=True, slots=True)
class _Run:
    field: Field
    name: tuple[str, ...]
    hits: tuple[_Hit, ...]
    words: tuple[int, ...]
    mass: float
    coverage: float
    only_generic: bool = False
    by_context: bool = False

    @property
    def value(self) -> float:
        whole = 0.25 if self.coverage > 0.99 else 0.0
        scattered = self.words[-1] - self.words[0] + 1 - len(self.words)
        return self.mass + 0.6 * self.coverage + whole - APART * scattered


def find_mentions(
    words: Sequence[Word], fields: Sequence[Field], taken: Collection[int] = ()
) -> tuple[Mention, ...]:
    """Return the columns that the words name, in the order of the sentence.

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> price = Field("unit_price", 0, "quantitative", 9, (("unit", "price"),))
    >>> [mention.field.name for mention in find_mentions(sentence_words("the average Unit Prices"), [price])]
    ['unit_price']
    """
    free = frozenset(taken)
    queue = [
        run
        for field in fields
        for name in field.names
        for run in _runs(words, field, name, _hits(words, name, free))
    ]
    queue.sort(key=lambda run: -run.value)
    runs = tuple(queue)
    used: set[int] = set()
    mentions: list[Mention] = []
    while queue:
        run = queue.pop(0)
        if used & set(run.words):
            left = [hit for hit in run.hits if not used & set(range(hit.word, hit.until + 1))]
            again = _runs(words, run.field, run.name, left)
            queue = sorted(
                [*queue, *(each for each in again if each.coverage >= LEFT_COVERAGE)],
                key=lambda run: -run.value,
            )
            continue
        used |= set(run.words)
        if run.only_generic and run.words[0] - 1 in used:
            continue  # "advisor ID" where the column is called advisor
        rivals = _rivals(run, (run, *runs))
        mentions.append(Mention(run.words[0], run.words[-1], run.words, rivals, run.value, run.by_context))
    return tuple(sorted(mentions, key=lambda mention: mention.first))


def _rivals(best: _Run, runs: Sequence[_Run]) -> tuple[tuple[Field, float], ...]:
    found: dict[str, tuple[Field, float]] = {}
    for run in runs:
        if run.field.name in found or not set(run.words) & set(best.words):
            continue
        if (
            run is best
            or (run.value >= NEAR * best.value and best.coverage < 1.0)
            or run.value >= 0.98 * best.value
        ):
            found[run.field.name] = (run.field, run.coverage)
    return tuple(found.values())[:6]


def _runs(words: Sequence[Word], field: Field, name: tuple[str, ...], hits: Sequence[_Hit]) -> list[_Run]:
    found: list[_Run] = []
    total = sum(GENERIC.get(part, 1.0) for part in name) or 1.0
    start = 0
    while start < len(hits):
        end = start + 1
        parts = {hits[start].part}
        while end < len(hits) and hits[end].part not in parts and _joined(words, hits[end - 1], hits[end]):
            parts.add(hits[end].part)
            end += 1
        run = _as_run(words, field, name, hits[start:end], total)
        if run is not None:
            found.append(run)
        start = end
    return found


def _joined(words: Sequence[Word], before: _Hit, after: _Hit) -> bool:
    between = words[before.until + 1 : after.word]
    return len(between) <= 2 and all(word.stem in MAY_STAND_BETWEEN for word in between)


def _as_run(
    words: Sequence[Word], field: Field, name: tuple[str, ...], hits: Sequence[_Hit], total: float
) -> _Run | None:
    kept = _best_of_each_part(hits, name)
    mass = sum(hit.score * GENERIC.get(name[hit.part], 1.0) for hit in kept)
    coverage = mass / total
    if (coverage < 0.95 or field.is_identifier) and kept and _is_count(words, kept[0]):
        return (
            None
            if len(kept) == 1
            else _as_run(words, field, name, [h for h in hits if h.word != kept[0].word], total)
        )
    only_id = {name[hit.part] for hit in kept} == {"id"}
    if (coverage < LEAST_COVERAGE and not only_id) or (mass < LEAST_MASS and coverage < 0.95):
        return None
    telling = [
        hit for hit in kept if words[hit.word].stem not in FILLER and not words[hit.word].stem[0].isdigit()
    ]
    if not telling and (coverage < 0.95 or (len(name) == 1 and not _stands_alone(words, kept[0]))):
        return None
    numbers = tuple(sorted({each for hit in kept for each in range(hit.word, hit.until + 1)}))
    generic = {name[hit.part] for hit in kept} <= {"id", "number", "code", "name"}
    return _Run(
        field,
        name,
        tuple(hits),
        numbers,
        mass,
        min(coverage, 1.0),
        generic and coverage < 0.95,
        name is not field.names[0] or field.metric is not None,
    )


def _best_of_each_part(hits: Sequence[_Hit], name: tuple[str, ...]) -> list[_Hit]:
    """Return one hit for each part of a name: the surest, of equals the one nearest to the other parts."""
    best: dict[int, _Hit] = {}
    for hit in hits:
        known = best.get(hit.part)
        nearer = known is not None and hit.score == known.score and _gap(hit, hits) < _gap(known, hits)
        if known is None or hit.score > known.score or nearer:
            best[hit.part] = hit
    kept = sorted(best.values(), key=lambda hit: hit.word)
    while len(kept) > 1 and GENERIC.get(name[kept[0].part], 1.0) < LIGHT:
        kept = kept[1:]  # the "by" of "by author", where the column is called written_by
    return [hit for hit in kept if len(name[hit.part]) > 1 or name[hit.part].isdigit() or _leads(hit, kept)]


def _gap(hit: _Hit, hits: Sequence[_Hit]) -> int:
    """Return how far the part before or after it in the name is said from it."""
    return min((abs(hit.word - other.word) for other in hits if abs(other.part - hit.part) == 1), default=99)


def _leads(hit: _Hit, hits: Sequence[_Hit]) -> bool:
    """Whether the next word is the next part: the "department" of "department name" in ``dname``."""
    return any(other.part == hit.part + 1 and other.word == hit.word + 1 for other in hits)


def _is_count(words: Sequence[Word], hit: _Hit) -> bool:
    """Whether "number" here is the number of something, not a part of a name."""
    following = words[hit.until + 1].stem if hit.until + 1 < len(words) else ""
    return words[hit.word].stem in ("number", "count", "amount", "total") and following == "of"


def _stands_alone(words: Sequence[Word], hit: _Hit) -> bool:
    """Whether a word like "total" or "rating" names a column here, and isn't said of what follows it."""
    following = words[hit.until + 1].stem if hit.until + 1 < len(words) else ""
    before = words[hit.word - 1].stem if hit.word else ""
    return (
        hit.score == 1.0
        and (following in FOLLOWERS or following[0].isdigit())
        and before not in ("in", "the")
    )


def _hits(words: Sequence[Word], name: tuple[str, ...], taken: frozenset[int]) -> list[_Hit]:
    found: list[_Hit] = []
    for number, word in enumerate(words):
        if (
            number in taken
            or word.stem in MAY_STAND_BETWEEN
            or (word.stem[0].isdigit() and word.stem not in name)
        ):
            continue
        before = words[number - 1].stem if number else ""
        if (before, word.stem) in COMPOUNDS and before not in name:
            continue
        follower = words[number + 1].stem if number + 1 < len(words) and number + 1 not in taken else ""
        found.extend(_spelt_out(number, word.stem, name) or _best_part(number, word.stem, follower, name))
    return found


def _spelt_out(number: int, stem: str, name: tuple[str, ...]) -> list[_Hit]:
    """Return the parts that a short form stands for: "SSN" for a social security number."""
    long = tuple(ABBREVIATIONS.get(stem, "").split())
    for start in range(len(name) - len(long) + 1 if len(long) > 1 else 0):
        if name[start : start + len(long)] == long:
            return [_Hit(number, number, start + step, 1.0) for step in range(len(long))]
    return []


def _best_part(number: int, stem: str, follower: str, name: tuple[str, ...]) -> list[_Hit]:
    best: _Hit | None = None
    for part, meant in enumerate(name):
        score, until = _likeness(stem, meant), number
        if stem in FILLER and score < 1.0 and not (stem in NOUNS and len(name) > 1):
            score = 0.0
        joined = _likeness(stem + follower, meant) if score < 1.0 and follower and len(stem) > 1 else 0.0
        if joined >= 0.7 and joined > score:
            score, until = joined, number + 1
        if score < 0.9 and part + 1 < len(name) and stem == meant + name[part + 1]:
            score = 1.0
        if score and (best is None or score > best.score):
            best = _Hit(number, until, part, score)
    return [best] if best is not None else []


def _likeness(said: str, meant: str) -> float:
    score = likeness(NUMBER_WORDS.get(said, said) if meant.isdigit() else said, meant)
    if not score and len(meant) == 1 and len(said) >= 4 and said[0] == meant and said not in FILLER:
        return INITIAL
    if not score and len(said) >= 4 and len(meant) >= len(said) + 3 and (meant.endswith(said)):
        return 0.75  # "postal" in "billingpostal"
    return score
