"""How much a chart tells: the strength of the pattern it shows, from 0 (none) to 1, measured on a sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autodash_jupyter.charts.dashboard.levels import levels_of
from autodash_jupyter.charts.data import chart_data
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.predicates import column_of

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.charts.vocabulary import Vocabulary

__all__ = ["Information", "Sample", "information"]

ENOUGH_ROWS = 30  # fewer say proportionally less
DISTRIBUTION = 0.2  # what any distribution tells
UNEVEN, YES_OR_NO = 0.55, 0.12  # that groups, or yes and no, aren't equally large is seldom news
TIME_BONUS = 0.15  # what people want to see first
Numbers = np.ndarray[Any, np.dtype[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Information:
    """A strength from 0 to 1, and how it was measured."""

    strength: float
    how: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows of a table that charts are weighed on, and the words for its columns."""

    frame: pd.DataFrame
    words: Vocabulary

    @property
    def fields(self) -> Mapping[str, Field]:
        """The columns by their names."""
        return {field.name: field for field in self.words.fields if field.metric is None}

    def numbers(self, name: str) -> Numbers:
        """Return a column as numbers, what is missing as NaN."""
        import pandas as pd

        values = pd.to_numeric(column_of(self.frame, self.fields[name]), errors="coerce")
        return values.astype("float64").replace([math.inf, -math.inf], math.nan).to_numpy("float64")

    def levels(self, name: str) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Return a column as the numbers of its levels, -1 where it is missing."""
        return levels_of(self.frame, self.fields[name])[0]

    def rows(self, intent: ChartIntent) -> tuple[Mapping[str, Any], ...]:
        """Return what the chart would draw."""
        return chart_data(self.frame, intent, self.fields, self.words.metrics, self.words.conditions).rows


def information(sample: Sample, intent: ChartIntent) -> Information:
    """Return how much a chart tells of a table.

    Raises ExpressionError where a metric of the context can't be computed.

    >>> import pandas as pd
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> from autodash_jupyter.charts.vocabulary import vocabulary
    >>> cities, heat = ["Rome", "Oslo"] * 20, [30.0, 10.0] * 20
    >>> frame = pd.DataFrame({"city": cities, "heat": heat, "die": [1, 1, 2, 2] * 10})
    >>> sample = Sample(frame, vocabulary(describe_fields(frame), None))
    >>> from autodash_jupyter.charts.intent import Encoding
    >>> def told(number):
    ...     intent = ChartIntent("bar", {"x": Encoding("city"), "y": Encoding(number, "mean")})
    ...     return round(information(sample, intent).strength, 2)
    >>> told("heat"), told("die")
    (1.0, 0.0)
    """
    found = _measured_by(intent)(sample, intent)
    enough = min(1.0, len(sample.frame) / ENOUGH_ROWS)
    return Information(round(min(1.0, max(0.0, found.strength)) * enough, 4), found.how)


def _measured_by(intent: ChartIntent) -> Callable[[Sample, ChartIntent], Information]:
    if intent.mark == "point":
        return _going_along
    if intent.mark == "boxplot":
        return _spread
    if intent.mark == "rect":
        return _association
    if intent.encoding["x"].bin:
        return _distribution
    return _series if intent.encoding["x"].timeUnit or intent.mark == "line" else _comparison


def _going_along(sample: Sample, intent: ChartIntent) -> Information:
    """Spearman's rank correlation; a colour adds how much its groups differ on either axis."""
    x, y = (sample.numbers(intent.encoding[each].field or "") for each in ("x", "y"))
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 3:
        return Information(0.0, "too few rows with both")
    strength = abs(_correlation(_ranks(x[both]), _ranks(y[both])))
    how = f"rank correlation {strength:.2f} over {both.sum():,} rows"
    if (color := intent.encoding.get("color")) is not None:
        levels = sample.levels(color.field or "")
        apart = max(_explained(each, levels) for each in (x, y))
        return Information(strength * 0.75 + 0.25 * math.sqrt(apart), f"{how}; groups explain {apart:.0%}")
    return Information(strength * 0.9, how)


def _spread(sample: Sample, intent: ChartIntent) -> Information:
    explained = _explained(
        sample.numbers(intent.encoding["y"].field or ""), sample.levels(intent.encoding["x"].field or "")
    )
    return Information(0.95 * math.sqrt(explained), f"groups explain {explained:.0%} of the variance")


def _association(sample: Sample, intent: ChartIntent) -> Information:
    """Cramér's V, corrected for chance (Bergsma 2013)."""
    a, b = (sample.levels(intent.encoding[each].field or "") for each in ("x", "y"))
    both = (a >= 0) & (b >= 0)
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a[both], b[both]), 1)
    n = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    phi = float(np.where(expected > 0, (table - expected) ** 2 / expected, 0.0).sum() / n)
    r, c = table.shape
    phi = max(0.0, phi - (r - 1) * (c - 1) / max(n - 1, 1))
    r, c = r - (r - 1) ** 2 / max(n - 1, 1), c - (c - 1) ** 2 / max(n - 1, 1)
    strength = math.sqrt(phi / max(min(r, c) - 1, 1e-9))
    return Information(min(strength, 1.0) * 0.9, f"Cramér's V {min(strength, 1.0):.2f} over {int(n):,} rows")


def _distribution(sample: Sample, intent: ChartIntent) -> Information:
    """Any distribution tells something, a lopsided one more (Kelly's skewness, which outliers can't sway)."""
    values = sample.numbers(intent.encoding["x"].field or "")
    values = values[np.isfinite(values)]
    if len(values) < 3:
        return Information(0.0, "too few values")
    q10, q50, q90 = np.quantile(values, (0.1, 0.5, 0.9))
    skew = abs(q90 + q10 - 2 * q50) / (q90 - q10) if q90 > q10 else 0.0
    return Information(DISTRIBUTION + 0.3 * skew, f"skewness {skew:.2f} over {len(values):,} values")


def _comparison(sample: Sample, intent: ChartIntent) -> Information:
    measure = intent.encoding["y"]
    x = intent.encoding["x"].field or ""
    if measure.field and measure.aggregate in ("mean", "median", "min", "max"):
        explained = _explained(sample.numbers(measure.field), sample.levels(x))
        return Information(math.sqrt(explained), f"groups explain {explained:.0%} of the variance")
    values = _values(sample, intent)
    if len(values) < 2:
        return Information(0.0, "one group only")
    uneven = _unevenness(values)
    weight = YES_OR_NO if sample.fields[x].yes is not None else UNEVEN
    return Information(uneven * weight, f"unevenness {uneven:.2f} between {len(values)} groups")


def _series(sample: Sample, intent: ChartIntent) -> Information:
    """How smoothly the series runs (von Neumann's ratio), times how far it goes."""
    rows = sample.rows(intent)
    colour = "color" in intent.encoding
    lines: dict[Any, list[float]] = {}
    for row in sorted(rows, key=lambda row: str(row.get("x"))):
        if isinstance(row.get("y"), int | float):
            lines.setdefault(row.get("color"), []).append(float(row["y"]))
    strengths = [_smoothness(np.array(each)) for each in lines.values()]
    if not strengths:
        return Information(0.0, "no series")
    strength = float(np.mean(strengths))
    how = f"smoothness {strength:.2f} over {max(map(len, lines.values()))} points"
    if not colour:
        return Information(0.7 * strength + TIME_BONUS, how)
    apart = _explained(
        np.concatenate([np.array(each) for each in lines.values()]),
        np.repeat(np.arange(len(lines)), [len(each) for each in lines.values()]),
    )
    return Information(0.55 * strength + 0.3 * math.sqrt(apart) + TIME_BONUS / 2, how)


def _smoothness(values: Numbers) -> float:
    if len(values) < 3 or not np.ptp(values):
        return 0.0
    jumps = float((np.diff(values) ** 2).sum() / (2 * ((values - values.mean()) ** 2).sum()))
    reach = float(np.ptp(values) / max(np.abs(values).max(), 1e-300))
    return max(0.0, 1.0 - jumps) * min(1.0, 2 * reach)


def _values(sample: Sample, intent: ChartIntent) -> Numbers:
    found = [row.get("y") for row in sample.rows(intent)]
    return np.array([float(each) for each in found if isinstance(each, int | float)])


def _unevenness(values: Numbers) -> float:
    """How far shares are from equal: 0 where all are, 1 where one has all."""
    total = np.abs(values).sum()
    if not total or len(values) < 2:
        return 0.0
    shares, count = np.abs(values) / total, len(values)
    return float(math.sqrt(((shares - 1 / count) ** 2).sum() * count / (count - 1)))


def _explained(values: Numbers, levels: np.ndarray[Any, np.dtype[np.intp]]) -> float:
    """The share of a number's variance between groups, less what chance gives (Kelley's epsilon squared)."""
    there = np.isfinite(values) & (levels >= 0)
    y, group = values[there], levels[there]
    count = np.bincount(group)
    kinds = int((count > 0).sum())
    if kinds < 2 or len(y) <= kinds:
        return 0.0
    total = float(((y - y.mean()) ** 2).sum())
    means = np.bincount(group, weights=y) / np.maximum(count, 1)
    within = float(((y - means[group]) ** 2).sum())
    if total <= 0:
        return 0.0
    return max(0.0, 1.0 - (within / (len(y) - kinds)) / (total / (len(y) - 1)))


def _ranks(values: Numbers) -> Numbers:
    import pandas as pd

    return pd.Series(values).rank().to_numpy("float64")


def _correlation(x: Numbers, y: Numbers) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float((x**2).sum() * (y**2).sum()))
    return float((x * y).sum()) / size if size else 0.0
