"""Documents as people and programs give them: a ``ContextDocument``, a dict, or a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from autodash_jupyter.catalog import ContextRecord
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from autodash_jupyter.context.document_text import DocumentText
    from autodash_jupyter.documents import ContextDocument

__all__ = ["GivenDocument", "Givable", "plain_values", "read_given"]

Givable: TypeAlias = "ContextDocument | Mapping[str, Any] | str"


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """A document, its text, and where in this its entries stand, if it was given as a text."""

    document: ContextDocument
    text: str
    read: DocumentText | None = None


def read_given(
    given: Givable, current: ContextRecord | None = None, *, dataset_id: str | None = None
) -> GivenDocument:
    """Return a document that was given in any of three ways, as it follows on ``current``.

    What it doesn't say of its name is its predecessor's; plain Markdown speaks of the predecessor's datasets.
    Of a document that isn't a text, the predecessor's text keeps its comments.

    Raises:
        InvalidContextError: It can't be read; the message says what is wrong, and where.

    >>> read_given({"name": "sales"}).text
    '---\\nname: sales\\n---\\n'
    """
    from autodash_jupyter.context.document_text import read_document, refuse_blank, write_document
    from autodash_jupyter.documents import ContextDocument

    if isinstance(given, str):
        refuse_blank(given)
        has_front_matter = given.lstrip("\ufeff").startswith("---")
        if current is not None and not has_front_matter and dataset_id is None:
            return _plain_markdown(given, current)
        read = read_document(given, dataset_id=dataset_id, name=current.name if current else None)
        return GivenDocument(read.document, given, read)
    document = given if isinstance(given, ContextDocument) else _from_values(given, current)
    if dataset_id is not None and not document.datasets:
        document = ContextDocument.model_validate(
            plain_values(document) | {"datasets": [{"dataset_id": dataset_id}]}
        )
    return GivenDocument(document, write_document(document, current.text or None if current else None))


def plain_values(document: ContextDocument) -> dict[str, Any]:
    """Return a document as plain values that a store can keep, without what a reader would assume anyway.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> plain_values(ContextDocument(name="sales", tags=["q3"]))
    {'name': 'sales', 'context_type': 'single_dataset', 'tags': ['q3']}
    """
    values: dict[str, Any] = json.loads(document.model_dump_json(exclude_defaults=True))
    return {"name": values.pop("name"), "context_type": document.context_type} | values


def _plain_markdown(text: str, current: ContextRecord) -> GivenDocument:
    from autodash_jupyter.context.document_text import write_document
    from autodash_jupyter.context.merging import with_body

    document = with_body(current.document, text)
    return GivenDocument(document, write_document(document, current.text or None))


def _from_values(given: Mapping[str, Any], current: ContextRecord | None) -> ContextDocument:
    from autodash_jupyter.context.document_values import document_of

    if not isinstance(given, Mapping):
        msg = f"A {type(given).__name__} is no document; give a ContextDocument, a dict, or a text."
        raise InvalidContextError(msg)
    return document_of(({"name": current.name} if current is not None else {}) | dict(given))
