"""A profile as strict JSON, for records that are kept and shown elsewhere."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.cells import cell_text, clean_text
from autodash_jupyter.profiling.patterns import mask_personal

__all__ = ["MASKED", "columns_info"]

MASKED = "(personal, not shown)"
_SAMPLES = 5


def columns_info(profile: FrameProfile) -> dict[str, dict[str, Any]]:
    """Return, for each column, what a record tells of it; every value is strict JSON.

    Keys are ``dtype semantic_type missing distinct samples statistics``. The samples and extremes of
    columns with personal data are masked. A label that comes twice gets ``_2`` the second time.

    >>> import pandas as pd
    >>> from autodash_jupyter.profiling import profile
    >>> info = columns_info(profile(pd.DataFrame({"email": ["ann@example.org", "bob@example.org"]})))
    >>> info["email"]["semantic_type"], info["email"]["samples"]
    ('email', ['(personal, not shown)'])
    """
    info: dict[str, dict[str, Any]] = {}
    for column in profile.columns:
        info[_free_label(clean_text(column.name), info)] = _column_info(column)
    return info


def _free_label(label: str, taken: dict[str, dict[str, Any]]) -> str:
    free, number = label, 1
    while free in taken:
        number += 1
        free = f"{label}_{number}"
    return free


def _column_info(column: ColumnProfile) -> dict[str, Any]:
    samples = [mask_personal(clean_text(text)) for text, _ in column.top_values[:_SAMPLES]]
    extremes = {"minimum": _json_value(column.minimum), "maximum": _json_value(column.maximum)}
    if column.personal:
        samples, extremes = [MASKED], {}
    numbers = {"mean": column.mean, "std": column.std, **column.quantiles}
    statistics = {**extremes, **numbers, "unit": column.unit, "granularity": column.granularity}
    return {
        "dtype": column.dtype,
        "semantic_type": column.semantic_type,
        "missing": column.missing,
        "distinct": column.distinct,
        "samples": samples,
        "statistics": {key: value for key, value in statistics.items() if value is not None},
    }


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    return mask_personal(clean_text(cell_text(value)))
