"""The language model's program learns from the contexts that a user looked through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autodash_jupyter.models import UserId

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.language_model import LanguageModel
    from autodash_jupyter.services.datasets import DatasetService

__all__ = ["learn_from_contexts"]


def learn_from_contexts(
    datasets: DatasetService,
    user_id: UserId,
    home: Path,
    *,
    model: LanguageModel | None = None,
    most: int = 4,
) -> int:
    """Let the user's approved contexts be examples for the next ones; return how many are kept.

    Approved is an active context of one dataset in which a person wrote a part, and whose table is at hand.
    Without a model nothing is sent; with one it is asked about each of them. ``home`` is ``AUTODASH_HOME``.

    Raises:
        LanguageModelError: There is no approved context, or what was learned can't be written.
    """
    from autodash_jupyter.context.optimising import optimise_program
    from autodash_jupyter.profiling import profile

    approved = []
    for record in datasets.contexts.list_contexts(user_id):
        document = record.readable_document
        if document is None or document.status != "active" or len(record.linked) != 1:
            continue
        if not _is_approved(document):
            continue
        frame = datasets.get_dataframe(user_id, record.linked[0], skip_damaged=True)
        if frame is not None:
            approved.append((profile(frame), document))
    return optimise_program(approved, home, model=model, most=most)


def _is_approved(document: ContextDocument) -> bool:
    wrote_description = bool(document.description) and "description" not in document.written_by
    return wrote_description or any(not part.is_generated for part in document.parts)
