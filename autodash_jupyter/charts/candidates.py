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
from autodash_jupyter.charts.shapes import shapes, with_time

__all__ = ["candidates"]

MOST_COMBINATIONS = 12
TIME_WORDS = frozenset({"date", "time", "day", "month", "year", "quarter", "week", "when", "datetime"})
MOST_CANDIDATES = 12
LEFT_OUT = 0.6  # what is left of a chart's likelihood where it doesn't show a column that was named
ILL_FORMED = 0.6  # or has one on a channel that doesn't suit it
OVERLOOKED = 0.9  # or adds another than the one that a filter names
CROWDED = 0.8  # or more colours than can be told apart
IDLE = 0.6  # or puts single rows together
TOTAL = 1.05
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
            key = _sameness(intent)
            if key not in weighed or weighed[key][1] < weight * share:
                weighed[key] = (intent, weight * share)
    ranked = sorted(weighed.values(), key=lambda each: -each[1])
    return tuple(ranked[:MOST_CANDIDATES]) or _overview(reading)


def _sameness(intent: ChartIntent) -> str:
    """Return what charts share that differ in nothing a reader minds.

    These are points and tiles turned round, and an aggregate that is a metric of the context, too.
    """
    plain = intent.as_dict()
    for each in plain["encoding"].values():
        if each.get("field"):
            each.pop("metric", None)
    if intent.mark in ("point", "rect"):
        encoding = plain["encoding"]
        turned = sorted(json.dumps(encoding.pop(axis, None), sort_keys=True, default=str) for axis in "xy")
        encoding["xy"] = turned
    return json.dumps(plain, sort_keys=True, default=str)


def _readings(request: Request, fields: Mapping[str, Field]) -> Iterator[Shape]:
    """Go through the charts of one request: those that its types call for, then other ways to fill them."""
    wanted = {each.field.name for each in request.columns if each.role not in COUNTED}
    things = bool(request.columns) and all(each.role == "thing" for each in request.columns)
    if (
        request.counts
        and request.mark is None
        and things
        and request.time_unit is None
        and with_time(request) == request.columns
    ):
        yield from _totals(request)
    for place, (intent, share) in enumerate(islice(shapes(request), MOST_CANDIDATES)):
        likely = share * 0.995**place
        if not wanted <= set(intent.fields):
            likely *= LEFT_OUT
        if request.mark_sure and _overlooks(intent, request):
            likely *= OVERLOOKED
        if _is_crowded(intent, request, fields):
            likely *= CROWDED
        if _is_idle(intent, wanted, fields):
            likely *= IDLE
        if request.mark_sure and not is_well_formed(intent.encoding, intent.mark, fields):
            likely *= ILL_FORMED
        yield intent, likely
    if request.mark_sure and not any(each.field.metric for each in request.columns):
        yield from ((intent, FILLED * share) for intent, share in fillings(request, request.mark))


def _totals(request: Request) -> Iterator[Shape]:
    """How many there are in all: of rows, or of what a column tells apart."""
    for each in request.columns:
        if each.field.kind == "nominal" and not each.field.is_key:
            different = Encoding(each.field.name, "distinct")
            yield ChartIntent("text", {"text": different}, request.filters), TOTAL
    yield ChartIntent("text", {"text": Encoding(aggregate="count")}, request.filters), 0.99 * TOTAL


def _overlooks(intent: ChartIntent, request: Request) -> bool:
    """Whether a chart adds columns that no one spoke of, and leaves out one that a filter names."""
    shown = set(intent.fields)
    spoken = {each.field.name for each in (*request.columns, *request.offered, *request.filtered)}
    return bool(shown - spoken) and any(each.field.name not in shown for each in request.filtered)


def _is_crowded(intent: ChartIntent, request: Request, fields: Mapping[str, Field]) -> bool:
    """Whether colours tell apart more names than anyone can, and no filter makes them fewer."""
    name = intent.encoding["color"].field if "color" in intent.encoding else None
    filtered = {each.field.name for each in (*request.offered, *request.filtered)}
    return name is not None and name in fields and name not in filtered and _is_unwieldy(fields[name])


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
    parts = [part for part in reading.parts if not part.filtered]
    parts = parts or ([] if reading.mark_sure and reading.counts else list(reading.parts))
    choices = [_options(part) for part in parts]
    for chosen in islice(product(*choices), MOST_COMBINATIONS):
        weight = 1.0
        columns: dict[str, Column] = {}
        for part, (field, likelihood) in zip(parts, chosen, strict=True):
            weight *= likelihood
            column = _column(reading, part, field)
            known = columns.get(field.name)
            columns[field.name] = _merged(known, column) if known is not None else column
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


def _column(reading: Reading, part: Part, field: Field) -> Column:
    if part.bin:
        return Column(field, None, "group", part.bin)
    return Column(field, part.aggregate, _is_thing(reading, part, field) or part.role)


def _merged(one: Column, other: Column) -> Column:
    """Return a column that is named twice: what it is shown as counts for more than what is counted."""
    telling = [each.role for each in (other, one) if each.role and each.role not in COUNTED]
    mere = one.role in COUNTED and other.role in COUNTED
    role = telling[0] if telling else (one.role if mere else "")
    return replace(one, aggregate=one.aggregate or other.aggregate, role=role, bin=one.bin or other.bin)


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
        filtered=tuple(Column(by_name[each]) for each in reading.filter_fields if each not in named),
        sentence=reading.sentence.lower(),
    )


def _has_several(reading: Reading, name: str) -> bool:
    return any(
        each["filter"].get("field") == name and len(each["filter"].get("oneOf", ())) > 1
        for each in reading.filters
    )
