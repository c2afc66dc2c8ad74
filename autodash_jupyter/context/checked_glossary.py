"""The glossary of a document: words of two meanings, in a circle, or of columns that aren't there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autodash_jupyter.errors import did_you_mean

if TYPE_CHECKING:
    from autodash_jupyter.context.checked_tables import CheckedTables
    from autodash_jupyter.context.findings import Findings
    from autodash_jupyter.documents import ContextDocument, GlossaryTerm

__all__ = ["check_glossary"]


def check_glossary(document: ContextDocument, tables: CheckedTables, findings: Findings) -> None:
    """Add a finding for each circle of synonyms, each synonym of two terms, each column that isn't there."""
    _check_circles(document.glossary, findings)
    _check_claims(document.glossary, findings)
    _check_columns(document, tables, findings)


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _check_circles(glossary: list[GlossaryTerm], findings: Findings) -> None:
    position = {_folded(term.term): index for index, term in reversed(list(enumerate(glossary)))}
    leads_to = {
        word: [
            there
            for each in glossary[index].synonyms
            if (there := _folded(each)) in position and there != word
        ]
        for word, index in position.items()
    }
    told: set[frozenset[str]] = set()
    for word, index in sorted(position.items(), key=lambda item: item[1]):
        circle = _circle(word, leads_to)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            names = [glossary[position[each]].term for each in circle]
            shown = " → ".join(f"'{name}'" for name in [*names, names[0]])
            findings.warn(
                ("glossary", index, "synonyms"),
                f"Synonyms go in a circle: {shown}; keep one term, and the others as its synonyms.",
            )


def _circle(start: str, leads_to: dict[str, list[str]]) -> list[str]:
    """Return the shortest way from a term over synonyms back to it, without its end; ``[]``: none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for word in waiting:
        for there in leads_to[word]:
            if there == start:
                way = [word]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if there not in came_from:
                came_from[there] = word
                waiting.append(there)
    return []


def _check_claims(glossary: list[GlossaryTerm], findings: Findings) -> None:
    terms = {_folded(term.term): term for term in reversed(glossary)}
    claimed: dict[str, GlossaryTerm] = {}
    for index, term in enumerate(glossary):
        for synonym in term.synonyms:
            word = _folded(synonym)
            path = ("glossary", index, "synonyms")
            other = claimed.setdefault(word, term)
            if other is not term:
                message = (
                    f"'{synonym}' is a synonym of both '{other.term}' and '{term.term}'; keep it at one."
                )
                findings.warn(path, message)
            own = terms.get(word)
            if own is not None and own is not term and _folded(term.term) not in map(_folded, own.synonyms):
                findings.warn(
                    path, f"'{synonym}' is a synonym of '{term.term}' and a term of its own; keep it as one."
                )


def _check_columns(document: ContextDocument, tables: CheckedTables, findings: Findings) -> None:
    datasets = document.dataset_ids or tables.dataset_ids
    if not datasets or not all(tables.has_table(each) for each in datasets):
        return  # a column may be in the table that isn't here
    names = {name for each in datasets for name in tables.columns(each)}
    folded = {name.casefold() for name in names}
    for index, position, column in _related(document):
        bare = _without_dataset(column, datasets)
        if bare.casefold() not in folded:
            hint = did_you_mean(bare, names) or " Correct the name, or take it out."
            term = document.glossary[index].term
            message = f"Term '{term}' is about column '{column}', which no dataset has.{hint}"
            findings.failed(("glossary", index, "related_columns", position), message)


def _related(document: ContextDocument) -> Iterator[tuple[int, int, str]]:
    for index, term in enumerate(document.glossary):
        for position, column in enumerate(term.related_columns):
            yield index, position, column


def _without_dataset(column: str, datasets: list[str]) -> str:
    dataset, dot, rest = column.partition(".")
    return rest if dot and dataset in datasets else column
