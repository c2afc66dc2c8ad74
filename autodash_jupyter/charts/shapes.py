"""From columns and their parts to charts: which kinds a request may mean, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from autodash_jupyter.charts.binning import fitting
from autodash_jupyter.charts.intent import Encoding, Mark
from autodash_jupyter.charts.measured import measure, measured
from autodash_jupyter.charts.requests import (
    COARSE,
    COUNT,
    COUNTED,
    Column,
    Request,
    Shape,
    as_intent,
    grouping,
    is_panel,
)
from autodash_jupyter.charts.spreads import boxes, points, spreads, tiles

__all__ = ["shapes", "with_time"]

FEW = 12  # whole numbers that may stand on an axis one by one
UNEVEN = re.compile(r"\b(?:distribut\w+|spread) of\b|\bdistributed\b")


def shapes(request: Request) -> Iterator[Shape]:
    """Go through the charts a request may mean, the likeliest first; each with how likely it is.

    >>> from autodash_jupyter.charts.fields import Field
    >>> price = Column(Field("price", 0, "quantitative", 90, ((),)))
    >>> next(shapes(Request((price,), (price.field,))))[0].encoding["x"].as_dict()
    {'field': 'price', 'bin': {'maxbins': 10.0}}
    """
    columns = with_time(request)
    if not columns:
        if request.mark_sure:
            yield from ((intent, share * 0.3) for intent, share in _guesses(request))
        return
    mark = request.mark if request.mark_sure else None
    if mark == "point":
        yield from points(request, columns)
    elif mark == "boxplot":
        yield from boxes(request, columns)
    elif mark == "rect":
        yield from tiles(request, columns)
    elif mark == "histogram":
        yield from _histograms(request, columns)
    elif mark in ("density", "tick"):
        yield from spreads(request, columns, mark)
    elif mark is not None:
        yield from measured(request, columns, cast("Mark", mark))
    else:
        yield from _by_types(request, columns)


def _guesses(request: Request) -> Iterator[Shape]:
    """Charts of the wanted mark from the columns that suit it, where the sentence names none."""
    for place, field in enumerate(f for f in request.fields if f.kind == "nominal" and not f.is_key):
        filled = replace(request, columns=(Column(field),))
        yield from ((intent, share * 0.9**place) for intent, share in shapes(filled))


def with_time(request: Request) -> tuple[Column, ...]:
    """Return the columns, and that of time where the sentence speaks of it without naming one."""
    columns = request.columns
    if not any(column.role not in COUNTED for column in columns):
        columns += request.offered
    if any(column.field.kind == "temporal" for column in columns):
        return columns
    if request.time_unit is None and not re.search(
        r"\b(?:over|across|through|by|in|with) (?:the )?(?:time|years|months|days)\b"
        r"|time ?series|timeline|trend|histor",
        request.sentence,
    ):
        return columns
    by_unit = request.mark == "rect" and request.time_unit is not None  # "a heat map by weekday and shop"
    if request.mark_sure and request.mark not in ("line", "area", "bar") and not by_unit:
        return columns
    time = next((field for field in request.fields if field.kind == "temporal"), None)
    filtered = {str(each["filter"].get("field")) for each in request.filters}
    if time is None or (
        time.name in filtered
        and request.time_unit is None
        and not re.search(r"\bby|\bper|each|over|across|trend", request.sentence)
    ):
        return columns
    return (*columns, Column(time, role="group"))


def _by_types(request: Request, columns: Sequence[Column]) -> Iterator[Shape]:
    numbers = [c for c in columns if c.is_number and c.role not in COUNTED]
    free = [c for c in numbers if c.aggregate is None and c.field.metric is None]
    times = [c for c in columns if c.field.kind == "temporal"]
    plain = not request.counts and request.aggregate is None and len(free) == len(numbers)
    plain = plain and not any(c.role == "group" and c.field.is_discrete for c in free)
    if len(free) >= 2 and plain and not request.bin and not (times and request.mark != "point"):
        yield from points(request, columns)
        yield from ((intent, share * 0.7) for intent, share in measured(request, columns, "bar"))
        return
    if len(columns) == 1 and columns[0].field.metric is not None:
        yield as_intent(request, "text", {"text": measure(columns[0], request, "sum")}), 1.0
        return
    if len(columns) == 1 and columns[0].is_number and not (request.counts and columns[0].field.is_discrete):
        if (request.aggregate or columns[0].aggregate) and not request.counts:
            yield as_intent(request, "text", {"text": measure(columns[0], request, "mean")}), 1.02
        yield from _histograms(request, columns)
        yield from ((intent, share * 0.6) for intent, share in boxes(request, columns))
        return
    if request.mark == "arc":
        yield from measured(request, columns, "arc")
    if free and UNEVEN.search(request.sentence):
        yield from (
            (intent, share * 1.02) for intent, share in boxes(request, columns) if len(intent.encoding) > 1
        )
    comes_round = request.time_unit == "day"  # a weekday is not before or after another
    wanted: Mark = "line" if (times and not comes_round) or request.mark == "line" else "bar"
    yield from measured(request, columns, wanted)
    other: Mark = "bar" if wanted == "line" else "line"
    yield from ((intent, share * 0.7) for intent, share in measured(request, columns, other))
    if len([c for c in columns if not c.is_number]) >= 2:
        yield from ((intent, share * 0.66) for intent, share in tiles(request, columns))
    if free and len(columns) == 2:
        yield from ((intent, share * 0.6) for intent, share in boxes(request, columns))
    yield from ((intent, share * 0.55) for intent, share in measured(request, columns, "arc"))


def _histograms(request: Request, columns: Sequence[Column]) -> Iterator[Shape]:
    numbers = [c for c in columns if c.field.kind == "quantitative"]
    if not numbers:
        yield from measured(request, columns, "bar")
        return
    for place, c in enumerate(numbers):
        few = c.field.is_whole and c.field.distinct <= FEW and request.mark != "histogram"
        bins = c.bin or fitting(request.bin, c.field) or (None if few else COARSE)
        encoding = {"x": Encoding(c.field.name, bin=bins), "y": COUNT}
        rest = [o for o in columns if o is not c and o.field.kind != "quantitative"]
        if rest:
            encoding["column" if is_panel(rest[0]) else "color"] = grouping(rest[0], request)
        yield as_intent(request, "bar", encoding), 0.9**place
