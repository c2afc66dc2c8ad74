"""What a sentence says besides columns: the mark, how many, units and order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from autodash_jupyter.charts.draft import Draft
from autodash_jupyter.charts.lexicon import MARKS, TIME_UNITS
from autodash_jupyter.charts.parts import GROUP_LEADS
from autodash_jupyter.charts.vocabulary import NamedFilter
from autodash_jupyter.charts.words import Word, singular

__all__ = ["limit", "mark", "named_filters", "order", "orient", "stacking", "through_time", "time_unit"]

MOST_LISTED = 50  # groups that a sentence may ask for
SUPERLATIVE = r"most|highest|largest|biggest|best|greatest|more|top|longest|oldest|maximum|max"
LEAST = (
    r"least|fewest|lowest|smallest|worst|cheapest|bottom|shortest|youngest|coldest|slowest|lightest|poorest"
    r"|weakest|minimum|min"
)
ADJECTIVE = r"(?!west\b|rest\b|test|guest|latest|interest|request|forest|harvest|invest|suggest)[a-z]{3,}est"
HIGH, LOW = r"high(?:est)?|largest|greatest|biggest|most", r"low(?:est)?|smallest|least|fewest"
SORTED = r"(?:(?:sorted|ordered|arranged|ranked) )?(?:in )?(?:an? )?"
TIME_LEADS = GROUP_LEADS - {"versus"} | {"of", "the", "through", "in", "and"}


def named_filters(words: Sequence[Word], named: Sequence[NamedFilter], draft: Draft) -> tuple[str, ...]:
    """Return the context's filters that the sentence names, such as "active customers"."""
    stems = [word.stem for word in words]
    found: list[str] = []
    for each in named:
        for name in sorted(each.names, key=len, reverse=True):
            starts = [i for i in range(len(stems)) if tuple(stems[i : i + len(name)]) == name]
            free = [i for i in starts if not draft.taken & set(range(i, i + len(name)))]
            if free:
                found.append(each.name)
                draft.taken |= set(range(free[0], free[0] + len(name)))
                break
    return tuple(found)


def mark(
    sentence: str, draft: Draft, columns: Collection[str] = (), parts_of_names: Collection[str] = ()
) -> tuple[str | None, str, bool]:
    """Return the mark that the sentence names, by which words, and whether outright.

    A word that only hints at a mark is left to the column that is called so, one of ``columns``; any single
    word to a column whose name it is a part of (``parts_of_names``): "density of population", "ring size".
    """
    for pattern, name, sure in MARKS:
        found = draft.claim(sentence, pattern)
        if found is not None and singular(found[0]) in (parts_of_names if sure else columns):
            draft.taken -= draft.covered(found)
            continue
        if found is not None:
            for other, meant, _ in MARKS:
                if meant == name:
                    draft.claim(sentence, other)
            return name, found[0], sure
    return None, "", False


def stacking(sentence: str, draft: Draft) -> str | None:
    """Return how bars share their place: ``"zero"``, ``"normalize"``, ``"grouped"``."""
    whole = r"(?:100 ?%|percent|normali[sz]ed) stacked|normali[sz]ed"
    if draft.claim(sentence, whole) or re.search(rf"(?<!\w)(?:{whole})", sentence, re.IGNORECASE):
        draft.claim(sentence, r"100 ?%?")  # "stacked" may have been read with the bars
        return "normalize"
    if draft.claim(sentence, r"stack(?:ed|ing)?") or re.search(r"\bstack", sentence, re.IGNORECASE):
        return "zero"
    if draft.claim(sentence, r"side[ -]by[ -]side|clustered") or re.search(
        r"\b(?:group(?:ed|ing)? (?:bar|column|together)|side[ -]by[ -]side|cluster)", sentence, re.IGNORECASE
    ):
        return "grouped"
    return None


def limit(sentence: str, draft: Draft) -> int | None:
    """Return how many groups are wanted: "top 5"."""
    found = draft.claim(
        sentence, r"(?:top|bottom|best|worst|first|(?:highest|lowest|largest|smallest)) (\d{1,3})"
    )
    found = found or draft.claim(
        sentence, r"(\d{1,2}) (?:best|worst|highest|lowest|largest|smallest|biggest|most)"
    )
    return max(1, min(int(found[1]), MOST_LISTED)) if found else None


def order(sentence: str, draft: Draft) -> str | None:
    """Return whether the greatest or the least comes first."""
    for direction, ends in (("descending", (HIGH, LOW)), ("ascending", (LOW, HIGH))):
        if draft.claim(
            sentence, rf"{SORTED}(?:from )?(?:the )?(?:{ends[0]}) to (?:the )?(?:{ends[1]})(?: first)?"
        ):
            return direction
    if draft.claim(
        sentence, rf"{SORTED}(?:descending|decreasing|desc)(?: order)?|(?:largest|biggest|highest) first"
    ):
        return "descending"
    if draft.claim(sentence, rf"{SORTED}(?:ascending|increasing|asc)(?: order)?|(?:smallest|lowest) first"):
        return "ascending"
    text = sentence.lower()
    asks = r"\b(?:which|what|who|where|whose)\b.*"
    if re.search(rf"{asks}(?<!at )\b(?:{SUPERLATIVE})\b(?! than)|\b(?:{SUPERLATIVE}|top) \d", text):
        return "descending"
    if re.search(rf"{asks}(?<!at )\b(?:{LEAST})\b|(?<!at )\b(?:{LEAST}) \d", text):
        return "ascending"
    return "descending" if re.search(rf"{asks}\b{ADJECTIVE}\b", text) else None


def orient(sentence: str, draft: Draft) -> str | None:
    """Return whether bars are asked to lie or to stand."""
    if draft.claim(sentence, r"horizontal(?:ly)?|sideways|lying"):
        return "horizontal"
    return "vertical" if draft.claim(sentence, r"vertical(?:ly)?|upright|standing") else None


def through_time(sentence: str, draft: Draft) -> None:
    """Take the words that only say that time goes by, so that no column of time is read in them."""
    while draft.claim(sentence, r"(?:over|across|through|throughout|along|with) (?:the )?time"):
        pass


def time_unit(words: Sequence[Word], others: Collection[int], draft: Draft) -> str | None:
    """Return the unit that dates are put together by: "monthly", "by month", "for each year".

    The words ``others`` say something else.
    """
    for number, word in enumerate(words):
        if word.stem not in TIME_UNITS or number in others:
            continue
        lead = {each.stem for each in words[max(number - 2, 0) : number]}
        if word.stem.endswith(("ly", "al")) or lead & TIME_LEADS or word.stem == "weekday":
            draft.taken.add(number)
            return TIME_UNITS[word.stem]
    return None
