"""The columns a sentence names, and what it says of each: aggregate, axis, colour, what is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from autodash_jupyter.charts.comparisons import Comparison
from autodash_jupyter.charts.draft import Draft
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.lexicon import AGGREGATES, EXTREMES, FILLER
from autodash_jupyter.charts.mentions import Mention
from autodash_jupyter.charts.values import ValueMention
from autodash_jupyter.charts.words import Word

__all__ = ["GROUP_LEADS", "Part", "Role", "either", "find_parts", "heads", "only_filtered", "ranked"]

Role = Literal["", "group", "color", "facet", "x", "y", "size", "counted"]
GROUP_LEADS = frozenset(
    {"by", "per", "each", "across", "over", "every", "different", "among", "within", "versus"}
)
FILTER_LEADS = frozenset(
    {"with", "where", "whose", "having", "filtered", "if", "for", "when", "who", "in", "only"}
)
SAYS_WHAT = frozenset({"is", "isn't", "=", "==", "!=", "≠", "<>"})  # "country is Norway"
QUESTIONS = frozenset({"which", "what", "who", "where", "whose"})
BEFORE_A_NAME = frozenset({"the", "a", "an", "its", "their", "of", "type", "types", "individual"})
PANELS = ("facet", "multiple", "panel", "trellis")
PARTLY = 0.95  # of a name; with less, words before a whole name may only qualify it
APART = GROUP_LEADS | {"against", "vs", "based", "between", "and", "for", "entry", "record", "row"}


@dataclass(frozen=True, slots=True)
class Part:
    """A column the sentence names, and what it says of it."""

    mention: Mention
    aggregate: str | None = None
    role: Role = ""
    filtered: bool = False  # it is named only to say which of its values are meant
    bin: Mapping[str, float] | None = None  # the classes it is put into, where the sentence says so of it

    @property
    def field(self) -> Field:
        """The likeliest column."""
        return self.mention.field


def heads(words: Sequence[Word], mentions: Sequence[Mention], draft: Draft) -> tuple[Mention, ...]:
    """Leave out a name that only qualifies the next one: in "player positions" the positions are meant."""
    kept: list[Mention] = []
    for mention, following in zip(mentions, [*mentions, None][1:], strict=True):
        touching = following is not None and words[following.first].start - words[mention.last].end <= 3
        if touching and following is not None and following.first == mention.last + 1:
            singular = words[mention.last].text.lower().replace("'s", "") == words[mention.last].stem
            partly = mention.options[0][1] < PARTLY and following.options[0][1] >= PARTLY
            named = (
                mention.field.kind == "nominal" and mention.field.yes is None
            )  # "active customers" filters
            if (named or partly) and singular:
                draft.taken |= set(mention.words)
                continue
        kept.append(mention)
    return tuple(kept)


def either(words: Sequence[Word], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Take "by writer or director" as one column that may be either."""
    kept: list[Mention] = []
    for mention in mentions:
        before = kept[-1] if kept else None
        between = [word.stem for word in words[before.last + 1 : mention.first]] if before else []
        if before is not None and between == ["or"] and before.field.kind == mention.field.kind == "nominal":
            names = {field.name for field, _ in before.options}
            options = before.options + tuple(each for each in mention.options if each[0].name not in names)
            covered = before.words + mention.words
            kept[-1] = Mention(before.first, mention.last, covered, options, before.strength)
        else:
            kept.append(mention)
    return tuple(kept)


def find_parts(
    sentence: str, draft: Draft, mentions: Sequence[Mention]
) -> tuple[tuple[Part, ...], bool, str | None]:
    """Return the columns with their parts, whether rows are counted, and an aggregate said of none."""
    _take_numbers_of(draft, mentions)
    parts = _in_panels(draft.words, _with_roles(draft.words, mentions))
    counts, loose = False, None
    while True:
        claimed = next(
            ((found, name) for pattern, name in AGGREGATES if (found := draft.claim(sentence, pattern))), None
        )
        if claimed is None:
            return tuple(parts), counts, loose
        found, name = claimed
        last = max(draft.covered(found))
        target = _target(draft.words, parts, last, name)
        if name in ("least", "greatest"):
            # "the highest price by city" is a maximum; "which city has the highest price" is an order.
            name = "min" if name == "least" else "max"
            if target is None or re.search(r"\b(?:which|what|who|where)\b", sentence, re.IGNORECASE):
                continue
        if name == "spread":
            if target is not None and parts[target].field.kind == "nominal" and parts[target].role == "":
                parts[target] = replace(parts[target], role="counted")
                counts = counts or len(parts) > 1
            continue
        if name in ("count", "distinct") and (name == "count" or target is None):
            counts = True
            if target is not None and parts[target].role == "":
                parts[target] = replace(parts[target], role="counted")
        elif target is not None and parts[target].aggregate is None:
            parts[target] = replace(parts[target], aggregate=name)
        elif target is None:
            loose = loose or name


def _take_numbers_of(draft: Draft, mentions: Sequence[Mention]) -> None:
    """Take "number of" in "by number of rooms", where the rooms are a number already: nothing is counted."""
    for mention in mentions:
        lead = [word.stem for word in draft.words[max(mention.first - 4, 0) : mention.first]]
        by = [stem for stem in lead[:-2] if stem not in ("the", "their")]
        if (
            mention.field.kind == "quantitative"
            and lead[-2:] == ["number", "of"]
            and by
            and by[-1] in GROUP_LEADS
        ):
            draft.taken |= {mention.first - 2, mention.first - 1}


def _with_roles(words: Sequence[Word], mentions: Sequence[Mention]) -> list[Part]:
    """Return the parts; what follows a group after "and" is one too: "by region and year"."""
    parts: list[Part] = []
    for mention in mentions:
        role = _role(words, mention)
        if not role and parts and parts[-1].role == "group":
            between = [word.stem for word in words[parts[-1].mention.last + 1 : mention.first]]
            role = "group" if all(stem in ("and", "the", "then", "by") for stem in between) else ""
        said = words[mention.first].stem if mention.first == mention.last else ""
        asked = any(word.stem in QUESTIONS for word in words)
        parts.append(Part(mention, None if asked else EXTREMES.get(said), role))
    return parts


def _target(words: Sequence[Word], parts: Sequence[Part], last: int, name: str) -> int | None:
    """Return the number of the part that an aggregate speaks of: the next one, or the one just before it."""
    for number, part in enumerate(parts):
        if part.mention.first > last:
            between = [word.stem for word in words[last + 1 : part.mention.first]]
            apart = APART if name in ("count", "spread") else GROUP_LEADS
            near = len(between) <= 5 and not apart & set(between) and part.role in ("", "y")
            if near and (part.field.kind == "quantitative" or name in ("count", "distinct", "spread")):
                return number
            break
    before = [number for number, part in enumerate(parts) if part.mention.last < last]
    if name != "count" and before and parts[before[-1]].role != "group":
        part = parts[before[-1]]
        if last - part.mention.last <= 2 and part.field.kind == "quantitative":
            return before[-1]
    return None


def _role(words: Sequence[Word], mention: Mention) -> Role:
    before = [word.text.lower() for word in words[max(mention.first - 5, 0) : mention.first]]
    near = before[-3:]
    if any(word.startswith(("color", "colour", "coded")) for word in before[-4:]):
        return "color"
    if _is_panel(before):
        return "facet"
    if "size" in near and "by" in near:
        return "size"
    after = " ".join(word.text.lower() for word in words[mention.last + 1 : mention.last + 5])
    if re.match(r"(?:as|on)(?: the)? ([xy])\b", after) or re.search(r"\b[xy]$", " ".join(near)):
        return "x" if "x" in (*near, *after.split()) else "y"
    mere = BEFORE_A_NAME | ({"number"} if mention.field.kind == "quantitative" else set())
    while near and near[-1] in mere:
        near.pop()
    if len(near) > 1 and near[-2] in GROUP_LEADS and near[-1] not in FILLER | GROUP_LEADS:
        near.pop()  # a word that only qualifies the name: "by film genre"
    return "group" if near and near[-1] in GROUP_LEADS else ""


def _is_panel(before: Sequence[str]) -> bool:
    """Whether words before a name say that panels are of it, and not what is in them: "panels of revenue"."""
    spoken = [number for number, word in enumerate(before) if word.startswith(PANELS)]
    return bool(spoken) and "of" not in before[spoken[-1] + 1 :]


def _in_panels(words: Sequence[Word], parts: Sequence[Part]) -> list[Part]:
    """Take "small multiples of price by month for each region" as a panel for each region, its last group."""
    named = {number for part in parts for number in part.mention.words}
    spoken = [
        number
        for number, word in enumerate(words)
        if number not in named and word.text.lower().startswith(PANELS) and word.text.lower() != "multiple"
    ]
    groups = [number for number, part in enumerate(parts) if part.role == "group"]
    after = [number for number in groups if spoken and parts[number].mention.first > spoken[0]]
    found = list(parts)
    if after and not any(part.role == "facet" for part in parts):
        led = [n for n in after if words[max(parts[n].mention.first - 1, 0)].stem in ("each", "every", "per")]
        last = (led or after)[-1]
        found[last] = replace(found[last], role="facet")
    return found


def only_filtered(
    words: Sequence[Word],
    part: Part,
    comparisons: Sequence[Comparison],
    values: Sequence[ValueMention] = (),
) -> bool:
    """Whether a column is named only for a filter ("with age over 5", "for house Red"), not to be shown."""
    if part.aggregate or part.role not in ("", "counted"):
        return False
    lead = {word.stem for word in words[max(part.mention.first - 4, 0) : part.mention.first]}
    after = {word.stem for word in words[part.mention.last + 1 : part.mention.last + 2]}
    told = lead & (FILTER_LEADS | {"except", "excluding", "without"}) or after & SAYS_WHAT
    if told and _is_of_one_value(part, values):
        return True
    for comparison in comparisons:
        if comparison.field.name != part.field.name or "oneOf" in comparison.predicate:
            continue
        gap = min(comparison.words) - part.mention.last
        is_unit = part.mention.first == max(comparison.words) + 1  # "under 1000 km"
        if is_unit or (0 < gap <= 3 and lead & FILTER_LEADS):
            return True
    return False


def ranked(parts: Sequence[Part], limit: int | None, loose: str | None) -> tuple[Part, ...]:
    """Take "top 3 cities by price" as cities, measured by price; and so "highest on average by price"."""
    measures = [n for n, each in enumerate(parts) if each.field.kind == "quantitative"]
    names = [
        n for n, each in enumerate(parts) if each.field.kind == "nominal" and each.role in ("", "counted")
    ]
    found = list(parts)
    if (
        len(measures) == 1
        and names
        and found[measures[0]].role == "group"
        and (limit is not None or loose == "mean")
    ):
        found[measures[0]] = replace(found[measures[0]], role="")
        found[names[0]] = replace(found[names[0]], role="group")
    return tuple(found)


def _is_of_one_value(part: Part, values: Sequence[ValueMention]) -> bool:
    of_it = [each for each in values if each.field.name == part.field.name]
    return len(of_it) == 1 and -1 <= of_it[0].first - part.mention.last - 1 <= 2
