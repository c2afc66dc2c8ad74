"""What becomes of a document that is saved: the next revision, no change, or a conflict."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from autodash_jupyter.catalog import ContextRecord, Save
from autodash_jupyter.errors import ContextConflictError, UnknownContextError
from autodash_jupyter.services.given_documents import GivenDocument, plain_values

__all__ = ["Why", "refuse_conflict", "revision_of", "to_save"]


@dataclass(frozen=True, slots=True)
class Why:
    """Who saves a document, and why; ``is_first`` leaves a dataset's other contexts the newer ones."""

    author: str
    cause: str
    is_generated: bool = False
    is_restored: bool = False
    is_first: bool = False


def to_save(given: GivenDocument, current: ContextRecord | None, why: Why) -> Save | None:
    """Return what is to be saved after ``current``, or ``None`` where it would be the same again.

    What a person changed is marked as a person's, so that no generator writes over it.
    """
    from autodash_jupyter.context.document_text import write_document
    from autodash_jupyter.context.merging import credit

    document, text = given.document, given.text
    if current is not None and not (why.is_generated or why.is_restored):
        document = credit(current.readable_document, document, "person")
        text = text if document == given.document else write_document(document, text)
    values = plain_values(document)
    if current is not None and current.text == text and _same(current.values, values):
        return None
    ids = tuple(document.dataset_ids)
    return Save(values, text, ids, why.author, why.cause, why.is_first, must_link=why.is_generated)


def refuse_conflict(current: ContextRecord, yours: str, expected: int | None) -> None:
    """Raise ``ContextConflictError`` where another revision than the expected one, if any, is the newest."""
    if expected is not None and current.revision != expected:
        msg = (
            f"{current.author or 'Somebody'} saved revision {current.revision} of {current.name!r} while you "
            f"worked on revision {expected}; take over what you need from both texts, and save again."
        )
        raise ContextConflictError(msg, yours=yours, theirs=current.text, revision=current.revision)


def revision_of(found: Sequence[ContextRecord], wanted: int) -> ContextRecord:
    """Return one of a context's revisions.

    Raises ``UnknownContextError`` where it isn't among them.
    """
    for record in found:
        if record.revision == wanted:
            return record
    if not found:
        msg = f"There is no revision {wanted!r}: the context is gone."
        raise UnknownContextError(msg)
    numbers = ", ".join(str(record.revision) for record in found[-10:])
    rest = f"choose one of {numbers}" if len(found) > 1 else f"it has only {numbers}"
    msg = f"The context {found[-1].name!r} has no revision {wanted!r}; {rest}."
    raise UnknownContextError(msg)


def _same(one: object, other: object) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)  # to ==, 1 and True are one
