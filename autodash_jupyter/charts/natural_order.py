"""Words that have an order of their own: age bands, sizes, levels, months; no measure rearranges them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["natural_order"]

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
BELOW = re.compile(r"^\s*(?:under|below|less than|up to|until|<=?|≤)", re.IGNORECASE)
ABOVE = re.compile(
    r"(?:\+\s*$|^\s*(?:over|above|more than|>=?|≥)|(?:and|or) (?:over|above|more|older)\s*$)", re.IGNORECASE
)
AMOUNT = r"[^\w\s]?\d+(?:[.,]\d+)?[a-z%]{0,5}"
BAND = re.compile(
    r"^\s*(?:(?:under|below|less than|up to|until|over|above|more than|aged?|[<>≤≥]=?)\s*)?"
    rf"{AMOUNT}(?:\s*(?:-|–|to|and|or)\s*(?:{AMOUNT}|over|above|more|older|under|less|younger))?"
    r"\s*\+?\s*(?:years?|yrs?|days?|months?|hours?|km|kg)?\s*$",
    re.IGNORECASE,
)
ORDERS: tuple[tuple[str, ...], ...] = (
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("tiny", "very small", "small", "medium", "large", "very large", "extra large", "huge"),
    ("none", "very low", "low", "moderate", "medium", "high", "very high", "critical"),
    ("never", "rarely", "seldom", "sometimes", "often", "usually", "always"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("terrible", "poor", "fair", "average", "good", "very good", "excellent"),
    ("bronze", "silver", "gold", "platinum", "diamond"),
    ("infant", "child", "teenager", "adolescent", "young adult", "adult", "middle-aged", "senior", "elderly"),
    ("young", "middle", "middle-aged", "old"),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december"),
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    ("morning", "noon", "afternoon", "evening", "night"),
    ("spring", "summer", "autumn", "fall", "winter"),
    ("first", "second", "third", "fourth", "fifth", "sixth"),
)  # fmt: skip


def natural_order(values: Sequence[object]) -> list[object] | None:
    """Return values in the order that they have of their own, ``None`` where they have none.

    >>> natural_order(["60+", "under 18", "18-29"]), natural_order(["High", "Low"])
    (['under 18', '18-29', '60+'], ['Low', 'High'])
    >>> natural_order(["Rome", "Oslo"]), natural_order(["4711", "0815"])
    (None, None)
    """
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) < 2 or len(texts) < len(values):
        return None
    folded = {text: text.strip().lower() for text in texts}
    for order in ORDERS:
        if set(folded.values()) <= set(order):
            return sorted(values, key=lambda each: order.index(folded[str(each)]))
    is_codes = all(text.strip().isdigit() for text in texts)
    if all(BAND.match(text) for text in texts) and not is_codes:
        return sorted(values, key=lambda each: _start(str(each)))
    return None


def _start(text: str) -> tuple[float, int]:
    """Return where a band begins: "under 18" before "18-29", "60+" after "60"."""
    found = NUMBER.search(text)
    number = float(found[0].replace(",", ".")) if found else 0.0
    return number, -1 if BELOW.search(text) else (1 if ABOVE.search(text) else 0)
