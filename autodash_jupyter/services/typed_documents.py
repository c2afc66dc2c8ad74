"""What a text that a person typed for a dataset stands for: a new document, or a revision of which one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autodash_jupyter.catalog import ContextRecord
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from autodash_jupyter.context.document_text import DocumentText
    from autodash_jupyter.documents import ContextDocument

__all__ = ["meant_by", "speaks_of_others"]


def meant_by(
    read: DocumentText, ids: Mapping[str, str], active: ContextRecord | None, known: Iterable[ContextRecord]
) -> tuple[ContextDocument, ContextRecord | None]:
    """Return the document that a text stands for, and the context it is a revision of, if any.

    ``ids`` are those of datasets by their names, ``active`` is the context that counts for the dataset,
    ``known`` are all that it has. A text without a name is a revision of the active one; plain Markdown takes
    the place of its generated prose.
    """
    from autodash_jupyter.context.merging import with_body
    from autodash_jupyter.context.renaming import rename_datasets

    document = rename_datasets(read.document, ids)
    if active is None:
        return document, None
    if read.front_matter is None:
        return with_body(active.document, document.body), active
    if "name" not in read.front_matter.values:
        return document.model_copy(update={"name": active.name}), active
    namesakes = (record for record in known if record.name == document.name)
    is_draft_of_ours = active.is_generated  # nobody has had a word in it yet: it may be renamed
    return document, next(namesakes, active if is_draft_of_ours else None)


def speaks_of_others(name: str, read: DocumentText) -> InvalidContextError:
    """Return the error that a text is which names datasets, and not the one of this name."""
    others, line = ", ".join(read.document.dataset_ids[:3]), read.line_of("datasets")
    msg = f"The document speaks of {others}, not of {name}; add {name} to its datasets."
    return InvalidContextError(f"Line {line}: {msg}" if line else msg, line)
