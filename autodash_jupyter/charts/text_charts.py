"""A chart as text, for a terminal: its greatest groups with bars of blocks, or how many rows it draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autodash_jupyter.charts.data import ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent

__all__ = ["text_chart"]

MOST_LINES = 20
WIDEST_BAR = 30
WIDEST_LABEL = 24
EIGHTHS = " ▏▎▍▌▋▊▉█"


def text_chart(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> list[str]:
    """Return the lines of a chart: a bar for each group where one number is measured, else a summary.

    >>> from autodash_jupyter.charts.intent import Encoding
    >>> intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding(aggregate="count")})
    >>> print("\\n".join(text_chart(intent, ChartData(({"x": "Rome", "y": 4}, {"x": "Oslo", "y": 2})), {})))
    Rome  4  ██████████████████████████████
    Oslo  2  ███████████████
    """
    del fields
    measure = next((c for c, e in intent.encoding.items() if e.aggregate or e.metric), None)
    groups = [c for c in intent.encoding if c != measure]
    if measure == "text":
        return [_number(row[measure]) for row in data.rows]
    if measure is None or not groups:
        return [f"({len(data.rows):,} points)"] if data.rows else []
    shown = data.rows[:MOST_LINES]
    labels = [" · ".join(_label(row.get(channel)) for channel in groups) for row in shown]
    numbers = [row.get(measure) for row in shown]
    texts = [_number(each) for each in numbers]
    widest, longest = max(map(len, labels), default=0), max(map(len, texts), default=0)
    most = max((abs(each) for each in numbers if isinstance(each, int | float)), default=0) or 1
    lines = [
        f"{label:<{widest}}  {text:>{longest}}  {_bar(number, most)}".rstrip()
        for label, text, number in zip(labels, texts, numbers, strict=True)
    ]
    more = len(data.rows) - len(shown)
    return [*lines, f"… {more} more"] if more else lines


def _label(value: Any) -> str:
    text = "missing" if value is None else str(value)
    text = text.removesuffix("T00:00:00").removesuffix(".0")
    return text if len(text) <= WIDEST_LABEL else text[: WIDEST_LABEL - 1] + "…"


def _number(value: Any) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "–" if value is None else str(value)
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _bar(value: Any, most: float) -> str:
    if not isinstance(value, int | float) or value <= 0:
        return ""
    eighths = round(value / most * WIDEST_BAR * 8)
    return EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8].strip()
