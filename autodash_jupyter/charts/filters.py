"""The filters of a sentence put together: comparisons as they are, values of one column as one predicate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autodash_jupyter.charts.comparisons import Comparison
from autodash_jupyter.charts.values import ValueMention
from autodash_jupyter.charts.words import Word

__all__ = ["as_filters"]


def as_filters(
    words: Sequence[Word], comparisons: Sequence[Comparison], values: Sequence[ValueMention]
) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """Return the filters in Vega-Lite's words, and the columns they are about."""
    found: dict[str, Mapping[str, Any]] = {}
    fields: dict[str, None] = {}
    for comparison in comparisons:
        found[str(comparison.predicate)] = {"filter": dict(comparison.predicate)}
        fields[comparison.field.name] = None
    grouped: dict[tuple[str, bool], list[Any]] = {}
    negated = False
    for number, value in enumerate(values):
        close = (
            number > 0
            and value.first - values[number - 1].last <= 3
            and values[number - 1].field == value.field
        )
        start = values[number - 1].last + 1 if number else 0
        negated = (negated and close) or _is_negated(words, start, value.first)
        grouped.setdefault((value.field.name, negated), []).append(value.value)
    for (name, negative), values_named in grouped.items():
        several = list(dict.fromkeys(values_named))
        predicate: dict[str, Any] = {"field": name}
        predicate |= {"equal": several[0]} if len(several) == 1 else {"oneOf": several}
        found[str((name, negative))] = {"filter": {"not": predicate} if negative else predicate}
        fields[name] = None
    return tuple(found.values()), tuple(fields)


def _is_negated(words: Sequence[Word], start: int, first: int) -> bool:
    before = " ".join(word.text.lower() for word in words[max(first - 4, start) : first])
    return (
        re.search(
            r"\b(?:not|except|exclud\w+|without|other than|but not|non|no|besides|isn't|ignoring)\b"
            r"|!=|≠|<>",
            before,
        )
        is not None
    )
