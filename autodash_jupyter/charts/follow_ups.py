"""Whether a sentence goes on from the chart before it, as "now by region" does, and what it says then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.maps import map_charts
from autodash_jupyter.charts.reading import Reading

__all__ = ["Wish", "continues", "spelt_out"]

CUE = re.compile(
    r"^(?:(?:and|ok|okay|so|please|then|but|great|thanks|well)[,\s]+)*(?:"
    r"now|instead|only|just|as|by|per|make|show (?:it|this|that|them|all)|turn|switch|change|use|"
    r"take|drop|remove|omit|without|exclud\w*|except|ignor\w*|keep|limit|filter|restrict|"
    r"sort\w*|order\w*|rank\w*|reverse\w*|stack\w*|side by side|group\w*|split|break|broken|"
    r"colou?r\w*|facet\w*|flip|swap|same|what about|how about|also|add|include|plus|top \d|"
    r"bottom \d|first \d|last \d|in \d{4}|for|since|before|after|from|where|zoom|all|"
    r"everything|horizontal\w*|vertical\w*|no|reset|clear|rather|monthly|weekly|daily|yearly|"
    r"annually|quarterly|hourly|over|and|with|in bins|in percent|smooth\w*"
    r")\b",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"^(?:(?:and|ok|okay|so|please|then|but)[,\s]+)*(?:now|same|instead|also|what about|how about)\b",
    re.IGNORECASE,
)
SPLIT = re.compile(
    r"\b(?:split|break|broken|also|add|each|per|colou?r\w*|stack\w*|facet\w*|and by|within|too|as well|"
    r"compare\w*)\b",
    re.IGNORECASE,
)
INSTEAD = re.compile(
    r"\b(?:instead of|rather than|in place of)\s+(.+?)(?=\s+(?:use|show|take|plot|draw|put)\b|[,;.]|$)",
    re.IGNORECASE,
)
ONLY = re.compile(r"^(?:and |now )?(?:what about|how about|just)\s+", re.IGNORECASE)
OUTLIERS = re.compile(r"\b(?:outliers?|extremes?|extreme values)\b", re.IGNORECASE)
KEEP = re.compile(
    r"\b(?:only|show|keep|with|include|including)\s+(?:the\s+)?(?:outliers?|extreme)", re.IGNORECASE
)
AT_THE_END = re.compile(r"\b(?:instead|only|too)\W*$", re.IGNORECASE)
NO_FILTER = re.compile(
    r"\b(?:(?:remove|drop|clear|reset|without|no|forget) (?:the |all |any )?filters?|"
    r"all (?:the )?(?:rows|data)|"
    r"everything|everyone|unfiltered|reset)\b",
    re.IGNORECASE,
)
NO_LIMIT = re.compile(r"\b(?:all of (?:them|it)|show all|all groups|no limit|every one)\b", re.IGNORECASE)
BY_NAME = re.compile(r"\b(?:alphabetical\w*|by (?:name|label)|a ?(?:-|to) ?z)\b", re.IGNORECASE)
REVERSE = re.compile(r"\brevers\w*\b|\bthe other way(?: round| around)?\b", re.IGNORECASE)
FLIP = re.compile(
    r"\b(?:flip|swap|switch|transpose|turn)\w*(?: the)? (?:axes|axis|bars|it|round|around|sides?)\b",
    re.IGNORECASE,
)
SORT = re.compile(
    r"^(?:(?:and|now|then|please)\s+)*(?:sort|order|rank)\w*(?:\s+(?:it|them|this|the \w+))?(?:\s+by)?\b",
    re.IGNORECASE,
)
LEAD = re.compile(r"^(?:(?:now|then|ok|okay|so|please|and|also|but|same)\b[,\s]*)+", re.IGNORECASE)
ADD = re.compile(r"^(?:and|also|plus|add|include|with)\b", re.IGNORECASE)
COUNT = re.compile(r"\b(?:counts?|how many|number of|rows)\b", re.IGNORECASE)
MARKS = (
    (re.compile(r"\b(?:as|into|to|use|an?) (?:an? )?areas?\b", re.IGNORECASE), "area"),
    (re.compile(r"\b(?:as|into|to|use) (?:an? )?(?:columns?|bars?)\b", re.IGNORECASE), "bar"),
    (re.compile(r"\b(?:as|into|to|use) (?:an? )?(?:points?|dots?|bubbles?)\b", re.IGNORECASE), "point"),
    (re.compile(r"\b(?:as|into|to|use) (?:an? )?(?:box(?:es)?)\b", re.IGNORECASE), "boxplot"),
    (re.compile(r"\b(?:as|into|to) (?:an? )?lines?\b", re.IGNORECASE), "line"),
)
CUE_WORDS = frozenset(
    """
    now instead make it this that turn switch change use take drop remove omit without exclude excluding
    except ignore keep limit filter filters restrict sort sorted reverse reversed flip swap same again
    also add include plus what how about rather just only outlier outliers extreme extremes alphabetical
    alphabetically please ok okay then so but and no reset clear all everything everyone axis axes areas
    area line bar bars points dots break broken down too well as percent smooth smoothed side back zoom
    color colour stack stacked group grouped facet
    """.split()  # noqa: SIM905 - a list of so many words is easier to read and change as text
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a follow-up asks for that a reading of it doesn't hold.

    ``splits`` tells that a column is to part the groups further, not to take their place; ``adds`` that a
    value comes beside those before; ``sorts`` that a column is named to sort by; ``order`` is ``name`` or
    ``reversed``.
    """

    sentence: str
    mark: str | None = None
    splits: bool = False
    adds: bool = False
    drops_outliers: bool = False
    drops_filters: bool = False
    drops_limit: bool = False
    flips: bool = False
    sorts: bool = False
    order: str | None = None


def continues(reading: Reading, previous: ChartIntent, *, asked: bool = False) -> bool:
    """Tell whether a sentence goes on from the chart before it; ``asked`` says that a person thinks so.

    A sentence that names both what is measured and by what stands alone, unless it says "now" or the like.
    """
    sentence = reading.sentence.strip()
    known = {field.name for field in reading.fields}
    if not sentence or not set(previous.fields) <= known:
        return False
    if STRONG.search(sentence):
        return True
    if _says_it_all(reading, asked=asked):
        return False
    cued = any(pattern.search(sentence) for pattern in (CUE, INSTEAD, AT_THE_END))
    return asked or cued or _names_no_column(reading)


def _says_it_all(reading: Reading, *, asked: bool) -> bool:
    """Whether a sentence names what is measured and by what, or is a map."""
    parts = [part for part in reading.parts if not part.filtered]
    numbers = [part for part in parts if part.field.kind == "quantitative"]
    groups = [part for part in parts if part.field.kind != "quantitative"]
    counts = reading.counts and INSTEAD.search(reading.sentence) is None
    if asked and groups and reading.window is not None:
        return True
    grouped = groups or reading.time_unit is not None or reading.window is not None
    return bool((numbers and grouped) or (counts and groups) or map_charts(reading))


def _names_no_column(reading: Reading) -> bool:
    """Whether a sentence only says how, or of which rows, and so is about the chart before."""
    how = (reading.mark, reading.loose_aggregate, reading.limit, reading.stacking, reading.order)
    more = (reading.window, reading.time_unit, reading.filters)
    shows = any(not part.filtered for part in reading.parts) or reading.counts
    return not shows and any((*how, *more))


def spelt_out(sentence: str) -> Wish:
    """Return what a follow-up wishes, with the rest of the sentence as it is to be read.

    >>> wish = spelt_out("instead of count use average price")
    >>> wish.sentence.strip()
    'use average price'
    >>> spelt_out("what about 2022").sentence, spelt_out("drop the outliers").drops_outliers
    ('only 2022', True)
    """
    text = INSTEAD.sub(" ", sentence.strip())
    text = ONLY.sub("only ", text)
    text = re.sub(r"^(.*\S)\s+only\W*$", r"only \1", text, flags=re.IGNORECASE)
    sorts = SORT.search(text) is not None
    order = "name" if BY_NAME.search(text) else ("reversed" if REVERSE.search(text) else None)
    text = SORT.sub(" ", text)
    adds = bool(ADD.search(text))
    text = LEAD.sub("", text)  # a column may be called like that
    mark = next((name for pattern, name in MARKS if pattern.search(text)), None)
    outliers = bool(OUTLIERS.search(text)) and not KEEP.search(text)
    return Wish(
        text,
        mark=mark,
        splits=bool(SPLIT.search(text)),
        adds=adds,
        drops_outliers=outliers,
        drops_filters=bool(NO_FILTER.search(text)),
        drops_limit=bool(NO_LIMIT.search(text)),
        flips=bool(FLIP.search(text)),
        sorts=sorts,
        order=order,
    )
