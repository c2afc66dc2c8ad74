"""Words that weren't understood, and which of them stand where a column should."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autodash_jupyter.charts.lexicon import FILLER, SILENT
from autodash_jupyter.charts.mentions import Mention
from autodash_jupyter.charts.words import Word

__all__ = ["missing_columns", "unread_words"]

GROUPS = frozenset({"by", "per", "each", "every", "across"})
JOINTS = GROUPS | {"vs", "versus", "against", "over", "and"}
MEASURES = frozenset({"average", "avg", "mean", "median", "total", "sum", "highest", "lowest", "max", "min"})
PARTLY = 0.6  # of a column's name; with less, a word beside it may be what was meant


def unread_words(words: Sequence[Word], taken: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of the words that weren't understood and that would tell something."""
    silent = FILLER | SILENT
    return tuple(
        number
        for number, word in enumerate(words)
        if number not in taken and not {word.text.lower(), word.stem} & silent and word.text[0].isalnum()
    )


def missing_columns(
    words: Sequence[Word], unread: Collection[int], mentions: Sequence[Mention]
) -> tuple[str, ...]:
    """Return the words that seem to name a column that the table hasn't.

    That are groups ("by ward"), measures ("average cholesterol", "salary by teacher"), and what goes on a
    name of which little was said ("blood sugar" for a blood pressure). A plural before "by" says what the
    rows are, and is none.

    >>> from autodash_jupyter.charts.words import sentence_words
    >>> words = sentence_words("salary by teacher")
    >>> missing_columns(words, {0}, ())
    ('salary',)
    """
    found = [number for number in sorted(unread) if _stands_for_a_column(words, number, mentions)]
    return tuple(words[number].text for number in found)


def _stands_for_a_column(words: Sequence[Word], number: int, mentions: Sequence[Mention]) -> bool:
    before = words[number - 1].stem if number else ""
    after = words[number + 1].stem if number + 1 < len(words) else ""
    singular = words[number].text.lower() == words[number].stem
    if before in GROUPS or before in MEASURES:
        return True
    if singular and after in JOINTS:
        return True
    partly = [each for each in mentions if each.options[0][1] < PARTLY]
    return singular and any(each.last + 1 == number for each in partly)
