"""From an intent and its numbers to Vega-Lite, version 5: a dict that any of its renderers draws.

Names of columns and values stand in it as data and titles only; the fields of its rows are the names of
channels, and there is no expression in it, so nothing that a table or a sentence says can be evaluated.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from autodash_jupyter.charts.data import ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.wording import (
    field_title,
    filters_text,
    group_title,
    measure_title,
    number_format,
    shown_title,
)

__all__ = ["PALETTE", "SCHEMA", "specification"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# Okabe and Ito's colours, which people with colour blindness can tell apart; grey comes last, for "Other".
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"),
    *("#8C6D1F", "#332288", "#44AA99", "#882255", "#999999"),
)
WIDTH, HEIGHT = 480, 300
LINE, SMALL_LINE = 70, 90  # letters in a line of the title, and under it
LONG_LABEL = 12  # letters from which bars lie down, so that their labels can be read
MOST_STANDING = 8
STACKED = frozenset({"count", "sum"})
SHARES = frozenset({"growth", "share"})
DOLLARS = frozenset({"$", "USD", "US$", "DOLLAR", "DOLLARS"})
TIME_FORMATS = {"year": "%Y", "yearquarter": "%Y Q%q", "yearmonth": "%b %Y", "yearmonthdate": "%d %b %Y"}
Built = dict[str, Any]


def specification(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    """Return the chart as Vega-Lite, its rows inlined."""
    spec: Built = {
        "$schema": SCHEMA,
        "title": _title(intent, data, fields),
        "data": {"values": [dict(row) for row in data.rows]},
    }
    spec = _with_ends(spec, data)
    spec |= _BUILDERS.get(intent.mark, _plain)(intent, data, fields)
    if "column" not in spec.get("encoding", {}):
        spec |= {"width": WIDTH, "height": HEIGHT}
    spec["config"] = {
        "view": {"stroke": None},
        "mark": {"color": PALETTE[0]},
        "axis": {"gridOpacity": 0.5, "labelLimit": 180},
        "axisXDiscrete": {"labelAngle": 0, "labelOverlap": True},
        "range": {"category": list(PALETTE), "heatmap": {"scheme": "viridis"}, "ramp": {"scheme": "viridis"}},
    }
    return spec


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
        mark |= {"opacity": 0.7}
    if intent.mark == "point":
        mark |= {"filled": True, "opacity": 0.6}
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


def _with_ends(spec: Built, data: ChartData) -> Built:
    for channel, step in data.steps.items():
        for row in spec["data"]["values"]:
            if row.get(channel) is not None:
                row[f"{channel}_end"] = row[channel] + step
    return spec


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
    elif measure.stack is not False and (measure.aggregate in STACKED or "x" in data.steps):
        encoding["y"]["stack"] = "zero"
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


def _arcs(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    built = _plain(intent, data, fields)
    built["mark"] |= {"innerRadius": 60, "stroke": "white"}
    built["encoding"]["theta"]["stack"] = True
    built["encoding"]["order"] = {"field": "theta", "type": "quantitative", "sort": "descending"}
    return built


def _texts(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    """A single number, large, under its title."""
    encoding = {"text": _channel("text", intent.encoding["text"], intent, data, fields)}
    encoding["text"].pop("title", None)
    return {
        "mark": {"type": "text", "fontSize": 48, "fontWeight": "bold", "color": PALETTE[0]},
        "encoding": encoding,
    }


def _boxes(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> Built:
    """Boxes from the numbers computed before: whiskers, box, median."""
    measured = "y" if fields[intent.encoding["y"].field or ""].kind == "quantitative" else "x"
    group = "x" if measured == "y" else "y"
    shared = {
        channel: _channel(channel, each, intent, data, fields)
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

    whisker = {"mark": "rule", "encoding": {measured: at("low"), f"{measured}2": {"field": "high"}}}
    box = {
        "mark": {"type": "bar", "size": 16, "tooltip": True},
        "encoding": {measured: at("q1"), f"{measured}2": {"field": "q3"}},
    }
    median = {"mark": {"type": "tick", "color": "white", "size": 16}, "encoding": {measured: at("median")}}
    if "column" in shared:
        shared.pop("column")
    return {"encoding": shared, "layer": [whisker, box, median]}


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
        return built | {"type": "nominal", "sort": list(data.orders.get(channel, ())) or None}
    if _has_steps(channel, encoding, field, intent, data):
        return built | {"type": "ordinal"}
    if channel not in ("x", "y"):
        return built | {"type": "quantitative"}
    zero: Built = {} if intent.mark == "bar" else {"scale": {"zero": False}}
    return built | {"type": "quantitative", "axis": {"format": _format(channel, data)}} | zero


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
    if field.is_year or channel not in ("x", "y"):
        return {"type": "ordinal"}
    axis: Built = {"format": TIME_FORMATS[encoding.timeUnit]} if encoding.timeUnit in TIME_FORMATS else {}
    if encoding.timeUnit == "year":
        axis["tickCount"] = "year"  # else one year stands under several ticks
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
        built["format"] = shown
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


_BUILDERS: dict[str, Callable[[ChartIntent, ChartData, Mapping[str, Field]], Built]] = {
    "bar": _bars,
    "arc": _arcs,
    "text": _texts,
    "boxplot": _boxes,
}
