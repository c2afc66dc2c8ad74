"""What a chart calls things: titles of axes, labels of aggregates, formats of numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding

__all__ = [
    "chart_title",
    "field_title",
    "filter_text",
    "filters_text",
    "group_title",
    "measure_title",
    "number_format",
    "shown_title",
]

AGGREGATE_NAMES = {
    "sum": "Total",
    "mean": "Average",
    "median": "Median",
    "min": "Lowest",
    "max": "Highest",
    "distinct": "Number of different",
    "count": "Number of",
}
WINDOW_NAMES = {
    "running_total": "Running total of",
    "moving_average": "Moving average ({}) of",
    "growth": "Growth of",
    "share": "Share of",
}
# What a column's name may end with, and how people write it: "body_mass_g" is "Body mass (g)".
UNITS = {
    **{each: each for each in ("g", "kg", "mg", "lb", "lbs", "mm", "cm", "m", "km", "mi", "ft", "ms", "kWh")},
    **{each: each for each in ("MWh", "kW", "MW", "GB", "MB", "hPa", "mph", "kmh", "EUR", "USD", "GBP")},
    **{
        "pct": "%",
        "percent": "%",
        "eur": "EUR",
        "usd": "USD",
        "gbp": "GBP",
        "chf": "CHF",
        "c": "°C",
        "kwh": "kWh",
    },
    **{"s": "s", "sec": "s", "secs": "s", "seconds": "s", "min": "min", "mins": "min", "minutes": "min"},
    **{"h": "h", "hrs": "h", "hours": "hours", "days": "days", "years": "years", "miles": "miles"},
}
UNIT_NAMES = {
    "year": "year",
    "yearquarter": "quarter",
    "yearmonth": "month",
    "yearweek": "week",
    "yearmonthdate": "day",
    "day": "weekday",
    "hours": "hour",
}
TIME_WORDS = frozenset({"date", "day", "time", "datetime", "timestamp", "month", "year", "week", "when"})
COMPARED = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}
LARGE = 10_000
MOST_NAMED = 5  # values of a filter
# Vega-Lite writes titles of tooltips into expressions, where a backslash escapes and a line must not end.
UNTITLED = str.maketrans(
    {"\\": "\N{SET MINUS}"} | dict.fromkeys([chr(code) for code in (*range(32), 127)], " ")
)


def field_title(field: Field) -> str:
    """Return what people call a column: the business's name for it, or its own, spelt out.

    >>> field_title(Field("unit_price", 0, "quantitative", 9, ((),), unit="EUR"))
    'Unit price (EUR)'
    """
    title = field.title
    if not title:
        title = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", field.name).replace("_", " ").strip() or field.name
        title = title[:1].upper() + title[1:]
        name, _, last = title.rpartition(" ")
        if name and not field.unit and last in UNITS:
            return f"{name} ({UNITS[last]})"
    title = f"{title} ({field.unit})" if field.unit and field.unit not in title else title
    return title.translate(UNTITLED)


def group_title(encoding: Encoding, field: Field) -> str:
    """Return the title of a column by which rows are grouped, with the unit its dates are put together by.

    >>> group_title(Encoding("sold", timeUnit="yearmonth"), Field("sold", 0, "temporal", 9, ((),)))
    'Sold (month)'
    """
    title, unit = field_title(field), UNIT_NAMES.get(encoding.timeUnit or "")
    if unit is None:
        return title
    return unit.capitalize() if title.lower() in TIME_WORDS else f"{title} ({unit})"


def measure_title(encoding: Encoding, fields: Mapping[str, Field]) -> str:
    """Return the title of what a channel shows.

    >>> measure_title(Encoding(aggregate="count"), {})
    'Number of rows'
    """
    title = _aggregate_title(encoding, fields)
    if encoding.window is None:
        return title
    op = encoding.window["op"]
    if op == "running_total" and encoding.aggregate in ("sum", "count"):
        return f"Running {_spoken(title)}"
    if op == "share" and encoding.field is None and encoding.metric is None:
        return "Share of rows"
    name = WINDOW_NAMES[op].format(encoding.window.get("frame"))
    return f"{name} {_spoken(title)}"


def _aggregate_title(encoding: Encoding, fields: Mapping[str, Field]) -> str:
    if encoding.metric is not None:
        return encoding.metric.translate(UNTITLED)
    if encoding.field is None:
        return "Number of rows"
    field = fields[encoding.field]
    title = field_title(field)
    if encoding.aggregate is None:
        return title
    if encoding.aggregate == "mean" and field.yes is not None:
        said = _spoken(re.sub(r"^(?:is|has|was) ", "", title, flags=re.IGNORECASE))
        return f"Share {said}" if re.fullmatch(r"\w+(?:ed|en)", said) else f"Share of “{title}”"
    return f"{AGGREGATE_NAMES[encoding.aggregate]} {_spoken(title)}"


def _spoken(title: str) -> str:
    """Return a title as it stands within a line: "Average price", but "Average GDP"."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def chart_title(intent: ChartIntent, fields: Mapping[str, Field]) -> str:
    """Return one line that says what the chart shows, of which rows."""
    filters = filters_text(intent, fields)
    return shown_title(intent, fields) + (f", where {filters}" if filters else "")


def filters_text(intent: ChartIntent, fields: Mapping[str, Field]) -> str:
    """Return of which rows a chart is, as one line; empty where of all."""
    return " and ".join(filter_text(each["filter"], fields) for each in intent.transform)


def shown_title(intent: ChartIntent, fields: Mapping[str, Field]) -> str:
    """Return what a chart shows, in one line."""
    measures = [each for each in intent.encoding.values() if each.aggregate or each.metric]
    groups = [each for each in intent.encoding.values() if each.field and not (each.aggregate or each.metric)]
    names = list(dict.fromkeys(group_title(each, fields[each.field or ""]) for each in groups))
    if "longitude" in intent.encoding:
        places = {intent.encoding["longitude"].field, intent.encoding["latitude"].field}
        others = [group_title(e, fields[e.field or ""]) for e in groups if e.field not in places]
        by = _listed(["place", *others])
        title = f"{measure_title(measures[0], fields)} by {by}" if measures else f"Rows by {by}"
    elif intent.mark == "boxplot" and len(names) > 1:
        numbers = [each for each in groups if fields[each.field or ""].kind == "quantitative"]
        measured = next((each for each in numbers if each is intent.encoding.get("y")), numbers[0])
        shown = group_title(measured, fields[measured.field or ""])
        title = f"{shown} by {_listed([name for name in names if name != shown])}"
    elif measures:
        title = measure_title(measures[0], fields) + (f" by {_listed(names)}" if names else "")
    else:
        title = f"{names[1]} and {names[0]}" if len(names) == 2 else _listed(names)
    if intent.limit is not None:
        title += f", {'bottom' if _ascending(intent) else 'top'} {intent.limit}"
    return title


def _ascending(intent: ChartIntent) -> bool:
    return any(each.sort is not None and not each.sort.startswith("-") for each in intent.encoding.values())


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def filter_text(predicate: Mapping[str, object], fields: Mapping[str, Field]) -> str:
    """Return a filter as people read it.

    >>> filter_text({"field": "age", "gte": 3}, {"age": Field("age", 0, "quantitative", 9, ((),))})
    'Age ≥ 3'
    """
    inner = predicate.get("not")
    if isinstance(inner, Mapping):
        said = filter_text(inner, fields)
        is_value = "equal" in inner or "oneOf" in inner
        return said.replace(" is ", " is not ", 1) if is_value else f"not {said}"
    if "param" in predicate:
        return str(predicate["param"])
    title = field_title(fields[str(predicate["field"])])
    if "equal" in predicate:
        return f"{title} is {_moment(predicate['equal'])}"
    if isinstance(several := predicate.get("oneOf"), list | tuple):
        return f"{title} is {_any_of([str(each) for each in several])}"
    if isinstance(bounds := predicate.get("range"), list | tuple):
        low, high = _moment(bounds[0]), _moment(bounds[1])
        return f"{title} is {low}" if low == high else f"{title} from {low} to {high}"
    name = next(each for each in COMPARED if each in predicate)
    return f"{title} {COMPARED[name]} {_moment(predicate[name])}"


def _any_of(values: list[str]) -> str:
    shown = (
        values if len(values) <= MOST_NAMED else [*values[:MOST_NAMED], f"{len(values) - MOST_NAMED} more"]
    )
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _moment(value: object) -> str:
    if isinstance(value, Mapping):
        parts = [
            f"{value[name]:02d}" if name != "year" else str(value[name])
            for name in ("year", "month", "date")
            if name in value
        ]
        return "-".join(parts)
    return f"{value:,}" if isinstance(value, int | float) and abs(value) >= LARGE else str(value)


def number_format(values: list[float]) -> str:
    """Return the format of an axis for such numbers, in d3's words.

    >>> number_format([1, 2_000_000]), number_format([0.25, 0.5])
    ('.3~s', ',.3~f')
    """
    largest = max((abs(each) for each in values), default=0.0)
    if largest >= LARGE:
        return ".3~s"
    return ",d" if all(float(each).is_integer() for each in values) else ",.3~f"
