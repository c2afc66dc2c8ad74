"""What a sentence says, piece by piece: mark, columns and their parts, aggregates, filters, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.charts import hints
from autodash_jupyter.charts.binning import binned_mention, find_binning, fitting
from autodash_jupyter.charts.comparisons import Comparison, find_comparisons
from autodash_jupyter.charts.draft import Draft
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.filters import as_filters
from autodash_jupyter.charts.gaps import missing_columns, unread_words
from autodash_jupyter.charts.lexicon import TIME_UNITS
from autodash_jupyter.charts.mentions import Mention, find_mentions
from autodash_jupyter.charts.moments import find_moments
from autodash_jupyter.charts.parts import Part, either, find_parts, heads, only_filtered, ranked
from autodash_jupyter.charts.recent import find_recent
from autodash_jupyter.charts.values import ValueMention, find_values
from autodash_jupyter.charts.vocabulary import NamedFilter
from autodash_jupyter.charts.windows import find_window
from autodash_jupyter.charts.words import Word, sentence_words

__all__ = ["Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence taken apart; nothing is decided yet that the sentence leaves open."""

    sentence: str
    words: tuple[Word, ...]
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    mark: str | None = None
    mark_words: str = ""
    mark_sure: bool = False
    counts: bool = False
    loose_aggregate: str | None = None
    filters: tuple[Mapping[str, Any], ...] = ()
    filter_fields: tuple[str, ...] = ()
    named_filters: tuple[str, ...] = ()
    time_unit: str | None = None
    bin: Mapping[str, float] | None = None
    order: str | None = None
    limit: int | None = None
    stacking: str | None = None
    orient: str | None = None
    window: Mapping[str, Any] | None = None
    unread: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # those of them that stand where a column should


def read(sentence: str, fields: Sequence[Field], named: Sequence[NamedFilter] = ()) -> Reading:
    """Take a sentence apart against the columns of a table.

    >>> price = Field("price", 0, "quantitative", 9, (("price",),))
    >>> city = Field("city", 1, "nominal", 3, (("city",),))
    >>> parts = read("mean price by city", [price, city]).parts
    >>> [(part.field.name, part.aggregate, part.role) for part in parts]
    [('price', 'mean', ''), ('city', None, 'group')]
    """
    draft = Draft(sentence_words(sentence), set())
    binning = find_binning(sentence, draft)
    hinted = _hinted(sentence, fields, draft)
    words = draft.words
    named_filters = hints.named_filters(words, named, draft)
    mentions, values = _named(words, fields, draft)
    comparisons = _compared(sentence, mentions, fields, draft)
    binned, spec = binned_mention(binning, mentions, draft)
    parts, counts, loose = find_parts(sentence, draft, mentions)
    parts = ranked(parts, hinted.limit, loose)
    unit = hints.time_unit(words, _no_units(words, mentions, comparisons), draft)
    filters, filter_fields = as_filters(words, comparisons, values)
    unread = unread_words(words, draft.taken)
    adds_up = not any(part.aggregate == "mean" or part.field.kind == "temporal" for part in parts)
    slices = hinted.mark is None and adds_up and unit is None and (hinted.window or {}).get("op") == "share"
    return replace(
        hinted,
        mark="arc" if slices else hinted.mark,
        parts=tuple(
            replace(
                part,
                filtered=only_filtered(words, part, comparisons, values),
                bin=fitting(spec, part.field) if part.mention is binned else None,
            )
            for part in parts
        ),
        counts=counts,
        loose_aggregate=loose,
        filters=tuple({"filter": {"param": name}} for name in named_filters) + filters,
        named_filters=named_filters,
        filter_fields=filter_fields,
        time_unit=unit,
        bin=spec,
        unread=tuple(words[number].text for number in unread),
        missing=missing_columns(words, unread, mentions),
    )


def _hinted(sentence: str, fields: Sequence[Field], draft: Draft) -> Reading:
    """Return what a sentence says besides columns."""
    window = find_window(sentence, draft, fields)  # before marks and aggregates, which share its words
    mark, mark_words, sure = hints.mark(
        sentence,
        draft,
        {each.names[0][0] for each in fields if len(each.names[0]) == 1},
        {word for each in fields for name in each.names for word in name},
    )
    hints.through_time(sentence, draft)
    return Reading(
        sentence=sentence,
        words=draft.words,
        parts=(),
        fields=tuple(fields),
        mark=mark,
        mark_words=mark_words,
        mark_sure=sure,
        stacking=hints.stacking(sentence, draft),
        limit=hints.limit(sentence, draft),
        order=hints.order(sentence, draft),
        orient=hints.orient(sentence, draft),
        window=window,
    )


def _named(
    words: Sequence[Word], fields: Sequence[Field], draft: Draft
) -> tuple[tuple[Mention, ...], tuple[ValueMention, ...]]:
    """Return the columns and the values that the words name."""
    mentions = _without_units(words, find_mentions(words, fields, draft.taken), fields)
    values = _values(words, mentions, fields, draft)
    mentions = tuple(each for each in mentions if not any(_inside(each, value) for value in values))
    return either(words, heads(words, mentions, draft)), values


def _without_units(
    words: Sequence[Word], mentions: Sequence[Mention], fields: Sequence[Field]
) -> tuple[Mention, ...]:
    """Leave "per year" to a column of dates, where the word is but a part of a year's or a number's name."""
    dated = any(each.kind == "temporal" and not each.is_year for each in fields)
    return tuple(
        each
        for each in mentions
        if not dated
        or each.options[0][1] == 1.0
        or not (each.field.is_year or each.field.kind == "quantitative")
        or not {words[number].stem for number in each.words} <= TIME_UNITS.keys()
    )


def _compared(
    sentence: str, mentions: Sequence[Mention], fields: Sequence[Field], draft: Draft
) -> tuple[Comparison, ...]:
    taken = set(draft.taken)
    dated = find_moments(sentence, draft.words, mentions, fields, taken)
    found = find_comparisons(draft.words, mentions, fields, taken)
    draft.taken |= taken | {number for mention in mentions for number in mention.words}
    return (*found, *dated, *find_recent(sentence, draft.words, fields, draft.taken))


def _values(
    words: Sequence[Word], mentions: Sequence[Mention], fields: Sequence[Field], draft: Draft
) -> tuple[ValueMention, ...]:
    strong = {i for each in mentions if each.options[0][1] >= 0.6 for i in each.words}
    mentioned = {i for each in mentions for i in each.words}
    found = find_values(words, fields, draft.taken | strong, _coverages(mentions), mentioned)
    draft.taken |= {i for value in found for i in range(value.first, value.last + 1)}
    return found


def _no_units(
    words: Sequence[Word], mentions: Sequence[Mention], comparisons: Sequence[Comparison]
) -> set[int]:
    """Return the words of filters ("last quarter") and of columns' own names ("start year")."""
    named = {
        number
        for mention in mentions
        for number in mention.words
        if mention.field.time_unit is None and words[number].stem in mention.field.names[0]
    }
    return named | {number for comparison in comparisons for number in comparison.words}


def _coverages(mentions: Sequence[Mention]) -> dict[str, float]:
    found: dict[str, float] = {}
    for field, coverage in (option for each in mentions for option in each.options):
        found[field.name] = max(coverage, found.get(field.name, 0.0))
    return found


def _inside(mention: Mention, value: ValueMention) -> bool:
    return any(value.first <= word <= value.last for word in mention.words)
