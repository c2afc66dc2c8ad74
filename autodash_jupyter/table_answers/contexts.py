"""The context of a table that no catalogue knows: read, checked against it, or drafted from its profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.table_answers.records import ContextAnswer

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.models import FrameProfile

__all__ = ["CheckedText", "checked_context", "drafted_context", "readable_context"]


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A document's text, what it came to when it was checked, and its findings as lines."""

    text: str
    status: str
    findings: tuple[str, ...]


def checked_context(table: str, text: str, frame: Any) -> CheckedText:
    """Check a document (YAML front matter and Markdown, or Markdown alone) against the table it is for.

    Raises:
        InvalidContextError: It is empty or can't be read; the message names the line.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"price": [1.0]})
    >>> text = "---\\nname: sales\\nmetrics:\\n  - name: Revenue\\n    expression: SUM(prise)\\n---\\n"
    >>> checked_context("sales", text, frame).findings
    ("failed, line 5: Metric 'Revenue': No column 'prise'. Did you mean 'price'?",)
    """
    from autodash_jupyter.context import read_document, validate
    from autodash_jupyter.context.document_text import refuse_blank

    refuse_blank(text)
    read = read_document(text, dataset_id=table, name=None)
    ids = dict.fromkeys(read.document.dataset_ids)
    found = validate(read.document, {**ids, table: frame}, text=read)
    return CheckedText(text, found.status, tuple(map(str, found.findings)))


def drafted_context(table: str, profile: FrameProfile, source: str = "") -> ContextAnswer:
    """Return what a profile alone tells of a table, as a document that can be edited and saved."""
    from autodash_jupyter.context import write_document
    from autodash_jupyter.context.writer import draft_document

    document = draft_document(profile, dataset_id=table, name=table, source=source)
    return ContextAnswer(table, write_document(document), status="generated")


def readable_context(table: str, text: str | None) -> ContextDocument | None:
    """Return a stored text as a document; ``None`` where there is none, or it can't be read any more."""
    from autodash_jupyter.context import read_document
    from autodash_jupyter.errors import InvalidContextError

    if not text:
        return None
    try:
        return read_document(text, dataset_id=table).document
    except InvalidContextError:
        return None
