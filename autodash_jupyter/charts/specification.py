"""From an intent and its numbers to Vega-Lite, version 5: a dict that any of its renderers draws.

Names of columns and values stand in it as data and titles only; the fields of its rows are the names of
channels, and there is no expression in it, so nothing that a table or a sentence says can be evaluated.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from autodash_jupyter.charts.appearance import HEIGHT, PALETTE, WIDTH, config
from autodash_jupyter.charts.data import OTHER, ChartData
from autodash_jupyter.charts.drawn_rows import TIME_FORMATS, rows_drawn
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.special_marks import arcs, boxes, is_map, maps, texts
from autodash_jupyter.charts.wording import (
    filters_text,
    group_title,
    measure_title,
    number_format,
    shown_title,
)

__all__ = ["PALETTE", "SCHEMA", "specification"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
LINE, SMALL_LINE = 70, 90  # letters in a line of the title, and under it
LONG_LABEL = 12  # letters from which bars lie down, so that their labels can be read
MOST_STANDING = 8
LYING, STANDING = 24, 84  # pixels for a bar
MANY_POINTS = 800
MOST_QUARTERS = 10
PANEL_WIDTH, PANEL_HEIGHT = 190, 150
LETTER = 6.5  # pixels
NARROWEST, HIGHEST = 260, 640
STACK_ORDER = {"field": "color_order", "type": "quantitative"}  # as the legend has it
STACKED = frozenset({"count", "sum"})
SHARES = frozenset({"growth", "share"})
DOLLARS = frozenset({"$", "USD", "US$", "DOLLAR", "DOLLARS"})
Built = dict[str, Any]


def specification(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    """Return the chart as Vega-Lite, its rows inlined."""
    rows = rows_drawn(intent, data, fields)
    spec: Built = {"$schema": SCHEMA, "title": _title(intent, data, fields), "data": {"values": rows}}
    spec |= _built(intent, data, fields)
    if "column" in spec.get("encoding", {}):
        spec |= _panels(spec["encoding"])
    else:
        spec = _size(spec, intent, data) | spec
    spec["config"] = config()
    return spec


def _built(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    if is_map(intent):
        return maps(intent, data, fields, _channel)
    special = {"arc": arcs, "text": texts, "boxplot": boxes}.get(intent.mark)
    if special is not None:
        return special(intent, data, fields, _channel)
    return _bars(intent, data, fields) if intent.mark == "bar" else _plain(intent, data, fields)


def _panels(encoding: Built) -> Built:
    """Return the size of small multiples, which are put in rows of three; they share their axes."""
    encoding["facet"] = encoding.pop("column") | {"columns": 3}
    return {"width": PANEL_WIDTH, "height": PANEL_HEIGHT}


def _size(spec: Built, intent: ChartIntent, data: ChartData) -> Built:
    """Return how wide and high a chart is: bars as thick as is pleasant, whether few or many."""
    groups = len(data.orders.get("x", ()))
    parts = (
        max(len(data.orders.get("color", ())), 1) if "xOffset" in str(spec) or "yOffset" in str(spec) else 1
    )
    lying = spec.get("encoding", {}).get("y", {}).get("field") == "x"
    if not groups or intent.mark not in ("bar", "boxplot"):
        return {"width": WIDTH, "height": HEIGHT}
    if lying:
        thick = LYING if parts == 1 else 8 + 9 * parts
        return {"width": WIDTH, "height": max(90, min(thick * groups, HIGHEST))}
    return {"width": max(NARROWEST, min(WIDTH, STANDING * groups * (1 + parts) // 2)), "height": HEIGHT}


def _title(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Any:
    """Return what the chart shows, and under it of which rows and what else a reader must know."""
    filters = filters_text(intent, fields)
    small = [*textwrap.wrap(f"where {filters}" if filters else "", SMALL_LINE), *data.notes]
    lines = textwrap.wrap(shown_title(intent, fields), LINE) or [""]
    text: Any = lines[0] if len(lines) == 1 else lines
    return {"text": text, "subtitle": small} if small else {"text": text}


def _plain(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    encoding = {
        channel: _channel(channel, each, intent, data, fields) for channel, each in intent.encoding.items()
    }
    for channel in ("x", "y"):
        if data.steps.get(channel) is not None and channel in encoding:
            _draw_bins(channel, encoding, intent, data)
    mark: Built = {"type": intent.mark, "tooltip": True}
    if intent.mark in ("line", "area"):
        mark |= {"point": intent.mark == "line" and len(data.rows) <= 60}
    if intent.mark == "area":
        apart = "color" in encoding and intent.encoding["y"].stack is False
        mark |= {"opacity": 0.3, "line": True} if apart else {"opacity": 0.7}
        if apart:
            encoding["y"] |= {"stack": None, "impute": {"value": 0}}  # what has no rows counts none
        elif "color" in encoding:
            encoding["order"] = STACK_ORDER
    if intent.mark == "point":
        many = len(data.rows) > MANY_POINTS
        sized = "size" in encoding
        mark |= {"filled": True, "opacity": (0.2 if sized else 0.35) if many else 0.6}
        mark |= {"size": 14} if many and not sized else {}
    return {"mark": mark, "encoding": encoding}


def _draw_bins(channel: str, encoding: Built, intent: ChartIntent, data: ChartData) -> None:
    """Show bins as wide as they are; a line passes through where they begin."""
    step = data.steps[channel]
    if intent.mark == "bar" and "color" in encoding:
        # Vega-Lite stacks bars between two numbers along the wrong one; steps of an order are stacked right.
        encoding[channel] = {
            "field": channel,
            "type": "ordinal",
            "title": f"{encoding[channel]['title']}, from",
        }
    elif intent.mark in ("bar", "rect"):
        encoding[channel] |= {"bin": {"binned": True, "step": step}}
        encoding[f"{channel}2"] = {"field": f"{channel}_end"}


def _bars(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    built = _plain(intent, data, fields)
    encoding = built["encoding"]
    measure = intent.encoding.get("y")
    if "x" in data.steps and "y" in encoding and "color" not in encoding:
        encoding["y"]["stack"] = None  # two numbers on the axes: without it, bars would be stacked along x
        built["mark"]["orient"] = "vertical"
    if measure is not None and "color" in encoding:
        _place_colours(measure, encoding, data)
    if "x" in encoding and "y" in encoding and _should_lie(intent, data, fields):
        encoding["x"].pop("axis", None)  # labels that lie need no angle
        encoding["x"], encoding["y"] = encoding["y"], encoding["x"]
        if "xOffset" in encoding:
            encoding["yOffset"] = encoding.pop("xOffset")
    built["mark"] |= {"cornerRadiusEnd": 2}
    return built


def _place_colours(measure: Encoding, encoding: Built, data: ChartData) -> None:
    """Stack what adds up; averages of parts say nothing on top of each other, so they stand side by side."""
    if measure.stack == "normalize":
        encoding["y"]["stack"] = "normalize"
        encoding["y"]["axis"] = {"format": ".0%"}
        encoding["order"] = STACK_ORDER
    elif measure.stack is not False and (measure.aggregate in STACKED or "x" in data.steps):
        encoding["y"]["stack"] = "zero"
        encoding["order"] = STACK_ORDER
    else:
        encoding["y"]["stack"] = None
        encoding["xOffset"] = {"field": "color", "type": "nominal", "sort": encoding["color"].get("sort")}


def _should_lie(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> bool:
    x = intent.encoding["x"]
    if x.field is None or fields[x.field].kind != "nominal" or "column" in intent.encoding:
        return False
    if intent.orient is not None:
        return intent.orient == "horizontal"
    labels = [str(each) for each in data.orders.get("x", ())]
    return len(labels) > MOST_STANDING or max(map(len, labels), default=0) > LONG_LABEL


def _channel(
    channel: str, encoding: Encoding, intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]
) -> Built:
    if encoding.aggregate is not None or encoding.metric is not None or encoding.field is None:
        return _measure(channel, encoding, intent, data, fields)
    field = fields[encoding.field]
    built: Built = {"field": channel, "title": group_title(encoding, field)}
    if field.kind == "temporal":
        return built | _temporal(channel, encoding, field, intent, data)
    if field.kind == "nominal":
        order = list(data.orders.get(channel, ()))
        built |= {"type": "nominal", "sort": order or None}
        if channel == "x" and sum(len(str(each)) + 2 for each in order) * LETTER > WIDTH:
            built["axis"] = {"labelAngle": -40, "labelOverlap": False}
        return built | (_grey_for_other(order) if channel == "color" and OTHER in order else {})
    if _has_steps(channel, encoding, field, intent, data):
        return built | {"type": "ordinal"}
    if channel not in ("x", "y"):
        return built | {"type": "quantitative"}
    zero: Built = {} if intent.mark == "bar" else {"scale": {"zero": False}}
    return built | {"type": "quantitative", "axis": {"format": _format(channel, data)}} | zero


def _grey_for_other(order: list[Any]) -> Built:
    return {"scale": {"domain": order, "range": [*PALETTE[: len(order) - 1], PALETTE[-1]]}}


def _has_steps(channel: str, encoding: Encoding, field: Field, intent: ChartIntent, data: ChartData) -> bool:
    """Whether a number stands for a group: in a bin, in a panel, one of few on an axis of bars."""
    if channel in ("column", "row") or (channel in data.steps and channel not in ("x", "y")):
        return True
    is_grouped = any(each.aggregate or each.metric for each in intent.encoding.values())
    on_axis = intent.mark in ("bar", "rect", "boxplot") and channel in ("x", "y", "color")
    return on_axis and is_grouped and field.is_discrete and not encoding.bin


def _temporal(channel: str, encoding: Encoding, field: Field, intent: ChartIntent, data: ChartData) -> Built:
    if encoding.timeUnit in ("day", "hours"):
        return {"type": "ordinal", "sort": list(data.orders.get(channel, ())) or None}
    if field.is_year and channel in ("x", "y") and intent.mark in ("line", "area", "point"):
        return {"type": "quantitative", "axis": {"format": "d", "tickMinStep": 1}, "scale": {"zero": False}}
    if field.is_year:
        return {"type": "ordinal"}
    if channel not in ("x", "y"):
        return {"type": "ordinal", "sort": None}
    axis: Built = {"format": TIME_FORMATS[encoding.timeUnit]} if encoding.timeUnit in TIME_FORMATS else {}
    if encoding.timeUnit == "year":
        axis["tickCount"] = "year"  # else one year stands under several ticks
    elif encoding.timeUnit == "yearquarter":
        many = len({row.get(channel) for row in data.rows}) > MOST_QUARTERS
        axis["tickCount"] = "year" if many else {"interval": "month", "step": 3}
    if encoding.timeUnit in TIME_FORMATS and intent.mark in ("bar", "rect"):
        return {"type": "temporal", "timeUnit": encoding.timeUnit, "axis": axis}
    return {"type": "temporal", "axis": axis} if axis else {"type": "temporal"}


def _measure(
    channel: str, encoding: Encoding, intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]
) -> Built:
    built: Built = {"field": channel, "type": "quantitative", "title": measure_title(encoding, fields)}
    field = fields.get(encoding.field or "")
    shown = _format(channel, data, encoding, field if encoding.aggregate != "count" else None)
    if channel in ("x", "y"):
        built["axis"] = {"format": shown}
        # Lengths and areas are only read right from zero; places of points and lines are read by themselves.
        adds_up = encoding.aggregate in STACKED and encoding.window is None
        built["scale"] = {"zero": intent.mark in ("bar", "area") or adds_up}
    elif channel == "text":
        built["format"] = ",.3~r" if shown == ",.3~f" else shown
    elif channel == "color":
        built["scale"] = {"scheme": "viridis"}
        built["legend"] = {"format": shown}
    return built


def _format(
    channel: str, data: ChartData, encoding: Encoding | None = None, field: Field | None = None
) -> str:
    if encoding is not None and encoding.window is not None and encoding.window["op"] in SHARES:
        return "+.1~%" if encoding.window["op"] == "growth" else ".1~%"
    if encoding is not None and encoding.aggregate == "mean" and field is not None and field.yes is not None:
        return ".1~%"
    values = [row.get(channel) for row in data.rows]
    found = number_format(
        [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    )
    return f"${found}" if field is not None and field.unit.upper() in DOLLARS else found
