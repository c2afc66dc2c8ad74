"""How values of a column are put together before anything is counted: bins, time units, top and other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WEEKDAYS", "bin_starts", "bin_step", "by_time_unit"]

MOST_BINS = 200
A_FEW_MORE = 1.3
PERIODS = {"year": "Y", "yearquarter": "Q", "yearmonth": "M", "yearweek": "W", "yearmonthdate": "D"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def bin_step(low: float, high: float, asked: bool | Mapping[str, float], *, whole: bool) -> float:
    """Return how wide bins are: as asked, or the smallest of 1, 2, 5 × 10ⁿ that gives few enough.

    >>> bin_step(0, 97, True, whole=True), bin_step(0, 97, {"step": 25}, whole=True)
    (10.0, 25.0)
    """
    span = high - low
    options = asked if isinstance(asked, Mapping) else {}
    step = float(options.get("step", 0))
    if step > 0 and span / step <= MOST_BINS:
        return step
    # A few more than asked for are better than half as many: 11 bins of 10 rather than 6 of 20.
    wanted = span / max(float(options.get("maxbins", 10)) * A_FEW_MORE, 1.0)
    if wanted <= 0 or not math.isfinite(wanted):
        return 1.0
    size = 10.0 ** math.floor(math.log10(wanted))
    nice = next(each * size for each in (1.0, 2.0, 5.0, 10.0) if each * size >= wanted * (1 - 1e-9))
    return max(nice, 1.0) if whole else nice


def bin_starts(values: pd.Series[Any], step: float) -> pd.Series[Any]:
    """Return where the bin of each value begins; bins begin at multiples of ``step``.

    >>> import pandas as pd
    >>> bin_starts(pd.Series([1.0, 12.0, 20.0]), 10.0).tolist()
    [0.0, 10.0, 20.0]
    """
    import numpy as np

    numbers = values.astype("float64")
    return ((numbers / step + 1e-9).apply(np.floor) * step).round(12)


def by_time_unit(dates: pd.Series[Any], unit: str | None) -> pd.Series[Any]:
    """Return the beginning of each date's unit, or its name where the unit comes round again.

    >>> import pandas as pd
    >>> by_time_unit(pd.Series(pd.to_datetime(["2021-05-17"])), "yearmonth").astype(str).tolist()
    ['2021-05-01']
    """
    if unit is None:
        return dates
    if unit == "day":
        found: pd.Series[Any] = dates.dt.day_of_week.map(dict(enumerate(WEEKDAYS)))
    elif unit == "hours":
        found = dates.dt.hour
    else:
        found = dates.dt.to_period(PERIODS.get(unit, "Y")).dt.start_time
    return found
