"""Who wrote what: a person has the last word, and what is generated anew replaces only what was generated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from autodash_jupyter.documents import Author, ContextDocument, DatasetContext, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AUTHORS",
    "GENERATION_NOTES",
    "PARTS",
    "PROSE",
    "authors_of",
    "credit",
    "merge_generated",
    "with_body",
]

GENERATION_NOTES = "generation_notes"
"""The entry of a document's settings that says what was left out of a model's answer."""

PROSE = ("description", "questions", "body")  # whose author stands in `written_by` of the document
PARTS = ("relationships", "metrics", "business_rules", "filters", "glossary")
AUTHORS: dict[str, str] = {"profile": "the profile", "model": "a model", "person": "a person"}
AnyPart = TypeVar("AnyPart", bound=Part)


def authors_of(document: ContextDocument) -> str:
    """Return who wrote the document, in words, whoever wrote most first.

    >>> metrics = [{"name": name, "expression": "COUNT(*)", "written_by": "profile"} for name in "ab"]
    >>> authors_of(ContextDocument(name="sales", description="Orders.", metrics=metrics))
    'the profile and a person'
    """
    counts = Counter(part.written_by or "person" for part in document.parts)
    for name in PROSE:
        if getattr(document, name):
            counts[document.written_by.get(name, "person")] += 1
    return " and ".join(AUTHORS[who] for who, _ in counts.most_common())


def merge_generated(current: ContextDocument | None, generated: ContextDocument) -> ContextDocument:
    """Return ``generated`` with all that a person wrote in ``current`` in place of its own.

    A person's parts come first, in their order; a generated part is left out where the person has one of
    the same name. The name, version, status, tags, owner and settings are the current document's, but for
    the notes of a generation.

    >>> current = ContextDocument(
    ...     name="sales", description="Orders, as booked.", metrics=[{"name": "n", "expression": "COUNT(*)"}]
    ... )
    >>> generated = ContextDocument(
    ...     name="orders",
    ...     description="A table.",
    ...     metrics=[{"name": "n", "expression": "COUNT(id)", "written_by": "model"}],
    ...     questions=["How many?"],
    ...     written_by={"description": "model", "questions": "model"},
    ... )
    >>> merged = merge_generated(current, generated)
    >>> merged.name, merged.description, merged.metrics[0].expression, merged.questions
    ('sales', 'Orders, as booked.', 'COUNT(*)', ['How many?'])
    """
    if current is None:
        return generated
    changes: dict[str, Any] = {
        name: _joined(getattr(current, name), getattr(generated, name)) for name in PARTS
    }
    changes["datasets"] = _joined_datasets(current, generated)
    notes = {name: generated.settings[name] for name in (GENERATION_NOTES,) if name in generated.settings}
    kept = {name: value for name, value in current.settings.items() if name != GENERATION_NOTES}
    changes["settings"] = kept | notes
    written_by = dict(current.written_by)
    for name in PROSE:
        if not getattr(current, name) or current.written_by.get(name) in ("profile", "model"):
            changes[name] = getattr(generated, name)
            written_by.pop(name, None)
            written_by |= {name: generated.written_by[name]} if name in generated.written_by else {}
    return current.model_copy(update=changes | {"written_by": written_by})


def with_body(document: ContextDocument, body: str) -> ContextDocument:
    """Return a document with a person's Markdown in place of generated prose; what is in its lists stays.

    >>> draft = ContextDocument(name="sales", description="A table.", written_by={"description": "profile"})
    >>> with_body(draft, "One row is one order.").description
    ''
    """
    generated = [name for name in PROSE if document.written_by.get(name) in ("profile", "model")]
    emptied = {name: type(getattr(document, name))() for name in generated}
    written_by = {name: who for name, who in document.written_by.items() if name not in PROSE}
    return document.model_copy(update={**emptied, "body": body, "written_by": written_by})


def credit(previous: ContextDocument | None, edited: ContextDocument, author: Author) -> ContextDocument:
    """Return ``edited`` with each part that isn't as it was in ``previous`` marked as the author's.

    A person's part bears no mark; so a part that a person changed loses its generator's.

    >>> metric = {"name": "n", "expression": "COUNT(*)", "written_by": "model"}
    >>> old = ContextDocument(name="sales", metrics=[metric])
    >>> new = ContextDocument(name="sales", metrics=[metric | {"expression": "COUNT(id)"}])
    >>> credit(old, new, "person").metrics[0].written_by, credit(old, old, "person").metrics[0].written_by
    (None, 'model')
    """
    if previous is None:
        return edited
    changes: dict[str, Any] = {
        name: _credited(getattr(previous, name), getattr(edited, name), author) for name in PARTS
    }
    changes["datasets"] = [
        dataset.model_copy(
            update={
                "columns": _credited(known.columns if known else [], dataset.columns, author),
                "written_by": _author(known, dataset, author, {"columns"}),
            }
        )
        for dataset in edited.datasets
        for known in [previous.dataset(dataset.dataset_id)]
    ]
    changes["written_by"] = _prose_authors(previous, edited, author)
    return edited.model_copy(update=changes)


def _joined(current: Sequence[AnyPart], generated: Sequence[AnyPart]) -> list[AnyPart]:
    kept = [part for part in current if not part.is_generated]
    known = {part.identity.casefold() for part in kept}
    return kept + [part for part in generated if part.identity.casefold() not in known]


def _joined_datasets(current: ContextDocument, generated: ContextDocument) -> list[DatasetContext]:
    joined = [_joined_dataset(dataset, generated.dataset(dataset.dataset_id)) for dataset in current.datasets]
    known = set(current.dataset_ids)
    return joined + [dataset for dataset in generated.datasets if dataset.dataset_id not in known]


def _joined_dataset(current: DatasetContext, generated: DatasetContext | None) -> DatasetContext:
    if generated is None:
        return current
    # Columns stand in the order of the table, not of their authors.
    written = {column.name: column for column in current.columns if not column.is_generated}
    columns = [written.pop(column.name, column) for column in generated.columns]
    columns += written.values()
    changes: dict[str, Any] = {"columns": columns}
    if current.is_generated or not current.description:
        changes |= {"description": generated.description, "written_by": generated.written_by}
    return current.model_copy(update=changes)


def _credited(previous: Sequence[AnyPart], edited: Sequence[AnyPart], author: Author) -> list[AnyPart]:
    known: Mapping[str, AnyPart] = {part.identity: part for part in previous}
    return [
        part.model_copy(update={"written_by": _author(known.get(part.identity), part, author)})
        for part in edited
    ]


def _author(
    previous: Part | None, edited: Part, author: Author, beside: Collection[str] = ()
) -> Author | None:
    left_out = {"written_by", *beside}
    if previous is not None and previous.model_dump(exclude=left_out) == edited.model_dump(exclude=left_out):
        return previous.written_by
    return None if author == "person" else author


def _prose_authors(previous: ContextDocument, edited: ContextDocument, author: Author) -> dict[str, Author]:
    authors: dict[str, Author] = {}
    for name in PROSE:
        unchanged = getattr(previous, name) == getattr(edited, name)
        who = previous.written_by.get(name) if unchanged else author
        if who is not None and who != "person" and getattr(edited, name):
            authors[name] = who
    return authors
