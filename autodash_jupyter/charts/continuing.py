"""What becomes of a chart when a follow-up changes it: as a request again, with the changes, as charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.follow_ups import COUNT, CUE_WORDS, Wish
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.parts import Part
from autodash_jupyter.charts.reading import Reading
from autodash_jupyter.charts.requests import Column, Request
from autodash_jupyter.charts.shapes import shapes

__all__ = ["Continued", "continued"]

MOST_CHARTS = 8
GROUP_CHANNELS = ("x", "y", "color", "column", "row", "xOffset")
SUREST = 0.95
FLIPPED = {"horizontal": "vertical", "vertical": "horizontal", None: "horizontal"}


@dataclass(frozen=True, slots=True)
class Continued:
    """The charts a follow-up may mean, the likeliest first, the reading they come from, and what changed."""

    reading: Reading
    ranked: tuple[tuple[ChartIntent, float], ...]
    changed: bool = True


def continued(
    previous: ChartIntent,
    before: Reading,
    reading: Reading,
    wish: Wish,
    outliers: Sequence[Mapping[str, Any]] = (),
) -> Continued:
    """Return what a follow-up makes of a chart.

    ``before`` is the reading the chart came from, ``reading`` that of the follow-up; ``outliers`` are the
    filters that leave them out.
    """
    reading = _sorting(previous, reading, wish)
    unread = tuple(word for word in reading.unread if word.lower() not in CUE_WORDS)
    mark, sure = _mark(before, reading, wish)
    filters = _filters(previous.transform, reading, wish) + tuple({"filter": each} for each in outliers)
    merged = replace(
        reading,
        mark=mark,
        mark_sure=sure,
        filters=filters,
        unread=unread,
        window=reading.window or _window(previous, reading),
        orient=reading.orient or (FLIPPED[previous.orient] if wish.flips else previous.orient),
    )
    found: dict[str, tuple[ChartIntent, float]] = {}
    for request, weight in _requests(previous, merged, wish):
        for place, (intent, share) in enumerate(islice(shapes(request), MOST_CHARTS)):
            made = _ordered(intent, previous, wish)
            found.setdefault(str(made.as_dict()), (made, min(SUREST, weight * share) * 0.99**place))
    ranked = sorted(found.values(), key=lambda each: -each[1])[:MOST_CHARTS]
    changes = _says_something(merged, wish) or bool(outliers)
    same = not changes or not ranked
    return Continued(merged, ((previous, SUREST),) if same else tuple(ranked), changed=not same)


def _sorting(previous: ChartIntent, reading: Reading, wish: Wish) -> Reading:
    """Return a reading in which a column that is named to sort by is no column to show."""
    if not wish.sorts or wish.order == "name":
        return reading
    shown = previous.encoding.get("x")
    by_group = any(shown is not None and part.field.name == shown.field for part in reading.parts)
    order = reading.order or (None if by_group or wish.order else "descending")
    return replace(reading, parts=(), order=order)


def _says_something(reading: Reading, wish: Wish) -> bool:
    says = (reading.parts, reading.mark_words, reading.counts, reading.loose_aggregate, reading.filter_fields)
    more = (
        reading.named_filters,
        reading.time_unit,
        reading.bin,
        reading.order,
        reading.limit,
        reading.stacking,
    )
    wishes = (
        wish.mark,
        wish.flips,
        wish.order,
        wish.drops_filters,
        wish.drops_limit,
        reading.window,
        reading.orient,
    )
    return any((*says, *more, *wishes))


def _mark(before: Reading, reading: Reading, wish: Wish) -> tuple[str | None, bool]:
    if wish.mark is not None:
        return wish.mark, True
    over_time = reading.time_unit is not None or any(part.field.kind == "temporal" for part in reading.parts)
    if before.mark == "arc" and over_time and not reading.mark_words:
        return None, False
    if reading.mark is not None and reading.mark_words:
        return reading.mark, reading.mark_sure
    return (before.mark, True) if before.mark_sure else (None, False)


def _window(previous: ChartIntent, reading: Reading) -> Mapping[str, Any] | None:
    if reading.counts or reading.loose_aggregate or any(part.aggregate for part in reading.parts):
        return None
    return next((each.window for each in previous.encoding.values() if each.window is not None), None)


# Filters


def _filters(
    before: Sequence[Mapping[str, Any]], reading: Reading, wish: Wish
) -> tuple[Mapping[str, Any], ...]:
    """Return the filters: a new one on a column takes the place of the old, what is left out adds up."""
    kept = [] if wish.drops_filters else list(before)
    for new in reading.filters:
        name = _positive(new)
        same = next((old for old in kept if name is not None and _positive(old) == name), None)
        if same is not None:
            kept.remove(same)
        wanted = _with_values(same, new) if same is not None and wish.adds else new
        if wanted not in kept:
            kept.append(wanted)
    return tuple(kept)


def _positive(each: Mapping[str, Any]) -> str | None:
    """Return the column that a filter names what is wanted of, ``None`` for one that leaves out."""
    name = each["filter"].get("field")
    return None if name is None else str(name)


def _with_values(old: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    values = [value for each in (old, new) for value in _values(each["filter"])]
    if not values or not _values(new["filter"]):
        return new
    return {"filter": {"field": new["filter"]["field"], "oneOf": list(dict.fromkeys(values))}}


def _values(predicate: Mapping[str, Any]) -> list[Any]:
    if "equal" in predicate and not isinstance(predicate["equal"], Mapping):
        return [predicate["equal"]]
    return list(predicate.get("oneOf", ()))


# The chart as a request again


def _requests(previous: ChartIntent, reading: Reading, wish: Wish) -> Iterator[tuple[Request, float]]:
    fields = {field.name: field for field in reading.fields}
    groups, numbers, counts = _columns(previous, fields)
    new_groups, new_numbers = _said(reading)
    if new_numbers:
        numbers, counts = new_numbers, False
    elif _counts_rows(reading, wish):
        numbers, counts = [], True
    elif reading.loose_aggregate is not None:
        numbers = [replace(each, aggregate=reading.loose_aggregate) for each in numbers]
    base = _request(previous, reading, wish)
    choices = _groupings(groups, new_groups, wish, reading)
    for place, chosen in enumerate(choices):
        request = replace(base, columns=tuple(_once([*numbers, *chosen])), counts=counts)
        if numbers and reading.loose_aggregate is not None:
            request = replace(request, aggregate=reading.loose_aggregate, counts=False)
        yield request, 0.8**place


def _counts_rows(reading: Reading, wish: Wish) -> bool:
    return reading.counts and COUNT.search(wish.sentence) is not None


def _columns(previous: ChartIntent, fields: Mapping[str, Field]) -> tuple[list[Column], list[Column], bool]:
    """Return what a chart groups by, what it measures, and whether it counts rows."""
    groups: list[Column] = []
    numbers: list[Column] = []
    counts = False
    for channel, each in previous.encoding.items():
        if each.metric is not None:
            numbers.append(Column(fields[each.metric]))
        elif each.aggregate == "count" and each.field is None:
            counts = True
        elif each.field is not None and (each.aggregate or _is_measure(channel, each, previous, fields)):
            numbers.append(Column(fields[each.field], each.aggregate))
        elif each.field is not None and channel in GROUP_CHANNELS:
            role = {"color": "color", "column": "facet"}.get(channel, "group")
            bins = each.bin if isinstance(each.bin, Mapping) else None
            groups.append(Column(fields[each.field], role=role, bin=bins))
    return groups, numbers, counts


def _is_measure(channel: str, each: Encoding, previous: ChartIntent, fields: Mapping[str, Field]) -> bool:
    if fields[each.field or ""].kind != "quantitative" or each.bin:
        return False
    return previous.mark in ("point", "boxplot", "tick", "text") or channel in ("y", "theta", "size")


def _said(reading: Reading) -> tuple[list[Column], list[Column]]:
    """Return the groups and the measures that a follow-up names."""
    groups: list[Column] = []
    numbers: list[Column] = []
    for part in (each for each in reading.parts if not each.filtered):
        field = part.field
        if field.kind == "quantitative" and not _groups_by(part):
            numbers.append(Column(field, part.aggregate or reading.loose_aggregate))
        else:
            groups.append(Column(field, role=part.role if part.role in ("color", "facet") else "group"))
    return groups, numbers


def _groups_by(part: Part) -> bool:
    return part.role in ("group", "color", "facet") and part.aggregate is None and part.field.metric is None


def _groupings(before: list[Column], new: list[Column], wish: Wish, reading: Reading) -> list[list[Column]]:
    """Return the ways to group, the likeliest first: in place of the old groups, or within them."""
    if not new:
        time = next(
            (Column(field, role="group") for field in reading.fields if field.kind == "temporal"), None
        )
        if reading.time_unit is None or time is None or any(c.field.kind == "temporal" for c in before):
            return [before]
        further = [time, *(replace(each, role="color") for each in before[:1])]
        return [further, [time]] if wish.splits else [[time], further]
    further = [
        *before[:1],
        *(replace(each, role=each.role if each.role == "facet" else "color") for each in new),
    ]
    colours = all(each.role in ("color", "facet") for each in new)
    return [further, new] if (wish.splits or colours) and before else [new, further]


def _once(columns: Sequence[Column]) -> list[Column]:
    found: dict[str, Column] = {}
    for each in columns:
        found.setdefault(each.field.name, each)
    return list(found.values())


def _request(previous: ChartIntent, reading: Reading, wish: Wish) -> Request:
    encodings = previous.encoding.values()
    unit = next((each.timeUnit for each in encodings if each.timeUnit), None)
    order = reading.order or _order(previous)
    if wish.order == "reversed":
        order = "descending" if order == "ascending" else "ascending"
    stacks = {each.stack for each in encodings}
    stacking = "normalize" if "normalize" in stacks else ("grouped" if False in stacks else None)
    return Request(
        columns=(),
        fields=tuple(field for field in reading.fields if field.metric is None),
        mark=reading.mark,
        mark_sure=reading.mark_sure,
        bin=reading.bin,
        time_unit=reading.time_unit or unit,
        order=order,
        limit=None if wish.drops_limit else (reading.limit or previous.limit),
        stacking=reading.stacking or stacking,
        filters=reading.filters,
        sentence=reading.sentence.lower(),
    )


def _order(previous: ChartIntent) -> str | None:
    sort = next((each.sort for each in previous.encoding.values() if each.sort), None)
    if sort is None or sort in ("ascending", "descending"):
        return None
    return "descending" if sort.startswith("-") else "ascending"


def _ordered(intent: ChartIntent, previous: ChartIntent, wish: Wish) -> ChartIntent:
    x = intent.encoding.get("x")
    before = previous.encoding.get("x")
    by_name = wish.order == "name" or (
        before is not None and before.sort == "ascending" and wish.order is None
    )
    if not by_name or x is None or x.field is None:
        return intent
    return replace(intent, encoding={**intent.encoding, "x": replace(x, sort="ascending")})
