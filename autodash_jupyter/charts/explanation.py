"""How a sentence was read, word by word, and how sure the reading is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.parts import Part
from autodash_jupyter.charts.reading import Reading
from autodash_jupyter.charts.wording import field_title, filter_text

__all__ = ["MARK_NAMES", "confidence", "explain", "uses_context"]

MARK_NAMES = {
    "arc": "pie chart",
    "area": "area chart",
    "bar": "bar chart",
    "boxplot": "box plot",
    "line": "line chart",
    "point": "scatter plot",
    "rect": "heat map",
    "text": "single number",
    "tick": "strip plot",
}
EACH_UNREAD = 0.85  # what is left of the confidence for each word that wasn't understood
EACH_MISSING = 0.5  # the same, where it seems to name a column that isn't there
UNSURE_COLUMN = 0.8
PARTLY_NAMED = 0.9


def explain(
    reading: Reading, intent: ChartIntent, fields: Mapping[str, Field], inherited: Collection[str] = ()
) -> Iterator[str]:
    """Go through the pieces that were understood, a line for each, then what wasn't, and what was assumed.

    ``inherited`` are columns that need no words: those of the chart before, and places on a map.
    """
    for part in reading.parts:
        yield _part_line(reading, part, intent)
    for each in intent.transform:
        yield f"filter: {filter_text(each['filter'], fields)}" + (
            " (from the context)" if "param" in each["filter"] else ""
        )
    name = MARK_NAMES.get(intent.mark, intent.mark)
    if reading.mark_words:
        yield f"“{reading.mark_words}” → {name}"
    elif not (reading.mark_sure and inherited):
        yield f"{name}: what the types of these columns call for"
    for encoding in intent.encoding.values():
        if encoding.field in inherited:
            continue
        if encoding.field and encoding.aggregate and not _said(reading, encoding.field, encoding.aggregate):
            yield f"{encoding.aggregate} of {field_title(fields[encoding.field])}: assumed, none is named"
        named = any(encoding.field in _names(part) for part in reading.parts)
        named = named or encoding.field in reading.filter_fields
        named = named or (encoding.timeUnit is not None and encoding.timeUnit == reading.time_unit)
        if encoding.field and not (named or encoding.metric):
            yield f"{field_title(fields[encoding.field])}: added, the sentence names too few columns"
    if reading.unread:
        yield f"not understood: {', '.join(reading.unread)}"
    if reading.missing and (reading.parts or reading.filters or inherited):
        others = [field_title(each) for each in fields.values() if each.name not in intent.fields][:8]
        yield f"no column is called {' or '.join(reading.missing)}" + (
            f"; there are also {', '.join(others)}" if others else ""
        )
    if not reading.parts and not reading.filters and not inherited:
        names = [field_title(field) for field in fields.values()][:8]
        yield f"no column was named; there are {', '.join(names)}" if names else "the table has no columns"


def _part_line(reading: Reading, part: Part, intent: ChartIntent) -> str:
    options = [field.name for field, _ in part.mention.options]
    chosen = next((name for name in options if name in intent.fields), options[0])
    first, last = reading.words[part.mention.first], reading.words[part.mention.last]
    line = f"“{reading.sentence[first.start : last.end]}” → {chosen}"
    if part.field.metric is not None:
        line += " (a metric of the context)"
    elif part.mention.by_context:
        line += " (a name that the context gives it)"
    if part.aggregate:
        line += f", {part.aggregate}"
    others = [name for name in options if name != chosen]
    return line + (f"; it may also be {' or '.join(others[:3])}" if others else "")


def _names(part: Part) -> set[str]:
    return {field.name for field, _ in part.mention.options} | {
        field.metric[0] for field, _ in part.mention.options if field.metric
    }


def _said(reading: Reading, name: str, aggregate: str) -> bool:
    if aggregate in ("count", reading.loose_aggregate):
        return True
    return any(
        name in _names(part) and (part.aggregate == aggregate or part.field.metric) for part in reading.parts
    )


def confidence(
    reading: Reading, intent: ChartIntent, weight: float, inherited: Collection[str] = ()
) -> float:
    """Return how sure the reading is, 0 to 1: less for each word or column that had to be guessed."""
    if not (reading.parts or reading.filters or reading.counts or inherited):
        return 0.0
    sure = min(weight, 1.0) * EACH_UNREAD ** len(reading.unread) * EACH_MISSING ** len(reading.missing)
    for part in reading.parts:
        sure *= 1.0 if part.mention.is_sure else UNSURE_COLUMN
        sure *= 1.0 if part.mention.options[0][1] >= 0.5 else PARTLY_NAMED
    named = (
        {name for part in reading.parts for name in _names(part)} | set(reading.filter_fields) | {*inherited}
    )
    added = [name for name in intent.fields if name not in named]
    if reading.time_unit is not None or reading.mark == "line":
        added = (
            [name for name in added if intent.encoding["x"].field != name]
            if "x" in intent.encoding
            else added
        )
    return round(max(0.0, min(1.0, sure * UNSURE_COLUMN ** len(added))), 3)


def uses_context(reading: Reading, intent: ChartIntent, fields: Mapping[str, Field]) -> bool:
    """Whether the context gave a name that was read, a metric, a filter, or a title on the chart."""
    if reading.named_filters or any(each.metric for each in intent.encoding.values()):
        return True
    if any(part.mention.by_context for part in reading.parts):
        return True
    return any(fields[name].title or fields[name].unit for name in intent.fields if name in fields)
