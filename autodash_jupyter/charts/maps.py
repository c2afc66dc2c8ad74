"""Points on a map: columns of latitude and longitude, drawn on a grid of degrees, without a network."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import Aggregate, ChartIntent, Encoding
from autodash_jupyter.charts.reading import Reading

__all__ = ["MAP_WORDS", "coordinates", "map_charts", "map_size"]

ASKED = re.compile(
    r"\b(?:maps?|mapped|mapping|geograph\w+|where (?:are|is|do|did|were)|locations? of)\b", re.IGNORECASE
)
MAP_WORDS = frozenset({"map", "maps", "mapped", "mapping", "location", "locations"})
HEAT = re.compile(r"heat ?-?map", re.IGNORECASE)
MOST_COLOURS = 12
FEW_PLACES = 300
WIDTH, LEAST, MOST = 480, 160, 520


def coordinates(fields: Sequence[Field]) -> tuple[Field, Field] | None:
    """Return the columns of longitude and latitude, ``None`` where a table has none.

    >>> lat = Field("lat", 0, "quantitative", 9, (("latitude",),), smallest=40.0, largest=60.0)
    >>> lon = Field("lng", 1, "quantitative", 9, (("longitude",),), smallest=-5.0, largest=10.0)
    >>> [each.name for each in coordinates([lat, lon])]
    ['lng', 'lat']
    """
    found = [_named(fields, name, most) for name, most in (("longitude", 180.0), ("latitude", 90.0))]
    longitude, latitude = found
    return None if longitude is None or latitude is None else (longitude, latitude)


def _named(fields: Sequence[Field], name: str, most: float) -> Field | None:
    for field in fields:
        words = {word for each in field.names for word in each}
        low, high = field.smallest, field.largest
        if name in words and low is not None and high is not None and -most <= low <= high <= most:
            return field
    return None


def map_charts(reading: Reading) -> tuple[tuple[ChartIntent, float], ...]:
    """Return the maps that a sentence asks for, none where it asks for none or the table has no places."""
    place = coordinates([field for field in reading.fields if field.metric is None])
    both = place is not None and {each.name for each in place} <= {part.field.name for part in reading.parts}
    asked = ASKED.search(HEAT.sub("", reading.sentence)) is not None and not reading.mark_sure
    if place is None or not (asked or (both and not reading.mark_sure)):
        return ()
    longitude, latitude = place
    encoding = {"longitude": Encoding(longitude.name), "latitude": Encoding(latitude.name)}
    shown = [part for part in reading.parts if part.field not in place and not part.filtered]
    number = next((part for part in shown if part.field.kind == "quantitative"), None)
    group = next(
        (
            p
            for p in shown
            if p.field.kind == "nominal" and 2 <= p.field.distinct <= MOST_COLOURS and p.role != "counted"
        ),
        None,
    )
    several = longitude.distinct <= FEW_PLACES and not longitude.is_key  # rows at one place: put together
    if number is not None and number.field.metric is None:
        aggregate: Any = number.aggregate or ("sum" if several else None)
        encoding["size"] = Encoding(number.field.name, _as_aggregate(aggregate))
    elif several:
        encoding["size"] = Encoding(aggregate="count")
    if group is not None:
        encoding["color"] = Encoding(group.field.name)
    return ((ChartIntent("point", encoding, reading.filters), 1.1 if asked else 0.9),)


def _as_aggregate(name: Any) -> Aggregate | None:
    return name or None


def map_size(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return how wide and high a map of such rows is, so that a degree is as long both ways at its middle.

    >>> map_size([{"longitude": 0.0, "latitude": 0.0}, {"longitude": 20.0, "latitude": 10.0}])
    (480, 241)
    """
    xs, ys = ([row[c] for row in rows if row.get(c) is not None] for c in ("longitude", "latitude"))
    if not xs or not ys:
        return WIDTH, WIDTH // 2
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    middle = math.cos(math.radians((max(ys) + min(ys)) / 2))
    if wide * middle <= 0 or high <= 0:
        return WIDTH, WIDTH // 2
    ratio = high / (wide * max(middle, 0.1))
    height = WIDTH * ratio
    if height > MOST:
        return max(LEAST, round(MOST / ratio)), MOST
    return WIDTH, max(LEAST, round(height))
