"""Figures as a person reads them at a glance: short, with their unit."""

from __future__ import annotations

import datetime as dt
import math

__all__ = ["SHARE", "change_text", "figure_text", "moment_text"]

SHARE = "share"
STEPS = ((1e12, "T"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEAST_CHANGE, MOST_CHANGE = 0.0005, 10.0  # what is told as a change, as a share
PLAIN_UNDER = 10_000  # smaller numbers are written out
BEFORE = {"€": "€ ", "eur": "€ ", "$": "$ ", "usd": "$ ", "£": "£ ", "gbp": "£ "}


def figure_text(value: object, unit: str = "") -> str:
    """Write a number in at most four digits, with its unit; ``SHARE`` makes percent of it.

    >>> figure_text(1_234_567, "EUR"), figure_text(0.123456), figure_text(0.25, SHARE), figure_text(None)
    ('€ 1.23M', '0.123', '25 %', '–')
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "–"
    if unit == SHARE:
        return f"{value * 100:.3g} %"
    before = BEFORE.get(unit.strip().lower(), "")
    after = "" if before or not unit else f" {unit}"
    return f"{before}{_short(float(value))}{after}"


def _short(value: float) -> str:
    size = abs(value)
    if size < PLAIN_UNDER:
        return f"{value:,.0f}" if value.is_integer() or size >= 1000 else f"{value:.3g}"
    for step, letter in STEPS:
        if float(f"{size:.3g}") >= step:
            return f"{float(f'{value:.3g}') / step:.3g}{letter}"
    return f"{value:,.0f}"


def change_text(before: object, after: object, when: str, since: str) -> str:
    """Write how a number changed from one time to another, or nothing where that can't be told.

    >>> change_text(100.0, 112.5, "Apr 2024", "Mar 2024"), change_text(0, 3, "2024", "2023")
    ('Apr 2024: ▲ 12 % on Mar 2024', '')
    >>> change_text(2, 5, "2024", "2023")
    '2024: ▲ 150 % on 2023'
    """
    numbers = [each for each in (before, after) if isinstance(each, int | float) and math.isfinite(each)]
    if len(numbers) < 2 or not numbers[0]:
        return ""
    change = (numbers[1] - numbers[0]) / abs(numbers[0])
    if abs(change) < LEAST_CHANGE:
        return f"{when}: as in {since}"
    if abs(change) >= MOST_CHANGE:
        return ""
    sign = "▲" if change > 0 else "▼"
    return f"{when}: {sign} {float(f'{abs(change) * 100:.2g}'):g} % on {since}"


def moment_text(value: object, unit: str | None) -> str:
    """Write a point in time as short as its unit allows.

    >>> moment_text("2024-03-05", "yearmonth"), moment_text("2024-03-05", "yearquarter")
    ('Mar 2024', '2024 Q1')
    """
    if not isinstance(value, str):
        return str(value)
    moment = dt.datetime.fromisoformat(value)
    if unit == "year":
        return str(moment.year)
    if unit == "yearquarter":
        return f"{moment.year} Q{(moment.month + 2) // 3}"
    month = f"{MONTHS[moment.month - 1]} {moment.year}"
    return month if unit == "yearmonth" else f"{moment.day} {month}"
