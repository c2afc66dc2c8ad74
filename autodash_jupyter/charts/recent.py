"""Filters that look back from the latest date a table has: "in the last 6 months", "last quarter"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from autodash_jupyter.charts.comparisons import Comparison
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.words import Word

__all__ = ["find_recent"]

RECENT = re.compile(
    r"\b(?:(?:in|over|during|for|from|within|since) )?(?:the )?(?:last|past|previous|recent)"
    r"(?: (\d{1,4}))? (day|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def find_recent(
    sentence: str, words: Sequence[Word], fields: Sequence[Field], taken: set[int]
) -> tuple[Comparison, ...]:
    """Return the filter that a span back in time makes; its words are added to ``taken``.

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> sold = Field("sold", 0, "temporal", 9, (("sold",),), latest=date(2022, 5, 31))
    >>> said = "sales in the last 3 months"
    >>> find_recent(said, sentence_words(said), [sold], set())[0].predicate
    {'field': 'sold', 'gt': {'year': 2022, 'month': 2, 'date': 28}}
    """
    found = RECENT.search(sentence)
    field = next((each for each in fields if each.kind == "temporal" and each.latest is not None), None)
    if found is None or field is None or field.latest is None:
        return ()
    start = _back(field.latest, int(found[1] or 1), found[2].lower())
    covered = [i for i, word in enumerate(words) if word.start < found.end() and word.end > found.start()]
    if start is None or taken & set(covered):
        return ()
    taken |= set(covered)
    moment = {"year": start.year, "month": start.month, "date": start.day}
    return (Comparison({"field": field.name, "gt": moment}, tuple(covered), field),)


def _back(latest: date, count: int, unit: str) -> date | None:
    try:
        if unit in DAYS:
            return latest - timedelta(days=count * DAYS[unit])
        months = latest.year * 12 + latest.month - 1 - count * MONTHS[unit]
        following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        last = following - timedelta(days=1)
        return last.replace(day=min(latest.day, last.day))
    except (ValueError, OverflowError):
        return None
