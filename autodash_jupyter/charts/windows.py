"""What is said of a measure along its groups: running totals, moving averages, growth, shares of a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.draft import Draft
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent, Encoding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALONG_TIME", "UNITS", "find_window", "with_window", "windowed", "windows"]

ALONG_TIME = frozenset(
    {"running_total", "moving_average", "growth"}
)  # what an order of the groups is needed for
USUAL_FRAME = 3
MOST_GROUPS_BACK = 400
PER_YEAR = {"yearmonth": 12, "yearquarter": 4, "yearweek": 52}
UNITS = {
    "day": "yearmonthdate",
    "week": "yearweek",
    "month": "yearmonth",
    "quarter": "yearquarter",
    "year": "year",
}
UNIT = "|".join(UNITS)
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        rf"(?:(?P<frame>\d{{1,3}})[- ]?(?P<unit>{UNIT}|period|point)?s?[- ])?"
        r"(?:moving|rolling) (?:averages?|means?)"
        rf"(?: (?:over|of) (?P<over>\d{{1,3}}) (?P<units>{UNIT}|period|point)s?)?(?: (?:of|in|for))?",
        "moving_average",
    ),
    (
        r"(?:running|cumulative|accumulated|rolling) (?:totals?|sums?|counts?|number)(?: (?:of|in|for))?"
        r"|cumulative(?= \w)|cumulated|cumulatively|year[- ]to[- ]date",
        "running_total",
    ),
    (
        rf"(?P<pace>{UNIT})[- ](?:over|on|to)[- ](?P=pace)"
        r"(?: (?:growth|change)(?: rate)?s?)?(?: (?:of|in|for))?"
        r"|(?P<yearly>yoy)(?: (?:growth|change))?(?: (?:of|in|for))?",
        "growth",
    ),
    (
        r"(?:percent(?:age)?|relative|%) (?:changes?|growth)(?: (?:of|in|for))?"
        r"|growth(?: rates?)?(?: (?:of|in|for))?",
        "growth",
    ),
    (
        r"(?:percentages?|percent|proportions?|fractions?|portions?|%) of(?: (?:the )?(?:total|all))?"
        r"|(?:as|in) (?:a |an )?(?:shares?|percentages?|percent|proportions?|%)"
        r"(?: of (?:the )?(?:total|whole))?"
        r"|shares? of (?:the )?(?:total|all)",
        "share",
    ),
)


def find_window(sentence: str, draft: Draft, fields: Sequence[Field]) -> Mapping[str, Any] | None:
    """Return what the sentence wants made of a measure along its groups; its words are claimed.

    A word that is in a column's name is left to the column. ``unit`` is the time unit it speaks of.

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> said = "7-day moving average of price"
    >>> find_window(said, Draft(sentence_words(said), set()), [])
    {'op': 'moving_average', 'frame': 7, 'unit': 'yearmonthdate'}
    """
    own = {word for field in fields for name in field.names for word in name}
    for pattern, op in PATTERNS:
        seen = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", sentence, re.IGNORECASE)
        if seen is None or own & _telling_words(seen[0]):
            continue
        found = draft.claim(sentence, pattern)
        if found is not None:
            return _window(op, {name: text for name, text in found.groupdict().items() if text})
    return None


def _telling_words(text: str) -> set[str]:
    return {"rate", "growth", "share", "percent", "percentage", "running", "rolling", "proportion"} & set(
        re.findall(r"[a-z]+", text.lower().replace("rates", "rate").replace("shares", "share"))
    )


def _window(op: str, said: Mapping[str, str]) -> dict[str, Any]:
    window: dict[str, Any] = {"op": op}
    if op == "moving_average":
        wanted = int(said.get("frame") or said.get("over") or USUAL_FRAME)
        window["frame"] = max(2, min(wanted, MOST_GROUPS_BACK))
    if op == "growth":
        window["lag"] = 1
    pace = said.get("unit") or said.get("units") or said.get("pace") or ("year" if "yearly" in said else "")
    if pace.lower() in UNITS:
        window["unit"] = UNITS[pace.lower()]
    return window


def with_window(intent: ChartIntent, window: Mapping[str, Any], *, assumed: bool) -> ChartIntent | None:
    """Return an intent whose measure has a window, ``None`` where it can have none.

    ``assumed`` tells that the sentence named no aggregate: then a total is meant where one is needed.
    """
    channel = next((c for c in ("y", "theta", "color", "text") if _is_measured(c, intent)), None)
    if channel is None or intent.mark in ("point", "boxplot", "tick", "text"):
        return None
    measure = intent.encoding[channel]
    plain = {name: value for name, value in window.items() if name != "unit"}
    x = intent.encoding.get("x")
    if window["op"] in ALONG_TIME and (channel != "y" or x is None or not (x.timeUnit or x.bin or x.field)):
        return None
    if measure.aggregate is None and measure.metric is None:
        measure = replace(measure, aggregate="sum")  # one row for each group, as it is
    if window["op"] in ("running_total", "share") and measure.aggregate == "mean" and assumed:
        measure = replace(measure, aggregate="sum")
    if window["op"] in ("running_total", "share") and measure.aggregate not in ("count", "sum"):
        return None
    if window["op"] == "growth" and window.get("unit") == "year" and x is not None:
        plain["lag"] = PER_YEAR.get(x.timeUnit or "", 1)
    others = dict(intent.encoding)
    if window["op"] == "share" and intent.mark in ("bar", "area") and "color" in others and channel == "y":
        others[channel] = replace(measure, stack="normalize")
    elif window["op"] == "share" and "color" in others and "x" in others:
        others[channel] = replace(measure, window=plain | {"of": "x"})
    elif intent.mark != "arc":
        others[channel] = replace(measure, window=plain)
    return replace(intent, encoding=others)


def _is_measured(channel: str, intent: ChartIntent) -> bool:
    encoding = intent.encoding.get(channel, Encoding())
    as_it_is = channel == "y" and encoding.field is not None
    return encoding.aggregate is not None or encoding.metric is not None or as_it_is


def windows(intent: ChartIntent) -> dict[str, Mapping[str, Any]]:
    """Return the windows of an intent, by channel."""
    return {c: each.window for c, each in intent.encoding.items() if each.window is not None}


def windowed(
    table: pd.DataFrame, keys: Collection[str], channel: str, window: Mapping[str, Any]
) -> tuple[pd.DataFrame, list[str]]:
    """Return a table of groups whose measure has been put through a window, and what to say of it.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [2, 1, 3], "y": [4.0, 2.0, 2.0]})
    >>> windowed(table, ["x"], "y", {"op": "running_total"})[0]["y"].tolist()
    [2.0, 6.0, 8.0]
    """
    import numpy as np

    if window["op"] == "share":
        within = window.get("of")
        total = table.groupby(within)[channel].transform("sum") if within else table[channel].sum()
        return table.assign(**{channel: (table[channel] / total).replace([np.inf, -np.inf], np.nan)}), []
    ordered = table.sort_values("x", kind="stable").reset_index(drop=True)
    others = [key for key in keys if key != "x"]
    values = ordered[channel].astype("float64")
    series: Any = (
        values.groupby([ordered[key] for key in others], dropna=False, sort=False) if others else values
    )
    if window["op"] == "running_total":
        return ordered.assign(**{channel: series.cumsum()}), []
    if window["op"] == "moving_average":
        frame = int(window["frame"])
        made = (
            series.transform(lambda each: each.rolling(frame).mean())
            if others
            else series.rolling(frame).mean()
        )
        note = f"The first {frame - 1} have no average of {frame}, and are left out."
    else:
        lag = int(window.get("lag", 1))
        made = series.pct_change(lag, fill_method=None).replace([np.inf, -np.inf], np.nan)
        note = "The first has nothing to grow from, and is left out." if lag == 1 else ""
        note = note or f"The first {lag} have nothing to grow from, and are left out."
    kept = ordered.assign(**{channel: made}).dropna(subset=[channel])
    return kept, [note] if len(kept) < len(ordered) else []
