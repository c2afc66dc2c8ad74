"""From a sentence to ranked charts: what it says by itself, or what it changes of the chart before."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.charts.booleans import find_rate, with_adjectives, with_rate
from autodash_jupyter.charts.candidates import candidates
from autodash_jupyter.charts.continuing import continued
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.follow_ups import continues, spelt_out
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.maps import MAP_WORDS, map_charts
from autodash_jupyter.charts.owners import PERSONS
from autodash_jupyter.charts.parts import Part
from autodash_jupyter.charts.reading import Reading, read
from autodash_jupyter.charts.vocabulary import Vocabulary
from autodash_jupyter.charts.windows import ALONG_TIME, UNITS, with_window
from autodash_jupyter.charts.words import name_words, singular

__all__ = ["Interpretation", "Ranked", "interpret"]

Ranked = tuple[tuple[ChartIntent, float], ...]
Outliers = Callable[[ChartIntent], Sequence[Mapping[str, Any]]]
FINER = re.compile(r"\b(?:by|per|each|every) (month|quarter|week)", re.IGNORECASE)
SHARES = re.compile(r"\bshares? of\b", re.IGNORECASE)
FEW_CODES = 20  # of fewer, each may be a group of its own
ROWS = frozenset({"row", "record", "entry", "case", "item", "thing", "one", "person", "people"})
COUNTERS = frozenset({"amount", "count", "number", "quantity", "total"})
WHOLE = 0.9  # of a column's name
SINGLE_ROWS = 0.5  # what is left of a chart's likelihood where each group is one row, unasked
WINDOW_NAMES = {
    "running_total": "a running total",
    "moving_average": "a moving average",
    "growth": "the growth from one to the next",
    "share": "a share of the whole",
}


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How ``sentence`` was read, and the charts it may mean with their weights, the likeliest first.

    ``lines`` are what is to be said beyond the reading; ``known`` are columns that need no words of their
    own; ``previous`` is the chart it goes on from; ``changed`` is false where nothing that a follow-up wished
    could be made out.
    """

    sentence: str
    reading: Reading
    ranked: Ranked
    lines: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    previous: ChartIntent | None = None
    changed: bool = True


def interpret(
    sentence: str,
    words: Vocabulary,
    *,
    previous: Interpretation | None = None,
    shown: ChartIntent | None = None,
    outliers: Outliers = lambda _: (),
    asked: bool = False,
    name: str = "",
) -> Interpretation:
    """Return what a sentence means, by itself or as a follow-up of the chart ``shown`` of ``previous``.

    ``outliers`` gives the filters that leave out a chart's outliers; ``asked`` says that it is a follow-up.
    ``name`` is what the table is called: its words stand for no column.
    """
    reading = read(sentence, words.fields, words.filters)
    if previous is not None and shown is not None and continues(reading, shown, asked=asked):
        return _follow_up(sentence, words, previous, shown, outliers)
    called = ROWS.union(word for word in name_words(name) if not word.isdigit())  # a year may be meant
    unread, missing = (
        tuple(word for word in words_ if singular(word) not in called)
        for words_ in (reading.unread, reading.missing)
    )
    return _alone(replace(reading, unread=unread, missing=missing))


def _alone(reading: Reading) -> Interpretation:
    reading, rate = find_rate(reading)
    shares = reading if rate is not None else _with_shares(reading)
    reading = _counting(with_adjectives(_with_unit(shares)))
    maps = map_charts(reading)
    if maps:
        reading = replace(reading, unread=tuple(w for w in reading.unread if w.lower() not in MAP_WORDS))
    ranked = [*maps, *_sensible(candidates(_along_time(reading)), reading)]
    if rate is not None:
        ranked = _each(ranked, lambda intent: with_rate(intent, rate))
    ranked, lines = _with_window(ranked, reading)
    known = {rate} if rate is not None else _places(ranked)
    if rate is not None:
        lines = (f"{rate}: the share of rows where it is so", *lines)
    return Interpretation(reading.sentence, reading, _turned(ranked, reading), lines, frozenset(known))


def _sensible(ranked: Ranked, reading: Reading) -> Ranked:
    """Leave out groups by a metric and unasked pies of what doesn't add up; offer single rows last."""
    ids = {field.name for field in reading.fields if field.is_key and field.is_identifier}
    ids = set() if "id" in {word.stem for word in reading.words} else ids - _named(reading)
    columns = {field.name for field in reading.fields if field.metric is None}
    ranked = tuple(each for each in ranked if columns.issuperset(each[0].fields)) or (_COUNT,)
    single = tuple(each for each in ranked if ids & _grouped_by(each[0]))
    kept = tuple(each for each in ranked if each not in single)
    if reading.mark != "arc":
        kept = tuple(each for each in kept if each[0].mark != "arc" or _adds_up(each[0]))
    return (*kept, *((intent, weight * SINGLE_ROWS) for intent, weight in single)) if kept else ranked


def _named(reading: Reading) -> set[str]:
    """Return the columns that the sentence names whole, groups by, or names values of."""
    whole = {part.field.name for part in reading.parts if part.mention.options[0][1] >= WHOLE}
    groups = {part.field.name for part in reading.parts if part.role not in ("", "counted")}
    return whole | groups | set(reading.filter_fields)


_COUNT = (ChartIntent("text", {"text": Encoding(aggregate="count")}), 0.0)


def _grouped_by(intent: ChartIntent) -> set[str | None]:
    return {each.field for each in intent.encoding.values() if not each.aggregate and not each.metric}


def _adds_up(intent: ChartIntent) -> bool:
    return intent.encoding["theta"].aggregate in ("count", "sum") if "theta" in intent.encoding else True


def _counting(reading: Reading) -> Reading:
    """Return a reading that counts rows where it names what they are: "admissions per month".

    Those are columns of numbers or codes of something, whose last word ("id") isn't said, and people who
    are but a part of a column's name: "private patients" is no ``patient_age``.
    """
    said = {word.stem for word in reading.words}
    others = tuple(
        part
        for part in reading.parts
        if not _are_people(reading, part) and (part.aggregate or not _is_of_rows(part.field, said))
    )
    alone = not others and not reading.counts and reading.time_unit is None and reading.window is None
    if len(others) == len(reading.parts) or alone:
        return reading
    measured = any(part.field.kind == "quantitative" for part in others)
    return replace(reading, parts=others, counts=reading.counts or not measured)


def _is_of_rows(field: Field, said: Collection[str]) -> bool:
    last = field.names[0][-1] if field.names[0] else ""
    numbered = field.is_identifier or last in ("id", "number", "code")
    return numbered and field.kind == "nominal" and field.distinct > FEW_CODES and last not in said


def _are_people(reading: Reading, part: Part) -> bool:
    """Whether a part only says that rows are people: "patients", where a column tells their age."""
    said = [reading.words[number] for number in part.mention.words]
    name = part.field.names[0]
    if len(said) > 1 or part.mention.by_context or part.aggregate or part.role not in ("", "counted"):
        return False
    is_plural = said[0].text.lower() != said[0].stem
    qualifies = said[0].stem in name[:-1] and said[0].text.lower() not in part.field.name.lower()
    tells_rows = part.field.is_identifier or (part.field.is_key and part.field.kind == "nominal")
    numbers_them = name[-1] in COUNTERS or tells_rows
    return said[0].stem in PERSONS and is_plural and qualifies and not numbers_them


def _places(ranked: Sequence[tuple[ChartIntent, float]]) -> set[str]:
    """Return the columns of places, where the likeliest chart is a map."""
    shown = ranked[0][0].encoding if ranked else {}
    return {shown[channel].field or "" for channel in ("longitude", "latitude") if channel in shown}


def _follow_up(
    sentence: str, words: Vocabulary, previous: Interpretation, shown: ChartIntent, outliers: Outliers
) -> Interpretation:
    wish = spelt_out(sentence)
    reading = replace(read(wish.sentence, words.fields, words.filters), sentence=wish.sentence)
    reading = with_adjectives(_with_unit(reading))
    left_out = outliers(shown) if wish.drops_outliers else ()
    made = continued(shown, previous.reading, reading, wish, left_out)
    if not made.changed:
        return Interpretation(sentence, made.reading, made.ranked, previous=shown, changed=False)
    ranked, lines = _with_window(list(made.ranked), made.reading)
    if left_out:
        lines = ("outliers: beyond 1.5 times the distance of the quartiles, left out", *lines)
    elif wish.drops_outliers:
        lines = ("outliers: the chart shows no column of numbers that could have any", *lines)
    turned = _turned(ranked, made.reading)
    if turned[0][0] == shown:
        lines = (*lines, "it changes nothing of this chart")
    return Interpretation(sentence, made.reading, turned, lines, previous=shown)


def _with_unit(reading: Reading) -> Reading:
    unit = (reading.window or {}).get("unit")
    if unit is None:
        return reading
    # "year over year, by month": the unit of the groups is another one than that of the growth
    said = FINER.search(reading.sentence) if unit == "year" else None
    if said is not None:
        return replace(reading, time_unit=UNITS[said[1].lower()])
    return replace(reading, time_unit=reading.time_unit or unit)


def _with_shares(reading: Reading) -> Reading:
    """Return a reading that shows shares, where "share of" comes with bars or lines instead of a pie."""
    is_other = reading.mark_sure and reading.mark in ("bar", "line", "area")
    if not is_other or reading.window is not None or SHARES.search(reading.sentence) is None:
        return reading
    unread = tuple(word for word in reading.unread if word.lower() not in ("share", "shares"))
    return replace(reading, window={"op": "share"}, unread=unread)


def _along_time(reading: Reading) -> Reading:
    """Return a reading that asks for time, where what is made of the measure needs an order."""
    if reading.window is None or reading.window["op"] not in ALONG_TIME:
        return reading
    if any(part.field.kind == "temporal" for part in reading.parts):
        return reading
    return replace(reading, sentence=f"{reading.sentence} over time")


def _with_window(
    ranked: list[tuple[ChartIntent, float]], reading: Reading
) -> tuple[list[tuple[ChartIntent, float]], tuple[str, ...]]:
    window = reading.window
    if window is None:
        return ranked, ()
    assumed = reading.loose_aggregate is None and not any(part.aggregate for part in reading.parts)
    made = [(with_window(intent, window, assumed=assumed), weight) for intent, weight in ranked]
    kept = [(intent, weight) for intent, weight in made if intent is not None]
    name = WINDOW_NAMES[window["op"]]
    if not kept:
        return ranked, (f"not possible of this measure over these groups: {name}",)
    return kept, (f"shown as {name}",)


def _each(
    ranked: Iterable[tuple[ChartIntent, float]], change: Callable[[ChartIntent], ChartIntent | None]
) -> list[tuple[ChartIntent, float]]:
    """Return the charts as changed, leaving out those that can't be; all as they are where none can."""
    listed = list(ranked)
    made = [(change(intent), weight) for intent, weight in listed]
    return [(intent, weight) for intent, weight in made if intent is not None] or listed


def _turned(ranked: Sequence[tuple[ChartIntent, float]], reading: Reading) -> Ranked:
    if reading.orient is None:
        return tuple(ranked)
    return tuple(
        (replace(intent, orient=reading.orient) if intent.mark in ("bar", "boxplot") else intent, weight)
        for intent, weight in ranked
    )
