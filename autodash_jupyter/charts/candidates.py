"""The charts a reading may mean, the likeliest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.fillings import MOST_GROUPS, fillings, is_well_formed
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.parts import Part
from autodash_jupyter.charts.reading import Reading
from autodash_jupyter.charts.requests import COUNTED, Column, Request, Shape
from autodash_jupyter.charts.shapes import shapes

__all__ = ["candidates"]

MOST_COMBINATIONS = 12
TIME_WORDS = frozenset({"date", "time", "day", "month", "year", "quarter", "week", "when", "datetime"})
MOST_CANDIDATES = 12
LEFT_OUT = 0.6  # what is left of a chart's likelihood where it doesn't show a column that was named
ILL_FORMED = 0.6  # or has one on a channel that doesn't suit it
IDLE = 0.6  # or puts single rows together
FILLED = 0.97
UNWIELDY = 0.85  # where one of the columns that may be meant has too many names for an axis
MOST_SHOWN = 2  # names on one chart, of those that only filters name


def candidates(reading: Reading) -> tuple[tuple[ChartIntent, float], ...]:
    """Return the charts a reading may mean, each with its weight, the likeliest first.

    Where no column could be made out, the number of rows comes first, then what the table has to show.
    """
    weighed: dict[str, tuple[ChartIntent, float]] = {}
    fields = {field.name: field for field in reading.fields}
    for request, weight in _requests(reading):
        for intent, share in _readings(request, fields):
            key = json.dumps(intent.as_dict(), sort_keys=True, default=str)
            if key not in weighed or weighed[key][1] < weight * share:
                weighed[key] = (intent, weight * share)
    ranked = sorted(weighed.values(), key=lambda each: -each[1])
    return tuple(ranked[:MOST_CANDIDATES]) or _overview(reading)


def _readings(request: Request, fields: Mapping[str, Field]) -> Iterator[Shape]:
    """Go through the charts of one request: those that its types call for, then other ways to fill them."""
    wanted = {each.field.name for each in request.columns if each.role not in COUNTED}
    for place, (intent, share) in enumerate(islice(shapes(request), MOST_CANDIDATES)):
        likely = share * 0.995**place
        if not wanted <= set(intent.fields):
            likely *= LEFT_OUT
        if _is_idle(intent, wanted, fields):
            likely *= IDLE
        if request.mark_sure and not is_well_formed(intent.encoding, intent.mark, fields):
            likely *= ILL_FORMED
        yield intent, likely
    if request.mark_sure and not any(each.field.metric for each in request.columns):
        yield from ((intent, FILLED * share) for intent, share in fillings(request, request.mark))


def _is_idle(intent: ChartIntent, wanted: Collection[str], fields: Mapping[str, Field]) -> bool:
    """Whether a column that no one named parts an aggregate into single rows."""
    if not any(each.aggregate and each.field for each in intent.encoding.values()):
        return False
    added = {name for name in intent.fields if name not in wanted and name in fields}
    return any(fields[name].is_key and fields[name].kind == "nominal" for name in added)


def _overview(reading: Reading) -> tuple[tuple[ChartIntent, float], ...]:
    rows = ChartIntent("text", {"text": Encoding(aggregate="count")}, reading.filters)
    shown = [(rows, 1.0 if reading.counts else 0.0)]
    for field in (each for each in reading.fields if each.metric is None and not each.is_key):
        intent, share = next(shapes(Request((Column(field),), reading.fields, filters=reading.filters)))
        shown.append((intent, 0.1 * share))
    return tuple(shown[:MOST_CANDIDATES])


def _requests(reading: Reading) -> Iterator[tuple[Request, float]]:
    """Go through what ambiguous names may stand for."""
    parts = [part for part in reading.parts if not part.filtered] or list(reading.parts)
    choices = [_options(part) for part in parts]
    for chosen in islice(product(*choices), MOST_COMBINATIONS):
        weight = 1.0
        columns: dict[str, Column] = {}
        for part, (field, likelihood) in zip(parts, chosen, strict=True):
            weight *= likelihood
            if field.name in columns:
                columns[field.name] = _merged(columns[field.name], part)
            else:
                columns[field.name] = Column(
                    field,
                    None if part.bin else part.aggregate,
                    "group" if part.bin else _is_thing(reading, part, field) or part.role,
                    part.bin,
                )
        request = _request(reading, tuple(columns.values()))
        things = tuple(c for c in request.columns if c.role != "thing")
        if len(things) < len(request.columns) and (things or request.offered):
            yield replace(request, columns=(*things, *request.offered), offered=()), weight
            weight *= 0.9
        yield request, weight


def _options(part: Part) -> list[tuple[Field, float]]:
    best = part.mention.options[0][1]
    found = [
        (field, min(1.0, 0.4 + 0.6 * score / best) * (UNWIELDY if _is_unwieldy(field) else 1.0))
        for field, score in part.mention.options[:4]
    ]
    found.sort(key=lambda option: -option[1])
    return [
        (field, weight if place == 0 else weight * 0.93**place) for place, (field, weight) in enumerate(found)
    ]


def _is_unwieldy(field: Field) -> bool:
    return field.kind == "nominal" and field.distinct > MOST_GROUPS


def _is_thing(reading: Reading, part: Part, field: Field) -> str:
    """Whether a part only says what rows are: "customers" in "customers by city", for a ``customer_id``."""
    coverage = next(score for option, score in part.mention.options if option.name == field.name)
    said = {reading.words[number].stem for number in part.mention.words}
    is_kind = field.is_identifier or (field.kind == "temporal" and not said & TIME_WORDS)
    partly = coverage < 0.8 and is_kind and part.role in ("", "counted") and not part.aggregate
    partly = partly and not _has_several(reading, field.name)
    return "thing" if partly and len(part.mention.words) == 1 and field.names[0][0] != "id" else ""


def _merged(column: Column, part: Part) -> Column:
    return replace(
        column,
        aggregate=column.aggregate or part.aggregate,
        role=part.role or (column.role if column.role not in ("thing", "counted") else ""),
        bin=column.bin or part.bin,
    )


def _request(reading: Reading, columns: tuple[Column, ...]) -> Request:
    named = {column.field.name for column in columns}
    by_name = {field.name: field for field in reading.fields}
    several = [
        Column(by_name[name])
        for name in reading.filter_fields
        if name not in named and by_name[name].kind == "nominal" and _has_several(reading, name)
    ]
    if sum(1 for column in columns if column.role not in COUNTED and not column.is_number) < MOST_SHOWN:
        columns += tuple(several)  # "in Paris and Rome" sets these side by side
        several = []
    return Request(
        columns=columns,
        fields=tuple(field for field in reading.fields if field.metric is None),
        mark=reading.mark,
        mark_sure=reading.mark_sure,
        counts=reading.counts,
        aggregate=reading.loose_aggregate,
        bin=None if any(column.bin for column in columns) else reading.bin,
        time_unit=reading.time_unit,
        order=reading.order,
        limit=reading.limit,
        stacking=reading.stacking,
        filters=reading.filters,
        offered=tuple(several),
        sentence=reading.sentence.lower(),
    )


def _has_several(reading: Reading, name: str) -> bool:
    return any(
        each["filter"].get("field") == name and len(each["filter"].get("oneOf", ())) > 1
        for each in reading.filters
    )
