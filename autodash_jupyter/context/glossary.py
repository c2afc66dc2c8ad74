"""Words of the business, found by what people type: a term, a synonym, part of a definition, or a slip."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument, GlossaryTerm

__all__ = ["GlossaryMatch", "search_glossary"]

_LEAST = 0.5
_LEAST_ALIKE = 0.75
_SHORTEST_MISSPELT = 4  # of shorter words, every other one is one letter away


@dataclass(frozen=True, slots=True)
class GlossaryMatch:
    """A term that was found: in which document, how well it fits (0 to 1), and on what."""

    term: GlossaryTerm
    document_name: str
    score: float
    matched_on: Literal["term", "synonym", "definition"]


def search_glossary(documents: Iterable[ContextDocument], text: str) -> list[GlossaryMatch]:
    """Return the terms that fit what somebody typed, the best first; nothing fits an empty text.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> churn = {"term": "Churn", "synonyms": ["attrition"], "definition": "Customers who left."}
    >>> document = ContextDocument(name="crm", glossary=[churn])
    >>> [(match.term.term, match.matched_on) for match in search_glossary([document], "atrition")]
    [('Churn', 'synonym')]
    """
    wanted = _folded(text)
    if not wanted:
        return []
    found = (match for document in documents for match in _matches(document, wanted))
    return sorted(found, key=lambda match: (-match.score, match.term.term.casefold(), match.document_name))


def _matches(document: ContextDocument, wanted: str) -> Iterator[GlossaryMatch]:
    for term in document.glossary:
        scores: list[tuple[float, Literal["term", "synonym", "definition"]]] = [
            (_alike(wanted, _folded(term.term)), "term"),
            *((0.97 * _alike(wanted, _folded(synonym)), "synonym") for synonym in term.synonyms),
            (_mentioned(wanted, _folded(term.definition)), "definition"),
        ]
        score, matched_on = max(scores, key=lambda scored: scored[0])
        if score >= _LEAST:
            yield GlossaryMatch(term, document.name, round(score, 3), matched_on)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _alike(wanted: str, known: str) -> float:
    if not known:
        return 0.0
    if wanted == known:
        return 1.0
    if known.startswith(wanted) or wanted in known.split():
        return 0.9
    if wanted in known or known in wanted.split():
        return 0.8
    if len(wanted) < _SHORTEST_MISSPELT:
        return 0.0
    matcher = difflib.SequenceMatcher(None, wanted, known)
    alike = matcher.ratio() if matcher.real_quick_ratio() >= _LEAST_ALIKE else 0.0
    words = [difflib.SequenceMatcher(None, wanted, word).ratio() for word in known.split()]
    best = max(alike, 0.95 * max(words, default=0.0))
    return 0.85 * best if best >= _LEAST_ALIKE else 0.0


def _mentioned(wanted: str, definition: str) -> float:
    words = set(definition.split())
    return 0.55 if wanted in definition or set(wanted.split()) <= words else 0.0
