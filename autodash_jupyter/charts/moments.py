"""Filters by written dates: "on 2022-03-15", "between May 2021 and July 2021", "in Q3 2021"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from autodash_jupyter.charts.comparisons import Comparison
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.mentions import Mention
from autodash_jupyter.charts.words import Word

__all__ = ["find_moments"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*\.?"
MOMENT = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}-\d{2}(?![\d-])"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?\d{{4}}"
    r"|q[1-4][ -]?\d{4})"
)
SIGNS = (
    (r"since|starting(?: in| from)?|from|on or after|as of", "gte"),
    (r"after|later than", "gt"),
    (r"before|prior to|earlier than", "lt"),
    (r"until|till|up to|through|on or before", "lte"),
    (r"in|on|during|of|for|within", "range"),
)
SPAN = rf"(?:between|from|in|during) (?:the )?({MOMENT}) (?:and|to|until|till|through) (?:the )?({MOMENT})"

Moment = dict[str, int]


def find_moments(
    sentence: str,
    words: Sequence[Word],
    mentions: Sequence[Mention],
    fields: Sequence[Field],
    taken: set[int],
) -> tuple[Comparison, ...]:
    """Return the filters by dates that are written out; their words are added to ``taken``.

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> sold = Field("sold", 0, "temporal", 9, (("sold",),))
    >>> said = "sales since April 2023"
    >>> find_moments(said, sentence_words(said), (), [sold], set())[0].predicate
    {'field': 'sold', 'gte': {'year': 2023, 'month': 4}}
    """
    dated = [each for each in fields if each.kind == "temporal" and not each.is_year]
    named = [each.field for each in mentions if each.field in dated]
    if not dated:
        return ()
    field = (named or dated)[0]
    found: list[Comparison] = []
    for pattern, operator in (
        (SPAN, "range"),
        *((rf"(?:{lead}) (?:the )?({MOMENT})", name) for lead, name in SIGNS),
    ):
        for match in re.finditer(rf"\b{pattern}\b", sentence, re.IGNORECASE):
            covered = {
                i for i, word in enumerate(words) if word.start < match.end() and word.end > match.start()
            }
            predicate = _predicate([each for each in match.groups() if each], operator)
            if covered & taken or predicate is None:
                continue
            taken |= covered
            found.append(Comparison({"field": field.name, **predicate}, tuple(sorted(covered)), field))
    return tuple(found)


def _predicate(texts: Sequence[str], operator: str) -> Mapping[str, object] | None:
    spans = [_span(each.lower()) for each in texts]
    known = [each for each in spans if each is not None]
    if len(known) < len(spans):
        return None
    first, last = known[0][0], known[-1][1]
    if operator == "range":
        return {"range": [first, last]}
    return {operator: last if operator in ("gt", "lte") else first}


def _span(text: str) -> tuple[Moment, Moment] | None:
    """Return the first and the last month or day of what is written; ``None`` where there is no such date."""
    year = int((re.search(r"\d{4}", text) or [""])[0])
    if quarter := re.match(r"q([1-4])", text):
        month = 3 * int(quarter[1]) - 2
        return {"year": year, "month": month}, {"year": year, "month": month + 2}
    if name := re.search(MONTH, text):
        month = MONTHS.index(name[0][:3]) + 1
        day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
        moment = {"year": year, "month": month} | ({"date": int(day[0])} if day else {})
    else:
        moment = dict(zip(("year", "month", "date"), map(int, text.split("-")), strict=False))
    try:
        date(year, moment["month"], moment.get("date", 1))
    except ValueError:
        return None
    return moment, moment
