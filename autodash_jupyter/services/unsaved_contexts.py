"""Checks what a context would say before it is saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from autodash_jupyter.catalog import ContextRecord
from autodash_jupyter.errors import InvalidContextError
from autodash_jupyter.models import UserId
from autodash_jupyter.services.given_documents import Givable, plain_values, read_given

if TYPE_CHECKING:
    from autodash_jupyter.context.findings import Validation
    from autodash_jupyter.services.contexts import ContextService

__all__ = ["validate_unsaved"]


def validate_unsaved(
    contexts: ContextService,
    user_id: UserId,
    document: Givable,
    *,
    dataset_id: str | None = None,
    context_id: str | None = None,
) -> Validation:
    """Check a document against the user's datasets as if it were saved, in place of ``context_id`` if given.

    What can't even be read is a finding, too. Raises ``UnknownContextError`` where there is no such context.

    >>> from autodash_jupyter.services import ContextService
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> contexts = ContextService(InMemoryContextStore())
    >>> validate_unsaved(contexts, "ada", {"name": "sales"}).status
    'passed'
    >>> validate_unsaved(contexts, "ada", "---\\nname: [\\n---\\n").status
    'failed'
    """
    from autodash_jupyter.context.findings import DocumentFinding, Validation

    current = contexts.find_context(user_id, context_id) if context_id else None
    try:
        given = read_given(document, current, dataset_id=dataset_id)
    except InvalidContextError as error:
        return Validation((DocumentFinding("failed", "", str(error), error.line),))
    named = given.document.dataset_ids
    record = ContextRecord(
        current.context_id if current else "",
        user_id,
        json.dumps(plain_values(given.document)),
        given.text,
        linked=tuple(one for one in named if contexts.datasets.get(user_id, one) is not None),
    )
    return contexts.validate(record)
