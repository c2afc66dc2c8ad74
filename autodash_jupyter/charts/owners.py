"""Which column a number in a sentence is about: the one named next to it, counted by it, or as old as it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.mentions import Mention
from autodash_jupyter.charts.words import Word

__all__ = ["PERSONS", "Scene", "list_owner", "owner"]

# Words that may stand between a column's name and the values it is to have.
LEADS = frozenset(
    """
= among are as being between by called coded either equal equaling equalling equals following for from
having id identified identifier identifiers ids in include including is labeled labelled like named namely
number numbered numbers of only options such that the to value values was were with within
""".split()  # noqa: SIM905 - a list of so many words is easier to read and change as text
)
# People are over, under and between ages, where a table knows them.
PERSONS = frozenset(
    """
adult applicant boy buyer child citizen client customer driver employee everybody everyone girl guest man
member passenger patient person player pupil resident staff student subscriber teacher those user visitor
voter woman worker
""".split()  # noqa: SIM905
)
OLD = frozenset({"older", "younger", "aged", "old"})
OLDEST = 120
TIMELY = frozenset({"after", "before", "during", "for", "from", "in", "since", "till", "until"})


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with the columns it names, and all columns of the table."""

    words: Sequence[Word]
    mentions: Sequence[Mention]
    fields: Sequence[Field]


def owner(scene: Scene, first: int, last: int, value: float) -> Field | None:
    """Return the column a number is about, said by the words ``first`` to ``last``.

    It is the column whose unit follows ("under 1000 km"), people's age ("patients over 65"), or else the
    nearest one named, those before it first.
    """
    year = isinstance(value, int) and 1500 <= value <= 2200
    following = next((each for each in scene.mentions if each.first == last + 1), None)
    if following is not None and _fits(following.field, value, year) and not year:
        return following.field
    if (aged := _age(scene, first, last)) is not None and 0 < value <= OLDEST:
        return aged
    named = sorted(scene.mentions, key=lambda each: _away(each, first))
    for mention in named:
        for field, _ in mention.options:
            if _fits(field, value, year):
                return (_dated(scene, first, field, [value]) if year else None) or field
    if year:
        return next((field for field in scene.fields if field.kind == "temporal"), None)
    return _only_one_that_reaches(scene, value)


def _dated(scene: Scene, first: int, field: Field, values: Sequence[float]) -> Field | None:
    """Return the column of dates, where a word of time leads to years: "revenue since 2024" is no amount."""
    amount = field.kind == "quantitative" and not (field.is_identifier or field.is_discrete)
    years = all(1900 <= each <= 2100 for each in values)
    if not (amount and years and scene.words[first].stem in TIMELY):
        return None
    return next((each for each in scene.fields if each.kind == "temporal"), None)


def _only_one_that_reaches(scene: Scene, value: float) -> Field | None:
    """Return the column a number must be about, where no other has any that high or low: "under 200k"."""
    found = [
        each
        for each in scene.fields
        if each.kind == "quantitative" and not each.is_identifier and each.metric is None
        and each.smallest is not None and each.largest is not None and each.smallest <= value <= each.largest
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _away(mention: Mention, number: int) -> float:
    return number - mention.last if mention.last < number else 1.6 * (mention.first - number)


def _fits(field: Field, value: float, year: bool) -> bool:
    if field.kind == "temporal":
        return year
    if field.kind == "nominal" or field.metric is not None:  # a row has no value of a metric
        return False
    inside = field.smallest is None or field.largest is None or field.smallest <= value <= field.largest
    return inside or not year


def _age(scene: Scene, first: int, last: int) -> Field | None:
    """Return the column of ages where the words are about how old someone is."""
    before = scene.words[first - 1].stem if first else ""
    said = {word.stem for word in scene.words[max(first - 2, 0) : last + 4]}
    if before not in PERSONS and not said & OLD:
        return None
    return next(
        (each for each in scene.fields if each.kind == "quantitative" and "age" in each.names[0]), None
    )


def list_owner(scene: Scene, number: int, values: Sequence[float]) -> Field | None:
    """Return the column whose values the listed numbers are: "products 1, 2 and 3"."""
    words = scene.words
    before = [mention for mention in scene.mentions if mention.last < number]
    if before:
        nearest = before[-1]
        between = words[nearest.last + 1 : number]
        if len(between) <= 5 and all(word.stem in LEADS or word.text.lower() in LEADS for word in between):
            options = [field for field, _ in nearest.options if _holds(field, values)]
            elsewhere = {each.field.name for each in before[:-1]}
            if options:
                held = min(options, key=lambda field: field.name not in elsewhere)
                return _dated(scene, number - 1, held, values) or held
    lead = words[number - 1].stem if number else ""
    if lead in ("in", "for", "during", "of", "only", "year") and all(
        1500 <= value <= 2200 for value in values
    ):
        return next((field for field in scene.fields if field.kind == "temporal"), None)
    return None


def _holds(field: Field, values: Sequence[float]) -> bool:
    if field.metric is not None:
        return False
    if field.kind == "temporal":
        return all(isinstance(value, int) and 1500 <= value <= 2200 for value in values)
    known = {str(each) for each in field.values}
    return any(str(value) in known for value in values) or (
        field.kind == "quantitative" and field.smallest is not None and field.largest is not None
        and all(field.smallest <= value <= field.largest for value in values)
    )  # fmt: skip
