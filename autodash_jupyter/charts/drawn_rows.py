"""The rows that a specification holds: as computed, with what drawing them needs beside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autodash_jupyter.charts.data import ChartData
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent

__all__ = ["TIME_FORMATS", "rows_drawn"]

TIME_FORMATS = {"year": "%Y", "yearquarter": "%Y Q%q", "yearmonth": "%b %Y", "yearmonthdate": "%d %b %Y"}
SORTED = frozenset({"x", "y"})


def rows_drawn(intent: ChartIntent, data: ChartData, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """Return the rows with the ends of bins, dates as people write them in legends, and the order of a stack.

    >>> from autodash_jupyter.charts.intent import Encoding
    >>> sold = Field("sold", 0, "temporal", 9, ((),))
    >>> intent = ChartIntent("line", {"x": Encoding("a"), "color": Encoding("sold", timeUnit="yearquarter")})
    >>> rows_drawn(intent, ChartData(({"x": 1, "color": "2021-04-01T00:00:00"},)), {"sold": sold})
    [{'x': 1, 'color': '2021 Q2'}]
    """
    rows = [dict(row) for row in data.rows]
    for channel, step in data.steps.items():
        for row in rows:
            if row.get(channel) is not None:
                row[f"{channel}_end"] = row[channel] + step
    for channel, each in intent.encoding.items():
        known = fields.get(each.field or "")
        dated = known is not None and known.kind == "temporal" and not known.is_year
        if dated and channel not in SORTED and each.timeUnit in TIME_FORMATS:
            rows.sort(key=lambda row: str(row.get(channel)))
            for row in rows:
                row[channel] = _written(row[channel], each.timeUnit)
    order = {value: place for place, value in enumerate(data.orders.get("color", ()))}
    if intent.mark in ("bar", "arc", "area") and order:
        for row in rows:
            row["color_order"] = order.get(row.get("color"), len(order))
    return rows


def _written(value: Any, unit: str | None) -> Any:
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    return moment.strftime(TIME_FORMATS[unit or "year"].replace("%q", str((moment.month + 2) // 3)))
