"""The rows a chart leaves out when a person wants no outliers: as filters, which can be read and changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.measuring import numbers_of
from autodash_jupyter.charts.predicates import matching_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["filtered_fields", "without_outliers"]

REACH = 1.5  # times the distance of the quartiles, as whiskers of a box plot


def filtered_fields(intent: ChartIntent) -> Iterator[str]:
    """Go through the columns that filters are about."""
    for each in intent.transform:
        predicate = each["filter"]
        while "not" in predicate:
            predicate = predicate["not"]
        if "field" in predicate:
            yield predicate["field"]


def without_outliers(
    frame: pd.DataFrame,
    intent: ChartIntent,
    fields: Mapping[str, Field],
    conditions: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return a predicate for each column of numbers that a chart shows: its values within the whiskers.

    >>> import pandas as pd
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> from autodash_jupyter.charts.intent import Encoding
    >>> frame = pd.DataFrame({"price": [1.0, 2.0, 3.0, 4.0, 99.0]})
    >>> intent = ChartIntent("bar", {"y": Encoding("price", "mean")})
    >>> without_outliers(frame, intent, {each.name: each for each in describe_fields(frame)})
    [{'field': 'price', 'lte': 7.0}]
    """
    kept = matching_rows(frame, fields, intent.transform, conditions)
    found = []
    for name in intent.fields:
        if fields[name].kind != "quantitative":
            continue
        values = numbers_of(kept, fields[name])
        low, high = (float(values.quantile(share)) for share in (0.25, 0.75))
        reach = REACH * (high - low)
        if math.isfinite(reach) and reach > 0:
            found.append(_within(name, low - reach, high + reach, float(values.min()), float(values.max())))
    return found


def _within(name: str, low: float, high: float, least: float, most: float) -> dict[str, Any]:
    """Return the predicate, without the bound that no value is beyond; bounds are rounded outwards."""
    step = 10.0 ** (math.floor(math.log10(high - low)) - 3)
    low, high = (round(math.floor(low / step) * step, 12), round(math.ceil(high / step) * step, 12))
    if least >= low:
        return {"field": name, "lte": high}
    return {"field": name, "range": [low, high]} if most > high else {"field": name, "gte": low}
