"""The context of a dataset as a document, live while it is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.rendering import render_markdown
from autodash_jupyter.models import Dataset
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.dataset_card import progress_bar
from autodash_jupyter.widgets.view import View, escape, notice, page

if TYPE_CHECKING:
    from autodash_jupyter.catalog import ContextRecord

__all__ = ["context_view"]


def context_view(session: Session, dataset_id: str) -> View:
    """Draw a dataset's context as it is now: with the present values of its metrics, and what is wrong in it.

    It isn't final while somebody writes it.
    """
    dataset = session.datasets.get(None, dataset_id)
    if dataset is None:
        return notice("This dataset was deleted.")
    running = session.is_writing(dataset)
    record = None if running else session.named_contexts.active(dataset)
    written = session.datasets.writer.draft(dataset_id) or dataset.context or ""
    if record is not None:
        written = _page_of(session, dataset, record)
    body = [render_html(written)] if written else []
    if running:
        body.append(progress_bar(session.datasets.writer.progress(dataset_id)))
    if dataset.context_error:
        body.append(f'<p class="ad-error">{escape(dataset.context_error)}</p>')
    foot = dataset.context_sent_to or "It is being written." if running else _origin(dataset, record)
    body.append(f'<p class="ad-foot ad-muted">{escape(foot)}</p>')
    text = "\n\n".join(part for part in (written, dataset.context_error, foot) if part)
    return View(page("".join(body)), text, final=not running)


def _page_of(session: Session, dataset: Dataset, record: ContextRecord) -> str:
    contexts = session.named_contexts
    return render_markdown(
        contexts.with_names(record.document),
        metric_values=contexts.metric_values(record, dataset),
        findings=[finding.message for finding in contexts.validate(record.document).findings],
    )


def _origin(dataset: Dataset, record: ContextRecord | None) -> str:
    """Say who wrote the context, and what left the machine for it."""
    if dataset.context is None and record is None:
        return f"No context yet: %context {dataset.name} --regenerate writes one."
    if record is None:
        from autodash_jupyter.context.merging import AUTHORS

        by = dataset.context_written_by or "profile"
        written = f"Written by {AUTHORS.get(by, by)}"
    else:
        from autodash_jupyter.context.merging import authors_of

        written = f"Revision {record.revision}, written by {authors_of(record.document)}"
    if dataset.context_sent_to:
        return f"{written}. {dataset.context_sent_to}"
    return f"{written}; nothing was sent anywhere."
