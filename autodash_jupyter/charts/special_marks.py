"""Marks that take more than one: rings with shares, boxes with whiskers, single numbers, points on a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autodash_jupyter.charts.appearance import PALETTE
from autodash_jupyter.charts.data import ChartData
from autodash_jupyter.charts.drawn_rows import rows_drawn
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.maps import map_size
from autodash_jupyter.charts.wording import field_title

__all__ = ["arcs", "boxes", "is_map", "maps", "texts"]

Built = dict[str, Any]
Channel = Callable[[str, Encoding, ChartIntent, ChartData, Mapping[str, Field]], Built]
MANY_POINTS = 400
ADDITIVE = frozenset({"count", "sum"})
LEAST_LABELLED = 0.04  # of a ring: a smaller slice has no room for its share
OUTER, INNER, SIZE = 130, 70, 290


def arcs(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field], channel_of: Channel) -> Built:
    """Return a ring; where its slices add up to a whole, each says its share."""
    encoding = {name: channel_of(name, each, intent, data, fields) for name, each in intent.encoding.items()}
    encoding["theta"]["stack"] = True
    encoding["order"] = {"field": "color_order", "type": "quantitative"}
    ring = {"type": "arc", "outerRadius": OUTER, "innerRadius": INNER, "stroke": "white", "tooltip": True}
    built: Built = {"width": SIZE, "height": SIZE}
    if intent.encoding["theta"].aggregate not in ADDITIVE:
        return built | {"mark": ring, "encoding": encoding}
    rows = rows_drawn(intent, data, fields)
    whole = sum(row["theta"] or 0 for row in rows)
    for row in rows:
        share = (row["theta"] or 0) / whole if whole else 0
        row["share"] = f"{share:.0%}" if share >= LEAST_LABELLED else ""
    text = {"type": "text", "radius": (OUTER + INNER) / 2, "fontSize": 12, "fontWeight": 600, "fill": "white"}
    label = {name: encoding[name] for name in ("theta", "order")}
    label |= {"text": {"field": "share", "type": "nominal"}, "detail": {"field": "color", "type": "nominal"}}
    return built | {
        "data": {"values": rows},
        "layer": [{"mark": ring, "encoding": encoding}, {"mark": text, "encoding": label}],
    }


def texts(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field], channel_of: Channel) -> Built:
    """Return a single number, large, under its title."""
    text = channel_of("text", intent.encoding["text"], intent, data, fields)
    text.pop("title", None)
    mark = {"type": "text", "fontSize": 46, "fontWeight": 600, "color": PALETTE[0], "align": "left", "x": 0}
    return {"mark": mark, "encoding": {"text": text}, "width": 280, "height": 70}


def is_map(intent: ChartIntent) -> bool:
    """Whether a chart shows places by their longitude and latitude."""
    return "longitude" in intent.encoding and "latitude" in intent.encoding


def maps(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field], channel_of: Channel) -> Built:
    """Return points on a grid of degrees, as long both ways in the middle of the map."""
    encoding: Built = {}
    for name, each in intent.encoding.items():
        if name not in ("longitude", "latitude"):
            encoding[name] = channel_of(name, each, intent, data, fields)
    for axis, name in (("x", "longitude"), ("y", "latitude")):
        encoding[axis] = {
            "field": name,
            "type": "quantitative",
            "title": f"{name.capitalize()} (°)",
            "scale": {"zero": False, "nice": False, "padding": 12},
            "axis": {"grid": True, "tickCount": 6},
        }
    width, height = map_size(data.rows)
    many = len(data.rows) > MANY_POINTS
    mark = {"type": "circle", "tooltip": True, "opacity": 0.45 if many else 0.7}
    if "size" in encoding:
        encoding["size"]["scale"] = {"range": [25, 900], "zero": True}
    else:
        mark["size"] = 18 if many else 45
    return {"mark": mark, "encoding": encoding, "width": width, "height": height}


def boxes(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field], channel_of: Channel) -> Built:
    """Boxes from the numbers computed before: whiskers, box, median."""
    measured = "y" if fields[intent.encoding["y"].field or ""].kind == "quantitative" else "x"
    group = "x" if measured == "y" else "y"
    shared = {
        channel: channel_of(channel, each, intent, data, fields)
        for channel, each in intent.encoding.items()
        if channel != measured
    }
    if group in shared:
        shared[group]["type"] = "ordinal"
    if "color" in shared and group in shared:
        shared[f"{group}Offset"] = {"field": "color", "type": "nominal"}
    title = field_title(fields[intent.encoding[measured].field or ""])

    def at(name: str) -> Built:
        return {"field": name, "type": "quantitative", "title": title, "scale": {"zero": False}}

    whisker = {
        "mark": {"type": "rule", "color": "#5c6370"},
        "encoding": {measured: at("low"), f"{measured}2": {"field": "high"}},
    }
    box = {
        "mark": {"type": "bar", "size": 16, "tooltip": True},
        "encoding": {measured: at("q1"), f"{measured}2": {"field": "q3"}},
    }
    median = {"mark": {"type": "tick", "color": "white", "size": 16}, "encoding": {measured: at("median")}}
    if "column" in shared:
        shared.pop("column")
    return {"encoding": shared, "layer": [whisker, box, median]}
