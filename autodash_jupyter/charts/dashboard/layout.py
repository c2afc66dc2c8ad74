"""A dashboard as one Vega-Lite specification: filters above, figures in a row, charts in two columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from autodash_jupyter.charts.dashboard.cards import Card
from autodash_jupyter.charts.dashboard.filters import Filter, draws_rows
from autodash_jupyter.charts.data import ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.specification import PALETTE, SCHEMA, specification

__all__ = ["chart_view", "lay_out"]

COLUMNS = 2
WIDTH, HEIGHT = 380, 220
CARD_HEIGHT, RUN_HEIGHT = 58, 30
LYING = 13  # from one lying bar to the next, so that each has room for its name
ALL_WIDTH = 930
LETTERS = 66  # of an insight on one line
MUTED = "#888888"  # to be read on white and on black
OWN_COLOURS = {"scale": {"color": "independent"}}
Built = dict[str, Any]


def lay_out(
    title: str, subtitle: str, filters: Sequence[Filter], cards: Sequence[Card], views: Sequence[Built]
) -> Built:
    """Return the whole dashboard as Vega-Lite, to be drawn without a server or a network."""
    rows: list[Built] = []
    if cards:
        width = (ALL_WIDTH - 20 * len(cards)) // max(len(cards), 4)
        rows.append({"hconcat": [_card_view(each, width, filters) for each in cards], "spacing": 20})
    for start in range(0, len(views), COLUMNS):
        rows.append({"hconcat": list(views[start : start + COLUMNS]), "spacing": 50, "resolve": OWN_COLOURS})
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle, "fontSize": 20, "subtitleFontSize": 13, "offset": 16},
        "params": [_parameter(each) for each in filters],
        "vconcat": rows,
        "spacing": 34,
        "resolve": OWN_COLOURS,
        "config": _config(),
    }


def _parameter(each: Filter) -> Built:
    return {
        "name": each.channel,
        "value": 0,
        "bind": {
            "input": "select",
            "name": f"{each.title} ",
            "options": list(range(len(each.values) + 1)),
            "labels": ["All", *(str(value) for value in each.values)],
        },
    }


def _config() -> Built:
    return {
        "view": {"stroke": None},
        "mark": {"color": PALETTE[0]},
        "axis": {"gridOpacity": 0.5, "labelLimit": 150, "titleFontWeight": "normal"},
        "axisXDiscrete": {"labelAngle": 0, "labelOverlap": True},
        "title": {"anchor": "start", "fontSize": 14, "subtitleColor": MUTED, "subtitlePadding": 4},
        "legend": {"orient": "bottom", "labelLimit": 120, "titleFontWeight": "normal"},
        "range": {"category": list(PALETTE), "heatmap": {"scheme": "viridis"}, "ramp": {"scheme": "viridis"}},
        "concat": {"spacing": 30},
    }


def chart_view(
    intent: ChartIntent,
    data: ChartData,
    fields: Mapping[str, Field],
    followed: Sequence[Filter],
    said: Sequence[str],
) -> Built:
    """Return one chart as a part of the whole; ``said`` are the lines under its title."""
    view = specification(intent, data, fields)
    title = view.pop("title")
    for name in ("$schema", "config"):
        view.pop(name, None)
    if "width" in view:
        lying = intent.mark == "bar" and view.get("encoding", {}).get("y", {}).get("field") == "x"
        view |= {"width": WIDTH, "height": max(HEIGHT, LYING * len(data.orders.get("x", ())) if lying else 0)}
    lines = [line for each in (*said, *data.notes) for line in textwrap.wrap(each, LETTERS)]
    text = title["text"] if isinstance(title, dict) else title
    view["title"] = {"text": textwrap.wrap(str(text), LETTERS - 10) or [""], "subtitle": lines}
    if followed:
        view["transform"] = [{"filter": _chosen(followed, anywhere=draws_rows(intent))}]
    return view


def _chosen(followed: Sequence[Filter], *, anywhere: bool) -> str:
    """Return the test for rows at the present choice; only our own names stand in it, and numbers."""
    tests = (
        f"({each.channel} === 0 || datum.{each.channel} === {each.channel})"
        if anywhere
        else f"datum.{each.channel} === {each.channel}"
        for each in followed
    )
    return " && ".join(tests)


def _card_view(card: Card, width: int, filters: Sequence[Filter]) -> Built:
    chosen = [{"filter": _chosen(card.followed, anywhere=False)}] if card.followed else []
    at: Built = {"x": {"value": 0}}
    texts = [
        _text("value", 30, PALETTE[0], at | {"y": {"value": 22}}, "bold"),
        _text("change", 12, MUTED, at | {"y": {"value": 48}}, "normal"),
    ]
    head: Built = {
        "title": {"text": textwrap.wrap(card.figure.name, max(width // 7, 12))[:2] or [""], "fontSize": 13},
        "data": {"values": [dict(row) for row in card.values]},
        "transform": chosen,
        "layer": texts,
        "width": width,
        "height": CARD_HEIGHT,
    }
    if not card.runs:
        return head
    unset = [f"{each.channel} === 0" for each in filters if each not in card.run_followed]
    tests = [*([_chosen(card.run_followed, anywhere=False)] if card.run_followed else []), *unset]
    along = [{"filter": " && ".join(tests)}] if tests else []
    return {"vconcat": [head, _run_view(card, width, along)], "spacing": 0}


def _text(field: str, size: int, color: str, at: Built, weight: str) -> Built:
    mark = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size, "fontWeight": weight}
    return {"mark": mark | {"color": color}, "encoding": at | {"text": {"field": field, "type": "nominal"}}}


def _run_view(card: Card, width: int, chosen: list[Built]) -> Built:
    """Return the figure's course as a small line without axes."""
    is_year = isinstance(card.runs[0]["x"], int | float)
    x = {"field": "x", "type": "quantitative" if is_year else "temporal", "axis": None}
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"zero": False},
        "title": card.figure.name,
    }
    return {
        "data": {"values": [dict(row) for row in card.runs]},
        "transform": chosen,
        "mark": {"type": "line", "strokeWidth": 1.5, "color": PALETTE[0], "tooltip": True},
        "encoding": {"x": x | ({"scale": {"zero": False}} if is_year else {}), "y": y},
        "width": width,
        "height": RUN_HEIGHT,
    }
