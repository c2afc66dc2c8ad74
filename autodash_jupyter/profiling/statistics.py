"""The numbers of a column: extremes and moments of all rows, order and frequency of the sampled ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autodash_jupyter.profiling.cells import cell_text, plain_value
from autodash_jupyter.profiling.frequencies import Frequencies, Ordered, most_distinct
from autodash_jupyter.profiling.moments import Moments
from autodash_jupyter.profiling.reading import Array, Reading, Tally

__all__ = ["Statistics", "compute_statistics", "estimate_distinct"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
HISTOGRAM_BINS = 24
TOP_VALUES = 12


@dataclass(frozen=True, slots=True)
class Statistics:
    """What ``ColumnProfile`` tells of a column's numbers; ``ordered`` is the sorted sample itself, and
    ``errors`` says of each approximate statistic how far it may be off.

    ``mean`` and ``std`` of spans are in seconds, and so are their quantiles; moments have none.
    """

    distinct: int | None = None
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    std: float | None = None
    quantiles: dict[str, float] = field(default_factory=dict)
    top_values: tuple[Tally, ...] = ()
    histogram: tuple[int, ...] = ()
    ordered: Array = field(default_factory=lambda: np.empty(0))
    errors: dict[str, float] = field(default_factory=dict)


def compute_statistics(reading: Reading) -> Statistics:
    """Work out the statistics of a column; the standard deviation is the sample's (n - 1)."""
    with np.errstate(all="ignore"):
        if reading.moments is not None and reading.family == "boolean":
            return _of_booleans(reading, reading.moments)
        if reading.moments is not None and reading.moments.count:
            return _of_ordered(reading, reading.moments)
    return _of_texts(reading)


def estimate_distinct(seen: int, singletons: int, sampled: int, total: int) -> int:
    """Estimate how many distinct values ``total`` rows hold from a sample of them.

    The first-order jackknife of Haas and Stokes (1998): values seen once stand for those not seen.

    >>> estimate_distinct(seen=100, singletons=100, sampled=100, total=1000)
    1000
    >>> estimate_distinct(seen=3, singletons=0, sampled=100, total=1000)
    3
    """
    if sampled >= total or sampled == 0:
        return seen
    unseen_share = (1 - sampled / total) * singletons / sampled
    return min(total, round(seen / (1 - unseen_share)))


def _of_texts(reading: Reading) -> Statistics:
    distinct, errors = reading.distinct, {}
    if distinct is not None and reading.approximate:
        seen = (distinct, reading.singletons, reading.sampled, reading.count)
        distinct, errors["distinct"] = reading.estimated or _jackknife(*seen)
        errors["top_values"] = _share_error(reading.sampled)
    scale = reading.count / reading.sampled if reading.sampled else 1.0
    shortened = [(cell_text(text), count) for text, count in reading.tallies[:TOP_VALUES]]
    top = () if reading.distinct is None else _scaled(shortened, scale)
    low, high = (None if edge is None else cell_text(edge) for edge in (reading.minimum, reading.maximum))
    return Statistics(distinct, low, high, top_values=top, errors=_notable(errors))


def _jackknife(seen: int, singletons: int, sampled: int, total: int) -> tuple[int, float]:
    found = estimate_distinct(seen, singletons, sampled, total)
    most = most_distinct(seen, singletons, sampled, total)
    return found, max(found - seen, most - found) / max(found, 1)


def _share_error(sampled: int) -> float:
    """How far a share of rows may be off in a sample: 99.9 % are nearer (Dvoretzky, Kiefer, Wolfowitz)."""
    return math.sqrt(math.log(2 / 0.001) / (2 * max(sampled, 1)))


def _notable(errors: dict[str, float]) -> dict[str, float]:
    return {name: error for name, error in errors.items() if error > 0}


def _of_booleans(reading: Reading, moments: Moments) -> Statistics:
    true = moments.count - moments.zeros
    tallies = [("True", true), ("False", reading.count - true)]
    top = tuple(sorted((tally for tally in tallies if tally[1]), key=lambda tally: -tally[1]))
    return Statistics(
        distinct=len(top),
        minimum=true == reading.count,
        maximum=true > 0,
        mean=true / reading.count,
        top_values=top,
    )


def _of_ordered(reading: Reading, moments: Moments) -> Statistics:
    ordered = reading.sample
    found = reading.frequencies or Frequencies.of_sorted(ordered)
    counted = int(found.counts.sum())
    seen = (len(found.values), found.singletons, counted, moments.count)
    distinct, distinct_error = reading.estimated or _jackknife(*seen)
    scale = moments.count / counted if counted else 1.0
    top = _scaled(_most_frequent(found), scale)
    low, high = moments.minimum, moments.maximum
    is_time = reading.family == "time"
    seconds = _seconds_of(reading.values.dtype)
    # Numbers kept as text may be known by a sample only; their histogram is of all rows nevertheless.
    rows = max(moments.count, reading.count - reading.infinite) if reading.approximate else moments.count
    errors = {"distinct": distinct_error, **_of_a_sample(reading, moments, seconds)}
    if reading.approximate and top:
        errors["top_values"] = _share_error(counted)
    if reading.in_order is None:
        numbers: Frequencies | Ordered = Frequencies(_as_numbers(found.values), found.counts)
        if reading.approximate:
            errors |= dict.fromkeys(("quantiles", "histogram"), _share_error(counted))
    else:
        numbers = Ordered(_as_numbers(reading.in_order))
    return Statistics(
        distinct=distinct,
        minimum=_extreme(low),
        maximum=_extreme(high),
        mean=None if is_time else _finite(moments.mean * seconds),
        std=None if is_time or moments.std is None else _finite(moments.std * seconds),
        quantiles={} if is_time else _quantiles(numbers, seconds),
        top_values=top,
        histogram=_histogram(numbers, low, high, rows),
        ordered=ordered,
        errors=_notable(errors),
    )


def _of_a_sample(reading: Reading, moments: Moments, seconds: float) -> dict[str, float]:
    """Return the errors of what is exact unless only some of the rows were read at all."""
    if moments.count + moments.infinite >= reading.count or not reading.approximate:
        return {}
    beyond = math.log(1000) / moments.count
    errors = {"minimum": beyond, "maximum": beyond}
    if reading.family != "time":
        errors["mean"] = 3.3 * (moments.std or 0.0) * seconds / math.sqrt(moments.count)
        errors["std"] = 3.3 * _error_of_std(_as_numbers(reading.sample)) * seconds
    return errors


def _error_of_std(numbers: Array) -> float:
    """Return the standard error of a sample's standard deviation, by the numbers' fourth moment."""
    squares = (numbers.astype(np.float64) - float(numbers.mean())) ** 2 if len(numbers) else np.zeros(1)
    variance = float(squares.mean())
    spread = float((squares**2).mean()) - variance**2
    return math.sqrt(max(spread, 0.0) / len(squares)) / (2 * math.sqrt(variance)) if variance > 0 else 0.0


def _seconds_of(dtype: np.dtype[Any]) -> float:
    """How many seconds the unit of a span has; 1 for numbers."""
    if dtype.kind != "m":
        return 1.0
    unit, size = np.datetime_data(dtype)
    return float(np.timedelta64(size, unit) / np.timedelta64(1, "s"))  # type: ignore[call-overload]


def _as_numbers(values: Array) -> Array:
    """Numbers as they are; moments and spans as integers, in the unit of their dtype."""
    if values.dtype.kind not in "mM":
        return values
    return values.astype(values.dtype.newbyteorder("="), copy=False).view(np.int64)


def _extreme(value: Any) -> Any:
    """A plain value; moments and spans beyond what Python can hold come as text."""
    plain = plain_value(value)
    if isinstance(plain, int) and value.dtype.kind in "Mm":
        unit = np.datetime_data(value.dtype)[0]
        try:
            plain = plain_value(value.astype(f"{value.dtype.kind}8[us]")) if unit == "ns" else str(value)
        except (ValueError, OverflowError):
            plain = str(value)
        return str(value) if isinstance(plain, int) else plain
    return plain


def _finite(number: Any) -> float | None:
    return float(number) if math.isfinite(number) else None


def _quantiles(found: Frequencies | Ordered, seconds: float) -> dict[str, float]:
    if not len(found.values):
        return {}
    numbers = found.quantiles(np.array(QUANTILES)) * seconds
    return {f"{share:.0%}": float(q) for share, q in zip(QUANTILES, numbers, strict=True) if math.isfinite(q)}


def _most_frequent(found: Frequencies) -> list[Tally]:
    """The most frequent values, none where hardly any comes twice."""
    distinct, counts = found.values, found.counts
    if len(distinct) > 0.9 * counts.sum() and len(distinct) > TOP_VALUES:
        return []
    first = np.argsort(-counts, kind="stable")[:TOP_VALUES]
    return [(_value_text(distinct[position]), int(counts[position])) for position in first]


def _value_text(value: Any) -> str:
    if value.dtype.kind == "M":
        return str(value.astype("datetime64[s]")).replace("T00:00:00", "").replace("T", " ")
    if value.dtype.kind == "m":
        return str(value.astype("timedelta64[s]").item())
    if value.dtype.kind == "f" and abs(value) < 1e15 and value.is_integer():
        return str(int(value))
    return str(value)


def _scaled(tallies: Any, scale: float) -> tuple[Tally, ...]:
    return tuple((text, round(count * scale)) for text, count in tallies)


def _histogram(found: Frequencies | Ordered, low: Any, high: Any, total: int) -> tuple[int, ...]:
    """Count rows in equally wide bins from ``low`` to ``high``, scaled up to all rows."""
    first, last = (float(_as_numbers(np.asarray(edge))) for edge in (low, high))
    if not (len(found.values) and last > first and math.isfinite(last - first)):
        return ()
    bins = HISTOGRAM_BINS
    if np.asarray(low).dtype.kind in "iu" and last - first < bins:
        bins = int(last - first) + 1
        first, last = first - 0.5, last + 0.5
    inner = found.rows_below(np.linspace(first, last, bins + 1)[1:-1])
    counted = len(found.values) if isinstance(found, Ordered) else int(found.counts.sum())
    rows, scale = np.diff(inner, prepend=0, append=counted), total / counted
    return tuple(round(float(count) * scale) for count in rows)
