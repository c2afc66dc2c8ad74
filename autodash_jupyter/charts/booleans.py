"""Columns of yes and no: "delayed flights" keeps those that are, "the cancellation rate" is their share."""

from __future__ import annotations

from dataclasses import replace

from autodash_jupyter.charts.intent import ChartIntent, Encoding
from autodash_jupyter.charts.parts import Part
from autodash_jupyter.charts.reading import Reading

__all__ = ["find_rate", "with_adjectives", "with_rate"]

RATES = frozenset(
    {"rate", "share", "percentage", "percent", "proportion", "fraction", "ratio", "probability", "%"}
)
LEADS = frozenset(
    {"is", "are", "was", "were", "not", "non", "who", "that", "being", "been", "isn't", "aren't", "weren't"}
)
NEGATIONS = frozenset({"not", "non", "never", "isn't", "aren't", "weren't", "wasn't", "un", "without"})
NO_NOUN = frozenset(
    {"and", "or", "by", "per", "vs", "versus", "against", "over", "for", "in", "as", "with", "status"}
)


def find_rate(reading: Reading) -> tuple[Reading, str | None]:
    """Return a reading without the column whose share of yes it wants, and that column's name.

    >>> from autodash_jupyter.charts.fields import Field
    >>> from autodash_jupyter.charts.reading import read
    >>> late = Field("delayed", 0, "nominal", 2, (("delayed",),), (True, False))
    >>> find_rate(read("share of delayed flights", [late]))[1]
    'delayed'
    """
    for number, part in enumerate(reading.parts):
        if (
            part.field.yes is None
            or part.role not in ("", "counted")
            or not _speaks_of_a_share(reading, part)
        ):
            continue
        others = (*reading.parts[:number], *reading.parts[number + 1 :])
        mark = reading.mark if reading.mark_sure else None
        unread = tuple(word for word in reading.unread if word.lower().rstrip("s") not in RATES)
        rest = replace(reading, parts=others, counts=True, window=None, unread=unread, mark=mark)
        return (rest if mark else replace(rest, mark_words="")), part.field.name
    return reading, None


def _speaks_of_a_share(reading: Reading, part: Part) -> bool:
    first, last = part.mention.first, part.mention.last
    after = [word.stem for word in reading.words[last + 1 : last + 2]]
    before = [word.stem for word in reading.words[max(first - 4, 0) : first]]
    if any(word in RATES for word in after):
        return True
    return any(word in RATES for word in before) and "of" in before[-3:]


def with_rate(intent: ChartIntent, name: str) -> ChartIntent | None:
    """Return an intent that shows the share of yes where it counted rows, ``None`` where it counts none."""
    channel = next(
        (c for c, e in intent.encoding.items() if e.aggregate == "count" and e.field is None), None
    )
    if channel is None or intent.mark in ("arc", "area") or name in intent.fields:
        return None
    shown = Encoding(name, "mean", stack=False if "color" in intent.encoding else None)
    return replace(intent, encoding={**intent.encoding, channel: shown})


def with_adjectives(reading: Reading) -> Reading:
    """Return a reading that takes a column of yes and no before a noun as a filter: "active customers"."""
    filters = list(reading.filters)
    parts: list[Part] = []
    names = list(reading.filter_fields)
    for part in reading.parts:
        yes = None if part.field.name in reading.filter_fields else part.field.yes  # "where paid = No"
        if yes is None or part.aggregate or part.role not in ("", "counted") or not _qualifies(reading, part):
            parts.append(part)
            continue
        before = {
            word.text.lower() for word in reading.words[max(part.mention.first - 2, 0) : part.mention.first]
        }
        predicate = {"field": part.field.name, "equal": yes}
        filters.append({"filter": {"not": predicate} if before & NEGATIONS else predicate})
        names.append(part.field.name)
    if len(parts) == len(reading.parts):
        return reading
    counts = reading.counts or not any(each.field.kind == "quantitative" for each in parts)
    return replace(
        reading, parts=tuple(parts), filters=tuple(filters), filter_fields=tuple(names), counts=counts
    )


def _qualifies(reading: Reading, part: Part) -> bool:
    words, last = reading.words, part.mention.last
    before = words[part.mention.first - 1].text.lower() if part.mention.first else ""
    if before in LEADS:
        return True
    if last + 1 >= len(words):
        return False
    following = words[last + 1]
    touching = following.start - words[last].end == 1
    return touching and following.stem not in NO_NOUN and before not in ("by", "per", "and", "or", "each")
