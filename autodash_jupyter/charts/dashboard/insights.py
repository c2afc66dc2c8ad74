"""One line on what each chart shows, computed from its numbers, with the code that gives them again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.charts.code import pandas_code
from autodash_jupyter.charts.dashboard.filters import Numbers, draws_rows
from autodash_jupyter.charts.dashboard.numbers_text import SHARE, figure_text, moment_text
from autodash_jupyter.charts.dashboard.plan import Tile
from autodash_jupyter.charts.dashboard.roles import SHARE_OF_YES
from autodash_jupyter.charts.data import OTHER, ChartData
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.measuring import is_measure
from autodash_jupyter.charts.wording import field_title

__all__ = ["Insight", "insight"]

ADDITIVE = frozenset({"sum", "count"})


@dataclass(frozen=True, slots=True)
class Insight:
    """What a chart shows, in one line.

    ``values`` are the numbers the line speaks of, by what they are; ``code`` is pandas code that gives the
    chart's numbers as ``result``; ``how`` says how strong the pattern is, and how that was measured.
    """

    text: str
    values: Mapping[str, Any]
    code: str
    how: str = ""


def insight(tile: Tile, data: ChartData, numbers: Numbers) -> Insight:
    """Return what a chart of all rows shows; its text is empty where there is nothing to say."""
    text, values = _told_by(tile.intent)(tile.intent, data, numbers)
    words = numbers.words
    code = pandas_code(tile.intent, data, numbers.fields, words.metrics, words.conditions)
    return Insight(text, values, code, tile.reason)


Told = tuple[str, dict[str, Any]]


def _told_by(intent: ChartIntent) -> Callable[[ChartIntent, ChartData, Numbers], Told]:
    if draws_rows(intent):
        return _going_along if intent.mark == "point" else _nothing
    if intent.mark == "bar" and intent.encoding["x"].bin:
        return _distribution
    return BY_MARK.get(intent.mark, _nothing)


def _nothing(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    del intent, data, numbers
    return "", {}


def _measured(data: ChartData, key: str, value: str) -> list[tuple[Any, float]]:
    """Return the groups of a chart with their numbers, those of one group added."""
    found: dict[Any, float] = {}
    for row in data.rows:
        number = row.get(value)
        if isinstance(number, int | float) and row.get(key) is not None:
            found[row[key]] = found.get(row[key], 0.0) + number
    return list(found.items())


def _groups(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    key, value = ("color", "theta") if intent.mark == "arc" else ("x", "y")
    measure = intent.encoding[value]
    if not is_measure(measure):
        return "", {}
    if "color" in intent.encoding and key == "x" and measure.aggregate not in ADDITIVE:
        return "", {}  # averages of parts don't add up
    groups = [each for each in _measured(data, key, value) if each[0] != OTHER]
    if len(groups) < 2:
        return "", {}
    unit = _unit(intent, value, numbers)
    groups.sort(key=lambda each: -each[1])
    (first, most), (last, least) = groups[0], groups[-1]
    values = {"highest": first, "highest_value": most, "lowest": last, "lowest_value": least}
    text = f"{_name(first)} is highest with {figure_text(most, unit)}"
    total = sum(number for _, number in _measured(data, key, value))
    if (measure.aggregate in ADDITIVE or intent.mark == "arc") and least >= 0 and total > 0:
        values["share"] = most / total
        text += f", {most / total:.0%} of all"
    if least > 0 and most / least >= 1.1:
        values["times_lowest"] = most / least
        text += f"; {most / least:.1f} times {_name(last)}"
    elif least != most:
        text += f"; {_name(last)} is lowest with {figure_text(least, unit)}"
    return text, values


def _series(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    measure = intent.encoding["y"]
    if not is_measure(measure) or ("color" in intent.encoding and measure.aggregate not in ADDITIVE):
        return "", {}
    points = sorted(_measured(data, "x", "y"))
    if len(points) < 3:
        return "", {}
    unit, when = _unit(intent, "y", numbers), intent.encoding["x"].timeUnit
    top = max(points, key=lambda each: each[1])
    (start, first), (end, last) = points[0], points[-1]
    values = {"first": first, "last": last, "peak": top[1], "peak_at": top[0], "from": start, "to": end}
    text = f"Peak of {figure_text(top[1], unit)} in {moment_text(top[0], when)}"
    if first > 0:
        change = last / first - 1
        values["change"] = change
        went = "up" if change > 0 else "down"
        text += f"; {went} {abs(change):.0%} from {moment_text(start, when)} to {moment_text(end, when)}"
    return text, values


def _distribution(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    from autodash_jupyter.charts.predicates import column_of, matching_rows

    field = numbers.fields[intent.encoding["x"].field or ""]
    frame = matching_rows(numbers.frame, numbers.fields, intent.transform, numbers.words.conditions)
    values = _finite(column_of(frame, field))
    if len(values) < 4:
        return "", {}
    low, middle, high = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
    text = (
        f"Half lies between {figure_text(low, field.unit)} and {figure_text(high, field.unit)}; "
        f"the median is {figure_text(middle, field.unit)}"
    )
    del data
    return text, {"q1": low, "median": middle, "q3": high}


def _going_along(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    import pandas as pd

    from autodash_jupyter.charts.predicates import column_of, matching_rows

    x, y = (numbers.fields.get(intent.encoding[each].field or "") for each in ("x", "y"))
    if x is None or y is None or {x.kind, y.kind} != {"quantitative"}:
        return "", {}
    frame = matching_rows(numbers.frame, numbers.fields, intent.transform, numbers.words.conditions)
    pair = pd.DataFrame({"x": _finite(column_of(frame, x)), "y": _finite(column_of(frame, y))}).dropna()
    del data
    if len(pair) < 3:
        return "", {}
    found = float(pair["x"].rank().corr(pair["y"].rank()))
    if math.isnan(found):  # one of them never changes
        return "", {}
    strength = next(word for least, word in STRENGTHS if abs(found) >= least)
    sign = "" if abs(found) < 0.1 else (" upwards" if found > 0 else " downwards")
    text = f"{strength}{sign} (rank correlation {found:.2f})"
    return text, {"rank_correlation": found, "rows": len(pair)}


STRENGTHS = (
    (0.8, "They go along closely,"),
    (0.5, "They go along,"),
    (0.1, "They go along a little,"),
    (0.0, "They don't go along"),
)


def _boxes(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    group = next((c for c in ("x", "y") if any(c in row for row in data.rows)), None)
    if group is None or "color" in intent.encoding:
        return "", {}
    measured = numbers.fields[intent.encoding["y" if group == "x" else "x"].field or ""]
    rows = sorted(data.rows, key=lambda row: -row["median"])
    if len(rows) < 2:
        return "", {}
    high, low = rows[0], rows[-1]
    text = (
        f"The median is highest in {_name(high[group])} ({figure_text(high['median'], measured.unit)}), "
        f"lowest in {_name(low[group])} ({figure_text(low['median'], measured.unit)})"
    )
    return text, {"highest": high[group], "lowest": low[group], "high": high["median"], "low": low["median"]}


def _commonest(intent: ChartIntent, data: ChartData, numbers: Numbers) -> Told:
    rows = [row for row in data.rows if isinstance(row.get("color"), int | float)]
    if intent.encoding.get("color") is None or intent.encoding["color"].aggregate != "count" or not rows:
        return "", {}
    top = max(rows, key=lambda row: row["color"])
    total = sum(row["color"] for row in rows)
    titles = [field_title(numbers.fields[intent.encoding[c].field or ""]) for c in ("x", "y")]
    text = (
        f"Most often: {titles[0]} {_name(top['x'])} with {titles[1]} {_name(top['y'])}, "
        f"{top['color'] / total:.0%} of the rows"
    )
    return text, {"x": top["x"], "y": top["y"], "rows": top["color"], "share": top["color"] / total}


def _unit(intent: ChartIntent, channel: str, numbers: Numbers) -> str:
    measure = intent.encoding[channel]
    if measure.aggregate in ("count", "distinct"):
        return ""
    if SHARE_OF_YES.fullmatch(numbers.words.metrics.get(measure.metric or "", "")):
        return SHARE
    named: Sequence[str] = [each for each in (measure.metric, measure.field) if each]
    units = (field.unit for name in named for field in numbers.words.fields if field.name == name)
    return next((unit for unit in units if unit), "")


def _finite(column: Any) -> Any:
    import pandas as pd

    values = pd.to_numeric(column, errors="coerce").astype("float64")
    return values[values.abs() < float("inf")]


def _name(value: object, longest: int = 30) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a rating with gaps is kept as 5.0
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


BY_MARK: Mapping[str, Callable[[ChartIntent, ChartData, Numbers], Told]] = {
    "arc": _groups,
    "area": _series,
    "bar": _groups,
    "boxplot": _boxes,
    "line": _series,
    "rect": _commonest,
}
